"""The only place that knows every adapter: builds the parts of the program from the configuration.

Imports stand in the functions, so that a command loads only what it uses: a tick of cron that finds nothing to do reads no
template, no word list and no HTML parser.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from swc_mailer.adapters.imap import ImapMailbox
    from swc_mailer.adapters.register_csv import IndexedRegister
    from swc_mailer.adapters.smtp import SmtpSettings
    from swc_mailer.adapters.store.sql_store import SqlStore
    from swc_mailer.adapters.templates import JinjaTemplates
    from swc_mailer.config import Config
    from swc_mailer.core.compose import Wording
    from swc_mailer.core.gate import Refusal
    from swc_mailer.core.mailwire import PackBlock
    from swc_mailer.core.model import Mailbox
    from swc_mailer.core.words import Words
    from swc_mailer.ports import DueReply, Mailer, Store
    from swc_mailer.taking_in import Answering

# No vowels, no look-alikes: easy to read out on the telephone, and no word by accident.
ALPHABET = "bcdfghjkmnpqrstvwxz23456789"
ID_LENGTH = 8


def new_id() -> str:
    """A short random id for a request or a reply."""
    return "".join(secrets.choice(ALPHABET) for _ in range(ID_LENGTH))


def read_words(config: Config) -> Words:
    from swc_mailer.adapters.rules_files import read_words as read

    return read(config.consultation.rules)


def open_register(config: Config) -> IndexedRegister:
    from swc_mailer.adapters.register_csv import open_register as open_

    return open_(
        config.register_.path,
        columns=config.register_.columns.mapping(),
        encoding=config.register_.encoding,
        delimiter=config.register_.delimiter,
        number_pattern=config.register_.number_pattern,
        accepted_statuses=config.register_.accepted_statuses,
        index_path=config.index_path,
    )


def open_store(config: Config, *, unchanged: bool = False) -> SqlStore:
    """The store; `unchanged`: it is neither made nor brought up to date."""
    from swc_mailer.adapters.store.sql_store import open_store as open_

    return open_(config.store.url, upgrade=not unchanged, say=say_reason(config))


def say_reason(config: Config) -> Callable[[str, Mapping[str, str]], Mapping[str, Any]]:
    """How the store words the reasons that it finds itself; the words are read when the first one is needed."""

    def say(code: str, facts: Mapping[str, str]) -> Mapping[str, Any]:
        from swc_mailer.core.model import Reason
        from swc_mailer.core.record import sentence

        return {"code": code, "text": sentence(Reason(code, facts), read_words(config)), "facts": dict(facts)}

    return say
