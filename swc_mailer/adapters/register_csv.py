"""The register: an index of the member CSV, made once for each change of the file, and looked up by number and by postcode.

The index is an SQLite file beside the store. It is built aside and put in place at once, so that whoever reads it sees a whole
one, and two that build at once do each other no harm. A run that finds the CSV as it was reads neither it nor its hash.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sqlite3
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from swc_mailer.adapters.register_file import Columns, Row, RowProblem, digest_and_encoding, examine, rows
from swc_mailer.core.model import Member
from swc_mailer.core.register import is_british, number_key, postcode_key
from swc_mailer.errors import ConfigError, StoreError

INDEX_VERSION = 1  # one more whenever the index, or what goes into it, changes
MOST_PROBLEMS = 1000  # kept for people; all are counted
MOST_STATUSES = 50

TABLES = """
create table member (
    line integer primary key, number text not null, number_key text not null, name text not null, address text not null,
    postcode text not null, postcode_key text not null, email text not null, status text not null, words text not null
);
create table problem (line integer not null, text text not null);
create table about (name text primary key, value text not null);
"""
INDEXES = """
create index member_number on member (number_key);
create index member_postcode on member (postcode_key);
"""
COLUMNS = "number, name, address, postcode, email, status"


class IndexedRegister:
    """Implements core.model.Register on an index; what `check` tells of the register is here too."""

    def __init__(self, connection: sqlite3.Connection, accepted_statuses: Sequence[str], *, has_status: bool) -> None:
        self._connection = connection
        self._accepted = frozenset(status.strip().casefold() for status in accepted_statuses)
        self._has_status = has_status

    def by_number(self, number: str) -> tuple[Member, ...]:
        found = self._members("number_key = ? order by number <> ?, line", number_key(number), number.strip())
        return tuple(dict.fromkeys(found))  # the same row twice is one member

    def at_postcode(self, postcode: str) -> tuple[Member, ...]:
        key = postcode_key(postcode)
        return tuple(self._members("postcode_key = ? order by line", key)) if key else ()

    def search(self, text: str, *, limit: int = 20) -> tuple[Member, ...]:
        words = re.findall(r"\w+", searchable(text))
        if not words:
            return ()
        exact = dict.fromkeys([*self.by_number(text), *self.at_postcode(text)])
        if len(exact) < limit:
            holds = " and ".join(["instr(words, ?)"] * len(words))
            exact |= dict.fromkeys(self._members(f"{holds} order by line limit ?", *words, limit))
        return tuple(exact)[:limit]

    def _members(self, condition: str, *values: Any) -> Iterator[Member]:
        query = f"select {COLUMNS} from member where {condition}"  # noqa: S608 -- the conditions are those above
        for number, name, address, postcode, email, status in self._connection.execute(query, values):
            current = not self._has_status or status.casefold() in self._accepted
            yield Member(number, name, tuple(address.split("\n")) if address else (), postcode, email, status, current)

    # what `check` shows

    @property
    def digest(self) -> str:
        """Of the CSV and of how it is read: another one means that cases that wait for the register may be decided anew."""
        return hashlib.sha256(f"{self._about('reads_as')} {self._about('source')}".encode()).hexdigest()

    @property
    def counts(self) -> dict[str, Any]:
        """`rows`, `bad_rows`, `doubles`, `without_postcode`, and `statuses`: how many rows have each, the commonest first."""
        counts: dict[str, Any] = json.loads(self._about("counts"))
        return counts

    def problems(self) -> tuple[RowProblem, ...]:
        """The first rows that were left out, and numbers that more than one row has, by line."""
        return tuple(RowProblem(*row) for row in self._connection.execute("select line, text from problem order by line"))

    def without_postcode(self, *, limit: int) -> list[int]:
        """The first lines of members who have none; `counts` has their number."""
        found = self._connection.execute("select line from member where postcode_key = '' order by line limit ?", (limit,))
        return [line for (line,) in found]

    def odd_postcodes(self) -> list[int]:
        """The lines of members whose postcode is no British one: they live overseas, or it is mistyped."""
        given = self._connection.execute("select line, postcode from member where postcode_key <> '' order by line")
        return [line for line, postcode in given if not is_british(postcode)]

    def _about(self, name: str) -> str:
        value: str = self._connection.execute("select value from about where name = ?", (name,)).fetchone()[0]
        return value

    def close(self) -> None:
        self._connection.close()


# --- opening -----------------------------------------------------------------------------------------------


def open_register(
    path: Path,
    *,
    columns: Columns,
    encoding: str,
    delimiter: str,
    number_pattern: str,
    accepted_statuses: Sequence[str],
    index_path: Path,
) -> IndexedRegister:
    """The register, indexed; builds the index where the CSV or how it is read has changed. Raises ConfigError where the CSV
    cannot be used at all: then no mail is touched."""
    settings = [INDEX_VERSION, {ours: columns[ours] for ours in sorted(columns)}, encoding, delimiter, number_pattern]
    reads_as = hashlib.sha256(json.dumps(settings, default=list).encode()).hexdigest()
    connection = fresh_index(index_path, path, reads_as)
    if connection is None and not stamp_again(index_path, path, reads_as):
        build(path, columns, encoding, delimiter, number_pattern, index_path=index_path, reads_as=reads_as)
    if connection is None:
        connection = read_only(index_path)
    return IndexedRegister(connection, accepted_statuses, has_status=bool(columns.get("status")))


def fresh_index(index_path: Path, path: Path, reads_as: str) -> sqlite3.Connection | None:
    """The index, if it was made of this very state of the file; None where there is none, or a damaged one."""
    state = state_of(path)
    try:
        connection = read_only(index_path)
    except sqlite3.Error:
        return None
    about = read_about(connection)
    if about.get("reads_as") == reads_as and about.get("file") == state:
        return connection
    connection.close()
    return None


def read_about(connection: sqlite3.Connection) -> dict[str, str]:
    """What an index says of itself; nothing where it is damaged."""
    try:
        return dict(connection.execute("select name, value from about"))
    except sqlite3.Error:
        return {}


def stamp_again(index_path: Path, path: Path, reads_as: str) -> bool:
    """Where the CSV was only written anew with what it held before, its index serves: False where it does not. The index in its
    place is never written, for others read it: a copy is."""
    if not index_path.exists():
        return False
    state = state_of(path)
    beside = new_file(index_path)
    try:
        shutil.copyfile(index_path, beside)
        with closing(sqlite3.connect(beside)) as connection:
            about = read_about(connection)
            if about.get("reads_as") != reads_as or about.get("source") != digest_and_encoding(path)[0]:
                return False
            connection.execute("update about set value = ? where name = 'file'", (state,))
            connection.commit()
        beside.replace(index_path)
    except (OSError, sqlite3.Error):
        return False  # it is built again, and what is wrong shows then
    finally:
        beside.unlink(missing_ok=True)
    return True


def read_only(index_path: Path) -> sqlite3.Connection:
    """`immutable`: the file in this place is only ever replaced, so no locks are needed. The web pages' threads share it."""
    uri = f"{index_path.absolute().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(uri, uri=True, check_same_thread=False)


def state_of(path: Path) -> str:
    """Changes whenever the file is written or replaced: the inode and ctime even where the time was set back by `cp -p`."""
    try:
        state = path.stat()
    except OSError as error:
        raise ConfigError(f"The register {path} cannot be read: {error.strerror}. See [register] path.") from error
    return f"{path.absolute()} {state.st_size} {state.st_mtime_ns} {state.st_ctime_ns} {state.st_ino}"


# --- building ----------------------------------------------------------------------------------------------


def build(
    path: Path, columns: Columns, encoding: str, delimiter: str, number_pattern: str, *, index_path: Path, reads_as: str
) -> None:
    """Read the CSV into a new index, and put that in place at once."""
    state = state_of(path)
    source = examine(path, columns, encoding=encoding, delimiter=delimiter)
    beside = new_file(index_path)
    try:
        with closing(sqlite3.connect(beside)) as connection:
            fill(connection, rows(source, columns, number_pattern), path)
            about = {
                "reads_as": reads_as,
                "file": state,
                "source": source.digest,
            }
            connection.executemany("insert into about values (?, ?)", about.items())
            connection.commit()
        if state_of(path) != state:
            raise ConfigError(f"The register {path} changed while it was read: the next run reads it again.")
        beside.replace(index_path)
    except sqlite3.Error as error:
        raise StoreError(f"The register's index {index_path} cannot be written: {error}. Make room on that disk.") from error
    finally:
        beside.unlink(missing_ok=True)


def new_file(index_path: Path) -> Path:
    """An empty file beside the index, readable by its owner alone."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{index_path.name}.", dir=index_path.parent)
    except OSError as error:
        raise StoreError(f"The register's index {index_path} cannot be written: {error.strerror}.") from error
    os.close(descriptor)
    return Path(name)


def fill(connection: sqlite3.Connection, found: Iterator[Row | RowProblem], path: Path) -> None:
    # Nothing of a file that is thrown away on any failure need be safe from a crash.
    connection.execute("pragma journal_mode = off")
    connection.execute("pragma synchronous = off")
    connection.executescript(TABLES)
    problems: list[RowProblem] = []
    connection.executemany("insert into member values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", index_rows(found, problems))
    if not connection.execute("select 1 from member limit 1").fetchone():
        first = f" Line {problems[0].line} {problems[0].text}." if problems else ""
        raise ConfigError(f"The register {path} has no usable row: put the members into it.{first}")
    connection.executescript(INDEXES)
    doubles = list(doubled(connection))
    kept = sorted([*problems[:MOST_PROBLEMS], *doubles[:MOST_PROBLEMS]], key=lambda problem: problem.line)
    connection.executemany("insert into problem values (?, ?)", [(problem.line, problem.text) for problem in kept])
    counts = json.dumps(count(connection) | {"bad_rows": len(problems), "doubles": len(doubles)})
    connection.execute("insert into about values ('counts', ?)", (counts,))


def index_rows(found: Iterator[Row | RowProblem], problems: list[RowProblem]) -> Iterator[tuple[Any, ...]]:
    """The rows as the index holds them; what is wrong with the others is put into `problems`."""
    for row in found:
        if isinstance(row, RowProblem):
            problems.append(row)
            continue
        address = "\n".join(row.address)
        if "\r" in address:  # from a cell of several lines
            address = "\n".join(address.splitlines())
        yield (
            row.line,
            row.number,
            number_key(row.number),
            row.name,
            address,
            row.postcode,
            postcode_key(row.postcode),
            row.email,
            row.status,
            searchable(f"{row.number}\n{row.name}\n{address}\n{row.postcode}\n{row.email}"),
        )


def doubled(connection: sqlite3.Connection) -> Iterator[RowProblem]:
    """Rows whose number, leading zeros aside, an earlier row has. They stay: which of them is right is for a person to say."""
    query = """
        select member.line, member.number, same.line from member
        join (select number_key, min(line) as line from member group by number_key having count(*) > 1) as same
        on same.number_key = member.number_key where member.line > same.line order by member.line
    """
    for line, number, first in connection.execute(query):
        yield RowProblem(line, f"has the number {number}, which line {first} has as well; both are kept")


def count(connection: sqlite3.Connection) -> dict[str, Any]:
    statuses = connection.execute(
        "select status, count(*) from member group by status order by count(*) desc limit ?", (MOST_STATUSES,)
    )
    return {
        "rows": connection.execute("select count(*) from member").fetchone()[0],
        "without_postcode": connection.execute("select count(*) from member where postcode_key = ''").fetchone()[0],
        "statuses": dict(statuses.fetchall()),
    }


def searchable(text: str) -> str:
    """Text as it is searched: lower case, without accents."""
    if not text.isascii():
        text = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return text.casefold()
