"""Tells a health check of the kind of healthchecks.io by HTTP how passes go: an address in, a GET out.

By the standard library: three bare requests, of whose answers only the status counts.
"""

from __future__ import annotations

import urllib.request
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from swc_mailer import __version__
from swc_mailer.errors import Unreachable

SECONDS = 5.0  # new mail waits for as long


def reach(address: str) -> None:
    """A connection, and no word on it. Raises Unreachable, without the address but for its server."""
    parts = urlsplit(address)
    connection = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    try:
        with closing(connection(parts.netloc, timeout=SECONDS)) as line:
            line.connect()
    except (OSError, HTTPException) as error:
        raise Unreachable(f"health.ping_url: {parts.netloc} could not be reached ({error})") from error


def ping(address: str) -> None:
    """Raises Unreachable, without the address: whoever knows it can ping too."""
    request = urllib.request.Request(address, headers={"User-Agent": f"swc-mailer/{__version__}"})  # noqa: S310 -- config_values.py: http
    try:
        with urllib.request.urlopen(request, timeout=SECONDS):  # noqa: S310
            pass
    except (OSError, HTTPException) as error:  # URLError and HTTPError are OSErrors
        raise Unreachable(f"health.ping_url: it could not be told ({getattr(error, 'reason', error)})") from error
