"""What people and scripts read on standard output: values in, lines, tables and JSON out.

Text that came by mail may hold control sequences that a terminal would obey: whatever is shown passes `shown` first.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

GAP = "  "
Item = TypeVar("Item")


def say(line: str = "") -> None:
    """One line for people."""
    sys.stdout.write(shown(line) + "\n")


def complain(line: str) -> None:
    """One line about what went wrong, on standard error."""
    sys.stderr.write(shown(line) + "\n")


def put_json(value: Mapping[str, Any]) -> None:
    """One object a line, in ASCII: the same whatever the locale."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def shown(text: str) -> str:
    """Without anything that a terminal would obey."""
    return (
        text
        if text.isprintable()
        else "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    )


def one_line(text: str) -> str:
    return shown(" ".join(text.split()))


def say_in_style(pieces: Sequence[tuple[str, str]]) -> None:
    """One line of pieces, each with its style ("bold", "dim", "" for none): styled on a terminal, plain in a pipe."""
    if not sys.stdout.isatty():
        say("".join(text for text, _ in pieces))
        return
    from rich.console import Console
    from rich.text import Text

    line = Text.assemble(*((shown(text), style) for text, style in pieces))
    Console(highlight=False, soft_wrap=True).print(line)


def put_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """On a terminal drawn and fitted to its width; in a pipe plain columns, never cut."""
    cells = [[one_line(cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        draw_table(headings, cells)
        return
    widths = [max(map(len, column)) for column in zip(headings, *cells, strict=True)]
    for row in [headings, *cells]:
        say(GAP.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def draw_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*headings, box=SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)


def counted(items: Iterable[Item], what: str, *, quiet: bool) -> Iterator[Item]:
    """The items, with their count shown on a terminal while they take their time."""
    if quiet or not sys.stderr.isatty() or sys.stdout.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = SpinnerColumn(), TextColumn("{task.completed} {task.description}"), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield from progress.track(items, description=what, total=None)


# --- how values read ---------------------------------------------------------------------------------------


def number_of(count: int, noun: str, plural: str = "") -> str:
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def moment(when: datetime | None) -> str:
    """A time in the zone of the computer, for people."""
    return when.astimezone().strftime("%-d %B %Y, %H:%M") if when else "never"
