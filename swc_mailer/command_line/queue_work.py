"""`queue work`: walks a person through the cases that wait, one after the other, in a terminal.

Every line is a question with its answers in words; the end of input ends the walk. A reply waits `serve.undo_seconds` before it
may be sent, and the last decision can be taken back.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from swc_mailer.command_line.arguments import configuration, user_name
from swc_mailer.command_line.queue import fields

if TYPE_CHECKING:
    from swc_mailer.commands.proposals import Proposal
    from swc_mailer.commands.queue_show import ShownCase, Suggestion
    from swc_mailer.commands.reviewer import Reviewer

KEYS = {
    "a": "approve",
    "k": "ask",
    "c": "close",
    "w": "answer",
    "o": "correct",
    "d": "dismiss",
    "s": "settle",
    "r": "resend",
    "m": "mark-sent",
    "n": "note",
    "u": "undo",
}
NEXT, QUIT = "x", "q"


class Left(Exception):
    """The person has had enough, or there is no more input."""


def work_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--reason", metavar="CODE", default="", help="only cases whose first reason this is")


def run_work(args: Namespace) -> int:
    from swc_mailer.commands.queue_list import waiting_cases
    from swc_mailer.commands.reviewer import reviewing
    from swc_mailer.output import number_of, say

    config = configuration(args)
    with reviewing(config, user_name(), undo=timedelta(seconds=config.serve.undo_seconds)) as reviewer:
        waiting = [case.id for case in waiting_cases(reviewer, reason=args.reason)]
        say(f"{number_of(len(waiting), 'case')}." if waiting else "Nothing waits.")
        walk = Walk(reviewer)
        try:
            for place, case_id in enumerate(waiting, start=1):
                walk.visit(case_id, f"{place} of {len(waiting)}")
        except Left:
            pass
        if waiting:
            say(f"{number_of(walk.done, 'case')} settled. The next run sends what is due.")
    return 0


class Walk:
    """One walk through the queue; `done` counts the cases that were settled."""

    def __init__(self, reviewer: Reviewer) -> None:
        self._reviewer = reviewer
        self._last = ""  # the case that was settled last
        self.done = 0

    def visit(self, case_id: str, place: str) -> None:
        """One case, until it is settled or left as it is."""
        from swc_mailer.errors import CannotAct, StoreError
        from swc_mailer.output import say

        settled = False
        while not settled:
            try:
                shown = self._look(case_id, place)
                settled = shown is None or self._act(shown)
            except (CannotAct, StoreError) as error:
                say(str(error))

    def _look(self, case_id: str, place: str) -> ShownCase | None:
        """None where somebody else settled the case meanwhile."""
        from swc_mailer.commands.queue_show import is_waiting, show
        from swc_mailer.output import say
        from swc_mailer.words_of_queue import say_case

        shown = show(self._reviewer, case_id)
        if not is_waiting(self._reviewer, shown):
            say(f"Case {case_id} does not wait any more.")
            return None
        say()
        say(f"=== {place}")
        say_case(shown)
        return shown

    def _act(self, shown: ShownCase) -> bool:
        """Ask what is to be done, and do it; whether the case needs no more."""
        case_id = shown.case["id"]
        chosen = self._choose(shown.suggestion)
        if chosen == NEXT:
            return True
        if chosen == "note":
            self._note(case_id)
            return False
        if chosen == "undo":
            self._undo()
            return False
        proposal = self._propose(chosen, shown)
        if not self._agreed(proposal):
            return False
        self._carry_out(proposal)
        return True

    def _choose(self, suggestion: Suggestion | None) -> str:
        from swc_mailer.output import say
        from swc_mailer.words_of_queue import ACTIONS

        say()
        for key, action in KEYS.items():
            say(f"  {key}  {ACTIONS[action]}{'  (Enter)' if suggestion and suggestion.action == action else ''}")
        say(f"  {NEXT}  leave it for now     {QUIT}  stop")
        while True:
            answer = asked("What now? ").strip().lower()
            if answer == QUIT:
                raise Left
            if answer == NEXT or answer in KEYS:
                return KEYS.get(answer, NEXT)
            if not answer and suggestion:
                return suggestion.action

    def _propose(self, action: str, shown: ShownCase) -> Proposal:
        from swc_mailer.commands import queue_actions, queue_redecide, queue_replies

        reviewer, case_id, seen = self._reviewer, shown.case["id"], shown.case["version"]
        suggestion = shown.suggestion if shown.suggestion and shown.suggestion.action == action else None
        simple: Mapping[str, Callable[..., Proposal]] = {
            "close": queue_actions.close,
            "dismiss": queue_actions.dismiss,
            "settle": queue_actions.settle,
            "resend": queue_replies.resend,
            "mark-sent": queue_replies.mark_sent,
        }
        if action in simple:
            return simple[action](reviewer, case_id, seen=seen)
        if action == "approve":
            number = asked_with("Membership number", suggestion.number if suggestion else "")
            return queue_actions.approve(reviewer, case_id, number=number, seen=seen)
        if action == "ask":
            missing = suggestion.missing if suggestion else fields(asked_missing())
            sentence = asked("A sentence of your own (Enter: none): ")
            return queue_actions.ask(reviewer, case_id, missing=missing, sentence=sentence, seen=seen)
        if action == "correct":
            number = asked("Membership number (Enter: as it is): ").strip()
            address = asked("Address, LINE; LINE; POSTCODE (Enter: as it is): ").strip()
            return queue_redecide.correct(reviewer, case_id, number=number, address=address, seen=seen)
        return queue_actions.answer(reviewer, case_id, text=asked_text(), seen=seen)

    def _agreed(self, proposal: Proposal) -> bool:
        from swc_mailer.commands.queue_show import preview
        from swc_mailer.output import say
        from swc_mailer.words_of_queue import say_preview

        say(proposal.told)
        while True:
            answer = asked("Do it? y(es), n(o), p(review): ").strip().lower()
            if answer in ("y", "yes", "n", "no"):
                return answer.startswith("y")
            if answer.startswith("p"):
                say_preview(proposal, preview(self._reviewer, proposal))

    def _carry_out(self, proposal: Proposal) -> None:
        from swc_mailer.commands.proposals import carry_out

        carry_out(self._reviewer, proposal)
        self._last = proposal.decision.request_id
        self.done += 1

    def _note(self, case_id: str) -> None:
        from swc_mailer.commands.queue_desk import note

        note(self._reviewer, case_id, asked("The note: "))

    def _undo(self) -> None:
        from swc_mailer.commands.queue_replies import undo
        from swc_mailer.errors import CannotAct
        from swc_mailer.output import say

        if not self._last:
            raise CannotAct("Nothing was settled yet.")
        undo(self._reviewer, self._last)
        say(f"The decision on case {self._last} is taken back; it waits again.")
        self._last = ""
        self.done -= 1


# --- questions ---------------------------------------------------------------------------------------------


def asked(question: str) -> str:
    try:
        return input(question)
    except EOFError as error:
        raise Left from error


def asked_with(question: str, known: str) -> str:
    """With an answer that Enter takes."""
    return asked(f"{question}{f' (Enter: {known})' if known else ''}: ").strip() or known


def asked_missing() -> str:
    words = {"n": "membership_number", "a": "postal_address", "b": "both"}
    while True:
        answer = asked("Ask for the n(umber), the a(ddress), or b(oth): ").strip().lower()[:1]
        if answer in words:
            return words[answer]


def asked_text() -> str:
    lines: list[str] = []
    while (line := asked("Your answer, a dot on a line of its own ends it: " if not lines else "")) != ".":
        lines.append(line)
    return "\n".join(lines)
