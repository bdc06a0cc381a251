"""Small mails for tests: how they are built, and how they are read."""

from __future__ import annotations

from datetime import datetime

from swc_mailer.adapters.rules_files import read_words
from swc_mailer.core.message import parse
from swc_mailer.core.model import Message

WORDS = read_words()
OWN_ADDRESSES = frozenset({"swc@amnesty.org.uk"})


def read(raw: bytes | str, *, received: datetime | None = None) -> Message:
    content = raw.encode() if isinstance(raw, str) else raw
    return parse(content, received=received, words=WORDS, own_addresses=OWN_ADDRESSES)


def text_of(message: Message) -> str:
    part = message.part("text")
    assert part is not None
    return part.text


def multipart(kind: str, *parts: str, boundary: str = "b") -> str:
    """A message of these parts, each with its header fields."""
    return f"Content-Type: multipart/{kind}; boundary={boundary}\n\n" + body_of(*parts, boundary=boundary)


def body_of(*parts: str, boundary: str = "b") -> str:
    return "".join(f"--{boundary}\n{part}\n" for part in parts) + f"--{boundary}--\n"


def plain(text: str) -> str:
    return f"Content-Type: text/plain; charset=utf-8\n\n{text}"


def html(text: str) -> str:
    return f"Content-Type: text/html; charset=utf-8\n\n{text}"


def file(kind: str, content: str, *fields: str) -> str:
    return "\n".join([f"Content-Type: {kind}", "Content-Transfer-Encoding: base64", *fields, "", content])


IMAGE = file('image/png; name="card.png"', "iVBORw0KGgo=", "Content-Disposition: inline")
PDF = file("application/pdf", "JVBERg==", 'Content-Disposition: attachment; filename="letter.pdf"')
