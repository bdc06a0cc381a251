"""The send phase: a real store, a real server that misbehaves, and what stands in the store afterwards."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from swc_mailer.adapters.smtp import SmtpSettings, connect
from swc_mailer.adapters.store.sql_store import SqlStore, open_store
from swc_mailer.core.gate import Refusal, Then
from swc_mailer.core.mailwire import PackFile, pack_block
from swc_mailer.core.model import Closed, Details, Mailbox, Message, Reason
from swc_mailer.core.pacing import Limits
from swc_mailer.errors import ConfigError, LoginRefused, SwcMailerError, Unreachable
from swc_mailer.logs import facts_of
from swc_mailer.ports import DueReply, Fetched, Location, NewReply, TakenIn, Waiting
from swc_mailer.sending import SendReport, send_due
from tests.empty_store import put_empty_store
from tests.servers.smtp import SmtpServer

NOW = datetime(2014, 2, 10, 9, 30, tzinfo=UTC)
PACK = pack_block([PackFile("Paper.pdf", "application/pdf", bytes(range(256)) * 40)])
MAILBOX = "swc@example.org@127.0.0.1"
LIMITS = {field.name for field in fields(Limits)}
HEAD = b"Message-ID: <r%d@example.org>\r\n\r\n" + b"word\r\n" * 300


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with closing(open_store(put_empty_store(tmp_path / "store.db"))) as opened:
        yield opened


def add(store: SqlStore, *numbers: int, pack: bool = False) -> None:
    """Requests r1, r2 … each with a reply that is due."""
    with store.intake() as intake:
        for number in numbers:
            intake.remember(taken_in(number, pack=pack), now=NOW)


def taken_in(number: int, *, pack: bool) -> TakenIn:
    writer = Mailbox("", f"m{number}@example.com")
    message = Message(NOW, 9, (), f"<q{number}@example.com>", "Request", (writer,), (), (), (), (), ())
    location = Location("swc@example.org", "INBOX", 1, number)
    reply = NewReply(
        f"<r{number}@example.org>", writer.address, "Closed", "closed", HEAD % number, pack=PACK.digest if pack else ""
    )
    return TakenIn(
        fetched=Fetched(Waiting(location, 9, NOW, answered=False), b"raw %d" % number),
        digest=f"{number:064d}",
        message=message,
        details=Details(),
        decision=Closed((Reason("after_deadline"),)),
        reasons=[{"code": "after_deadline", "text": "Late.", "facts": {}}],
        evidence=[],
        membership_number=None,
        postcode=None,
        request_id=f"r{number}",
        new_request=True,
        reply=reply,
        rules_version="1",
    )


def lets_all_go(_reply: DueReply) -> Refusal | None:
    return None


def no_sent_folder(_message_id: str) -> bool | None:
    return None


def send(
    store: SqlStore,
    server: SmtpServer,
    *,
    now: datetime = NOW,
    settings: Mapping[str, Any] | None = None,
    gate: Callable[[DueReply], Refusal | None] = lets_all_go,
    was_sent: Callable[[str], bool | None] = no_sent_folder,
    **others: Any,
) -> SendReport:
    chosen: dict[str, Any] = {"host": "127.0.0.1", "port": server.port, "security": "none", "timeout_seconds": 5}
    chosen |= settings or {}
    limits = Limits(**{"connections": 1} | {key: others.pop(key) for key in LIMITS & others.keys()})
    sending = send_due(
        store,
        partial(connect, SmtpSettings(**chosen)),
        gate,
        sender="swc@example.org",
        was_sent=was_sent,
        clock=lambda: now,
        through=MAILBOX,
        limits=limits,
        **others,
    )
    return asyncio.run(in_time(sending))


async def in_time(sending: Any) -> SendReport:
    report: SendReport = await asyncio.wait_for(sending, 30)
    return report


def reply(store: SqlStore, number: int) -> Mapping[str, Any]:
    case = store.case(f"r{number}")
    assert case
    found: Mapping[str, Any] = case["replies"][0]
    return found


def states(store: SqlStore, *numbers: int) -> list[str]:
    return [reply(store, number)["state"] for number in numbers]


def recipients(server: SmtpServer) -> list[str]:
    return [taken.rcpt_to[0] for taken in server.taken]


def waiting(store: SqlStore) -> dict[str, str]:
    return {case.id: case.reasons[0]["code"] for case in store.queue()}


# --- all is well -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("connections", [1, 4])
def test_every_due_reply_is_sent_once(store: SqlStore, connections: int) -> None:
    add(store, *range(1, 31))
    with SmtpServer() as server:
        first = send(store, server, connections=connections)
        second = send(store, server, connections=connections)

    assert (first, second) == (SendReport(sent=30), SendReport())
    assert sorted(recipients(server)) == sorted(f"m{n}@example.com" for n in range(1, 31))
    assert server.connections <= connections
    assert {taken.mail_from for taken in server.taken} == {"swc@example.org"}
    assert reply(store, 1)["answer"] == "250 2.0.0 taken"


def test_a_reply_with_the_pack_is_its_head_followed_by_the_packs_block(store: SqlStore) -> None:
    store.keep_pack(PACK.digest, PACK.block)
    add(store, 1, 2, pack=True)
    with SmtpServer() as server:
        send(store, server)

    assert [taken.content for taken in server.taken] == [HEAD % 1 + PACK.block, HEAD % 2 + PACK.block]


def test_nothing_due_opens_no_connection(store: SqlStore) -> None:
    with SmtpServer() as server:
        report = send(store, server)

    assert (report, server.connections) == (SendReport(), 0)


def test_no_more_than_the_limit_is_sent(store: SqlStore) -> None:
    add(store, 1, 2, 3)
    with SmtpServer() as server:
        report = send(store, server, limit=2, connections=4)

    assert report == SendReport(sent=2)
    assert len(server.taken) == 2


# --- faults and what the store says afterwards -------------------------------------------------------------


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "dot"])
@pytest.mark.parametrize("code", ["550 5.1.1 unknown", "552 5.3.4 too big", "554 5.7.1 spam"])
def test_a_reply_refused_for_good_goes_to_review_and_the_others_are_sent(store: SqlStore, step: str, code: str) -> None:
    add(store, 1, 2)
    with SmtpServer(faults=[f"{step}#1={code}"]) as server:
        report = send(store, server)

    assert report == SendReport(sent=1, refused=1)
    assert states(store, 1, 2) == ["refused", "sent"]
    assert reply(store, 1)["answer"] == code
    assert waiting(store) == {"r1": "undeliverable"}


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "dot"])
@pytest.mark.parametrize("code", ["421 4.3.2 closing", "450 4.2.0 busy", "451 4.7.1 greylisted"])
def test_a_reply_put_off_is_due_again_in_five_minutes_and_the_others_are_sent(store: SqlStore, step: str, code: str) -> None:
    add(store, 1, 2)
    with SmtpServer(faults=[f"{step}#1={code}"]) as server:
        report = send(store, server)
        early = send(store, server, now=NOW + timedelta(minutes=4))
        later = send(store, server, now=NOW + timedelta(minutes=5))

    assert report == SendReport(sent=1, put_off=1)
    assert (early, later) == (SendReport(), SendReport(sent=1))
    assert recipients(server) == ["m2@example.com", "m1@example.com"]


def test_a_reply_that_is_put_off_for_two_days_goes_to_review(store: SqlStore) -> None:
    add(store, 1)
    now, runs = NOW, 0
    with SmtpServer(faults=["rcpt=450 4.2.2 mailbox full"]) as server:
        while states(store, 1) == ["due"]:
            now = max(now, reply(store, 1)["not_before"])
            send(store, server, now=now)
            runs += 1

    assert timedelta(hours=40) < now - NOW <= timedelta(days=2)
    assert runs < 20
    assert waiting(store) == {"r1": "undeliverable"}
    assert "450 4.2.2 mailbox full" in reply(store, 1)["answer"]


@pytest.mark.parametrize("fault", ["connect=close", "connect=stall", "ehlo=close", "connect=421 4.3.2 busy", "ehlo=554 no"])
def test_a_server_that_cannot_be_reached_leaves_every_reply_untouched(store: SqlStore, fault: str) -> None:
    add(store, 1, 2)
    with SmtpServer(faults=[fault]) as server:
        report = send(store, server, connections=2, settings={"timeout_seconds": 0.2})

    assert isinstance(report.error, Unreachable)
    assert replace(report, error=None) == SendReport()
    assert [(reply(store, n)["state"], reply(store, n)["attempts"]) for n in (1, 2)] == [("due", 0)] * 2


@pytest.mark.parametrize(
    "fault", ["mail#1=close", "mail#1=stall", "rcpt#1=close", "rcpt#1=stall", "data#1=close", "data#1=stall"]
)
def test_a_connection_lost_before_the_body_leaves_the_reply_due_for_the_next_run(store: SqlStore, fault: str) -> None:
    add(store, 1, 2)
    with SmtpServer(faults=[fault]) as server:
        report = send(store, server, settings={"timeout_seconds": 0.2})
        after = states(store, 1, 2)
        again = send(store, server)

    assert isinstance(report.error, Unreachable)
    assert after == ["due", "due"]
    assert again == SendReport(sent=2)
    assert len(server.taken) == 2


@pytest.mark.parametrize("fault", ["body#1=close", "body#1=stall", "dot#1=close", "dot#1=stall", "dot#1=take close"])
def test_a_connection_lost_in_the_body_or_before_the_answer_is_unknown_and_the_others_are_sent(
    store: SqlStore, fault: str
) -> None:
    add(store, 1, 2)
    with SmtpServer(faults=[fault]) as server:
        report = send(store, server, settings={"timeout_seconds": 0.2})
        again = send(store, server)

    assert report == SendReport(sent=1, unknown=1)
    assert states(store, 1, 2) == ["unknown", "sent"]
    assert again == SendReport()


def test_one_reply_that_breaks_every_connection_stops_the_others_a_few_times_only(store: SqlStore) -> None:
    add(store, 1, 2)
    with SmtpServer(faults=["rcpt@m1@*=close"]) as server:
        reports = [send(store, server) for _ in range(5)]

    assert sum(report.sent for report in reports) == 1
    assert states(store, 1, 2) == ["due", "sent"]
    assert reply(store, 1)["not_before"] > NOW


REFUSED_LOGIN: list[tuple[dict[str, Any], dict[str, Any], type[SwcMailerError]]] = [
    ({"login": "swc:secret"}, {"username": "swc", "password": "wrong"}, LoginRefused),
    ({"login": "swc:secret"}, {}, LoginRefused),
    ({}, {"username": "swc", "password": "secret"}, ConfigError),
    ({}, {"security": "starttls"}, ConfigError),
]


@pytest.mark.parametrize(("server_has", "settings", "error"), REFUSED_LOGIN)
def test_a_mistake_in_the_settings_leaves_every_reply_due(
    store: SqlStore, server_has: dict[str, Any], settings: dict[str, Any], error: type[SwcMailerError]
) -> None:
    add(store, 1, 2, 3)
    with SmtpServer(**server_has) as server:
        report = send(store, server, connections=2, settings=settings)

    assert type(report.error) is error
    assert report.sent == report.refused == report.unknown == 0
    assert states(store, 1, 2, 3) == ["due"] * 3
    assert waiting(store) == {}


# --- connections -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["mail#2=421 4.7.0 enough", "mail#2=close", "rcpt#3=421 4.7.0 enough", "data#2=close"])
def test_a_connection_that_ends_between_replies_is_opened_anew_and_nothing_is_sent_twice(store: SqlStore, fault: str) -> None:
    add(store, 1, 2, 3, 4)
    with SmtpServer(faults=[fault]) as server:
        report = send(store, server)

    assert report == SendReport(sent=4)
    assert recipients(server) == [f"m{n}@example.com" for n in (1, 2, 3, 4)]
    assert server.connections == 2


def test_a_server_that_waits_for_a_body_after_a_refusal_takes_none_and_the_next_reply_goes_over_a_new_connection(
    store: SqlStore,
) -> None:
    add(store, 1, 2)
    with SmtpServer(faults=["rcpt@m1@*=550 5.1.1 no such user", "data#1=354 go on"]) as server:
        report = send(store, server)

    assert (report.refused, report.sent, reply(store, 1)["state"]) == (1, 1, "refused")
    assert [(taken.connection, taken.rcpt_to) for taken in server.taken] == [(2, ("m2@example.com",))]


def test_a_server_that_allows_fewer_connections_is_used_with_those(store: SqlStore) -> None:
    add(store, *range(1, 21))
    with SmtpServer(faults=["connect#3-=421 4.7.0 too many connections"]) as server:
        report = send(store, server, connections=4)

    assert report == SendReport(sent=20)
    assert sorted(recipients(server)) == sorted(f"m{n}@example.com" for n in range(1, 21))


def test_a_server_that_goes_away_for_good_ends_the_phase_and_the_rest_stays_due(store: SqlStore) -> None:
    add(store, 1, 2, 3)
    with SmtpServer(faults=["mail#2=close", "connect#2-=close"]) as server:
        report = send(store, server)

    assert isinstance(report.error, Unreachable)
    assert states(store, 1, 2, 3) == ["sent", "due", "due"]


# --- delivery unknown --------------------------------------------------------------------------------------


def lose_the_answer(store: SqlStore) -> SmtpServer:
    """A first run whose answer is lost, and the start of the next one."""
    add(store, 1)
    with SmtpServer(faults=["dot=take close"]) as server:
        send(store, server)
    assert store.interrupted(now=NOW) == 1
    return server


def test_a_reply_found_in_the_sent_folder_is_not_sent_again(store: SqlStore) -> None:
    lose_the_answer(store)
    asked: list[str] = []

    def found(message_id: str) -> bool:
        asked.append(message_id)
        return True

    with SmtpServer() as server:
        report = send(store, server, was_sent=found)

    assert report == SendReport(sent=1)
    assert (asked, server.taken) == (["<r1@example.org>"], [])
    assert states(store, 1) == ["sent"]


@pytest.mark.parametrize("answer", [False, None])
def test_a_reply_that_is_not_found_is_sent_once_more_with_the_same_bytes(store: SqlStore, answer: bool | None) -> None:
    before = lose_the_answer(store)
    with SmtpServer() as server:
        report = send(store, server, was_sent=lambda _: answer)

    assert report == SendReport(sent=1)
    assert [taken.content for taken in server.taken] == [taken.content for taken in before.taken]


def test_after_a_second_unknown_a_person_decides(store: SqlStore) -> None:
    lose_the_answer(store)
    with SmtpServer(faults=["dot=close"]) as server:
        report = send(store, server)
        again = store.interrupted(now=NOW)

    assert report == SendReport(unknown=1)
    assert again == 0
    assert waiting(store) == {"r1": "delivery_unknown"}


def test_a_sent_folder_that_cannot_be_asked_leaves_the_reply_due(store: SqlStore) -> None:
    lose_the_answer(store)

    def gone(_message_id: str) -> bool | None:
        raise Unreachable("The mailbox could not be reached")

    with SmtpServer() as server:
        report = send(store, server, was_sent=gone)

    assert isinstance(report.error, Unreachable)
    assert states(store, 1) == ["due"]
    assert server.taken == []


def test_the_sent_folder_is_not_asked_about_a_reply_that_was_never_tried(store: SqlStore) -> None:
    add(store, 1)

    def never(_message_id: str) -> bool | None:
        raise AssertionError

    with SmtpServer() as server:
        assert send(store, server, was_sent=never) == SendReport(sent=1)


# --- the gate ----------------------------------------------------------------------------------------------


def refuses(then: Then, *numbers: int) -> Callable[[DueReply], Refusal | None]:
    chosen = {f"r{number}" for number in numbers}
    return lambda reply: Refusal("blocked", "Because.", then) if reply.request_id in chosen else None


def test_a_closed_gate_sends_nothing_and_opens_no_connection(store: SqlStore) -> None:
    add(store, 1, 2, 3)
    with SmtpServer() as server:
        report = send(store, server, gate=refuses(Then.STOP, 1, 2, 3))

    assert report == SendReport(held=1)
    assert server.connections == 0
    assert states(store, 1, 2, 3) == ["due"] * 3


def test_a_reply_that_must_wait_stays_due_and_the_others_are_sent(store: SqlStore) -> None:
    add(store, 1, 2, 3)
    with SmtpServer() as server:
        report = send(store, server, gate=refuses(Then.WAIT, 2))

    assert report == SendReport(sent=2, held=1)
    assert states(store, 1, 2, 3) == ["sent", "due", "sent"]


def test_many_replies_that_wait_do_not_hide_one_that_may_go(store: SqlStore) -> None:
    add(store, *range(1, 452))
    with SmtpServer() as server:
        report = send(store, server, gate=refuses(Then.WAIT, *range(1, 451)))

    assert report == SendReport(sent=1, held=450)
    assert recipients(server) == ["m451@example.com"]


def test_a_reply_that_must_not_go_is_held_for_review_with_the_gates_reason(store: SqlStore) -> None:
    add(store, 1, 2)
    with SmtpServer() as server:
        report = send(store, server, gate=refuses(Then.REVIEW, 1))

    assert report == SendReport(sent=1, held=1)
    assert states(store, 1, 2) == ["held", "sent"]
    assert waiting(store) == {"r1": "blocked"}


def test_each_refusal_of_the_gate_is_logged_with_its_reason(store: SqlStore, caplog: pytest.LogCaptureFixture) -> None:
    add(store, 1, 2)
    caplog.set_level(logging.INFO, "swc_mailer")
    with SmtpServer() as server:
        send(store, server, gate=refuses(Then.REVIEW, 1))

    refused = [facts_of(record) for record in caplog.records if record.getMessage() == "reply_refused_at_gate"]
    assert [(facts["request"], facts["reason"]) for facts in refused] == [("r1", "blocked")]


def test_the_gate_is_asked_once_more_about_a_reply_that_had_to_wait_for_its_turn(store: SqlStore) -> None:
    add(store, 1, 2)
    asked: list[str] = []

    def paused_meanwhile(reply: DueReply) -> Refusal | None:
        asked.append(reply.request_id)
        return Refusal("paused", "Paused.", Then.STOP) if asked.count("r2") == 2 else None

    with SmtpServer() as server:
        report = send(store, server, gate=paused_meanwhile, per_minute=1200)

    assert report == SendReport(sent=1, held=1)
    assert states(store, 1, 2) == ["sent", "due"]


# --- limits ------------------------------------------------------------------------------------------------


def test_what_is_over_the_days_number_waits_and_goes_when_the_day_is_over(store: SqlStore) -> None:
    add(store, *range(1, 8))
    with SmtpServer() as server:
        first = send(store, server, connections=2, per_day=5)
        full = send(store, server, connections=2, per_day=5, now=NOW + timedelta(hours=23))
        connections = server.connections
        later = send(store, server, connections=2, per_day=5, now=NOW + timedelta(hours=24))

    assert (first, full, later) == (SendReport(sent=5), SendReport(), SendReport(sent=2))
    assert connections == 2  # a day that is full opens none
    assert waiting(store) == {}


def test_runs_at_the_same_time_do_not_exceed_the_days_number_together(store: SqlStore) -> None:
    add(store, *range(1, 13))
    with SmtpServer() as server, ThreadPoolExecutor(3) as runs:
        reports = list(runs.map(lambda _: send(store, server, connections=2, per_day=7), range(3)))

    assert sum(report.sent for report in reports) == len(server.taken) == 7
    assert sorted(states(store, *range(1, 13))) == ["due"] * 5 + ["sent"] * 7


def test_the_pace_of_one_run_is_that_of_the_next(store: SqlStore) -> None:
    add(store, 1, 2)
    with SmtpServer() as server:
        send(store, server, per_minute=1, limit=1)

    assert store.take_place(MAILBOX, gap=timedelta(minutes=1), now=NOW) == NOW + timedelta(minutes=1)


@pytest.mark.parametrize(("replies", "connections"), [(3, 1), (4, 2), (7, 3)])
def test_a_connection_that_has_carried_its_number_is_closed_and_the_next_one_opened(
    store: SqlStore, replies: int, connections: int
) -> None:
    add(store, *range(1, replies + 1))
    with SmtpServer() as server:
        report = send(store, server, per_connection=3)

    assert report == SendReport(sent=replies)
    assert server.connections == connections
    assert max(Counter(taken.connection for taken in server.taken).values()) == 3


def test_a_providers_limit_that_is_reached_ends_the_phase_and_refuses_nothing(store: SqlStore) -> None:
    add(store, 1, 2, 3)
    with SmtpServer(faults=["dot#2-=550 5.4.5 Daily user sending limit exceeded."]) as server:
        report = send(store, server)

    assert isinstance(report.error, Unreachable)
    assert states(store, 1, 2, 3) == ["sent", "due", "due"]
    assert waiting(store) == {}


# --- stopping and other runs -------------------------------------------------------------------------------


def test_a_stop_finishes_the_reply_in_hand_and_leaves_the_rest_due(store: SqlStore) -> None:
    add(store, 1, 2, 3)
    stop = asyncio.Event()

    def stops_at_the_second(reply: DueReply) -> Refusal | None:
        if reply.request_id == "r2":
            stop.set()
        return None

    with SmtpServer() as server:
        report = send(store, server, gate=stops_at_the_second, stop=stop)

    assert report == SendReport(sent=1)
    assert states(store, 1, 2, 3) == ["sent", "due", "due"]


def test_a_stop_ends_the_wait_for_the_next_place_in_the_minute(store: SqlStore) -> None:
    add(store, 1, 2)

    async def stop_after_the_first(server: SmtpServer) -> SendReport:
        stop = asyncio.Event()
        settings = SmtpSettings(host="127.0.0.1", port=server.port, security="none")
        sending = asyncio.create_task(
            send_due(
                store,
                partial(connect, settings),
                lets_all_go,
                sender="swc@example.org",
                was_sent=no_sent_folder,
                clock=lambda: NOW,
                limits=Limits(per_minute=1),
                stop=stop,
            )
        )
        while states(store, 1) != ["sent"]:
            await asyncio.sleep(0.01)
        stop.set()
        return await asyncio.wait_for(sending, 30)

    with SmtpServer() as server:
        report = asyncio.run(stop_after_the_first(server))

    assert report == SendReport(sent=1)
    assert states(store, 1, 2) == ["sent", "due"]


def test_a_reply_that_another_run_has_claimed_is_left_to_it(store: SqlStore) -> None:
    add(store, 1, 2)

    def another_run_is_first(reply: DueReply) -> Refusal | None:
        if reply.request_id == "r1":
            store.claim(reply.id, now=NOW)
        return None

    with SmtpServer() as server:
        report = send(store, server, gate=another_run_is_first)

    assert report == SendReport(sent=1)
    assert states(store, 1, 2) == ["sending", "sent"]


def test_what_is_unforeseen_is_raised_when_the_replies_in_hand_are_done(store: SqlStore) -> None:
    add(store, *range(1, 11))

    def breaks_at_the_fifth(reply: DueReply) -> Refusal | None:
        if reply.request_id == "r5":
            raise RuntimeError("unforeseen")
        return None

    with SmtpServer() as server, pytest.raises(RuntimeError, match="unforeseen"):
        send(store, server, gate=breaks_at_the_fifth, connections=3)

    assert "sending" not in states(store, *range(1, 11))
    assert len(server.taken) == states(store, *range(1, 11)).count("sent")
