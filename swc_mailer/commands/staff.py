"""`staff`: who may log in to the review pages. Passwords go in, only their hashes are kept, and nothing gives them back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from swc_mailer import assemble
from swc_mailer.adapters.passwords import fits, hashed, nobodys_hash
from swc_mailer.config import Config
from swc_mailer.desk_port import ReviewStore
from swc_mailer.errors import CannotAct

SHORTEST_PASSWORD = 8  # characters; NIST SP 800-63B section 3.1.1.2
LONGEST_PASSWORD = 1000  # hashing more would only keep the processor busy
LONGEST_NAME = 60


class Role(StrEnum):
    REVIEWER = "reviewer"  # settles cases
    ADMIN = "admin"  # also never-answer addresses, and what concerns everybody


@dataclass(frozen=True, slots=True)
class Account:
    """A member of staff. `seal` changes with the password: a session of the old one is over."""

    name: str
    role: Role
    added_at: datetime
    seal: str

    def record(self) -> dict[str, Any]:
        """The object of `staff list --json`."""
        return {"name": self.name, "role": self.role.value, "added_at": self.added_at.isoformat()}


def add_account(config: Config, name: str, password: str, role: Role, *, who: str) -> None:
    """Raises CannotAct where name or password will not do, or the name is taken."""
    name = usable_name(name)
    password_hash = hash_of(password)
    now = datetime.now(UTC)
    with closing(assemble.open_store(config)) as store:
        store.add_staff(name, password_hash=password_hash, role=role.value, now=now)
        store.audit(who=who, action=f"staff add {name} ({role.value})", now=now)


def remove_account(config: Config, name: str, *, who: str) -> None:
    with closing(assemble.open_store(config)) as store:
        if not store.remove_staff(name):
            raise unknown(name)
        store.audit(who=who, action=f"staff remove {name}", now=datetime.now(UTC))


def change_password(config: Config, name: str, password: str, *, who: str) -> None:
    """Whoever is logged in by the old one is logged out."""
    password_hash = hash_of(password)
    with closing(assemble.open_store(config)) as store:
        if not store.set_password(name, password_hash=password_hash):
            raise unknown(name)
        store.audit(who=who, action=f"staff password {name}", now=datetime.now(UTC))


def accounts(config: Config) -> list[Account]:
    with closing(assemble.open_store(config)) as store:
        return [account_of(row) for row in store.staff()]


def account(store: ReviewStore, name: str) -> Account | None:
    return next((account_of(row) for row in store.staff() if row["name"] == name), None)


def log_in(config: Config, name: str, password: str) -> Account | None:
    """The account that this password opens. It takes the same time where there is no account of the name."""
    with closing(assemble.open_store(config)) as store:
        row = next((row for row in store.staff() if row["name"] == name), None)
    right = fits(password[:LONGEST_PASSWORD], row["password_hash"] if row else nobodys_hash())
    return account_of(row) if row and right else None


def account_of(row: Mapping[str, Any]) -> Account:
    seal = hashlib.sha256(row["password_hash"].encode()).hexdigest()
    return Account(row["name"], Role(row["role"]), row["added_at"], seal)


def usable_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or not name.isprintable() or len(name) > LONGEST_NAME:
        raise CannotAct(f"A name has 1 to {LONGEST_NAME} letters that can be read.")
    return name


def hash_of(password: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise CannotAct(f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters; several words make a good one.")
    return hashed(password)


def unknown(name: str) -> CannotAct:
    return CannotAct(f"There is no account {name}: see swc-mailer staff list.")
