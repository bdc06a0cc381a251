"""The writer's own words as sentences that phrases can be looked for in; where each letter stood is kept for the evidence.

What is searched has single spaces and straight apostrophes, and no line ends: mail programs wrap sentences anywhere. Only an
empty line ends a sentence without a full stop. A letter that is drawn out stands once: pleeease.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from swc_mailer.core.model import Evidence, Message, Part, Zone
from swc_mailer.core.phrases import Text

LONGEST = 10_000  # characters of a part: nobody says only after four pages what they want

STRAIGHT = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "\u00ad": " ", "\u200b": " "})
ANSWERED_OR_PASSED_ON = re.compile(
    r"\s*(?:re|ref|res|rif|aw|antw(?:ort)?|sv|vs|vá|odp|odg|ynt|ateb|atb|απ|fwd?|wg|tr|rv|enc|doorst|vl|pd|yml)\s?(?:\[\d+\])?\s?:",
    re.IGNORECASE,
)
SPACE_OR_DRAWN_OUT = re.compile(r"\s+|(?P<letter>[^\W\d_IiWwXx])(?P=letter){2,}")  # not www, xxx and VIII
CELL_END = re.compile(r"[ ]*\t[ ]*")
EMPTY_LINE = re.compile(r"\n[^\S\n]*\n")
SENTENCE_END = re.compile(  # not in "No. 1234567", nor in "The documents. Please."
    r"[.!?](?= [\"'(]?(?!Please(?:[.!\n]|\Z))[A-Z])|(?<!\b[Nn][Oo])[.!?](?= [\"'(]?[0-9])|\n"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: character i of `text` stood at `places[i]` in the part."""

    searched: Text
    part: Part
    places: tuple[int, ...]

    @property
    def text(self) -> str:
        return self.searched.written

    def holds(self, place: Evidence) -> bool:
        return place.part == self.part.name and self.places[0] <= place.start <= self.places[-1]

    def evidence(self, start: int, end: int) -> Evidence:
        first, last = self.places[start], self.places[end - 1] + 1
        return Evidence(self.part.name, first, last, self.part.text[first:last])


def own_sentences(message: Message) -> tuple[Sentence, ...]:
    """The sentences of the subject, where it is the writer's own, and of the writer's own words in the text."""
    return tuple(sentence for part, start, text in own_stretches(message) for sentence in sentences(part, start, text))


def own_stretches(message: Message) -> Iterator[tuple[Part, int, str]]:
    for part in message.parts:
        if part.name == "subject" and not is_answer(message):
            yield part, 0, part.text[:LONGEST]
        elif part.name == "text":
            left = LONGEST
            for section in part.sections:
                if section.zone is Zone.OWN and left > 0:
                    yield part, section.start, section.text[:left]
                    left -= len(section.text)


def is_answer(message: Message) -> bool:
    """Whether the subject is that of an earlier message: "Re: …", "Fwd: …"."""
    return bool(ANSWERED_OR_PASSED_ON.match(message.subject))


def sentences(part: Part, start: int, text: str) -> Iterator[Sentence]:
    letters, places = searched(text.translate(STRAIGHT), start)
    begin = 0
    for end in [*(found.end() for found in SENTENCE_END.finditer(letters)), len(letters)]:
        written = letters[begin:end].strip()
        if written:
            first = letters.index(written, begin)
            yield Sentence(Text.of(written), part, tuple(places[first : first + len(written)]))
        begin = end


def words_beside(sentences: Iterable[Sentence], places: Iterable[Evidence]) -> str:
    """What the sentences say, a line each, with a line's end for the stretches that stand at these places."""
    taken = {(place.part, at) for place in places for at in range(place.start, place.end)}
    pieces = []
    for sentence in sentences:
        name = sentence.part.name
        letters = (letter if (name, at) not in taken else "\n" for letter, at in zip(sentence.text, sentence.places, strict=True))
        pieces.append("".join(letters))
    return "\n".join(pieces)


def searched(text: str, start: int) -> tuple[str, list[int]]:
    """The text with each stretch of white space as one space (an empty line: one line end; the end of a label's cell: a colon)
    and each letter that is drawn out once, and where each letter stood."""
    letters: list[str] = []
    places: list[int] = []
    end = 0
    for stretch in SPACE_OR_DRAWN_OUT.finditer(text):
        one = stretch["letter"] or _space(stretch.group(), text[max(0, stretch.start() - 1) : stretch.start()])
        letters += [text[end : stretch.start()], one]
        places += range(start + end, start + stretch.start() + 1)
        end = stretch.end()
    letters.append(text[end:])
    places += range(start + end, start + len(text))
    return "".join(letters), places


def _space(stretch: str, before: str) -> str:
    """What white space is read as, behind a letter: the label in a cell stands before the next cell as before a colon."""
    if EMPTY_LINE.search(stretch):
        return "\n"
    return ":" if CELL_END.fullmatch(stretch) and before.isalnum() else " "
