"""A place in a text in, whether letters and signs around the number there tell that it is something else: LN/7190377, [Help #1].

Nothing is said in words there: offices and their programs write numbers so.
"""

from __future__ import annotations

import re

from swc_mailer.core.number_labels import LOCAL
from swc_mailer.core.number_words import meanings, number_words
from swc_mailer.core.places import fold
from swc_mailer.core.words import Words

TICKET = re.compile(r"\[[^\[\]\n]{0,20}#[ ]?\Z")
TIED_LETTERS = re.compile(r"(?<![\w/-])(?P<letters>[A-Z]{1,4})(?P<sign>[/-])\Z")
FILE_LETTERS = re.compile(r"(?<![\w/-])(?P<letters>[A-Za-z]{1,4}(?:/[A-Za-z]{1,4}){1,3})/\Z")
OUR_LETTERS = frozenset("LMANC")
TIED_BEHIND = re.compile(r"/\d|-[A-Z]\b")
LISTED_PHONE = re.compile(r"[,;(\-:]{0,2}c{0,2}p?c?w?[rOH]{1,2}N?[:(z]?")


def in_ticket(text: str, start: int, end: int) -> bool:
    """Whether a number stands as help desks write theirs in a subject: [Help #1234567]."""
    return text[end : end + 1] == "]" and bool(TICKET.search(text, max(0, start - LOCAL), start))


def tied_letters(text: str, start: int, end: int, words: Words) -> bool:
    """Whether letters that no membership number has are tied to one: LN/7190377, X-7733190-L."""
    tied = TIED_LETTERS.search(text, max(0, start - LOCAL), start)
    if not tied or _are_ours(tied["letters"], words):
        return False
    return tied["sign"] == "/" or len(tied["letters"]) > 1 or TIED_BEHIND.match(text, end) is not None


def of_a_file(text: str, start: int, words: Words) -> bool:
    """Whether a number ends the reference of a file, whose letters tell who keeps it: PAH/AI/004417."""
    file = FILE_LETTERS.search(text, max(0, start - LOCAL), start)
    return file is not None and not all(_are_ours(letters, words) for letters in file["letters"].split("/"))


def _are_ours(letters: str, words: Words) -> bool:
    """Whether letters may stand in front of a membership number."""
    vocab, folded = number_words(words), fold(letters)
    return folded in vocab.prefixes or vocab.phrases.get(folded, (" ",))[0] in OUR_LETTERS


def listed_phone(text: str, start: int, end: int, words: Words) -> bool:
    """Whether a number goes on a list of phones: "my numbers are 01632 960123, the mobile, or my sister's 1234567"."""
    return end - start <= LOCAL and LISTED_PHONE.fullmatch(meanings(text, start, end, words).letters) is not None
