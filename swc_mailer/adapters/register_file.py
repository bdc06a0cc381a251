"""The member CSV as spreadsheets and databases export it: its encoding, delimiter and headings are found out, and its rows come
out as members or as problems, each with its line."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from swc_mailer.errors import ConfigError

DELIMITERS = (",", ";", "\t", "|")
CHUNK = 1 << 20
LONGEST_CELL = 100_000  # an opening quotation mark without its end would take the rest of the file for one cell
NEEDED = ("membership_number", "address")  # the rest of the mapped columns may be "", for none

Columns = Mapping[str, str | Sequence[str]]  # our name -> the heading, or several headings whose cells join


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that is left out, or that a person should look at."""

    line: int
    text: str


class Row(NamedTuple):
    """One usable row; a million of these are made, and a tuple is made quickest."""

    line: int
    number: str
    name: str
    address: tuple[str, ...]
    postcode: str
    email: str
    status: str


@dataclass(frozen=True, slots=True)
class Source:
    """What a CSV file is, before its rows are read."""

    path: Path
    encoding: str
    delimiter: str
    headings: tuple[str, ...]
    skipped: int  # lines before the headings
    digest: str  # sha256 of the file


# --- what is it? -------------------------------------------------------------------------------------------


def examine(path: Path, columns: Columns, *, encoding: str, delimiter: str) -> Source:
    """Find out what "auto" leaves open; raises ConfigError where the file cannot be read or lacks a mapped column."""
    digest, found = digest_and_encoding(path)
    chosen = found if encoding == "auto" else python_encoding(encoding, found, path)
    first, skipped = first_line(path, chosen)
    choices = DELIMITERS if delimiter == "auto" else (delimiter,)
    splits = [(choice, tuple(next(csv.reader([first], delimiter=choice), ()))) for choice in choices]
    best, headings = max(splits, key=lambda split: (len(wanted(columns)) - len(lacking(columns, split[1])), len(split[1])))
    missing = lacking(columns, headings)
    if missing:
        there = ", ".join(f'"{heading.strip()}"' for heading in headings)
        raise ConfigError(
            [f'The register {path} has no column "{heading}"; it has {there}. Mend [register.columns].' for heading in missing]
        )
    return Source(path, chosen, best, headings, skipped, digest)


def digest_and_encoding(path: Path) -> tuple[str, str]:
    """One pass over the bytes: their sha256, and UTF-8 unless they are not."""
    digest, utf8, beginning = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")(), b""
    is_utf8 = True
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                beginning = beginning or chunk[:4]
                digest.update(chunk)
                is_utf8 = is_utf8 and decodes(utf8, chunk)
    except OSError as error:
        raise ConfigError(f"The register {path} cannot be read: {error.strerror}. See [register] path.") from error
    return digest.hexdigest(), encoding_of(beginning, path, is_utf8=is_utf8)


def decodes(decoder: codecs.IncrementalDecoder, chunk: bytes) -> bool:
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
    return True


def encoding_of(beginning: bytes, path: Path, *, is_utf8: bool) -> str:
    if beginning.startswith(b"PK\x03\x04") or beginning.startswith(b"\xd0\xcf\x11\xe0"):
        raise ConfigError(f"The register {path} is a spreadsheet, not a CSV file: save it as CSV (UTF-8).")
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\x00" in beginning:  # ASCII headings in UTF-16 without its mark
        return "utf-16-be" if beginning.startswith(b"\x00") else "utf-16-le"
    return "utf-8-sig" if is_utf8 else "cp1252"


def python_encoding(named: str, found: str, path: Path) -> str:
    """The encoding as configured, its marks at the beginning taken off."""
    try:
        name = codecs.lookup(named).name
    except LookupError as error:
        raise ConfigError(f'[register] encoding "{named}" is unknown; write auto, utf-8, utf-16 or cp1252.') from error
    if name == "utf-8" and found != "utf-8-sig":
        raise ConfigError(f'The register {path} is not in utf-8: set [register] encoding to "auto" or "cp1252".')
    return "utf-8-sig" if name == "utf-8" else name


def open_text(path: Path, encoding: str) -> io.TextIOWrapper:
    """cp1252 leaves five bytes undefined: they show as U+FFFD rather than stop the register."""
    return path.open(encoding=encoding, errors="replace", newline="")


def first_line(path: Path, encoding: str) -> tuple[str, int]:
    """The line of the headings; empty lines and Excel's "sep=;" before it are passed over."""
    with open_text(path, encoding) as file:
        for skipped, line in enumerate(file):
            if line.strip() and not re.fullmatch(r"sep=.", line.strip(), re.IGNORECASE):
                return line, skipped
    raise ConfigError(f"The register {path} is empty.")


# --- headings ----------------------------------------------------------------------------------------------


def heading_key(heading: str) -> str:
    """Headings match without case, spaces and underscores."""
    return re.sub(r"[\s_]+", "", heading).casefold()


def wanted(columns: Columns) -> list[str]:
    """Every heading that the configuration maps, in order."""
    headings = [heading for mapped in columns.values() for heading in as_list(mapped)]
    return [heading for heading in headings if heading]


def as_list(mapped: str | Sequence[str]) -> list[str]:
    return [mapped] if isinstance(mapped, str) else list(mapped)


def lacking(columns: Columns, headings: Sequence[str]) -> list[str]:
    there = set(map(heading_key, headings))
    return [heading for heading in wanted(columns) if heading_key(heading) not in there]


def positions(columns: Columns, headings: Sequence[str], ours: str) -> list[int]:
    """Where the cells for one of our names stand; the first of two equal headings counts."""
    keys = list(map(heading_key, headings))
    return [keys.index(heading_key(heading)) for heading in as_list(columns.get(ours, "")) if heading]


# --- rows --------------------------------------------------------------------------------------------------


def rows(source: Source, columns: Columns, number_pattern: str) -> Iterator[Row | RowProblem]:
    """Every row that is not empty, as a member's row or as what is wrong with it."""
    at = {ours: positions(columns, source.headings, ours) for ours in (*NEEDED, "name", "postcode", "email", "status")}
    if not at["membership_number"] or not at["address"]:
        raise ConfigError("[register.columns] needs a heading for membership_number and at least one for address.")
    fits = re.compile(number_pattern).fullmatch
    width, number_at, address_at = len(source.headings), at["membership_number"][0], at["address"]
    name, postcode, email, status = (reader(at[ours]) for ours in ("name", "postcode", "email", "status"))
    for line, found in cells_by_line(source):
        if isinstance(found, str):
            yield RowProblem(line, found)
            continue
        cells = list(map(str.strip, found))
        if len(cells) != width and not spare_cells_are_empty(cells, width):
            yield RowProblem(line, f"has {len(cells)} cells where the heading has {width}; left out")
        elif not fits(cells[number_at]):
            yield RowProblem(line, number_problem(cells[number_at]))
        else:
            address = tuple([cell for i in address_at if (cell := cells[i])])
            yield Row(line, cells[number_at], name(cells), address, postcode(cells), email(cells), status(cells))


def reader(positions: Sequence[int]) -> Callable[[Sequence[str]], str]:
    """What reads one of our columns from the cells of a row; several cells are joined."""
    if len(positions) == 1:
        return itemgetter(positions[0])
    return lambda cells: " ".join([cells[i] for i in positions if cells[i]])


def cells_by_line(source: Source) -> Iterator[tuple[int, list[str] | str]]:
    """The cells of each row below the headings, with the line that it begins on; a sentence where they cannot be told."""
    csv.field_size_limit(LONGEST_CELL)
    with open_text(source.path, source.encoding) as file:
        for _ in range(source.skipped + 1):
            file.readline()
        reader = csv.reader(file, delimiter=source.delimiter)
        while True:
            line = source.skipped + 2 + reader.line_num
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield line, f"cannot be split into cells ({error}): is a quotation mark not closed?"
                continue
            if any(cells):
                yield line, cells


def spare_cells_are_empty(cells: Sequence[str], width: int) -> bool:
    """Spreadsheets write empty cells after the last heading."""
    return len(cells) > width and not any(cells[width:])


def number_problem(number: str) -> str:
    if not number:
        return "has no membership number; left out"
    if re.fullmatch(r"\d+([.,]\d+)?E\+?\d+|\d+\.0+", number, re.IGNORECASE):
        return f'has the number "{number}", as a spreadsheet shows a rounded one: format that column as text; left out'
    return f'has the number "{number}", which does not fit [register] number_pattern; left out'
