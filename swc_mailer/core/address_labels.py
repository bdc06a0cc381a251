"""The beginning of a line in, the field of a form that it names out: "Street:", "your_details_house = ", "Q3. Postcode:".

A label is what people read ("Address line 1") or what a program calls it ("address[line_1]", "postCode"); of a program's names
the words in front of the field's own do not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from swc_mailer.core.phrases import possible
from swc_mailer.core.places import DOCUMENT, Vocabulary, phrase
from swc_mailer.core.words import Words

ROW = re.compile(r"[^\t\n]{1,45}\t[^\t\n]+")
FLAT, HEADING, OTHER = "flat", "heading", "other"
LEADERS = "(?:[ ]?[.…·_]){2,}"  # ADDRESS ........ HOLLY BANK
LABEL = re.compile(  # a letter ends no label, which is quick to tell
    rf"(?P<label>[^:=|\t\n]{{1,45}}?)(?=[ :=|\t.…·_]|$)[ ]{{0,3}}(?:[:=|\t]+|[ ][-–—]+>?(?=[ ])|{LEADERS}|$)"
)
COUNTED = re.compile(r"^(?:q(?:uestion)? ?\d{1,2}[.):]?|\d{1,2}[.)]) +(?=[a-z])|^[\[(*_•]+", re.IGNORECASE)
REMARK = re.compile(r"[ ]*(?:\([^()]{0,30}\)?|\[[^\[\]]{0,30}\]?)$|[\])*_?.…]+$")
KEY = re.compile(r"[\w.\-\[\]]*(?:[_\[\]]|[a-z][A-Z]|\w[.-]\w)[\w.\-\[\]]*")  # a program's name for a field
KEY_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
SAY_NOTHING = frozenset(["no", "number", "line", "nr", "num"])  # alone behind other words: order_number


def label_at(text: str, start: int, end: int, vocab: Vocabulary, words: Words) -> tuple[str, int]:
    """The kind of field that a line begins with, "" for none, and where its value begins."""
    match = LABEL.match(text, start, end)
    if match is None:
        return "", start
    label = match["label"]
    code = label_code(label, words)
    if code == OTHER and KEY.fullmatch(label) and match.end() == end:
        return "", start  # a name alone on its line is no key
    leads = match[0].rstrip().endswith(":") or (match[0].endswith("\t") and _in_table(text, start, end))
    if code or (leads and _heading(label.strip(), vocab)):
        return code, match.end()
    return "", start


@lru_cache(maxsize=4096)
def label_code(label: str, words: Words) -> str:
    """The kind of field that a label names: "street", "flat", "place", "postcode", "country", "heading", "other"; "" for none."""
    for name in _names(label):
        for entry in possible(words, DOCUMENT, "label", name):
            if entry.pattern.search(name):
                return entry.code
    return OTHER if KEY.fullmatch(label) and ("_" in label or "[" in label) else ""


def _names(label: str) -> Iterator[str]:
    """The label as written; without its number and remark; and the last words of a program's name, the longest first."""
    written = " ".join(label.split())
    yield written
    plain = REMARK.sub("", COUNTED.sub("", written)).strip()
    if plain != written:
        yield plain
    if KEY.fullmatch(plain):
        parts = KEY_WORD.findall(plain)
        for first in range(len(parts)):
            if not (first and set(map(str.lower, parts[first:])) <= SAY_NOTHING):
                yield " ".join(parts[first:])


def _in_table(text: str, start: int, end: int) -> bool:
    """Whether a line is a row of two cells above or below another such row: the first cells are labels, whatever they say."""
    above, below = text[:start].rstrip("\n").rpartition("\n")[2], text[end:].lstrip("\n").partition("\n")[0]
    return bool(ROW.fullmatch(text, start, end)) and any(ROW.fullmatch(line) for line in (above, below))


def _heading(label: str, vocab: Vocabulary) -> bool:
    """Whether a line begins with a word or two that only lead to it: "Home:", "In summer:"; not "Germany:"."""
    return (
        label.isascii()
        and label.replace(" ", "").isalpha()
        and label.count(" ") < 3
        and (phrase(label) not in vocab.countries and not vocab.known_place(label))
    )
