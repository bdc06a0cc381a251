"""Opens connections to the IMAP server, by imapclient: settings in, a client out that is logged in.

Every failure becomes one of our errors, sorted by who must act. imapclient's errors are imaplib's: `abort`, like OSError, means
that the connection is of no more use; any other `error` that the server answered NO or BAD, or something unreadable.
"""

from __future__ import annotations

import imaplib
import re
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from imapclient import IMAPClient

from swc_mailer.adapters.oauth2_mistakes import mail_server_mend
from swc_mailer.adapters.tls import tls_context, tls_problem
from swc_mailer.core.mailwire import one_line
from swc_mailer.errors import ConfigError, LoginRefused, SwcMailerError, Unreachable
from swc_mailer.ports import account_of

ANSWER_LENGTH = 200
SECONDS_TO_LOG_OUT = 5.0
LOST = (imaplib.IMAP4.abort, OSError)
REFUSED = (imaplib.IMAP4.error, ValueError, OverflowError)  # the last two: imapclient could not read the answer
FOR_NOW = {"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"}  # RFC 5530: the server's trouble, not the account's
NOT_CONNECTED = "authenticated but not connected"  # Exchange takes any token of its tenant, and minds at the next command
RESPONSE_CODE = re.compile(r"\[([A-Z][A-Z-]*)[ \]]")
AS_BYTES = re.compile(r"b(['\"])(.*)\1", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ImapSettings:
    """`[imap]` of the configuration, as far as it concerns the connection and the folders."""

    host: str
    username: str
    port: int = 993
    security: str = "tls"  # "tls", "starttls" or "none"
    password: str = field(default="", repr=False)
    access_token: Callable[[], str] | None = field(default=None, repr=False)  # OAuth2: asked anew for each connection
    ca_file: Path | None = None
    folder: str = "INBOX"
    answered: str = "swc/Answered"
    review: str = "swc/Review"
    ignored: str = "swc/Ignored"
    sent: str = ""
    timeout_seconds: float = 60

    @property
    def server(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def account(self) -> str:
        return account_of(self.username, self.host)


# --- errors in our words -----------------------------------------------------------------------------------


def answer(error: BaseException) -> str:
    """What the server or the system said, as one line of limited length."""
    text = getattr(error, "strerror", None) or str(error)
    quoted = AS_BYTES.fullmatch(text)
    return one_line(quoted[2] if quoted else text, ANSWER_LENGTH)


def code(error: BaseException) -> str:
    """The response code of an answer: "TRYCREATE" of "[TRYCREATE] No such mailbox"; "" where it has none."""
    found = RESPONSE_CODE.search(str(error))
    return found[1] if found else ""


def lost(error: BaseException, settings: ImapSettings) -> Unreachable:
    if isinstance(error, TimeoutError):
        return Unreachable(
            f"{settings.server} did not answer within {settings.timeout_seconds:g} seconds: the next run tries again"
        )
    return Unreachable(f"{settings.server} broke the connection off ({answer(error)}): the next run tries again")


def refused(error: Exception, settings: ImapSettings) -> SwcMailerError:
    if code(error) == "OVERQUOTA":
        return Unreachable(
            f"The mailbox of {settings.account} is full, so that messages cannot be filed ({answer(error)}): "
            "make room in it, or have its quota raised"
        )
    if NOT_CONNECTED in str(error):
        return login_refused(error, settings)
    return Unreachable(f"{settings.server} refused what was asked ({answer(error)}): the next run tries again")


def not_connected(error: Exception, settings: ImapSettings) -> SwcMailerError:
    """What a failure to connect means, by who must act."""
    if problem := tls_problem(error, section="imap", server=settings.server):
        return problem
    if isinstance(error, socket.gaierror):
        return Unreachable(f"imap.host: {settings.host} is not known here ({answer(error)}): correct it if it stays so")
    if isinstance(error, TimeoutError):
        return Unreachable(
            f"{settings.server} did not answer within {settings.timeout_seconds:g} seconds: "
            "check imap.host, imap.port and imap.security if it stays so"
        )
    if isinstance(error, imaplib.IMAP4.abort) and "unexpected response" in str(error):
        return ConfigError(f"imap.port: {settings.server} does not speak IMAP ({answer(error)}): correct imap.host or imap.port")
    if isinstance(error, LOST):
        return Unreachable(
            f"{settings.server} could not be reached ({answer(error)}): check imap.host and imap.port if it stays so"
        )
    return Unreachable(f"{settings.server} takes no log-ins now ({answer(error)}): the next run tries again")


def not_logged_in(error: Exception, settings: ImapSettings) -> SwcMailerError:
    """imapclient words a connection that broke during the log-in as a refusal: only what it was raised from tells."""
    cause = error.__context__ if isinstance(error.__context__, imaplib.IMAP4.abort) else error
    if isinstance(cause, LOST):
        return lost(cause, settings)
    if code(error) in FOR_NOW:
        return Unreachable(f"{settings.server} takes no log-ins now ({answer(error)}): the next run tries again")
    return login_refused(error, settings)


def login_refused(error: Exception, settings: ImapSettings) -> LoginRefused:
    mend = mail_server_mend(str(error)) if settings.access_token else "correct imap.username or imap.password"
    return LoginRefused(f"{settings.server} refused the log-in of {settings.username} ({answer(error)}): {mend}")


# --- connect, encrypt, log in ------------------------------------------------------------------------------


def connect(settings: ImapSettings) -> IMAPClient:
    """A client that is logged in. Raises ConfigError, LoginRefused or Unreachable."""
    context = None if settings.security == "none" else tls_context(settings.ca_file, section="imap")
    try:
        client = IMAPClient(
            settings.host,
            settings.port,
            ssl=settings.security == "tls",
            ssl_context=context,
            timeout=settings.timeout_seconds,
        )
    except (*LOST, *REFUSED) as error:
        raise not_connected(error, settings) from error
    client.normalise_times = False
    # imapclient formats every literal into a debug line: half the time of a fetch, and members' mail in a root logger's log.
    client._imap.debug = 0
    # imaplib sends a command's line end by itself: without this it waits 40 ms for the other side's delayed acknowledgement.
    client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        if settings.security == "starttls":
            _start_tls(client, settings, context)
        _log_in(client, settings)
    except BaseException:
        hang_up(client)
        raise
    return client


def _start_tls(client: IMAPClient, settings: ImapSettings, context: object) -> None:
    if not client.has_capability("STARTTLS"):
        raise ConfigError(
            f"imap.security: {settings.server} offers no STARTTLS, and no password is sent in clear: "
            'try security = "tls" (mostly port 993)'
        )
    try:
        client.starttls(context)
    except (*LOST, *REFUSED) as error:
        raise not_connected(error, settings) from error


def _log_in(client: IMAPClient, settings: ImapSettings) -> None:
    """One attempt by one method: trying all of them with a wrong password is what locks accounts."""
    try:
        way = _token_way(client, settings) if settings.access_token else _password_way(client, settings)
        way()
        client.capabilities()  # asked anew: before the log-in a server tells less
    except (*LOST, *REFUSED) as error:
        raise not_logged_in(error, settings) from error


def _token_way(client: IMAPClient, settings: ImapSettings) -> Callable[[], object]:
    assert settings.access_token
    token = settings.access_token()
    if client.has_capability("AUTH=XOAUTH2"):
        return lambda: client.oauth2_login(settings.username, token)
    if client.has_capability("AUTH=OAUTHBEARER"):
        return lambda: client.oauthbearer_login(settings.username, token)
    raise ConfigError(f"imap.oauth2: {settings.server} offers no log-in by token here: give imap.password in its place")


def _password_way(client: IMAPClient, settings: ImapSettings) -> Callable[[], object]:
    """PLAIN where it is offered, for LOGIN can carry neither a pound sign nor a user name with a space or backslash."""
    if client.has_capability("AUTH=PLAIN"):
        return lambda: client.plain_login(settings.username, settings.password)
    if client.has_capability("LOGINDISABLED"):
        raise ConfigError(
            f"imap.security: {settings.server} offers no log-in by password here: "
            'set security = "tls" or "starttls", or use [imap.oauth2]'
        )
    both = settings.username + settings.password
    if not (both.isascii() and both.isprintable()):
        raise ConfigError(f"imap.password: {settings.server} takes only ASCII characters in user name and password")
    quoted = re.sub(r'(["\\])', r"\\\1", settings.username)
    return lambda: client.login(f'"{quoted}"', settings.password)


def hang_up(client: IMAPClient) -> None:
    """Close the connection without a word."""
    with suppress(*LOST, *REFUSED):
        client.shutdown()


def log_out(client: IMAPClient) -> None:
    """Say goodbye, and do not wait long for the answer."""
    with suppress(*LOST, *REFUSED):
        sock = client.socket()
        sock.settimeout(min(SECONDS_TO_LOG_OUT, sock.gettimeout()))
        client.logout()
    hang_up(client)
