"""What became of the store, in words: a restored and an upgraded one in, lines on standard output out."""

from __future__ import annotations

from pathlib import Path

from swc_mailer.commands.restore import Restored
from swc_mailer.commands.upgrade import Upgraded
from swc_mailer.output import moment, number_of, one_line, say


def say_restored(restored: Restored, file: Path, *, review: str) -> None:
    say(f"Put back {file}; its last run was: {moment(restored.as_of)}.")
    if restored.aside:
        say(
            f"The store that it replaces is kept as {restored.aside}; it holds members' mail: delete it when you need it no more."
        )
    if restored.held:
        replies = number_of(restored.held, "reply", "replies")
        say(f"{replies} may have been sent since, and wait in the review queue (delivery_unknown).")
    if restored.erased_again:
        say(f"{number_of(restored.erased_again, 'case')} that had been erased since: erased again.")
    if restored.missing:
        say(f"{number_of(restored.missing, 'message')} taken in since are not in it.")
        say(f"Those that lie in the mailbox's folder {review} wait for nobody now: move them back into the inbox.")
    if restored.never_sent:
        say(one_line(f"Not sent yet, and not in it either: replies to {', '.join(restored.never_sent)}."))
        say("Move the messages that they answer back into the inbox.")
    if restored.aside and not restored.readable:
        say("The replaced store could not be read: whoever was erased since that copy was made must be erased again.")


def upgraded_in_words(upgraded: Upgraded) -> str:
    if not upgraded.sealed:
        return schema_in_words(upgraded)
    sealed = number_of(upgraded.sealed, "message or scan was", "messages and scans were")
    return f"{schema_in_words(upgraded)} {sealed} encrypted with the newest key."


def schema_in_words(upgraded: Upgraded) -> str:
    if upgraded.before == upgraded.now:
        return f"The store is of this version already (schema {upgraded.now})."
    if upgraded.before is None:
        return f"The store's tables were made (schema {upgraded.now})."
    return f"The store was brought from schema {upgraded.before} to {upgraded.now}."
