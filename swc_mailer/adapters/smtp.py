"""Sends replies over one SMTP connection, opened by aiosmtplib, and says in our own words what became of each.

The reply's bytes are written as they are: `data()` of the library would copy and scan the whole pack for each reply. What
matters most is the border at DATA: before its first byte nothing was taken and the reply may be sent again; after it only
the server's answer tells, and without one the delivery is unknown.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Thread

import aiosmtplib
from aiosmtplib import SMTPException, SMTPResponseException

from swc_mailer.adapters.oauth2_mistakes import mail_server_mend
from swc_mailer.adapters.smtp_answers import Answer, Answers
from swc_mailer.adapters.tls import certificate_ends, tls_context, tls_problem
from swc_mailer.core.mailwire import ADDRESS, SERVICE_CLOSING, one_line, plain
from swc_mailer.errors import ConfigError, DeliveryUnknown, LoginRefused, Refused, TryLater, Unreachable
from swc_mailer.faults import fault_point
from swc_mailer.ports import Wire

ANSWER_LENGTH = 200
SLOWEST = 16_384  # bytes a second: how slow a line may be before a body that is being sent counts as stuck
# What providers refuse for good, by its code, and take again when a day or a minute is over: the reply is not at fault.
LIMIT_REACHED = re.compile(
    r"SubmissionQuotaExceeded"  # Exchange Online: 554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException
    r"|^5\.7\.23[23]\b"  # Exchange Online: the tenant's external recipients of a day
    r"|^5\.4\.5\b.*\blimit"  # Gmail: Daily user sending limit, Daily SMTP relay limit exceeded for user
    r"|SMTP relay limit exceeded for customer",  # Gmail: 550 5.7.1 Daily …, 450 4.2.1 Peak …
    re.IGNORECASE,
)
OK, GO_AHEAD = 250, 354  # the second to DATA: what comes next is the body
WANTS_LOGIN = {530, 535}  # RFC 4954 section 6: answered to MAIL, it concerns the account and not the reply


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """`[smtp]` of the configuration, as far as it concerns the connection."""

    host: str
    port: int = 587
    security: str = "starttls"  # "tls", "starttls" or "none"
    username: str = ""  # no log-in where empty
    password: str = field(default="", repr=False)
    access_token: Callable[[], str] | None = field(default=None, repr=False)  # OAuth2: asked anew for each connection
    ca_file: Path | None = None
    timeout_seconds: float = 60

    @property
    def server(self) -> str:
        return f"{self.host}:{self.port}"


async def connect(settings: SmtpSettings) -> SmtpMailer:
    """Connect, encrypt and log in as configured. Raises ConfigError, LoginRefused or Unreachable."""
    client = aiosmtplib.SMTP(
        hostname=settings.host,
        port=settings.port,
        use_tls=settings.security == "tls",
        start_tls=False,  # asked for below, where its absence can be told from other failures
        tls_context=None if settings.security == "none" else tls_context(settings.ca_file, section="smtp"),
        timeout=settings.timeout_seconds,
        local_hostname="[127.0.0.1]",  # a literal, as mail programs send it: asking the DNS for our name can take long
    )
    try:
        await client.connect()
        await client.ehlo()
        if settings.security == "starttls":
            await _start_tls(client, settings)
        if settings.username:
            await _log_in(client, settings)
    except (SMTPException, OSError) as error:
        client.close()
        raise _not_connected(error, settings) from error
    except BaseException:
        client.close()
        raise
    return SmtpMailer(client, settings)


async def _start_tls(client: aiosmtplib.SMTP, settings: SmtpSettings) -> None:
    if not client.supports_extension("starttls"):
        raise ConfigError(
            f"smtp.security: {settings.server} offers no STARTTLS, and nothing is sent in clear: "
            'try security = "tls" (mostly port 465), or another port'
        )
    await client.starttls()
    await client.ehlo()


async def _log_in(client: aiosmtplib.SMTP, settings: SmtpSettings) -> None:
    """One attempt by one method: trying all of them with a wrong password is what locks accounts."""
    if settings.access_token:
        await _log_in_by_token(client, settings, settings.access_token)
        return
    ways = {"plain": client.auth_plain, "login": client.auth_login, "cram-md5": client.auth_crammd5}
    way = next((log_in for name, log_in in ways.items() if name in client.server_auth_methods), None)
    if way is None:
        raise ConfigError(
            f"smtp.username: {settings.server} offers no log-in by password here: check smtp.port and smtp.security"
        )
    await way(settings.username.encode(), settings.password.encode())


async def _log_in_by_token(client: aiosmtplib.SMTP, settings: SmtpSettings, access_token: Callable[[], str]) -> None:
    if "xoauth2" not in client.server_auth_methods:
        raise ConfigError(
            f"smtp.oauth2: {settings.server} offers no log-in by token here: check smtp.host, smtp.port and smtp.security"
        )
    await client.auth_xoauth2(settings.username, await _beside(access_token))


async def _beside(fetch: Callable[[], str]) -> str:
    """In a thread, for a token that must be fetched first would hold up the replies on other connections. Not by `to_thread`:
    its threads are waited for at the end, and a run that is told to stop waits for no server."""
    fetched = Future[str]()

    def work() -> None:
        if not fetched.set_running_or_notify_cancel():
            return
        try:
            fetched.set_result(fetch())
        except BaseException as error:  # noqa: BLE001 -- whoever awaits it gets it
            fetched.set_exception(error)

    Thread(target=work, daemon=True).start()
    return await asyncio.wrap_future(fetched)


def _not_connected(error: Exception, settings: SmtpSettings) -> Exception:
    """What a failure to connect means, by who must act."""
    if isinstance(error, aiosmtplib.SMTPAuthenticationError) and error.code >= 500:
        mend = mail_server_mend(error.message) if settings.access_token else "correct smtp.username and smtp.password"
        return LoginRefused(
            f"{settings.server} refused the log-in of {settings.username} ({_answer(error.code, error.message)}): {mend}"
        )
    if isinstance(error, SMTPResponseException):
        return Unreachable(f"{settings.server} does not take mail now: {_answer(error.code, error.message)}")
    problem = tls_problem(error, section="smtp", server=settings.server)
    return problem or Unreachable(f"{settings.server} could not be reached: {plain(str(error))}")


@dataclass(frozen=True, slots=True)
class Command:
    """A line to the server, and the codes of answers that let us go on."""

    verb: str
    argument: str = ""
    accepted: Collection[int] = frozenset({OK})

    @property
    def line(self) -> bytes:
        return f"{self.verb} {self.argument}".rstrip().encode() + b"\r\n"


RSET, QUIT = Command("RSET"), Command("QUIT")


class SmtpMailer:
    """Implements `ports.Mailer` on one connection."""

    def __init__(self, client: aiosmtplib.SMTP, settings: SmtpSettings) -> None:
        assert isinstance(client.transport, asyncio.Transport), "it is connected"
        self._client = client
        self._settings = settings
        self._transport = client.transport
        self._answers = Answers()
        self._transport.set_protocol(self._answers)

    @property
    def largest(self) -> int | None:
        """How many bytes a message may have (RFC 1870); None where the server does not say."""
        told = self._client.esmtp_extensions.get("size", "").strip()
        return int(told) or None if told.isdecimal() else None

    @property
    def certificate_ends(self) -> datetime | None:
        """None where the connection is not encrypted."""
        return certificate_ends(self._client.get_transport_info("ssl_object"))

    async def send(self, wire: Wire, *, sender: str, recipient: str) -> str:
        """As `ports.Mailer.send`. After TryLater with code 421, Unreachable, LoginRefused or DeliveryUnknown the connection
        is closed, and any further `send` is Unreachable."""
        if not (ADDRESS.fullmatch(sender) and ADDRESS.fullmatch(recipient)):
            raise Refused(553, "The address is not one plain ASCII address, and SMTPUTF8 is not used.")
        size = f" SIZE={wire.size}" if self._client.supports_extension("size") else ""
        commands = (
            Command("MAIL", f"FROM:<{sender}>{size}"),
            Command("RCPT", f"TO:<{recipient}>", {OK, 251}),
            Command("DATA", accepted={GO_AHEAD}),
        )
        together = self._client.supports_extension("pipelining")
        for some in [commands] if together else [(command,) for command in commands]:
            await self._ask(some)
        return await self._body(wire)

    async def close(self) -> None:
        """Say goodbye; a server that does not answer it has taken or refused every reply all the same."""
        await self._said([QUIT], patience=min(5, self._settings.timeout_seconds))
        self._client.close()

    async def _ask(self, commands: Sequence[Command]) -> None:
        """Commands before the body; raises what the first answer means that is not accepted."""
        answers, lost = await self._said(commands, patience=self._settings.timeout_seconds)
        refused = next(((one, said) for one, said in zip(commands, answers, strict=False) if said.code not in one.accepted), None)
        if refused:
            await self._after_refusal(answers[-1])
            raise self._meaning(*refused)
        if lost:
            raise Unreachable(f"{self._settings.server} went away before the reply was sent: {plain(str(lost))}") from lost

    async def _said(self, commands: Sequence[Command], *, patience: float) -> tuple[list[Answer], OSError | None]:
        """Send commands in one write. Gives the answers that came, and what kept the others away; then the connection is closed,
        as it is by 421."""
        answers: list[Answer] = []
        try:
            self._write(b"".join(command.line for command in commands))
            while len(answers) < len(commands):
                answers.append(await self._answers.next(patience=patience))
                if answers[-1].code == SERVICE_CLOSING:
                    self._abort()
                    break
        except OSError as error:
            self._abort()
            return answers, error
        except BaseException:
            self._abort()
            raise
        return answers, None

    @property
    def _closed(self) -> bool:
        """A TLS transport says so only a little after the server has ended the connection."""
        return self._transport.is_closing() or self._answers.ended

    def _write(self, line: bytes) -> None:
        if self._closed:
            raise ConnectionError("the connection was closed")
        self._answers.forget()
        self._transport.write(line)

    async def _after_refusal(self, last: Answer) -> None:
        """The server may keep the sender it has accepted: without RSET the next MAIL would be refused. And it may accept DATA
        although nobody is left to send to. RFC 2920 section 3.1 would end that with a lone dot, which some server might take for
        a message: here the connection ends instead, and a message without its end is none."""
        if last.code == GO_AHEAD:
            self._abort()
        elif not self._closed:
            answers, _lost = await self._said([RSET], patience=self._settings.timeout_seconds)
            if not (answers and answers[0].code in RSET.accepted):
                self._abort()  # the verdict on this reply stands; the next one finds the connection closed

    def _meaning(self, command: Command, answer: Answer) -> Exception:
        if command.verb == "MAIL" and answer.code in WANTS_LOGIN:
            return LoginRefused(f"{self._settings.server} wants a log-in (smtp.username, smtp.password): {_answer(*answer)}")
        return self._verdict(answer) or Unreachable(f"{self._settings.server} gave no clear answer: {_answer(*answer)}")

    async def _body(self, wire: Wire) -> str:
        """The reply and its final dot, then the server's answer."""
        if self._closed:
            raise Unreachable(f"{self._settings.server} went away before the reply was sent")
        self._answers.forget()
        fault_point("send.before_data")
        patience = self._settings.timeout_seconds + wire.size / SLOWEST
        try:
            for piece in wire.pieces:
                self._transport.write(piece)
                fault_point("send.half_of_data")
            self._transport.write(b".\r\n")
            fault_point("send.after_last_byte")
            answer = await self._answers.next(patience=patience)
        except OSError as error:
            self._abort()
            raise DeliveryUnknown(f"{self._settings.server} did not answer to the reply: {plain(str(error))}") from error
        except BaseException:
            self._abort()
            raise
        return self._taken(answer)

    def _taken(self, answer: Answer) -> str:
        if 200 <= answer.code < 300:
            return _answer(*answer)
        # An early refusal may come while the body is still on its way: what is left of it must not be read as commands.
        self._abort()
        raise self._verdict(answer) or DeliveryUnknown(f"{self._settings.server} gave no clear answer: {_answer(*answer)}")

    def _verdict(self, answer: Answer) -> Refused | TryLater | Unreachable | None:
        """What an answer says of the reply, by its first digit (RFC 5321 section 4.2.1), or of the mailbox; None where it says
        nothing."""
        words = one_line(answer.words, ANSWER_LENGTH)
        if LIMIT_REACHED.search(words):
            return Unreachable(f"{self._settings.server} takes no more from this mailbox for now: {answer.code} {words}")
        match answer.code // 100:
            case 4:
                return TryLater(answer.code, words)
            case 5:
                return Refused(answer.code, words)
            case _:
                return None

    def _abort(self) -> None:
        """Close at once and drop what is not yet written, so that no reply is completed behind our back."""
        self._transport.abort()
        self._client.close()


def _answer(code: int, message: str) -> str:
    """The server's answer as one line of limited length."""
    return f"{code} {one_line(message, ANSWER_LENGTH)}"
