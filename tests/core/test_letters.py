"""The words of what goes by post: fixed with the decision, a paragraph a line, and nothing of the register's in a question."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from swc_mailer.adapters.templates import JinjaTemplates
from swc_mailer.core.compose import Wording
from swc_mailer.core.letters import LetterPaper, compose_letter, compose_letter_answer
from swc_mailer.core.model import (
    Closed,
    Decision,
    Delivery,
    Details,
    DetailsMissing,
    Field,
    Match,
    Member,
    Pack,
    Review,
    Verdict,
)
from swc_mailer.core.typed_in import typed_address, typed_number
from swc_mailer.ports import NewReply

WORDING = Wording("Global policy consultation", date(2014, 3, 21), ZoneInfo("Europe/London"), post_to=("17-25 New Inn Yard",))
PAPER = LetterPaper(
    templates=JinjaTemplates(),
    wording=WORDING,
    post_to=("Ann Example", "12 Station Road", "LS6 2AB"),
    name="Ann Example",
    reference="abcd2345",
    email="swc@example.org",
    message_id="<1@example.org>",
    date=datetime(2014, 2, 10, tzinfo=UTC),
)
ANN = Member("0123456", "Ann Example", ("12 Station Road", "Leeds"), "LS6 2AB", "", "current", True)
NUMBER_MISSING = DetailsMissing((), frozenset({Field.MEMBERSHIP_NUMBER}))


def letter(
    decision: Decision, details: Details | None = None, *, received: datetime = PAPER.date, name: str = PAPER.name
) -> NewReply:
    paper = replace(PAPER, name=name)
    given = details or Details()
    made = compose_letter(decision, given, paper, documents=["Paper.pdf"], received=received, added="Or telephone.")
    assert made
    return made


def test_a_pack_names_what_is_enclosed() -> None:
    made = letter(Pack((), Match(Verdict.MATCH, ANN, None)))
    text = made.head.decode()

    assert (made.kind, made.delivery, made.post_to, made.recipient) == ("pack", Delivery.POST, PAPER.post_to, "")
    assert text.startswith("Dear Ann Example,\n\n")
    assert "They are enclosed:\n\n  - Paper.pdf\n\n" in text
    assert made.subject == "Global policy consultation: your consultation documents"


def test_a_question_says_what_is_missing_and_what_was_understood_and_how_to_answer() -> None:
    number, place = typed_number("12 34 567", r"\d{6,8}"), typed_address("12 Station Road\nLeeds\nLS6 2AB")
    assert number
    assert place
    made = letter(NUMBER_MISSING, Details((number,), (place,)), name="")
    text = made.head.decode()

    assert made.missing == ("membership_number",)
    assert text.startswith("Dear Sir or Madam,")
    assert "your membership number" in text
    assert "    12 Station Road\n    Leeds\n    LS6 2AB\n" in text
    assert "Membership number: 12 34 567" in text
    assert "swc@example.org, and please give this reference: abcd2345." in text
    assert "\n\nOr telephone.\n\n" in text
    assert "17-25 New Inn Yard" in text


def test_what_is_too_late_says_when_the_letter_came() -> None:
    late = WORDING.closes_at + timedelta(days=2)

    assert "your letter reached us on Monday 24 March 2014" in letter(Closed(()), received=late).head.decode()
    assert "reached us" not in letter(Closed(())).head.decode()


def test_staff_write_in_their_own_words() -> None:
    made = compose_letter_answer("Dear Ann,\n\nwe will ring you.", PAPER)

    assert made.kind == "answer"
    assert made.head.decode().startswith("Dear Ann,\n\nwe will ring you.\n\n")


def test_a_paragraph_is_a_line_and_one_empty_line_parts_two() -> None:
    text = letter(Pack((), Match(Verdict.MATCH, ANN, None))).head.decode()

    assert "\n\n\n" not in text
    assert text.endswith("\n")
    assert any(len(line) > 100 for line in text.splitlines())


def test_a_name_cannot_break_a_line() -> None:
    assert letter(Closed(()), name="Ann\nExample").head.decode().startswith("Dear Ann Example,\n")


def test_what_calls_for_no_answer_makes_no_letter() -> None:
    assert compose_letter(Review(()), Details(), PAPER, documents=(), received=PAPER.date) is None
