"""A message and its details in, the language of the reply to it out: Welsh where the writer's own words surely are, else English.

Names, addresses and courtesies in Welsh stand in English mails; so what counts are the words of rules/languages.toml, and hardly
any may be English.
"""

from __future__ import annotations

import re

from swc_mailer.core.model import Details, Language, Message
from swc_mailer.core.own_words import STRAIGHT, own_sentences, words_beside
from swc_mailer.core.words import Words, listed

DOCUMENT = "languages"
FEWEST = 3  # different Welsh words: an English mail may well hold two
MOST_ENGLISH = 0.15  # of the Welsh words: a title is quoted as it is
LEAST_WELSH = 0.25  # of all words: else it is a third language that shares a few

WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


def language_of(message: Message, details: Details, words: Words, *, before: Language = Language.ENGLISH) -> Language:
    """Of the writer's own words, without the number and the address that they give. Where they hold no English either, as where
    only a number is sent after, the request goes on in the language that it had `before`."""
    found = [each.evidence for each in details.numbers] + [each.evidence for each in details.addresses]
    given = [evidence for evidence in found if not evidence.message]  # in this message
    return language_of_text(words_beside(own_sentences(message), given), words, before=before)


def language_of_text(text: str, words: Words, *, before: Language = Language.ENGLISH) -> Language:
    written = WORD.findall(text.translate(STRAIGHT).casefold())
    welsh = [word for word in written if is_welsh(word, words)]
    english = [word for word in written if word in listed(words, DOCUMENT, "english")]
    if len(set(welsh)) < FEWEST:
        return Language.ENGLISH if english else before
    sure = len(welsh) >= LEAST_WELSH * len(written) and len(english) <= MOST_ENGLISH * len(welsh)
    return Language.WELSH if sure else Language.ENGLISH


def is_welsh(word: str, words: Words) -> bool:
    """As it is, or by what stands before its apostrophe: "rwy'n", "dogfennau'r"."""
    return word in listed(words, DOCUMENT, "welsh") or word.partition("'")[0] in listed(words, DOCUMENT, "welsh")
