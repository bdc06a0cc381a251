"""The naive peer: what somebody would write in an afternoon: two patterns, and no further thought."""

from __future__ import annotations

import email
import re
from collections.abc import Mapping
from email.policy import default

NUMBER = re.compile(r"\b\d{6,8}\b")
POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?) ?(\d[A-Z]{2})\b", re.IGNORECASE)


def decide(raw: bytes, postcodes: Mapping[str, str]) -> str:
    """The outcome for one mail; `postcodes` of the members by number."""
    message = email.message_from_bytes(raw, policy=default)
    body = message.get_body(("plain", "html"))
    text = re.sub(r"<[^>]+>", " ", body.get_content()) if body else ""
    number, postcode = NUMBER.search(text), POSTCODE.search(text)
    if message.get("Auto-Submitted", "no") != "no" or message.get("Precedence") in ("bulk", "list", "junk"):
        return "ignore"
    if not number or not postcode:
        return "details_missing"
    return "pack" if postcodes.get(number[0]) == f"{postcode[1]} {postcode[2]}".upper() else "review"
