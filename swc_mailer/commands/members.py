"""`members find`: looks the register up."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from swc_mailer import assemble
from swc_mailer.config import Config
from swc_mailer.core.model import Member


def find_members(config: Config, text: str) -> tuple[Member, ...]:
    with closing(assemble.open_register(config)) as register:
        return register.search(text)


def member_record(member: Member) -> dict[str, Any]:
    """The object of `members find --json`."""
    return {
        "membership_number": member.number,
        "name": member.name,
        "postal_address": list(member.address),
        "postcode": member.postcode,
        "email": member.email,
        "status": member.status,
        "current": member.current,
    }
