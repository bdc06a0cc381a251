"""The only place that knows every adapter: builds the parts of the program from the configuration.

Imports stand in the functions, so that a command loads only what it uses: a tick of cron that finds nothing to do reads no
template, no word list and no HTML parser.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Awaitable, Callable, Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from swc_mailer.adapters.imap import ImapMailbox
    from swc_mailer.adapters.imap_connection import ImapSettings
    from swc_mailer.adapters.imap_waiting import ImapListener
    from swc_mailer.adapters.oauth2 import OAuth2Settings, Source
    from swc_mailer.adapters.pdf import Typesetter
    from swc_mailer.adapters.register_csv import IndexedRegister
    from swc_mailer.adapters.service_manager import ServiceManager
    from swc_mailer.adapters.smtp import SmtpMailer
    from swc_mailer.adapters.store.sql_store import SqlStore
    from swc_mailer.adapters.templates import JinjaTemplates
    from swc_mailer.answering import Answering
    from swc_mailer.config import Config
    from swc_mailer.config_sections import Imap, Smtp
    from swc_mailer.core.compose import Wording
    from swc_mailer.core.gate import Refusal
    from swc_mailer.core.mailwire import PackBlock
    from swc_mailer.core.words import Words
    from swc_mailer.ports import DueReply, Store

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


def typesetter(config: Config) -> Typesetter:
    from swc_mailer.adapters.pdf import Typesetter

    return Typesetter(config.labels.font)


def open_store(config: Config, *, unchanged: bool = False) -> SqlStore:
    """The store; `unchanged`: it is neither made nor brought up to date."""
    from swc_mailer.adapters.store.sql_store import open_store as open_

    keys = config.store.raw_keys()
    return open_(config.store.url, account=config.account, upgrade=not unchanged, say=say_reason(config), raw_keys=keys)


def open_existing_store(config: Config, *, unchanged: bool = False) -> SqlStore:
    """As `open_store`, for what makes no sense on a new one: raises StoreError where there is none yet."""
    from swc_mailer.errors import StoreError

    if config.store_path and not config.store_path.exists():
        raise StoreError(f"There is no store at {config.store_path} yet: the first run makes it.")
    return open_store(config, unchanged=unchanged)


def open_copy(config: Config, file: Path) -> SqlStore:
    """A copy of the embedded store, brought to this version."""
    from swc_mailer.adapters.store.engine import file_url
    from swc_mailer.adapters.store.sql_store import open_store as open_

    return open_(file_url(file), say=say_reason(config), raw_keys=config.store.raw_keys())


def upgrade_store(config: Config) -> tuple[str | None, str]:
    """The versions before and now."""
    from swc_mailer.adapters.store.sql_store import upgrade_store as upgrade

    return upgrade(config.store.url)


def say_reason(config: Config) -> Callable[[str, Mapping[str, str]], Mapping[str, Any]]:
    """How the store words the reasons that it finds itself; the words are read when the first one is needed."""
    words = cache(lambda: read_words(config))

    def say(code: str, facts: Mapping[str, str]) -> Mapping[str, Any]:
        from swc_mailer.core.model import Reason
        from swc_mailer.core.record import sentence

        return {"code": code, "text": sentence(Reason(code, facts), words()), "facts": dict(facts)}

    return say


# --- the mail servers --------------------------------------------------------------------------------------


def open_mailbox(config: Config) -> ImapMailbox:
    """Connected and logged in. Raises ConfigError, LoginRefused or Unreachable."""
    from swc_mailer.adapters.imap import open_mailbox

    return open_mailbox(imap_settings(config))


def listener(config: Config) -> ImapListener:
    """What waits for new mail; not connected yet."""
    from swc_mailer.adapters.imap_waiting import ImapListener

    return ImapListener(lambda: imap_settings(config))


def service_manager() -> ServiceManager:
    from swc_mailer.adapters.service_manager import ServiceManager

    return ServiceManager(os.environ)


def imap_settings(config: Config) -> ImapSettings:
    from swc_mailer.adapters.imap_connection import ImapSettings

    imap = config.imap
    return ImapSettings(
        host=imap.host,
        port=imap.port,
        security=imap.security,
        username=imap.username,
        password=imap.secret(),
        access_token=access_token(config, "imap"),
        ca_file=imap.ca_file,
        folder=imap.folder,
        answered=imap.answered,
        review=imap.review,
        ignored=imap.ignored,
        sent=imap.sent,
        timeout_seconds=imap.timeout_seconds,
    )


def access_token(config: Config, section: str) -> Callable[[], str] | None:
    """What gives a token for each connection of [imap] or [smtp]; None where the log-in is by password."""
    source = token_sources(config).get(section)
    return source.access_token if source else None


def token_sources(config: Config) -> dict[str, Source]:
    """By section. The same one twice where one log-in serves both."""
    accounts: dict[str, Imap | Smtp] = {"imap": config.imap, "smtp": config.smtp}
    used = {name: account for name, account in accounts.items() if account.oauth2.provider}
    if not used:
        return {}
    from swc_mailer.adapters.oauth2 import sources

    return sources({name: oauth2_settings(config, name, account) for name, account in used.items()})


def oauth2_settings(config: Config, section: str, account: Imap | Smtp) -> OAuth2Settings:
    from swc_mailer.adapters.oauth2 import OAuth2Settings, needed_scopes

    oauth2 = account.oauth2
    provider, flow = oauth2.provider or "", oauth2.flow or ""
    return OAuth2Settings(
        section=f"{section}.oauth2",
        provider=provider,
        flow=flow,
        username=account.username,
        token_file=oauth2.token_file or config.token_path,
        scopes=oauth2.scopes or needed_scopes(provider, flow, section),
        tenant=oauth2.tenant,
        client_id=oauth2.client_id,
        client_secret=oauth2.secret(),
        client_secret_expires=oauth2.client_secret_expires,
        key_file=oauth2.key_file,
        authority=oauth2.authority,
        ca_file=oauth2.ca_file,
        timeout_seconds=account.timeout_seconds,
    )


def mailer(config: Config) -> Callable[[], Awaitable[SmtpMailer]]:
    """What opens one connection to the SMTP server."""
    from swc_mailer.adapters.smtp import SmtpSettings, connect

    smtp = config.smtp
    settings = SmtpSettings(
        host=smtp.host,
        port=smtp.port,
        security=smtp.security,
        username=smtp.username,
        password=smtp.secret() if smtp.username else "",
        access_token=access_token(config, "smtp"),
        ca_file=smtp.ca_file,
        timeout_seconds=smtp.timeout_seconds,
    )
    return lambda: connect(settings)


# --- what decisions and replies are made from --------------------------------------------------------------


def gate(config: Config, store: Store, *, clock: Callable[[], datetime]) -> Callable[[DueReply], Refusal | None]:
    """The gate, asked with what the store knows of a reply at that moment."""
    from datetime import timedelta

    from swc_mailer.core.gate import Facts, refusal

    policy = config.policy()
    again = timedelta(hours=policy.limits.pack_again_after_hours)

    def ask(reply: DueReply) -> Refusal | None:
        now = clock()
        known = store.facts(reply.id, now=now, in_all=bool(policy.limits.replies_total_per_day))
        return refusal(
            Facts(
                recipient=reply.recipient,
                kind=reply.kind,
                by_staff=known.by_staff,
                paused=known.paused,
                hold=config.delivery.hold,
                blocked=known.blocked,
                own_addresses=policy.own_addresses,
                replies_to_address=known.replies_to_address,
                replies_in_request=known.replies_in_request,
                replies_today=known.replies_today,
                pack_just_sent=known.pack_sent_at is not None and now < known.pack_sent_at + again,
                limits=policy.limits,
            )
        )

    return ask


class Lazily:
    """The parts that only a message needs, each made when it is first asked for; `close` closes the register.

    The register is looked at first: one that is unreadable or empty stops a run before any mail is touched.
    """

    def __init__(self, config: Config, store: Store) -> None:
        self._config = config
        self._store = store

    def again(self) -> Lazily:
        """The same words, templates and pack, with the register as it is now."""
        other = Lazily(self._config, self._store)
        other.words, other.templates, other.pack = self.words, self.templates, self.pack
        other.rules_version = self.rules_version
        return other

    @cached_property
    def register(self) -> IndexedRegister:
        return open_register(self._config)

    @cached_property
    def words(self) -> Words:
        return read_words(self._config)

    @cached_property
    def templates(self) -> JinjaTemplates:
        """Local ones are proved by sample details: one that does not render stops a run before any mail is touched."""
        from swc_mailer.adapters.templates import JinjaTemplates, check_templates
        from swc_mailer.errors import ConfigError

        templates = JinjaTemplates(self._config.consultation.templates)
        if not self._config.consultation.templates:
            return templates
        wordings = (self._config.wording(), self._welsh)
        if problems := check_templates(templates, *filter(None, wordings), sender=self._config.sender):
            raise ConfigError(problems)
        return templates

    @property
    def _welsh(self) -> Wording | None:
        return self._config.welsh_wording() if self._config.consultation.welsh.replies else None

    @cached_property
    def pack(self) -> PackBlock:
        from swc_mailer.adapters.pack import read_pack
        from swc_mailer.core.mailwire import pack_block

        return pack_block(read_pack(self._config.consultation.pack, self._config.folder))

    @cached_property
    def rules_version(self) -> str:
        from swc_mailer import __version__
        from swc_mailer.core.words import fingerprint

        return f"{__version__}+{fingerprint(self.words)}"

    def answering(self) -> Answering:
        from swc_mailer.answering import Answering

        return Answering(
            words=self.words,
            policy=self._config.policy(),
            register=self.register,
            templates=self.templates,
            wording=self._config.wording(),
            welsh=self._welsh,
            sender=self._config.sender,
            pack=self.pack,
            key=self._store.secret("message-id"),
            rules_version=self.rules_version,
            new_id=new_id,
            mode=self._config.delivery.mode,
        )

    def close(self) -> None:
        if "register" in self.__dict__:
            self.register.close()
