"""The main job: `run`, `watch` and `explain`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from swc_mailer.command_line.arguments import aware, configuration, moment, whole_number

if TYPE_CHECKING:
    from swc_mailer.commands.run import RunReport


def run_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="decide and show; change nothing anywhere")
    parser.add_argument("--limit", type=whole_number, metavar="N", help="take in at most N messages")


def run_run(args: Namespace) -> int:
    from swc_mailer.commands.run import dry_run, run
    from swc_mailer.output import complain, put_json
    from swc_mailer.stopping import until_told
    from swc_mailer.words_of_runs import say_dry_run, say_run

    config = configuration(args)
    if args.dry_run:
        return say_dry_run(dry_run(config, limit=args.limit), as_json=args.json)
    with until_told() as stopping:
        report = run(config, limit=args.limit, stopping=stopping)
    if args.json:
        put_json(report.record())
    elif not args.quiet and not report.busy:
        say_run(report)
    if report.error:
        complain(f"swc-mailer: {report.error}")
        return report.error.exit_code
    return 1 if report.failed else 0


def run_watch(args: Namespace) -> int:
    from swc_mailer.commands.watch import watch
    from swc_mailer.output import put_json
    from swc_mailer.stopping import until_told
    from swc_mailer.words_of_runs import did_something, say_run

    def tell(report: RunReport) -> None:
        if args.json and did_something(report):
            put_json(report.record())
        elif did_something(report) and not args.quiet:
            say_run(report)
            sys.stdout.flush()

    config = configuration(args)
    with until_told() as stopping:
        watch(config, stopping=stopping, tell=tell)
    return 0


def explain_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="an .eml file, a folder of them, or an .mbox file")
    parser.add_argument(
        "--received", metavar="ISO-TIME", type=moment, help="when the mail server took them in, instead of their own"
    )


def run_explain(args: Namespace) -> int:
    from swc_mailer import assemble
    from swc_mailer.commands.explain import explain, explained_record
    from swc_mailer.output import counted, put_json
    from swc_mailer.words_of_explain import say_explained

    config = configuration(args)
    policy, words = config.policy(), assemble.read_words(config)
    received = aware(args.received, policy.timezone) if args.received else None
    with closing(assemble.open_register(config)) as register:
        found = explain(args.paths, words=words, policy=policy, register=register, received=received)
        for explained in counted(found, "messages decided", quiet=args.quiet):
            if args.json:
                put_json(explained_record(explained))
            else:
                say_explained(explained, verbose=args.verbose)
    return 0
