"""The review pages: `serve`, and who may log in to them: `staff add`, `list`, `remove` and `password`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from getpass import getpass

from swc_mailer.command_line.arguments import configuration, user_name


def run_serve(args: Namespace) -> int:
    from swc_mailer.output import say
    from swc_mailer.stopping import until_sigterm
    from swc_mailer.web.server import serve

    def tell(address: str) -> None:
        if not args.quiet:
            say(f"The review pages are at {address} (Ctrl-C stops them).")
            sys.stdout.flush()

    with until_sigterm():  # uvicorn hears it first, finishes, and then passes it on
        serve(configuration(args), tell=tell)
    return 0


def name_argument(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the name that the person logs in with")


def password_argument(parser: ArgumentParser) -> None:
    name_argument(parser)
    parser.add_argument(
        "--password-stdin", action="store_true", help="read the password from standard input; else it is asked for"
    )


def staff_add_arguments(parser: ArgumentParser) -> None:
    password_argument(parser)
    parser.add_argument("--role", choices=["reviewer", "admin"], default="reviewer", help="reviewer unless told otherwise")


def run_staff_add(args: Namespace) -> int:
    from swc_mailer.commands.staff import Role, add_account
    from swc_mailer.output import say

    config = configuration(args)
    add_account(config, args.name, read_password(args), Role(args.role), who=user_name())
    if not args.quiet:
        say(f"{args.name} may log in to the review pages as {args.role}.")
    return 0


def run_staff_list(args: Namespace) -> int:
    from swc_mailer.commands.staff import accounts
    from swc_mailer.output import moment, put_json, put_table, say

    found = accounts(configuration(args))
    if args.json:
        for account in found:
            put_json(account.record())
    elif found:
        put_table(["name", "role", "since"], [[each.name, each.role.value, moment(each.added_at)] for each in found])
    elif not args.quiet:
        say("Nobody may log in yet: swc-mailer staff add NAME.")
    return 0


def run_staff_remove(args: Namespace) -> int:
    from swc_mailer.commands.staff import remove_account
    from swc_mailer.output import say

    remove_account(configuration(args), args.name, who=user_name())
    if not args.quiet:
        say(f"{args.name} may no longer log in; what {args.name} did stays in the audit.")
    return 0


def run_staff_password(args: Namespace) -> int:
    from swc_mailer.commands.staff import change_password
    from swc_mailer.output import say

    config = configuration(args)
    change_password(config, args.name, read_password(args), who=user_name())
    if not args.quiet:
        say(f"{args.name} has a new password; sessions of the old one are over.")
    return 0


def read_password(args: Namespace) -> str:
    """The line on standard input, or what is typed twice, unseen."""
    if args.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    from swc_mailer.errors import CannotAct

    password = getpass(f"Password for {args.name}: ")
    if getpass("The same once more: ") != password:
        raise CannotAct("The two passwords differ; nothing was changed.")
    return password
