"""`letter`: types in what came by post, from flags or, on a terminal, a field and a letter after the other."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from swc_mailer.command_line.arguments import configuration, user_name

if TYPE_CHECKING:
    from swc_mailer.commands.letter import TypedLetter
    from swc_mailer.commands.reviewer import Reviewer

MOST_MEMBERS = 10  # that one look-up shows
GIVEN = ("number", "address", "received", "name", "email", "wish", "scan")


def letter_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--received", metavar="DATE", help="the day on which it was received: 2014-03-03 or 3/3/2014")
    parser.add_argument("--number", metavar="N", default="", help="the membership number that the letter gives")
    parser.add_argument("--address", metavar='"LINE; LINE; POSTCODE"', default="", help="the postal address that it gives")
    parser.add_argument("--name", metavar="NAME", default="", help="who wrote it")
    parser.add_argument("--email", metavar="ADDRESS", default="", help="an email address that it gives: it is answered there")
    parser.add_argument("--by-post", action="store_true", help="it asks for the documents by post: they go there as well")
    parser.add_argument("--wish", metavar="TEXT", default="", help="what else it asks for, as large print: a person looks")
    parser.add_argument("--scan", type=Path, metavar="FILE", help="its picture: PDF, JPEG, PNG")
    parser.add_argument("--preview", action="store_true", help="show what would be decided, and keep nothing")


def run_letter(args: Namespace) -> int:
    from swc_mailer.commands.reviewer import reviewing

    asked = not args.received and not any(getattr(args, name) for name in GIVEN)
    undo = timedelta(seconds=configuration(args).serve.undo_seconds) if asked else timedelta()
    with reviewing(configuration(args), user_name(), undo=undo) as reviewer:
        return type_in(reviewer) if asked else take_one(reviewer, args)


def take_one(reviewer: Reviewer, args: Namespace) -> int:
    from swc_mailer.commands.letter import decide, keep, letter_record
    from swc_mailer.output import put_json
    from swc_mailer.words_of_letters import say_letter

    decided = decide(reviewer, from_flags(args))
    if not args.preview:
        keep(reviewer, decided)
    if args.json:
        put_json(letter_record(decided))
    elif not args.quiet:
        say_letter(decided, kept=not args.preview)
    return 0


def from_flags(args: Namespace) -> TypedLetter:
    from swc_mailer.commands.letter import TypedLetter, read_scan
    from swc_mailer.errors import CannotAct

    if not args.received:
        raise CannotAct("--received is missing: give the day on which the letter was received, as --received 2014-03-03.")
    return TypedLetter(
        received=args.received,
        number=args.number,
        address=args.address,
        name=args.name,
        email=args.email,
        by_post=args.by_post,
        wish=args.wish,
        scan=read_scan(args.scan) if args.scan else None,
    )


# --- one field after the other -----------------------------------------------------------------------------


def type_in(reviewer: Reviewer) -> int:
    """Letters until there is no more input. The day of the last letter is offered for the next."""
    from swc_mailer.errors import CannotAct
    from swc_mailer.output import number_of, say

    received, kept = reviewer.clock().astimezone(reviewer.policy.timezone).date().isoformat(), 0
    say("Type in what the letter gives, and leave empty what it does not. Ctrl-D ends.")
    try:
        while True:
            try:
                typed = ask_for_letter(reviewer, received)
                received = typed.received
                kept += shown_and_kept(reviewer, typed)
            except CannotAct as error:
                say(f"{error} Nothing was kept: type the letter in again.")
            say()
    except EOFError:
        say()
    say(f"{number_of(kept, 'letter')} typed in.")
    return 0


def ask_for_letter(reviewer: Reviewer, received: str) -> TypedLetter:
    from swc_mailer.commands.letter import TypedLetter, read_scan
    from swc_mailer.words_of_letters import say_members

    if found := ask("Look up in the register (number, name or postcode; Enter: not)"):
        say_members(reviewer.parts.register.search(found, limit=MOST_MEMBERS))
    day = ask(f"Received on (Enter: {received})") or received
    number, name = ask("Membership number"), ask("Name")
    address, email = ask("Address (LINE; LINE; POSTCODE)"), ask("Email address")
    by_post = bool(email) and is_yes(ask("Asks for the documents by post as well? (y/n)"))
    wish, scan = ask("Anything else it asks for, as large print"), ask("Scan (a file)")
    picture = read_scan(Path(scan).expanduser()) if scan else None
    return TypedLetter(day, number, address, name, email, by_post, wish, picture)


def shown_and_kept(reviewer: Reviewer, typed: TypedLetter) -> bool:
    from swc_mailer.commands.letter import decide, keep
    from swc_mailer.output import say
    from swc_mailer.words_of_letters import say_letter

    decided = decide(reviewer, typed)
    say_letter(decided, kept=False)
    if not is_yes(ask("Keep it? (Enter: yes)") or "y"):
        say("Nothing was kept.")
        return False
    keep(reviewer, decided)
    say(f"Kept as case {decided.letter.request_id}.")
    return True


def ask(question: str) -> str:
    """EOFError at the end of input."""
    return input(f"{question}: ").strip()


def is_yes(answer: str) -> bool:
    return answer.casefold().startswith("y")
