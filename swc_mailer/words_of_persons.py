"""What is held about a person, in words: an export as one text, what an erasure takes out, what a purge took."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from swc_mailer.commands.erase import Erasure
from swc_mailer.commands.export import Export, ExportedCase
from swc_mailer.commands.queue_show import ShownMessage, own_text
from swc_mailer.commands.reviewer import SETTLED_AS
from swc_mailer.config import Config
from swc_mailer.core.characters import clean
from swc_mailer.core.model import Member
from swc_mailer.output import moment, number_of, one_line, put_table, say
from swc_mailer.words_of_queue import address_line, decision_line, number_line, reply_line

INDENT = "    "


def export_text(export: Export, *, title: str) -> str:
    """One text for the person and for whoever answers them: what is held in words first, then every message as it came."""
    lines = [*heading(export, title), *register_lines(export.members), *in_words(export), *in_full(export)]
    return "\n".join(lines).lstrip("\n") + "\n"


def heading(export: Export, title: str) -> Iterator[str]:
    yield from underlined(f"What is held about {export.email or f'membership number {export.membership_number}'}", "=")
    yield f"By swc-mailer for: {title}. As of {moment(export.made)}."
    messages, replies = len(export.messages), sum(len(case.replies) for case in export.cases)
    cases = number_of(len(export.cases), "request")
    yield f"Held: {cases}, {number_of(messages, 'message')}, {number_of(replies, 'reply', 'replies')}."
    if export.held.blocked:
        yield f"The address is on the list of those that are never answered, since {moment(export.held.blocked['blocked_at'])}."


def register_lines(members: Sequence[Member]) -> Iterator[str]:
    if members:
        yield from underlined("The member register", "-")
        for member in members:
            address = ", ".join(filter(None, [*member.address, member.postcode]))
            yield one_line("; ".join(filter(None, [f"{member.number} {member.name}", address, member.email, member.status])))


# --- in words ----------------------------------------------------------------------------------------------


def in_words(export: Export) -> Iterator[str]:
    for case in export.cases:
        yield from case_lines(case)
    done = export.held.audit
    yield from listed(
        "What was done", (f"{each['action']}, case {each['request_id']}, {moment(each['done_at'])}" for each in done)
    )
    for message in export.ignored:
        yield from underlined(one_line(f"Ignored: {message.row['subject'] or '(no subject)'}"), "-")
        yield from message_lines(message)
        yield from listed("Decided", map(decided, message.row["decisions"]))


def case_lines(case: ExportedCase) -> Iterator[str]:
    row, details = case.shown.case, case.shown.details
    yield from underlined(one_line(f"Request {row['id']}: {row['subject'] or '(no subject)'}"), "-")
    came = "by post" if row["origin"] == "letter" else "by email"
    by_email = f" <{row['sender']}>" if row["sender"] else ""
    yield one_line(f"From {row['name'] or 'nobody named'}{by_email}, {came}, received {moment(row['received'])}.")
    yield f"Where it stands: {SETTLED_AS.get(row['state'], 'it waits for a person')}."
    for scan in case.scans:
        yield one_line(f"[scan of the letter: {scan.name}, {scan.media_type}, {len(scan.content):,} bytes; --json has it]")
    understood = [*map(number_line, details.numbers), *map(address_line, details.addresses)]
    quoted = [*map(number_line, details.quoted_numbers), *map(address_line, details.quoted_addresses)]
    yield from listed("What was understood", [*understood, *(f"quoted: {line}" for line in quoted)])
    yield from listed("Decided", map(decided, row["decisions"]))
    for message in case.shown.messages:
        yield from message_lines(message)
    for reply, text in case.replies:
        yield from ["", one_line(f"Reply: {reply_line(reply)}: {reply['subject']}"), *indented(text or "(no longer kept)")]
    yield from listed("Notes of staff", (f"{moment(note['written_at'])}: {note['text']}" for note in row["notes"]))


def decided(made: Mapping[str, Any]) -> str:
    why = " ".join(reason["text"] for reason in made["reasons"])
    return f"{decision_line(made)}: {why}"


def message_lines(message: ShownMessage) -> Iterator[str]:
    row = message.row
    yield ""
    yield one_line(f"Message {row['id']} from {row['name']} <{row['sender']}>, {moment(row['received'])}: {row['subject']}")
    if message.message is None:
        yield f"{INDENT}(no longer kept)"
        return
    for attachment in message.message.attachments:
        yield one_line(f"[attached: {attachment.name or 'unnamed'}, {attachment.media_type}, {attachment.size:,} bytes]")
    yield from indented(own_text(message.message))


def underlined(text: str, line: str) -> Iterable[str]:
    return "", text, line * len(text)


def listed(title: str, lines: Iterable[str]) -> Iterator[str]:
    for index, line in enumerate(lines):
        if index == 0:
            yield from ("", f"{title}:")
        yield one_line(f"- {line}")


def indented(text: str) -> Iterable[str]:
    return (f"{INDENT}{line}".rstrip() for line in clean(text).splitlines())


# --- in full -----------------------------------------------------------------------------------------------


def in_full(export: Export) -> Iterator[str]:
    if export.sources:
        yield from underlined("The messages as they came", "=")
        yield "With their headers, and with attachments in the encoding of email (base64). --json has them byte for byte."
    for number, raw in export.sources.items():
        yield from underlined(f"Message {number}: {len(raw):,} bytes", "-")
        yield from clean(as_text(raw)).splitlines()


def as_text(raw: bytes) -> str:
    """Mail from before UTF-8 is mostly Latin-1, which has a letter for every byte."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


# --- erase and purge ---------------------------------------------------------------------------------------


def say_erasure(erasure: Erasure, config: Config) -> None:
    """What goes, what stays, and where else the person is named."""
    held = erasure.held
    say("This goes from the store, for good:")
    for case in held.cases:
        say(one_line(f"- {case_in_words(case)}"))
    if held.ignored:
        say(f"- {number_of(len(held.ignored), 'message')} that {'was' if len(held.ignored) == 1 else 'were'} ignored")
    if held.blocked:
        say("- the address on the list of those that are never answered")
    say("What stays is a count: when messages came, and with what outcome.")
    if erasure.also_named:
        say(one_line(f"These cases also name {', '.join(erasure.also_named)}: what else names them is not touched."))
    say()
    say("Not reached from here; see to it yourself:")
    for folder, subject, received in erasure.in_mailbox:
        say(one_line(f"- the mailbox, folder {folder}: {subject or '(no subject)'}, received {moment(received)}"))
    say("- the mailbox's Sent folder, and the log of the mail server")
    say(f"- the register, {config.register_.path}")
    for path in erasure.copies:
        say(f"- {path}, a store that was replaced")
    say("- backups, and what export wrote")


def case_in_words(case: Mapping[str, Any]) -> str:
    parts = [number_of(len(case["messages"]), "message"), number_of(len(case["replies"]), "reply", "replies")]
    unsent = sum(reply["state"] in ("due", "held") for reply in case["replies"])
    if unsent:
        parts[-1] += f" ({unsent:,} not sent yet, and never will be)"
    if case["notes"]:
        parts.append(number_of(len(case["notes"]), "note"))
    subject = case["subject"] or "(no subject)"
    return f"case {case['id']} ({case['state']}) of {moment(case['received'])}, {subject}: {', '.join(parts)}"


PURGED = {
    "raw": ("messages as they came", "raw_days"),
    "scans": ("scans of letters", "raw_days"),
    "requests": ("requests: who asked, details, replies, notes", "request_days"),
    "ignored": ("ignored messages", "request_days"),
    "audit": ("lines of who did what", "audit_days"),
    "runs": ("lines about runs", "audit_days"),
}


def say_purged(counted: Mapping[str, int], config: Config, *, dry: bool) -> None:
    rows = [
        [what, f"{counted[kind]:,}", days_in_words(getattr(config.retention, key)), f"retention.{key}"]
        for kind, (what, key) in PURGED.items()
    ]
    put_table(["what", "would go" if dry else "went", "kept for", "by"], rows)


def days_in_words(days: int) -> str:
    return number_of(days, "day") if days else "ever"
