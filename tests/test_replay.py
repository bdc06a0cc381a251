"""`replay`: what today's rules would say of the stored messages, without doing anything about it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from swc_mailer.commands.replay import replay
from swc_mailer.core.model import Outcome
from tests.review import ANN, ASKS, HOME, Review, mail

WHOLE = mail(f"{ASKS}My membership number is 1234567.\n\n{HOME}\n")


@pytest.fixture
def review(tmp_path: Path) -> Review:
    return Review(tmp_path)


def changes(review: Review) -> list[tuple[str, str]]:
    records = [each.record() for each in replay(review.config) if each.changes]
    return [(record["before"], record["now"]) for record in records]


def test_the_same_rules_and_register_change_nothing(review: Review) -> None:
    review.take_in(WHOLE, mail(ASKS, sender="dee@example.org"), mail("Why so late? I am cross.", sender="eve@example.org"))
    review.now += timedelta(hours=1)
    review.take_in(WHOLE, mail("I am away.", subject="Automatic reply: Consultation", Auto_Submitted="auto-replied"))
    found = list(replay(review.config))

    assert [each.stored.outcome.value for each in found] == ["pack", "details_missing", "review", "settled", "ignore"]
    assert changes(review) == []


def test_a_conversation_is_replayed_each_message_in_its_own_time(review: Review) -> None:
    review.take_in(mail(f"{ASKS}My membership number is 1234567.\n"))
    (asked,) = review.due()
    review.now += timedelta(hours=1)
    review.take_in(mail(f"{HOME}\n", subject="Re: Consultation", In_Reply_To=asked.message_id))
    review.now += timedelta(hours=1)
    review.take_in(mail(f"{ASKS}1234567\n\n{HOME}\n", subject="Once more"))

    assert [each.stored.outcome for each in replay(review.config)] == [Outcome.DETAILS_MISSING, Outcome.PACK, Outcome.SETTLED]
    assert changes(review) == []


def test_what_another_register_would_change_is_told_and_nothing_is_done(review: Review) -> None:
    review.take_in(WHOLE, mail(f"{ASKS}My number is 9999999.\n\n{HOME}\n", sender="cy@example.org"))
    before = review.waiting(), review.messages(), review.due()
    review.write_register(ANN.replace("1234567", "9999999"))

    assert changes(review) == [("pack", "review"), ("review", "pack")]
    assert (review.waiting(), review.messages(), review.due()) == before


def test_another_deadline_would_close_what_was_sent(review: Review) -> None:
    review.take_in(WHOLE)
    config = review.folder / "config.toml"
    config.write_text(config.read_text().replace("2014-03-21", "2014-01-31"))
    (replayed,) = replay(review.config)

    assert replayed.record() == {
        "message_id": replayed.stored.message_id,
        "case": replayed.stored.request_id,
        "subject": "Consultation",
        "received": "2014-02-10T09:15:00+00:00",
        "before": "pack",
        "before_reasons": ["details_match"],
        "now": "closed",
        "now_reasons": ["after_deadline"],
    }


def test_a_message_that_is_no_longer_kept_is_passed_over(review: Review) -> None:
    review.take_in(WHOLE)
    with review.store() as store, store._writing() as connection:
        connection.exec_driver_sql("update message set raw = null")

    assert [each.decision for each in replay(review.config)] == [None]
    assert changes(review) == []


def test_where_there_is_no_store_nothing_is_replayed_and_none_is_made(review: Review) -> None:
    (review.folder / "swc-mailer.db").unlink()

    assert list(replay(review.config)) == []
    assert not (review.folder / "swc-mailer.db").exists()
