"""What came with the messages of a case, for people to look at: files, the text of letters, what was found in each."""

from __future__ import annotations

from collections.abc import Sequence

from swc_mailer.adapters.document_text import document_text
from swc_mailer.commands.reviewer import Reviewer
from swc_mailer.core.attached import AttachedFile, attached_files, is_pdf, may_be_word
from swc_mailer.core.details import extract
from swc_mailer.core.model import Details, Message


def raw_message(reviewer: Reviewer, case_id: str, message_id: int) -> bytes | None:
    """The bytes of a message of this case; None where it is of another, or no longer kept."""
    case = reviewer.case(case_id)
    return reviewer.store.raw(message_id) if any(row["id"] == message_id for row in case["messages"]) else None


def ignored_message_of(reviewer: Reviewer, message_id: int) -> Message | None:
    """A message that belongs to no case; None where there is none, or it is no longer kept."""
    stored = reviewer.store.stored(message_id)
    return reviewer.message_of({"id": message_id, "received": stored.received}) if stored else None


def files_of(reviewer: Reviewer, case_id: str, message_id: int) -> Sequence[AttachedFile]:
    raw = raw_message(reviewer, case_id, message_id)
    return attached_files(raw) if raw else ()


def scans_of(reviewer: Reviewer, case_id: str) -> Sequence[AttachedFile]:
    """The pictures of a letter."""
    return [AttachedFile(scan.name, scan.media_type, scan.content) for scan in reviewer.store.scans(case_id)]


def letter_text(file: AttachedFile) -> str:
    """The text of a letter in PDF or Word; "" of everything else, and where it cannot be read."""
    if is_pdf(file.content) or may_be_word(file.content, file.name):
        return (document_text(file.content) or "").strip()
    return ""


def found_in(reviewer: Reviewer, message: Message) -> Details:
    """What the rules find in one message by itself."""
    return extract(message, reviewer.parts.words, reviewer.policy)
