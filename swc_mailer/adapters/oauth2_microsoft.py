"""Microsoft 365, by msal: log-in by device code, renewal, and the application's own log-in by client credentials."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import msal
from msal.exceptions import MsalServiceError

from swc_mailer.adapters.oauth2 import Granted, OAuth2Settings, Person
from swc_mailer.adapters.oauth2_http import session
from swc_mailer.adapters.oauth2_mistakes import refusal, unreachable, unreadable

AUTHORITY = "https://login.microsoftonline.com"


def log_in(settings: OAuth2Settings, person: Person) -> Granted:
    """A person enters a code on a page of Microsoft's, at any computer."""
    with errors_in_words(settings):
        application = msal.PublicClientApplication(settings.client_id, **reaching(settings))
        flow = application.initiate_device_flow(list(settings.scopes))
        if "user_code" not in flow:
            raise refused(settings, flow)
        person.tell([f"Open {flow['verification_uri']} and enter the code {flow['user_code']}"])
        return granted(settings, application.acquire_token_by_device_flow(flow))


def renew(settings: OAuth2Settings, refresh_token: str) -> Granted:
    with errors_in_words(settings):
        if settings.flow == "client_credentials":
            owner = msal.ConfidentialClientApplication(
                settings.client_id, client_credential=settings.client_secret, **reaching(settings)
            )
            return granted(settings, owner.acquire_token_for_client(list(settings.scopes)))
        application = msal.PublicClientApplication(settings.client_id, **reaching(settings))
        return granted(settings, application.acquire_token_by_refresh_token(refresh_token, list(settings.scopes)))


def reaching(settings: OAuth2Settings) -> dict[str, Any]:
    return {
        "authority": f"{settings.authority or AUTHORITY}/{settings.tenant}",
        "instance_discovery": False,  # else another server is asked first whether it knows this one
        "http_client": session(settings),
    }


def granted(settings: OAuth2Settings, answer: Mapping[str, Any]) -> Granted:
    if not answer.get("access_token"):
        raise refused(settings, answer)
    claims = answer.get("id_token_claims") or {}
    return Granted(
        access_token=answer["access_token"],
        seconds=float(answer.get("expires_in", 0)),
        refresh_token=answer.get("refresh_token", ""),
        refresh_seconds=answer.get("refresh_token_expires_in"),
        person=str(claims.get("preferred_username", "")),
    )


def refused(settings: OAuth2Settings, answer: Mapping[str, Any]) -> Exception:
    if "error" not in answer:
        return unreadable(settings, server_of(settings))
    return refusal(settings, str(answer["error"]), str(answer.get("error_description", "")))


def server_of(settings: OAuth2Settings) -> str:
    return urlsplit(settings.authority or AUTHORITY).netloc


@contextmanager
def errors_in_words(settings: OAuth2Settings) -> Iterator[None]:
    """requests' errors are OSErrors; the others tell of a status of 500 or more. msal looks the tenant up first, and words what
    it finds as a ValueError, which json's own is too."""
    server = server_of(settings)
    try:
        yield
    except (OSError, RuntimeError, MsalServiceError) as error:
        raise unreachable(settings, server, error) from error
    except ValueError as error:
        if "authority configuration" not in str(error):
            raise unreadable(settings, server) from error
        raise refusal(settings, "invalid_tenant", f"{server} knows no {settings.tenant}") from error
