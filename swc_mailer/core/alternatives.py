"""A case in, what would have changed its outcome out: the case is decided again with one thing otherwise.

Which thing that is depends on the rule that decided: what that rule looked at is taken as the rule would have let it pass. Only
what another decision comes of is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from swc_mailer.core.candidates import candidates
from swc_mailer.core.decide import answering_rule, decide, for_people, one_line, quotes
from swc_mailer.core.model import (
    Address,
    Case,
    Decision,
    Details,
    Evidence,
    Field,
    Mailbox,
    Member,
    Number,
    Outcome,
    Register,
    Verdict,
    Wish,
    Zone,
)
from swc_mailer.core.typed_in import typed_address

MOST = 4  # candidates of one kind that are tried
ANYBODY = Mailbox("", "member@example.org")
NOWHERE = Evidence("", 0, 0, "")  # of what the writer did not give

Otherwise = Iterator[tuple[str, Case]]  # what is otherwise, for people, and the case so


@dataclass(frozen=True, slots=True)
class Alternative:
    """One thing that could have been otherwise, and what would then have been decided."""

    what: str  # "Had it been received by 21 March 2014 at 23:59"
    decision: Decision


def alternatives(case: Case) -> list[Alternative]:
    """The likeliest first."""
    decided = _gist(decide(case))
    found: dict[str, Alternative] = {}
    for changes in OTHERWISE.get(answering_rule(case).__name__, ()):
        for what, other in changes(case):
            found.setdefault(what, Alternative(what, decide(other)))
    return [each for each in found.values() if _gist(each.decision) != decided]


def _gist(decision: Decision) -> tuple[str, ...]:
    return decision.outcome.value, *(reason.code for reason in decision.reasons)


# --- what the message is -----------------------------------------------------------------------------------


def no_signs(case: Case) -> Otherwise:
    signs = [sign for sign in case.automatic if sign.strength != "C"]
    what = f'the sign "{signs[0].sign}"' if len(signs) == 1 else f"these {len(signs)} signs of a machine"
    yield f"Without {what}", replace(case, automatic=tuple(sign for sign in case.automatic if sign.strength == "C"))


def confirmed(case: Case) -> Otherwise:
    yield "Had the mail server confirmed the sender", replace(case, policy=replace(case.policy, authserv_id=""))


def smaller(case: Case) -> Otherwise:
    yield "Had larger messages been allowed", replace(case, policy=replace(case.policy, max_message_bytes=case.message.size))


def readable(case: Case) -> Otherwise:
    yield "By what could be read of it", _message(case, unreadable=False)


def answerable(case: Case) -> Otherwise:
    yield "Had it come from one address of a person", _message(case, from_=(ANYBODY,), reply_to=())


def in_time(case: Case) -> Otherwise:
    last = case.policy.closes_at - timedelta(seconds=1)
    yield f"Received by {for_people(last, case)}", _message(case, received=last)


def too_late(case: Case) -> Otherwise:
    first = case.policy.closes_at
    if decide(case).outcome is Outcome.PACK:
        yield f"Received on {for_people(first, case)} or later", _message(case, received=first)


def _message(case: Case, **otherwise: Any) -> Case:
    return replace(case, message=replace(case.message, **otherwise))


# --- what it asks ------------------------------------------------------------------------------------------


def a_request(case: Case) -> Otherwise:
    yield "Had it been read as a request for the pack", _intent(case, wish=Wish.REQUEST)


def one_member(case: Case) -> Otherwise:
    yield f"Without {quotes(case.intent.several_members)}", _intent(case, several_members=())


def own_request(case: Case) -> Otherwise:
    yield f"Without {quotes(case.intent.on_behalf)}", _intent(case, on_behalf=())


def plain_wish(case: Case) -> Otherwise:
    yield f"Without {quotes(case.intent.special_format)}", _intent(case, special_format=())


def nothing_else_wanted(case: Case) -> Otherwise:
    if case.intent.needs_a_person:
        yield f"Without {quotes(case.intent.needs_a_person)}", _intent(case, needs_a_person=())


def nothing_attached(case: Case) -> Otherwise:
    yield "Without the attachment", _intent(_message(case, attachments=()), in_attachment=())


def _intent(case: Case, **otherwise: Any) -> Case:
    return replace(case, intent=replace(case.intent, **otherwise))


# --- what it gives -----------------------------------------------------------------------------------------


def said_anew(case: Case) -> Otherwise:
    """As if the quoted words were the writer's, where they fill a gap."""
    details, gaps = case.details, case.details.missing
    numbers = details.quoted_numbers if Field.MEMBERSHIP_NUMBER in gaps else ()
    addresses = details.quoted_addresses if Field.POSTAL_ADDRESS in gaps else ()
    yield "Had the quoted words been the writer's own", _with(case, numbers, addresses)


def one_alone(case: Case) -> Otherwise:
    """Each of several numbers or addresses, as if the others did not count."""
    details = case.details
    for value in details.number_values[:MOST] if len(details.number_values) > 1 else ():
        numbers = tuple(number for number in details.numbers if number.value == value and not number.set_aside)
        yield f"If {value} alone counts", _details(case, numbers=numbers)
    full = details.full_addresses
    for address in full[:MOST] if len(full) > 1 else ():
        yield f'If "{one_line(address)}" alone counts', _details(case, addresses=(address,))


def set_aside_counts(case: Case) -> Otherwise:
    """Candidates that lost and could have been a member's: numbers of the register, and full addresses."""
    lost = [number for number in case.details.numbers if number.set_aside and case.register.by_number(number.value)]
    for number in lost[:MOST]:
        yield f"Had {number.value} counted too", _with(case, (replace(number, set_aside=""),), ())
    for address in [each for each in case.details.addresses if each.set_aside and each.full][:MOST]:
        yield f'Had "{one_line(address)}" counted too', _with(case, (), (replace(address, set_aside=""),))


def not_repaired(case: Case) -> Otherwise:
    """Without its repair a number is none, and an address lacks its postcode."""
    details = case.details
    for number in [each for each in details.numbers if each.repair and not each.set_aside][:MOST]:
        others = tuple(each for each in details.numbers if each.value != number.value)
        yield f"Had we not {number.repair}", _details(case, numbers=others)
    for address in [each for each in details.counting_addresses if each.repair][:MOST]:
        bare = replace(address, postcode="", lacking=(*address.lacking, "postcode"))
        addresses = tuple(bare if each is address else each for each in details.addresses)
        yield f"Had we not {address.repair}", _details(case, addresses=addresses)


def as_registered(case: Case) -> Otherwise:
    """What the register knows beside what was given: who lives there, where the member lives."""
    details = case.details
    sender = case.message.from_[0].address if case.message.from_ else ""
    for found in candidates(details, sender, case.register, case.words)[:MOST]:
        member = found.member
        if found.match.verdict is Verdict.MATCH and details.full_addresses:
            yield f"With number {member.number} ({member.name}, at this address)", _details(case, numbers=(_number(member),))
            continue
        home = typed_address("\n".join((*member.address, member.postcode)))
        if home and found.found_by.startswith("number"):
            yield f"With the address of {member.number} in the register ({one_line(home)})", _details(case, addresses=(home,))


def current(case: Case) -> Otherwise:
    yield "Had the membership been current", replace(case, register=AllCurrent(case.register))


class AllCurrent:
    """A register in which every membership is current."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def by_number(self, number: str) -> tuple[Member, ...]:
        return tuple(replace(member, current=True) for member in self._register.by_number(number))

    def at_postcode(self, postcode: str) -> tuple[Member, ...]:
        return tuple(replace(member, current=True) for member in self._register.at_postcode(postcode))

    def search(self, text: str, *, limit: int = 20) -> tuple[Member, ...]:
        return tuple(replace(member, current=True) for member in self._register.search(text, limit=limit))


def _details(case: Case, **otherwise: Any) -> Case:
    return replace(case, details=replace(case.details, **otherwise))


def _with(case: Case, numbers: tuple[Number, ...], addresses: tuple[Address, ...]) -> Case:
    details = case.details
    return replace(case, details=Details(details.numbers + numbers, details.addresses + addresses))


def _number(member: Member) -> Number:
    return Number(member.number, NOWHERE, Zone.OWN, labelled=True)


# What is tried for each rule, the likeliest first. Rules that look at what came before, and at nothing in the message, have none.
OTHERWISE: Mapping[str, tuple[Callable[[Case], Otherwise], ...]] = {
    "automatic_mail": (no_signs,),
    "thanks": (a_request,),
    "authentication": (confirmed,),
    "too_large": (smaller,),
    "unreadable": (readable,),
    "no_reply_address": (answerable,),
    "never_arrived": (a_request,),
    "withdrawn": (a_request,),
    "no_request": (a_request,),
    "after_deadline": (in_time,),
    "several_members": (one_member,),
    "on_behalf": (own_request,),
    "special_format": (plain_wish,),
    "attachment_only": (nothing_attached,),
    "quoted": (said_anew, as_registered),
    "details_missing": (as_registered, set_aside_counts),
    "several_numbers": (one_alone,),
    "several_addresses": (one_alone,),
    "by_register": (nothing_else_wanted, as_registered, current, not_repaired, set_aside_counts, too_late),
}
