"""The raw bytes of a bounce in, what it is about out: which of our mails, which recipients, and whether it is for good.

Bounces come in every dialect, many without the parts of RFC 3464, so the whole raw text is searched, not its structure.
That it is a bounce at all is for the signs of automatic.py to say; here it is taken for one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from swc_mailer.core.message_ids import OURS

LOOK_AT = 1_000_000  # bytes: a bounce may bring our whole pack back

SOFT_BREAK = re.compile(rb"=\r?\n")  # quoted-printable breaks lines inside a Message-ID
FIELD_OF_RECIPIENT = re.compile(
    r"^(?:Final-Recipient|Original-Recipient|X-Failed-Recipients)[ \t]*:[ \t]*(?:rfc822|utf-8)?[ \t]*;?[ \t]*(\S[^\r\n]{0,998})",
    re.IGNORECASE | re.MULTILINE,
)
ADDRESS = re.compile(r"[^\s<>,;:()\"]{1,64}@[^\s<>,;:()\"@]{1,255}")
ACTION = re.compile(r"^Action[ \t]*:[ \t]*([a-z]+)", re.IGNORECASE | re.MULTILINE)
STATUS = re.compile(r"^Status[ \t]*:[ \t]*([245])\.\d{1,3}\.\d{1,3}", re.IGNORECASE | re.MULTILINE)
STILL_TRYING = re.compile(
    r"\b(?:will (?:be retried|continue|keep trying|be attempted)|still (?:being )?(?:trying|tried)|"
    r"(?:has|have) (?:not yet )?been delayed|not yet been delivered|delivery (?:is )?(?:delayed|incomplete)|"
    r"notification \(delay\)|this is a warning message only|temporary (?:error|problem|failure)|you do not need to resend)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Bounce:
    """What came back."""

    message_ids: tuple[str, ...]  # ours, by their form; whether the seal is right is for message_ids.request_of to say
    recipients: tuple[str, ...]  # as the report's fields give them, lower case
    permanent: bool  # False: the other server goes on trying, and nothing is lost yet


def read_bounce(raw: bytes) -> Bounce:
    """Never raises on account of the bytes."""
    text = SOFT_BREAK.sub(b"", raw[:LOOK_AT]).decode("utf-8", errors="replace")
    named = (address for found in FIELD_OF_RECIPIENT.finditer(text) for address in ADDRESS.findall(found[1]))
    return Bounce(
        message_ids=tuple(dict.fromkeys(found.group() for found in OURS.finditer(text))),
        recipients=tuple(dict.fromkeys(address.lower() for address in named)),
        permanent=is_permanent(text),
    )


def is_permanent(text: str) -> bool:
    """By the report's fields where it has them, else by its words. In doubt it is for good: a person then looks."""
    actions = {action.lower() for action in ACTION.findall(text)}
    if actions:
        return bool(actions - {"delayed", "delivered", "relayed", "expanded"})
    statuses = set(STATUS.findall(text))
    if statuses:
        return "5" in statuses
    return not STILL_TRYING.search(text)
