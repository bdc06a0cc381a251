"""A batch whose messages are expected comes to the same as messages one by one: what is not looked up is truly not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import event, text

from swc_mailer.adapters.store import SqlStore
from swc_mailer.core.follow_up import belongs_to
from swc_mailer.core.model import Details, History, Mailbox, Outcome
from swc_mailer.ports import Coming, Intake, TakenIn

NOW = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)


def coming(taken: TakenIn) -> Coming:
    return Coming(taken.fetched, taken.digest, taken.message, taken.details.number_values)


def by(name: str) -> dict[str, Any]:
    return {"from_": (Mailbox(name.title(), f"{name}@example.org"),)}


def history(intake: Intake, taken: TakenIn) -> History:
    earlier = intake.earlier_requests(taken.message, taken.digest)
    belongs = belongs_to(earlier, "", Details(), lambda _: False)
    return intake.history(taken.message, taken.digest, belongs, now=LATER)


def asked(intake: Intake, taken: TakenIn) -> Any:
    """All that is asked of a message before it is decided."""
    place = taken.fetched.waiting.location
    packs = [intake.packs_to(number, now=LATER) for number in taken.details.number_values]
    return intake.already_taken(taken.digest, place), history(intake, taken), packs


def before(store: SqlStore, post: Any) -> list[TakenIn]:
    """Each of these has to do with the store or with another of them in one way, but for the first and the last."""
    known = post.take(Outcome.DETAILS_MISSING, post.message(**by("known")))
    packed = post.take(Outcome.PACK, post.message(**by("packed")), number="1234567")
    failed = post.taken(Outcome.REVIEW, post.message(**by("failed")))
    with store.intake() as intake:
        intake.set_aside(failed.fetched, failed.digest, error="KeyError: 1", now=NOW)
    ignored = post.take(Outcome.IGNORE, post.message(**by("robot")))
    post.file()
    store.block("blocked@example.org", who="jo", now=NOW)
    twice = post.taken(Outcome.PACK, post.message(**by("twice")))
    return [
        post.taken(Outcome.PACK, post.message(**by("first")), number="7654321"),
        post.taken(Outcome.PACK, post.message(**by("known")), request_id=known.request_id),
        post.taken(Outcome.REVIEW, post.message(**by("other")), number="01234567"),
        post.taken(
            Outcome.REVIEW, post.message(**by("work"), references=(packed.reply.message_id,)), request_id=packed.request_id
        ),
        failed,
        post.taken(Outcome.REVIEW, ignored.message, raw=ignored.fetched.raw),
        post.taken(Outcome.REVIEW, post.message(**by("blocked"))),
        post.taken(Outcome.REVIEW, post.message(**by("form"), reply_to=(Mailbox("", "Known@example.org"),))),
        twice,
        replace(
            post.taken(Outcome.SETTLED, twice.message, raw=twice.fetched.raw), request_id=twice.request_id, new_request=False
        ),
        post.taken(Outcome.REVIEW, post.message(**by("first"))),
        post.taken(Outcome.IGNORE, post.message(**by("daemon"))),
        post.taken(Outcome.PACK, post.message(**by("last"))),
    ]


def answers(store: SqlStore, messages: Sequence[TakenIn], *, expected: bool) -> list[Any]:
    """What was asked of each, with the rows that came of them all; nothing is kept."""
    found: list[Any] = []

    class Undone(Exception):
        pass

    try:
        with store.intake() as intake:
            if expected:
                intake.expect([coming(taken) for taken in messages])
            for taken in messages:
                found.append(asked(intake, taken))
                intake.remember(taken, now=LATER)
            assert intake.write() == []
            found += rows(intake)
            raise Undone
    except Undone:
        return found


def rows(intake: Any) -> list[Any]:
    """Without their own numbers, which a database may have used up for rows that were undone."""
    wanted = (
        "select r.sender, r.state, r.reason, r.version, r.details is not null, r.membership_number, r.language from request r",
        "select m.digest, m.copy, m.sender, m.outcome, m.file_in, m.failures, m.whole, m.size, p.uid, m.request_id, m.numbers "
        "from message m join place p on p.message = m.id",
        "select m.digest, d.outcome, d.reasons, d.request_id from decision d join message m on m.id = d.message",
        "select m.digest, r.id from request r join message m on m.id = r.latest_message",
        "select r.message_id, r.recipient_key, r.member_key, r.kind, r.state, r.request_id, r.missing from reply r",
    )
    return [sorted(map(repr, intake._connection.execute(text(one)))) for one in wanted]


def test_a_batch_that_is_expected_is_told_and_written_as_messages_one_by_one(store: SqlStore, post: Any) -> None:
    messages = before(store, post)

    assert answers(store, messages, expected=True) == answers(store, messages, expected=False)


def test_the_number_of_statements_does_not_grow_with_the_messages_of_a_batch(store: SqlStore, post: Any) -> None:
    said: list[str] = []
    event.listen(store._engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    counts = []
    for size in (5, 40):
        messages = [post.taken(Outcome.PACK, post.message(**by(f"{size}x{number}"))) for number in range(size)]
        said.clear()
        with store.intake() as intake:
            intake.expect([coming(taken) for taken in messages])
            for taken in messages:
                asked(intake, taken)
                intake.remember(taken, now=NOW)
            intake.write()
        counts.append(len(said))

    assert counts[0] == counts[1] < 25


def test_what_breaks_when_a_batch_is_written_is_undone_for_the_message_that_breaks_it(store: SqlStore, post: Any) -> None:
    first, poisoned, last = (post.taken(Outcome.PACK, post.message(**by(name))) for name in ("ann", "bea", "cy"))
    poisoned = replace(poisoned, reply=replace(poisoned.reply, message_id=first.reply.message_id))
    with store.intake() as intake:
        intake.expect([coming(taken) for taken in (first, poisoned, last)])
        for taken in (first, poisoned, last):
            intake.remember(taken, now=NOW)
        broken = intake.write()

    assert [(taken, type(error).__name__) for taken, error in broken] == [(poisoned, "IntegrityError")]
    assert store.counts().messages["taken_in"] == 2
    assert store.case(poisoned.request_id) is None


def test_a_key_that_a_database_refuses_hinders_no_other_message(store: SqlStore, post: Any) -> None:
    odd = post.taken(Outcome.REVIEW, post.message(**by("o\x00dd"), references=("<a\x00b>", "<\udcff>")))
    plain = post.taken(Outcome.REVIEW, post.message(**by("plain")))
    with store.intake() as intake:
        intake.expect([coming(odd), coming(plain)])
        assert asked(intake, plain)[:2] == (False, History())
        intake.remember(plain, now=NOW)
        assert intake.write() == []

    assert store.counts().messages["taken_in"] == 1
