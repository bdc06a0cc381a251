"""`labels`: address labels, cover letters and a mail merge of what goes by post."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from swc_mailer.command_line.arguments import configuration, user_name, whole_number

if TYPE_CHECKING:
    from swc_mailer.commands.label_files import Wanted
    from swc_mailer.config import Config


def labels_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, metavar="FILE.pdf", help="write address labels there")
    parser.add_argument("--sheet", metavar="SHEET", help="the make of the labels, as L7160, or their measures; else labels.sheet")
    parser.add_argument("--start", type=whole_number, default=1, metavar="N", help="the first label that a used sheet still has")
    parser.add_argument("--letters", type=Path, metavar="FILE.pdf", help="write cover letters there, and all other letters")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write the addresses there, for mail merge")
    parser.add_argument("--again", nargs="?", const="", metavar="BATCH", help="print a batch again; without a name the last one")


def run_labels(args: Namespace) -> int:
    from swc_mailer.commands.labels import print_again, print_new
    from swc_mailer.output import put_json
    from swc_mailer.words_of_labels import complain_of, say_batch

    config, who = configuration(args), user_name()
    wanted = what_is_wanted(args, config)
    done = print_new(config, who, wanted) if args.again is None else print_again(config, who, wanted, args.again)
    if args.json:
        put_json(done.record())
    elif not args.quiet:
        say_batch(done)
    complain_of(done)
    return 1 if done.left_out else 0


def what_is_wanted(args: Namespace, config: Config) -> Wanted:
    from swc_mailer.commands.label_files import Wanted
    from swc_mailer.core.label_sheets import read_sheet
    from swc_mailer.errors import ConfigError

    files = [file.absolute() for file in (args.out, args.letters, args.csv) if file]
    if not files or len(set(files)) < len(files):
        raise ConfigError("Name a file of its own for each that you want: --out FILE.pdf, --letters FILE.pdf, --csv FILE.")
    try:
        sheet = read_sheet(args.sheet or config.labels.sheet)
    except ValueError as error:
        raise ConfigError(f"--sheet: {error}") from error
    if args.start > sheet.labels:
        raise ConfigError(f"--start {args.start}: a sheet of {sheet.name} has {sheet.labels} labels.")
    return Wanted(args.out, args.letters, args.csv, sheet, args.start)
