"""Sessions, attempts and who looks at what, by a clock that the test turns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swc_mailer.web.sessions import Attempts, Lookers, Sessions

HOUR = 3600.0


def test_a_session_lasts_its_time_and_no_longer() -> None:
    sessions = Sessions(seconds=HOUR)
    token = sessions.begin("Jo", "seal", now=100)

    session = sessions.find(token, now=100 + HOUR - 1)
    assert session
    assert (session.name, session.seal) == ("Jo", "seal")
    assert sessions.find(token, now=100 + HOUR) is None


def test_each_log_in_is_a_session_of_its_own() -> None:
    sessions = Sessions(seconds=HOUR)
    one, other = sessions.begin("Jo", "", now=0), sessions.begin("Jo", "", now=0)
    sessions.end(one)
    sessions.end("never begun")

    assert sessions.find(one, now=1) is None
    assert sessions.find(other, now=1)


@given(st.text(max_size=100))
def test_no_token_is_right_but_the_one_that_was_given(guess: str) -> None:
    sessions = Sessions(seconds=HOUR)
    token = sessions.begin("Jo", "", now=0)

    assert sessions.find(guess, now=1) is None
    assert not sessions.is_form_token(guess, token)
    assert not sessions.is_form_token(sessions.form_token(""), "")
    assert sessions.is_form_token(sessions.form_token(token), token)


def test_a_token_of_another_server_is_of_no_use() -> None:
    assert Sessions(seconds=HOUR).form_token("cookie") != Sessions(seconds=HOUR).form_token("cookie")


# --- attempts ----------------------------------------------------------------------------------------------


@pytest.fixture
def attempts() -> Attempts:
    attempts = Attempts(allowed=2, seconds=60)
    for now in (10, 20):
        attempts.failed("name Jo", "from here", now=now)
    return attempts


def test_after_so_many_failures_there_is_a_wait_by_either_key(attempts: Attempts) -> None:
    assert attempts.wait("name Jo", "from elsewhere", now=25) == 45
    assert attempts.wait("name Sam", "from here", now=25) == 45
    assert attempts.wait("name Sam", "from elsewhere", now=25) == 0


def test_the_wait_ends_when_the_oldest_failure_is_old_enough(attempts: Attempts) -> None:
    assert attempts.wait("name Jo", now=69) == 1
    assert attempts.wait("name Jo", now=70) == 0


def test_a_success_forgets_what_failed(attempts: Attempts) -> None:
    attempts.succeeded("name Jo", "from here")

    assert attempts.wait("name Jo", "from here", now=21) == 0


def test_strangers_cannot_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("swc_mailer.web.sessions.MOST_KEPT", 10)
    attempts = Attempts(allowed=1, seconds=60)
    for turn in range(100):
        attempts.failed(f"name {turn}", now=100.0 * turn)

    assert attempts.wait("name 0", now=0) == 0  # forgotten
    assert attempts.wait("name 99", now=9901) == 59


# --- who looks ---------------------------------------------------------------------------------------------


def test_the_second_person_hears_of_the_first_for_a_while() -> None:
    lookers = Lookers(seconds=60)

    assert lookers.looks("a", "Jo", now=0) == []
    assert lookers.looks("a", "Sam", now=59) == ["Jo"]
    assert lookers.looks("b", "Jo", now=59) == []
    assert lookers.looks("a", "Jo", now=118) == ["Sam"]
    assert lookers.looks("a", "Jo", now=119) == []


def test_whoever_has_acted_looks_no_longer() -> None:
    lookers = Lookers(seconds=60)
    lookers.looks("a", "Jo", now=0)
    lookers.leaves("a", "Jo")
    lookers.leaves("never opened", "Jo")

    assert lookers.looks("a", "Sam", now=1) == []
