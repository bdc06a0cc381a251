"""The one gate that every reply goes through before it is sent: a written list of refusals, the first that applies wins.

Rules decide when a message is taken in; much may have changed since then: somebody pressed pause, blocked an address, or a
second message was answered meanwhile. So what must never happen is asked once more here, at the time of sending.

That the deadline has passed is no refusal: a reply that was decided in time may go out after it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from swc_mailer.core.model import Limits
from swc_mailer.core.reply_address import LONGEST, NOBODY, SANE


class Then(StrEnum):
    """What becomes of a reply that is refused."""

    STOP = "stop"  # it stays due, and so does everything after it: nothing more is sent in this run
    WAIT = "wait"  # it stays due until a person lets it go
    REVIEW = "review"  # it is held, and its request goes to the review queue


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a reply is not sent, with a sentence for people."""

    code: str  # stable; where it goes to review, the reason code that the queue shows
    sentence: str
    then: Then


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a reply at the moment of sending. Counts are of replies that were sent before it."""

    recipient: str
    kind: str = ""  # as in NewReply
    by_staff: bool = False  # a person asked for this very reply, or approved it
    paused: bool = False
    hold: bool = False  # `[delivery] hold`: every reply waits for a person's approval
    blocked: bool = False  # staff said: never answer this address
    own_addresses: frozenset[str] = frozenset()  # lower case
    replies_to_address: int = 0  # in the last 24 hours
    replies_in_request: int = 0
    replies_today: int = 0  # in all, in the last 24 hours
    pack_just_sent: bool = False  # to this request, within `pack_again_after_hours`
    limits: Limits = field(default_factory=Limits)


def refusal(facts: Facts) -> Refusal | None:
    """The first refusal that applies; None lets the reply go."""
    return next((answer for rule in REFUSALS if (answer := rule(facts))), None)


def paused(facts: Facts) -> Refusal | None:
    return Refusal("paused", "Sending is paused.", Then.STOP) if facts.paused else None


def blocked(facts: Facts) -> Refusal | None:
    return Refusal("blocked", "This address is on the list of those never to answer.", Then.REVIEW) if facts.blocked else None


def own_address(facts: Facts) -> Refusal | None:
    ours = facts.recipient.lower() in facts.own_addresses
    return Refusal("no_reply_address", "The recipient is one of our own addresses.", Then.REVIEW) if ours else None


def no_address(facts: Facts) -> Refusal | None:
    """Not one plain address with a domain, or a daemon's (postmasters are people too, where staff say so). Plain ASCII
    only: SMTPUTF8 is not used."""
    address = facts.recipient
    daemon = NOBODY.fullmatch(address.rpartition("@")[0].lower()) and not facts.by_staff
    if len(address) <= LONGEST and SANE.fullmatch(address) and not daemon:
        return None
    return Refusal("no_reply_address", "The recipient is not one sane address of a person.", Then.REVIEW)


def duplicate_pack(facts: Facts) -> Refusal | None:
    again = facts.kind == "pack" and facts.pack_just_sent and not facts.by_staff
    return Refusal("limit_reached", "This request was sent the pack a short while ago.", Then.REVIEW) if again else None


def address_limit(facts: Facts) -> Refusal | None:
    limit = facts.limits.replies_per_day
    if facts.by_staff or not _reached(facts.replies_to_address, limit):
        return None
    return Refusal("limit_reached", f"{limit} replies went to this address in the last 24 hours.", Then.REVIEW)


def request_limit(facts: Facts) -> Refusal | None:
    limit = facts.limits.replies_per_request
    if facts.by_staff or not _reached(facts.replies_in_request, limit):
        return None
    return Refusal("limit_reached", f"{limit} replies were sent in this request.", Then.REVIEW)


def total_limit(facts: Facts) -> Refusal | None:
    """Nothing that the recipient did: what is due waits for tomorrow."""
    limit = facts.limits.replies_total_per_day
    if not _reached(facts.replies_today, limit):
        return None
    return Refusal("total_limit", f"{limit} replies were sent in the last 24 hours, the limit for all together.", Then.STOP)


def hold(facts: Facts) -> Refusal | None:
    waits = facts.hold and not facts.by_staff
    return Refusal("hold", "Replies wait for a person's approval (delivery.hold).", Then.WAIT) if waits else None


def _reached(count: int, limit: int) -> bool:
    return 0 < limit <= count


# In the order in which they are tried.
REFUSALS: tuple[Callable[[Facts], Refusal | None], ...] = (
    paused,
    blocked,
    own_address,
    no_address,
    duplicate_pack,
    address_limit,
    request_limit,
    total_limit,
    hold,
)
