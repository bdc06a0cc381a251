"""The words around a number in, one letter for each out: "my membership no. is" gives "pMNz".

What a number is can then be told by short patterns over these letters (`number_labels.py`). The words are those of
rules/numbers.toml; the longest phrase counts, and a slip of the pen in "membership" or "number" is forgiven.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from swc_mailer.core.places import fold
from swc_mailer.core.words import Words

DOCUMENT = "numbers"

# Which letter a table's words are. Beside these: w another word, W one with a capital, U an
# acronym, and the punctuation below.
LETTERS = {
    "relation": "r",
    "thing": "T",
    "label": "L",
    "member": "M",
    "us": "A",
    "number": "N",
    "card": "C",
    "reference": "R",
    "other": "O",
    "place_of_phone": "H",
    "phoning": "V",
    "organisation": "G",
    "my": "p",
    "you": "y",
    "is": "z",
    "it": "i",
    "link": "c",
}
# Digits that are no number of their own are "d", the end of a sentence is ".", an empty line "b", another line end "n".
PUNCTUATION = {":": ":", "=": "z", "|": ":", ",": ",", ";": ",", "(": "(", "[": "(", ")": ")", "]": ")", "\t": ":"}

TOKEN = re.compile(
    r"(?P<word>(?<![^\W_])[A-Z]\d[A-Z](?![^\W_])|[^\W\d_]+(?:['’ʼ/.-][^\W\d_]+)*[°º]?|[#№])|(?P<digits>\d+)|(?P<line>\n(?P<blank>[^\S\n]*\n\s*)?)"
    r"|(?P<leader>\.{4,}|…{2,}|(?:\. ){3,})"
    r"|(?P<stop>[.!?…]+(?=\s|$))|[:=|,;()\[\]\t]|[-–—/>]+"
)
POSTCODE_END = re.compile(  # the letters of CR7 8DX, which stand for nothing
    r"(?:(?<=[A-Za-z]\d \d)|(?<=[A-Za-z]\d\d \d)|(?<=[A-Za-z]\d[A-Za-z] \d)|(?<=[A-Za-z]\d\d))[A-Za-z]{2}(?!\w)"
)
NEXT_WORDS = re.compile(r"[ \t\u00a0]{1,3}(?P<pair>(?P<first>[^\W\d_]+)[ ]?(?:[^\W\d_]+)?)")
LONGEST_ACRONYM = 5
LONG_LINE = 50  # characters: a mail program broke it, and the sentence goes on
SLIPS = {"membership": 2, "member": 1, "number": 1, "amnesty": 2, "supporter": 2}  # how many letters of a word may be wrong


@dataclass(frozen=True, slots=True)
class Meanings:
    """A stretch of text as letters, with the reason that each O and G bears."""

    letters: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NumberWords:
    """The phrases of rules/numbers.toml."""

    phrases: dict[str, tuple[str, str]]  # folded phrase -> letter, reason
    first_words: frozenset[str]  # of the phrases that have several
    longest: dict[str, int]  # the first two words of phrases that have several -> how many words the longest has
    proper: frozenset[str]  # organisations that need a capital
    foreign: frozenset[str]  # reasons of numbers that no other than the body that gave them uses
    weak: frozenset[str]  # reasons of numbers that may be ours, where they were read on a letter or a statement
    bodies: frozenset[str]  # "Association", as it is written in a name
    prefixes: frozenset[str]
    shortened: frozenset[str]
    counted: frozenset[str]
    about: frozenset[str]
    not_about: frozenset[str]
    bare: frozenset[str]  # that stand before a number without an article, and name nothing by it
    headings: dict[str, str]  # of columns: "hers" -> "anothers"
    months: frozenset[str]
    digits: dict[str, str]  # "four" -> "4"
    repeated: dict[str, int]  # "double" -> 2
    scales: dict[str, int]  # "hundred" -> 100
    between: frozenset[str]  # of digits that are said
    said: frozenset[str]  # one of these words at least is in a number that is said


@lru_cache(maxsize=4)
def number_words(words: Words) -> NumberWords:
    """The phrases of these words; made once for each."""
    in_turn = (word for word, code in _codes(words, "between").items() if code == "in_turn")
    known = {
        phrase: (letter, entry.extra.get("reason", ""))
        for table, letter in LETTERS.items()
        for entry in words.entries(DOCUMENT, table)
        for phrase in _phrases(entry.text)
    }
    return NumberWords(
        phrases=known,
        first_words=frozenset(phrase.split()[0] for phrase in known if " " in phrase),
        longest=_longest(known),
        proper=phrases(words, "organisation_by_capitals"),
        foreign=_reasons(words, "foreign") | {"another organisation's number", "the number of something else"},
        weak=_reasons(words, "weak"),
        bodies=frozenset(phrase.capitalize() for phrase in phrases(words, "body")),
        prefixes=phrases(words, "prefix"),
        shortened=phrases(words, "shortened"),
        counted=phrases(words, "quantity"),
        about=phrases(words, "about"),
        not_about=phrases(words, "not_about"),
        bare=phrases(words, "bare"),
        headings=_codes(words, "person_heading"),
        months=phrases(words, "month"),
        digits=_codes(words, "digit"),
        repeated={word: int(code) for word, code in _codes(words, "repeated").items()},
        scales={word: int(code) for word, code in _codes(words, "scale").items()},
        between=phrases(words, "between"),
        said=frozenset(phrase.split()[0] for phrase in (*phrases(words, "digit"), *phrases(words, "repeated"), *in_turn)),
    )


def _codes(words: Words, table: str) -> dict[str, str]:
    """All words and phrases of a table, folded, with the code of the entry that each stands in."""
    return {word: entry.code for entry in words.entries(DOCUMENT, table) for word in _phrases(entry.text)}


def _reasons(words: Words, mark: str) -> frozenset[str]:
    """The reasons of the other numbers' entries that bear a mark."""
    return frozenset(entry.extra["reason"] for entry in words.entries(DOCUMENT, "other") if mark in entry.extra)


def _longest(known: Iterable[str]) -> dict[str, int]:
    longest: dict[str, int] = {}
    for phrase in known:
        if " " in phrase:
            first, second, *others = phrase.split()
            pair = f"{first} {second}"
            longest[pair] = max(longest.get(pair, 0), 2 + len(others))
    return longest


def phrases(words: Words, table: str) -> frozenset[str]:
    """All words and phrases of a table, folded."""
    return frozenset(phrase for entry in words.entries(DOCUMENT, table) for phrase in _phrases(entry.text))


def _phrases(text: str) -> list[str]:
    return [" ".join(fold(phrase).split()) for phrase in text.split(";") if phrase.strip()]


def meanings(text: str, start: int, end: int, words: Words, *, stops: str = "") -> Meanings:
    """What the words of `text[start:end]` mean, up to the first of the letters that stop it."""
    tokens: list[tuple[str, str]] = []
    for token in _tokens(text, start, end, words):
        if not token[1] and token[0] in stops:
            break
        tokens.append(token)
    vocab = number_words(words)
    letters, reasons = [], []
    index = 0
    while index < len(tokens):
        written, folded = tokens[index]
        length = _phrase_length(tokens, index, vocab) if folded in vocab.first_words else 1
        several = length > 1
        letter, reason = vocab.phrases[_joined(tokens[index : index + length])] if several else _meaning(written, folded, words)
        letters.append(letter)
        reasons.append(reason)
        index += length
    return Meanings("".join(letters), tuple(reasons))


def _tokens(text: str, start: int, end: int, words: Words) -> Iterator[tuple[str, str]]:
    """Each word as it is written and folded; punctuation as its letter, beside nothing."""
    last = ""
    for token in TOKEN.finditer(text, start, end):
        kind = token.lastgroup
        if kind == "word" and text[token.start() - 1 : token.start()].isdigit() and POSTCODE_END.match(text, token.start()):
            yield "U", ""
        elif kind == "word":
            last, pieces = _pieces(token[0], words)
            yield from pieces
        elif kind == "leader":
            yield ":", ""
        elif kind == "digits":
            yield "d", ""
        elif kind == "line":
            if token["blank"] is not None or not _wrapped(text, token.start()):
                yield "b" if token["blank"] is not None else "n", ""
        elif kind == "stop":
            if token[0] != "." or not (last in number_words(words).shortened or len(last) == 1):
                yield ".", ""
        else:
            yield PUNCTUATION.get(token[0], "-"), ""


@lru_cache(maxsize=4096)  # people's mails use the same few words
def _pieces(written: str, words: Words) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A word folded, and its pieces as tokens: one, unless marks join words that are known only apart."""
    if not (written[0].isalpha() or written in ("#", "№")):
        return "", (("-", ""),)
    vocab = number_words(words)
    folded = fold(written)
    if folded not in vocab.phrases and written.endswith(("'s", "’s")):
        folded = folded[:-1]
    known = folded in vocab.phrases or folded in vocab.first_words
    return folded, tuple((written, piece) for piece in ([folded] if known else re.split(r"[/.-]", folded)) if piece)


def _wrapped(text: str, line_end: int) -> bool:
    """Whether a line was broken by a mail program, and not by the writer."""
    return line_end - text.rfind("\n", 0, line_end) > LONG_LINE


def _phrase_length(tokens: list[tuple[str, str]], index: int, vocab: NumberWords) -> int:
    """How many words the longest known phrase has that begins here; 1 where none has several."""
    following = tokens[index + 1][1] if index + 1 < len(tokens) else ""
    longest = vocab.longest.get(f"{tokens[index][1]} {following}", 1)
    fitting = (length for length in range(longest, 1, -1) if _joined(tokens[index : index + length]) in vocab.phrases)
    return next(fitting, 1) if longest > 1 else 1


def _joined(tokens: list[tuple[str, str]]) -> str:
    return " ".join(word for _, word in tokens)


@lru_cache(maxsize=4096)
def _meaning(written: str, folded: str, words: Words) -> tuple[str, str]:
    """The letter of one token, and the reason that it bears."""
    if not folded:
        return written, ""
    vocab = number_words(words)
    if folded in vocab.phrases:
        return vocab.phrases[folded]
    if written[0].isupper() and folded in vocab.proper:
        return "G", ""
    meant = _meant(folded)
    if meant:
        return vocab.phrases[meant][0], ""
    if written.endswith(("'s", "’s")):
        return "r", ""
    if written.isupper() and 1 < len(written) <= LONGEST_ACRONYM:
        return "U", ""
    return "W" if written[0].isupper() else "w", ""


def _meant(word: str) -> str:
    """The word of which this one is a slip: "memebrship" is "membership"; "" for none."""
    if word[0] not in "mnas" or len(word) < 5:
        return ""
    return next((right for right, most in SLIPS.items() if right[0] == word[0] and OSA.distance(word, right) <= most), "")


def is_counted(text: str, end: int, words: Words) -> bool:
    """Whether what follows a number is what it counts."""
    following = NEXT_WORDS.match(text, end)
    return bool(following and {fold(following["pair"]).strip(), fold(following["first"])} & number_words(words).counted)
