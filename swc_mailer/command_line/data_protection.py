"""Data protection: `export`, `erase` and `purge`."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from swc_mailer.command_line.arguments import configuration, user_name


def number(text: str) -> str:
    squeezed = "".join(text.split())
    if not any(letter.isdigit() for letter in squeezed):
        raise ArgumentTypeError("must be a membership number")
    return squeezed


def email(text: str) -> str:
    before, at, behind = text.strip().rpartition("@")
    if not before or not at or not behind or "<" in text:
        raise ArgumentTypeError("must be an email address such as name@example.org")
    return text.strip()


def person_arguments(parser: ArgumentParser) -> None:
    whom = parser.add_mutually_exclusive_group(required=True)
    whom.add_argument("--member", type=number, metavar="N", help="the person with this membership number")
    whom.add_argument("--email", type=email, metavar="A", help="the person who writes from this address")


def person(args: Namespace) -> dict[str, str]:
    return {"email": args.email or "", "membership_number": args.member or ""}


def export_arguments(parser: ArgumentParser) -> None:
    person_arguments(parser)
    parser.add_argument("--out", type=Path, metavar="FILE", help="write it there, readable by you alone, instead of printing it")


def run_export(args: Namespace) -> int:
    import json
    import sys

    from swc_mailer.commands.export import export, export_record, write_export
    from swc_mailer.output import complain
    from swc_mailer.words_of_persons import export_text

    config = configuration(args)
    found = export(config, **person(args), who=user_name())
    text = json.dumps(export_record(found)) + "\n" if args.json else export_text(found, title=config.consultation.title)
    if args.out:
        write_export(text, args.out)
    else:
        sys.stdout.write(text)
    if not args.quiet:
        where = f"Wrote {args.out}. " if args.out else ""
        complain(
            f"{where}It may name other people too: read it before you hand it out. The mailbox and backups are not searched."
        )
    return 0


def erase_arguments(parser: ArgumentParser) -> None:
    person_arguments(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run_erase(args: Namespace) -> int:
    from swc_mailer.commands.erase import erase, look
    from swc_mailer.output import say
    from swc_mailer.words_of_persons import say_erasure

    config = configuration(args)
    erasure = look(config, **person(args))
    if not erasure.held:
        if not args.quiet:
            say("Nothing is held that names this person.")
        return 0
    if not (args.quiet and args.yes):
        say_erasure(erasure, config)
    if not args.yes and not agreed():
        return 1
    erase(config, **person(args), who=user_name())
    if not args.quiet:
        say("Erased.")
    return 0


def agreed() -> bool:
    from swc_mailer.errors import ConfigError
    from swc_mailer.output import say

    say()
    try:
        answer = input("Type yes to erase this: ")
    except EOFError:
        raise ConfigError("Nobody answered, and nothing was erased: give --yes where nobody is there to be asked.") from None
    if answer.strip().casefold() != "yes":
        say("Nothing was erased.")
        return False
    return True


def purge_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="only count what is older than the retention times")


def run_purge(args: Namespace) -> int:
    from swc_mailer.commands.purge import purge
    from swc_mailer.output import put_json
    from swc_mailer.words_of_persons import say_purged

    config = configuration(args)
    counted = purge(config, dry=args.dry_run, who=user_name())
    if args.json:
        put_json({"dry_run": args.dry_run, **counted})
    elif not args.quiet:
        say_purged(counted, config, dry=args.dry_run)
    return 0
