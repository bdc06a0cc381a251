"""How the cost of a mail, the memory and a tick grow with the mails that wait and with the members: points, and a chart of them.

    python -m bench.growth [--mails 100 1000 10000] [--members 1000 100000 1000000] [--waiting 100000] [--chart FILE.svg]

What counts is the processor's time of a mail, less that of a run with nothing to do: it is the same beside other programs.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.end_to_end import HISTORY, program, rig
from bench.measuring import Ran
from bench.reading import ordinary

MAILS = (100, 1_000, 5_000)
MEMBERS = (1_000, 100_000, 1_000_000)
AMONG = 100_000  # members, while the mails grow
EACH = 500  # mails, while the members grow
WAITING = 100_000
TAKEN = 500  # of those that wait, the large ones
LARGE = 100_000  # bytes
ATTACHED = "\r\n".join([*["A" * 76] * (LARGE // 78), ""])


def point(mails: int, members: int) -> dict[str, Any]:
    """One mailbox from the inbox to its folders, in one run."""
    with rig(mails, members) as servers:
        servers.configure("growth")
        index = program(servers, "run", "--quiet")
        idle = program(servers, "run", "--quiet")
        servers.fill("growth")
        ran = program(servers, "run", "--quiet")
        servers.all_answered("growth")
        after = program(servers, "run", "--quiet")
    return {
        "mails": mails,
        "members": members,
        "cpu_ms": round(1000 * (ran.cpu_seconds - idle.cpu_seconds) / mails, 2),
        "per_second": round(mails / ran.seconds, 1),
        "peak_mb": round(ran.peak_mb),
        "index": spent(index),
        "idle": spent(idle),
        "idle_after": spent(after),
    }


def spent(ran: Ran) -> dict[str, float]:
    return {"seconds": round(ran.seconds, 2), "cpu_seconds": round(ran.cpu_seconds, 2), "peak_mb": round(ran.peak_mb)}


def waiting(mails: int, members: int) -> dict[str, Any]:
    """So many mails wait, the first of them large; a run takes those. The rest is small on disk, and as many to know of."""
    with rig(min(TAKEN, mails), members) as servers:
        servers.configure("waiting")
        program(servers, "run", "--quiet")
        for n in range(mails):
            servers.dovecot.deliver("waiting", large(n) if n < TAKEN else ordinary(n)[:400])
        ran = program(servers, "run", "--quiet", "--limit", str(TAKEN))
    return {"waiting": mails, "members": members, "taken": servers.mails, **spent(ran)}


def large(n: int) -> bytes:
    """An ordinary mail with an attachment."""
    head, _, text = ordinary(n).decode().partition("\n\n")
    head = head.replace("Content-Type: text/plain; charset=utf-8", 'Content-Type: multipart/mixed; boundary="b"')
    attached = f'Content-Type: image/png; name="scan.png"\nContent-Transfer-Encoding: base64\n\n{ATTACHED}'
    return f"{head}\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n{text}\n--b\n{attached}\n--b--\n".encode()


# --- the chart ---------------------------------------------------------------------------------------------

WIDTH, HEIGHT, MARGIN = 640, 260, 50


def chart(points: Sequence[tuple[int, float]], title: str, unit: str, top: int) -> Iterator[str]:
    """Bars on a scale that begins at nothing, each with its figure: growth would be seen as a slope."""
    highest = max(value for _, value in points)
    step = (WIDTH - 2 * MARGIN) / len(points)
    yield f'<text x="{MARGIN}" y="{top + 24}" font-size="16">{title}</text>'
    for place, (key, value) in enumerate(points):
        x, height = MARGIN + place * step, value / highest * (HEIGHT - 2 * MARGIN - 30)
        base = top + HEIGHT - MARGIN
        yield f'<rect x="{x:.0f}" y="{base - height:.0f}" width="{step * 0.6:.0f}" height="{height:.0f}" fill="#4a6fa5"/>'
        yield f'<text x="{x:.0f}" y="{base - height - 6:.0f}" font-size="13">{value:g} {unit}</text>'
        yield f'<text x="{x:.0f}" y="{base + 18}" font-size="13">{key:,}</text>'


def drawn(found: dict[str, Any]) -> str:
    by_mails = [(one["mails"], one["cpu_ms"]) for one in found["mails"]]
    by_members = [(one["members"], one["cpu_ms"]) for one in found["members"]]
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {2 * HEIGHT}" font-family="sans-serif">',
        f'<rect width="{WIDTH}" height="{2 * HEIGHT}" fill="white"/>',
        *chart(by_mails, "Processor time of a mail, by the mails that wait", "ms", 0),
        *chart(by_members, "Processor time of a mail, by the members in the register", "ms", HEIGHT),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def table(found: dict[str, Any]) -> Iterator[str]:
    yield f"{'mails':>9}{'members':>11}{'ms CPU':>9}{'mails/s':>9}{'peak MB':>9}{'index s':>9}{'idle s':>8}{'idle MB':>9}"
    for one in (*found["mails"], *found["members"]):
        index, idle = one["index"]["cpu_seconds"], one["idle_after"]
        figures = f"{one['cpu_ms']:>9}{one['per_second']:>9}{one['peak_mb']:>9}{index:>9}"
        yield f"{one['mails']:>9,}{one['members']:>11,}{figures}{idle['cpu_seconds']:>8}{idle['peak_mb']:>9}"
    one = found["waiting"]
    yield (
        f"{one['waiting']:,} mails wait, {one['members']:,} members: {one['peak_mb']} MB at most, "
        f"while {one['taken']} mails of {LARGE // 1000} kB are taken"
    )


def measured(mails: Sequence[int], members: Sequence[int], waits: int) -> dict[str, Any]:
    return {
        "mails": [point(number, AMONG) for number in mails],
        "members": [point(EACH, number) for number in members],
        "waiting": waiting(waits, max(members)),
        "cores": os.cpu_count(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what grows with the mails that wait and with the members.")
    parser.add_argument("--mails", type=int, nargs="+", default=MAILS)
    parser.add_argument("--members", type=int, nargs="+", default=MEMBERS)
    parser.add_argument("--waiting", type=int, default=WAITING)
    parser.add_argument("--chart", type=Path, help="draw it into this file")
    parser.add_argument("--keep", action="store_true", help=f"add the figures to {HISTORY.name}")
    args = parser.parse_args()
    found = measured(args.mails, args.members, args.waiting)
    if args.keep:
        with HISTORY.open("a", encoding="utf-8") as history:
            history.write(json.dumps({"growth": found}) + "\n")
    if args.chart:
        args.chart.write_text(drawn(found), encoding="utf-8")
    for line in table(found):
        print(line, flush=True)


if __name__ == "__main__":
    main()
