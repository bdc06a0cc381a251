"""The command line: arguments in, one command, words and an exit code out.

Exit codes: 0 done; 1 done, but something failed or a problem was found; 2 wrong usage or configuration, a refused log-in;
75 a server could not be reached; 130 broken off by Ctrl-C.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from swc_mailer import __version__
from swc_mailer.command_table import COMMANDS, Command
from swc_mailer.errors import SwcMailerError
from swc_mailer.output import complain

GROUPS = {
    "queue": "the review queue in a terminal",
    "members": "the member register",
    "staff": "who may log in to the review pages",
    "templates": "the words of the replies",
}


def main(argv: Sequence[str] | None = None, *, commands: Iterable[Command] = COMMANDS) -> int:
    """Run one command. The only place where an error becomes words and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr] # text streams, whatever the locale
    try:
        arguments = make_parser(commands).parse_args(argv)
    except SystemExit as end:  # --help, --version, or wrong usage: argparse has said all
        return int(end.code or 0)
    try:
        code = run(arguments)
        sys.stdout.flush()
    except SwcMailerError as error:
        for problem in str(error).splitlines():
            complain(f"swc-mailer: {problem}")
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output wants no more of it; Python would complain once again at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 -- the last resort: a line for people instead of a traceback
        unexpected(error, verbose=arguments.verbose)
        return 1
    return code


def run(arguments: argparse.Namespace) -> int:
    from swc_mailer.logs import set_up_logs

    command: Command = arguments.command
    level = "verbose" if arguments.verbose else "normal" if command.logs and not arguments.quiet else "quiet"
    set_up_logs(form=arguments.log_format, level=level)
    return command.run(arguments)


def unexpected(error: Exception, *, verbose: bool) -> None:
    """Without the error's own text, which may hold a member's words."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else "an unknown place"
    complain(
        f"swc-mailer: an error that nobody thought of ({type(error).__name__} in {place}). "
        "Please report this line on the project's issue tracker; --verbose shows more, which may name members."
    )
    if verbose:
        sys.stderr.write("".join(traceback.format_exception(error)))


# --- the parser, made from the table -----------------------------------------------------------------------


def make_parser(commands: Iterable[Command] = COMMANDS) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="swc-mailer",
        description="Answers members who ask by email for the consultation documents.",
        epilog="`swc-mailer COMMAND --help` tells more of each. Begin with `swc-mailer demo` or `swc-mailer init`.",
    )
    parser.add_argument("--version", action="version", version=f"swc-mailer {__version__}")
    levels: dict[tuple[str, ...], Any] = {(): parser.add_subparsers(title="commands", metavar="COMMAND", required=True)}
    for command in commands:
        *group, name = command.name.split()
        if tuple(group) not in levels:
            levels[tuple(group)] = add_group(levels[()], group[0])
        add_command(levels[tuple(group)], name, command)
    return parser


def add_group(level: Any, name: str) -> Any:
    parser = level.add_parser(name, help=GROUPS[name], description=f"{GROUPS[name].capitalize()}.")
    return parser.add_subparsers(title="commands", metavar="COMMAND", required=True)


def add_command(level: Any, name: str, command: Command) -> None:
    parser = level.add_parser(
        name,
        help=command.help,
        description=f"{command.help[0].upper()}{command.help[1:]}.",
        epilog=f"example:\n  {command.example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.arguments(parser)
    if command.config:
        parser.add_argument(
            "--config", type=Path, metavar="FILE", help="the configuration; else $SWC_MAILER_CONFIG, ./config.toml"
        )
    if command.json:
        parser.add_argument("--json", action="store_true", help="print JSON, for scripts")
    loudness = parser.add_mutually_exclusive_group()
    loudness.add_argument("--verbose", action="store_true", help="say more, on standard error")
    loudness.add_argument("--quiet", action="store_true", help="say only what is asked for, or what went wrong")
    parser.add_argument("--log-format", choices=["plain", "json"], default="plain", help="how log lines look")
    parser.set_defaults(command=command)
