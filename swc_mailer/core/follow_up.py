"""A new message and the requests that it may belong to in, the one that it belongs to out.

The thread tells; without one, the sender's open request does, but two people may share a mail address, and one person may write
for several members. What is put together wrongly sends one person's pack for another's number, or loses a request; what is kept
apart is asked for once more. So a message goes with an open request only where nothing speaks for another person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from swc_mailer.core.model import Details
from swc_mailer.core.register import number_key, postcode_key

MOST_SLIPS = 2  # wrong, missing, added or swapped digits of a number that is written once more


class Link(StrEnum):
    """What a message and a request have in common."""

    SAME_MESSAGE = "same_message"  # the message was taken in before, and belongs to it
    THREAD = "thread"  # it answers one of our replies in it
    SENDER = "sender"  # the same mail address, and the request waits for something


@dataclass(frozen=True, slots=True)
class Earlier:
    """A request that a new message may belong to."""

    request_id: str
    link: Link
    name: str  # how its sender's mail program gave the name, "" where it gave none
    details: Details
    waits: bool  # for its sender or for a person


NOT_BELIEVED = frozenset({"authentication_failed"})  # reason codes: what a follow-up gives that may be forged adds nothing

IsMember = Callable[[str], bool]  # whether a number is in the register


def belongs_to(earlier: Sequence[Earlier], name: str, details: Details, is_member: IsMember) -> str:
    """The id of the first of these requests that the message belongs to; "" where it opens one of its own."""
    return next((request.request_id for request in earlier if goes_with(request, name, details, is_member)), "")


def goes_with(request: Earlier, name: str, details: Details, is_member: IsMember) -> bool:
    match request.link:
        case Link.SAME_MESSAGE:
            return True
        case Link.THREAD:  # whoever is answered corrects the number; whoever has the pack gives somebody else's
            return request.waits or not another_number(request.details, details)
        case Link.SENDER:
            return not another_name(request.name, name) and continues(request.details, details, is_member)


def continues(before: Details, now: Details, is_member: IsMember) -> bool:
    """Whether what is given now fills or corrects what was given before, as far as one can tell without a thread."""
    if another_number(before, now):
        if any(map(is_member, before.number_values)):
            return False  # two members
        return not now.full_addresses or is_slip(before, now)
    whole_by_itself = bool(now.number_values and now.full_addresses)
    return not (whole_by_itself and not before.number_values and another_address(before, now))


def another_number(before: Details, now: Details) -> bool:
    """Whether both give numbers, and none is the same."""
    known, given = keys(before), keys(now)
    return bool(known and given and not known & given)


def is_slip(before: Details, now: Details) -> bool:
    from rapidfuzz.distance import OSA  # few mails have two numbers to compare, and most runs find no mail at all

    return any(OSA.distance(old, new) <= MOST_SLIPS for old in keys(before) for new in keys(now))


def keys(details: Details) -> set[str]:
    return set(map(number_key, details.number_values))


def another_address(before: Details, now: Details) -> bool:
    known = {postcode_key(address.postcode) for address in before.counting_addresses if address.postcode}
    given = {postcode_key(address.postcode) for address in now.full_addresses if address.postcode}
    return bool(known and given and not known & given)


# --- names -------------------------------------------------------------------------------------------------

WORD = re.compile(r"[^\W\d_]+")


def another_name(before: str, now: str) -> bool:
    """Whether two people's names stand before the address; "A. Example" may be Ann Example, who may leave her title out."""
    fewer, more = sorted((words_of(before), words_of(now)), key=len)
    first_letters = {word[0] for word in more}
    return any(not (word in more or (word in first_letters if len(word) == 1 else word[0] in more)) for word in fewer)


def words_of(name: str) -> frozenset[str]:
    """None of a name that only repeats the address."""
    return frozenset() if "@" in name else frozenset(word.casefold() for word in WORD.findall(name))
