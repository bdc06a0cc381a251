"""`erase`: takes out of the store all that names one person; the counts stay, and so does what others keep."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from swc_mailer import assemble
from swc_mailer.commands.restore import kept_aside
from swc_mailer.config import Config
from swc_mailer.core.register import number_key
from swc_mailer.desk_port import Held


@dataclass(frozen=True, slots=True)
class Erasure:
    """What an erasure takes out, and where else the person is named."""

    held: Held
    also_named: Sequence[str]  # addresses and numbers in the same cases: the same person's, or somebody else's
    in_mailbox: Sequence[tuple[str, str, datetime]]  # folder, subject and time of each message
    copies: Sequence[Path]  # older stores that `restore` kept


def look(config: Config, *, email: str = "", membership_number: str = "") -> Erasure:
    """Changes nothing."""
    with closing(assemble.open_existing_store(config)) as store:
        held = store.held(email=email, membership_number=membership_number)
    return Erasure(
        held=held,
        also_named=[name for name in named(held) if name != email.lower() and not same_number(name, membership_number)],
        in_mailbox=in_mailbox(config, held),
        copies=kept_aside(config.store_path) if config.store_path else (),
    )


def erase(config: Config, *, email: str = "", membership_number: str = "", who: str) -> None:
    """Raises StoreError while a reply to them is being sent."""
    with closing(assemble.open_existing_store(config)) as store:
        store.erase(email=email, membership_number=membership_number, who=who, now=datetime.now(UTC))


def named(held: Held) -> list[str]:
    addresses = [address for case in held.cases for address in (case["sender"], *(row["sender"] for row in case["messages"]))]
    addresses += [reply["recipient"].lower() for case in held.cases for reply in case["replies"]]
    numbers = [number for case in held.cases for row in case["messages"] for number in row["numbers"] or ()]
    numbers += [case["membership_number"] for case in held.cases]
    return sorted(dict.fromkeys(filter(None, [*addresses, *numbers])))


def same_number(name: str, membership_number: str) -> bool:
    return bool(membership_number) and number_key(name) == number_key(membership_number)


def in_mailbox(config: Config, held: Held) -> list[tuple[str, str, datetime]]:
    """Where the messages were filed, by the names that the folders have in the configuration."""
    folders = {"answered": config.imap.answered, "review": config.imap.review, "ignored": config.imap.ignored}
    rows = [row for case in held.cases for row in case["messages"]] + list(held.ignored)
    return [(folders.get(row["file_in"], config.imap.folder), row["subject"], row["received"]) for row in rows]
