"""What each mistake of the set-up, and each failure of the endpoint, says to whom."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from swc_mailer.adapters.oauth2 import Source
from swc_mailer.adapters.oauth2_google import REDIRECT
from swc_mailer.errors import ConfigError, LoginRefused, Unreachable
from tests.contracts.oauth2.logins import FLOWS, OF_PERSONS, OF_PROGRAMS, Reader, Settings, error_of, later, logged_in, person_for
from tests.servers.tokens import USER, TokenEndpoint

# --- refused -----------------------------------------------------------------------------------------------


MICROSOFT_SAYS = {
    "AADSTS7000215: Invalid client secret provided.": "give the secret's value, not its ID",
    "AADSTS7000222: The provided client secret keys are expired.": "make a new one in the app registration",
    "AADSTS700016: Application with identifier 'x' was not found in the directory 'y'.": "correct client_id, or tenant",
    "AADSTS65001: The user or administrator has not consented to use the application.": "Grant admin consent",
    "AADSTS90094: Admin consent is required.": "Grant admin consent",
    "AADSTS7000218: The request body must contain client_assertion or client_secret.": "Allow public client flows",
    "AADSTS53003: Access has been blocked by Conditional Access policies.": "Conditional Access policy",
    "AADSTS500011: The resource principal named x was not found in the tenant.": "Office 365 Exchange Online",
    "AADSTS50173: The provided grant has expired due to it being revoked.": "swc-mailer login",
    "AADSTS700082: The refresh token has expired due to inactivity.": "swc-mailer login",
    "AADSTS50079: Due to a configuration change you must enroll in multi-factor authentication.": "swc-mailer login",
}
NOT_KNOWN = "AADSTS700027: The certificate with identifier used to sign the client assertion is not registered."
GOOGLE_SAYS = {
    ("invalid_grant", "Token has been expired or revoked."): "swc-mailer login",
    ("invalid_client", "The provided client secret is invalid."): "client_secret is wrong",
    ("invalid_client", "The OAuth client was not found."): "client_id is wrong",
    ("unauthorized_client", "Client is unauthorized to retrieve access tokens using this method."): "domain-wide delegation",
    ("invalid_grant", "Invalid JWT: Token must be in a reasonable timeframe. Check your iat and exp values."): "clock",
    ("invalid_grant", "Invalid JWT Signature."): "make a new key",
    ("admin_policy_enforced", "Access to this account is restricted by admin policy."): "administrator must trust",
}


@pytest.mark.parametrize(("says", "mend"), MICROSOFT_SAYS.items())
def test_what_microsoft_refuses_is_told_with_its_mend(settings: Settings, endpoint: TokenEndpoint, says: str, mend: str) -> None:
    source = logged_in(settings("device"), endpoint)
    endpoint.refuse("invalid_request", f"{says} Trace ID: 1-2 Correlation ID: 3-4 Timestamp: 2014-02-10 09:15:00Z")
    error = error_of(source.renew)

    assert isinstance(error, LoginRefused)
    assert str(error).startswith(f"imap.oauth2: Microsoft gave no token for {USER} (invalid_request: {says}): ")
    assert mend in str(error)


def test_a_refusal_that_is_not_known_points_to_the_steps_of_the_set_up(settings: Settings, endpoint: TokenEndpoint) -> None:
    """Its number begins with one that is."""
    endpoint.refuse("invalid_client", NOT_KNOWN)
    error = error_of(Source(settings("client_credentials")).access_token)

    assert str(error).endswith(f"(invalid_client: {NOT_KNOWN}): docs/oauth2.md names the steps of the set-up")


@pytest.mark.parametrize(("says", "mend"), GOOGLE_SAYS.items())
def test_what_google_refuses_is_told_with_its_mend(
    settings: Settings, endpoint: TokenEndpoint, says: tuple[str, str], mend: str
) -> None:
    endpoint.refuse(*says)
    error = error_of(Source(settings("service_account")).access_token)

    assert isinstance(error, LoginRefused)
    assert mend in str(error)


@pytest.mark.parametrize("flow", OF_PERSONS)
def test_consent_that_was_withdrawn_asks_for_a_log_in_and_loses_nothing(
    settings: Settings, endpoint: TokenEndpoint, flow: str
) -> None:
    source = logged_in(settings(flow), endpoint)
    before = source.settings.token_file.read_bytes()
    endpoint.revoke()
    error = error_of(later(source, timedelta(hours=2)).access_token)

    assert isinstance(error, LoginRefused)
    assert "log in again with `swc-mailer login`" in str(error)
    assert source.settings.token_file.read_bytes() == before


def test_a_wrong_secret_is_not_repeated_though_the_endpoint_does(settings: Settings) -> None:
    error = error_of(Source(settings("client_credentials", client_secret="not the secret")).access_token, "not the secret")

    assert "client_secret is wrong" in str(error)


def test_a_wrong_tenant_is_named(settings: Settings) -> None:
    error = error_of(Source(settings("client_credentials", tenant="nowhere.example.org")).access_token)

    assert "knows no nowhere.example.org" in str(error)
    assert "tenant is wrong: give the directory (tenant) ID" in str(error)


@pytest.mark.parametrize("flow", OF_PERSONS)
def test_where_nobody_has_logged_in_the_program_says_so(settings: Settings, endpoint: TokenEndpoint, flow: str) -> None:
    error = error_of(Source(settings(flow)).access_token)

    assert isinstance(error, LoginRefused)
    assert str(error) == f"imap.oauth2: nobody has logged in for {USER} yet: run `swc-mailer login`"
    assert endpoint.requests == []


@pytest.mark.parametrize(
    ("refusal", "mend"),
    [("authorization_declined", "was declined"), ("expired_token", "nobody entered the code in time")],
)
def test_a_log_in_that_comes_to_nothing_leaves_what_was_kept(
    settings: Settings, endpoint: TokenEndpoint, refusal: str, mend: str
) -> None:
    source = logged_in(settings("device"), endpoint)
    before = source.settings.token_file.read_bytes()
    endpoint.refuse(refusal, "")
    error = error_of(lambda: source.log_in(Reader()))

    assert mend in str(error)
    assert source.settings.token_file.read_bytes() == before


@pytest.mark.parametrize(
    ("address", "mend"),
    [
        ("", "is not the address"),
        ("code-1", "is not the address"),
        (f"{REDIRECT}/?state=of-another-log-in&code=code-1", "is not the address"),
        (f"{REDIRECT}/?error=access_denied", "was declined"),
        (f"{REDIRECT}/?error=admin_policy_enforced", "administrator must trust"),
    ],
)
def test_an_address_that_brings_no_code_is_told(settings: Settings, endpoint: TokenEndpoint, address: str, mend: str) -> None:
    error = error_of(lambda: Source(settings("browser")).log_in(Reader(lambda told: address)))

    assert mend in str(error)
    assert endpoint.requests == []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"type": "authorized_user"}', '{"installed": {"client_id": "x"}}'])
def test_a_file_that_is_no_key_of_a_service_account_is_named(settings: Settings, tmp_path: Path, content: str) -> None:
    chosen = settings("service_account")
    (tmp_path / "key.json").write_text(content)
    error = error_of(Source(chosen).access_token)

    assert isinstance(error, ConfigError)
    assert str(error).startswith(f"imap.oauth2.key_file: {tmp_path}/key.json is no key of a service account")


# --- unreachable -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("flow", FLOWS)
def test_an_endpoint_that_is_not_there_is_tried_again_by_the_next_run(
    settings: Settings, endpoint: TokenEndpoint, flow: str
) -> None:
    source = logged_in(settings(flow, authority=endpoint.url), endpoint)
    source.settings.token_file.rename(source.settings.token_file.with_suffix(".old"))
    gone = Source(replace(source.settings, authority="https://localhost:1"))
    kept = json.loads(source.settings.token_file.with_suffix(".old").read_text())["tokens"].popitem()[1]
    source.settings.token_file.write_text(json.dumps({"tokens": {gone.settings.account: kept}}))
    error = error_of(gone.renew)

    assert isinstance(error, Unreachable)
    assert "localhost:1 could not be reached for a token" in str(error)


@pytest.mark.parametrize("flow", OF_PROGRAMS)
@pytest.mark.parametrize(
    ("status", "content"),
    [(200, b"<html>Please log in to the network</html>"), (200, b'"access-token-of-nobody'), (200, b"{}"), (502, b"Bad gateway")],
)
def test_an_answer_that_is_none_is_not_shown_and_tried_again(
    settings: Settings, endpoint: TokenEndpoint, capfd: pytest.CaptureFixture[str], flow: str, status: int, content: bytes
) -> None:
    endpoint.answer(status, content)
    error = error_of(Source(settings(flow)).access_token, "<html>")

    assert isinstance(error, Unreachable)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("flow", OF_PROGRAMS)
def test_an_endpoint_whose_certificate_nobody_vouches_for_gets_no_secret(
    settings: Settings, endpoint: TokenEndpoint, flow: str
) -> None:
    error = error_of(Source(settings(flow, ca_file=None)).access_token)

    assert isinstance(error, ConfigError)
    assert str(error).startswith("imap.oauth2.ca_file: the certificate of localhost:")
    assert endpoint.requests == []


@pytest.mark.parametrize("flow", FLOWS)
def test_an_endpoint_with_trouble_of_its_own_refuses_nobody(settings: Settings, endpoint: TokenEndpoint, flow: str) -> None:
    source = logged_in(settings(flow), endpoint)
    endpoint.refuse("temporarily_unavailable", "AADSTS90033: A transient error has occurred.")

    assert isinstance(error_of(source.renew), Unreachable)


def test_a_code_that_google_does_not_take_is_told(settings: Settings, endpoint: TokenEndpoint) -> None:
    person = person_for(endpoint)
    copied = person.answer
    person.answer = lambda told: copied(told).replace("code=code-1", "code=code-")
    error = error_of(lambda: Source(settings("browser")).log_in(person))

    assert "the address was not copied whole" in str(error)


@pytest.mark.parametrize("content", [b"<html>", b"[]", b"{}"])
def test_an_exchange_that_brings_no_token_is_tried_again(settings: Settings, endpoint: TokenEndpoint, content: bytes) -> None:
    endpoint.answer(200, content)

    assert isinstance(error_of(lambda: Source(settings("browser")).log_in(person_for(endpoint))), Unreachable)


def test_a_clock_that_is_wrong_is_what_a_service_account_is_told_of(settings: Settings) -> None:
    """A program of its own, at another time: what it signs is of two days ago."""
    chosen = settings("service_account")
    program = f"""
from pathlib import PosixPath
from swc_mailer.adapters.oauth2 import OAuth2Settings, Source
from swc_mailer.errors import LoginRefused
try:
    Source({chosen!r}).access_token()
except LoginRefused as error:
    print(error)
"""
    ran = subprocess.run(["faketime", "-f", "-2d", sys.executable, "-c", program], capture_output=True, text=True)

    assert "the clock of this computer is wrong" in ran.stdout, ran.stderr
