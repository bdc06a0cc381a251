"""What happened so far: `report`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from swc_mailer.command_line.arguments import configuration


def report_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a page with charts there, to look at or to print")


def run_report(args: Namespace) -> int:
    from swc_mailer.commands.report import report, write_page
    from swc_mailer.output import put_json, say
    from swc_mailer.words_of_reports import page_values, say_report

    config = configuration(args)
    found = report(config)
    if args.html:
        write_page(page_values(found, title=config.consultation.title), args.html)
    if args.json:
        put_json(found.record())
    elif not args.html:
        say_report(found)
    elif not args.quiet:
        say(f"Wrote {args.html}")
    return 0
