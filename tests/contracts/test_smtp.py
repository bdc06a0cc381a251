"""The Mailer against a real server that misbehaves: which of our errors each fault at each step becomes."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import trustme

from swc_mailer.adapters.smtp import SmtpMailer, SmtpSettings, connect
from swc_mailer.core.mailwire import wire
from swc_mailer.errors import (
    ConfigError,
    DeliveryUnknown,
    LoginRefused,
    Refused,
    SwcMailerError,
    TryLater,
    Unreachable,
)
from tests.servers.smtp import SmtpServer

MESSAGE = b"Subject: hello\r\n\r\n.a line that begins with a dot\r\n" + b"x" * 70 + b"\r\n"
LONG = MESSAGE + (b"y" * 70 + b"\r\n") * 100


def settings(server: SmtpServer, **others: object) -> SmtpSettings:
    chosen = {"host": "127.0.0.1", "port": server.port, "security": "none", "timeout_seconds": 5} | others
    return SmtpSettings(**chosen)  # type: ignore[arg-type] # one table for all fields


async def send_one(mailer: SmtpMailer, message: bytes = MESSAGE, recipient: str = "ann@example.org") -> str:
    return await mailer.send(wire(message), sender="swc@example.org", recipient=recipient)


def deliver(server: SmtpServer, message: bytes = MESSAGE, **others: object) -> str:
    """Connect, send one message and say goodbye."""

    async def once() -> str:
        mailer = await connect(settings(server, **others))
        try:
            return await send_one(mailer, message)
        finally:
            await mailer.close()

    return asyncio.run(once())


def error_of(*faults: str, message: bytes = MESSAGE, **others: object) -> SwcMailerError:
    with SmtpServer(faults=faults) as server, pytest.raises(SwcMailerError) as caught:
        deliver(server, message, **others)
    return caught.value


# --- what is taken -----------------------------------------------------------------------------------------


def test_a_message_arrives_byte_for_byte_and_the_answer_is_returned() -> None:
    with SmtpServer() as server:
        answer = deliver(server)

    assert answer == "250 2.0.0 taken"
    assert [(taken.content, taken.mail_from, taken.rcpt_to) for taken in server.taken] == [
        (MESSAGE, "swc@example.org", ("ann@example.org",))
    ]


def test_pieces_are_written_one_after_the_other() -> None:
    block = b"--b\r\n\r\nQUJD\r\n--b--\r\n" * 5000

    async def once(server: SmtpServer) -> None:
        mailer = await connect(settings(server))
        await mailer.send(wire(MESSAGE, block), sender="swc@example.org", recipient="ann@example.org")
        await mailer.close()

    with SmtpServer() as server:
        asyncio.run(once(server))

    assert server.taken[0].content == MESSAGE + block


def test_one_connection_carries_many_messages_and_goes_on_after_a_refusal() -> None:
    async def several(server: SmtpServer) -> None:
        mailer = await connect(settings(server))
        await send_one(mailer)
        with pytest.raises(Refused):
            await send_one(mailer, recipient="nobody@bad.example")
        await send_one(mailer)
        await mailer.close()

    with SmtpServer(faults=["rcpt@*@bad.example=550 5.1.1 no such user"]) as server:
        asyncio.run(several(server))

    assert [taken.connection for taken in server.taken] == [1, 1]


@pytest.mark.parametrize("recipient", ["zoë@example.org", "ann", "", "ann@example.org>\r\nRCPT TO:<bob@example.org"])
def test_an_address_that_is_not_one_plain_address_is_refused_without_asking_the_server(recipient: str) -> None:
    async def once(server: SmtpServer) -> None:
        mailer = await connect(settings(server))
        try:
            await send_one(mailer, recipient=recipient)
        finally:
            await mailer.close()

    with SmtpServer() as server, pytest.raises(Refused, match="SMTPUTF8"):
        asyncio.run(once(server))

    assert not server.taken


# --- answers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "dot"])
@pytest.mark.parametrize("code", [500, 550, 552, 554])
def test_an_answer_of_5xx_refuses_the_reply(step: str, code: int) -> None:
    error = error_of(f"{step}={code} 5.7.1 not wanted")

    assert isinstance(error, Refused)
    assert (error.code, error.answer) == (code, "5.7.1 not wanted")


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "dot"])
@pytest.mark.parametrize("code", [421, 450, 451, 452])
def test_an_answer_of_4xx_puts_the_reply_off(step: str, code: int) -> None:
    error = error_of(f"{step}={code} 4.7.1 later")

    assert isinstance(error, TryLater)
    assert (error.code, error.answer) == (code, "4.7.1 later")


LIMITS_OF_PROVIDERS = [
    "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; Failed to process message",
    "550 5.7.233 Your message can't be sent because your tenant exceeded its daily limit for sending email",
    "550 5.4.5 Daily user sending limit exceeded. For more information on Gmail sending limits go to …",
    "550 5.4.5 Daily SMTP relay limit exceeded for user.",
    "550 5.7.1 Daily SMTP relay limit exceeded for customer.",
    "450 4.2.1 Peak SMTP relay limit exceeded for customer.",
]


@pytest.mark.parametrize("step", ["mail", "rcpt", "dot"])
@pytest.mark.parametrize("answer", LIMITS_OF_PROVIDERS)
def test_a_providers_limit_that_is_reached_is_no_fault_of_the_reply(step: str, answer: str) -> None:
    error = error_of(f"{step}={answer}")

    assert isinstance(error, Unreachable)
    assert "takes no more from this mailbox for now" in str(error)


@pytest.mark.parametrize("answer", ["550 5.4.5 no such route", "552 5.2.2 mailbox full: quota exceeded", "550 5.7.23 SPF"])
def test_what_only_looks_like_a_providers_limit_refuses_the_reply(answer: str) -> None:
    assert isinstance(error_of(f"rcpt={answer}"), Refused)


def test_after_421_the_connection_is_closed_and_of_no_more_use() -> None:
    async def twice(server: SmtpServer) -> None:
        mailer = await connect(settings(server))
        with pytest.raises(TryLater):
            await send_one(mailer)
        try:
            await send_one(mailer)
        finally:
            await mailer.close()

    with SmtpServer(faults=["mail#1=421 4.3.2 closing"]) as server, pytest.raises(Unreachable):
        asyncio.run(twice(server))


def test_a_refusal_stands_even_when_the_server_hangs_up_after_it() -> None:
    assert isinstance(error_of("rcpt=550 5.1.1 no such user", "rset=close"), Refused)


def test_an_answer_is_kept_as_one_line_of_limited_length_without_control_characters() -> None:
    error = error_of("dot=550-first \x1b[31m line\r\n550 " + "long " * 100)

    assert isinstance(error, Refused)
    assert error.answer.startswith("first [31m line long long")
    assert len(error.answer) <= 200


def test_mail_refused_for_want_of_a_log_in_is_the_accounts_fault_and_not_the_replys() -> None:
    with SmtpServer(login="swc:secret") as server, pytest.raises(LoginRefused, match=r"smtp\.username"):
        deliver(server)


# --- several commands in one write (RFC 2920) --------------------------------------------------------------

# How a server gives its answers, where it allows pipelining, and where it does not.
MANNERS: dict[str, dict[str, Any]] = {
    "one by one": {},
    "in one packet": {"answers": "together"},
    "byte by byte": {"answers": "bytewise"},
    "without pipelining": {"pipelining": False},
}


@pytest.fixture(params=list(MANNERS))
def manner(request: pytest.FixtureRequest) -> dict[str, Any]:
    return MANNERS[request.param]


def outcomes(server: SmtpServer, *recipients: str) -> list[str]:
    """What becomes of one message to each, over one connection where that lasts."""

    async def in_turn() -> list[str]:
        mailer, told = await connect(settings(server)), []
        for recipient in recipients:
            try:
                told.append(await send_one(mailer, recipient=recipient))
            except SwcMailerError as error:
                told.append(str(error))
        await mailer.close()
        return told

    return asyncio.run(in_turn())


def test_a_message_arrives_however_the_server_gives_its_answers(manner: dict[str, Any]) -> None:
    with SmtpServer(**manner) as server:
        told = outcomes(server, "ann@example.org", "bea@example.org")

    assert told == ["250 2.0.0 taken"] * 2
    assert [(taken.connection, taken.content) for taken in server.taken] == [(1, MESSAGE)] * 2


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("answer", ["550-5.7.1\r\n550 not wanted", "451 4.7.1 later"])
def test_after_a_refusal_the_next_message_goes_over_the_same_connection(manner: dict[str, Any], step: str, answer: str) -> None:
    with SmtpServer(faults=[f"{step}#1={answer}"], **manner) as server:
        refused, taken = outcomes(server, "ann@example.org", "bea@example.org")

    assert refused in (
        "The mail server refused the reply: 550 5.7.1 not wanted",
        "The mail server put the reply off: 451 4.7.1 later",
    )
    assert taken == "250 2.0.0 taken"
    assert [(taken.connection, taken.rcpt_to) for taken in server.taken] == [(1, ("bea@example.org",))]


@pytest.mark.parametrize("step", ["mail", "rcpt"])
def test_where_data_is_accepted_after_a_refusal_no_message_is_ended_and_the_refusal_stands(
    manner: dict[str, Any], step: str
) -> None:
    with SmtpServer(faults=[f"{step}#1=550 5.1.1 no such user", "data#1=354 go on"], **manner) as server:
        refused, next_one = outcomes(server, "ann@example.org", "bea@example.org")

    assert refused == "The mail server refused the reply: 550 5.1.1 no such user"
    assert ("went away before" if manner.get("pipelining", True) else "250 2.0.0 taken") in next_one
    assert {(taken.rcpt_to, taken.content) for taken in server.taken} <= {(("bea@example.org",), MESSAGE)}


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("action", ["close", "stall"])
def test_a_connection_lost_between_two_answers_leaves_the_message_unsent(manner: dict[str, Any], step: str, action: str) -> None:
    with SmtpServer(faults=[f"{step}={action}"], **manner) as server, pytest.raises(Unreachable, match="went away before"):
        deliver(server, timeout_seconds=0.1)

    assert not server.taken


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("answer", ["421 4.3.2 closing", "hang up 550 5.1.1 no such user", "hang up 452 4.3.1 full"])
def test_a_refusal_stands_when_the_server_hangs_up_with_it(manner: dict[str, Any], step: str, answer: str) -> None:
    with SmtpServer(faults=[f"{step}={answer}"], **manner) as server:
        refused, next_one = outcomes(server, "ann@example.org", "bea@example.org")

    assert answer.removeprefix("hang up ") in refused
    assert "went away before" in next_one
    assert not server.taken


def test_a_server_that_goes_away_once_it_waits_for_the_body_leaves_the_message_unsent_or_unknown() -> None:
    with SmtpServer(faults=["data=hang up 354 go on"]) as server, pytest.raises((Unreachable, DeliveryUnknown)):
        deliver(server)

    assert not server.taken


@pytest.mark.parametrize("answer", ["nonsense", "25", "²50 ok", "250-ok\r\n\r\n", "x" * 40_000])
def test_an_answer_that_is_none_leaves_the_message_unsent(manner: dict[str, Any], answer: str) -> None:
    with SmtpServer(faults=[f"rcpt={answer}"], **manner) as server, pytest.raises(Unreachable):
        deliver(server)

    assert not server.taken


def test_an_answer_without_an_end_is_not_waited_for(manner: dict[str, Any]) -> None:
    endless = "250-on\r\n" * 5_000
    with SmtpServer(faults=[f"rcpt={endless}250-and on"], **manner) as server, pytest.raises(Unreachable, match="without an end"):
        deliver(server, timeout_seconds=20)


def test_what_a_server_says_unasked_answers_nothing() -> None:
    with SmtpServer(faults=["dot#1=take 250 2.0.0 taken\r\n550 5.0.0 odd"]) as server:
        told = outcomes(server, "ann@example.org", "bea@example.org")

    assert told == ["250 2.0.0 taken"] * 2


def test_who_wants_a_log_in_is_told_from_who_refuses_the_message(manner: dict[str, Any]) -> None:
    with SmtpServer(login="swc:secret", **manner) as server, pytest.raises(LoginRefused, match=r"smtp\.username"):
        deliver(server)


def test_a_send_broken_off_before_the_body_ends_no_message() -> None:
    async def broken_off(server: SmtpServer) -> None:
        mailer = await connect(settings(server))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(send_one(mailer), 0.1)
        with pytest.raises(Unreachable):
            await send_one(mailer)

    with SmtpServer(faults=["rcpt=stall"]) as server:
        asyncio.run(broken_off(server))

    assert not server.taken


# --- broken connections ------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["connect", "ehlo", "mail", "rcpt", "data"])
@pytest.mark.parametrize("action", ["close", "stall"])
def test_a_connection_lost_before_the_body_leaves_the_reply_unsent(step: str, action: str) -> None:
    assert isinstance(error_of(f"{step}={action}", timeout_seconds=0.2), Unreachable)


@pytest.mark.parametrize("fault", ["body=close", "body=stall", "dot=close", "dot=stall", "dot=take close"])
def test_a_connection_lost_after_the_bodys_first_byte_leaves_the_delivery_unknown(fault: str) -> None:
    assert isinstance(error_of(fault, message=LONG, timeout_seconds=0.2), DeliveryUnknown)


def test_a_send_that_is_broken_off_closes_the_connection_at_once() -> None:
    async def broken_off(server: SmtpServer) -> None:
        mailer = await connect(settings(server))
        sending = asyncio.create_task(send_one(mailer))
        while not server.taken:
            await asyncio.sleep(0.01)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        with pytest.raises(Unreachable):
            await send_one(mailer)

    with SmtpServer(faults=["dot=take stall"]) as server:
        asyncio.run(broken_off(server))


@pytest.mark.parametrize("answer", ["nonsense", "354 go on", "199 hm"])
def test_an_answer_to_the_body_that_makes_no_sense_leaves_the_delivery_unknown(answer: str) -> None:
    assert isinstance(error_of(f"dot={answer}"), DeliveryUnknown)


@pytest.mark.parametrize("fault", ["mail=nonsense", "rcpt=299 hm", "data=250 what?"])
def test_a_command_answered_with_nonsense_leaves_the_reply_unsent(fault: str) -> None:
    assert isinstance(error_of(fault), Unreachable)


def test_an_early_refusal_in_the_middle_of_the_body_counts() -> None:
    error = error_of("body=552 5.3.4 too big", message=LONG)

    assert isinstance(error, Refused)


@pytest.mark.parametrize("fault", ["connect=421 4.3.2 busy", "connect=554 5.3.2 no", "ehlo=421 4.3.2 busy"])
def test_a_server_that_does_not_serve_now_is_unreachable(fault: str) -> None:
    assert isinstance(error_of(fault), Unreachable)


def test_a_closed_port_is_unreachable() -> None:
    with SmtpServer() as server:
        port = server.port
    with pytest.raises(Unreachable, match=f"127.0.0.1:{port}"):
        asyncio.run(connect(SmtpSettings(host="127.0.0.1", port=port, security="none", timeout_seconds=5)))


def test_a_server_that_does_not_answer_the_goodbye_does_no_harm() -> None:
    with SmtpServer(faults=["quit=close"]) as server:
        assert deliver(server).startswith("250")


# --- log-in ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("methods", ["PLAIN LOGIN", "PLAIN", "LOGIN", "XOAUTH2 LOGIN"])
def test_it_logs_in_by_the_method_that_the_server_offers(methods: str) -> None:
    with SmtpServer(login="swc:sécret", auth_methods=methods) as server:
        deliver(server, username="swc", password="sécret")

    assert server.taken[0].user == "swc"


def test_a_refused_log_in_is_tried_once_and_tells_no_password() -> None:
    with SmtpServer(login="swc:secret") as server, pytest.raises(LoginRefused) as caught:
        deliver(server, username="swc", password="wrong-pass")

    assert server.logins == ["PLAIN"]
    assert "wrong-pass" not in str(caught.value)
    assert "wrong-pass" not in repr(settings(server, username="swc", password="wrong-pass"))


def test_it_logs_in_with_an_access_token_that_is_asked_for_at_each_connection() -> None:
    tokens = iter(["first", "second"])
    with SmtpServer(login="swc:second", auth_methods="XOAUTH2") as server:
        with pytest.raises(LoginRefused) as caught:
            deliver(server, username="swc", access_token=lambda: next(tokens))
        deliver(server, username="swc", access_token=lambda: next(tokens))

    assert [taken.user for taken in server.taken] == ["swc"]
    assert "first" not in str(caught.value)


@pytest.mark.parametrize(
    ("says", "mend"),
    [
        ("535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.", "Set-CASMailbox"),
        ("535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.", "Set-CASMailbox"),
        ("535 5.7.139 Authentication unsuccessful, the request did not meet the criteria.", "Conditional Access"),
        ("535 5.7.3 Authentication unsuccessful", "its right to this mailbox"),
    ],
)
def test_what_a_server_says_to_a_token_is_told_with_its_mend(says: str, mend: str) -> None:
    faults = [f"auth={says}"]
    with SmtpServer(login="swc:x", auth_methods="XOAUTH2", faults=faults) as server, pytest.raises(LoginRefused) as caught:
        deliver(server, username="swc", access_token=lambda: "token-1")

    assert mend in str(caught.value)
    assert "token-1" not in str(caught.value)


def test_who_stops_waits_for_no_token() -> None:
    released, fetched = Event(), list[str]()

    def slow_token() -> str:
        released.wait(30)
        fetched.append("token-1")
        return "token-1"

    with SmtpServer(login="swc:x", auth_methods="XOAUTH2") as server:
        with pytest.raises(TimeoutError):
            asyncio.run(asyncio.wait_for(connect(settings(server, username="swc", access_token=slow_token)), 0.2))
        assert fetched == []
        released.set()


def test_no_token_goes_to_a_server_that_takes_none() -> None:
    with SmtpServer(login="swc:secret") as server, pytest.raises(ConfigError, match=r"smtp\.oauth2"):
        deliver(server, username="swc", access_token=lambda: "token-1")

    assert server.logins == []


def test_a_log_in_that_fails_for_now_is_no_refusal() -> None:
    with SmtpServer(login="swc:secret", faults=["auth=454 4.7.0 later"]) as server, pytest.raises(Unreachable):
        deliver(server, username="swc", password="secret")


@pytest.mark.parametrize("action", ["close", "stall"])
def test_a_connection_lost_at_log_in_is_unreachable(action: str) -> None:
    with SmtpServer(login="swc:secret", faults=[f"auth={action}"]) as server, pytest.raises(Unreachable):
        deliver(server, username="swc", password="secret", timeout_seconds=0.2)


def test_a_server_without_log_in_names_the_setting() -> None:
    with SmtpServer() as server, pytest.raises(ConfigError, match=r"smtp\.username"):
        deliver(server, username="swc", password="secret")


# --- TLS ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def context(authority: trustme.CA) -> ssl.SSLContext:
    return server_context(authority, "127.0.0.1")


def server_context(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


@pytest.fixture(params=["tls", "starttls"])
def security(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_tls_from_the_start_and_starttls_encrypt_and_log_in(security: str, context: ssl.SSLContext, ca_file: Path) -> None:
    with SmtpServer(context=context, immediate_tls=security == "tls", login="swc:secret") as server:
        deliver(server, security=security, ca_file=ca_file, username="swc", password="secret")

    assert [(taken.tls, taken.user) for taken in server.taken] == [(True, "swc")]


@pytest.mark.parametrize("dot", ["take hang up 250 2.0.0 taken", "hang up 451 4.7.1 later"])
def test_an_encrypted_connection_that_the_server_has_ended_leaves_the_next_message_unsent(
    dot: str, context: ssl.SSLContext, ca_file: Path
) -> None:
    async def twice(server: SmtpServer) -> None:
        mailer = await connect(settings(server, security="tls", ca_file=ca_file))
        with suppress(TryLater):
            await send_one(mailer)
        with pytest.raises(Unreachable):
            await send_one(mailer)
        await mailer.close()

    with SmtpServer(context=context, immediate_tls=True, faults=[f"dot#1={dot}"]) as server:
        asyncio.run(twice(server))

    assert len(server.taken) == dot.startswith("take")


def test_a_certificate_of_an_unknown_authority_is_never_accepted(security: str, context: ssl.SSLContext) -> None:
    with (
        SmtpServer(context=context, immediate_tls=security == "tls") as server,
        pytest.raises(ConfigError, match=r"smtp\.ca_file.*certificate"),
    ):
        deliver(server, security=security)


def test_a_certificate_for_another_name_is_never_accepted(security: str, authority: trustme.CA, ca_file: Path) -> None:
    other = server_context(authority, "mail.example.net")
    with (
        SmtpServer(context=other, immediate_tls=security == "tls") as server,
        pytest.raises(ConfigError, match=r"smtp\.host"),
    ):
        deliver(server, security=security, ca_file=ca_file)


def test_a_server_without_starttls_gets_no_mail_in_clear(ca_file: Path) -> None:
    with SmtpServer() as server, pytest.raises(ConfigError, match="STARTTLS"):
        deliver(server, security="starttls", ca_file=ca_file)

    assert not server.taken


@pytest.mark.parametrize("action", ["454 4.7.0 TLS not available", "close", "stall"])
def test_starttls_that_fails_is_unreachable_and_nothing_goes_in_clear(
    action: str, context: ssl.SSLContext, ca_file: Path
) -> None:
    with SmtpServer(context=context, faults=[f"starttls={action}"]) as server, pytest.raises(Unreachable):
        deliver(server, security="starttls", ca_file=ca_file, timeout_seconds=0.3)

    assert not server.taken


def test_tls_against_a_plain_port_names_the_setting(ca_file: Path) -> None:
    with SmtpServer() as server, pytest.raises(ConfigError, match=r"smtp\.security"):
        deliver(server, security="tls", ca_file=ca_file)
