"""The table of commands: for each its name, its help with an example, and its function in `command_line/`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass

from swc_mailer.command_line import looking_up, main_job, reporting, setting_up, the_store
from swc_mailer.command_line.arguments import no_arguments


@dataclass(frozen=True, slots=True)
class Command:
    """One row: `name` may be two words, of which the first is a group."""

    name: str
    help: str
    example: str
    run: Callable[[Namespace], int]
    arguments: Callable[[ArgumentParser], None] = no_arguments
    config: bool = True  # takes --config
    json: bool = False  # takes --json
    logs: bool = False  # writes log lines


COMMANDS: tuple[Command, ...] = (
    Command(
        "init",
        "write a commented config.toml and a sample pack, and show the crontab line",
        "swc-mailer init",
        setting_up.run_init,
    ),
    Command(
        "check",
        "look at everything that a run needs, and say what to mend",
        "swc-mailer check --send-test me@example.org",
        setting_up.run_check,
        setting_up.check_arguments,
        json=True,
    ),
    Command(
        "run",
        "one pass for cron: fetch, decide, answer, file, then leave",
        "swc-mailer run --dry-run",
        main_job.run_run,
        main_job.run_arguments,
        json=True,
        logs=True,
    ),
    Command(
        "explain",
        "decide messages in files without touching mail or store, and say why",
        "swc-mailer explain letter.eml --json",
        main_job.run_explain,
        main_job.explain_arguments,
        json=True,
    ),
    Command(
        "demo",
        "the whole program on built-in mail servers with a sample mailbox",
        "swc-mailer demo",
        setting_up.run_demo,
        config=False,
        json=True,
    ),
    Command("pause", "stop sending, and nothing else", "swc-mailer pause", the_store.run_pause),
    Command("resume", "start sending again", "swc-mailer resume", the_store.run_resume),
    Command(
        "members find",
        "look the register up by number, name, postcode or address",
        "swc-mailer members find LS6 2AB",
        looking_up.run_members_find,
        looking_up.members_find_arguments,
        json=True,
    ),
    Command(
        "templates check",
        "render every reply with sample data",
        "swc-mailer templates check --out samples",
        looking_up.run_templates_check,
        looking_up.templates_check_arguments,
    ),
    Command(
        "report",
        "counts by outcome and day, time to answer, what waits",
        "swc-mailer report --html report.html",
        reporting.run_report,
        reporting.report_arguments,
        json=True,
    ),
    Command(
        "backup",
        "copy the store while it is in use",
        "swc-mailer backup /backups/swc-mailer.db",
        the_store.run_backup,
        the_store.backup_arguments,
    ),
)
