"""Google, by google-auth: log-in in a browser, renewal, and the service account that acts for a mailbox.

Google's device codes are not for mail: its limited-input flow gives no scope for Gmail. So a person opens a page in any browser,
is led to an address of the own computer where nobody answers, and copies that address here: it holds the code that is exchanged.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from google.auth.transport.requests import Request
from google.oauth2.credentials import Credentials
from google.oauth2.service_account import Credentials as ServiceAccount

from swc_mailer.adapters.oauth2 import Granted, OAuth2Settings, Person
from swc_mailer.adapters.oauth2_http import session
from swc_mailer.adapters.oauth2_mistakes import refusal, unreachable, unreadable
from swc_mailer.errors import ConfigError

CONSENT_PAGE = "https://accounts.google.com/o/oauth2/v2/auth"
AUTHORITY = "https://oauth2.googleapis.com"
REDIRECT = "http://127.0.0.1:8531"  # any port will do: nobody listens there
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def log_in(settings: OAuth2Settings, person: Person) -> Granted:
    state, verifier = secrets.token_urlsafe(16), secrets.token_urlsafe(64)
    person.tell(
        [
            f"Open this page in a browser, and log in as {settings.username}:",
            consent_page(settings, state, verifier),
            f"In the end the browser says that it cannot open a page, and its address begins with {REDIRECT}.",
        ]
    )
    code = code_in(settings, person.ask("Copy that whole address here: "), state)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "code_verifier": verifier,
        "redirect_uri": REDIRECT,
        "client_id": settings.client_id,
        "client_secret": settings.client_secret,
    }
    with errors_in_words(settings):
        return exchanged(settings, form)


def renew(settings: OAuth2Settings, refresh_token: str) -> Granted:
    with errors_in_words(settings):
        credentials: Any = service_account(settings) if settings.flow == "service_account" else user(settings, refresh_token)
        credentials.refresh(reaching(settings))
        # google-auth's times are in UTC, and naive. An answer may not say how long its token is good: then for this time only.
        left = (credentials.expiry.replace(tzinfo=UTC) - datetime.now(UTC)).total_seconds() if credentials.expiry else 0
        return Granted(credentials.token, left, getattr(credentials, "refresh_token", None) or "")


# --- a person ----------------------------------------------------------------------------------------------


def consent_page(settings: OAuth2Settings, state: str, verifier: str) -> str:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "client_id": settings.client_id,
        "redirect_uri": REDIRECT,
        "response_type": "code",
        "scope": " ".join(settings.scopes),
        "access_type": "offline",
        "prompt": "consent",  # without it a second log-in brings no refresh token
        "login_hint": settings.username,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{CONSENT_PAGE}?{urlencode(asked)}"


def code_in(settings: OAuth2Settings, address: str, state: str) -> str:
    """The code in the address that the browser was led to."""
    found = {key: values[0] for key, values in parse_qs(urlsplit(address.strip()).query).items()}
    if "error" in found:
        raise refusal(settings, found["error"])
    if found.get("state") != state or not found.get("code"):
        raise ConfigError(
            f"That is not the address that the browser was led to: it begins with {REDIRECT}/?state= and holds a code. "
            "Run `swc-mailer login` again"
        )
    return found["code"]


def exchanged(settings: OAuth2Settings, form: Mapping[str, str]) -> Granted:
    """google-auth knows no exchange of a code: one request to the token endpoint, as in RFC 6749 section 4.1.3."""
    answer = reaching(settings)(token_url(settings), method="POST", body=urlencode(form).encode(), headers=FORM)
    found = json.loads(answer.data)
    if not isinstance(found, dict) or not (found.get("access_token") or found.get("error")):
        raise unreadable(settings, urlsplit(token_url(settings)).netloc)
    if "error" in found:
        raise refusal(settings, str(found["error"]), str(found.get("error_description", "")))
    seconds = float(found.get("expires_in", 0))
    return Granted(found["access_token"], seconds, found.get("refresh_token", ""), found.get("refresh_token_expires_in"))


def user(settings: OAuth2Settings, refresh_token: str) -> Credentials:
    return Credentials(
        None,
        refresh_token=refresh_token,
        token_uri=token_url(settings),
        client_id=settings.client_id,
        client_secret=settings.client_secret,
    )


# --- a service account -------------------------------------------------------------------------------------


def service_account(settings: OAuth2Settings) -> ServiceAccount:
    assert settings.key_file
    try:
        key = json.loads(settings.key_file.read_bytes())
        if settings.authority:
            key["token_uri"] = token_url(settings)
        made: ServiceAccount = ServiceAccount.from_service_account_info(key, scopes=settings.scopes, subject=settings.username)
    except (OSError, ValueError, TypeError, GoogleAuthError) as error:
        raise ConfigError(
            f"{settings.section}.key_file: {settings.key_file} is no key of a service account: "
            "download it as JSON in the Google Cloud console (Service Accounts, Keys)"
        ) from error
    return made


# --- the endpoint ------------------------------------------------------------------------------------------


def token_url(settings: OAuth2Settings) -> str:
    return f"{settings.authority or AUTHORITY}/token"


def reaching(settings: OAuth2Settings) -> Callable[..., Any]:
    return partial(Request(session(settings)), timeout=settings.timeout_seconds)


@contextmanager
def errors_in_words(settings: OAuth2Settings) -> Iterator[None]:
    server = urlsplit(token_url(settings)).netloc
    try:
        yield
    except (TransportError, OSError) as error:
        raise unreachable(settings, server, error) from error
    except RefreshError as error:
        answer = error.args[1] if len(error.args) > 1 else None
        if not isinstance(answer, dict) or "error" not in answer:
            raise unreadable(settings, server) from error
        raise refusal(settings, str(answer["error"]), str(answer.get("error_description", ""))) from error
    except (ValueError, TypeError) as error:  # where the answer is no JSON, it looks for a key in a text
        raise unreadable(settings, server) from error
