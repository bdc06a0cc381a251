"""Tokens by OAuth2: each flow gives one, it is kept while it is good, and its end is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from swc_mailer.adapters.oauth2 import Source, needed_scopes, sources
from swc_mailer.adapters.oauth2_google import REDIRECT
from tests.contracts.oauth2.logins import FLOWS, OF_PROGRAMS, Reader, Settings, error_of, later, logged_in, person_for
from tests.servers.tokens import ASSERTION_GRANT, DEVICE_GRANT, USER, TokenEndpoint

# --- the ways to a token -----------------------------------------------------------------------------------


@pytest.mark.parametrize("flow", FLOWS)
def test_each_flow_gives_a_token_that_is_kept_while_it_is_good(settings: Settings, endpoint: TokenEndpoint, flow: str) -> None:
    source = logged_in(settings(flow), endpoint)
    asked = len(endpoint.requests)

    assert Source(source.settings).access_token() in endpoint.good
    assert len(endpoint.requests) == asked


@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize(
    "passed", [timedelta(minutes=56), timedelta(days=2), timedelta(days=-2)], ids=["ends", "ended", "jumped"]
)
def test_a_token_that_is_no_longer_good_is_renewed(
    settings: Settings, endpoint: TokenEndpoint, flow: str, passed: timedelta
) -> None:
    """So is one that seems to come from the future: the clock was put back, and how old it is cannot be told."""
    source = logged_in(settings(flow), endpoint)
    before = source.access_token()
    renewed = later(source, passed).access_token()

    assert renewed != before
    assert renewed in endpoint.good


def test_somebody_is_told_where_to_enter_the_code(settings: Settings, endpoint: TokenEndpoint) -> None:
    endpoint.polls = 1
    person = Reader()
    name = Source(settings("device")).log_in(person)

    assert name == USER
    assert person.told == ["Open https://microsoft.com/devicelogin and enter the code ABCD-EFGH"]
    assert endpoint.grants == [DEVICE_GRANT, DEVICE_GRANT]  # the first time it was not entered yet


def test_google_is_asked_for_a_lasting_log_in_to_the_mailbox(settings: Settings, endpoint: TokenEndpoint) -> None:
    person = person_for(endpoint)
    Source(settings("browser")).log_in(person)
    page = urlsplit(person.told[1])
    asked = {key: values[0] for key, values in parse_qs(page.query).items()}

    assert f"{page.scheme}://{page.netloc}{page.path}" == "https://accounts.google.com/o/oauth2/v2/auth"
    assert (asked["scope"], asked["login_hint"], asked["redirect_uri"]) == ("https://mail.google.com/", USER, REDIRECT)
    assert (asked["access_type"], asked["prompt"], asked["code_challenge_method"]) == ("offline", "consent", "S256")


@pytest.mark.parametrize("flow", OF_PROGRAMS)
def test_where_no_person_is_needed_nothing_need_be_kept(settings: Settings, endpoint: TokenEndpoint, flow: str) -> None:
    assert Source(settings(flow)).access_token() in endpoint.good


def test_a_service_account_acts_for_the_mailbox(settings: Settings, endpoint: TokenEndpoint) -> None:
    error = error_of(Source(settings("service_account", username="somebody@example.com")).access_token)

    assert endpoint.grants == [ASSERTION_GRANT]
    assert "the user name must be a mailbox of your Google Workspace" in str(error)


def test_a_refresh_token_that_was_exchanged_for_a_new_one_is_kept_no_longer(settings: Settings, endpoint: TokenEndpoint) -> None:
    source = logged_in(settings("device"), endpoint)
    first = source.kept()
    source.renew()
    second = source.kept()

    assert first
    assert second
    assert first.refresh_token != second.refresh_token
    assert second.refresh_token in endpoint.refresh_tokens


def test_a_refresh_token_is_kept_where_the_answer_brings_none(settings: Settings, endpoint: TokenEndpoint) -> None:
    """As Google's do."""
    source = logged_in(settings("browser"), endpoint)
    before = source.kept()
    endpoint.extra = {"refresh_token": None}
    source.renew()
    after = source.kept()

    assert before
    assert after
    assert (before.refresh_token, before.access_token == after.access_token) == (after.refresh_token, False)


def test_one_log_in_serves_imap_and_smtp_of_the_same_mailbox(settings: Settings, endpoint: TokenEndpoint) -> None:
    imap = settings("device")
    smtp = replace(imap, section="smtp.oauth2", scopes=needed_scopes("microsoft", "device", "smtp"))
    found = sources({"imap": imap, "smtp": smtp})
    found["imap"].log_in(Reader())

    assert found["imap"] is found["smtp"]
    assert {"https://outlook.office.com/IMAP.AccessAsUser.All", "https://outlook.office.com/SMTP.Send"} <= set(
        endpoint.requests[0].form["scope"].split()
    )


def test_another_mailbox_or_application_has_tokens_of_its_own(settings: Settings, endpoint: TokenEndpoint) -> None:
    logged_in(settings("device"), endpoint)

    for change in ({"username": "other@example.org"}, {"client_id": "other"}):
        assert "nobody has logged in" in str(error_of(Source(settings("device", **change)).access_token))


def test_a_token_for_imap_alone_is_not_used_for_smtp(settings: Settings, endpoint: TokenEndpoint) -> None:
    source = logged_in(settings("device"), endpoint)
    both = Source(replace(source.settings, scopes=(*source.settings.scopes, "https://outlook.office.com/SMTP.Send")))

    before = source.access_token()

    assert both.access_token() != before
    assert endpoint.grants[-1] == "refresh_token"


# --- when it ends ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("flow", "days"), [("device", 90), ("browser", 180)])
def test_a_log_in_ends_when_nothing_runs_for_long(settings: Settings, endpoint: TokenEndpoint, flow: str, days: int) -> None:
    source = logged_in(settings(flow), endpoint)
    kept = source.kept()

    assert kept
    assert source.lapses_at(kept) == kept.obtained_at + timedelta(days=days)


def test_a_provider_that_says_when_a_log_in_ends_is_believed(settings: Settings, endpoint: TokenEndpoint) -> None:
    """Google does while the application is in testing; renewing the access token does not lengthen it."""
    endpoint.extra = {"refresh_token_expires_in": 604_799}
    source = logged_in(settings("browser"), endpoint)
    first = source.kept()
    endpoint.extra = {"refresh_token": None}
    later(source, timedelta(days=2)).renew()
    second = source.kept()

    assert first
    assert second
    assert source.lapses_at(first) == first.obtained_at + timedelta(seconds=604_799) == source.lapses_at(second)


@pytest.mark.parametrize("flow", OF_PROGRAMS)
def test_what_logs_in_by_itself_has_no_log_in_that_ends(settings: Settings, flow: str) -> None:
    source = Source(settings(flow))

    assert source.lapses_at(source.renew()) is None
