"""The review queue in people's words: cases, proposals and counts in, lines on standard output out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from swc_mailer.commands.login import TokenState, endings
from swc_mailer.commands.proposals import Proposal, recipient_of
from swc_mailer.commands.queue_list import first_reason, reasons_counted
from swc_mailer.commands.queue_redecide import Redecided
from swc_mailer.commands.queue_show import ShownCase, ShownMessage, Suggestion, own_text
from swc_mailer.commands.replay import Replayed
from swc_mailer.commands.status import Outlook, Status
from swc_mailer.core.candidates import Candidate
from swc_mailer.core.model import Address, Field, Message, Number
from swc_mailer.output import moment, number_of, one_line, put_table, say
from swc_mailer.ports import WaitingCase

# What each action is called, in the terminal and its help.
ACTIONS: Mapping[str, str] = {
    "approve": "send the pack to this member",
    "ask": "ask for what is missing",
    "close": "reply that the consultation has closed",
    "answer": "write an answer",
    "correct": "correct the details and decide again",
    "dismiss": "no request: file it away in Ignored",
    "settle": "settled elsewhere: file it away in Answered",
    "resend": "send the reply again",
    "mark-sent": "the reply has arrived",
    "note": "write a note for colleagues",
    "undo": "take the last decision back",
}
LONGEST_TEXT = 60  # lines of a message that are shown


# --- lists -------------------------------------------------------------------------------------------------


def say_waiting(cases: Sequence[WaitingCase]) -> None:
    put_table(["id", "waits", "reason", "sender", "subject"], [list(case_cells(case)) for case in cases])
    counted = ", ".join(f"{count:,} {code.replace('_', ' ')}" for code, count in reasons_counted(cases))
    say()
    say(f"{number_of(len(cases), 'case')}: {counted}. `swc-mailer queue show ID` shows one, `queue work` walks through all.")


def say_ignored(cases: Sequence[WaitingCase]) -> None:
    rows = [[case.id, moment(case.received), first_reason(case), case.sender, case.subject] for case in cases]
    put_table(["id", "received", "reason", "sender", "subject"], rows)
    say()
    say(f"{number_of(len(cases), 'message')}. `swc-mailer queue take ID` puts one into the queue.")


def case_cells(case: WaitingCase) -> tuple[str, ...]:
    return case.id, age(case.received), first_reason(case), case.sender, case.subject


def age(since: datetime) -> str:
    passed = max(datetime.now(UTC) - since, timedelta())
    if passed.days:
        return number_of(passed.days, "day")
    hours = passed.seconds // 3600
    return number_of(hours, "hour") if hours else number_of(passed.seconds // 60, "minute")


# --- one case ----------------------------------------------------------------------------------------------


def say_case(shown: ShownCase) -> None:
    case = shown.case
    say(one_line(f"Case {case['id']}, {case['state']}: {case['subject'] or '(no subject)'}"))
    by_email = f" <{case['sender']}>" if case["sender"] else ""
    say(one_line(f"From {case['name'] or 'nobody named'}{by_email}, received {moment(case['received'])}"))
    for scan in case["scans"]:
        say(one_line(f"[scan: {scan['name']}]"))
    for reason in case["reasons"]:
        say(f"  {one_line(reason['text'])} ({reason['code']})")
    for message in shown.messages:
        say_message(message)
    understood = [*map(number_line, shown.details.numbers), *map(address_line, shown.details.addresses)]
    heading("What was understood", understood)
    heading("The register's likeliest members", map(candidate_line, shown.candidates))
    heading("Replies", map(reply_line, case["replies"]))
    heading("Decided", map(decision_line, case["decisions"]))
    heading("Notes", (f"{note['text']} ({note['written_by']}, {moment(note['written_at'])})" for note in case["notes"]))
    if shown.suggestion:
        say()
        say(f"Most likely: {suggestion_line(case['id'], shown.suggestion)}")


def say_message(shown: ShownMessage) -> None:
    row, message = shown.row, shown.message
    say()
    say(one_line(f"--- {row['sender'] or 'unknown sender'}, {moment(row['received'])}: {row['subject']}"))
    if message is None:
        say("(no longer kept)")
        return
    lines = own_text(message).splitlines()
    for line in lines[:LONGEST_TEXT]:
        say(line.expandtabs())
    if len(lines) > LONGEST_TEXT:
        say(f"({number_of(len(lines) - LONGEST_TEXT, 'line')} more)")
    for line in beside_text(message):
        say(one_line(line))


def beside_text(message: Message) -> Iterator[str]:
    """What came with a message's text, and what could not be read of it."""
    for attachment in message.attachments:
        yield f"[attached: {attachment.name or 'unnamed'}, {attachment.media_type}, {attachment.size:,} bytes]"
    for damage in message.damage:
        yield f"[{damage}]"


def heading(text: str, lines: Iterable[str]) -> None:
    """A heading with its lines; nothing where there are none."""
    for index, line in enumerate(lines):
        if index == 0:
            say()
            say(f"{text}:")
        say(f"  {one_line(line)}")


def number_line(number: Number) -> str:
    return ", ".join(filter(None, [f"number {number.value}", number.repair, counts_not(number.set_aside)]))


def address_line(address: Address) -> str:
    written = ", ".join(filter(None, [*address.lines, address.postcode, address.country]))
    lacking = f"lacks the {' and the '.join(address.lacking)}" if address.lacking else ""
    return "; ".join(filter(None, [f"address {written}", lacking, address.repair, counts_not(address.set_aside)]))


def counts_not(why: str) -> str:
    return f"does not count: {why}" if why else ""


def candidate_line(candidate: Candidate) -> str:
    member, match = candidate.member, candidate.match
    held = ", ".join(filter(None, [*member.address, member.postcode]))
    told = "; ".join(match.differs) or f"agrees in {', '.join(match.agrees)}"
    return f"{member.number} {member.name}, {held} ({member.status or 'current'}), by {candidate.found_by}: {told}"


def reply_line(reply: Mapping[str, Any]) -> str:
    when = f" on {moment(reply['sent_at'])}" if reply["sent_at"] else ""
    answer = f" ({reply['answer']})" if reply["answer"] else ""
    return f"{reply['kind']} to {recipient_of(reply)}: {reply['state']}{when}{answer}"


def decision_line(made: Mapping[str, Any]) -> str:
    codes = ", ".join(reason["code"] for reason in made["reasons"])
    return f"{made['outcome']} ({codes}) by {made['decided_by']}, {moment(made['decided_at'])}"


def suggestion_line(case_id: str, suggestion: Suggestion) -> str:
    """The command to type."""
    number = f" --number {suggestion.number}" if suggestion.number else ""
    missing = f" --missing {missing_word(suggestion.missing)}" if suggestion.missing else ""
    return f"swc-mailer queue {suggestion.action} {case_id}{number}{missing}"


def missing_word(missing: frozenset[Field]) -> str:
    return "both" if len(missing) == len(Field) else next(iter(missing)).value


# --- actions -----------------------------------------------------------------------------------------------


def say_preview(proposal: Proposal, text: str) -> None:
    """The reply as it would go out."""
    say(proposal.told)
    if proposal.posted:
        say()
        say(one_line(f"By post to: {', '.join(proposal.posted.post_to)}"))
        say(one_line(f"Subject: {proposal.posted.subject}"))
    if proposal.reply:
        say()
        say(one_line(f"To: {proposal.reply.recipient}"))
        say(one_line(f"Subject: {proposal.reply.subject}"))
    for line in ["", *text.splitlines()] if text else ():
        say(line)
    if proposal.reply and proposal.reply.pack:
        say("[the pack is attached]")


def say_done(proposal: Proposal) -> None:
    say(proposal.told)
    if proposal.posted:
        say("What goes by post waits to be printed: swc-mailer labels.")
    if proposal.reply or proposal.decision.release is not None:
        case_id = proposal.decision.request_id
        say(f"The next run sends it; until then `swc-mailer queue undo {case_id}` takes it back.")


def say_redecided(done: Redecided) -> None:
    outcome = done.outcome.value if done.outcome else "not decided"
    say(one_line(f"{done.case_id}: {outcome if done.changed or not done.outcome else 'as before'}. {done.told}"))


# --- status and replay -------------------------------------------------------------------------------------


def say_status(status: Status) -> None:
    counts, messages = status.counts, status.counts.messages
    oldest = f", the oldest since {moment(counts.oldest_waiting)}" if counts.oldest_waiting else ""
    say(f"Waiting for a person: {number_of(status.waiting, 'case')}{oldest}.")
    paused = " Sending is paused." if counts.paused else ""
    say(f"Replies due: {counts.replies_due:,}; delivery unknown: {counts.delivery_unknown:,}.{paused}")
    if status.outlook:
        say_outlook(status.outlook)
    say(f"Failed: {counts.failed:,}. Letters to print: {counts.to_print:,}.")
    places = ", ".join(f"{messages[part]:,} {part}" for part in ("answered", "review", "ignored", "erased"))
    say(f"Messages taken in: {messages['taken_in']:,}: {places}; {counts.unfiled:,} still to be filed.")
    say_conserved(status)
    say(f"Last run: {moment(counts.last_run)}; last good run: {moment(counts.last_good_run)}.")
    if counts.last_error:
        say(f"The last run ended with an error: {counts.last_error}")
    for state in status.tokens:
        say_tokens(state, status.now)


def say_outlook(outlook: Outlook) -> None:
    """Where a limit is set."""
    limits = outlook.limits
    if limits.per_day:
        say(f"Sent in the last 24 hours: {outlook.gone:,} of {limits.per_day:,}.")
    if outlook.waiting:
        every = [
            f"{limits.per_minute:,} a minute" if limits.per_minute else "",
            f"{limits.per_day:,} a day" if limits.per_day else "",
        ]
        wait = number_of(outlook.waiting, "reply waits", "replies wait")
        last = f"the last one will have gone by {moment(outlook.last_goes)}"
        say(f"{wait} for the mail server's limit ({', '.join(filter(None, every))}): {last}.")


def say_tokens(state: TokenState, now: datetime) -> None:
    name = f"Log-in by token, {' and '.join(state.sections)} as {state.username}"
    if state.trouble:
        say(f"{name}: {state.trouble}.")
        return
    good = state.token_expires and state.token_expires > now
    token = f"good until {moment(state.token_expires)}, then renewed" if good else "fetched when it is needed"
    say(f"{name}: the token is {token}.")
    for what, mend in endings(state, now):
        say(f"Soon nobody is let in: {what}. {mend[0].upper()}{mend[1:]}.")


def say_conserved(status: Status) -> None:
    if not status.adds_up:
        say("The store's sum is off: put a backup back with swc-mailer restore, and report this.")
    if status.missing:
        count = number_of(status.missing, "message")
        say(f"Missing from the mailbox's folders: {count} that the store knows of. Somebody moved or deleted them.")
    if status.surplus:
        say(f"The mailbox's folders hold {number_of(status.surplus, 'message')} that the store knows nothing of.")
    if status.on_server is not None and status.conserved:
        say("The mailbox's folders hold what the store knows of.")


def say_replayed(changed: Sequence[Replayed], count: int) -> None:
    if changed:
        rows = [[*replayed_cells(each)] for each in changed]
        put_table(["received", "subject", "before", "now", "why"], rows)
        say()
    say(f"{number_of(count, 'message')} decided again; {number_of(len(changed), 'outcome')} would change. Nothing was changed.")


def replayed_cells(replayed: Replayed) -> tuple[str, ...]:
    stored, now = replayed.stored, replayed.decision
    outcome = now.outcome.value if now else ""
    return moment(stored.received), stored.subject, stored.outcome.value, outcome, " ".join(replayed.texts)
