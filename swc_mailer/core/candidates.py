"""Details in, the members of the register out whom they may be of: for staff, who see what agrees and what differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from swc_mailer.core.match import match
from swc_mailer.core.model import Address, Details, Match, Member, Register, Verdict
from swc_mailer.core.words import Words

MOST = 8
RANK = (Verdict.MATCH, Verdict.NOT_CURRENT, Verdict.ADDRESS_ELSEWHERE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member, and why it may be the one."""

    member: Member
    found_by: str  # "number 1234567", "postcode LS6 2AB", "email ann@example.org"
    match: Match  # its number with the writer's addresses


def candidates(details: Details, email: str, register: Register, words: Words) -> tuple[Candidate, ...]:
    """The likeliest first; what stands in quoted words, or does not count, is looked up too."""
    given = details.counting_addresses or (*details.addresses, *details.quoted_addresses)
    found: dict[Member, Candidate] = {}
    for member, found_by in _members(details, given, email, register):
        if member not in found and len(found) < 10 * MOST:
            found[member] = Candidate(member, found_by, match(member.number, given, register, words))
    ranked = sorted(found.values(), key=lambda each: (not each.found_by.startswith("number"), RANK.index(each.match.verdict)))
    return tuple(ranked[:MOST])


def _members(details: Details, addresses: tuple[Address, ...], email: str, register: Register) -> Iterator[tuple[Member, str]]:
    for value in dict.fromkeys(number.value for number in (*details.numbers, *details.quoted_numbers)):
        yield from ((member, f"number {value}") for member in register.by_number(value))
    for postcode in dict.fromkeys(address.postcode for address in addresses if address.postcode):
        yield from ((member, f"postcode {postcode}") for member in register.at_postcode(postcode))
    if email:
        theirs = (member for member in register.search(email) if member.email.casefold() == email.casefold())
        yield from ((member, f"email {email}") for member in theirs)


def matching_member(details: Details, register: Register, words: Words) -> Member | None:
    """The one current member whose number and address the details give, where it is exactly one."""
    full = details.full_addresses
    answers = [match(value, full, register, words) for value in details.number_values] if full else []
    found = {answer.member for answer in answers if answer.verdict is Verdict.MATCH and answer.member}
    return found.pop() if len(found) == 1 else None
