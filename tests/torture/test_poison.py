"""A message that makes the program die stops no other: after three failures it waits for a person."""

from __future__ import annotations

from dataclasses import replace

from tests.torture.mails import asks_with_details, mixed
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
SECONDS = 2  # of processor time: more than a run needs


def test_a_message_that_kills_every_run_goes_to_review_after_three_failures_and_the_others_are_answered(ordeal: Ordeal) -> None:
    first, second, *others = mixed(packs=2, missing=2, review=1, ignored=1)
    asks = asks_with_details(9)
    poison = replace(asks, raw=b"X-Note: " + b"a" * 60 + b"!\r\n" + asks.raw, folder="review", answered=False)
    ordeal.begin([first, second, poison, *others], consultation={"rules": "rules"})
    (ordeal.charity.folder / "rules").mkdir()
    (ordeal.charity.folder / "rules" / "automatic.toml").write_text(SLOW_RULE)

    codes = [ordeal.run("prlimit", f"--cpu={SECONDS}").returncode for _ in range(4)]

    assert codes == [KILLED, KILLED, KILLED, 1]
    assert ordeal.waiting()["failed"] == 1
    found = ordeal.well()
    assert (found.requests, found.second_copies) == (4, 0)


def test_a_death_that_was_no_messages_fault_is_held_against_none(ordeal: Ordeal) -> None:
    ordeal.begin(mixed(packs=3, missing=3))

    codes = [ordeal.run(SWC_MAILER_FAULT=f"take_in.decided#{number}").returncode for number in (1, 2, 2, 2)]

    assert codes == [KILLED] * 4
    assert ordeal.well().requests == 6
    assert ordeal.waiting() == {}
