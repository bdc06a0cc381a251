"""The table of commands: for each its name, its help with an example, and its function in `command_line/`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass

from swc_mailer.command_line import (
    data_protection,
    how_it_stands,
    letters,
    looking_up,
    main_job,
    pages,
    queue,
    queue_work,
    reporting,
    setting_up,
    the_store,
    tokens,
)
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
        "demo",
        "the whole program on built-in mail servers with a sample mailbox",
        "swc-mailer demo",
        setting_up.run_demo,
        setting_up.demo_arguments,
        config=False,
        json=True,
    ),
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
        "login",
        "OAuth2: fetch and keep the tokens for [imap.oauth2] and [smtp.oauth2]",
        "swc-mailer login",
        tokens.run_login,
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
        "watch",
        "the same for ever: answers new mail as it comes",
        "swc-mailer watch",
        main_job.run_watch,
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
        "replay",
        "today's rules over the stored messages: which outcomes would change; sends nothing",
        "swc-mailer replay",
        how_it_stands.run_replay,
        json=True,
    ),
    Command(
        "queue list",
        "show what waits for a person, the oldest first",
        "swc-mailer queue list --reason number_unknown",
        queue.run_list,
        queue.list_arguments,
        json=True,
    ),
    Command(
        "queue show",
        "show a case: why it waits, what was understood, what the register says",
        "swc-mailer queue show k7w2m9xd",
        queue.run_show,
        queue.case_argument,
        json=True,
    ),
    Command(
        "queue approve",
        "send the pack to this member",
        "swc-mailer queue approve k7w2m9xd --number 1234567",
        queue.run_approve,
        queue.approve_arguments,
    ),
    Command(
        "queue ask",
        "ask for what is missing",
        "swc-mailer queue ask k7w2m9xd --missing postal_address",
        queue.run_ask,
        queue.ask_arguments,
    ),
    Command(
        "queue close",
        "reply that the consultation has closed",
        "swc-mailer queue close k7w2m9xd",
        queue.run_close,
        queue.close_arguments,
    ),
    Command(
        "queue answer",
        "write an answer of your own",
        "swc-mailer queue answer k7w2m9xd --file answer.txt",
        queue.run_answer,
        queue.answer_arguments,
    ),
    Command(
        "queue correct",
        "correct the details, and decide again",
        "swc-mailer queue correct k7w2m9xd --number 1234567",
        queue.run_correct,
        queue.correct_arguments,
    ),
    Command(
        "queue merge",
        "make a case part of another",
        "swc-mailer queue merge k7w2m9xd b4t6h8qz",
        queue.run_merge,
        queue.merge_arguments,
    ),
    Command(
        "queue dismiss",
        "no request: file it away in Ignored",
        "swc-mailer queue dismiss k7w2m9xd",
        queue.run_dismiss,
        queue.case_argument,
    ),
    Command(
        "queue settle",
        "settled elsewhere: file it away in Answered",
        "swc-mailer queue settle k7w2m9xd",
        queue.run_settle,
        queue.case_argument,
    ),
    Command(
        "queue take",
        "put an ignored message, or a case that was settled, into the queue",
        "swc-mailer queue take i12",
        queue.run_take,
        queue.take_arguments,
    ),
    Command(
        "queue resend",
        "send a reply again that was refused, held, or perhaps not delivered",
        "swc-mailer queue resend k7w2m9xd --to ann@example.org",
        queue.run_resend,
        queue.case_and_reply,
    ),
    Command(
        "queue mark-sent",
        "the reply whose delivery is unknown has arrived",
        "swc-mailer queue mark-sent k7w2m9xd",
        queue.run_mark_sent,
        queue.case_argument,
    ),
    Command(
        "queue block",
        "never answer an address",
        "swc-mailer queue block loop@example.org",
        queue.run_block,
        queue.block_arguments,
    ),
    Command(
        "queue note",
        "write a note for colleagues",
        "swc-mailer queue note k7w2m9xd Telephoned, calls back on Monday",
        queue.run_note,
        queue.note_arguments,
    ),
    Command(
        "queue undo",
        "take the last decision on a case back, while its reply is not on its way",
        "swc-mailer queue undo k7w2m9xd",
        queue.run_undo,
        queue.case_argument,
    ),
    Command(
        "queue redecide",
        "decide again, by today's rules and register, what waits",
        "swc-mailer queue redecide",
        queue.run_redecide,
        queue.redecide_arguments,
        json=True,
    ),
    Command(
        "queue work",
        "walk through the cases that wait, one after the other",
        "swc-mailer queue work",
        queue_work.run_work,
        queue_work.work_arguments,
    ),
    Command(
        "letter",
        "type in a request that came by post; asks, or takes all from flags",
        'swc-mailer letter --number 1234567 --address "12 Station Road; Leeds; LS6 2AB" --received 2014-03-03',
        letters.run_letter,
        letters.letter_arguments,
        json=True,
    ),
    Command(
        "status",
        "what waits, the last good run, errors; exit code 1 when something needs a person",
        "swc-mailer status --json",
        how_it_stands.run_status,
        how_it_stands.status_arguments,
        json=True,
    ),
    Command("pause", "stop sending, and nothing else", "swc-mailer pause", the_store.run_pause),
    Command("resume", "start sending again", "swc-mailer resume", the_store.run_resume),
    Command(
        "serve",
        "the review queue on web pages, for those who may log in",
        "swc-mailer serve",
        pages.run_serve,
        logs=True,
    ),
    Command(
        "staff add",
        "let a person log in to the review pages",
        "swc-mailer staff add Jo --role admin",
        pages.run_staff_add,
        pages.staff_add_arguments,
    ),
    Command("staff list", "who may log in", "swc-mailer staff list", pages.run_staff_list, json=True),
    Command(
        "staff remove",
        "let a person log in no more",
        "swc-mailer staff remove Jo",
        pages.run_staff_remove,
        pages.name_argument,
    ),
    Command(
        "staff password",
        "give a person a new password",
        "swc-mailer staff password Jo",
        pages.run_staff_password,
        pages.password_argument,
    ),
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
    Command(
        "restore",
        "put a backup in the place of the store, which is kept aside",
        "swc-mailer restore /backups/swc-mailer.db",
        the_store.run_restore,
        the_store.restore_arguments,
    ),
    Command(
        "upgrade",
        "bring the store to this version; an SQLite store is brought there by the next run too",
        "swc-mailer upgrade",
        the_store.run_upgrade,
    ),
    Command(
        "export",
        "all that is held about one person, in one text",
        "swc-mailer export --member 1234567 --out 1234567.txt",
        data_protection.run_export,
        data_protection.export_arguments,
        json=True,
    ),
    Command(
        "erase",
        "take out of the store all that names one person",
        "swc-mailer erase --email ann@example.org",
        data_protection.run_erase,
        data_protection.erase_arguments,
    ),
    Command(
        "purge",
        "apply the retention times of the configuration",
        "swc-mailer purge --dry-run",
        data_protection.run_purge,
        data_protection.purge_arguments,
        json=True,
    ),
)
