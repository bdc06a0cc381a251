"""A message and its details in, what its writer says out: where phrases of rules/intent.toml stand in the writer's own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from swc_mailer.core.details import passed_on_by_its_writer
from swc_mailer.core.model import Address, Details, Evidence, Message, Number, Policy, Zone
from swc_mailer.core.own_words import LONGEST, STRAIGHT, Sentence, own_sentences, sentences, words_beside
from swc_mailer.core.phrases import Phrase, Text, finds, of_table
from swc_mailer.core.spelling import spelt_right
from swc_mailer.core.words import Words

DOCUMENT = "intent"
REACH = 80  # characters from the asking words to what is asked for
DENIED = re.compile(  # in front of what is named: "an apology, not another form"
    r"\b(?:not|rather than|instead of|as opposed to)(?: (?!only|just|merely|simply)[\w'-]+){0,3}\s*\Z", re.IGNORECASE
)
JOINED = re.compile(r"\b(?:and|plus|also|as well as|with)\b|[,&+]", re.IGNORECASE)

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Said:
    """What a message says, for the rules of intent.py."""

    message: Message
    details: Details
    sentences: tuple[Sentence, ...]
    whole: Text  # all sentences, each on a line
    words: Words
    policy: Policy
    wording: tuple[str, ...] = ()  # what is weighed of each sentence,
    asked: tuple[Evidence, ...] = ()  # where it asks for the documents in words that rules know,
    signs: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)  # what else rules find, and
    likely: float = 0.0  # how likely it is that of people who ask for them: `likely.py`
    known: dict[tuple[str, str], tuple[Evidence, ...]] = field(default_factory=dict, compare=False, repr=False)

    def all(self, table: str, *, but: str = "") -> tuple[Evidence, ...]:
        """The first place in each sentence where a phrase of the table stands, and none of the tables `but` covers it."""
        return self._once(table, but, lambda: self.find(self.entries(table), but=but))

    def _once(self, what: str, but: str, find: Callable[[], Iterable[Evidence]]) -> tuple[Evidence, ...]:
        """The rules ask the same of the sentences again and again, and some for each place that they find."""
        if (what, but) not in self.known:
            self.known[what, but] = tuple(find())
        return self.known[what, but]

    def find(self, entries: Iterable[Phrase], *, but: str = "") -> tuple[Evidence, ...]:
        standing = list(self.standing(entries))
        if not standing:
            return ()
        covers = self.covers(but)
        return tuple(found for sentence in self.sentences for found in first_phrase(sentence, standing, covers))

    def covers(self, but: str) -> list[Phrase]:
        """What hides a phrase: those of these tables, and a box that is not ticked."""
        return [entry for table in (*but.split(), "not_ticked") for entry in self.entries(table)]

    def standing(self, entries: Iterable[Phrase]) -> Iterator[Phrase]:
        """Those of the phrases that stand anywhere: few of many."""
        return (entry for entry in entries if entry.search(self.whole))

    def entries(self, table: str) -> tuple[Phrase, ...]:
        return of_table(self.words, DOCUMENT, table)

    def part_of(self, place: Evidence) -> str:
        """The text of the part that a place stands in."""
        return next(part.text for part in self.message.parts if part.name == place.part)

    def in_text(self, table: str, text: str) -> bool:
        """Whether a phrase of the table stands in another text than the writer's sentences."""
        return finds(self.words, DOCUMENT, table, text)

    def asking(self, *, but: str = "") -> tuple[Evidence, ...]:
        """Where a sentence asks for the documents, and none of the tables `but` covers it; "I'm asking" asks only in a mail that
        tells what one may ask for."""
        return self._once("to ask", but, lambda: self._asking(f"not_asking {but}"))

    def _asking(self, but: str) -> Iterator[Evidence]:
        covers = self.covers(but)
        hiding = [Covered(sentence, covers) for sentence in self.sentences]
        for entry in self.standing((*self.entries("ask"), *self.entries("request"))):
            if "behind" in entry.extra and not self.all(entry.extra["behind"]):
                continue
            for covered in hiding:
                sentence = covered.sentence
                asked = asking_spans(sentence, entry, self) if "of" in entry.extra else spans(sentence, entry)
                yield from covered.first_beside(asked)

    def asking_for_others(self, table: str = "other_thing") -> Iterator[Evidence]:
        """Where a sentence asks for something else: a card, a refund, an answer."""
        asks = list(self.standing(self.entries("ask")))
        for sentence in self.sentences:
            ends = [end for ask in asks for _, end in spans(sentence, ask)]
            found = (entry.pattern.match(sentence.text, end) for end in ends for entry in self.entries(table))
            yield from (sentence.evidence(*other.span()) for other in found if other)

    @property
    def given(self) -> tuple[Number | Address, ...]:
        """The numbers and addresses that count."""
        numbers = tuple(number for number in self.details.numbers if not number.set_aside)
        return numbers + self.details.counting_addresses

    @property
    def said_here(self) -> tuple[Evidence, ...]:
        """Where they stand in the writer's own words, and not only in a contact block."""
        return tuple(place.evidence for place in self.given if place.zone is not Zone.SIGNATURE)

    @property
    def found(self) -> tuple[Evidence, ...]:
        """Where numbers and addresses stand, whether they count or not."""
        return (*(number.evidence for number in self.details.numbers), *(each.evidence for each in self.details.addresses))

    def other_words(self) -> int:
        """How many words of the text are not part of the details."""
        text = (sentence for sentence in self.sentences if sentence.part.name == "text")
        return len(words_beside(text, self.said_here).split())


def what_is_said(message: Message, details: Details, words: Words, policy: Policy) -> Said:
    own = tuple(spelt_right(sentence, words) for sentence in own_sentences(message))
    return Said(message, details, own, _whole(own), words, policy)


def with_her_own_mail(said: Said) -> Said:
    """With what the writer says in a mail of her own that she forwards as a whole."""
    if all(section.zone is not Zone.FORWARDED for section in said.message.sections):
        return said
    parts = {part.name: part for part in said.message.parts}
    hers = passed_on_by_its_writer(said.message, said.words, said.policy)
    heard = (each for section in hers for each in sentences(parts[section.part], section.start, section.text[:LONGEST]))
    more = [spelt_right(sentence, said.words) for sentence in heard]
    together = (*said.sentences, *more)
    return replace(said, sentences=together, whole=_whole(together), known={}) if more else said


def _whole(sentences_: Sequence[Sentence]) -> Text:
    return Text.of("\n".join(sentence.text for sentence in sentences_))


@dataclass(frozen=True)
class Covered:
    """A sentence, and what hides phrases in it: looked for only where something is found."""

    sentence: Sentence
    covers: Sequence[Phrase]

    @cached_property
    def _hidden(self) -> list[Span]:
        return [span for entry in self.covers for span in spans(self.sentence, entry)]

    def first_beside(self, found: Iterable[Span]) -> Iterator[Evidence]:
        """The first of the places found that nothing covers."""
        for start, end in found:
            if not any(first < end and start < last for first, last in self._hidden):
                yield self.sentence.evidence(start, end)
                return


def first_phrase(sentence: Sentence, entries: Sequence[Phrase], covers: Sequence[Phrase]) -> Iterator[Evidence]:
    """The first phrase of the entries in the sentence that nothing covers."""
    found = (span for entry in entries for span in spans(sentence, entry))
    return Covered(sentence, covers).first_beside(found)


def spans(sentence: Sentence, entry: Phrase) -> Iterator[Span]:
    return (found.span() for found in entry.finditer(sentence.searched) if found.group())


def asking_spans(sentence: Sentence, ask: Phrase, said: Said) -> Iterator[Span]:
    for start, end in spans(sentence, ask):
        yield from ((start, last) for last in ends_of_things(sentence, end, ask, said))


def ends_of_things(sentence: Sentence, start: int, ask: Phrase, said: Said) -> Iterator[int]:
    """Where what is asked for is named; not where something else is asked for first, unless the two are joined."""
    others = (entry.pattern.match(sentence.text, start) for entry in said.entries("other_thing"))
    other = next((found.end() for found in others if found), start)
    for thing in said.entries("thing"):
        if thing.code not in ask.extra["of"].split():
            continue
        named = thing.finditer(sentence.searched, other, start + REACH)
        found = next((each for each in named if not DENIED.search(sentence.text[start : each.start()])), None)
        if found and (other == start or JOINED.search(sentence.text, other, found.start())):
            yield found.end()


def beyond_quotation_marks(places: Sequence[Evidence], said: Said) -> tuple[Evidence, ...]:
    """Not what others say, in quotation marks, to a writer who asks outside of them."""
    quoted = [place for place in places if in_quotation_marks(place, said)]
    asked = quoted and any(not in_quotation_marks(place, said) for place in said.asking(but="told asks_not"))
    return tuple(place for place in places if not (asked and place in quoted))


def in_quotation_marks(place: Evidence, said: Said) -> bool:
    """Between two of them in its paragraph."""
    text = said.part_of(place).translate(STRAIGHT)
    begin, end = text.rfind("\n\n", 0, place.start) + 1, text.find("\n\n", place.end)
    behind = text[place.end :] if end < 0 else text[place.end : end]
    return text[begin : place.start].count('"') % 2 == 1 and '"' in behind
