"""One invented case for every reply, to try the templates with: `check` and `templates check` render them all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from swc_mailer.core.alert import Alert, Kind
from swc_mailer.core.alert_mail import compose_alert
from swc_mailer.core.compose import Templates, Wording, compose, compose_answer
from swc_mailer.core.letters import LetterPaper, compose_letter, compose_letter_answer
from swc_mailer.core.mailwire import PackBlock
from swc_mailer.core.model import (
    Address,
    Closed,
    Decision,
    Details,
    DetailsMissing,
    Evidence,
    Field,
    Language,
    Mailbox,
    Match,
    Message,
    Number,
    Pack,
    Reason,
    Verdict,
    Zone,
)
from swc_mailer.core.notice import Occasion, Waits
from swc_mailer.core.notice_mail import NAME, Notice, compose_notice
from swc_mailer.ports import NewReply

ADDRESS_TEXT = "12 Station Road\nLeeds\nLS6 2AB"
ANSWER = "Thank you for your question.\n\nThe documents will follow by post."
STAFF = Mailbox("", "staff@example.org")
RECIPIENT = Mailbox("Ann Example", "ann@example.org")
REFERENCE = "abcd2345"


@dataclass(frozen=True, slots=True)
class Sample:
    """A reply with the name it is shown by: "details_missing-number" …"""

    name: str
    reply: NewReply


def sample_replies(templates: Templates, wording: Wording, *, sender: Mailbox, pack: PackBlock) -> Iterator[Sample]:
    """Every reply in all its forms, with the wording as configured and, for the sentences it leaves out, with all of it. Other
    languages than English are in the names: "pack-cy"."""
    language = "" if wording.language is Language.ENGLISH else f"-{wording.language.value}"
    for suffix, words in ((language, wording), (f"{language}-full", _full(wording))):
        for name, decision, details, date in _cases(words):
            reply = compose(
                decision,
                _message(date),
                details,
                templates=templates,
                sender=sender,
                wording=words,
                recipient=RECIPIENT,
                message_id=f"<sample@{sender.domain}>",
                date=date,
                pack=pack,
            )
            assert reply
            yield Sample(name + suffix, reply)
        yield Sample(f"answer{suffix}", _answer(templates, words, sender))
        yield from _letters(templates, words, sender, pack, suffix)
        if language:
            continue  # staff are written to in English
        for why in Occasion:
            yield Sample(f"notice-{why.value}{suffix}", _notice(why, templates, words, sender))
        for kind in Kind:
            yield Sample(f"alert-{kind.value}{suffix}", _alert(kind, templates, words, sender))


def _letters(templates: Templates, wording: Wording, sender: Mailbox, pack: PackBlock, suffix: str) -> Iterator[Sample]:
    """What goes by post instead."""
    for name, decision, details, date in _cases(wording):
        letter = compose_letter(decision, details, _paper(templates, wording, sender, date), documents=pack.names, received=date)
        assert letter
        yield Sample(f"letter-{name}{suffix}", letter)
    paper = _paper(templates, wording, sender, wording.closes_at - timedelta(days=7))
    yield Sample(f"letter-answer{suffix}", compose_letter_answer(ANSWER, paper))


def _paper(templates: Templates, wording: Wording, sender: Mailbox, date: datetime) -> LetterPaper:
    return LetterPaper(
        templates=templates,
        wording=wording,
        post_to=(RECIPIENT.name, *ADDRESS_TEXT.splitlines()),
        name=RECIPIENT.name,
        reference=REFERENCE,
        email=sender.address,
        message_id=f"<sample@{sender.domain}>",
        date=date,
    )


def _cases(wording: Wording) -> Iterator[tuple[str, Decision, Details, datetime]]:
    early, late = wording.closes_at - timedelta(days=7), wording.closes_at + timedelta(days=1)
    number, address = Field.MEMBERSHIP_NUMBER, Field.POSTAL_ADDRESS
    yield "pack", Pack((Reason("details_match"),), Match(Verdict.MATCH, None, None)), Details(), early
    yield "pack-late", Pack((Reason("details_match"),), Match(Verdict.MATCH, None, None)), Details(), late
    yield "details_missing-both", _missing(number, address), Details(), early
    yield "details_missing-number", _missing(number), Details(addresses=(_address(),)), early
    yield "details_missing-address", _missing(address), Details(numbers=(_number(),)), late
    yield "details_missing-postcode", _missing(address), Details((_number(),), (_address("postcode"),)), early
    yield "details_missing-house", _missing(address), Details((_number(),), (_address("house"),)), early
    yield "closed", Closed((Reason("after_deadline"),)), Details(), late


def _missing(*fields: Field) -> DetailsMissing:
    return DetailsMissing((Reason("number_missing"),), frozenset(fields))


def _number() -> Number:
    return Number("0123456", Evidence("text", 0, 8, "012 3456"), Zone.OWN, labelled=True)


def _address(*lacking: str) -> Address:
    street, postcode = ("Station Road" if "house" in lacking else "12 Station Road"), ("" if "postcode" in lacking else "LS6 2AB")
    text = "\n".join(filter(None, (street, "Leeds", postcode)))
    return Address((street, "Leeds"), postcode, "", Evidence("text", 0, len(text), text), Zone.OWN, lacking)


def _message(received: datetime) -> Message:
    return Message(received, 0, (), "<sample@example.org>", "Consultation", (RECIPIENT,), (), (), (), (), ())


def _answer(templates: Templates, wording: Wording, sender: Mailbox) -> NewReply:
    return compose_answer(
        ANSWER,
        None,
        templates=templates,
        sender=sender,
        wording=wording,
        recipient=RECIPIENT,
        message_id=f"<sample@{sender.domain}>",
        date=wording.closes_at,
    )


def _notice(why: Occasion, templates: Templates, wording: Wording, sender: Mailbox) -> NewReply:
    """The mail to staff, with the fields of a reply that a sample shows."""
    now, full = wording.closes_at - timedelta(days=7), bool(wording.organisation)
    late = 2 if full else int(why is Occasion.LATE)
    waits = Waits({"number_unknown": 2, "no_request": 1}, oldest=now - timedelta(hours=75 if late else 5), late=late)
    reasons = [("Number not in the register", 2), ("Not a request", 1)]
    head = compose_notice(
        Notice(why, waits, reasons, 48, "https://review.example.org" if full else ""),
        templates=templates,
        wording=wording,
        sender=sender,
        recipient=STAFF,
        message_id=f"<sample@{sender.domain}>",
        date=now,
    )
    return NewReply(f"<sample@{sender.domain}>", STAFF.address, "", NAME, head)


def _alert(kind: Kind, templates: Templates, wording: Wording, sender: Mailbox) -> NewReply:
    """That it began or, in the full wording, that it is over."""
    now = wording.closes_at - timedelta(days=7)
    head = compose_alert(
        Alert(kind, "mail.example.org:993 could not be reached", now, now if wording.organisation else None),
        templates=templates,
        wording=wording,
        sender=sender,
        recipient=STAFF,
        message_id=f"<sample@{sender.domain}>",
        date=now,
    )
    return NewReply(f"<sample@{sender.domain}>", STAFF.address, "", "alert", head)


def _full(wording: Wording) -> Wording:
    return replace(
        wording,
        agm=wording.agm or "12-13 April",
        post_to=wording.post_to or ("The consultation", "1 Example Street"),
        contact=wording.contact or "Sam Example, 020 7946 0000",
        privacy=wording.privacy or "We use your details for this consultation only.",
        organisation=wording.organisation or "Example Organisation",
    )
