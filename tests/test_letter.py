"""`letter` as a process of its own: decided by the rules, kept as a case, answered by post or by email."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.office import Office, open_office

ADDRESS = ["--address", "12 Station Road; Leeds; LS6 2AB"]
ANN = ["--number", "123456", *ADDRESS, "--name", "A. Example"]
LABEL = ["Ann Example", "12 Station Road", "Leeds", "LS6 2AB"]
IN_TIME = ["--received", "2014-03-03"]
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return open_office(tmp_path)


def typed_in(office: Office, *arguments: str | Path) -> Any:
    return office.json("letter", *arguments)


def status(office: Office) -> Any:
    return json.loads(office.program("status", "--json", code=None).stdout)


def refused(office: Office, *arguments: str | Path) -> str:
    """The one line by which it is refused; nothing is kept."""
    ran = office.program("letter", *arguments, code=1)
    assert (ran.stdout, len(ran.stderr.splitlines())) == ("", 1)
    assert status(office)["letters_to_print"] == 0
    return ran.stderr


# --- decided by the rules ----------------------------------------------------------------------------------


def test_a_members_letter_is_answered_by_post_to_the_registers_address(office: Office) -> None:
    made = typed_in(office, *ANN, *IN_TIME)
    case = office.json("queue", "show", made["id"])

    assert (made["outcome"], made["membership_number"], made["postcode"]) == ("pack", "0123456", "LS6 2AB")
    assert (made["post_to"], made["reply_to"], made["received"]) == (LABEL, None, "2014-03-03")
    assert (case["origin"], case["state"], case["subject"]) == ("letter", "answered", "Letter of 3 March 2014")
    assert [(reply["delivery"], reply["state"], reply["post_to"]) for reply in case["replies"]] == [("post", "due", LABEL)]
    assert [made["decided_by"] for made in case["decisions"]] == ["program"]
    stands = office.program("status", "--json", code=1).stdout  # somebody has to print it
    assert json.loads(stands)["letters_to_print"] == 1


def test_what_is_decided_and_why_is_told(office: Office) -> None:
    told = office.program("letter", *ANN, *IN_TIME).stdout

    assert "Pack: Number 0123456 is Ann Example" in told
    assert "The pack goes to Ann Example, 12 Station Road, Leeds, LS6 2AB by post." in told
    assert "Kept as case " in told


@pytest.mark.parametrize(
    ("arguments", "missing", "label"),
    [
        (ADDRESS, ["membership_number"], ["A. Example", "12 Station Road", "Leeds", "LS6 2AB"]),
        (["--number", "0123456"], ["postal_address"], LABEL),
        (["--number", "0123456", "--address", "12 Station Road; Leeds"], ["postal_address"], LABEL),
    ],
    ids=["number", "address", "postcode"],
)
def test_what_a_letter_does_not_give_is_asked_for_by_post(
    office: Office, arguments: list[str], missing: list[str], label: list[str]
) -> None:
    made = typed_in(office, *arguments, "--name", "A. Example", *IN_TIME)

    assert (made["outcome"], made["missing"], made["post_to"]) == ("details_missing", missing, label)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--number", "9999999", *ADDRESS], "number_unknown"),
        (["--number", "7654321", *ADDRESS], "address_elsewhere"),
        (["--number", "9999999"], "no_postal_address"),
        ([], "no_postal_address"),
        ([*ANN, "--wish", "in large print"], "special_format"),
    ],
)
def test_what_no_rule_settles_waits_for_a_person(office: Office, arguments: list[str], code: str) -> None:
    made = typed_in(office, *arguments, "--name", "Cy Example", *IN_TIME)
    (waits,) = lines(office, "queue", "list")

    assert (made["outcome"], made["reasons"][0]["code"], made["post_to"]) == ("review", code, None)
    assert (waits["id"], waits["reason"]) == (made["id"], code)


def lines(office: Office, *arguments: str) -> list[Any]:
    return [json.loads(line) for line in office.program(*arguments, "--json").stdout.splitlines()]


def test_the_day_of_receipt_decides_whether_it_is_in_time(office: Office) -> None:
    last, late = typed_in(office, *ANN, "--received", "21/3/2014"), typed_in(office, *ANN, "--received", "22 March 2014")

    assert (last["outcome"], late["outcome"]) == ("pack", "closed")
    assert late["post_to"] == ["A. Example", "12 Station Road", "Leeds", "LS6 2AB"]
    words = office.json("queue", "show", late["id"])["replies"][0]
    assert words["kind"] == "closed"


def test_the_same_letter_typed_in_twice_is_answered_once(office: Office) -> None:
    first, again = (typed_in(office, *ANN, *IN_TIME) for _ in range(2))

    assert (first["outcome"], again["outcome"]) == ("pack", "settled")
    assert status(office)["letters_to_print"] == 1


def test_a_letter_with_an_email_address_is_answered_there(office: Office) -> None:
    by_email = typed_in(office, *ANN, *IN_TIME, "--email", "Ann@example.org")
    other = ["--number", "7654321", "--address", "3 Mill Lane; York; YO1 9XX", "--email", "bob@example.org", "--by-post"]
    by_post = typed_in(office, *other, *IN_TIME)

    assert (by_email["reply_to"], by_email["post_to"]) == ("ann@example.org", None)
    assert (by_post["reply_to"], by_post["post_to"]) == (None, ["Bob Other", "3 Mill Lane", "York", "YO1 9XX"])
    stands = status(office)
    assert (stands["replies_due"], stands["letters_to_print"]) == (1, 1)


def test_both_ways_where_it_is_so_configured(office: Office) -> None:
    with office.config.open("a") as file:
        file.write('[delivery]\nmode = "both"\n')
    made = typed_in(office, *ANN, *IN_TIME, "--email", "ann@example.org")

    assert (made["reply_to"], made["post_to"]) == ("ann@example.org", LABEL)
    assert "Ann Example" in office.program("queue", "show", made["id"]).stdout


# --- what was typed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--number", "123456"], "--received is missing"),
        ([*ANN, "--received", "31/2/2014"], '"31/2/2014" is no date of receipt'),
        ([*ANN, "--received", "2999-01-01"], "2999-01-01 is yet to come"),
        (["--number", "12a", *IN_TIME], "12a is no membership number"),
        ([*ANN, *IN_TIME, "--email", "ann at home"], "ann at home is no address"),
        ([*ANN, *IN_TIME, "--scan", "nowhere.pdf"], "--scan nowhere.pdf: No such file"),
        ([*ANN, *IN_TIME, "--scan", "members.csv"], "members.csv is no scan that can be shown"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line_with_the_mend(office: Office, arguments: list[str], said: str) -> None:
    assert said in refused(office, *arguments)


def test_a_preview_keeps_nothing(office: Office) -> None:
    told = office.program("letter", *ANN, *IN_TIME, "--preview").stdout

    assert "The pack goes to Ann Example" in told
    assert "Kept" not in told
    assert status(office)["letters_to_print"] == 0


def test_a_scan_is_kept_with_the_letter(office: Office) -> None:
    (office.folder / "letter.png").write_bytes(PNG)
    made = typed_in(office, *ANN, *IN_TIME, "--scan", "letter.png")

    assert office.json("queue", "show", made["id"])["scans"] == ["letter.png"]


def test_letters_are_typed_in_one_after_the_other_on_a_terminal(office: Office) -> None:
    first = ["mill", "3/3/2014", "7654321", "Bob Other", "3 Mill Lane; York; YO1 9XX", "", "", "", ""]
    second = ["", "", "12a", "", "", "", "", ""]
    third = ["", "", "", "Cy Example", "1 High Street; Leeds; LS1 1AA", "", "", "", "n"]
    said = "".join(f"{line}\n" for line in [*first, *second, *third])
    told = office.program("letter", said=said).stdout

    assert "7654321  Bob Other  3 Mill Lane, York, YO1 9XX  current" in told
    assert "The pack goes to Bob Other, 3 Mill Lane, York, YO1 9XX by post." in told
    assert "Received on (Enter: 3/3/2014)" in told
    assert "12a is no membership number" in told
    assert "Nothing was kept." in told
    assert told.endswith("1 letter typed in.\n")


# --- afterwards --------------------------------------------------------------------------------------------


def test_what_waited_goes_when_the_register_has_the_number(office: Office) -> None:
    made = typed_in(office, "--number", "9999999", "--address", "1 High Street; Leeds; LS1 1AA", *IN_TIME)
    with (office.folder / "members.csv").open("a") as file:
        file.write("9999999,Cy Example,1 High Street,,Leeds,,LS1 1AA,,current\n")
    office.program("queue", "redecide", made["id"])
    case = office.json("queue", "show", made["id"])

    assert case["state"] == "answered"
    assert case["replies"][0]["post_to"] == ["Cy Example", "1 High Street", "Leeds", "LS1 1AA"]


def test_a_wish_that_needs_a_person_still_does_when_it_is_decided_again(office: Office) -> None:
    made = typed_in(office, *ANN, *IN_TIME, "--wish", "in large print")
    office.program("queue", "redecide", made["id"])

    assert office.json("queue", "show", made["id"])["reasons"][0]["text"] == 'A wish that needs a person: "in large print".'


def test_staff_settle_a_letters_case_by_post_or_by_email(office: Office) -> None:
    unknown = ["--number", "9999999", "--address", "1 High Street; Leeds; LS1 1AA", "--name", "Cy Example", *IN_TIME]
    one, two, three = (typed_in(office, *unknown)["id"] for _ in range(3))
    asked = office.program("queue", "ask", one, "--missing", "membership_number").stdout
    approved = office.program("queue", "approve", two, "--number", "0123456").stdout
    (office.folder / "answer.txt").write_text("Dear Cy,\n\nplease ring us.\n")
    answered = office.program("queue", "answer", three, "--file", "answer.txt", "--to", "cy@example.org").stdout

    assert "Cy Example, 1 High Street, Leeds, LS1 1AA is asked for the membership number, by post." in asked
    assert "The pack goes to Ann Example, 12 Station Road, Leeds, LS6 2AB by post" in approved
    assert "The answer goes to cy@example.org." in answered
    assert status(office)["letters_to_print"] == 2


def test_what_is_held_of_a_letter_is_exported_and_erased(office: Office) -> None:
    (office.folder / "letter.png").write_bytes(PNG)
    typed_in(office, *ANN, *IN_TIME, "--scan", "letter.png")
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
    assert status(office)["letters_to_print"] == 0
