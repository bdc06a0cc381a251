"""Connections that are cut or stall anywhere, and SMTP servers that answer anything at any step: no request is lost or answered
twice once the trouble is over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random

import pytest

from tests.servers.faultproxy import FaultProxy
from tests.torture.length import seeds, tried
from tests.torture.mails import mixed
from tests.torture.ordeal import KILLED, Ordeal, Tally

FEW = mixed(packs=2, missing=2, review=1, ignored=1)
ENDS = (0, 1, 75)  # done; something failed; a server could not be reached

# Bytes that pass before a connection is cut. To the mailbox: the log-in, opening folders, then mostly within messages.
IMAP_CUTS = tried(
    ["cut down:900", "cut down:2900", "cut up:420"],
    long=[*(f"cut down:{number}" for number in range(0, 5000, 100)), *(f"cut up:{number}" for number in range(0, 900, 20))],
)
SMTP_CUTS = tried(
    ["cut down:300", "cut up:900", "cut up:16500"],
    long=[*(f"cut down:{number}" for number in range(0, 600, 10)), *(f"cut up:{number}" for number in range(0, 34_000, 650))],
)


def run_broken(ordeal: Ordeal, section: str, port: int, fault: str, only: Sequence[int] = ()) -> int:
    """A run whose connections to one of the servers break; how many did."""
    with FaultProxy(port, fault, only=only) as proxy:
        ordeal.configure(**{section: {"port": proxy.port, "timeout_seconds": 0.5}})
        ran = ordeal.run()
        assert ran.returncode in ENDS, ran.stderr
        return len(proxy.broken)


@pytest.mark.parametrize("fault", [*IMAP_CUTS, "stall down:900"])
def test_a_broken_line_to_the_mailbox(ordeal: Ordeal, fault: str) -> None:
    ordeal.begin(FEW)

    run_broken(ordeal, "imap", ordeal.mailbox.server.port, fault)

    assert ordeal.well().second_copies == 0


@pytest.mark.parametrize("fault", [*SMTP_CUTS, "stall down:300"])
def test_a_broken_line_to_the_mail_server(ordeal: Ordeal, fault: str) -> None:
    ordeal.begin(FEW, smtp={"connections": 1})

    broken = run_broken(ordeal, "smtp", ordeal.charity.smtp.port, fault)

    assert ordeal.well().second_copies <= broken


@pytest.mark.parametrize("seed", seeds(1, long=60))
def test_lines_that_break_at_random(ordeal: Ordeal, seed: int) -> None:
    chance = Random(seed)
    ordeal.begin(FEW)

    for _ in range(2):
        cut = f"cut {chance.choice(('up', 'down'))}:{int(10 ** chance.uniform(1, 4.3))}"
        only = chance.choice(((), (1,), (2, 3)))
        section, port = chance.choice((("imap", ordeal.mailbox.server.port), ("smtp", ordeal.charity.smtp.port)))
        run_broken(ordeal, section, port, cut, only)

    ordeal.well()


def test_a_mail_server_that_is_away_for_a_day_costs_nothing(ordeal: Ordeal) -> None:
    ordeal.begin(FEW)
    ordeal.configure(smtp={"port": 1})

    for _ in range(3):
        assert ordeal.run().returncode == 75
        ordeal.ahead += timedelta(hours=8)

    assert {(row.state, row.attempts) for row in ordeal.replies()} == {("due", 0)}
    assert ordeal.mailbox.folders()["inbox"] == []
    found = ordeal.well()
    assert (found.second_copies, found.undeliverable) == (0, 0)


# --- what a mail server answers ----------------------------------------------------------------------------

ACTIONS = ("421 4.3.2 shutting down", "450 4.7.1 come again", "554 5.7.1 no", "close", "stall")
STEPS = tried(
    ("connect", "rcpt", "dot"), long=("connect", "ehlo", "mail", "rcpt", "data", "body", "dot", "rset", "quit")
)  # the others: tests/contracts
FOR_GOOD = ("mail", "rcpt", "data", "dot")  # where a 5xx is about this one reply


@pytest.mark.parametrize("step", STEPS)
def test_any_answer_at_any_step(ordeal_with: Callable[[Sequence[str]], Ordeal], step: str) -> None:
    """The first times that the step is reached, each answer once; then the server is well."""
    opening = ["rcpt#1-5=450 4.7.1 come again"] if step == "rset" else []  # what makes the program say RSET
    # A server that answers in the middle of a body has decided: none takes the reply after it.
    actions = [action for action in ACTIONS if step != "body" or action in ("close", "stall")]
    ordeal = ordeal_with([*opening, *(f"{step}#{number}={action}" for number, action in enumerate(actions, 1))])
    ordeal.begin(FEW, smtp={"connections": 1, "timeout_seconds": 0.5})

    found = ordeal.well(ENDS)

    assert found.undeliverable == (1 if step in FOR_GOOD else 0)


@pytest.mark.parametrize(("lost", "waiting"), [(1, {}), (2, {"delivery_unknown": 1})], ids=["once", "twice"])
def test_an_answer_that_never_came_costs_one_more_copy_and_no_third(
    ordeal_with: Callable[[Sequence[str]], Ordeal], lost: int, waiting: dict[str, int]
) -> None:
    ordeal = ordeal_with([f"dot#1-{lost}=take close"])
    ordeal.begin(mixed(packs=1, missing=0))

    assert ordeal.well().second_copies == 1
    assert ordeal.waiting() == waiting


def test_a_reply_that_lies_in_the_sent_folder_is_not_sent_again(ordeal: Ordeal) -> None:
    ordeal.begin(mixed(packs=1, missing=0))
    assert ordeal.run(SWC_MAILER_FAULT="send.answered").returncode == KILLED
    (taken,) = ordeal.charity.smtp.taken
    with ordeal.person() as person:
        person.append("Sent", "", "", taken.content)

    assert ordeal.well() == Tally(trials=1, deaths=1, requests=1)


def test_a_reply_that_is_put_off_comes_again_after_growing_waits(ordeal_with: Callable[[Sequence[str]], Ordeal]) -> None:
    ordeal = ordeal_with(["rcpt#1-3=450 4.7.1 greylisted"])
    ordeal.begin(mixed(packs=1, missing=0))

    ordeal.run()
    (reply,) = ordeal.replies()
    assert (reply.state, reply.attempts) == ("due", 1)
    ordeal.run()
    assert ordeal.replies() == [reply]  # its time has not come

    assert ordeal.well().requests == 1
    assert ordeal.replies()[0].attempts == 4
