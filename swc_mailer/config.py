"""The configuration: its sections, and the values that the rules and adapters take from it.

`config_file.py` reads the TOML file and the environment into it; `config_sections.py` has every section and key.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, PrivateAttr

from swc_mailer.config_sections import (
    Alert,
    Consultation,
    Delivery,
    Health,
    Imap,
    Labels,
    Limits,
    Metrics,
    Notice,
    Register,
    Retention,
    Section,
    Serve,
    Smtp,
    Store,
    Trust,
    Watch,
)
from swc_mailer.config_values import sqlite_path

if TYPE_CHECKING:
    from swc_mailer.core.compose import Wording
    from swc_mailer.core.model import Mailbox, Policy


class Config(Section):
    """The whole configuration. `register_`, for `register` is a name that Python's classes have taken."""

    imap: Imap
    smtp: Smtp
    register_: Register = Field(alias="register")
    consultation: Consultation
    trust: Trust
    limits: Limits
    store: Store
    delivery: Delivery
    labels: Labels
    retention: Retention
    serve: Serve
    watch: Watch
    metrics: Metrics
    health: Health
    notice: Notice
    alert: Alert

    _file: Path = PrivateAttr()

    def model_post_init(self, context: Any) -> None:
        self._file = Path(context).absolute()

    @property
    def file(self) -> Path:
        """The TOML file that it was read from."""
        return self._file

    @property
    def folder(self) -> Path:
        return self._file.parent

    @property
    def store_path(self) -> Path | None:
        """The embedded store's file; None for PostgreSQL."""
        return sqlite_path(self.store.url)

    @property
    def index_path(self) -> Path:
        """The register's index, beside the store."""
        return self._beside_store("-register.db")

    @property
    def lock_path(self) -> Path:
        """The lock that a run holds, beside the store."""
        return self._beside_store(".lock")

    @property
    def labels_lock_path(self) -> Path:
        """The lock that `labels` holds, beside the store."""
        return self._beside_store("-labels.lock")

    @property
    def alert_path(self) -> Path:
        """What remembers that the store cannot be used, beside the store."""
        return self._beside_store("-alert")

    @property
    def token_path(self) -> Path:
        """Where OAuth2 tokens are kept that have no file of their own, beside the store."""
        return self._beside_store("-tokens.json")

    @property
    def secret_files(self) -> tuple[Path, ...]:
        """The files that hold a password, a key or tokens; that of the tokens may not be there yet."""
        holders: list[Path | None] = []
        for account in (self.imap, self.smtp):
            oauth2 = account.oauth2
            holders += [account.password_file, oauth2.client_secret_file, oauth2.key_file]
            holders += [oauth2.token_file or self.token_path] if oauth2.provider else []
            written = (account.password, oauth2.client_secret)
            holders += [self.file] if any(secret.get_secret_value() for secret in written) else []
        holders += [self.file] if urlsplit(self.store.url).password or self.store.raw_key.get_secret_value() else []
        holders += [self.store.raw_key_file]
        return tuple(dict.fromkeys(path for path in holders if path))

    def _beside_store(self, ending: str) -> Path:
        store = self.store_path or self.folder / "swc-mailer.db"
        return store.with_name(store.stem + ending)

    @property
    def account(self) -> str:
        """Whose inbox is taken in, as the store notes it with each message."""
        from swc_mailer.ports import account_of

        return account_of(self.imap.username, self.imap.host)

    @property
    def sender(self) -> Mailbox:
        """Whom our replies come from."""
        from swc_mailer.core.model import Mailbox

        return Mailbox(self.smtp.from_name, self.smtp.from_address)

    @property
    def own_emails(self) -> frozenset[str]:
        """Our own addresses, lower case: never answered."""
        found = [self.smtp.from_address, self.smtp.username, self.imap.username, *self.consultation.own_addresses]
        return frozenset(address.lower() for address in found if "@" in address)

    @property
    def inbox_emails(self) -> frozenset[str]:
        """The addresses by which mail comes into the inbox, lower case."""
        return frozenset(address.lower() for address in (self.smtp.from_address, self.imap.username) if "@" in address)

    @property
    def own_postcodes(self) -> frozenset[str]:
        """Our office's postcodes, without spaces, upper case: never a member's."""
        from swc_mailer.core.postcodes import find_postcodes

        named = [text for text in self.consultation.own_addresses if "@" not in text]
        printed = [found.value for line in self.consultation.post_to for found in find_postcodes(line)]
        return frozenset("".join(postcode.split()).upper() for postcode in [*named, *printed])

    def policy(self) -> Policy:
        """What the rules need."""
        from swc_mailer.core.model import Limits as PolicyLimits
        from swc_mailer.core.model import Policy

        return Policy(
            deadline=self.consultation.deadline,
            timezone=ZoneInfo(self.consultation.timezone),
            own_addresses=self.own_emails,
            own_postcodes=self.own_postcodes,
            post_to=self.consultation.post_to,
            number_pattern=self.register_.number_pattern,
            authserv_id=self.trust.authserv_id,
            own_lists=frozenset(self.trust.own_lists),
            spam_headers=self.trust.spam_headers,
            max_message_bytes=self.imap.max_message_bytes,
            limits=PolicyLimits(**self.limits.model_dump()),
        )

    def wording(self) -> Wording:
        """What the templates say of the consultation."""
        from swc_mailer.core.compose import Wording

        return Wording(
            title=self.consultation.title,
            deadline=self.consultation.deadline,
            timezone=ZoneInfo(self.consultation.timezone),
            agm=self.consultation.agm,
            post_to=self.consultation.post_to,
            contact=self.consultation.contact,
            privacy=self.consultation.privacy,
            organisation=self.smtp.from_name,
        )

    def welsh_wording(self) -> Wording:
        """The same in Welsh, as far as it is given so."""
        from swc_mailer.core.dates import in_welsh
        from swc_mailer.core.model import Language

        wording, welsh = self.wording(), self.consultation.welsh
        return replace(
            wording,
            title=welsh.title or wording.title,
            agm=welsh.agm or in_welsh(wording.agm),
            contact=welsh.contact or wording.contact,
            privacy=welsh.privacy or wording.privacy,
            language=Language.WELSH,
        )
