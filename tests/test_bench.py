"""The benchmarks run: their figures are for people, and nothing here is timed."""

from __future__ import annotations

from bench import end_to_end


def test_all_contenders_answer_the_same_mails() -> None:
    found = end_to_end.measured(mails=12, members=500)

    assert all(found[name]["per_second"] > 0 for name in ("ours", "naive", "wire"))
    assert any("times the naive peer" in line for line in end_to_end.table(found))
