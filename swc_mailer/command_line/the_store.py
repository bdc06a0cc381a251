"""Sending and the store: `pause`, `resume` and `backup`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from swc_mailer.command_line.arguments import configuration


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
