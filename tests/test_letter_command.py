"""`letter` as a process of its own, from flags and on a terminal, and what other commands tell of what it kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.office import Office, open_office

ANN = ["--number", "123456", "--address", "12 Station Road; Leeds; LS6 2AB", "--name", "A. Example", "--received", "2014-03-03"]
LABEL = ["Ann Example", "12 Station Road", "Leeds", "LS6 2AB"]
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return open_office(tmp_path)


def status(office: Office, *, code: int) -> Any:
    return json.loads(office.program("status", "--json", code=code).stdout)


def test_a_members_letter_is_answered_by_post_to_the_registers_address(office: Office) -> None:
    made = office.json("letter", *ANN)
    case = office.json("queue", "show", made["id"])

    assert (made["outcome"], made["membership_number"], made["postcode"]) == ("pack", "0123456", "LS6 2AB")
    assert (made["post_to"], made["reply_to"], made["received"]) == (LABEL, None, "2014-03-03")
    assert (case["origin"], case["state"], case["subject"]) == ("letter", "answered", "Letter of 3 March 2014")
    assert [(reply["delivery"], reply["state"], reply["post_to"]) for reply in case["replies"]] == [("post", "due", LABEL)]
    assert [made["decided_by"] for made in case["decisions"]] == ["program"]
    assert status(office, code=1)["letters_to_print"] == 1  # somebody has to


def test_what_would_be_decided_and_why_is_told_and_nothing_kept(office: Office) -> None:
    told = office.program("letter", *ANN, "--preview").stdout

    assert "Pack: Number 0123456 is Ann Example" in told
    assert "The pack goes to Ann Example, 12 Station Road, Leeds, LS6 2AB by post." in told
    assert "Kept" not in told
    assert status(office, code=0)["letters_to_print"] == 0


def test_without_its_day_of_receipt_it_is_refused(office: Office) -> None:
    ran = office.program("letter", *ANN[:-2], code=1)

    assert (ran.stdout, ran.stderr.count("\n")) == ("", 1)
    assert "--received is missing" in ran.stderr


def test_letters_are_typed_in_one_after_the_other_on_a_terminal(office: Office) -> None:
    first = ["mill", "3/3/2014", "7654321", "Bob Other", "3 Mill Lane; York; YO1 9XX", "", "", "", ""]
    second = ["", "", "12a", "", "", "", "", ""]
    third = ["", "", "", "Cy Example", "1 High Street; Leeds; LS1 1AA", "", "", "", "n"]
    told = office.program("letter", said="".join(f"{line}\n" for line in [*first, *second, *third])).stdout

    assert "7654321  Bob Other  3 Mill Lane, York, YO1 9XX  current" in told
    assert "The pack goes to Bob Other, 3 Mill Lane, York, YO1 9XX by post." in told
    assert "Received on (Enter: 3/3/2014)" in told
    assert "12a is no membership number" in told
    assert "Nothing was kept." in told
    assert told.endswith("1 letter typed in.\n")


def test_what_is_held_of_a_letter_is_exported_and_erased(office: Office) -> None:
    (office.folder / "letter.png").write_bytes(PNG)
    office.program("letter", *ANN, "--scan", "letter.png")
    told = office.program("export", "--member", "123456").stdout
    (case,) = office.json("export", "--member", "123456")["cases"]
    office.program("erase", "--member", "123456", "--yes")
    left = b"".join(path.read_bytes() for path in office.folder.glob("store.db*"))

    assert "From A. Example, by post, received 3 March 2014" in told
    assert "Reply: pack to Ann Example, 12 Station Road, Leeds, LS6 2AB by post: due: " in told
    assert "Thank you for asking for the documents" in told
    assert case["scans"] == [{"name": "letter.png", "media_type": "image/png", "base64": "iVBORw0KGgo="}]
    assert b"Station Road" not in left
    assert PNG not in left
