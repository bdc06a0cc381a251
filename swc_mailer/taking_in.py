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
from itertools import chain, islice, takewhile
from typing import Protocol

from swc_mailer import logs
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
from swc_mailer.ports import Coming, Fetched, Intake, MailboxPort, NewReply, Store, TakenIn, Waiting
from swc_mailer.time_limit import deciding

BATCH = 50  # messages a transaction: eight times the commits of one by one, and never much to do again
BATCH_BYTES = 2 * 1024 * 1024  # or fewer, where they are large: all of them are held at once
MUCH = 2 * BATCH  # new messages: helpers are no gain before the third batch

DIED = "The program was stopped while it read this message, or could not read it."


class NotGiven(Exception):
    """The mail server does not give this message; the server's words."""


class Unread(Exception):
    """The message could not be read: `Read.error` says why."""


@dataclass(frozen=True, slots=True)
class Read:
    """A message with what it says, or why it could not be read."""

    fetched: Fetched
    digest: str
    reading: Reading | None = None
    error: str = ""


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


class Helpers(Protocol):
    """Who else is at work meanwhile, where there is much to do."""

    def come(self, means: Answering) -> None:
        """Much is new: it may be worth their while."""

    def read(self, batches: Iterator[list[Fetched]], means: Answering) -> Iterator[list[Read]]:
        """As `read_all` of each batch."""

    def written(self, messages: int) -> None:
        """So many more are taken in, and their replies due."""


class Nobody:
    """Everything is done here, one after the other."""

    def come(self, means: Answering) -> None: ...

    def read(self, batches: Iterator[list[Fetched]], means: Answering) -> Iterator[list[Read]]:
        return (read_all(batch, means) for batch in batches)

    def written(self, messages: int) -> None: ...


NOBODY = Nobody()


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
    helpers: Helpers = NOBODY,
) -> Intakes:
    """Take in what waits, `limit` messages at most. `answering` is called when there is something new: a run that finds nothing
    reads neither the words nor the pack. `dry`: decide, and change nothing anywhere. `warily`: the last run died, perhaps of one
    of these messages, so each is tried by itself, and counts as failed until it is decided."""
    result = Intakes()
    new = islice(mailbox.waiting(but=store.known()), limit)
    first = list(islice(new, MUCH + 1))
    if not first:
        return result
    means = answering()
    if not dry:
        store.keep_pack(means.pack.digest, means.pack.block)
    fault_point("take_in.before_fetch")
    fetched = batches(mailbox.fetch(chain(first, new), max_bytes=means.policy.max_message_bytes), size=1 if warily else BATCH)
    going_on = takewhile(lambda _: not stopping(), fetched)
    if warily:
        read = read_warily(going_on, store, means, result, clock)
    else:
        if len(first) > MUCH:
            helpers.come(means)
        read = helpers.read(going_on, means)
    for batch in read:
        left = batch
        while left and not stopping():
            with store.intake() as intake:
                left = take_in_some(left, intake, means, result, clock=clock, dry=dry, counted=warily)
                fault_point("take_in.before_commit")
            fault_point("take_in.committed")
        helpers.written(len(batch))
    return result


def batches(fetched: Iterator[Fetched], *, size: int) -> Iterator[list[Fetched]]:
    """What came before the connection was lost is taken in before the error is raised."""
    batch: list[Fetched] = []
    held = 0
    try:
        for one in fetched:
            batch.append(one)
            held += len(one.raw)
            if len(batch) == size or held > BATCH_BYTES:
                yield batch
                batch, held = [], 0
    except Unreachable:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


# --- reading -----------------------------------------------------------------------------------------------


def read_all(batch: list[Fetched], means: Answering) -> list[Read]:
    return [read_one(fetched, means) for fetched in batch]


def read_one(fetched: Fetched, means: Answering) -> Read:
    """What one message says. One that makes the program fail never stops the others."""
    digest = fetched.digest
    try:
        if fetched.error:
            raise NotGiven(fetched.error)
        waiting = fetched.waiting
        with deciding():
            reading = reading_of(fetched.raw, received=waiting.received, size=waiting.size, whole=fetched.whole, means=means)
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is this one message's, and is kept with it
        return Read(fetched, digest, error=in_full(error))
    return Read(fetched, digest, reading)


def in_full(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def read_warily(
    batches: Iterator[list[Fetched]], store: Store, means: Answering, result: Intakes, clock: Callable[[], datetime]
) -> Iterator[list[Read]]:
    for (fetched,) in batches:
        if not given_up(fetched, store, result, now=clock()):
            yield [read_one(fetched, means)]


def given_up(fetched: Fetched, store: Store, result: Intakes, *, now: datetime) -> bool:
    """Count a failure before the message is read, for a death leaves no time for it; whether it was the last one."""
    digest = fetched.digest
    with store.intake() as intake:
        if intake.already_taken(digest, fetched.waiting.location):
            return False
        last = intake.set_aside(fetched, digest, error=DIED, now=now)
    result.failed += last
    return last


# --- deciding ----------------------------------------------------------------------------------------------


def take_in_some(
    batch: list[Read],
    intake: Intake,
    means: Answering,
    result: Intakes,
    *,
    clock: Callable[[], datetime],
    dry: bool,
    counted: bool,
) -> list[Read]:
    """One transaction, and what is left for the next. It ends with the first message that fails: that may have taken long, and
    others wait to write."""
    intake.expect(coming(batch))
    decided: list[TakenIn] = []
    left: list[Read] = []
    for number, read in enumerate(batch, 1):
        try:
            taken = take_in_one(read, intake, means, result, now=clock(), dry=dry)
        except SwcMailerError:
            raise  # the store, the register or a template failed, not this message
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is this one message's, and is kept with it
            failed(
                read.fetched, read.digest, read.error or in_full(error), intake, result, now=clock(), kept=not (dry or counted)
            )
            left = batch[number:]
            break
        decided += [taken] if taken else []
    broken = {id(record): problem for record, problem in intake.write()}
    for record in decided:
        if problem := broken.get(id(record)):
            failed(record.fetched, record.digest, in_full(problem), intake, result, now=clock(), kept=not counted)
        else:
            tell(record, result)
    return left


def coming(batch: list[Read]) -> list[Coming]:
    return [
        Coming(read.fetched, read.digest, read.reading.message, read.reading.details.number_values)
        for read in batch
        if read.reading
    ]


def take_in_one(
    read: Read, intake: Intake, means: Answering, result: Intakes, *, now: datetime, dry: bool = False
) -> TakenIn | None:
    """Decide and remember one message; None where it was taken in before."""
    fault_point("take_in.fetched")
    if not dry and intake.already_taken(read.digest, read.fetched.waiting.location):
        return None
    if read.reading is None:
        raise Unread
    with deciding():
        taken = settle(read.fetched, read.digest, read.reading, intake, means, now=now)
    fault_point("take_in.decided")
    if dry:
        result.taken.append(Taken(read.fetched.waiting, taken.message, taken.decision, taken.reply, taken.posted))
    else:
        intake.remember(taken, now=now)
    return taken


def failed(fetched: Fetched, digest: str, error: str, intake: Intake, result: Intakes, *, now: datetime, kept: bool) -> None:
    """A message that makes the program fail stays in the inbox, and the third time it goes to review. Not `kept`: that is
    counted already, or nothing is to be changed."""
    result.failed += 1
    logs.error("message_failed", uid=fetched.waiting.location.uid, error=error.partition(":")[0])
    if kept:
        intake.set_aside(fetched, digest, error=error, now=now)


def tell(taken: TakenIn, result: Intakes) -> None:
    outcome = taken.decision.outcome
    result.outcomes[outcome] += 1
    uid, reasons = taken.fetched.waiting.location.uid, [reason.code for reason in taken.decision.reasons]
    logs.info("message_taken_in", uid=uid, request=taken.request_id, outcome=outcome.value, reasons=reasons)


def settle(fetched: Fetched, digest: str, reading: Reading, intake: Intake, means: Answering, *, now: datetime) -> TakenIn:
    """The decision for one message, as it is to be remembered; writes nothing."""
    request = request_of(reading, digest, intake, means)
    in_all = bool(means.policy.limits.replies_total_per_day)
    history = intake.history(reading.message, digest, request, now=now, in_all=in_all)
    history = replace(history, answered_by_hand=fetched.waiting.answered)
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
