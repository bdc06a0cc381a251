"""The rules, in order: a case goes in, a decision comes out. The first rule that answers wins.

The order is that of docs/policy.md (a test compares them): never answer a machine; nothing where nothing is due; a person where
an automatic answer is unsafe or where there is no request; closed; ask for what was not given; and only then the register.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from swc_mailer.core.authentication import failed_authentication
from swc_mailer.core.automatic import Author, author
from swc_mailer.core.model import (
    Address,
    Case,
    Closed,
    Decision,
    Details,
    DetailsMissing,
    Evidence,
    Field,
    Ignore,
    Match,
    Member,
    Pack,
    Reason,
    Review,
    Settled,
    Verdict,
    Wish,
    Zone,
)
from swc_mailer.core.reply_address import reply_address

Rule = Callable[[Case], Decision | None]

UNREAD = timedelta(minutes=10)  # for so long after a reply was sent its reader may not have seen it


def decide(case: Case) -> Decision:
    """The decision for a case; every case gets one."""
    return first_answer(RULES, case)


def answering_rule(case: Case) -> Rule:
    """The rule that decides a case: `by_register` where no other does."""
    return next((rule for rule in RULES if rule(case)), by_register)


def decide_typed_in(case: Case) -> Decision:
    """The decision for details that staff typed in, from a letter or to correct what was read: that it is a person's request is
    not asked again."""
    return first_answer(TYPED_IN, case)


def decide_letter(case: Case) -> Decision:
    """The decision for a letter, typed in with whatever it asks for besides the pack."""
    return first_answer(LETTER, case)


def first_answer(rules: Iterable[Rule], case: Case) -> Decision:
    return next((decision for rule in rules if (decision := rule(case))), None) or by_register(case)


# --- machines ----------------------------------------------------------------------------------------------


def put_back(case: Case) -> Decision | None:
    return review("put_back") if case.history.put_back else None


def automatic_mail(case: Case) -> Decision | None:
    """POLICY: never answer a machine; but where only the wording shows one, and the message also holds details or a
    request, a person looks."""
    kind = author(case.automatic)
    if kind is Author.PERSON or (kind is Author.PERHAPS_AWAY and case.intent.asked and gives_details(case)):
        return None
    strongest = case.automatic[0]
    if relays(case) if kind is Author.MACHINE else (gives_details(case) or requests(case)):
        return review("looks_automatic", sign=strongest.sign)
    return Ignore((Reason(strongest.code, {"sign": strongest.sign}),))


def gives_details(case: Case) -> bool:
    """A number, or a full address that is not only in the contact block that every machine repeats; in this very message,
    whatever its request gave before. Machines that only their wording shows tell of dates and tickets: there a number must be
    called one."""
    addresses = (address for address in case.details.full_addresses if not address.evidence.message)
    if any(address.zone is not Zone.SIGNATURE for address in addresses):
        return True
    numbers = [number for number in case.details.numbers if not number.set_aside and not number.evidence.message]
    return any(number.labelled for number in numbers) if only_worded(case) else bool(numbers)


def requests(case: Case) -> bool:
    """Whether the writer asks. Of a machine that only its wording shows, the subject may repeat ours, and what looks like half an
    address is no request."""
    if not only_worded(case):
        return case.intent.wish is Wish.REQUEST
    repeated = any(sign.place == "subject" for sign in case.automatic)
    return case.intent.asked and not (repeated and all(piece.part == "subject" for piece in case.intent.evidence))


def relays(case: Case) -> bool:
    """Whether all that shows a machine, beside its words, is what a web form's robot shows too, and it gives what only members
    give: a number that is called so and a full address."""
    numbers = [number for number in case.details.numbers if number.labelled and not number.set_aside]
    shows = [sign for sign in case.automatic if sign.strength == "A" or (sign.strength == "B" and sign.place == "header")]
    return bool(numbers and gives_details(case)) and not case.details.missing and all(sign.relay for sign in shows)


def only_worded(case: Case) -> bool:
    return all(sign.place != "header" for sign in case.automatic if sign.strength == "B")


# --- nothing more is due -----------------------------------------------------------------------------------


def duplicate(case: Case) -> Decision | None:
    return Settled((Reason("duplicate"),)) if case.history.duplicate else None


def answered_by_hand(case: Case) -> Decision | None:
    return Settled((Reason("answered_by_hand"),)) if case.history.answered_by_hand else None


def thanks(case: Case) -> Decision | None:
    return Settled((Reason("thanks"),)) if case.intent.wish is Wish.THANKS else None


# --- no automatic answer is safe ---------------------------------------------------------------------------


def blocked(case: Case) -> Decision | None:
    return review("blocked") if case.history.blocked else None


def authentication(case: Case) -> Decision | None:
    sign = failed_authentication(case.message, case.policy)
    return review("authentication_failed", sign=sign) if sign else None


def too_large(case: Case) -> Decision | None:
    megabytes = case.message.size / 1_048_576
    return review("too_large", size=f"{megabytes:.0f}") if case.message.size > case.policy.max_message_bytes else None


def unreadable(case: Case) -> Decision | None:
    if not case.message.unreadable:
        return None
    return review("unreadable", damage=" ".join(case.message.damage) or "nothing in it could be read")


def no_reply_address(case: Case) -> Decision | None:
    if reply_address(case.message, case.policy):
        return None
    return review("no_reply_address", from_=", ".join(sender.address for sender in case.message.from_) or "nobody")


def limits(case: Case) -> Decision | None:
    history, limits = case.history, case.policy.limits
    reached = (
        (limits.replies_per_day, history.replies_to_address, "replies to this address in 24 hours"),
        (limits.replies_per_request, history.replies_in_request, "replies in this request"),
        (limits.replies_total_per_day, history.replies_today, "replies in all in 24 hours"),
        (limits.numbers_per_day, history.numbers_tried, "different membership numbers from this address in 24 hours"),
    )
    for limit, count, of_what in reached:
        if limit and count >= limit:
            return review("limit_reached", limit=f"{count} {of_what}")
    return None


# --- not a request -----------------------------------------------------------------------------------------


def never_arrived(case: Case) -> Decision | None:
    return None if asks_afresh(case) else by_wish(case, Wish.NEVER_ARRIVED, "never_arrived")


def asks_afresh(case: Case) -> bool:
    """Says that nothing came and asks for it, with no details and where nothing was ever sent: the request did not reach us."""
    known = case.history.open_request or case.history.pack_sent_at or case.history.replies_to_address
    return case.intent.asked and not known and len(case.details.missing) == len(Field)


def withdrawn(case: Case) -> Decision | None:
    return by_wish(case, Wish.WITHDRAWAL, "withdrawn")


def no_request(case: Case) -> Decision | None:
    return by_wish(case, Wish.OTHER, "no_request")


# --- closed, and wishes that need a person -----------------------------------------------------------------


def after_deadline(case: Case) -> Decision | None:
    """POLICY: what counts is when the server took the message in; a follow-up to a request in time is in time."""
    closes_at = case.policy.closes_at
    first = case.history.earlier_received or case.message.received
    if min(first, case.message.received) < closes_at:
        return None
    if case.history.told_closed:
        return review("limit_reached", limit="the sender was told already that the consultation has closed")
    facts = {"received": for_people(case.message.received, case), "deadline": f"{case.policy.deadline:%-d %B %Y}"}
    return Closed((Reason("after_deadline", facts),))


def several_members(case: Case) -> Decision | None:
    return review("several_members", evidence=quotes(case.intent.several_members)) if case.intent.several_members else None


def on_behalf(case: Case) -> Decision | None:
    return review("on_behalf", evidence=quotes(case.intent.on_behalf)) if case.intent.on_behalf else None


def special_format(case: Case) -> Decision | None:
    return review("special_format", evidence=quotes(case.intent.special_format)) if case.intent.special_format else None


# --- what was not given ------------------------------------------------------------------------------------


def attachment_only(case: Case) -> Decision | None:
    """Details that only an attachment holds: the writer says so, or gives nothing beside a document or a picture."""
    attachments = case.message.attachments
    gaps = case.details.missing
    if not gaps or not (attachments or case.intent.in_attachment):
        return None
    from swc_mailer.core.enclosures import may_hold_details  # with the first attachment, as below

    may_hold = any(map(may_hold_details, attachments)) and not case.intent.other_attachment
    if case.intent.in_attachment or (len(gaps) == len(Field) and may_hold):
        names = ", ".join(attachment.name or "unnamed" for attachment in attachments)
        return review("attachment_only", attachments=names or "a picture in the text")
    return None


def quoted(case: Case) -> Decision | None:
    """What is missing stands in quoted or forwarded words of somebody: a person joins the halves, or not."""
    gaps = case.details.missing
    found = [number.evidence.text for number in case.details.quoted_numbers if Field.MEMBERSHIP_NUMBER in gaps]
    found += [address.evidence.text for address in case.details.quoted_addresses if Field.POSTAL_ADDRESS in gaps]
    if not found:
        return None
    code = "quoted_only" if len(gaps) == len(Field) else "half_quoted"
    return review(code, found="; ".join(" ".join(text.split()) for text in found))


def details_missing(case: Case) -> Decision | None:
    gaps = case.details.missing
    if not gaps:
        return None
    asked = sum(gap == gaps for gap in case.history.asked_for)
    if asked >= case.policy.limits.details_missing_per_gap > 0:
        return sent_twice(case) or review("limit_reached", limit="the same details were asked for before, and were not given")
    return DetailsMissing(tuple(gap_reasons(case, gaps)), gaps)


def sent_twice(case: Case) -> Decision | None:
    """The same request from a second device, written before our question can have been read: nothing new, and no answer to it."""
    history = case.history
    if (
        history.answers_our_reply
        or not history.asked_at
        or not history.earlier
        or not same_details(case.details, history.earlier)
    ):
        return None
    twice = case.message.received < history.asked_at + UNREAD
    return Settled((Reason("duplicate"),)) if twice else None


def several_numbers(case: Case) -> Decision | None:
    values = case.details.number_values
    return review("several_numbers", numbers=", ".join(values)) if len(values) > 1 else None


def several_addresses(case: Case) -> Decision | None:
    addresses = case.details.full_addresses
    if len(addresses) < 2:
        return None
    return review("several_addresses", addresses="; ".join(map(one_line, addresses)))


RULES: tuple[Rule, ...] = (
    put_back,
    automatic_mail,
    duplicate,
    answered_by_hand,
    thanks,
    blocked,
    authentication,
    too_large,
    unreadable,
    no_reply_address,
    limits,
    never_arrived,
    withdrawn,
    no_request,
    after_deadline,
    several_members,
    on_behalf,
    special_format,
    attachment_only,
    quoted,
    details_missing,
    several_numbers,
    several_addresses,
)

TYPED_IN: tuple[Rule, ...] = (blocked, authentication, after_deadline, details_missing, several_numbers, several_addresses)
LETTER: tuple[Rule, ...] = (blocked, after_deadline, special_format, details_missing)


# --- the register ------------------------------------------------------------------------------------------


def by_register(case: Case) -> Decision:
    """One number and one full address: what the register says of them. Always the last rule."""
    from swc_mailer.core.address_in_pieces import by_the_text  # with the first address: most ticks of cron find none
    from swc_mailer.core.match import match

    found = match(case.details.number_values[0], case.details.full_addresses, case.register, case.words)
    found = by_the_text(found, case)
    if found.verdict is not Verdict.MATCH or not found.member:
        return Review((Reason(found.verdict.value, match_facts(case, found)),), found)
    if name := another(case, found.member):
        return Review((Reason("on_behalf", {"evidence": f"the member is {found.member.name}, and {name} writes"}),), found)
    return (
        packs_already_sent(case)
        or needs_a_person(case, found)
        or Pack((Reason("details_match", match_facts(case, found)),), found)
    )


def needs_a_person(case: Case, found: Match) -> Decision | None:
    """By its words something must be settled before the pack goes; asked last, for where details are wrong, that tells more."""
    words = quotes(case.intent.needs_a_person)
    return Review((Reason("needs_a_person", {"evidence": words}),), found) if words else None


def another(case: Case, member: Member) -> str:
    """Who writes, where that is another than the member; what staff type in is not asked for its writer's name."""
    from swc_mailer.core.places import vocabulary  # as above
    from swc_mailer.core.typed_in import PART
    from swc_mailer.core.whose_name import writer_beside

    if any(number.evidence.part == PART for number in case.details.numbers):
        return ""
    return writer_beside(member, case.message, vocabulary(case.words), dictated=bool(case.intent.dictated))


def packs_already_sent(case: Case) -> Decision | None:
    history, limits = case.history, case.policy.limits
    if history.pack_sent_at and case.message.received < history.pack_sent_at + timedelta(hours=limits.pack_again_after_hours):
        facts = {"sent": for_people(history.pack_sent_at, case), "hours": str(limits.pack_again_after_hours)}
        return Settled((Reason("asked_again", facts),))
    if limits.packs_per_member and history.packs_to_member >= limits.packs_per_member:
        return review("limit_reached", limit=f"{history.packs_to_member} packs were sent to this member")
    return None


def match_facts(case: Case, found: Match) -> dict[str, str]:
    facts = {"number": case.details.number_values[0], "agrees": ", ".join(found.agrees), "differs": "; ".join(found.differs)}
    if found.member:
        facts |= {"number": found.member.number, "name": found.member.name, "status": found.member.status or "current"}
    return facts


# --- the pieces that rules share ---------------------------------------------------------------------------


def gap_reasons(case: Case, gaps: frozenset[Field]) -> Iterable[Reason]:
    if Field.MEMBERSHIP_NUMBER in gaps:
        yield Reason("number_missing")
    if Field.POSTAL_ADDRESS in gaps:
        incomplete = case.details.counting_addresses
        if incomplete:
            yield Reason("address_incomplete", {"given": one_line(incomplete[0]), "lacking": " and ".join(incomplete[0].lacking)})
        else:
            yield Reason("address_missing")


def same_details(one: Details, other: Details) -> bool:
    return set(one.number_values) == set(other.number_values) and given_places(one) == given_places(other)


def given_places(details: Details) -> set[str]:
    return {" ".join(one_line(address).casefold().split()) for address in details.counting_addresses}


def by_wish(case: Case, wish: Wish, code: str) -> Review | None:
    return review(code, evidence=quotes(case.intent.evidence) or "it asks for nothing") if case.intent.wish is wish else None


def review(code: str, **facts: str) -> Review:
    return Review((Reason(code, facts),))


def quotes(evidence: tuple[Evidence, ...]) -> str:
    return ", ".join(f'"{" ".join(piece.text.split())}"' for piece in evidence)


def one_line(address: Address) -> str:
    return ", ".join(piece for piece in (*address.lines, address.postcode, address.country) if piece)


def for_people(moment: datetime, case: Case) -> str:
    return f"{moment.astimezone(case.policy.timezone):%-d %B %Y at %H:%M}"
