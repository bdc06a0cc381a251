"""The sections of the configuration: every key with its default. `config_values.py` checks single values."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from swc_mailer.config_values import (
    Count,
    Day,
    Email,
    Emails,
    Filled,
    Flow,
    Globs,
    Heading,
    Host,
    Https,
    Length,
    LimitsOf,
    NeededFile,
    NumberPattern,
    OptionalFile,
    OptionalFolder,
    OptionalNewFile,
    OptionalRawKeyFile,
    OptionalSecretFile,
    OwnAddresses,
    Port,
    Positive,
    Provider,
    RawKeys,
    Seconds,
    Security,
    SpamHeaders,
    StoreUrl,
    Text,
    Texts,
    TimeZone,
    Web,
)

if TYPE_CHECKING:
    from swc_mailer.core.pacing import Limits as SendingLimits

POST_TO = (
    "Consultation on sex work",
    "c/o Chief Executive's Office",
    "Amnesty International UK",
    "Human Rights Action Centre",
    "17-25 New Inn Yard",
)


LIMIT_KEYS = {
    "connections": "connections",
    "messages_per_minute": "per_minute",
    "messages_per_connection": "per_connection",
    "messages_per_day": "per_day",
}


class Section(BaseModel):
    """Strict: text is no number. Errors show no input, for that may be a secret."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


def secret_of(written: SecretStr, file: Path | None) -> str:
    """A secret from wherever it stands; "" where there is none."""
    return file.read_text(encoding="utf-8").strip("\r\n") if file else written.get_secret_value()


class OAuth2(Section):
    """Log-in by token instead of a password, where `provider` is given; `config_oauth2.py` tells what each flow needs."""

    provider: Provider = None
    flow: Flow = None
    tenant: Text = ""
    client_id: Text = ""
    client_secret: SecretStr = SecretStr("")
    client_secret_file: OptionalSecretFile = None
    client_secret_expires: Day = None
    key_file: OptionalSecretFile = None
    token_file: OptionalNewFile = None
    scopes: Texts = ()
    authority: Https = ""
    ca_file: OptionalFile = None

    def secret(self) -> str:
        return secret_of(self.client_secret, self.client_secret_file)


class Account(Section):
    """A server with a log-in by password or by token."""

    password: SecretStr = SecretStr("")
    password_file: OptionalSecretFile = None
    oauth2: OAuth2 = OAuth2()

    def secret(self) -> str:
        return secret_of(self.password, self.password_file)


class Imap(Account):
    host: Host
    port: Port = 993
    security: Security = "tls"
    username: Filled
    ca_file: OptionalFile = None
    folder: Filled = "INBOX"
    answered: Filled = "swc/Answered"
    review: Filled = "swc/Review"
    ignored: Filled = "swc/Ignored"
    sent: Text = ""
    max_message_bytes: Positive = 26_214_400
    timeout_seconds: Seconds = 60


class Smtp(Account):
    host: Host
    port: Port = 587
    security: Security = "starttls"
    username: Text = ""
    ca_file: OptionalFile = None
    from_name: Text = ""
    from_address: Email
    limits: LimitsOf = ""
    connections: Annotated[int, Field(ge=1, le=100)] = 4
    messages_per_minute: Count = 0
    messages_per_connection: Count = 0
    messages_per_day: Count = 0
    timeout_seconds: Seconds = 60

    @property
    def mailbox(self) -> str:
        """What replies go through: the limits are its own."""
        return f"{self.username or self.from_address}@{self.host}".lower()

    @property
    def sending_limits(self) -> SendingLimits:
        """Those of the provider, but for the keys that are given."""
        from swc_mailer.core.pacing import PROVIDERS
        from swc_mailer.core.pacing import Limits as SendingLimits

        given = {ours: getattr(self, key) for key, ours in LIMIT_KEYS.items() if key in self.model_fields_set}
        return replace(PROVIDERS.get(self.limits, SendingLimits()), **given)


class Columns(Section):
    """Our names, and the CSV's headings for them; the cells of several headings join."""

    membership_number: Heading = "membership_number"
    name: Heading = "name"
    address: Heading = ("address_1", "address_2", "town", "county")
    postcode: Heading = "postcode"
    email: Heading = "email"
    status: Heading = "status"

    def mapping(self) -> dict[str, str | tuple[str, ...]]:
        return self.model_dump()


class Register(Section):
    path: NeededFile
    encoding: Filled = "auto"
    delimiter: Annotated[str, Field(pattern=r"^(auto|.)$")] = "auto"
    number_pattern: NumberPattern = r"\d{6,8}"
    accepted_statuses: Texts = ("current",)
    columns: Columns = Columns()


class Welsh(Section):
    """Replies to who writes in Welsh. What is left empty is said as in English."""

    replies: bool = True
    title: Text = ""
    agm: Text = ""
    contact: Text = ""
    privacy: Text = ""


class Consultation(Section):
    title: Filled
    deadline: date
    timezone: TimeZone = "Europe/London"
    agm: Text = "12-13 April 2014"
    pack: Globs
    post_to: Texts = POST_TO
    contact: Text = ""
    privacy: Text = ""
    own_addresses: OwnAddresses = ()
    templates: OptionalFolder = None
    rules: OptionalFolder = None
    welsh: Welsh = Welsh()


class Trust(Section):
    authserv_id: Text = ""
    own_lists: Texts = ()
    spam_headers: SpamHeaders = ("X-Spam-Flag: YES",)


class Limits(Section):
    replies_per_day: Count = 3
    replies_per_request: Count = 5
    replies_total_per_day: Count = 0
    details_missing_per_gap: Count = 1
    packs_per_member: Count = 3
    pack_again_after_hours: Count = 24
    numbers_per_day: Count = 4


class Store(Section):
    url: StoreUrl = Field(default="sqlite:///swc-mailer.db", validate_default=True, repr=False)
    raw_key: RawKeys = SecretStr("")
    raw_key_file: OptionalRawKeyFile = None

    def raw_keys(self) -> tuple[str, ...]:
        """By which messages and scans are encrypted, the newest first; none where they are not."""
        return tuple(secret_of(self.raw_key, self.raw_key_file).split())


class Delivery(Section):
    mode: Literal["email", "post", "both"] = "email"
    hold: bool = False


class Retention(Section):
    raw_days: Count = 180
    request_days: Count = 365
    audit_days: Count = 730


def known_sheet(text: str) -> str:
    from swc_mailer.core.label_sheets import read_sheet

    read_sheet(text)
    return text


class Labels(Section):
    """The window is where an address shows however a letter lies in its envelope, in millimetres from its upper left corner."""

    sheet: Annotated[Filled, AfterValidator(known_sheet)] = "L7160"
    window_left: Length = 20
    window_top: Length = 55
    window_width: Length = 80
    window_height: Length = 24
    font: OptionalFile = None


class Serve(Section):
    host: Host = "127.0.0.1"
    port: Port = 8025
    public_url: Text = ""
    session_hours: Positive = 8
    undo_seconds: Count = 10


class Notice(Section):
    """The mail that tells staff that something waits."""

    to: Emails = ()
    hour: Annotated[int, Field(ge=0, le=23)] = 8
    older_than_hours: Count = 48


class Alert(Section):
    """The mail that tells that runs have trouble."""

    to: Emails = ()
    after_minutes: Count = 15


class Metrics(Section):
    textfile: OptionalNewFile = None


class Health(Section):
    """Whoever knows the address can ping, so it is not shown."""

    ping_url: Web = Field(default="", repr=False)


class Watch(Section):
    """RFC 2177: a server may hang up on a client that has idled for 30 minutes without a word."""

    poll_seconds: Seconds = 60
    idle_seconds: Annotated[float, Field(gt=0, le=29 * 60)] = 540
