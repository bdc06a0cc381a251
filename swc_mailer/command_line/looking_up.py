"""Looking things up: `members find` and `templates check`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from swc_mailer.command_line.arguments import configuration


def members_find_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("text", nargs="+", metavar="TEXT", help="a number, name, postcode or address, or parts of them")


def run_members_find(args: Namespace) -> int:
    from swc_mailer.commands.members import find_members, member_record
    from swc_mailer.output import put_json, put_table, say

    members = find_members(configuration(args), " ".join(args.text))
    if args.json:
        for member in members:
            put_json(member_record(member))
    elif members:
        rows = [[m.number, m.name, ", ".join(m.address), m.postcode, m.status] for m in members]
        put_table(["number", "name", "address", "postcode", "status"], rows)
    elif not args.quiet:
        say("No member was found.")
    return 0


def templates_check_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, metavar="DIR", help="write each reply there as an .eml file")


def run_templates_check(args: Namespace) -> int:
    from swc_mailer.commands.templates import check_replies
    from swc_mailer.output import complain, say

    checked = check_replies(configuration(args), args.out)
    for problem in checked.problems:
        complain(f"swc-mailer: {problem}")
    if not args.quiet:
        for file in checked.files:
            say(f"Wrote {file}")
        if not checked.problems:
            say(f"{checked.rendered} replies were rendered with sample data; all is well.")
    return 1 if checked.problems else 0
