"""`status`: when a person is needed, and whether every message is accounted for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from swc_mailer.commands.proposals import carry_out
from swc_mailer.commands.queue_actions import settle
from swc_mailer.commands.status import Status, status
from swc_mailer.config_file import read_config
from swc_mailer.errors import Unreachable
from swc_mailer.output import moment
from swc_mailer.ports import Counts
from swc_mailer.words_of_queue import say_status
from tests.review import ASKS, HOME, IN_TIME, Review, mail

UNKNOWN = mail(f"{ASKS}My membership number is 9999999.\n\n{HOME}\n")
WHOLE = mail(f"{ASKS}My membership number is 1234567.\n\n{HOME}\n", sender="bea@example.org")
NOW = datetime(2014, 2, 12, 9, 0, tzinfo=UTC)
QUIET = Counts(
    waiting=0,
    oldest_waiting=None,
    replies_due=0,
    to_print=0,
    delivery_unknown=0,
    failed=0,
    messages={"taken_in": 6, "answered": 3, "review": 1, "ignored": 1, "erased": 1},
    unfiled=0,
    last_run=NOW,
    last_good_run=NOW,
    last_error="",
    paused=False,
)
EXPECTED = {"inbox": 0, "answered": 3, "review": 1, "ignored": 1, "copies": 0}
ON_SERVER = {"inbox": 0, "answered": 3, "review": 1, "ignored": 1}


@pytest.fixture
def review(tmp_path: Path) -> Review:
    return Review(tmp_path)


def test_the_record_tells_all_that_scripts_need(review: Review) -> None:
    review.take_in(UNKNOWN, WHOLE)
    with review.store() as store:
        run = store.run_started(now=review.now)
        store.run_ended(run, counts={}, error="", now=review.now + timedelta(seconds=1))

    found = status(review.config)

    assert found.record() == {
        "waiting": 1,
        "oldest_waiting": IN_TIME.isoformat(),
        "replies_due": 1,
        "letters_to_print": 0,
        "delivery_unknown": 0,
        "failed": 0,
        "messages": {"taken_in": 2, "answered": 1, "review": 1, "ignored": 0, "erased": 0},
        "unfiled": 2,
        "conserved": True,
        "last_run": review.now.isoformat(),
        "last_good_run": (review.now + timedelta(seconds=1)).isoformat(),
        "last_error": None,
        "paused": False,
        "sending": {
            "messages_per_minute": 0,
            "messages_per_day": 0,
            "sent_in_24_hours": 0,
            "wait_for_limit": 0,
            "last_reply_at": found.now.isoformat(),
        },
    }


def test_a_store_that_is_not_there_yet_is_quiet_and_not_made(review: Review) -> None:
    (review.folder / "swc-mailer.db").unlink()
    found = status(review.config)

    assert (found.needs_person, found.conserved, found.record()["last_run"]) == (False, True, None)
    assert not (review.folder / "swc-mailer.db").exists()


def test_a_person_is_needed_while_a_case_waits(review: Review) -> None:
    case_id = review.case(UNKNOWN)
    assert status(review.config).needs_person
    with review.reviewer() as reviewer:
        carry_out(reviewer, settle(reviewer, case_id))

    assert not status(review.config).needs_person


def test_a_trial_run_needs_a_person_for_every_reply(review: Review) -> None:
    review.take_in(WHOLE)
    assert not status(review.config).needs_person
    review.configure("[delivery]", "hold = true")

    assert status(review.config).record()["waiting"] == 1


@pytest.mark.parametrize(
    ("changes", "needed"),
    [
        ({}, False),
        ({"replies_due": 5, "delivery_unknown": 1, "unfiled": 3, "paused": True}, False),
        ({"waiting": 1}, True),
        ({"failed": 1}, True),
        ({"messages": {"taken_in": 7, "answered": 3, "review": 1, "ignored": 1, "erased": 1}}, True),
        ({"last_error": "The server cannot be reached."}, False),
        ({"last_error": "The server cannot be reached.", "last_good_run": NOW - timedelta(hours=23)}, False),
        ({"last_error": "The server cannot be reached.", "last_good_run": NOW - timedelta(hours=25)}, True),
        ({"last_error": "The register cannot be read.", "last_good_run": None}, True),
        ({"last_run": None, "last_good_run": None}, False),
    ],
)
def test_what_needs_a_person(changes: dict[str, Any], needed: bool) -> None:
    assert Status(replace(QUIET, **changes), NOW).needs_person is needed


@pytest.mark.parametrize(
    ("expected", "on_server", "missing", "surplus"),
    [
        ({}, {}, 0, 0),
        ({}, {"inbox": 4}, 0, 0),  # new mail waits
        ({"inbox": 2, "answered": 1}, {"inbox": 2, "answered": 1}, 0, 0),
        ({}, {"answered": 2}, 1, 0),
        ({}, {"answered": 2, "inbox": 1}, 0, 0),  # moved back by a person
        ({"answered": 4, "copies": 1}, {}, 0, 0),
        ({"answered": 5, "copies": 1}, {}, 1, 0),
        ({}, {"review": 2}, 0, 1),  # moved twice, or put there by a person
    ],
)
def test_the_folders_are_compared_with_the_store(
    expected: dict[str, int], on_server: dict[str, int], missing: int, surplus: int
) -> None:
    found = Status(QUIET, NOW, on_server=ON_SERVER | on_server, expected=EXPECTED | expected)

    assert (found.missing, found.surplus) == (missing, surplus)
    assert found.conserved is not bool(missing or surplus)
    assert found.record()["mailbox"] == ON_SERVER | on_server


def test_the_mailbox_is_asked_only_when_it_is_wanted(review: Review) -> None:
    status(review.config)
    with pytest.raises(Unreachable):
        status(review.config, mailbox=True)


# --- limits of the mail server -----------------------------------------------------------------------------


def due_replies(review: Review, number: int) -> None:
    review.take_in(*(mail(f"{ASKS}Thanks, number {each}", sender=f"m{each}@example.org") for each in range(number)))


def limited(review: Review, **limits: int) -> Status:
    """With these limits of the mailbox."""
    environ = {f"SWC_MAILER_SMTP__MESSAGES_PER_{name.upper()}": str(number) for name, number in limits.items()}
    return status(read_config(review.folder / "config.toml", environ))


def send_one(review: Review, *, at: datetime) -> None:
    """One reply goes through the mailbox."""
    with review.store() as store:
        reply = review.due()[0]
        assert store.claim(reply.id, now=at, through=review.config.smtp.mailbox)
        store.sent(reply.id, answer="250 ok", now=at)


def test_what_the_days_number_holds_back_waits_until_a_day_after_what_has_gone(review: Review) -> None:
    due_replies(review, 4)
    gone = datetime.now(UTC) - timedelta(hours=4)
    send_one(review, at=gone)
    sending = limited(review, day=2).record()["sending"]

    # One goes now, one when the first is a day old, and the last one a day after the one that goes now.
    assert (sending["sent_in_24_hours"], sending["wait_for_limit"]) == (1, 3)
    last = datetime.fromisoformat(sending["last_reply_at"])
    assert timedelta(hours=23) < last - datetime.now(UTC) < timedelta(hours=25)


def test_what_goes_within_the_minute_waits_for_no_limit(review: Review) -> None:
    due_replies(review, 3)

    assert limited(review, minute=3).record()["sending"]["wait_for_limit"] == 0
    assert limited(review, minute=1).record()["sending"]["wait_for_limit"] == 3


def test_while_sending_is_paused_nobody_knows_when_the_last_one_goes(review: Review) -> None:
    due_replies(review, 3)
    with review.store() as store:
        store.pause(True, now=review.now)

    assert limited(review, minute=1).record()["sending"]["last_reply_at"] is None


def test_waiting_for_a_limit_needs_no_person(review: Review) -> None:
    due_replies(review, 3)

    assert not limited(review, day=1).needs_person


def test_people_are_told_what_waits_for_the_limit_and_until_when(review: Review, capsys: pytest.CaptureFixture[str]) -> None:
    due_replies(review, 3)
    found = limited(review, minute=1, day=2)
    say_status(found)

    said = " ".join(capsys.readouterr().out.split())
    assert found.outlook
    assert "Sent in the last 24 hours: 0 of 2." in said
    last = f"the last one will have gone by {moment(found.outlook.last_goes)}."
    assert f"3 replies wait for the mail server's limit (1 a minute, 2 a day): {last}" in said


def test_where_no_limit_is_set_none_is_told_of(review: Review, capsys: pytest.CaptureFixture[str]) -> None:
    due_replies(review, 3)
    say_status(status(review.config))

    assert "limit" not in capsys.readouterr().out
