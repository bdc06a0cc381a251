"""What `demo` shows, in people's words: a Demo in, a table and two replies on standard output."""

from __future__ import annotations

import sys
from typing import Any

from swc_mailer.commands.demo import Demo, DemoMail
from swc_mailer.output import put_json, put_table, say
from swc_mailer.words_of_runs import say_run

SHOWN_REPLIES = ("pack", "details_missing")


def say_demo(demo: Demo, *, as_json: bool, goes_on: bool) -> None:
    if as_json:
        for mail in demo.mails:
            put_json(mail_record(mail))
        return
    say(f"{len(demo.mails)} sample mails came into the inbox of {demo.config.imap.username}. What became of them:")
    say()
    put_table(["came from", "subject", "outcome", "why", "went out", "filed in"], [cells(mail) for mail in demo.mails])
    say()
    say_run(demo.report)
    for outcome in SHOWN_REPLIES:
        say_reply(next(mail for mail in demo.mails if mail.outcome == outcome))
    say()
    if not goes_on:
        say("Everything ran on mail servers in this process, in a folder that is gone. `swc-mailer init` begins the real thing.")


def cells(mail: DemoMail) -> tuple[str, ...]:
    went_out = "nothing"
    if mail.reply:
        attached = f" with {', '.join(mail.reply.attachments)}" if mail.reply.attachments else ""
        went_out = f"{mail.reply.subject}{attached}"
    return mail.sender, mail.subject, mail.outcome, " ".join(mail.why), went_out, mail.filed_in


def say_reply(mail: DemoMail) -> None:
    assert mail.reply, f"the outcome {mail.outcome} has a reply"
    say()
    say(f"--- the reply to {mail.reply.recipient}, as it went out ---")
    say()
    for line in mail.reply.text.splitlines():
        say(f"  {line}".rstrip())


def mail_record(mail: DemoMail) -> dict[str, Any]:
    reply = mail.reply
    return {
        "sender": mail.sender,
        "subject": mail.subject,
        "outcome": mail.outcome,
        "why": list(mail.why),
        "reply": {"to": reply.recipient, "subject": reply.subject, "attachments": list(reply.attachments)} if reply else None,
        "filed_in": mail.filed_in,
    }


def say_pages(address: str, name: str, password: str) -> None:
    """How to open the review pages; at once, for a program may wait for the line."""
    say(f"The review pages are at {address}: log in as {name} with the password {password} (Ctrl-C stops them).")
    sys.stdout.flush()
