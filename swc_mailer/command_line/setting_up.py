"""Setting up: `init` and `check`."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace

from swc_mailer.command_line.arguments import configuration


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


def run_demo(args: Namespace) -> int:
    from swc_mailer.commands.demo import demo
    from swc_mailer.words_of_demo import say_demo

    with demo() as shown:
        say_demo(shown, as_json=args.json)
    return 1 if shown.report.error or shown.report.failed else 0
