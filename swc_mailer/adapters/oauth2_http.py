"""How the token endpoints are reached, by requests, for msal and google-auth alike: settings in, a session out."""

from __future__ import annotations

import logging
from functools import partial

import requests

from swc_mailer.adapters.oauth2 import OAuth2Settings

# What msal logs of an error holds the endpoint's answer as it came, and that may be a token. Our own errors tell all of these.
for library in ("msal", "google", "urllib3"):
    logging.getLogger(library).addHandler(logging.NullHandler())
    logging.getLogger(library).propagate = False


def session(settings: OAuth2Settings) -> requests.Session:
    """A CA that is given goes before those that the environment names for every program (REQUESTS_CA_BUNDLE)."""
    made = requests.Session()
    verify = str(settings.ca_file) if settings.ca_file else None
    made.request = partial(made.request, timeout=settings.timeout_seconds, verify=verify)  # type: ignore[method-assign]
    return made
