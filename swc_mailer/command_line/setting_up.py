"""Setting up: `init` and `check`."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from swc_mailer.command_line.arguments import configuration

if TYPE_CHECKING:
    from swc_mailer.commands.demo import Demo


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


def demo_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--serve", action="store_true", help="then open the review pages on the sample mailbox")


def run_demo(args: Namespace) -> int:
    from swc_mailer.commands.demo import demo
    from swc_mailer.words_of_demo import say_demo

    with demo() as shown:
        say_demo(shown, as_json=args.json, goes_on=args.serve)
        if args.serve:
            serve_demo(shown)
    return 1 if shown.report.error or shown.report.failed else 0


def serve_demo(shown: Demo) -> None:
    """The pages on what the demo has left, until Ctrl-C."""
    from swc_mailer.commands.demo import let_somebody_in
    from swc_mailer.stopping import until_sigterm
    from swc_mailer.web.server import serve
    from swc_mailer.words_of_demo import say_pages

    name, password = let_somebody_in(shown.config)
    with until_sigterm():
        serve(shown.config, tell=lambda address: say_pages(address, name, password))
