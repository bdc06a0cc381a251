"""Log lines: where they go."""

from __future__ import annotations

import io
import sys

import pytest

from swc_mailer import logs
from swc_mailer.logs import set_up_logs


def test_a_line_goes_to_the_stream_that_is_standard_error_at_its_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    with io.StringIO() as closed_since:
        monkeypatch.setattr(sys, "stderr", closed_since)
        set_up_logs(form="plain", level="normal")
    now = io.StringIO()
    monkeypatch.setattr(sys, "stderr", now)

    logs.info("reply_sent", reply=7)

    assert now.getvalue().endswith("info reply_sent reply=7\n")
