"""The log-in by OAuth2: `login`."""

from __future__ import annotations

import sys
from argparse import Namespace

from swc_mailer.command_line.arguments import configuration
from swc_mailer.errors import CannotAct


class Terminal:
    """Implements `Person`."""

    def tell(self, lines: list[str]) -> None:
        from swc_mailer.output import say

        for line in lines:
            say(line)
        sys.stdout.flush()  # the program waits for the person, who reads this first

    def ask(self, question: str) -> str:
        try:
            return input(question)
        except EOFError:
            raise CannotAct("Nobody answered: `swc-mailer login` needs a person at the terminal.") from None


def run_login(args: Namespace) -> int:
    from swc_mailer.commands.login import login
    from swc_mailer.output import say

    for made in login(configuration(args), Terminal()):
        who = f" (as {made.person})" if made.person and made.person.lower() != made.username.lower() else ""
        if not args.quiet:
            say(f"The tokens for {' and '.join(made.sections)} of {made.username} are kept{who}. `swc-mailer check` tries them.")
    return 0
