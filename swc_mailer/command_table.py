"""The table of commands: for each its arguments, and what it prints and returns.

A row's function takes the parsed arguments, calls one function of `commands/` and puts its result into words; it gives the
exit code. Imports stand in the functions, so that a command loads only what it needs.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from swc_mailer.config import Config


def no_arguments(_parser: ArgumentParser) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Command:
    """One row: `name` may be two words, of which the first is a group."""

    name: str
    help: str
    example: str
    run: Callable[[Namespace], int]
    arguments: Callable[[ArgumentParser], None] = no_arguments
    config: bool = True  # takes --config
    json: bool = False  # takes --json
    logs: bool = False  # writes log lines


def configuration(args: Namespace) -> Config:
    from swc_mailer.config_file import read_config

    return read_config(args.config, os.environ)


# --- setting up --------------------------------------------------------------------------------------------


def run_init(args: Namespace) -> int:
    from swc_mailer.commands.init import init
    from swc_mailer.config_file import find_config
    from swc_mailer.output import say

    made = init(find_config(args.config, os.environ))
    if args.quiet:
        return 0
    for path in made.files:
        say(f"Wrote {path}")
    for heading, lines in made.next_steps.items():
        say()
        say(heading)
        for line in lines:
            say(f"  {line}" if line else "")
    return 0


def check_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--send-test", metavar="ADDRESS", help="also send a test mail to this address")


def run_check(args: Namespace) -> int:
    from swc_mailer.commands.check import Level, check
    from swc_mailer.output import put_json, say

    worst = 0
    for finding in check(configuration(args), send_test=args.send_test or ""):
        worst = max(worst, int(finding.level is Level.PROBLEM))
        if args.json:
            put_json(finding.record())
        elif finding.level is not Level.OK or not args.quiet:
            say(finding.line)
    return worst


# --- the main job ------------------------------------------------------------------------------------------


def run_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="decide and show; change nothing anywhere")
    parser.add_argument("--limit", type=whole_number, metavar="N", help="take in at most N messages")


def whole_number(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("must be a whole number, 1 or more")
    return int(text)


def run_run(args: Namespace) -> int:
    from swc_mailer.commands.run import dry_run, run
    from swc_mailer.output import complain, put_json
    from swc_mailer.stopping import until_sigterm
    from swc_mailer.words_of_runs import say_dry_run, say_run

    config = configuration(args)
    if args.dry_run:
        return say_dry_run(dry_run(config, limit=args.limit), as_json=args.json)
    with until_sigterm() as stopping:
        report = run(config, limit=args.limit, stopping=stopping)
    if args.json:
        put_json(report.record())
    elif not args.quiet and not report.busy:
        say_run(report)
    if report.error:
        complain(f"swc-mailer: {report.error}")
        return report.error.exit_code
    return 1 if report.failed else 0


def explain_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="an .eml file, a folder of them, or an .mbox file")
    parser.add_argument(
        "--received", metavar="ISO-TIME", type=moment, help="when the mail server took them in, instead of their own"
    )


def moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError("must be an ISO time such as 2014-03-21T23:59:59+00:00") from error


def aware(when: datetime, timezone: ZoneInfo) -> datetime:
    """A time that names no zone is one of the consultation's."""
    return when if when.tzinfo else when.replace(tzinfo=timezone)


def run_explain(args: Namespace) -> int:
    from swc_mailer import assemble
    from swc_mailer.commands.explain import explain, explained_record
    from swc_mailer.output import counted, put_json
    from swc_mailer.words_of_runs import say_explained

    config = configuration(args)
    policy, words = config.policy(), assemble.read_words(config)
    received = aware(args.received, policy.timezone) if args.received else None
    with closing(assemble.open_register(config)) as register:
        found = explain(args.paths, words=words, policy=policy, register=register, received=received)
        for explained in counted(found, "messages decided", quiet=args.quiet):
            record = explained_record(explained)
            if args.json:
                put_json(record)
            else:
                say_explained(record)
    return 0


# --- sending, and the store --------------------------------------------------------------------------------


def run_pause(args: Namespace) -> int:
    from swc_mailer.commands.pause import pause
    from swc_mailer.output import say

    pause(configuration(args))
    if not args.quiet:
        say("Sending is paused: replies wait until `swc-mailer resume`. Mail is still taken in and filed.")
    return 0


def run_resume(args: Namespace) -> int:
    from swc_mailer.commands.pause import resume
    from swc_mailer.output import say

    due = resume(configuration(args))
    if not args.quiet:
        say(f"Sending goes on with the next run; replies that wait: {due}.")
    return 0


def backup_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="where the copy is put; a file that is there is replaced")


def run_backup(args: Namespace) -> int:
    from swc_mailer.commands.backup import backup
    from swc_mailer.output import say

    size = backup(configuration(args), args.file)
    if not args.quiet:
        say(f"Copied the store to {args.file} ({size:,} bytes). It holds members' mail: keep it as safe as the store.")
    return 0


# --- looking things up -------------------------------------------------------------------------------------


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


# --- the table ---------------------------------------------------------------------------------------------

COMMANDS: tuple[Command, ...] = (
    Command("init", "write a commented config.toml and a sample pack, and show the crontab line", "swc-mailer init", run_init),
    Command(
        "check",
        "look at everything that a run needs, and say what to mend",
        "swc-mailer check --send-test me@example.org",
        run_check,
        check_arguments,
        json=True,
    ),
    Command(
        "run",
        "one pass for cron: fetch, decide, answer, file, then leave",
        "swc-mailer run --dry-run",
        run_run,
        run_arguments,
        json=True,
        logs=True,
    ),
    Command(
        "explain",
        "decide messages in files without touching mail or store, and say why",
        "swc-mailer explain letter.eml --json",
        run_explain,
        explain_arguments,
        json=True,
    ),
    Command("pause", "stop sending, and nothing else", "swc-mailer pause", run_pause),
    Command("resume", "start sending again", "swc-mailer resume", run_resume),
    Command(
        "members find",
        "look the register up by number, name, postcode or address",
        "swc-mailer members find LS6 2AB",
        run_members_find,
        members_find_arguments,
        json=True,
    ),
    Command(
        "templates check",
        "render every reply with sample data",
        "swc-mailer templates check --out samples",
        run_templates_check,
        templates_check_arguments,
    ),
    Command(
        "backup", "copy the store while it is in use", "swc-mailer backup /backups/swc-mailer.db", run_backup, backup_arguments
    ),
)
