"""The benchmarks run: their figures are for people, and nothing here is timed."""

from __future__ import annotations

from typing import Any

from bench import end_to_end, growth


def test_all_contenders_answer_the_same_mails() -> None:
    found = end_to_end.measured(mails=12, members=500)

    assert all(found[name]["per_second"] > 0 for name in ("ours", "naive", "wire"))
    assert {phase: len(by_name) for phase, by_name in found["alone"].items()} == {"fetch": 6, "send": 2}
    assert any("times the naive peer" in line for line in end_to_end.table(found))


def test_growth_is_measured_and_drawn() -> None:
    one = growth.point(mails=8, members=50)
    found: dict[str, Any] = {"mails": [one], "members": [one], "waiting": growth.waiting(mails=8, members=50)}

    assert found["waiting"]["taken"] == 8
    assert len(list(growth.table(found))) == 4
    assert growth.drawn(found).count("<rect") == 3
