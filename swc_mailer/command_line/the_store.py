"""Sending and the store: `pause`, `resume`, `backup`, `restore` and `upgrade`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from swc_mailer.command_line.arguments import configuration, user_name


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


def restore_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="what `backup` wrote")


def run_restore(args: Namespace) -> int:
    from swc_mailer.commands.restore import restore
    from swc_mailer.words_of_store import say_restored

    config = configuration(args)
    restored = restore(config, args.file, who=user_name())
    if not args.quiet:
        say_restored(restored, args.file, review=config.imap.review)
    return 0


def run_upgrade(args: Namespace) -> int:
    from swc_mailer.commands.upgrade import upgrade
    from swc_mailer.output import say
    from swc_mailer.words_of_store import upgraded_in_words

    upgraded = upgrade(configuration(args))
    if not args.quiet:
        say(upgraded_in_words(upgraded))
    return 0
