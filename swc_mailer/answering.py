"""How a message becomes a case, and a decision its reply: once for a run, for the review queue, and for messages read again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from swc_mailer.core.compose import PackBlock, Templates, Wording, compose
from swc_mailer.core.delivery import Mode, addressee, deliveries
from swc_mailer.core.letters import LetterPaper, compose_letter
from swc_mailer.core.message_ids import new_message_id
from swc_mailer.core.model import (
    Case,
    Decision,
    Delivery,
    Details,
    History,
    Ignore,
    Language,
    Mailbox,
    Message,
    Outcome,
    Policy,
    Register,
    Review,
    Settled,
)
from swc_mailer.core.reading import Reading, read
from swc_mailer.core.words import Words
from swc_mailer.ports import NewReply


@dataclass(frozen=True, slots=True)
class Answering:
    """Everything that a decision and its reply are made from, besides the message."""

    words: Words
    policy: Policy
    register: Register
    templates: Templates
    wording: Wording
    sender: Mailbox
    pack: PackBlock
    key: bytes  # for the keyed hash of our Message-IDs
    rules_version: str
    new_id: Callable[[], str]  # a short random id, never the same twice
    mode: Mode = "email"
    welsh: Wording | None = None  # none where everybody is answered in English

    def wording_in(self, language: Language) -> Wording:
        return self.welsh if self.welsh and language is Language.WELSH else self.wording

    def new_message_id(self, request_id: str) -> str:
        return new_message_id(self.key, request_id, self.new_id(), self.sender.domain)


def reading_of(raw: bytes, *, received: datetime, size: int, whole: bool, means: Answering) -> Reading:
    """What one message says; of one that was too large only the header block is there, and its true size with it."""
    reading = read(raw, received=received, policy=means.policy, words=means.words)
    return reading if whole else replace(reading, message=replace(reading.message, size=size))


def case_of(reading: Reading, history: History, packs_to: Callable[[str], tuple[int, datetime | None]], means: Answering) -> Case:
    """The message with its history; the packs that its member had can be asked for only once the number is read."""
    case = reading.case(history, register=means.register, policy=means.policy, words=means.words)
    if len(case.details.number_values) != 1:
        return case
    packs, last = packs_to(case.details.number_values[0])
    return replace(case, history=replace(history, packs_to_member=packs, pack_sent_at=last or history.pack_sent_at))


@dataclass(frozen=True, slots=True)
class Writer:
    """Whom a decision answers, and how she asked to be answered."""

    email: Mailbox | None  # None where there is no address to answer
    wants_post: bool
    received: datetime
    name: str = ""  # for the label of what is no pack
    language: Language = Language.ENGLISH  # in which she wrote


@dataclass(frozen=True, slots=True)
class Answers:
    """What goes out for a decision: by email, by post, or both."""

    reply: NewReply | None = None
    posted: NewReply | None = None

    def __bool__(self) -> bool:
        return bool(self.reply or self.posted)


def answers_for(
    decision: Decision,
    message: Message | None,
    details: Details,
    request_id: str,
    means: Answering,
    *,
    writer: Writer,
    now: datetime,
    added: str = "",
) -> Answers:
    """Nothing where the decision calls for nothing, or where there is nobody to write to. What should go by post and has no label
    goes by email, as far as there is an address."""
    if isinstance(decision, Ignore | Settled | Review):
        return Answers()
    ways = deliveries(decision.outcome, mode=means.mode, wants_post=writer.wants_post, has_email=writer.email is not None)
    posted = (
        letter_for(decision, details, request_id, means, writer=writer, now=now, added=added) if Delivery.POST in ways else None
    )
    if not writer.email or (Delivery.EMAIL not in ways and posted):
        return Answers(posted=posted)
    to, language = writer.email, writer.language
    reply = reply_for(decision, message, details, request_id, means, to=to, language=language, now=now, added=added)
    return Answers(reply, posted)


def letter_for(
    decision: Decision, details: Details, request_id: str, means: Answering, *, writer: Writer, now: datetime, added: str = ""
) -> NewReply | None:
    label = addressee(decision, details, means.register, name=writer.name)
    if not label:
        return None
    name = label[0] if decision.outcome is Outcome.PACK else writer.name
    paper = paper_for(label, name, request_id, means, now=now, language=writer.language)
    return compose_letter(decision, details, paper, documents=means.pack.names, received=writer.received, added=added)


def paper_for(
    label: tuple[str, ...], name: str, request_id: str, means: Answering, *, now: datetime, language: Language
) -> LetterPaper:
    return LetterPaper(
        templates=means.templates,
        wording=means.wording_in(language),
        post_to=label,
        name=name,
        reference=request_id,
        email=means.sender.address,
        message_id=means.new_message_id(request_id),
        date=now,
    )


def reply_for(
    decision: Decision,
    message: Message | None,
    details: Details,
    request_id: str,
    means: Answering,
    *,
    to: Mailbox,
    language: Language,
    now: datetime,
    added: str = "",
) -> NewReply | None:
    """The reply by email that a decision calls for."""
    return compose(
        decision,
        message,
        details,
        templates=means.templates,
        sender=means.sender,
        wording=means.wording_in(language),
        recipient=to,
        message_id=means.new_message_id(request_id),
        date=now,
        pack=means.pack,
        added=added,
    )
