"""A sentence in, the same sentence out with those words spelt right that people ask for the documents with.

"May I recieve the consultaion documents" is for phrases and weights what "May I receive the consultation documents" is. Which
words these are, and which others are near to one of them, stands in rules/intent.toml. Where each letter stood is kept for the
evidence.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from swc_mailer.core.own_words import Sentence
from swc_mailer.core.phrases import Text
from swc_mailer.core.words import Words, listed

DOCUMENT = "intent"
LONG, LONGER = 7, 11  # letters of a word in which one mistake, and in which two are forgiven
WORD = re.compile(r"[^\W\d_]{4,}")


def spelt_right(sentence: Sentence, words: Words) -> Sentence:
    letters: list[str] = []
    places: list[int] = []
    end = 0
    for word in WORD.finditer(sentence.text):
        right = _right(word[0].lower(), words)
        if right:
            letters += [sentence.text[end : word.start()], _as_written(right, word[0])]
            places += sentence.places[end : word.start()]
            places += (sentence.places[min(word.start() + index, word.end() - 1)] for index in range(len(right)))
            end = word.end()
    if not end:
        return sentence
    letters.append(sentence.text[end:])
    places += sentence.places[end:]
    return replace(sentence, searched=Text.of("".join(letters)), places=tuple(places))


def _as_written(right: str, word: str) -> str:
    if word.isupper():
        return right.upper()
    return right.capitalize() if word[0].isupper() else right


@lru_cache(maxsize=4096)
def _right(word: str, words: Words) -> str:
    """ "" where it is right as it is, or no word that we know: most mistakes are not in the first letter."""
    wanted = listed(words, DOCUMENT, "spelt")
    if word in wanted or word in listed(words, DOCUMENT, "spelt_alike"):
        return ""
    near = sorted(each for each in wanted if each[0] == word[0])
    found = process.extractOne(word, near, scorer=OSA.distance, score_cutoff=2)
    right, distance = (found[0], found[1]) if found else ("", 0)
    exchanged = distance == 1 and sorted(right) == sorted(word)
    return right if exchanged or len(right) >= (LONG if distance == 1 else LONGER) else ""
