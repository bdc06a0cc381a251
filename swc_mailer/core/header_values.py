"""The value of one header field in, what it names out: mailboxes, message ids, a time, a media type. Never raises."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message as Fields
from email.utils import parsedate_to_datetime

from swc_mailer.core.characters import one_line
from swc_mailer.core.charsets import decode
from swc_mailer.core.encoded_words import decode_words
from swc_mailer.core.model import Mailbox

# --- mailboxes (RFC 5322 section 3.4) ----------------------------------------------------------------------

LONGEST_ADDRESSES = 2_000  # characters

ADDRESS_TOKEN = re.compile(
    r'"(?P<quoted>(?:[^"\\]|\\.)*+)"|\((?P<comment>(?:[^()\\]|\\.)*+)\)|<(?P<angle>[^<>]*+)>|(?P<mark>[,;:])|(?P<word>[^\s"(<,;:]++)|.',
    re.DOTALL,
)
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
ROUTE = re.compile(r"@[^:]*:")
AROUND_AT = re.compile(r"\s*@\s*")


@dataclass(slots=True)
class Being:
    """A mailbox while it is read."""

    words: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    address: str | None = None


def mailboxes(value: str) -> tuple[Mailbox, ...]:
    """The mailboxes of an address field; those of groups too, without the group's name."""
    return tuple(_named(_read(value[:LONGEST_ADDRESSES])))


def _named(found: Iterable[Mailbox]) -> Iterator[Mailbox]:
    """A name with a comma and no quotes comes in two: "Example, Ann <ann@example.org>" is one mailbox."""
    name = ""
    for mailbox in found:
        joined = f"{name}, {mailbox.name}" if name else mailbox.name
        if mailbox.address or not mailbox.name:
            yield Mailbox(joined, mailbox.address)
            name = ""
        else:
            name = joined
    if name:
        yield Mailbox(name, "")


def _read(value: str) -> Iterator[Mailbox]:
    being = Being()
    for token in ADDRESS_TOKEN.finditer(value):
        match token.lastgroup:
            case "quoted":
                being.words.append(ESCAPED.sub(r"\1", token["quoted"]))
            case "comment":
                being.comments.append(ESCAPED.sub(r"\1", token["comment"]))
            case "word":
                being.words.append(token["word"])
            case "angle" if being.address is None:
                being.address = token["angle"]
            case "angle":
                yield from _whole(being)
                being = Being(address=token["angle"])
            case "mark" if token["mark"] == ":":
                being.words.clear()
            case "mark":
                yield from _whole(being)
                being = Being()
            case _:
                pass  # white space, and brackets and quotes without their other half
    yield from _whole(being)


def _whole(being: Being) -> Iterator[Mailbox]:
    said = " ".join(being.words)
    name = one_line(decode_words(said or " ".join(being.comments)))
    if being.address is not None:
        yield Mailbox(name, addr_spec(being.address))
    elif "@" in said:
        yield _without_brackets(AROUND_AT.sub("@", said), one_line(decode_words(" ".join(being.comments))))
    elif "=?" in said and "@" in name:
        yield from _read(name.replace("=?", ""))  # some programs encode the whole mailbox
    elif said:
        yield Mailbox(name, "")


def _without_brackets(said: str, comment: str) -> Mailbox:
    words = said.split()
    address = next(word for word in words if "@" in word)
    words.remove(address)
    return Mailbox(one_line(decode_words(" ".join(words))) or comment, addr_spec(address))


def addr_spec(text: str) -> str:
    """The address as written, without a route; what cannot be seen in it is made visible, lest it look like another one."""
    address = ROUTE.sub("", text.strip(), count=1) if text.strip().startswith("@") else text.strip()
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in address)


# --- message ids and times ---------------------------------------------------------------------------------

MESSAGE_ID = re.compile(r"<[^<>\s]+>")
LONGEST_TIME = 100  # characters


def message_ids(values: Iterable[str]) -> tuple[str, ...]:
    """Every id in them, in order, without doubles."""
    return tuple(dict.fromkeys(found for value in values for found in MESSAGE_ID.findall(value)))


def time_of(value: str) -> datetime | None:
    """A Date, or the time of a Received field, which stands behind its last semicolon; aware, in UTC where no zone is given."""
    try:
        found = parsedate_to_datetime(value.rpartition(";")[2].strip()[:LONGEST_TIME])
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
    if not 1971 <= found.year <= 9000:  # so that any zone can show it
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


# --- media types (RFC 2045 section 5) ----------------------------------------------------------------------

LONGEST_TYPE = 1_000  # characters: more are slow to read
MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,80}/[a-z0-9!#$&^_.+-]{1,80}")
BARE = {"text": "text/plain", "html": "text/html", "plain": "text/plain", "text/": "text/plain"}  # as broken programs write


def media_type(value: str) -> str:
    """The type without its parameters, in lower case; "" where there is none, or none that can be."""
    word = value[:LONGEST_TYPE].partition(";")[0].partition("(")[0].strip().lower()
    return word if MEDIA_TYPE.fullmatch(word) else BARE.get(word, "")


def parameters(value: str) -> dict[str, str]:
    """The parameters of a Content-Type or Content-Disposition, as first given. RFC 2231 is read, encoded words are not."""
    if ";" not in value:
        return {}
    fields = Fields()
    fields["Content-Type"] = value[:LONGEST_TYPE]
    try:
        found = fields.get_params([])
    except (ValueError, IndexError, TypeError):
        return {}
    return {name.lower(): _parameter(given) for name, given in reversed(found[1:])}


def _parameter(given: str | tuple[str | None, str | None, str]) -> str:
    if isinstance(given, str):
        return given
    return one_line(decode(given[2].encode("latin-1", errors="replace"), given[0] or "").text)
