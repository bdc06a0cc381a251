"""A run that has much to do, with its two helpers: whichever of the three dies or is told to stop, nobody is forgotten and nobody
is answered twice."""

from __future__ import annotations

import signal

import pytest

from swc_mailer.taking_in import MUCH
from tests.torture.length import tried
from tests.torture.mails import mixed
from tests.torture.ordeal import KILLED, Ordeal
from tests.torture.test_signals import SECONDS, once_a_reply_is_out

MANY = mixed(packs=MUCH // 2, missing=MUCH // 2, review=2, ignored=2, again=1)
UNREACHABLE = 75
OF_THE_SENDER = tried(["send.claimed", "send.answered#20"], long=["send.before_data", "send.after_last_byte", "send.recorded#9"])
OF_THE_RUN = tried(["take_in.committed#2"], long=["take_in.before_fetch", "take_in.decided#70", "file.begun", "file.moved#2"])


@pytest.mark.parametrize("fault", OF_THE_SENDER)
def test_where_the_sender_dies_the_run_says_so_and_the_next_goes_on(ordeal: Ordeal, fault: str) -> None:
    ordeal.begin(MANY, smtp={"connections": 1})

    ran = ordeal.run(SWC_MAILER_FAULT=fault)

    assert (ran.returncode, "The process that sends was ended (signal 9)" in ran.stderr) == (UNREACHABLE, True)
    assert not ordeal.mailbox.folders()["inbox"]
    assert ordeal.well().second_copies <= 1


@pytest.mark.parametrize("fault", OF_THE_RUN)
def test_where_the_run_dies_its_helpers_end_and_the_next_goes_on(ordeal: Ordeal, fault: str) -> None:
    """The sender finishes the reply that it has in hand, and holds the run lock until then."""
    ordeal.begin(MANY)

    assert ordeal.run(SWC_MAILER_FAULT=fault).returncode == KILLED

    assert ordeal.well().second_copies == 0


def test_a_run_with_helpers_that_is_told_to_stop_finishes_what_is_in_hand(ordeal: Ordeal) -> None:
    ordeal.begin(MANY)
    process = ordeal.start()
    once_a_reply_is_out(ordeal, process)

    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=SECONDS)

    assert (process.returncode, said) == (0, "")
    assert {row.state for row in ordeal.replies()} <= {"sent", "due"}
    assert ordeal.well().second_copies == 0
