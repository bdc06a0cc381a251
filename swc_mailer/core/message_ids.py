"""Our own Message-IDs: made so that an answer which refers to one names its request, and nobody else can make one.

`<swc.REQUEST.NONCE.SEAL@DOMAIN>`: the seal is a keyed hash of the rest. Without it anybody who guesses a request's id
could attach mail to it by writing a References header.
"""

from __future__ import annotations

import hashlib
import hmac
import re

WORD = r"[A-Za-z0-9_-]{1,64}"
SEAL = r"[0-9a-f]{32}"
OURS = re.compile(rf"<?swc\.(?P<request>{WORD})\.(?P<nonce>{WORD})\.(?P<seal>{SEAL})@(?P<domain>[^<>@\s]{{1,255}})>?")


def new_message_id(key: bytes, request_id: str, nonce: str, domain: str) -> str:
    """A Message-ID for a reply in this request; `nonce` must be new each time."""
    for word in (request_id, nonce):
        if not re.fullmatch(WORD, word):
            raise ValueError(f"not fit for a Message-ID: {word!r}")
    return f"<swc.{request_id}.{nonce}.{_seal(key, request_id, nonce, domain)}@{domain}>"


def request_of(message_id: str, key: bytes, domain: str) -> str | None:
    """The request that one of our own Message-IDs belongs to; None for anybody else's, and for a forged one."""
    found = OURS.fullmatch(message_id.strip())
    if not found or found["domain"].lower() != domain.lower():
        return None
    expected = _seal(key, found["request"], found["nonce"], domain)
    return found["request"] if hmac.compare_digest(expected, found["seal"]) else None


def _seal(key: bytes, request_id: str, nonce: str, domain: str) -> str:
    # 128 bits are more than anybody can try against a mailbox, and keep the header on one line.
    signed = f"{request_id}.{nonce}@{domain.lower()}".encode()
    return hmac.new(key, signed, hashlib.sha256).hexdigest()[:32]
