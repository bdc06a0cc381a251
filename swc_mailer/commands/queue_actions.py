"""What settles a case, one function an action: each proposes what it would write, and `proposals.carry_out` does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from swc_mailer.answering import Answers, paper_for
from swc_mailer.commands.proposals import (
    Proposal,
    for_approval,
    goes_to,
    is_written_to,
    let_go,
    settled,
    writer_of,
    written,
)
from swc_mailer.commands.reviewer import Reviewer
from swc_mailer.core.candidates import matching_member
from swc_mailer.core.compose import compose_answer
from swc_mailer.core.delivery import addressee
from swc_mailer.core.language import language_of_text
from swc_mailer.core.letters import LetterPaper, compose_letter_answer
from swc_mailer.core.model import Closed, DetailsMissing, Field, Language, Match, Member, Outcome, Pack, Reason, Settled, Verdict
from swc_mailer.desk_port import Understood
from swc_mailer.errors import CannotAct

# --- with a reply ------------------------------------------------------------------------------------------


def approve(
    reviewer: Reviewer, case_id: str, *, number: str = "", to: str = "", by_post: bool = False, seen: int | None = None
) -> Proposal:
    """Send the pack to this member; without a number to the one whose number and address the case gives, where it is exactly
    one. A reply that only waits for approval is let go as it is."""
    held_up = for_approval(reviewer, reviewer.case(case_id))
    if held_up and not (number or to or by_post):
        return let_go(reviewer, reviewer.case(case_id), held_up[-1], action="approve", seen=seen)
    case = reviewer.waiting(case_id, seen=seen)
    member = member_of(reviewer, number) if number else only_match(reviewer, case)
    match = Match(Verdict.MATCH, member, None)
    reason = Reason("approved", {"who": reviewer.who} | facts_of(member))
    answers = written(reviewer, case, Pack((reason,), match), to=to, by_post=by_post)
    understood = Understood(reviewer.details(case), member.number, member.postcode or None)
    told = f"The pack goes to {goes_to(answers)}, for {member.name} ({member.number}, {member.status or 'current'})."
    decision = settled(reviewer, case, "approve", Outcome.PACK, reason, answers=answers, seen=seen)
    return Proposal(replace(decision, understood=understood), told)


def ask(
    reviewer: Reviewer,
    case_id: str,
    *,
    missing: frozenset[Field],
    sentence: str = "",
    to: str = "",
    by_post: bool = False,
    seen: int | None = None,
) -> Proposal:
    """Ask for what is missing, with a sentence of the reviewer's own."""
    case = reviewer.waiting(case_id, seen=seen)
    names = " and the ".join(field.replace("_", " ") for field in Field if field in missing)
    reason = Reason("asked", {"who": reviewer.who, "missing": names})
    answers = written(reviewer, case, DetailsMissing((reason,), missing), to=to, by_post=by_post, added=sentence)
    decision = settled(reviewer, case, "ask", Outcome.DETAILS_MISSING, reason, answers=answers, seen=seen)
    return Proposal(decision, is_written_to(answers, f"is asked for the {names}"))


def close(reviewer: Reviewer, case_id: str, *, to: str = "", by_post: bool = False, seen: int | None = None) -> Proposal:
    """Reply that the consultation has closed."""
    case = reviewer.waiting(case_id, seen=seen)
    reason = Reason("closed_by_staff", {"who": reviewer.who})
    answers = written(reviewer, case, Closed((reason,)), to=to, by_post=by_post)
    decision = settled(reviewer, case, "close", Outcome.CLOSED, reason, answers=answers, seen=seen)
    return Proposal(decision, is_written_to(answers, "is told that the consultation has closed"))


def answer(
    reviewer: Reviewer,
    case_id: str,
    *,
    text: str,
    subject: str = "",
    to: str = "",
    by_post: bool = False,
    seen: int | None = None,
) -> Proposal:
    """The reviewer's own words."""
    case = reviewer.waiting(case_id, seen=seen)
    if not text.strip():
        raise CannotAct("The answer is empty: write it into a file and name that with --file, or type it in.")
    answers = own_words(reviewer, case, text, subject=subject, to=to, by_post=by_post)
    reason = Reason("answered", {"who": reviewer.who})
    decision = settled(reviewer, case, "answer", Outcome.SETTLED, reason, answers=answers, seen=seen)
    return Proposal(decision, f"The answer goes to {goes_to(answers)}.")


def own_words(reviewer: Reviewer, case: Mapping[str, Any], text: str, *, subject: str, to: str, by_post: bool) -> Answers:
    message, means = reviewer.message(case), reviewer.means
    writer = writer_of(reviewer, case, message, to=to, by_post=by_post)
    language = language_of_text(text, means.words)  # what stands below the words is in the language that staff wrote
    if writer.email is None:
        return Answers(posted=compose_letter_answer(text, letter_paper(reviewer, case, language)))
    reply = compose_answer(
        text,
        message,
        templates=means.templates,
        sender=means.sender,
        wording=means.wording_in(language),
        recipient=writer.email,
        message_id=means.new_message_id(case["id"]),
        date=reviewer.clock(),
        subject=subject,
    )
    return Answers(reply)


def letter_paper(reviewer: Reviewer, case: Mapping[str, Any], language: Language) -> LetterPaper:
    """To the address that the case gives, or that the register has for its number."""
    label = addressee(Settled(()), reviewer.details(case), reviewer.means.register, name=case["name"])
    if not label:
        raise CannotAct(f"Case {case['id']} has no address to answer: name an email address with --to ADDRESS.")
    return paper_for(label, case["name"], case["id"], reviewer.means, now=reviewer.clock(), language=language)


# --- to a member -------------------------------------------------------------------------------------------


def member_of(reviewer: Reviewer, number: str) -> Member:
    """The member with this number, leading zeros or not; of two rows with one number the current one."""
    found = reviewer.means.register.by_number(number)
    exact = [member for member in found if member.number == number.strip()] or list(found)
    if not exact:
        raise CannotAct(f"Number {number} is not in the register: look the member up with swc-mailer members find.")
    if len({member.number for member in exact}) > 1:
        raise CannotAct(f"Number {number} may be {' or '.join(member.number for member in exact)}: give it with its zeros.")
    return max(exact, key=lambda member: member.current)


def only_match(reviewer: Reviewer, case: Mapping[str, Any]) -> Member:
    found = matching_member(reviewer.details(case), reviewer.means.register, reviewer.means.words)
    if found is None:
        raise CannotAct(
            f"Case {case['id']} does not match exactly one current member: say which with --number N "
            f"(swc-mailer queue show {case['id']} names the likeliest)."
        )
    return found


def facts_of(member: Member) -> dict[str, str]:
    return {"number": member.number, "name": member.name, "status": member.status or "current"}


# --- without a reply ---------------------------------------------------------------------------------------


def dismiss(reviewer: Reviewer, case_id: str, *, seen: int | None = None) -> Proposal:
    """Not a request: filed away in Ignored."""
    case = reviewer.waiting(case_id, seen=seen)
    reason = Reason("dismissed", {"who": reviewer.who})
    decision = settled(reviewer, case, "dismiss", Outcome.IGNORE, reason, seen=seen)
    return Proposal(decision, f"Case {case_id} is dismissed; its messages go to Ignored.")


def settle(reviewer: Reviewer, case_id: str, *, seen: int | None = None) -> Proposal:
    """Settled elsewhere. A reply that only waits for approval is not sent."""
    held_up = for_approval(reviewer, reviewer.case(case_id))
    case = reviewer.case(case_id) if held_up else reviewer.waiting(case_id, seen=seen)
    reason = Reason("settled_by_staff", {"who": reviewer.who})
    decision = settled(reviewer, case, "settle", Outcome.SETTLED, reason, seen=seen)
    cancels = [*decision.cancels, *(reply["id"] for reply in held_up)]
    return Proposal(replace(decision, cancels=cancels), f"Case {case_id} is settled.")
