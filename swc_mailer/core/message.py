"""The bytes of a message in, the Message out: header fields, texts in sections, attachments, structure. Never raises.

What could not be read is said in `damage`, as sentences for staff. Real mail breaks every rule that there is: each step keeps
what it can, and no step takes more time than the message is long.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice

from swc_mailer.core.body import Body, is_own_text, read_body
from swc_mailer.core.characters import one_line
from swc_mailer.core.encoded_words import decode_words
from swc_mailer.core.header_fields import Header
from swc_mailer.core.header_values import mailboxes, message_ids, time_of
from swc_mailer.core.mime import Entity, read_structure
from swc_mailer.core.model import Attachment, Mailbox, Message, MimePart, Part, Section, Zone
from swc_mailer.core.quoting import split
from swc_mailer.core.words import Words

MOST_SENDERS = 4  # From or Reply-To fields; more than one is already too many
MOST_ATTACHED = 10  # attached messages that are read
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parse(raw: bytes, *, received: datetime | None, words: Words, own_addresses: frozenset[str]) -> Message:
    """`received` None: the time of the topmost Received field, or else of Date."""
    structure = read_structure(raw)
    whole, header = structure.whole, structure.whole.header
    body = read_body(whole, words)
    taken_in = received or time_of(header.first("received")) or time_of(header.first("date"))
    subject = _decoded(header.first("subject"))
    damage = [*structure.damage, *body.damage, *_unseen(whole, body)]
    if not taken_in:
        damage.append("Neither Received nor Date says when the message came in.")
    return Message(
        received=taken_in or EPOCH,
        size=len(raw),
        headers=tuple((name, _decoded(value)) for name, value in header.fields),
        message_id=next(iter(message_ids(header.all("message-id"))), ""),
        subject=subject,
        from_=_mailboxes(header, "from"),
        reply_to=_mailboxes(header, "reply-to"),
        references=message_ids((*header.all("references"), *header.all("in-reply-to"))),
        parts=(
            _one_zone("subject", subject, Zone.OWN),
            Part("text", body.text, split("text", body.text, words, own_addresses)),
            *_attached_parts(whole, words),
        ),
        attachments=tuple(_attachments(whole, body)),
        structure=tuple(MimePart(part.media_type, part.params, part.disposition) for part in whole.walk()),
        damage=tuple(dict.fromkeys(damage)),
        unreadable=not structure.complete or not body.complete or (body.empty and (body.failed or _has_tnef(whole))),
    )


def _decoded(value: str) -> str:
    return one_line(decode_words(value)) if "=?" in value else value


def _mailboxes(header: Header, name: str) -> tuple[Mailbox, ...]:
    return tuple(mailbox for value in header.all(name)[:MOST_SENDERS] for mailbox in mailboxes(value))


# --- attached messages -------------------------------------------------------------------------------------


def _attached_parts(whole: Entity, words: Words) -> Iterator[Part]:
    """Each attached message, also those inside another, as a reader sees it: its chief header fields, then its text."""
    for number, entity in enumerate(islice(_attached(whole), MOST_ATTACHED), 1):
        fields = [f"{name.title()}: {_decoded(entity.header.first(name))}" for name in ("from", "date", "subject")]
        yield _one_zone(f"attached {number}", "\n".join([*fields, "", read_body(entity, words).text]), Zone.FORWARDED)


def _attached(entity: Entity) -> Iterator[Entity]:
    for part in entity.walk():
        if part.is_message:
            for message in part.children:
                yield message
                yield from _attached(message)


def _one_zone(name: str, text: str, zone: Zone) -> Part:
    return Part(name, text, (Section(name, zone, 0, len(text), text),))


# --- attachments -------------------------------------------------------------------------------------------

SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
NO_FILES = (*SIGNATURES, "application/pgp-encrypted", "application/applefile")  # programs' own, which no person attaches
LARGEST_ORNAMENT = 30_000  # bytes: a logo in a signature; photographs are larger
TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")


def _attachments(whole: Entity, body: Body) -> Iterator[Attachment]:
    for part in files(whole):
        yield Attachment(part.file_name, part.media_type, part.size)
    for file in body.files:
        yield Attachment(one_line(file.name), "application/octet-stream", file.size)


def files(whole: Entity) -> Iterator[Entity]:
    """The parts that are attachments, in order."""
    return (part for part in whole.walk() if _is_file(part) and not _is_ornament(part))


def _is_file(part: Entity) -> bool:
    kind = part.media_type
    if kind.startswith(("multipart/", "message/")) or kind in NO_FILES or is_own_text(part):
        return False
    return not kind.startswith("text/") or bool(part.file_name) or part.disposition == "attachment"


def _is_ornament(part: Entity) -> bool:
    """A picture that the HTML shows, too small to show anything that was photographed."""
    shown = part.header.first("content-id") and part.disposition != "attachment"
    return bool(shown) and part.media_type.startswith("image/") and part.size <= LARGEST_ORNAMENT


def _has_tnef(whole: Entity) -> bool:
    return any(part.media_type in TNEF or part.file_name.lower() == "winmail.dat" for part in whole.walk())


def _unseen(whole: Entity, body: Body) -> Iterator[str]:
    if body.empty and _has_tnef(whole):
        yield "The text is in winmail.dat, a format of Outlook's own, which is not read."
