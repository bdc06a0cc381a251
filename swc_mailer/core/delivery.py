"""By email or by post: which way an answer goes, and to whom what goes by post is addressed.

The configured mode is about the pack. A question or a refusal goes back the way that its request came, as far as there is one.
"""

from __future__ import annotations

from typing import Literal

from swc_mailer.core.mailwire import plain
from swc_mailer.core.model import Decision, Delivery, Details, Member, Outcome, Pack, Reason, Register, Review

Mode = Literal["email", "post", "both"]  # `[delivery] mode`


def deliveries(outcome: Outcome, *, mode: Mode, wants_post: bool, has_email: bool) -> frozenset[Delivery]:
    """The ways that an answer takes. `wants_post`: the writer asked for the documents by post. They go by email as well where
    that is the ordinary way: it is there at once, and whoever says "post me the documents" may mean no more than sending them."""
    if not has_email:
        return frozenset({Delivery.POST})
    if outcome is not Outcome.PACK:
        return frozenset({Delivery.EMAIL})
    if mode == "both" or (wants_post and mode == "email"):
        return frozenset(Delivery)
    return frozenset({Delivery(mode)})


def addressee(decision: Decision, details: Details, register: Register, *, name: str) -> tuple[str, ...]:
    """The lines of an address label; none where there is nobody to write to. The pack goes to the member's address as the
    register has it, whatever was given; anything else to the full address that the writer gave, who may be no member."""
    if isinstance(decision, Pack) and decision.match.member:
        return member_label(decision.match.member)
    full = [address for address in details.counting_addresses if address.full]
    if len(full) == 1:
        return label(name, *full[0].lines, full[0].postcode, full[0].country)
    values = details.number_values
    members = register.by_number(values[0]) if len(values) == 1 else ()
    return member_label(members[0]) if len(members) == 1 else ()


def member_label(member: Member) -> tuple[str, ...]:
    """None where the register has no address: a name alone is nowhere."""
    return label(member.name, *member.address, member.postcode) if member.address else ()


def label(*lines: str) -> tuple[str, ...]:
    return tuple(filter(None, map(plain, lines)))


def nowhere_to_post() -> Review:
    """What is decided of a letter that cannot be answered."""
    return Review((Reason("no_postal_address"),))
