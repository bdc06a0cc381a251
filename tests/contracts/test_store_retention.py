"""Data protection: what names a person can be found and taken out, and the tally stays whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from swc_mailer.adapters.store import SqlStore, open_store
from swc_mailer.adapters.store.retention import AT_ONCE
from swc_mailer.core.model import Details, Folder, Mailbox, Outcome
from swc_mailer.desk_port import NewLetter, StaffDecision
from swc_mailer.errors import StoreError
from tests.contracts.conftest import Post, details

NOW = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)
LATER = NOW + timedelta(days=400)
BOB = Mailbox("Bob Other", "bob@example.org")


def everything(store: SqlStore) -> str:
    """All text in the store, the packs aside."""
    tables = ("request", "message", "decision", "reply", "note", "audit", "blocked_address", "scan")
    with store._reading() as connection:  # whatever the port tells, nothing may be left
        return "\n".join(str(row) for table in tables for row in connection.exec_driver_sql(f"select * from {table}"))


def test_a_person_is_found_by_address_and_by_number_without_leading_zeros(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.PACK, number="0123456")
    post.take(Outcome.PACK, post.message(from_=(BOB,)), number="7654321")

    for named in ({"email": "ANN@example.org"}, {"membership_number": "123456"}):
        assert [case["id"] for case in store.held(**named).cases] == [taken.request_id]
    assert not store.held(email="nobody@example.org")


def test_a_number_that_is_one_of_several_or_only_quoted_names_its_member(store: SqlStore, post: Any) -> None:
    one, two = details("0123456").numbers[0], details("7654321").numbers[0]
    several = replace(post.taken(Outcome.REVIEW), details=Details(numbers=(one, two)))
    quoted = replace(post.taken(Outcome.REVIEW), details=Details(quoted_numbers=(one,)))
    longer = replace(post.taken(Outcome.REVIEW), details=details("91234569"))
    with store.intake() as intake:
        for taken in (several, quoted, longer):
            intake.remember(taken, now=NOW)

    found = {case["id"] for case in store.held(membership_number="123456").cases}
    assert found == {several.request_id, quoted.request_id}
    assert [case["id"] for case in store.held(membership_number="7654321").cases] == [several.request_id]


def test_what_is_held_of_a_person_has_the_ignored_the_blocked_and_what_was_done(store: SqlStore, post: Any) -> None:
    waits = post.take(Outcome.REVIEW)
    post.take(Outcome.IGNORE, codes=["auto_reply"])
    store.block("Ann@example.org", who="jo", now=NOW)
    store.note(waits.request_id, who="jo", text="Ann telephoned", now=NOW)
    held = store.held(email="ann@example.org")

    assert [(message["subject"], message["decisions"][0]["outcome"]) for message in held.ignored] == [("Consultation", "ignore")]
    assert [(done["who"], done["action"]) for done in held.audit] == [("jo", "note")]
    assert held.blocked
    assert held.blocked["address"] == "ann@example.org"


def test_nothing_that_names_an_erased_person_is_left(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.REVIEW, post.message(subject="From Ann"), number="0123456", codes=["number_unknown"])
    post.take(Outcome.PACK, request_id=taken.request_id, number="0123456")
    post.take(Outcome.IGNORE)
    store.note(taken.request_id, who="jo", text="Ann telephoned", now=NOW)
    store.block("ann@example.org", who="jo", now=NOW)
    before = store.counts().messages

    assert store.erase(email="ann@example.org", who="jo", now=NOW) == 1
    left = everything(store).lower()
    assert [word for word in ("ann", "0123456", "telephoned") if word in left] == []
    assert store.due(now=LATER, limit=10) == []
    assert store.queue() == []
    assert store.counts().messages == {"taken_in": before["taken_in"], "answered": 0, "review": 0, "ignored": 0, "erased": 3}
    case = store.case(taken.request_id)
    assert case
    assert [made["outcome"] for made in case["decisions"]] == ["review", "pack"]


def test_others_are_left_as_they_are(store: SqlStore, post: Any) -> None:
    bob = post.take(Outcome.PACK, post.message(from_=(BOB,)), number="7654321")
    before = store.case(bob.request_id)
    post.take(Outcome.PACK)
    store.erase(email="ann@example.org", who="jo", now=NOW)

    assert store.case(bob.request_id) == before


def test_erasing_is_written_down_also_where_no_case_was_found(store: SqlStore, post: Any) -> None:
    post.take(Outcome.IGNORE)
    assert store.erase(email="ann@example.org", who="jo", now=NOW) == 0

    assert "erase" in everything(store)
    assert "ann" not in everything(store)


def test_what_was_erased_is_in_no_file_of_the_store(store: SqlStore, store_url: str, post: Any) -> None:
    waits = post.take(Outcome.REVIEW, post.message(subject="A word that nobody else writes"))
    store.note(waits.request_id, who="jo", text="A note that nobody else writes", now=NOW)
    path = make_url(store_url).database
    if store_url.startswith("postgresql") or not path:
        return  # its files are the server's own, and its vacuum overwrites
    files = [Path(path), Path(f"{path}-wal")]
    assert b"nobody else writes" in b"".join(file.read_bytes() for file in files)
    store.erase(email="ann@example.org", who="jo", now=NOW)

    assert b"nobody else writes" not in b"".join(file.read_bytes() for file in files)


def test_an_erased_message_that_comes_again_gets_no_second_answer(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.PACK)
    store.erase(email="ann@example.org", who="jo", now=NOW)
    with store.intake() as intake:
        assert intake.history(taken.message, taken.digest, "", now=NOW).duplicate


def test_nobody_is_erased_while_a_reply_is_being_sent(store: SqlStore, post: Any) -> None:
    store.claim(post.due_reply(), now=NOW)

    with pytest.raises(StoreError, match="being sent"):
        store.erase(email="ann@example.org", who="jo", now=NOW)


def test_who_was_erased_is_erased_again_from_an_older_copy(store: SqlStore, post: Any, tmp_path: Path) -> None:
    newer = open_store(f"sqlite:///{tmp_path}/newer.db")
    anns, robots, bobs = (
        post.taken(outcome, message)
        for outcome, message in (
            (Outcome.REVIEW, None),
            (Outcome.IGNORE, None),
            (Outcome.SETTLED, post.message(from_=(BOB,))),
        )
    )
    letter = NewLetter("letter01", "Ann Example", "ann@example.org", "Letter", NOW, Details())
    made = StaffDecision("letter01", "jo", "settle", Outcome.SETTLED, [], Folder.ANSWERED)
    for each in (store, newer):
        with each.intake() as intake:
            for taken in (anns, robots, bobs):
                intake.remember(taken, now=NOW)
        each.letter(letter, made, now=NOW)
    newer.erase(email="ann@example.org", who="jo", now=LATER)
    again = Post(newer).take(Outcome.REVIEW, request_id=anns.request_id)

    assert store.erase_again(newer.erased(), who="jo", now=LATER) == 2
    left = everything(store).lower()
    assert "ann" not in left
    assert "bob@example.org" in left
    assert store.erase_again(newer.erased(), who="jo", now=LATER) == 0
    assert newer.erase_again(newer.erased(), who="jo", now=LATER) == 0
    assert again.message.message_id in everything(newer)  # she wrote again since
    newer.close()


def test_retention_takes_bytes_first_and_names_later_and_never_what_waits(store: SqlStore, post: Any) -> None:
    done = post.take(Outcome.SETTLED)
    post.take(Outcome.IGNORE)
    waits = post.take(Outcome.REVIEW, post.message(from_=(BOB,)))
    due = post.take(Outcome.PACK, post.message(from_=(Mailbox("", "cy@example.org"),)))
    store.audit(who="jo", action="log in", now=NOW)
    times: dict[str, Any] = {"raw": LATER, "requests": LATER, "audit": LATER, "who": "jo", "now": LATER}
    counted = {"raw": 3, "scans": 0, "requests": 1, "ignored": 1, "audit": 1, "runs": 0}

    assert store.purge(**times, dry=True) == counted
    assert store.purge(**times, dry=False) == counted
    assert store.purge(**times, dry=True) == {"raw": 0, "scans": 0, "requests": 0, "ignored": 0, "audit": 0, "runs": 0}
    states = {taken.request_id: store.case(taken.request_id) for taken in (done, waits, due)}
    assert [case["sender"] for case in states.values() if case] == ["", "bob@example.org", "cy@example.org"]
    assert len(store.due(now=LATER, limit=10)) == 1
    assert store.raw(states[waits.request_id]["messages"][0]["id"]) == waits.fetched.raw  # type: ignore[index]  # it is there


def test_old_runs_go_but_for_the_last_one_and_the_last_good_one(store: SqlStore) -> None:
    for day, error in enumerate(["", "", "away", "away", None, "away"]):
        began = NOW + timedelta(days=day)
        run_id = store.run_started(now=began)
        if error is not None:  # this one died
            store.run_ended(run_id, counts={}, error=error, now=began + timedelta(minutes=1))
    before = store.counts()
    times: dict[str, Any] = {"raw": None, "requests": None, "who": "jo", "now": LATER}

    assert store.purge(**times, audit=NOW, dry=False)["runs"] == 0
    assert store.purge(**times, audit=NOW + timedelta(days=1), dry=False)["runs"] == 1
    assert store.purge(**times, audit=None, dry=False)["runs"] == 0
    assert [store.purge(**times, audit=LATER, dry=dry)["runs"] for dry in (True, False, False)] == [3, 3, 0]
    assert store.counts() == before
    assert before.last_good_run == NOW + timedelta(days=1, minutes=1)


def test_a_run_that_is_at_work_is_not_purged(store: SqlStore) -> None:
    run_id = store.run_started(now=NOW)

    assert store.purge(raw=None, requests=None, audit=LATER, who="jo", dry=False, now=LATER)["runs"] == 0
    store.run_ended(run_id, counts={}, error="", now=LATER)
    assert store.counts().last_good_run == LATER


def test_without_retention_times_all_is_kept(store: SqlStore, post: Any) -> None:
    post.take(Outcome.SETTLED)

    assert sum(store.purge(raw=None, requests=None, audit=None, who="jo", dry=False, now=LATER).values()) == 0


def test_more_than_goes_in_one_transaction_goes_too(store: SqlStore, post: Any) -> None:
    with store.intake() as intake:
        for _ in range(AT_ONCE + 1):
            intake.remember(post.taken(Outcome.IGNORE), now=NOW)
            intake.remember(post.taken(Outcome.SETTLED), now=NOW)
    times: dict[str, Any] = {"raw": LATER, "requests": LATER, "audit": None, "who": "jo", "now": LATER}
    counted = {"raw": 2 * AT_ONCE + 2, "scans": 0, "requests": AT_ONCE + 1, "ignored": AT_ONCE + 1, "audit": 0, "runs": 0}

    assert store.purge(**times, dry=False) == counted
    assert not any(store.purge(**times, dry=True).values())
