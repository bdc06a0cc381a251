"""Whom a reply may go to: the one sane address of the person who wrote, or nobody.

POLICY: the From address, or Reply-To where that is one sane address of a person (a web form relays people's words so).
"""

from __future__ import annotations

import re

from swc_mailer.core.model import Mailbox, Message, Policy

# RFC 5321 section 4.1.2, without quoted local parts, address literals and SMTPUTF8: none of them is a member's everyday
# address, and each is a way to make us write somewhere odd.
ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
SANE = re.compile(rf"{ATEXT}+(?:\.{ATEXT}+)*@(?:{LABEL}\.)+{LABEL}")
LONGEST = 254  # RFC 5321 section 4.5.3.1.3, less the angle brackets

NOBODY = re.compile(
    r"(?:mailer[-_.]?daemon|double-bounce|postmaster|no[-_.]?reply|do[-_.]?not[-_.]?reply|noresponse|"
    r"auto[-_.]?(?:reply|responder|response)|bounces?|notifications?|listserv|majordomo|cron|daemon|nobody)(?:[-+=].*)?"
    r"|.*-(?:bounces|request|owner)|owner-.*"
)


def reply_address(message: Message, policy: Policy) -> Mailbox | None:
    """The address that a reply goes to; None where there is not exactly one that is sane."""
    if len(message.reply_to) == 1 and is_person(message.reply_to[0], policy):
        return message.reply_to[0]
    if len(message.from_) == 1 and is_person(message.from_[0], policy):
        return message.from_[0]
    return None


def writer(message: Message) -> Mailbox | None:
    """Who wrote, to tell people apart: a web form relays what many write, from a robot's address or from the very one that it
    writes to, with the person in Reply-To. Else From: Reply-To may be anybody's."""
    sender = next((mailbox for mailbox in message.from_ if mailbox.address), None)
    if sender and len(message.reply_to) == 1 and SANE.fullmatch(message.reply_to[0].address) and is_form(sender, message):
        return message.reply_to[0]
    return sender


def is_form(sender: Mailbox, message: Message) -> bool:
    to_itself = any(sender.address.lower() in recipients.lower() for recipients in message.all("to"))
    return to_itself or bool(NOBODY.fullmatch(sender.local_part))


def is_person(mailbox: Mailbox, policy: Policy) -> bool:
    """Whether this could be a person's own address: well formed, not ours, not a daemon's or a list's."""
    address = mailbox.address
    return bool(
        len(address) <= LONGEST
        and SANE.fullmatch(address)
        and address.lower() not in policy.own_addresses
        and not NOBODY.fullmatch(mailbox.local_part)
    )
