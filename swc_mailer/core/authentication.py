"""What the receiving server says of the sender: Authentication-Results (RFC 8601) of the one server we trust."""

from __future__ import annotations

import re

from swc_mailer.core.model import Message, Policy

# dmarc decides: SPF or DKIM alone fail for honest mail that was forwarded (RFC 7489 section 10.2).
FAILED = re.compile(r"\bdmarc\s*=\s*(fail)\b", re.IGNORECASE)
AUTHSERV_ID = re.compile(r"\s*(?:\([^)]*\)\s*)?([^\s;]+)")


def failed_authentication(message: Message, policy: Policy) -> str:
    """The words of a failed verdict by the configured authserv-id, or "". Anybody can write such a header, so only the
    topmost one of that server counts (RFC 8601 section 5)."""
    for value in message.all("authentication-results") if policy.authserv_id else ():
        server = AUTHSERV_ID.match(value)
        if server and server[1].lower() == policy.authserv_id.lower():
            verdict = FAILED.search(value)
            return verdict[0] if verdict else ""
    return ""
