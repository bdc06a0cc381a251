"""The review queue: `queue list`, `show`, and what settles a case."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from swc_mailer.command_line.arguments import configuration, user_name

if TYPE_CHECKING:
    from swc_mailer.commands.proposals import Proposal
    from swc_mailer.commands.reviewer import Reviewer
    from swc_mailer.core.model import Field

BOTH = "both"


def case_argument(parser: ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="the case, as `queue list` shows it")


def reply_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--to", metavar="ADDRESS", default="", help="answer this address instead of the one that wrote")
    parser.add_argument("--preview", action="store_true", help="show the reply as it would go out, and do nothing")


def post_argument(parser: ArgumentParser) -> None:
    parser.add_argument("--by-post", action="store_true", help="answer by post: the pack to the address in the register")


def close_arguments(parser: ArgumentParser) -> None:
    case_argument(parser)
    reply_arguments(parser)
    post_argument(parser)


def case_and_reply(parser: ArgumentParser) -> None:
    case_argument(parser)
    reply_arguments(parser)


# --- looking -----------------------------------------------------------------------------------------------


def list_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--ignored", action="store_true", help="what was ignored or dismissed instead, the newest first")
    parser.add_argument("--reason", metavar="CODE", default="", help="only cases whose first reason this is")
    parser.add_argument("--search", metavar="TEXT", default="", help="only cases that hold these words")


def run_list(args: Namespace) -> int:
    from swc_mailer.commands.queue_list import case_record, ignored_cases, waiting_cases
    from swc_mailer.commands.reviewer import reviewing
    from swc_mailer.output import put_json, say
    from swc_mailer.words_of_queue import say_ignored, say_waiting

    with reviewing(configuration(args), user_name()) as reviewer:
        look = ignored_cases if args.ignored else waiting_cases
        chosen = look(reviewer, reason=args.reason, text=args.search)
    if args.json:
        for case in chosen:
            put_json(case_record(case))
    elif chosen:
        (say_ignored if args.ignored else say_waiting)(chosen)
    elif not args.quiet:
        say("Nothing was ignored." if args.ignored else "Nothing waits.")
    return 0


def run_show(args: Namespace) -> int:
    from swc_mailer.commands.queue_show import show, show_record
    from swc_mailer.commands.reviewer import reviewing
    from swc_mailer.output import put_json
    from swc_mailer.words_of_queue import say_case

    with reviewing(configuration(args), user_name()) as reviewer:
        shown = show(reviewer, args.id)
        if args.json:
            put_json(show_record(shown))
        else:
            say_case(shown)
    return 0


# --- settling ----------------------------------------------------------------------------------------------


def act(args: Namespace, propose: Callable[[Reviewer], Proposal]) -> int:
    """Propose, and carry it out unless it is only to be looked at. From the command line the next run may send at once."""
    from swc_mailer.commands.proposals import carry_out, proposal_record
    from swc_mailer.commands.queue_show import preview
    from swc_mailer.commands.reviewer import reviewing
    from swc_mailer.output import put_json
    from swc_mailer.words_of_queue import say_done, say_preview

    looking = getattr(args, "preview", False)
    with reviewing(configuration(args), user_name()) as reviewer:
        proposal = propose(reviewer)
        text = preview(reviewer, proposal) if looking else ""
        if not looking:
            carry_out(reviewer, proposal)
    if args.json:
        put_json(proposal_record(proposal, done=not looking) | ({"text": text} if looking else {}))
    elif looking:
        say_preview(proposal, text)
    elif not args.quiet:
        say_done(proposal)
    return 0


def approve_arguments(parser: ArgumentParser) -> None:
    case_argument(parser)
    parser.add_argument("--number", metavar="N", default="", help="the member; not needed where the details fit exactly one")
    reply_arguments(parser)
    post_argument(parser)


def run_approve(args: Namespace) -> int:
    from swc_mailer.commands.queue_actions import approve

    return act(args, lambda reviewer: approve(reviewer, args.id, number=args.number, to=args.to, by_post=args.by_post))


def ask_arguments(parser: ArgumentParser) -> None:
    case_argument(parser)
    what = ["membership_number", "postal_address", BOTH]
    parser.add_argument("--missing", choices=what, required=True, help="what is asked for")
    parser.add_argument("--add", metavar="SENTENCE", default="", help="a sentence of your own")
    reply_arguments(parser)
    post_argument(parser)


def fields(missing: str) -> frozenset[Field]:
    from swc_mailer.core.model import Field

    return frozenset(Field) if missing == BOTH else frozenset({Field(missing)})


def run_ask(args: Namespace) -> int:
    from swc_mailer.commands.queue_actions import ask

    missing, by_post = fields(args.missing), args.by_post
    return act(args, lambda reviewer: ask(reviewer, args.id, missing=missing, sentence=args.add, to=args.to, by_post=by_post))


def run_close(args: Namespace) -> int:
    from swc_mailer.commands.queue_actions import close

    return act(args, lambda reviewer: close(reviewer, args.id, to=args.to, by_post=args.by_post))


def answer_arguments(parser: ArgumentParser) -> None:
    case_argument(parser)
    parser.add_argument("--file", type=Path, metavar="FILE", help="the answer's words; else they are read from standard input")
    parser.add_argument("--subject", metavar="TEXT", default="", help='the subject; else "Re: …"')
    reply_arguments(parser)
    post_argument(parser)


def run_answer(args: Namespace) -> int:
    from swc_mailer.commands.queue_actions import answer

    text, by_post = words_of(args.file), args.by_post
    return act(args, lambda reviewer: answer(reviewer, args.id, text=text, subject=args.subject, to=args.to, by_post=by_post))


def words_of(file: Path | None) -> str:
    import sys

    from swc_mailer.errors import CannotAct

    try:
        return file.read_text(encoding="utf-8") if file else sys.stdin.read()
    except OSError as error:
        raise CannotAct(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CannotAct(f"{file or 'standard input'} is no UTF-8 text: save it as plain text (UTF-8).") from error


def correct_arguments(parser: ArgumentParser) -> None:
    case_argument(parser)
    parser.add_argument("--number", metavar="N", default="", help="the membership number as it should be")
    parser.add_argument("--address", metavar='"LINE; LINE; POSTCODE"', default="", help="the postal address as it should be")
    reply_arguments(parser)


def run_correct(args: Namespace) -> int:
    from swc_mailer.commands.queue_redecide import correct

    return act(args, lambda reviewer: correct(reviewer, args.id, number=args.number, address=args.address, to=args.to))


def run_dismiss(args: Namespace) -> int:
    from swc_mailer.commands.queue_actions import dismiss

    return act(args, lambda reviewer: dismiss(reviewer, args.id))


def run_settle(args: Namespace) -> int:
    from swc_mailer.commands.queue_actions import settle

    return act(args, lambda reviewer: settle(reviewer, args.id))


def run_resend(args: Namespace) -> int:
    from swc_mailer.commands.queue_replies import resend

    return act(args, lambda reviewer: resend(reviewer, args.id, to=args.to))


def run_mark_sent(args: Namespace) -> int:
    from swc_mailer.commands.queue_replies import mark_sent

    return act(args, lambda reviewer: mark_sent(reviewer, args.id))


# --- the rest ----------------------------------------------------------------------------------------------


def simply(args: Namespace, do: Callable[[Reviewer], str]) -> int:
    """Do it, and say what `do` gives."""
    from swc_mailer.commands.reviewer import reviewing
    from swc_mailer.output import put_json, say

    with reviewing(configuration(args), user_name()) as reviewer:
        told = do(reviewer)
    if getattr(args, "json", False):
        put_json({"told": told})
        return 0
    for line in () if args.quiet else told.splitlines():
        say(line)
    return 0


def run_undo(args: Namespace) -> int:
    from swc_mailer.commands.queue_replies import undo

    def do(reviewer: Reviewer) -> str:
        undo(reviewer, args.id)
        return f"The last decision on case {args.id} is taken back."

    return simply(args, do)


def take_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="as `queue list --ignored` shows it, or a case that does not wait")


def run_take(args: Namespace) -> int:
    from swc_mailer.commands.queue_desk import take

    return simply(args, lambda reviewer: f"It waits as case {take(reviewer, args.id)}.")


def merge_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="the case that is no more")
    parser.add_argument("into", metavar="ID", help="the case that it becomes part of")


def run_merge(args: Namespace) -> int:
    from swc_mailer.commands.queue_desk import merge

    def do(reviewer: Reviewer) -> str:
        merge(reviewer, args.id, args.into)
        return f"Case {args.id} is part of {args.into} now; `swc-mailer queue redecide {args.into}` decides it anew."

    return simply(args, do)


def note_arguments(parser: ArgumentParser) -> None:
    case_argument(parser)
    parser.add_argument("text", nargs="+", metavar="TEXT", help="the note")


def run_note(args: Namespace) -> int:
    from swc_mailer.commands.queue_desk import note

    def do(reviewer: Reviewer) -> str:
        note(reviewer, args.id, " ".join(args.text))
        return f"The note stands with case {args.id}."

    return simply(args, do)


def block_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("address", nargs="?", metavar="ADDRESS", help="never answer it; without one, the list is shown")
    parser.add_argument("--remove", action="store_true", help="take it off the list")


def run_block(args: Namespace) -> int:
    from swc_mailer.commands.queue_desk import block, blocked, unblock

    def do(reviewer: Reviewer) -> str:
        if not args.address:
            return "\n".join(blocked(reviewer)) or "No address is on the list."
        (unblock if args.remove else block)(reviewer, args.address)
        return f"{args.address} may be answered again." if args.remove else f"{args.address} will never be answered."

    return simply(args, do)


def redecide_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("ids", nargs="*", metavar="ID", help="cases, waiting or not; without any, all that wait")


def run_redecide(args: Namespace) -> int:
    from swc_mailer.commands.queue_redecide import redecide
    from swc_mailer.commands.reviewer import reviewing
    from swc_mailer.output import counted, number_of, put_json, say
    from swc_mailer.words_of_queue import say_redecided

    changed = 0
    with reviewing(configuration(args), user_name()) as reviewer:
        for done in counted(redecide(reviewer, args.ids), "cases decided", quiet=args.quiet):
            changed += done.changed
            if args.json:
                put_json(done.record())
            elif done.changed or args.ids:
                say_redecided(done)
    if not args.json and not args.quiet:
        say(f"{number_of(changed, 'case')} decided otherwise than before.")
    return 0
