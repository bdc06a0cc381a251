"""The raw bytes of a bounce in, what it is about out: which of our mails, which recipients, whether it is for good, and why.

Bounces come in every dialect, many without the parts of RFC 3464. Our Message-IDs are looked for in the whole raw text, not in
its structure; flufl.bounce reads the dialects for recipients. That it is a bounce at all is for the signs of automatic.py to
say: here it is taken for one, and flufl.bounce takes people's quoted words for bounces too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes
from itertools import pairwise

from swc_mailer.core.message_ids import OURS

LOOK_AT = 1_000_000  # bytes: a bounce may bring our whole pack back
LOOK_CLOSELY_AT, MOST_LINES = 32_000, 800  # flufl.bounce takes longer than hostile mail may cost, line by line
MOST_RECIPIENTS = 50
LONGEST_WORDS = 200

SOFT_BREAK = re.compile(rb"=\r?\n")  # quoted-printable breaks lines inside a Message-ID
FIELD_OF_RECIPIENT = re.compile(
    r"^(?:Final-Recipient|Original-Recipient|X-Failed-Recipients)[ \t]*+:[ \t]*+"
    r"(?:rfc822|utf-8)?[ \t]*+;?[ \t]*+(\S[^\r\n]{0,998})",
    re.IGNORECASE | re.MULTILINE,
)
ADDRESS = re.compile(r"[^\s<>,;:()\"]{1,64}@[^\s<>,;:()\"@]{1,255}")
ACTION = re.compile(r"^Action[ \t]*+:[ \t]*+([a-z]+)", re.IGNORECASE | re.MULTILINE)
STATUS = re.compile(r"^Status[ \t]*+:[ \t]*+([245])\.\d{1,3}\.\d{1,3}", re.IGNORECASE | re.MULTILINE)
STILL_TRYING = re.compile(
    r"\b(?:will (?:be retried|continue|keep trying|be attempted)|still (?:being )?(?:trying|tried)|"
    r"(?:has|have) (?:not yet )?been delayed|not yet been delivered|delivery (?:is )?(?:delayed|incomplete)|"
    r"notification \(delay\)|this is a warning message only|temporary (?:error|problem|failure)|you do not need to resend)",
    re.IGNORECASE,
)
GIVEN_UP = re.compile(
    r"\b(?:giv(?:e|en|ing) up|gave up|permanent(?:ly)? (?:error|fail\w*)|no (?:further|more) attempts|will not be re-?tried)\b",
    re.IGNORECASE,
)
DIAGNOSTIC = re.compile(
    r"^Diagnostic-Code[ \t]*+:[ \t]*+(?:[a-z-]{1,20}[ \t]*+;)?[ \t]*+([^\r\n]{1,998}(?:\r?\n[ \t]++[^\r\n]{1,998}){0,5})",
    re.IGNORECASE | re.MULTILINE,
)
ANSWER = re.compile(r"\b[45]\d\d[ -]#?[45]\.\d{1,3}\.\d{1,3}\b.*")  # "550 5.1.1 no such user"
CODE = re.compile(r"#[45]\.\d{1,3}\.\d{1,3}\b")


@dataclass(frozen=True, slots=True)
class Bounce:
    """What came back."""

    message_ids: tuple[str, ...]  # ours, by their form; the store knows which it has sent
    recipients: tuple[str, ...]  # as the report's fields or its dialect give them, lower case
    permanent: bool  # False: the other server goes on trying, and nothing is lost yet
    words: str  # the other server's, on one line; "" where none could be told


def read_bounce(raw: bytes) -> Bounce:
    """Never raises on account of the bytes."""
    text = SOFT_BREAK.sub(b"", raw[:LOOK_AT]).decode("utf-8", errors="replace")
    opening = "\n".join(text[:LOOK_CLOSELY_AT].splitlines()[:MOST_LINES])
    temporary, permanent = failures(opening)
    fields = [address for found in FIELD_OF_RECIPIENT.finditer(text) for address in ADDRESS.findall(found[1])]
    recipients = in_lower_case([*fields, *permanent, *temporary])
    return Bounce(
        message_ids=tuple(dict.fromkeys(found.group() for found in OURS.finditer(text))),
        recipients=recipients,
        permanent=is_permanent(text, temporary=temporary, permanent=permanent),
        words=their_words(opening, recipients)[:LONGEST_WORDS],
    )


def failures(opening: str) -> tuple[list[str], list[str]]:
    """The recipients that flufl.bounce finds to have failed for the time being, and for good. Its detectors raise on odd mail."""
    from flufl.bounce import all_failures  # with the first bounce: all its detectors are loaded

    try:
        temporary, permanent = all_failures(message_from_bytes(opening.encode("utf-8", errors="replace")))
    except Exception:  # noqa: BLE001 -- whatever it is, the mail is odd and the other ways to read it are left
        return [], []
    return in_text(temporary), in_text(permanent)


def in_text(addresses: Iterable[bytes | str]) -> list[str]:
    texts = (address.decode("utf-8", errors="replace") if isinstance(address, bytes) else address for address in addresses)
    return sorted(found.group() for text in texts if (found := ADDRESS.search(text)))


def in_lower_case(addresses: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(address.lower() for address in addresses))[:MOST_RECIPIENTS]


def is_permanent(text: str, *, temporary: list[str], permanent: list[str]) -> bool:
    """By the report's fields where it has them, else by its dialect, else by its words. In doubt it is for good: a person then
    looks."""
    actions = {action.lower() for action in ACTION.findall(text)}
    if actions:
        return bool(actions - {"delayed", "delivered", "relayed", "expanded"})
    statuses = set(STATUS.findall(text))
    if statuses:
        return "5" in statuses
    if temporary and not permanent:
        return False
    return bool(GIVEN_UP.search(text)) or not STILL_TRYING.search(text)


# --- why ---------------------------------------------------------------------------------------------------


def their_words(opening: str, recipients: tuple[str, ...]) -> str:
    """The other server's answer: in the report's own field, or as it is quoted, or what follows the recipient's address."""
    field = DIAGNOSTIC.search(opening)
    if field:
        return one_line(field[1])
    lines = [line.strip() for line in opening.splitlines() if line.strip()]
    return quoted_answer(lines) or beside_a_code(lines) or below_the_address(lines, recipients)


def quoted_answer(lines: list[str]) -> str:
    return next((one_line(found.group()) for line in lines if (found := ANSWER.search(line))), "")


def beside_a_code(lines: list[str]) -> str:
    """ "Sorry, no mailbox here by that name. (#5.1.1)", or what stands above a line that has hardly more than the code."""
    for above, line in zip(["", *lines], lines, strict=False):
        if CODE.search(line):
            return one_line(line if len(line.split()) > SHORT else f"{above} {line}")
    return ""


SHORT = 3  # words


def below_the_address(lines: list[str], recipients: tuple[str, ...]) -> str:
    for line, below in pairwise(lines):
        if line.endswith(":") and ADDRESS.search(line) and (not recipients or any(to in line.lower() for to in recipients)):
            return one_line(below)
    return ""


def one_line(text: str) -> str:
    return " ".join(text.split())
