"""How fast a mail is read and decided, how much memory a large one takes, and how long the worst ones last.

    python -m bench.reading [--members N]

Ordinary mail is decided against a register of a million members, on one core; the naive peer decides the same in the same run.
"""

from __future__ import annotations

import argparse
import base64
import csv
import gc
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from zoneinfo import ZoneInfo

from bench import naive
from swc_mailer.adapters.register_csv import IndexedRegister, open_register
from swc_mailer.adapters.rules_files import read_words
from swc_mailer.config_sections import POST_TO, Columns
from swc_mailer.core.decide import decide
from swc_mailer.core.model import History, Policy
from swc_mailer.core.reading import read
from swc_mailer.core.words import Words

RECEIVED = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)
POLICY = Policy(
    deadline=date(2014, 3, 21),
    timezone=ZoneInfo("Europe/London"),
    own_addresses=frozenset({"swc@amnesty.org.uk"}),
    own_postcodes=frozenset(),
    post_to=POST_TO,
)
ORDINARY = """\
From: Ann Example <member{n}@example.org>
To: swc@amnesty.org.uk
Subject: Consultation documents
Date: Mon, 10 Feb 2014 09:15:00 +0000
Message-ID: <{n}@example.org>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Dear Sir or Madam,

I read about the consultation in the members' magazine, and I should like to have the documents in good time before
the annual meeting. My membership number is {number}.

{house} Station Road
Leeds
{postcode}

Kind regards
Ann Example

On 9 Feb 2014, at 18:20, A Friend <friend@example.net> wrote:
{quoted}
"""
QUOTED = "> Have you seen what the organisation proposes? I think that every member ought to read it before they vote.\n" * 28
MEMBERS = 1_000_000
WORST = {
    "100,000 quote marks": b"\n\n" + b">" * 100_000,
    "1 MB on one line": b"\n\n" + b"please send the pack to 12 Station Road " * 25_000,
    "50,000 digits": b"\n\n" + b"1234567890" * 5_000,
    "50,000 digits with spaces": b"\n\n" + b"1 2 3 4 5 6 7 " * 7_000,
    "100,000 lines that look quoted": b"\n\n" + b"> From: somebody\n" * 60_000,
    "1 MB of header block": b"\n\n" + b"From: a@example.org\nSent: today\nTo: b\nSubject: c\n\n" * 20_000,
    "1 MB of nested HTML": b"Content-Type: text/html\n\n" + b"<div>" * 100_000 + b"text" + b"</div>" * 80_000,
    "30,000 paragraphs of a letter": b"\n\n" + b"x\n\n" * 30_000,
    "5,000 sentences that want nothing": b"\n\n" + b"I have the documents already and need nothing further from you. " * 5_000,
    "1 MB of postcodes": b"\n\n" + b"LS6 2AB " * 125_000,
    "210 kB of Subject": b"Subject: " + b"=?utf-8?q?please_send?= " * 9_000 + b"\n\nhello",
    "10,000 parts": b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n\nplease send it\n" * 10_000 + b"--b--\n",
}


def make_register(path: Path, members: int) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["membership_number", "name", "address_1", "address_2", "town", "county", "postcode", "email", "status"])
        writer.writerows(row(n) for n in range(members))


def row(n: int) -> list[str]:
    return [number(n), "Ann Example", f"{house(n)} Station Road", "", "Leeds", "", postcode(n), "", "current"]


def number(n: int) -> str:
    return f"{1_000_000 + n:07d}"


def house(n: int) -> int:
    return n % 240 + 1


def postcode(n: int) -> str:
    return f"LS{n % 29 + 1} {n % 9 + 1}AB"


def ordinary(n: int) -> bytes:
    """About 4 kB, as people write."""
    filled = ORDINARY.format(n=n, number=number(n), house=house(n), postcode=postcode(n), quoted=QUOTED)
    return filled.encode()


def outcome(raw: bytes, register: IndexedRegister, words: Words) -> str:
    case = read(raw, received=RECEIVED, policy=POLICY, words=words).case(History(), register=register, policy=POLICY, words=words)
    return decide(case).outcome.value


def rate(work: Callable[[bytes], str], mails: list[bytes], expected: str) -> float:
    """Mails a second, the best of three rounds: the least disturbed one."""
    assert {work(mail) for mail in mails} == {expected}
    times = []
    for _ in range(3):
        begun = perf_counter()
        for mail in mails:
            work(mail)
        times.append(perf_counter() - begun)
    return len(mails) / min(times)


def bench_rates(folder: Path, members: int, words: Words) -> Iterator[str]:
    path = folder / "members.csv"
    make_register(path, members)
    begun = perf_counter()
    mails = [ordinary(n * 997 % members) for n in range(500)]
    with closing(open_bench_register(folder)) as register:
        indexed = perf_counter() - begun
        ours = rate(lambda raw: outcome(raw, register, words), mails, "pack")
    known: Mapping[str, str] = {number(n): postcode(n) for n in range(members)}
    theirs = rate(lambda raw: naive.decide(raw, known), mails, "pack")
    yield f"register of {members:,} indexed in {indexed:.1f} s"
    yield f"reading and deciding {len(mails[0]):,} bytes: {ours:,.0f} mails a second"
    yield f"the naive peer on the same mails: {theirs:,.0f} a second; ratio {ours / theirs:.2f}"


def open_bench_register(folder: Path) -> IndexedRegister:
    return open_register(
        folder / "members.csv",
        columns=Columns().mapping(),
        encoding="auto",
        delimiter="auto",
        number_pattern=POLICY.number_pattern,
        accepted_statuses=("current",),
        index_path=folder / "members.db",
    )


def bench_worst(words: Words) -> Iterator[str]:
    for name, mail in WORST.items():
        begun = perf_counter()
        read(b"From: a@example.org\n" + mail, received=RECEIVED, policy=POLICY, words=words)
        yield f"{name}: {perf_counter() - begun:.3f} s"


def large(kind: str) -> bytes:
    """25 MB, as text or in an attachment."""
    if kind == "text":
        line = b"Please send me the consultation documents, thank you very much.\n"
        return b"From: a@example.org\n\n" + line * (25 * 1024 * 1024 // len(line))
    head = b'From: a@example.org\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n\nplease send it\n--b\n'
    file = b'Content-Type: application/pdf; name="a.pdf"\nContent-Transfer-Encoding: base64\n\n'
    return head + file + base64.encodebytes(bytes(18 * 1024 * 1024)) + b"\n--b--\n"


def read_large(kind: str) -> None:
    """The mail's size, and by how much the process grew beside the mail's own bytes, both in bytes."""
    words, raw = read_words(), large(kind)
    Path("/proc/self/clear_refs").write_text("5")  # Linux forgets the peak of memory so far
    before = memory("VmRSS")
    read(raw, received=RECEIVED, policy=POLICY, words=words)
    print(len(raw), memory("VmHWM") - before + len(raw))


def memory(field: str) -> int:
    """Bytes, as Linux counts them: VmRSS now, VmHWM at the peak."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{field}:"))


def bench_memory() -> Iterator[str]:
    """In a process of its own, which has held nothing before."""
    for kind in ("text", "attachment"):
        command = [sys.executable, "-m", "bench.reading", "--large", kind]
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
        size, peak = map(int, ran.stdout.split())
        yield f"{size / 1e6:.0f} MB of {kind}: {peak / size:.1f} times its size in memory"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure reading and deciding.")
    parser.add_argument("--members", type=int, default=MEMBERS)
    parser.add_argument("--large", choices=["text", "attachment"], help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.large:
        read_large(args.large)
    else:
        bench(args.members)


def bench(members: int) -> None:
    words = read_words()
    with TemporaryDirectory() as folder:
        for line in bench_rates(Path(folder), members, words):
            print(line)
    gc.collect()
    for line in bench_worst(words):
        print(line)
    for line in bench_memory():
        print(line)
    print(f"peak memory of this run: {memory('VmHWM') / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
