"""A decision becomes the reply's bytes: its words from the templates, its Message-ID and its thread fixed here.

What the member gave is repeated as written, never as the register has it: a reply tells nobody whether a number exists.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.utils import format_datetime
from typing import Protocol, assert_never
from zoneinfo import ZoneInfo

from swc_mailer.core.dates import long_date
from swc_mailer.core.mailwire import PackBlock as PackBlock
from swc_mailer.core.mailwire import (
    address_field,
    alternative,
    in_reply_to_field,
    one_line,
    plain,
    references_field,
    subject_field,
    with_pack,
)
from swc_mailer.core.model import (
    Address,
    Closed,
    Decision,
    Details,
    DetailsMissing,
    Field,
    Ignore,
    Language,
    Mailbox,
    Message,
    Number,
    Pack,
    Review,
    Settled,
)
from swc_mailer.ports import NewReply

COLUMNS = 78
LONGEST_SENTENCE = 1000  # of staff
LONGEST_LINE = 70  # of the member's own words, with room for the indent
MOST_LINES = 10  # of an address that is repeated: a reply must not carry a stranger's letter to a third person


class Templates(Protocol):
    """The words of replies and letters, by name: "replies/pack.subject.txt", "replies/cy/pack.html", "letters/pack.txt" …"""

    def render(self, name: str, values: Mapping[str, object]) -> str: ...


@dataclass(frozen=True, slots=True)
class Wording:
    """What the templates say of the consultation, from the configuration."""

    title: str
    deadline: date
    timezone: ZoneInfo
    agm: str = ""
    post_to: tuple[str, ...] = ()
    contact: str = ""
    privacy: str = ""
    organisation: str = ""
    language: Language = Language.ENGLISH

    @property
    def closes_at(self) -> datetime:
        return datetime.combine(self.deadline + timedelta(days=1), datetime.min.time(), tzinfo=self.timezone)


def compose(
    decision: Decision,
    message: Message | None,
    details: Details,
    *,
    templates: Templates,
    sender: Mailbox,
    wording: Wording,
    recipient: Mailbox,
    message_id: str,
    date: datetime,
    pack: PackBlock | None,
    added: str = "",
) -> NewReply | None:
    """The reply that the decision calls for; None where nothing is sent. `message` is None for a request by letter; `added` is a
    sentence by staff to what is asked for."""
    letter = Letterhead(message, templates, sender, wording, recipient, message_id, date)
    match decision:
        case Pack():
            if pack is None:
                raise ValueError("a pack reply needs the pack")
            return letter.reply("pack", {"attachments": pack.names}, pack=pack)
        case DetailsMissing():
            facts = asked(decision, details) | {"added": one_line(added, LONGEST_SENTENCE)}
            return letter.reply("details_missing", facts, missing=in_order(decision.missing))
        case Closed():
            return letter.reply("closed", {"received": letter.late_day()})
        case Ignore() | Settled() | Review():
            return None
        case _:
            assert_never(decision)


def compose_answer(
    text: str,
    message: Message | None,
    *,
    templates: Templates,
    sender: Mailbox,
    wording: Wording,
    recipient: Mailbox,
    message_id: str,
    date: datetime,
    subject: str = "",
) -> NewReply:
    """A member of staff's own words to the person who wrote: not marked as automatic, else it might not be shown. Without a
    `subject` that of the message is answered; a letter's answer has the template's."""
    letter = Letterhead(message, templates, sender, wording, recipient, message_id, date)
    paragraphs = {"paragraphs": in_paragraphs(text)}
    return letter.reply("answer", paragraphs, subject=subject or letter.answered_subject(), automatic=False)


def written_again(head: bytes, *, recipient: Mailbox, message_id: str, date: datetime) -> bytes:
    """The head of a reply, once more: for this recipient, under a Message-ID and a date of its own."""
    fields, rest = head.split(b"\r\n\r\n", 1)
    anew = {
        "To": address_field("To", recipient),
        "Message-ID": f"Message-ID: {message_id}\r\n",
        "Date": f"Date: {format_datetime(date)}\r\n",
    }
    for name, field in anew.items():
        before = re.search(rb"^%s:[^\r\n]*(?:\r\n[ \t][^\r\n]*)*\r\n" % name.encode(), fields, re.MULTILINE)
        assert before, "every reply of ours has them"
        fields = fields[: before.start()] + field.encode("ascii") + fields[before.end() :]
    return fields + b"\r\n\r\n" + rest


# --- what a reply is filled with ---------------------------------------------------------------------------


def of_the_consultation(wording: Wording, date: datetime) -> dict[str, object]:
    """What every template may say of it, on the day of writing."""
    return {
        "title": wording.title,
        "deadline": long_date(wording.deadline, wording.language),
        "deadline_past": date >= wording.closes_at,
        "days_left": (wording.deadline - date.astimezone(wording.timezone).date()).days,
        "agm": wording.agm,
        "post_to": wording.post_to,
        "contact": wording.contact,
        "privacy": wording.privacy,
        "organisation": wording.organisation,
    }


def template(folder: str, kind: str, language: Language) -> str:
    """English stands in the folder itself, any other language in one of its own."""
    return f"{folder}/{kind}" if language is Language.ENGLISH else f"{folder}/{language.value}/{kind}"


def day_too_late(received: datetime, wording: Wording) -> str:
    """The day on which a request came too late; "" where it did not, as when staff close a case by hand."""
    return "" if received < wording.closes_at else long_date(received.astimezone(wording.timezone).date(), wording.language)


def in_paragraphs(text: str) -> tuple[str, ...]:
    """A member of staff's own words, cut at empty lines."""
    return tuple(paragraph.strip() for paragraph in text.split("\n\n") if paragraph.strip())


def asked(decision: DetailsMissing, details: Details) -> dict[str, object]:
    """What is missing, and what was understood in the writer's own spelling."""
    number, address = understood_number(details), understood_address(details)
    return {
        "number_missing": Field.MEMBERSHIP_NUMBER in decision.missing,
        "address_missing": Field.POSTAL_ADDRESS in decision.missing,
        "number": one_line(number.evidence.text, LONGEST_LINE) if number else "",
        "address": as_written(address) if address else (),
        "lacking": address.lacking if address else (),
    }


def understood_number(details: Details) -> Number | None:
    """The number that counts, where it is one and not several."""
    counting = [number for number in details.numbers if not number.set_aside]
    return counting[0] if len(details.number_values) == 1 else None


def understood_address(details: Details) -> Address | None:
    counting = details.counting_addresses
    return counting[0] if len(counting) == 1 else None


def as_written(address: Address) -> tuple[str, ...]:
    lines = (one_line(line.lstrip("> "), LONGEST_LINE) for line in address.evidence.text.splitlines()[: 3 * MOST_LINES])
    return tuple(line for line in lines if line)[:MOST_LINES]


def in_order(missing: frozenset[Field]) -> tuple[str, ...]:
    return tuple(field.value for field in Field if field in missing)


def wrapped(text: str) -> str:
    """A template's paragraphs, one a line, cut at 78 columns; list items keep their indent, and one blank line is enough."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        if not line.strip() and not lines[-1]:
            continue
        indent = len(line) - len(line.lstrip(" -"))
        lines += textwrap.wrap(line, COLUMNS, subsequent_indent=" " * indent, break_on_hyphens=False) or [""]
    return "\n".join(lines) + "\n"


# --- the message -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Everything of a reply that does not depend on its kind."""

    message: Message | None
    templates: Templates
    sender: Mailbox
    wording: Wording
    recipient: Mailbox
    message_id: str
    date: datetime

    def reply(
        self,
        kind: str,
        facts: Mapping[str, object],
        *,
        pack: PackBlock | None = None,
        missing: tuple[str, ...] = (),
        subject: str = "",
        automatic: bool = True,
    ) -> NewReply:
        values = {**of_the_consultation(self.wording, self.date), **facts}
        name = template("replies", kind, self.wording.language)
        subject = plain(subject or self.templates.render(f"{name}.subject.txt", values))
        text = wrapped(self.templates.render(f"{name}.txt", values))
        entity = alternative(text, self.templates.render(f"{name}.html", values | {"subject": subject}))
        return NewReply(
            message_id=self.message_id,
            recipient=self.recipient.address,
            subject=subject,
            kind=kind,
            head=self.fields(subject, automatic=automatic) + (with_pack(entity, pack) if pack else entity),
            pack=pack.digest if pack else "",
            missing=missing,
        )

    def answered_subject(self) -> str:
        """ "Re: …", once however often it was answered; "" where there is nothing to answer."""
        subject = one_line(self.message.subject, LONGEST_LINE) if self.message else ""
        while subject[:3].casefold() == "re:":
            subject = subject[3:].strip()
        return f"Re: {subject}" if subject else ""

    def late_day(self) -> str:
        return day_too_late(self.message.received, self.wording) if self.message else ""

    def fields(self, subject: str, *, automatic: bool) -> bytes:
        """The header fields, up to the MIME entity's own. No Precedence: RFC 3834 does not ask for it."""
        marks = "Auto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All\r\n" if automatic else ""
        return (
            address_field("From", self.sender)
            + address_field("To", self.recipient)
            + subject_field(subject)
            + f"Date: {format_datetime(self.date)}\r\n"
            + f"Message-ID: {self.message_id}\r\n"
            + self.thread()
            + marks
            + "X-SWC-Mailer: 1\r\nMIME-Version: 1.0\r\n"
        ).encode("ascii")

    def thread(self) -> str:
        if self.message is None:
            return ""
        answered = self.message.message_id
        earlier = [reference for reference in self.message.references if reference != answered]
        return in_reply_to_field(answered) + references_field([*earlier, answered])
