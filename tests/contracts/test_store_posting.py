"""What goes by post, on both databases: due, printed with a batch, printed again; and the letters that it answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import MetaData, text

from swc_mailer.adapters.store import SqlStore, open_store, upgrade_store
from swc_mailer.adapters.store.engine import make_engine, writing
from swc_mailer.adapters.store.versions import migrate
from swc_mailer.core.model import Details, Folder, Language, Outcome
from swc_mailer.desk_port import Batch, NewLetter, Scan, StaffDecision, Understood
from swc_mailer.errors import ChangedMeanwhile
from tests.contracts.conftest import details, posted

NOW = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
LATER = NOW + timedelta(days=400)
PACK = [{"code": "details_match", "text": "Number 0123456 is Ann Example.", "facts": {}}]
PICTURE = Scan("letter.pdf", "application/pdf", b"%PDF-1.4")
ANN = Understood(details("0123456"), "0123456", "LS6 2AB")


def letter(store: SqlStore, request_id: str = "abcd2345", *, scan: Scan | None = None, **changes: Any) -> None:
    """A letter that the pack is decided for, by the program."""
    new = NewLetter(request_id, "Ann Example", "", "Letter of 3 February 2014", NOW - 24 * HOUR, details("0123456"), scan=scan)
    made: dict[str, Any] = {"posted": posted(), "understood": ANN, "program": True} | changes
    store.letter(new, StaffDecision(request_id, "jo", "letter", Outcome.PACK, PACK, Folder.ANSWERED, **made), now=NOW)


def waiting_ids(store: SqlStore, *, approved_only: bool = False, now: datetime = NOW) -> list[int]:
    return [item.id for item in store.to_print(approved_only=approved_only, now=now)]


def test_what_goes_by_post_waits_to_be_printed_and_is_never_sent(store: SqlStore) -> None:
    letter(store)
    (item,) = store.to_print(approved_only=False, now=NOW)

    assert (item.request_id, item.kind, item.membership_number) == ("abcd2345", "pack", "0123456")
    assert (item.post_to, item.subject, item.text) == (posted().post_to, "Your documents", "Dear member")
    assert store.due(now=LATER, limit=10) == []
    assert (store.counts().to_print, store.counts().replies_due) == (1, 0)


def test_what_is_printed_has_its_batch_and_is_no_longer_due(store: SqlStore) -> None:
    letter(store)
    letter(store, "wxyz6789")
    store.printed(waiting_ids(store), batch="b1", who="jo", now=NOW + HOUR)

    assert waiting_ids(store) == []
    assert store.batches() == [Batch("b1", NOW + HOUR, "jo", 2)]
    assert [(item.request_id, item.batch, item.printed_by) for item in store.printed_in("b1")] == [
        ("abcd2345", "b1", "jo"),
        ("wxyz6789", "b1", "jo"),
    ]
    case = store.case("abcd2345")
    assert case
    assert [(reply["state"], reply["delivery"], reply["sent_at"]) for reply in case["replies"]] == [
        ("printed", "post", NOW + HOUR)
    ]


def test_what_somebody_printed_meanwhile_is_not_printed_twice_nor_any_other_with_it(store: SqlStore) -> None:
    letter(store)
    letter(store, "wxyz6789")
    first, second = waiting_ids(store)
    store.printed([second], batch="b1", who="sam", now=NOW)

    with pytest.raises(ChangedMeanwhile, match="wxyz6789 was changed"):
        store.printed([first, second], batch="b2", who="jo", now=NOW)
    assert waiting_ids(store) == [first]


def test_a_batch_can_be_printed_again_and_counts_as_the_same_packs(store: SqlStore) -> None:
    letter(store)
    store.printed(waiting_ids(store), batch="b1", who="jo", now=NOW)
    store.printed_again([item.id for item in store.printed_in("b1")], who="sam", now=NOW + HOUR)

    assert store.batches() == [Batch("b1", NOW, "jo", 1)]
    assert store.packs_before("0123456", at=LATER) == (1, NOW)
    done = [(line["who"], line["action"]) for line in store.held(membership_number="0123456").audit]
    assert done == [("jo", "letter"), ("jo", "print"), ("sam", "print again")]


def test_a_reply_by_email_is_never_printed(store: SqlStore, post: Any) -> None:
    reply = post.due_reply(Outcome.PACK)
    store.printed([reply], batch="b1", who="jo", now=NOW)

    assert [due.id for due in store.due(now=NOW, limit=10)] == [reply]


def test_in_a_trial_run_only_what_a_person_approved_is_printed(store: SqlStore) -> None:
    letter(store)
    assert waiting_ids(store, approved_only=True) == []
    assert [case.id for case in store.for_approval()] == ["abcd2345"]
    (item,) = store.to_print(approved_only=False, now=NOW)
    release = StaffDecision("abcd2345", "jo", "approve", Outcome.PACK, PACK, Folder.ANSWERED, release=item.id)
    store.decide(release, now=NOW)

    assert waiting_ids(store, approved_only=True) == [item.id]


def test_what_is_to_be_printed_has_its_time_to_undo(store: SqlStore, post: Any) -> None:
    waits = post.take(Outcome.REVIEW)
    made = StaffDecision(waits.request_id, "jo", "approve", Outcome.PACK, PACK, Folder.ANSWERED, posted=posted())
    store.decide(replace(made, not_before=NOW + HOUR), now=NOW)

    assert waiting_ids(store) == []
    assert len(waiting_ids(store, now=NOW + HOUR)) == 1
    assert store.undo(waits.request_id, who="jo", now=NOW)
    assert waiting_ids(store, now=NOW + HOUR) == []


def test_a_pack_by_email_and_by_post_is_one_pack_and_does_not_hold_itself_up(store: SqlStore, post: Any) -> None:
    taken = replace(post.taken(Outcome.PACK, number="0123456"), posted=posted(), by_post=True)
    with store.intake() as intake:
        intake.remember(taken, now=NOW)
    store.printed(waiting_ids(store), batch="b1", who="jo", now=NOW)
    (due,) = store.due(now=NOW, limit=10)
    facts = store.facts(due.id, now=NOW)

    assert (facts.pack_sent_at, facts.replies_in_request, facts.replies_today) == (None, 0, 0)
    assert store.packs_before("0123456", at=LATER)[0] == 1


def test_what_is_to_be_printed_has_the_language_of_its_request(store: SqlStore, post: Any) -> None:
    taken = replace(post.taken(Outcome.PACK), reply=None, posted=posted(), by_post=True, language=Language.WELSH)
    with store.intake() as intake:
        intake.remember(taken, now=NOW)

    assert [item.language for item in store.to_print(approved_only=False, now=NOW)] == [Language.WELSH]


def test_the_wish_for_post_stays_with_the_request(store: SqlStore, post: Any) -> None:
    asked = replace(post.taken(Outcome.DETAILS_MISSING), by_post=True)
    with store.intake() as intake:
        intake.remember(asked, now=NOW)
    post.take(Outcome.REVIEW, request_id=asked.request_id)
    with store.intake() as intake:
        history = intake.history(post.message(), "0" * 64, asked.request_id, now=NOW)

    assert history.wants_post


def test_the_scan_of_a_letter_is_kept_with_its_case(store: SqlStore) -> None:
    letter(store, scan=PICTURE)
    case = store.case("abcd2345")

    assert store.scans("abcd2345") == [PICTURE]
    assert case
    assert [(scan["name"], "content" in scan) for scan in case["scans"]] == [("letter.pdf", False)]


def test_nothing_that_names_an_erased_person_is_left_of_letters(store: SqlStore) -> None:
    letter(store, scan=PICTURE)
    letter(store, "wxyz6789")
    store.printed(waiting_ids(store)[:1], batch="b1", who="jo", now=NOW)
    store.erase(membership_number="0123456", who="jo", now=NOW)
    with store._reading() as connection:  # whatever the port tells, nothing may be left
        left = "\n".join(
            str(row) for table in ("request", "reply", "scan") for row in connection.execute(text(f"select * from {table}"))
        )

    assert "Ann" not in left
    assert "Station Road" not in left
    assert (store.scans("abcd2345"), waiting_ids(store), store.printed_in("b1")) == ([], [], [])
    assert store.batches() == [Batch("b1", NOW, "jo", 1)]


def test_retention_takes_scans_with_the_bytes_of_mails_and_leaves_what_is_not_printed(store: SqlStore) -> None:
    letter(store, scan=PICTURE)
    times: dict[str, Any] = {"raw": LATER, "requests": LATER, "audit": None, "who": "jo", "now": LATER}

    assert store.purge(**times, dry=False) == {"raw": 0, "scans": 1, "requests": 0, "ignored": 0, "audit": 0, "runs": 0}
    assert store.scans("abcd2345") == []
    assert len(waiting_ids(store)) == 1


def test_merged_cases_keep_scans_and_the_wish(store: SqlStore, post: Any) -> None:
    waits = post.take(Outcome.REVIEW)
    letter(store, scan=PICTURE)
    store.merge("abcd2345", waits.request_id, Understood(Details(), None, None), who="jo", now=NOW)

    assert store.scans(waits.request_id) == [PICTURE]


def test_a_store_of_before_there_were_letters_is_brought_up_to_date(store_url: str) -> None:
    engine = make_engine(store_url)
    with writing(engine) as connection:
        tables = MetaData()
        tables.reflect(connection)
        tables.drop_all(connection)
    with writing(engine) as connection:
        migrate(connection, to="0003")
        connection.execute(
            text(
                "insert into request (id, state, reasons, sender, subject, received, created, updated) values"
                " ('old', 'answered', '[]', 'ann@example.org', 'Old', :now, :now, :now)"
            ),
            {"now": NOW},
        )
        connection.execute(
            text(
                "insert into reply (id, request_id, message_id, recipient, recipient_key, kind, subject, missing, state,"
                " not_before, created)"
                " values (1, 'old', '<1@x>', 'ann@example.org', 'ann@example.org', 'pack', 'S', '[]', 'due', :now, :now)"
            ),
            {"now": NOW},
        )
    engine.dispose()
    upgrade_store(store_url)
    store = open_store(store_url)

    assert [due.id for due in store.due(now=LATER, limit=10)] == [1]
    assert (store.counts().to_print, store.counts().replies_due) == (0, 1)
    store.close()
