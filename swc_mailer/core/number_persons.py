"""A sentence that ends before a number in, the same out with the person whom it names told as the writer or as another.

A name tells whose number follows only to who knows the writer's: "Brian Example is 7654321" is his own who signs as Brian. The
writer is whom she says that she is, else who signs, and whom the mailbox belongs to where that is one person. Where none of them
tells, a name tells nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from swc_mailer.core.number_words import number_words
from swc_mailer.core.places import fold, vocabulary
from swc_mailer.core.words import Words

MINE, ANOTHERS = "mine is ", "my relative is "
NAME = r"(?P<name>[A-Z][^\W\d_]+)(?: [A-Z][\w'’-]*\.?){0,2}"
SELF = re.compile(  # me, Meera; it's only me (Hilary); this is Frank Example speaking; I'm Denise; Frank here
    r"\b(?:I|me),? ?[(,–—-] ?(?P<beside>[A-Z][^\W\d_]+)\b(?! is\b)"
    r"|\b(?:I['’]?m|I am|[Tt]his is|[Mm]y name is|[Mm]y name's)\s(?P<named>[A-Z][^\W\d_]+)\b(?!['’])"
    r"|(?:\A|[.!?\n]\s{0,2})(?P<here>[A-Z][^\W\d_]+) (?:here\b|speaking\b|writing\b)"
)
SIGNED = re.compile(  # "Many thanks, Denise", by itself on a line or at the end
    rf"(?:^|[.!?] |\b(?:thanks|regards|wishes|sincerely|faithfully|blessings?|cheers),? ?)(?:x+ )?"
    rf"{NAME}[^\S\n]?[.,]?[^\S\n]{{0,4}}$",
    re.MULTILINE,
)
BEGINNING = r"(?:\A ?|[.!?;:,(–—-] ?|\b(?:and|but|while|whereas|that|or) )"
LEADING_ON = (
    r"(?:'s|')?\)?(?: (?:own|membership|member|card|amnesty|number|no\.?|one))*"
    r"(?: (?:is|was|has|=)|[:=(–—-]| [:=(–—-])(?:[ (:]*(?:number|no\.?|member|#))?[ (:]*\Z"
)
PERSON = re.compile(BEGINNING + NAME + LEADING_ON)  # "Brian Example is", "(Hilary:", "Ann's membership number is"
TITLE = r"(?P<title>Mrs|Mr|Ms|Miss|Dr)\b\.? (?:[A-Z](?:\w*|\.) ){0,2}(?P<surname>(?:O['’])?[A-Z][\w-]+)"
TITLED = re.compile(rf"{BEGINNING}{TITLE}{LEADING_ON}")  # Mrs Example's number is
SELF_TITLED = re.compile(rf"\b(?:I['’]?m|I am|[Tt]his is)\s{TITLE}\b(?!['’])")
SIGNED_TITLED = re.compile(rf"^{TITLE}[.,]?[^\S\n]{{0,4}}$", re.MULTILINE)
LIST_SIGN = re.compile(r"[&+/,]|\b(?:and|und|et|y)\b")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who writes, as far as it is told."""

    own: frozenset[str]  # first names: several where mail and mailbox tell different ones, and both may be the writer's
    others: frozenset[str]  # names that the mailbox bears beside these and the surname
    surname: str
    title: str  # "Mrs"
    mailbox: str  # the sender's name: "Ann Example"

    def told_whose(self, sentence: str, words: Words) -> str:
        """What stands before a number, told of the writer or of another, where it ends with a name and the writer's is known."""
        if titled := TITLED.search(sentence):
            return sentence[: titled.start("title")] + self._told_by_title(titled)
        told = PERSON.search(sentence) if self.own else None
        name = fold(told["name"]) if told else ""
        if told and name in self.own:
            return sentence[: told.start("name")] + MINE
        another = name != self.surname and (name in self.others or name in vocabulary(words).given_names)
        return sentence[: told.start("name")] + ANOTHERS if told and another else sentence

    def _told_by_title(self, titled: re.Match[str]) -> str:
        """ "" where it may be the writer's or another's of her name."""
        if fold(titled["surname"]) != self.surname and self.surname:
            return ANOTHERS
        if not self.title or not self.surname:
            return ""
        return MINE if titled["title"] == self.title else ANOTHERS


def speaker_of(text: str, writer: str, words: Words) -> Speaker:
    """Who says a text that comes from the mailbox of `writer`."""
    names = re.findall(r"\w+", fold(writer))
    surname = (names[0] if "," in writer else names[-1]) if len(names) > 1 else ""
    titled = SELF_TITLED.search(text) or SIGNED_TITLED.search(text) or SIGNED_TITLED.search(writer)
    title = titled["title"] if titled else ""
    surname = fold(titled["surname"]) if titled else surname
    known = vocabulary(words).given_names | set(names) - {surname}
    said = {fold(found[found.lastgroup or 0]) for found in SELF.finditer(text)} & known
    own = said or {fold(found["name"]) for found in SIGNED.finditer(text)} & known
    own = set() if len(own) > 1 else own | (set() if said else _of_mailbox(writer, words))
    return Speaker(frozenset(own), frozenset(names) - own - {surname}, surname, title, writer)


def of_column(heading: str, speaker: Speaker, words: Words) -> str:
    """What a column's heading says of a number where it is a person: "Sunil", "Husband", "Me"; "" where it is none."""
    name, vocab = fold(heading), number_words(words)
    if name in vocab.headings:
        return MINE if vocab.headings[name] == "own" else ANOTHERS
    if vocab.phrases.get(name, ("",))[0] == "r":
        return ANOTHERS
    named = name in vocabulary(words).given_names | speaker.own | speaker.others
    return speaker.told_whose(f"{heading} is ", words) if named and heading[0].isupper() else ""


def _of_mailbox(writer: str, words: Words) -> set[str]:
    """The first name of whom a mailbox belongs to; none where it is several people's."""
    if LIST_SIGN.search(writer):
        return set()
    first = {fold(name) for name in re.findall(r"\w+", writer)[:1]}
    return first & vocabulary(words).given_names
