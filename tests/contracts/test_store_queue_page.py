"""The waiting cases a page at a time: chosen by reason and words, counted, and each between its neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from swc_mailer.adapters.store import SqlStore
from swc_mailer.core.model import Mailbox, Outcome
from swc_mailer.desk_port import Chosen

NOW = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)
WAITING = {
    "first": ("ann@example.org", "Consultation pack", "number_unknown"),
    "second": ("bob@example.org", "A question: 100% sure?", "no_request"),
    "third": ("cat@example.com", "Consultation", "number_unknown"),
}


@pytest.fixture
def ids(store: SqlStore, post: Any) -> Mapping[str, str]:
    """Three cases by name, oldest first, beside one that does not wait."""
    post.take(Outcome.PACK)
    found = {}
    for age, (name, (sender, subject, code)) in enumerate(WAITING.items()):
        message = post.message(from_=(Mailbox("", sender),), subject=subject, received=NOW + timedelta(hours=age))
        found[name] = post.take(Outcome.REVIEW, message, codes=[code], number="0123456").request_id
    return found


def names(ids: Mapping[str, str], store: SqlStore, chosen: Chosen, *, offset: int = 0, limit: int = 10) -> list[str]:
    by_id = {case_id: name for name, case_id in ids.items()}
    return [by_id[case.id] for case in store.queue_page(chosen, offset=offset, limit=limit).cases]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (Chosen(), ["first", "second", "third"]),
        (Chosen(reason="number_unknown"), ["first", "third"]),
        (Chosen(text="CONSULTATION"), ["first", "third"]),
        (Chosen(text="consultation ann@"), ["first"]),
        (Chosen(reason="no_request", text="consultation"), []),
        (Chosen(text="0123456"), ["first", "second", "third"]),
        (Chosen(text="0123456 bob"), ["second"]),
        (Chosen(text="100%"), ["second"]),
        (Chosen(text="%"), ["second"]),
        (Chosen(text="_nn@"), []),
        (Chosen(text="' or 1=1 --"), []),
    ],
)
def test_cases_are_chosen_by_reason_and_by_every_word(
    store: SqlStore, ids: Mapping[str, str], chosen: Chosen, expected: list[str]
) -> None:
    assert names(ids, store, chosen) == expected
    assert store.queue_page(chosen, offset=0, limit=1).fitting == len(expected)


def test_no_case_is_hidden_by_paging_and_all_are_counted(store: SqlStore, ids: Mapping[str, str]) -> None:
    pages = [names(ids, store, Chosen(), offset=offset, limit=2) for offset in (0, 2, 4)]

    assert pages == [["first", "second"], ["third"], []]
    assert store.queue_page(Chosen("no_request"), offset=0, limit=2).by_reason == {"number_unknown": 2, "no_request": 1}


def test_replies_that_wait_for_approval_are_shown_where_asked_for(store: SqlStore, ids: Mapping[str, str]) -> None:
    page = store.queue_page(Chosen(unapproved=True), offset=0, limit=10)
    (unapproved,) = store.queue_page(Chosen("hold", unapproved=True), offset=0, limit=10).cases

    assert (page.fitting, page.by_reason) == (4, {"number_unknown": 2, "hold": 1, "no_request": 1})
    assert [reason["code"] for reason in unapproved.reasons] == ["hold"]
    assert unapproved.id not in ids.values()
    assert store.neighbours(unapproved.id, Chosen(unapproved=True)).fitting == 4


def test_a_case_stands_between_its_neighbours_of_the_choice(store: SqlStore, ids: Mapping[str, str]) -> None:
    second = store.neighbours(ids["second"], Chosen())
    third = store.neighbours(ids["third"], Chosen("number_unknown"))
    other = store.neighbours(ids["second"], Chosen("number_unknown"))

    assert (second.place, second.fitting, second.before, second.after) == (2, 3, ids["first"], ids["third"])
    assert (third.place, third.fitting, third.before, third.after) == (2, 2, ids["first"], "")
    assert (other.before, other.after) == (ids["first"], ids["third"])
