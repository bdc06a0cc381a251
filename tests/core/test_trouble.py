"""How long passes wait while something is wrong."""

from __future__ import annotations

from swc_mailer.core.trouble import LONGEST_WAIT, TIME_TO_MEND, trouble_after
from swc_mailer.errors import ConfigError, Unreachable

AWAY = Unreachable("it is away")
WRONG = ConfigError("it is wrong")


def test_the_waits_grow_up_to_a_limit() -> None:
    trouble, waits = None, []
    for _ in range(10):
        trouble = trouble_after(trouble, AWAY, now=100.0)
        waits.append(trouble.wait)

    assert waits == [1, 2, 4, 8, 16, 32, 64, LONGEST_WAIT, LONGEST_WAIT, LONGEST_WAIT]


def test_a_trouble_of_another_kind_begins_anew() -> None:
    away = trouble_after(trouble_after(None, AWAY, now=0.0), AWAY, now=1.0)
    wrong = trouble_after(away, WRONG, now=500.0)

    assert (wrong.failures, wrong.since) == (1, 500.0)


def test_what_a_person_must_mend_may_last_for_a_while() -> None:
    trouble = trouble_after(trouble_after(None, WRONG, now=0.0), WRONG, now=60.0)

    assert not trouble.lasts_too_long(TIME_TO_MEND)
    assert trouble.lasts_too_long(TIME_TO_MEND + 1)
