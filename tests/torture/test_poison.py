"""A message that makes the program die, or would hold it for ever, stops no other: after three failures it waits for a person."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest

from swc_mailer import time_limit
from swc_mailer.adapters.store import open_store
from swc_mailer.commands import run
from tests.torture.mails import Mail, asks_with_details, mixed, register
from tests.torture.ordeal import KILLED, Ordeal

# A local rule that takes for ever on the one message that it does not fit.
SLOW_RULE = r"""
[[header]]
code = "note"
header = "x-note"
strength = "C"
reason = "other_automatic"
pattern = '^(\w+\s?)+$'
why = "An example of a pattern that nobody should write."
examples = ["a note"]
not = ["!"]
"""
# Of the processor's time: within the first a run comes to the message, within the second it ends. Both are less than the limit.
TO_DIE, TO_LIVE = 5, 9
SECONDS = 2


def poisoned(mail: Mail) -> Mail:
    return replace(mail, raw=b"X-Note: " + b"a" * 60 + b"!\r\n" + mail.raw, folder="review", answered=False)


def begin_with_poison(ordeal: Ordeal) -> None:
    first, second, *others = mixed(packs=2, missing=2, review=1, ignored=1)
    ordeal.begin([first, second, poisoned(asks_with_details(9)), *others], consultation={"rules": "rules"})
    (ordeal.charity.folder / "rules").mkdir()
    (ordeal.charity.folder / "rules" / "automatic.toml").write_text(SLOW_RULE)


def test_a_message_that_kills_every_run_goes_to_review_after_three_failures_and_the_others_are_answered(ordeal: Ordeal) -> None:
    begin_with_poison(ordeal)

    codes = [ordeal.run("prlimit", f"--cpu={seconds}").returncode for seconds in (TO_DIE, TO_DIE, TO_DIE, TO_LIVE)]

    assert codes == [KILLED, KILLED, KILLED, 1]
    assert ordeal.waiting()["failed"] == 1
    found = ordeal.well()
    assert (found.requests, found.second_copies) == (4, 0)


def test_a_message_that_would_take_for_ever_fails_and_the_others_are_answered_at_once(
    ordeal: Ordeal, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_with_poison(ordeal)
    monkeypatch.setattr(time_limit, "SECONDS", SECONDS)

    reports = [run.run(ordeal.config) for _ in range(4)]

    assert [(report.failed, report.replies_sent) for report in reports] == [(1, 4), (1, 0), (1, 0), (0, 0)]
    with closing(open_store(ordeal.config.store.url)) as store:
        (case,) = [case for case in store.queue() if case.reasons[0]["code"] == "failed"]
        assert "TookTooLong: it took more than 2 seconds" in case.reasons[0]["text"]
    assert ordeal.well().requests == 4


def test_a_case_that_would_take_for_ever_is_decided_again_no_further_and_waits(
    ordeal: Ordeal, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = poisoned(asks_with_details(700))  # not in the register
    ordeal.begin([unknown], consultation={"rules": "rules"})
    (ordeal.charity.folder / "rules").mkdir()
    assert run.run(ordeal.config).failed == 0
    (ordeal.charity.folder / "rules" / "automatic.toml").write_text(SLOW_RULE)
    (ordeal.charity.folder / "members.csv").write_text(register(800))
    monkeypatch.setattr(time_limit, "SECONDS", SECONDS)

    assert run.run(ordeal.config).error is None
    assert ordeal.waiting() == {"number_unknown": 1}


def test_a_run_that_has_lasted_too_long_leaves_the_rest_to_the_next(ordeal: Ordeal, monkeypatch: pytest.MonkeyPatch) -> None:
    ordeal.begin(mixed(packs=1, missing=1))
    with monkeypatch.context() as patch:
        patch.setattr(run, "LONGEST", -1)
        late = run.run(ordeal.config)

    assert (late.outcomes.total(), late.replies_sent, late.error) == (0, 0, None)
    assert ordeal.well().requests == 2


def test_a_death_that_was_no_messages_fault_is_held_against_none(ordeal: Ordeal) -> None:
    ordeal.begin(mixed(packs=3, missing=3))

    codes = [ordeal.run(SWC_MAILER_FAULT=f"take_in.decided#{number}").returncode for number in (1, 2, 2, 2)]

    assert codes == [KILLED] * 4
    assert ordeal.well().requests == 6
    assert ordeal.waiting() == {}
