"""A message's parts in, its text as one person would read it out: the right one of several forms, in the right charset, as lines.
Never raises."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from swc_mailer.core.characters import clean
from swc_mailer.core.charsets import decode
from swc_mailer.core.html_text import html_text
from swc_mailer.core.mime import Entity
from swc_mailer.core.phrases import finds
from swc_mailer.core.plain_text import File, unenriched, unflowed, with_marks_said, without_armour, without_files
from swc_mailer.core.words import Words

LONGEST = 250_000  # characters: some hundred pages
MOST_BYTES = 4_000_000  # of one part as it was sent; HTML holds its pictures, now and then

# Some programs name the type without its second half, or their own kind of plain text.
TEXT = ("text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown", "text/x-markdown")
ENCRYPTED = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")

BEGINS_WITH_HTML = re.compile(
    r"\s*<(?:\?xml|!doctype html|html|head|body|meta|style|div|p|table|span|font)\b[^<>]*>", re.IGNORECASE
)
TAG = re.compile(r"<[a-z/!]", re.IGNORECASE)
META_CHARSET = re.compile(rb"""<meta\b[^>]{0,200}charset\s*=\s*["']?([\w:.-]{1,60})""", re.IGNORECASE)
NO_TEXT = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]")
LOOK_AT = 4_000  # characters that tell whether it is text
SHORT = 600  # characters of a plain text that may only point to the HTML
FEW_WORDS = 5  # of a plain text that may be only the beginning of the HTML
FIGURE = re.compile(r"\d")
LINKS = re.compile(r"\[[^\[\]\n]*\]|<[^<>\n]*>|\bhttps?:\S+|\bcid:\S+")  # and pictures, as programs put them into plain text
MUCH_MORE = 3  # times as many words


@dataclass(frozen=True, slots=True)
class Body:
    """The text of a message or part, and what became of the rest."""

    text: str = ""
    damage: tuple[str, ...] = ()
    complete: bool = True  # False: there is more text, which could not be read or was too long
    failed: bool = False  # a part that should be text is none
    files: tuple[File, ...] = ()  # that stood in the text

    @property
    def empty(self) -> bool:
        return not self.text.strip()


def read_body(entity: Entity, words: Words) -> Body:
    """The text of a message. A text that is named as a file is none, unless it is all there is and stands in the message."""
    body = _body(entity, words)
    if body.empty and body.complete:
        named = [part for part in entity.walk() if _is_text(part) and part.disposition != "attachment"]
        body = _joined([body, *(_text(part, words) for part in named if part.file_name)])
    whole = _cut(body, body.text)
    return replace(whole, text=with_marks_said(whole.text))


def _cut(body: Body, text: str) -> Body:
    """The body with this text, or as much of it as is read."""
    if len(text) <= LONGEST:
        return replace(body, text=text)
    too_long = f"The text is longer than {LONGEST} characters; the rest was not read."
    return replace(body, text=text[:LONGEST], damage=(*body.damage, too_long), complete=False)


def is_own_text(entity: Entity) -> bool:
    """Whether a part is text of the message itself, and no file."""
    return _is_text(entity) and not entity.file_name and entity.disposition != "attachment"


def _is_text(entity: Entity) -> bool:
    return entity.media_type in TEXT or (entity.media_type.startswith("multipart/") and not entity.children)


def _body(entity: Entity, words: Words) -> Body:
    if entity.media_type in ENCRYPTED:
        return Body(damage=("The message is encrypted, or signed in a form that hides its text.",), complete=False)
    if entity.media_type == "multipart/alternative" and entity.children:
        return _alternative(entity.children, words)
    if entity.is_multipart:
        return _joined([_body(child, words) for child in entity.children])
    return _text(entity, words) if is_own_text(entity) else Body()


def _joined(bodies: Sequence[Body]) -> Body:
    """All of them, one below the other."""
    if len(bodies) == 1:
        return bodies[0]
    texts = [body.text.removesuffix("\n") for body in bodies if not body.empty]
    return Body(
        text="\n".join(texts),
        damage=tuple(sentence for body in bodies for sentence in body.damage),
        complete=all(body.complete for body in bodies),
        failed=any(body.failed for body in bodies),
        files=tuple(file for body in bodies for file in body.files),
    )


# --- one of several forms ----------------------------------------------------------------------------------


def _alternative(children: Sequence[Entity], words: Words) -> Body:
    """The plain text, as its lines are the writer's; the HTML where the plain text says nothing. A short one without any figure
    gives no details: there the HTML is looked at, which may give them."""
    plain = _first(_body(child, words) for child in children if not _shows_html(child))
    stub = _is_stub(plain.text, words)
    said = plain.text.split()
    gives = len(plain.text) > SHORT or FIGURE.search(LINKS.sub("", plain.text))
    if len(said) > FEW_WORDS and gives and not stub:
        return plain
    html = _first(_body(child, words) for child in reversed(children) if _shows_html(child))
    in_html = html.text.split()
    other_words = 2 * len(set(said) & set(in_html)) < len(set(said))
    differs = stub or (other_words and FIGURE.search(html.text))
    says_more = len(in_html) > (len(said) // 3 if differs else MUCH_MORE * len(said))
    return html if says_more or plain == Body() else plain


def _first(bodies: Iterable[Body]) -> Body:
    """The first that has text, else the first that could not be read."""
    found = Body()
    for body in bodies:
        if not body.empty:
            return body
        found = body if found == Body() else found
    return found


def _shows_html(entity: Entity) -> bool:
    return any(part.media_type == "text/html" and is_own_text(part) for part in entity.walk())


def _is_stub(text: str, words: Words) -> bool:
    return len(text) <= SHORT and finds(words, "message", "stub", text)


# --- one text ----------------------------------------------------------------------------------------------


def _text(entity: Entity, words: Words) -> Body:
    sent = entity.text_bytes(MOST_BYTES)
    label = entity.params.get("charset", "")
    if not label and entity.media_type == "text/html" and (meta := META_CHARSET.search(sent.content, 0, LOOK_AT)):
        label = meta[1].decode("ascii", errors="replace")
    text, said_wrongly = decode(sent.content, label)
    damage = tuple(sentence for sentence in (sent.damage, said_wrongly) if sentence)
    if len(NO_TEXT.findall(text[:LOOK_AT])) * 20 > len(text[:LOOK_AT]):
        return Body(damage=(*damage, "What should be text is none."), failed=True)
    # Some programs call HTML plain text, and plain text HTML.
    if BEGINS_WITH_HTML.match(text) or (entity.media_type == "text/html" and TAG.search(text)):
        return _as_html(text, Body(damage=damage, complete=entity.end - entity.start <= MOST_BYTES), words)
    return _as_plain(entity, _cut(Body(damage=damage), text.replace("\r\n", "\n")))


def _as_html(html: str, body: Body, words: Words) -> Body:
    text, complete = html_text(html, words)
    if complete and body.complete:
        return _cut(body, clean(text))
    too_long = "The HTML is longer, or has more tags, than is read."
    return _cut(replace(body, damage=(*body.damage, too_long), complete=False), clean(text))


def _as_plain(entity: Entity, body: Body) -> Body:
    text = body.text
    if entity.media_type in ("text/enriched", "text/richtext"):
        text = unenriched(text)
    elif entity.params.get("format", "").lower() == "flowed":
        text = unflowed(text, delsp=entity.params.get("delsp", "").lower() == "yes")
    text, encrypted = without_armour(clean(text))
    text, files = without_files(text)
    damage = (*body.damage, "The text is encrypted (PGP).") if encrypted else body.damage
    return replace(body, text=text, damage=damage, complete=body.complete and not encrypted, files=files)
