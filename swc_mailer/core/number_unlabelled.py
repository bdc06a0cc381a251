"""A place in a text in, what a number is there that no label tells of out: a quantity, a telephone's, or nothing."""

from __future__ import annotations

import re

from swc_mailer.core.number_labels import LOCAL, NOTHING, PART_OF_ADDRESS, PHONE, QUANTITY, Rank, Sign
from swc_mailer.core.number_words import DOCUMENT, NumberWords, is_counted, number_words
from swc_mailer.core.phrases import finds
from swc_mailer.core.places import fold, phrase, vocabulary
from swc_mailer.core.words import Words

SHORT_LINE = 80
FEW_WORDS = 5  # beside a number on a line
COUNTRY = re.compile(r"[\s,]{1,4}(?P<pair>(?P<first>[^\W\d_]+)(?: [^\W\d_]+)?)")
LAST_WORDS = re.compile(r"(?P<pair>(?:[^\W\d_]+[ -])?(?P<last>[^\W\d_]+))[ \t\u00a0]{1,3}\Z")
EXCHANGE = re.compile(r"\((?:[A-Z][a-z]+[ -]?)+\)[ \t\u00a0]{1,3}\Z")  # (Leeds) 496 0123
NAME_BEFORE = re.compile(r"(?P<name>[^\W\d_]{2,})[)\]]?[,.:;–—-]?[ \t\u00a0]{0,3}[(–—-]?[ ]?\Z")


def unlabelled(text: str, start: int, end: int, value: str, words: Words) -> Sign:
    """What a number is that no label tells of."""
    vocab, before, behind = number_words(words), text[max(0, start - 2 * SHORT_LINE) : start], text[end : end + LOCAL]
    last = LAST_WORDS.search(before)
    if is_counted(text, end, words) or value.endswith("000") or (last and _about(last, vocab)):
        return Sign(Rank.PROSE, QUANTITY)
    in_town = last and {phrase(last["pair"]), phrase(last["last"])} & vocabulary(words).towns
    split = not text[start:end].isdigit()
    named = in_town or (last and split and last["last"].istitle())
    rung = named and finds(words, DOCUMENT, "rung", before)
    if rung or (last and in_town and _local(text, start, end, last)) or (split and EXCHANGE.search(before)):
        return Sign(Rank.PROSE, PHONE)
    if _before_country(text[start:end], behind, words):
        return Sign(Rank.PROSE, PART_OF_ADDRESS)
    return Sign(Rank.STANDING) if _stands(text, start, end) or _beside_name(before, words) else NOTHING


def _about(last: re.Match[str], vocab: NumberWords) -> bool:
    """Whether the words before a number make it a quantity: "about", but not "wondering about"."""
    pair = fold(last["pair"])
    return pair not in vocab.not_about and bool({pair, fold(last["last"])} & vocab.about)


def _local(text: str, start: int, end: int, town: re.Match[str]) -> bool:
    """Whether a number behind a town is a phone's: one in parts, or a short one with nothing else on its line."""
    alone = text[max(0, start - LOCAL) : start].rpartition("\n")[2].strip() == town["pair"]
    return not text[start:end].isdigit() or (alone and end - start < len("1234567"))


def _before_country(written: str, behind: str, words: Words) -> bool:
    """Whether it is a postcode abroad: New Delhi 110001, India."""
    following = COUNTRY.match(behind)
    names = (following["pair"], following["first"]) if following else ()
    known = (vocabulary(words).countries.get(phrase(name)) for name in names if name)
    return any(country.code_form.fullmatch(written) for country in known if country)


def _stands(text: str, start: int, end: int) -> bool:
    """Whether a number has a line to itself, or nearly."""
    first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    line = text[first : last if last >= 0 else len(text)]
    return len(line) <= SHORT_LINE and len(line.split()) <= FEW_WORDS


def _beside_name(before: str, words: Words) -> bool:
    name = NAME_BEFORE.search(before)
    return name is not None and name["name"][0].isupper() and not vocabulary(words).known_place(name["name"])
