"""What happened and what would happen: `status` and `replay`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from swc_mailer.command_line.arguments import configuration


def status_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--mailbox", action="store_true", help="also compare the folders on the server with the store")


def run_status(args: Namespace) -> int:
    from swc_mailer.commands.status import status
    from swc_mailer.output import put_json

    found = status(configuration(args), mailbox=args.mailbox)
    if args.json:
        put_json(found.record())
    elif not args.quiet or found.needs_person:
        from swc_mailer.words_of_queue import say_status  # with all that the queue needs: a monitor asks for JSON, and often

        say_status(found)
    return 1 if found.needs_person else 0


def run_replay(args: Namespace) -> int:
    from swc_mailer.commands.replay import Replayed, replay
    from swc_mailer.output import counted, put_json
    from swc_mailer.words_of_queue import say_replayed

    count, changed = 0, list[Replayed]()
    for replayed in counted(replay(configuration(args)), "messages decided", quiet=args.quiet):
        count += replayed.decision is not None
        if replayed.changes and args.json:
            put_json(replayed.record())
        elif replayed.changes:
            changed.append(replayed)
    if not args.json:
        say_replayed(changed, count)
    return 0
