"""Who writes in Welsh is answered in Welsh: by the program, by staff who act for it, and only where it is not switched off."""

from __future__ import annotations

from pathlib import Path

import pytest

from swc_mailer.commands.queue_actions import answer, approve, ask
from swc_mailer.commands.queue_show import preview, reply_text
from swc_mailer.core.model import Field
from tests.review import HOME, Review, do, mail

ASKS = "Annwyl gyfeillion,\n\nhoffwn dderbyn dogfennau'r ymgynghoriad, os gwelwch yn dda.\n\n"
UNKNOWN = mail(f"{ASKS}Fy rhif aelodaeth yw 9999999.\n\n{HOME}\n")


@pytest.fixture
def review(tmp_path: Path) -> Review:
    return Review(tmp_path)


def words(review: Review) -> list[str]:
    return [reply_text(due.head) for due in review.due()]


def test_a_request_in_welsh_is_answered_in_welsh(review: Review) -> None:
    review.take_in(mail(f"{ASKS}Fy rhif aelodaeth yw 1234567.\n\n{HOME}\n"))
    (said,) = words(review)

    assert "Mae'r ymgynghoriad yn cau" in said
    assert "ddydd Gwener 21 Mawrth 2014" in said
    assert "consultation closes" not in said


def test_its_words_in_welsh_can_be_configured(review: Review) -> None:
    review.configure("[consultation.welsh]", 'title = "Polisi byd-eang"', 'privacy = "Dim ond at hyn."')
    review.take_in(mail(f"{ASKS}Fy rhif aelodaeth yw 1234567.\n\n{HOME}\n"), mail("Please send me the documents."))
    welsh, english = words(review)

    assert '"Polisi byd-eang"' in welsh
    assert "Dim ond at hyn." in welsh
    assert "Polisi" not in english


def test_everybody_is_answered_in_english_where_it_is_switched_off(review: Review) -> None:
    review.configure("[consultation.welsh]", "replies = false")
    review.take_in(mail(f"{ASKS}Fy rhif aelodaeth yw 1234567.\n\n{HOME}\n"))
    (said,) = words(review)

    assert "They are attached to this email" in said


def test_staff_see_and_send_the_reply_in_welsh(review: Review) -> None:
    case_id = review.case(UNKNOWN)
    with review.reviewer() as reviewer:
        shown = preview(reviewer, approve(reviewer, case_id, number="1234567"))
        asked = preview(reviewer, ask(reviewer, case_id, missing=frozenset({Field.MEMBERSHIP_NUMBER})))
    do(review, lambda reviewer, case: approve(reviewer, case, number="1234567"), case_id)

    assert "Diolch am ofyn am ddogfennau" in shown
    assert "eich rhif aelodaeth" in asked
    assert words(review) == [shown]


@pytest.mark.parametrize(
    ("text", "below"),
    [
        ("Thank you. We will look into it, and write to you again.", "The consultation team"),
        ("Diolch am eich neges. Byddwn yn edrych ar y mater, ac yn ysgrifennu atoch eto.", "Tîm yr ymgynghoriad"),
    ],
)
def test_what_stands_below_an_answer_is_in_the_language_of_the_answer(review: Review, text: str, below: str) -> None:
    case_id = review.case(UNKNOWN)
    with review.reviewer() as reviewer:
        shown = preview(reviewer, answer(reviewer, case_id, text=text))

    assert shown.strip().splitlines()[-1] == below
