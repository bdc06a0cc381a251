"""The first phase: what waits in the inbox is fetched, read, decided and written down, with the reply that is due.

Nothing is sent and nothing is moved here. Messages are written a batch at a time, one transaction a batch; a death in the
middle leaves them in the inbox, to be taken in by the next run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

import structlog

from swc_mailer.answering import Answering, Writer, answers_for, case_of, reading_of
from swc_mailer.core.decide import decide
from swc_mailer.core.follow_up import belongs_to
from swc_mailer.core.language import language_of
from swc_mailer.core.model import Case, Decision, Folder, Message, Outcome
from swc_mailer.core.reading import Reading
from swc_mailer.core.record import evidence_records, given_number, reason_records, registered_postcode
from swc_mailer.core.reply_address import reply_address, writer
from swc_mailer.errors import SwcMailerError, Unreachable
from swc_mailer.faults import fault_point
from swc_mailer.ports import Fetched, Intake, MailboxPort, NewReply, Store, TakenIn, Waiting
from swc_mailer.time_limit import deciding

log = structlog.get_logger()

BATCH = 50  # messages a transaction: eight times the commits of one by one, and never much to do again

DIED = "The program was stopped while it read this message, or could not read it."


class NotGiven(Exception):
    """The mail server does not give this message; the server's words."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one message, for people."""

    waiting: Waiting
    message: Message
    decision: Decision
    reply: NewReply | None
    posted: NewReply | None


@dataclass(slots=True)
class Intakes:
    """What one pass took in."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    failed: int = 0
    taken: list[Taken] = field(default_factory=list)  # kept only of a dry run, which people read


def take_in(
    mailbox: MailboxPort,
    store: Store,
    answering: Callable[[], Answering],
    *,
    limit: int | None,
    clock: Callable[[], datetime],
    stopping: Callable[[], bool],
    dry: bool = False,
    warily: bool = False,
) -> Intakes:
    """Take in what waits, `limit` messages at most. `answering` is called when there is something new: a run that finds nothing
    reads neither the words nor the pack. `dry`: decide, and change nothing anywhere. `warily`: the last run died, perhaps of one
    of these messages, so each is tried by itself, and counts as failed until it is decided."""
    result = Intakes()
    waiting = mailbox.waiting()
    known = store.known([message.location for message in waiting])
    new = [message for message in waiting if message.location not in known][:limit]
    if not new:
        return result
    means = answering()
    if not dry:
        store.keep_pack(means.pack.digest, means.pack.block)
    fault_point("take_in.before_fetch")
    for batch in batches(mailbox.fetch(new, max_bytes=means.policy.max_message_bytes), size=1 if warily else BATCH):
        if stopping():
            break
        left = [fetched for fetched in batch if not (warily and given_up(fetched, store, result, now=clock()))]
        while left and not stopping():
            with store.intake() as intake:
                left = take_in_some(left, intake, means, result, clock=clock, dry=dry, counted=warily)
                fault_point("take_in.before_commit")
            fault_point("take_in.committed")
    return result


def batches(fetched: Iterator[Fetched], *, size: int) -> Iterator[list[Fetched]]:
    """What came before the connection was lost is taken in before the error is raised."""
    batch: list[Fetched] = []
    try:
        for one in fetched:
            batch.append(one)
            if len(batch) == size:
                yield batch
                batch = []
    except Unreachable:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


def given_up(fetched: Fetched, store: Store, result: Intakes, *, now: datetime) -> bool:
    """Count a failure before the message is read, for a death leaves no time for it; whether it was the last one."""
    digest = fetched.digest
    with store.intake() as intake:
        if intake.already_taken(digest, fetched.waiting.location):
            return False
        last = intake.set_aside(fetched, digest, error=DIED, now=now)
    result.failed += last
    return last


def take_in_some(
    batch: list[Fetched],
    intake: Intake,
    means: Answering,
    result: Intakes,
    *,
    clock: Callable[[], datetime],
    dry: bool,
    counted: bool,
) -> list[Fetched]:
    """One transaction, and what is left for the next. It ends with the first message that fails: that may have taken long, and
    others wait to write."""
    for number, fetched in enumerate(batch, 1):
        if not take_in_one(fetched, intake, means, result, now=clock(), dry=dry, counted=counted):
            return batch[number:]
    return []


def take_in_one(
    fetched: Fetched, intake: Intake, means: Answering, result: Intakes, *, now: datetime, dry: bool, counted: bool
) -> bool:
    """Read, decide and remember one message, unless it was taken in before; False where that failed.

    A message that makes the program fail never stops the others: it stays in the inbox, and the third time it goes to review.
    `counted`: should it fail, that is counted already.
    """
    fault_point("take_in.fetched")
    digest = fetched.digest
    uid = fetched.waiting.location.uid
    try:
        if not dry and intake.already_taken(digest, fetched.waiting.location):
            return True
        with deciding():
            record = settle(fetched, digest, intake, means, now=now)
        fault_point("take_in.decided")
        if dry:
            result.taken.append(Taken(fetched.waiting, record.message, record.decision, record.reply, record.posted))
        else:
            intake.remember(record, now=now)
    except SwcMailerError:
        raise  # the store, the register or a template failed, not this message
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is this one message's, and is kept with it
        result.failed += 1
        log.error("message_failed", uid=uid, error=type(error).__name__)
        if not (dry or counted):
            intake.set_aside(fetched, digest, error=f"{type(error).__name__}: {error}", now=now)
        return False
    outcome = record.decision.outcome
    result.outcomes[outcome] += 1
    reasons = [reason.code for reason in record.decision.reasons]
    log.info("message_taken_in", uid=uid, request=record.request_id, outcome=outcome.value, reasons=reasons)
    return True


def settle(fetched: Fetched, digest: str, intake: Intake, means: Answering, *, now: datetime) -> TakenIn:
    """The decision for one message, as it is to be remembered; writes nothing."""
    if fetched.error:
        raise NotGiven(fetched.error)
    waiting = fetched.waiting
    reading = reading_of(fetched.raw, received=waiting.received, size=waiting.size, whole=fetched.whole, means=means)
    request = request_of(reading, digest, intake, means)
    history = replace(intake.history(reading.message, digest, request, now=now), answered_by_hand=waiting.answered)
    case = case_of(reading, history, partial(intake.packs_to, now=now), means)
    decision = decide(case)
    request_id = request_for(decision, case, means)
    who = writer_of(case)
    answers = answers_for(decision, case.message, case.details, request_id, means, writer=who, now=now)
    return TakenIn(
        fetched=fetched,
        digest=digest,
        message=reading.message,
        details=case.details,
        decision=decision,
        reasons=reason_records(decision, means.words),
        evidence=evidence_records(case.details),
        membership_number=given_number(decision, case.details),
        postcode=registered_postcode(decision, case.details),
        request_id=request_id,
        new_request=bool(request_id) and request_id != case.history.open_request,
        reply=answers.reply,
        rules_version=means.rules_version,
        posted=answers.posted,
        by_post=bool(case.intent.by_post),
        language=who.language,
    )


def writer_of(case: Case) -> Writer:
    """Who wrote a message, and whether in this one or before she asked for the documents by post; and in which language."""
    wants_post = bool(case.intent.by_post) or case.history.wants_post
    language = language_of(case.message, case.details, case.words, before=case.history.language)
    return Writer(reply_address(case.message, case.policy), wants_post, case.message.received, language=language)


def request_of(reading: Reading, digest: str, intake: Intake, means: Answering) -> str:
    """The request that a message goes on with; "" where there is none."""
    earlier = intake.earlier_requests(reading.message, digest)
    wrote = writer(reading.message)
    return belongs_to(
        earlier, wrote.name if wrote else "", reading.details, lambda number: bool(means.register.by_number(number))
    )


def request_for(decision: Decision, case: Case, means: Answering) -> str:
    """The request that a message belongs to: the open one, a new one, or none for what is ignored."""
    if case.history.open_request:
        return case.history.open_request
    return "" if decision.folder is Folder.IGNORED else means.new_id()
