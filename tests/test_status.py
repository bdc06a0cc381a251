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
from swc_mailer.errors import Unreachable
from swc_mailer.ports import Counts
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

    assert status(review.config).record() == {
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
    }


def test_a_store_that_is_not_there_yet_is_quiet_and_not_made(review: Review) -> None:
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
