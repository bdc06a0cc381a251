"""The register: CSV files as offices export them, their rows as members or as problems, and the index that answers for them."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from swc_mailer.adapters.register_csv import IndexedRegister, open_register
from swc_mailer.core.model import Member
from swc_mailer.errors import ConfigError, StoreError

COLUMNS: dict[str, Any] = {
    "membership_number": "membership_number",
    "name": "name",
    "address": ["address_1", "address_2", "town"],
    "postcode": "postcode",
    "email": "email",
    "status": "status",
}
HEADINGS = "membership_number,name,address_1,address_2,town,postcode,email,status"
ANN = "0123456,Ann Example,12 Station Road,,Leeds,LS6 2AB,ann@example.org,current"
LEN = "7654321,Len Lapsed,Flat 2,3 Mill Lane,Leeds,LS6 2AB,,lapsed"
ZOE = "2345678,Zoë Müller,Dom 4,,Kraków,,zoe@example.org,Current"

Open = Callable[..., IndexedRegister]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "members.csv"


@pytest.fixture
def opened(path: Path, tmp_path: Path) -> Iterator[Open]:
    """Opens a register; its content may be given as lines or bytes."""
    registers: list[IndexedRegister] = []

    def open_(*lines: str, raw: bytes = b"", **changes: Any) -> IndexedRegister:
        if lines or raw:
            path.write_bytes(raw or "\n".join([*lines, ""]).encode())
        values: dict[str, Any] = {
            "columns": COLUMNS,
            "encoding": "auto",
            "delimiter": "auto",
            "number_pattern": r"\d{6,8}",
            "accepted_statuses": ["current"],
            "index_path": tmp_path / "members.index",
        }
        registers.append(open_register(path, **values | changes))
        return registers[-1]

    yield open_
    for register in registers:
        register.close()


def numbers(members: tuple[Member, ...]) -> list[str]:
    return [member.number for member in members]


def problem(opened: Open, *lines: str, **changes: Any) -> str:
    with pytest.raises(ConfigError) as raised:
        opened(*lines, **changes)
    return str(raised.value)


# --- looking up --------------------------------------------------------------------------------------------


def test_a_member_is_found_by_number_with_all_that_the_row_holds(opened: Open) -> None:
    register = opened(HEADINGS, ANN, LEN)

    assert register.by_number("0123456") == (
        Member("0123456", "Ann Example", ("12 Station Road", "Leeds"), "LS6 2AB", "ann@example.org", "current", True),
    )
    assert not register.by_number("7654321")[0].current
    assert register.by_number("1111111") == ()


def test_leading_zeros_are_kept_and_not_compared(opened: Open) -> None:
    register = opened(HEADINGS, ANN, ANN.replace("0123456", "00123456"))

    assert numbers(register.by_number("123456")) == ["0123456", "00123456"]
    assert numbers(register.by_number("00123456")) == ["00123456", "0123456"]


def test_members_are_found_at_a_postcode_however_it_is_written(opened: Open) -> None:
    register = opened(HEADINGS, ANN, LEN, ZOE)

    assert numbers(register.at_postcode("ls62ab")) == ["0123456", "7654321"]
    assert register.at_postcode("") == ()


@pytest.mark.parametrize("text", ["123456", "ann example", "STATION road leeds", "LS62AB ", "ann@example.org", "exam station"])
def test_staff_find_a_member_by_any_words(opened: Open, text: str) -> None:
    assert "0123456" in numbers(opened(HEADINGS, ANN, LEN, ZOE).search(text))


def test_staff_need_no_accents(opened: Open) -> None:
    assert numbers(opened(HEADINGS, ANN, ZOE).search("muller krakow")) == ["2345678"]


@pytest.mark.parametrize("text", ["", " - ", "nobody", "ann lapsed", "%", "_", "' nobody --"])
def test_a_search_for_nobody_finds_nobody(opened: Open, text: str) -> None:
    assert opened(HEADINGS, ANN, LEN).search(text) == ()


def test_a_search_gives_no_more_than_asked_for(opened: Open) -> None:
    rows = [ANN.replace("0123456", f"{number:07}") for number in range(30)]

    assert len(opened(HEADINGS, *rows).search("station", limit=5)) == 5


def test_status_is_compared_without_case_and_a_register_without_status_has_current_members_only(opened: Open) -> None:
    assert opened(HEADINGS, ZOE).by_number("2345678")[0].current
    assert opened(columns=COLUMNS | {"status": ""}, accepted_statuses=[]).by_number("2345678")[0].current


# --- files as offices export them --------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_common_encoding_is_found_out(opened: Open, encoding: str) -> None:
    text = "\r\n".join([HEADINGS, ZOE.replace("Kraków", "Köln"), ""])

    assert opened(raw=text.encode(encoding)).by_number("2345678")[0].name == "Zoë Müller"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_common_delimiter_is_found_out(opened: Open, delimiter: str) -> None:
    lines = [line.replace(",", delimiter) for line in (HEADINGS, ANN)]

    assert opened(*lines).by_number("123456")[0].address == ("12 Station Road", "Leeds")


def test_commas_in_the_headings_do_not_mislead(opened: Open) -> None:
    columns = COLUMNS | {"name": "name, in full"}
    lines = [line.replace(",", ";").replace("name", "name, in full") for line in (HEADINGS, ANN)]

    assert opened(*lines, columns=columns).by_number("123456")[0].name == "Ann Example"


def test_excels_own_first_line_and_empty_lines_are_passed_over(opened: Open) -> None:
    register = opened("sep=;", "", HEADINGS.replace(",", ";"), "", ANN.replace(",", ";"), ";;;;;;;", "")

    assert register.counts["rows"] == 1
    assert register.problems() == ()


def test_headings_match_without_case_spaces_and_underscores(opened: Open) -> None:
    register = opened(HEADINGS.replace("membership_number", " Membership Number ").upper(), ANN)

    assert numbers(register.by_number("123456")) == ["0123456"]


def test_cells_may_hold_commas_quotation_marks_and_line_ends(opened: Open) -> None:
    row = '1234567,"Example, Ann ""Annie""","The Barn\r\nMill Lane",,Leeds,LS6 2AB,,current'
    (member,) = opened(HEADINGS, row, LEN).by_number("1234567")

    assert member.name == 'Example, Ann "Annie"'
    assert member.address == ("The Barn", "Mill Lane", "Leeds")


# --- rows that cannot be used ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("1234567,Short,Row", "has 3 cells where the heading has 8"),
        (f"{ANN},and,more", "has 10 cells where the heading has 8"),
        (ANN.replace("0123456", ""), "has no membership number"),
        (ANN.replace("0123456", "12A"), '"12A", which does not fit'),
        (ANN.replace("0123456", "1.23E+06"), "a spreadsheet"),
        (ANN.replace("0123456", "1234567.0"), "a spreadsheet"),
    ],
    ids=["short", "long", "none", "no number", "rounded", "decimal"],
)
def test_a_bad_row_is_named_by_its_line_and_does_not_stop_the_rest(opened: Open, row: str, says: str) -> None:
    register = opened(HEADINGS, LEN, "", row, ZOE)
    (bad,) = register.problems()

    assert (bad.line, says in bad.text) == (4, True)
    assert (register.counts["rows"], register.counts["bad_rows"]) == (2, 1)
    assert register.by_number("2345678")


def test_spare_empty_cells_at_the_end_are_no_problem(opened: Open) -> None:
    assert opened(HEADINGS, f"{ANN},,").problems() == ()


def test_a_number_that_two_rows_have_is_named_and_both_are_kept(opened: Open) -> None:
    register = opened(HEADINGS, ANN, LEN.replace("7654321", "123456"))

    assert [(bad.line, bad.text) for bad in register.problems()] == [
        (3, "has the number 123456, which line 2 has as well; both are kept")
    ]
    assert len(register.by_number("123456")) == 2
    assert register.counts["doubles"] == 1


def test_the_same_row_twice_is_one_member(opened: Open) -> None:
    assert len(opened(HEADINGS, ANN, ANN).by_number("123456")) == 1


def test_a_quotation_mark_that_is_not_closed_costs_its_row_alone_where_the_rest_is_long(opened: Open) -> None:
    rest = [ANN.replace("0123456", f"{number:07}") for number in range(3000)]
    register = opened(HEADINGS, LEN, '1234567,"Ann,,,,,,', *rest)

    assert register.by_number("7654321")
    assert register.counts["bad_rows"] > 0
    assert "quotation mark" in register.problems()[0].text
    assert register.by_number("2999")


def test_the_counts_are_what_check_shows(opened: Open) -> None:
    assert opened(HEADINGS, ANN, LEN, ZOE, "x").counts == {
        "rows": 3,
        "bad_rows": 1,
        "doubles": 0,
        "without_postcode": 1,
        "statuses": {"Current": 1, "current": 1, "lapsed": 1},
    }


# --- files that cannot be used -----------------------------------------------------------------------------


def test_a_missing_column_is_named_with_those_that_are_there(opened: Open) -> None:
    said = problem(opened, HEADINGS.replace("membership_number", "number"), ANN)

    assert 'has no column "membership_number"' in said
    assert '"number", "name"' in said


def test_every_missing_column_is_named_at_once(opened: Open) -> None:
    assert problem(opened, "a,b", "1,2").count("\n") == 7


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"\n\n", "is empty"),
        (HEADINGS.encode(), "no usable row"),
        (f"{HEADINGS}\nx,,,,,,,\n".encode(), "Line 2 has the number"),
        (b"PK\x03\x04 a workbook", "save it as CSV"),
    ],
    ids=["empty", "headings only", "no good row", "workbook"],
)
def test_a_register_without_a_usable_row_is_refused(opened: Open, raw: bytes, says: str) -> None:
    assert says in problem(opened, raw=raw)


def test_an_empty_file_is_refused(opened: Open, path: Path) -> None:
    path.touch()

    assert "is empty" in problem(opened)


def test_a_file_that_is_not_there_is_refused(opened: Open) -> None:
    assert "cannot be read" in problem(opened)


def test_an_encoding_that_is_not_the_files_or_unknown_is_refused(opened: Open) -> None:
    latin = "\n".join([HEADINGS, ZOE.replace("Kraków", "Köln")]).encode("cp1252")

    assert "not in utf-8" in problem(opened, raw=latin, encoding="utf-8")
    assert "is unknown" in problem(opened, raw=latin, encoding="klingon")


@pytest.mark.parametrize("needed", ["membership_number", "address"])
def test_number_and_address_must_be_mapped(opened: Open, needed: str) -> None:
    assert "[register.columns]" in problem(opened, HEADINGS, ANN, columns=COLUMNS | {needed: ""})


@given(st.binary(max_size=300))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_file_holds_it_is_a_register_or_a_sentence(opened: Open, content: bytes) -> None:
    with suppress(ConfigError):
        opened(raw=HEADINGS.encode() + b"\n" + content).close()


# --- the index ---------------------------------------------------------------------------------------------


def test_the_index_is_private_and_leaves_nothing_beside_it(opened: Open, tmp_path: Path) -> None:
    opened(HEADINGS, ANN)
    problem(opened, HEADINGS)

    assert sorted(file.name for file in tmp_path.iterdir()) == ["members.csv", "members.index"]
    assert stat.S_IMODE((tmp_path / "members.index").stat().st_mode) == 0o600


def test_an_unchanged_register_is_not_read_again(opened: Open, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = opened(HEADINGS, ANN)
    monkeypatch.setattr(Path, "open", None)  # whoever opens the CSV fails

    assert opened().digest == first.digest


def test_a_register_written_anew_with_the_same_rows_keeps_its_index(
    opened: Open, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = opened(HEADINGS, ANN)
    path.write_bytes(path.read_bytes())
    monkeypatch.setattr("swc_mailer.adapters.register_csv.rows", None)  # whoever reads the rows fails

    assert opened().digest == first.digest
    assert opened().by_number("123456")


def test_a_changed_register_is_indexed_anew_even_if_its_time_is_set_back(opened: Open, path: Path) -> None:
    first = opened(HEADINGS, ANN)
    time = path.stat().st_mtime_ns
    path.write_text("\n".join([HEADINGS, ANN.replace("0123456", "0123457")]))
    os.utime(path, ns=(time, time))
    second = opened()

    assert numbers(second.by_number("123457")) == ["0123457"]
    assert first.digest != second.digest
    assert numbers(first.by_number("123456")) == ["0123456"]  # who has the old one open goes on with it


def test_another_reading_of_the_same_file_is_indexed_anew(opened: Open) -> None:
    first = opened(HEADINGS, ANN, "12345,Short,1 Mill Lane,,Leeds,LS1 1AA,,current")

    assert opened(number_pattern=r"\d{5,8}").by_number("12345")
    assert not first.by_number("12345")


@pytest.mark.parametrize("damage", [b"", b"garbage", None], ids=["empty", "garbage", "other database"])
def test_a_damaged_index_is_built_again(opened: Open, tmp_path: Path, damage: bytes | None) -> None:
    opened(HEADINGS, ANN)
    index = tmp_path / "members.index"
    index.unlink()
    if damage is None:
        sqlite3.connect(index).close()
    index.write_bytes(damage or b"")

    assert opened().by_number("123456")


def test_a_place_where_no_index_can_be_written_is_named(opened: Open, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="index"):
        opened(HEADINGS, ANN, index_path=tmp_path / "nowhere" / "members.index")


OPEN_IT = """
import sys
from pathlib import Path
from swc_mailer.adapters.register_csv import open_register

folder = Path(sys.argv[1])
columns = {"membership_number": "membership_number", "address": ["address_1"], "status": ""}
register = open_register(folder / "members.csv", columns=columns, encoding="auto", delimiter="auto",
    number_pattern="[0-9]+", accepted_statuses=[], index_path=folder / "shared.index")
print(register.counts["rows"])
"""


def test_processes_that_build_at_once_do_each_other_no_harm(opened: Open, path: Path, tmp_path: Path) -> None:
    path.write_text("\n".join([HEADINGS, *(ANN.replace("0123456", f"{number:07}") for number in range(2000))]))
    builders = [subprocess.Popen([sys.executable, "-c", OPEN_IT, tmp_path], stdout=subprocess.PIPE) for _ in range(3)]

    assert [builder.communicate()[0].strip() for builder in builders] == [b"2000"] * 3
    assert sorted(file.name for file in tmp_path.iterdir()) == ["members.csv", "shared.index"]
