"""A message in, every sign that a machine wrote it out, the most certain first; and what the signs come to.

The words and header fields stand in rules/automatic.toml, each with its strength; what is structure (the MIME parts of reports,
our own marks) stands here. Signs inside attached messages do not count: `Message.headers` and `.structure` hold none of theirs.
The original that a bounce carries is thus never taken for the bounce, nor an attached bounce for its sender.

flufl.bounce has no say here: on mail that carries none of these signs it takes people's quoted text for bounces, and raises. What
a bounce is about is for bounces.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import islice

from swc_mailer.core.message_ids import OURS
from swc_mailer.core.model import Automatic, Mailbox, Message, Place, Policy, Section, Zone
from swc_mailer.core.own_words import ANSWERED_OR_PASSED_ON
from swc_mailer.core.phrases import Phrase, Text, finds, phrases, possible
from swc_mailer.core.reply_address import is_person
from swc_mailer.core.words import Words

OUR_MARK = "x-swc-mailer"  # the header field of every reply of ours
MOST_OF_A_PERSON = 2  # sayings of machines: away, and will answer later; thanks for contacting, and not monitored, are more


class Author(StrEnum):
    """What the signs of a message come to."""

    MACHINE = "machine"  # never answered, never queued
    PERHAPS_A_MACHINE = "perhaps_a_machine"  # never answered by itself; a person looks where it holds details or a request
    PERHAPS_AWAY = "perhaps_away"  # the same, but for a person who asks and gives details: people say why they are in a hurry
    PERSON = "person"


def author(signs: tuple[Automatic, ...]) -> Author:
    """One A sign is enough for a machine; C signs alone are a person's."""
    if any(sign.strength == "A" for sign in signs):
        return Author.MACHINE
    doubtful = [sign for sign in signs if sign.strength == "B"]
    if not doubtful:
        return Author.PERSON
    in_her_words = all(sign.place == "body" for sign in doubtful) and len(doubtful) <= MOST_OF_A_PERSON
    return Author.PERHAPS_AWAY if in_her_words else Author.PERHAPS_A_MACHINE


def automatic_signs(message: Message, words: Words, policy: Policy) -> tuple[Automatic, ...]:
    """Every sign, with the strength that it has beside the others: A before B before C, and those that tell the kind of
    machine before those that do not."""
    found = [
        *own_signs(message, policy),
        *spam_signs(message, policy),
        *structure_signs(message, words),
        *sender_signs(message, words, policy),
        *header_signs(message, words, policy),
        *subject_signs(message, words),
        *body_signs(message, words, policy),
        *newsletter_signs(message, words, policy),
    ]
    found.sort(key=lambda sign: sign.vague)
    answers_us = refers_to_ours(message, policy)
    signs = (replace(sign.automatic, strength=strength_beside(sign, found, answers_us=answers_us)) for sign in found)
    return tuple(sorted(dict.fromkeys(signs), key=lambda sign: sign.strength))


@dataclass(frozen=True, slots=True)
class Found:
    """A sign before it is weighed against the others."""

    automatic: Automatic
    with_another: str = ""  # its strength once another sign supports it, "" for the same
    vague: bool = False  # a bounce and an out-of-office may both have it

    @property
    def place(self) -> Place:
        return self.automatic.place

    @property
    def certain_with(self) -> bool:
        """Whether another sign would make it certain."""
        return self.with_another == "A"


def strength_beside(sign: Found, found: list[Found], *, answers_us: bool) -> str:
    """The sign's strength: `with_another` where another sign supports it; a subject also where it answers our own mail."""
    if not sign.with_another:
        return sign.automatic.strength
    supported = any(supports(other, sign) for other in found) or (answers_us and sign.place == "subject" and sign.certain_with)
    return sign.with_another if supported else sign.automatic.strength


def supports(other: Found, sign: Found) -> bool:
    """Wording never makes a machine certain, in the subject and the body together neither: people write so too. And header
    fields do not support weak words: people's programs set those on all their mail."""
    if other.automatic == sign.automatic or other.automatic.code == sign.automatic.code == "calendar_robot":
        return False  # a calendar program writes its subject too, whatever a person adds to the text
    if sign.place == "header":
        return True
    if other.place != "header" and (other.place == "below") is not (sign.place == "below"):
        return False  # a newsletter's words say nothing of who is away
    return (other.place == "header") is sign.certain_with


# --- our own mail ------------------------------------------------------------------------------------------


def own_signs(message: Message, policy: Policy) -> Iterator[Found]:
    if message.all(OUR_MARK):
        yield certain("own_mail", "X-SWC-Mailer")
    if is_our_id(message.message_id, policy):
        yield certain("own_mail", f"Message-ID: {message.message_id}")
    if any(loop.strip().strip("<>").lower() in policy.own_addresses for loop in message.all("x-loop")):
        yield certain("own_mail", "X-Loop: our own address")
    for sender in message.from_:
        if sender.address.lower() in policy.own_addresses:
            form = relays_a_person(message, policy)  # our own web form writes from our own address
            yield Found(Automatic("own_mail", f"From: {sender.address}", "C" if form else "A"), with_another="B" if form else "A")


def is_our_id(message_id: str, policy: Policy) -> bool:
    found = OURS.fullmatch(message_id.strip())
    return bool(found and found["domain"].lower() in own_domains(policy))


def refers_to_ours(message: Message, policy: Policy) -> bool:
    """Whether the message answers mail of ours, as far as one can tell without the key."""
    return any(is_our_id(reference, policy) for reference in message.references)


def own_domains(policy: Policy) -> set[str]:
    return {address.rpartition("@")[2].lower() for address in policy.own_addresses}


def relays_a_person(message: Message, policy: Policy) -> bool:
    """A web form: Reply-To is one sane address of somebody elsewhere."""
    if len(message.reply_to) != 1 or not is_person(message.reply_to[0], policy):
        return False
    return message.reply_to[0].domain not in {sender.domain for sender in message.from_}


# --- header fields -----------------------------------------------------------------------------------------


def spam_signs(message: Message, policy: Policy) -> Iterator[Found]:
    """The verdicts of the receiving server that the configuration names, as "Header: VALUE"."""
    for line in policy.spam_headers:
        name, _, verdict = line.partition(":")
        pattern = re.compile(rf"\s*{re.escape(verdict.strip())}(?!\w)", re.IGNORECASE)
        if any(pattern.match(value) for value in message.all(name.strip())):
            yield certain("spam_verdict", line)


def header_signs(message: Message, words: Words, policy: Policy) -> Iterator[Found]:
    theirs = {kind for kind, added in ADDED_BY_OTHERS.items() if added(message, policy)}
    present: dict[str, list[str]] = {}
    for name, value in message.headers:
        present.setdefault(name, []).append(value)
    for entry, names in named_fields(words):
        if entry.extra.get("of") in theirs:
            continue
        for name, value in fields(present, names):
            if entry.pattern.search(value):
                yield from_entry(entry, f"{name.title()}: {value}")
                break


@lru_cache(maxsize=4)
def named_fields(words: Words) -> Sequence[tuple[Phrase, tuple[str, ...]]]:
    """The phrases of header fields with the names of the fields that each is looked for in; a * stands for any letters."""
    return [(entry, tuple(entry.extra["header"].split())) for entry in phrases(words, "automatic")["header"]]


def fields(present: Mapping[str, Sequence[str]], names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """All instances of the named fields."""
    for wanted in names:
        if "*" in wanted:
            yield from ((name, value) for name in present if fnmatchcase(name, wanted) for value in present[name])
        elif wanted in present:
            yield from ((wanted, value) for value in present[wanted])


def is_own_list(message: Message, policy: Policy) -> bool:
    """Whether every List-Id is one of the inbox's own: swc@ is itself a group."""
    own = {list_id(name) for name in policy.own_lists}
    named = [list_id(value) for value in message.all("list-id")]
    return bool(named) and all(name in own for name in named)


ADDRESS_REWRITTEN = re.compile(r"\s*<?SRS[01][=+-]", re.IGNORECASE)


def is_forwarded(message: Message, _: Policy) -> bool:
    """Whether a service forwarded the message, whoever wrote it: it writes the sender's address anew (SRS)."""
    return any(ADDRESS_REWRITTEN.match(path) for path in message.all("return-path"))


# What a field is `of`: the fields that others than the writer's program add to a person's mail too.
ADDED_BY_OTHERS: Mapping[str, Callable[[Message, Policy], bool]] = {"list": is_own_list, "forwarder": is_forwarded}


def list_id(value: str) -> str:
    """RFC 2919: "Name <id>"; people configure the id with or without brackets."""
    before, bracket, within = value.rpartition("<")
    return (within.partition(">")[0] if bracket else before or value).strip().lower()


# --- structure ---------------------------------------------------------------------------------------------

REPORTS = {"disposition-notification": "receipt", "feedback-report": "other_automatic"}  # any other report is a bounce
REPORT_PARTS = {  # RFC 3464, 6533, 8098, 5965
    "message/delivery-status": "bounce",
    "message/global-delivery-status": "bounce",
    "message/disposition-notification": "receipt",
    "message/global-disposition-notification": "receipt",
    "message/feedback-report": "other_automatic",
}


def structure_signs(message: Message, words: Words) -> Iterator[Found]:
    for part in message.structure:
        if part.media_type == "multipart/report":
            kind = part.params.get("report-type", "").lower()
            yield certain(REPORTS.get(kind, "bounce"), f"multipart/report {kind}".strip())
        elif part.media_type in REPORT_PARTS and part.disposition != "attachment":  # people attach reports that they ask about
            yield certain(REPORT_PARTS[part.media_type], part.media_type)
    yield from calendar_signs(message, words)


def calendar_signs(message: Message, words: Words) -> Iterator[Found]:
    """RFC 5546: an invitation or its answer. A person's words beside it make it less certain."""
    human = any(not finds(words, "automatic", "calendar", line) for line in opening_lines(message))
    for part in message.structure:
        if part.media_type == "text/calendar" and not (human and part.disposition == "attachment"):
            yield Found(Automatic("calendar_robot", "text/calendar", "B" if human else "A"))


# --- sender, subject, body ---------------------------------------------------------------------------------


def sender_signs(message: Message, words: Words, policy: Policy) -> Iterator[Found]:
    relayed = relays_a_person(message, policy)
    for sender in message.from_:
        for table, text in (("sender", address_or_name(sender)), ("sender_name", sender.name)):
            for entry in possible(words, "automatic", table, text):
                if entry.pattern.search(text) and not (relayed and entry.extra.get("form")):
                    yield of_sender(entry, sender, policy)


def of_sender(entry: Phrase, sender: Mailbox, policy: Policy) -> Found:
    """A robot's address in our own domain is a service of ours."""
    shown = f"From: {sender.address or sender.name}"
    if entry.extra["strength"] == "B" and sender.domain in own_domains(policy):
        return certain("own_mail", shown)
    return from_entry(entry, shown)


def address_or_name(sender: Mailbox) -> str:
    """`From: MAILER-DAEMON` and `From: MAILER-DAEMON <>` have only a name."""
    address = sender.address or sender.name
    return address if "@" in address else f"{address}@"


LABELS = re.compile(r"(?:\s*\[[^\]\[]{1,30}\])+\s*")  # "[EXTERNAL] Automatic reply: …"


def subject_signs(message: Message, words: Words) -> Iterator[Found]:
    subject = message.subject[:1000]
    unlabelled = LABELS.sub("", subject, count=1) if LABELS.match(subject) else subject
    texts = [Text.of(written) for written in dict.fromkeys((subject, unlabelled))]
    for entry in phrases(words, "automatic")["subject"]:
        if any(entry.search(text) for text in texts):
            yield from_entry(entry, f"Subject: {subject}", place="subject")


THEIRS = (Zone.QUOTED, Zone.FORWARDED, Zone.OURS)
BODY = 12  # lines with text
LOOKED_AT: tuple[tuple[Place, int], ...] = (("opening", 2), ("body", BODY))
LONGEST_LINE = 400
LONGEST_NEWSLETTER = 60_000


def opening_lines(message: Message) -> list[str]:
    """The first lines with text that are not somebody else's."""
    lines = (line for section in own_sections(message) for line in section.text[:20_000].splitlines() if line.strip())
    return [" ".join(line[:LONGEST_LINE].split()) for line in islice(lines, BODY)]


def own_sections(message: Message) -> Iterator[Section]:
    return (section for section in message.sections if section.part == "text" and section.zone not in THEIRS)


def body_signs(message: Message, words: Words, policy: Policy) -> Iterator[Found]:
    lines = opening_lines(message)
    relayed = relays_a_person(message, policy)
    for table, count in LOOKED_AT:
        opening = Text.of(" ".join(lines[:count]))
        for entry in phrases(words, "automatic")[table]:
            found = entry.search(opening)
            if found and not (relayed and entry.extra.get("form")):
                yield from_entry(entry, f'"{opening.written[found.start() : found.end()].strip()}"', place=table)


def newsletter_signs(message: Message, words: Words, policy: Policy) -> Iterator[Found]:
    """What stands in newsletters and offers, mostly below: how one leaves their list, and why one is on it. People who answer
    or forward one may leave its text as it is, and a web form's provider advertises below what a person filled in."""
    if message.references or ANSWERED_OR_PASSED_ON.match(message.subject) or is_own_list(message, policy):
        return
    text = Text.of(" ".join(" ".join(section.text for section in own_sections(message)).split())[:LONGEST_NEWSLETTER])
    if relays_a_person(message, policy) and message.reply_to[0].address.lower() in text.small:
        return
    for entry in phrases(words, "automatic")["newsletter"]:
        if found := entry.search(text):
            yield from_entry(entry, f'"{found[0].strip()}"', place="below")


def from_entry(entry: Phrase, shown: str, *, place: Place = "header") -> Found:
    extra = entry.extra
    sign = Automatic(extra["reason"], " ".join(shown[:120].split()), extra["strength"], place, relay=bool(extra.get("form")))
    return Found(sign, extra.get("with_another", ""), vague=extra.get("kind") == "vague")


def certain(reason: str, shown: str) -> Found:
    return Found(Automatic(reason, shown, "A"))
