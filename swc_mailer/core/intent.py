"""A message and its details in, what the writer wants out, with the words that show it.

The writer's own words are searched for the phrases of rules/intent.toml; an ordered table of small rules then tells the wish.
A clear request wins over the opinion, complaint or question beside it; but who leaves, wants nothing or has the documents
asks for nothing, whatever details are given. What no rule knows is no request: a person looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from swc_mailer.core.automatic import refers_to_ours
from swc_mailer.core.model import Address, Details, Evidence, Intent, Message, Number, Policy, Wish, Zone
from swc_mailer.core.own_words import Sentence, is_answer, own_sentences
from swc_mailer.core.words import Entry, Words

REACH = 80  # characters from the asking words to what is asked for


@dataclass(frozen=True, slots=True)
class Said:
    """What a message says, for the rules below."""

    message: Message
    details: Details
    sentences: tuple[Sentence, ...]
    words: Words
    policy: Policy

    def all(self, table: str) -> tuple[Evidence, ...]:
        """The first place in each sentence where a phrase of the table stands."""
        return self.find(self.entries(table))

    def find(self, entries: Sequence[Entry]) -> tuple[Evidence, ...]:
        return tuple(found for sentence in self.sentences for found in first_phrase(sentence, entries))

    def outside(self, table: str, spoilers: str) -> tuple[Evidence, ...]:
        """The same, without the sentences that hold a phrase of the table `spoilers`."""
        spoil = self.entries(spoilers)
        fair = (sentence for sentence in self.sentences if not any(entry.pattern.search(sentence.text) for entry in spoil))
        return tuple(found for sentence in fair for found in first_phrase(sentence, self.entries(table)))

    def entries(self, table: str) -> tuple[Entry, ...]:
        return self.words.entries("intent", table)

    def other_words(self) -> int:
        """How many words of the text are not part of the details."""
        places = (place for place in given(self.details) if place.zone is Zone.OWN and place.evidence.part == "text")
        inside = sum(len(place.evidence.text.split()) for place in places)
        return sum(len(sentence.text.split()) for sentence in self.sentences if sentence.part.name == "text") - inside


Rule = Callable[[Said], tuple[Evidence, ...] | None]  # None: the rule does not apply


def read_intent(message: Message, details: Details, words: Words, policy: Policy) -> Intent:
    """What the writer wants, and what else a person or the letter has to know of it."""
    said = Said(message, details, own_sentences(message), words, policy)
    wish, evidence = wish_of(said)
    flags = {name: rule(said) for name, rule in FLAGS.items()}
    shown = [*evidence, *(piece for found in flags.values() for piece in found or ())]
    return Intent(wish, tuple(dict.fromkeys(shown)), **{name: found is not None for name, found in flags.items()})


def wish_of(said: Said) -> tuple[Wish, tuple[Evidence, ...]]:
    for wish, rule in WISHES:
        evidence = rule(said)
        if evidence is not None:
            return wish, evidence
    return Wish.OTHER, ()


# --- the wish ----------------------------------------------------------------------------------------------


def leaves(said: Said) -> tuple[Evidence, ...] | None:
    """Not: would leave, nearly left, may yet leave."""
    return said.outside("resignation", "not_leaving") or None


def withdraws(said: Said) -> tuple[Evidence, ...] | None:
    return said.all("withdrawal") or None


def wants_nothing(said: Said) -> tuple[Evidence, ...] | None:
    return said.all("refusal") or None


def waits_for_the_pack(said: Said) -> tuple[Evidence, ...] | None:
    """What has not come is the pack, not a magazine or a card."""
    return said.outside("never_arrived", "not_the_pack") or None


def asks(said: Said) -> tuple[Evidence, ...] | None:
    return tuple(found for sentence in said.sentences for found in asking(sentence, said)) or None


def only_thanks(said: Said) -> tuple[Evidence, ...] | None:
    """Thanks for what came, in few words; with details beside it, only where the writer says that it came."""
    thanks, received = said.all("thanks"), said.all("received")
    gives = any(place.zone is Zone.OWN for place in given(said.details))
    if not (received or (thanks and not gives)) or said.other_words() > MOST_WORDS:
        return None
    if any("?" in sentence.text for sentence in said.sentences) or something_else(said) or responds(said) or half_asks(said):
        return None
    return None if gives and not said.all("received") else thanks + received


def responds(said: Said) -> tuple[Evidence, ...] | None:
    return said.all("response") or None


def half_asks(said: Said) -> tuple[Evidence, ...] | None:
    """Wants to take part, gives what was asked for, or says that it cannot be given."""
    weak = [entry for entry in said.entries("request") if entry.extra.get("weak")]
    return said.find(weak) or None


def something_else(said: Said) -> tuple[Evidence, ...] | None:
    return said.all("other") or None


MOST_WORDS = 40  # beside the details: who writes more says what it is about
MOST_WORDS_OF_AN_ANSWER = 120
FEW_WORDS = 5  # a greeting and a name


def gives_details(said: Said) -> tuple[Evidence, ...] | None:
    """Holds little but the details, or answers us with them."""
    places = [place for place in given(said.details) if place.zone is not Zone.SIGNATURE]
    most = MOST_WORDS_OF_AN_ANSWER if answers(said) else MOST_WORDS
    return tuple(place.evidence for place in places) or None if said.other_words() <= most else None


def sends_a_file(said: Said) -> tuple[Evidence, ...] | None:
    return in_attachment(said) if said.other_words() <= MOST_WORDS else None


def names_it(said: Said) -> tuple[Evidence, ...] | None:
    """Nothing but the consultation's name, as in a mail that has only a subject."""
    few = said.other_words() <= FEW_WORDS and not any("?" in sentence.text for sentence in said.sentences)
    return said.all("topic") or None if few else None


WISHES: tuple[tuple[Wish, Rule], ...] = (
    (Wish.OTHER, leaves),
    (Wish.WITHDRAWAL, withdraws),
    (Wish.OTHER, wants_nothing),
    (Wish.NEVER_ARRIVED, waits_for_the_pack),
    (Wish.REQUEST, asks),
    (Wish.THANKS, only_thanks),
    (Wish.OTHER, responds),
    (Wish.REQUEST, half_asks),
    (Wish.OTHER, something_else),
    (Wish.REQUEST, gives_details),
    (Wish.REQUEST, sends_a_file),
    (Wish.REQUEST, names_it),
)


# --- what else has to be known -----------------------------------------------------------------------------


def several_members(said: Said) -> tuple[Evidence, ...] | None:
    """Two members' own numbers, or plain words; an old number, or one number that two people share, is one member's."""
    if said.all("not_several"):
        return None
    two = len(said.details.number_values) > 1
    return said.all("several") or (said.all("second_number") if two else ()) or None


def on_behalf(said: Said) -> tuple[Evidence, ...] | None:
    """For somebody else; a wish that is dictated is the member's own."""
    if said.all("own_wish"):
        return None
    mine = bool(said.all("for_myself"))
    signs = [entry for entry in said.entries("on_behalf") if not (mine and entry.extra.get("weak"))]
    return said.find(signs) or None


def special_format(said: Said) -> tuple[Evidence, ...] | None:
    return said.outside("format", "not_format") or None


def in_attachment(said: Said) -> tuple[Evidence, ...] | None:
    return (said.all("attached") or None) if said.message.attachments else None


def by_post(said: Said) -> tuple[Evidence, ...] | None:
    return said.outside("post", "not_post") or None


FLAGS: dict[str, Rule] = {
    "several_members": several_members,
    "on_behalf": on_behalf,
    "special_format": special_format,
    "in_attachment": in_attachment,
    "by_post": by_post,
}


# --- the pieces that rules share ---------------------------------------------------------------------------


def asking(sentence: Sentence, said: Said) -> Iterator[Evidence]:
    """Where a sentence asks for the documents."""
    hidden = [found.span() for entry in said.entries("not_asking") for found in entry.pattern.finditer(sentence.text)]
    for start, end in asking_spans(sentence.text, said):
        if not any(first < end and start < last for first, last in hidden):
            yield sentence.evidence(start, end)
            return


def asking_spans(text: str, said: Said) -> Iterator[tuple[int, int]]:
    for entry in said.entries("request"):
        if not entry.extra.get("weak"):
            yield from (found.span() for found in entry.pattern.finditer(text) if found.group())
    for ask in said.entries("ask"):
        things = [thing for thing in said.entries("thing") if thing.code in ask.extra["of"].split()]
        for found in ask.pattern.finditer(text):
            reached = [thing.pattern.search(text, found.end(), found.end() + REACH) for thing in things]
            yield from ((found.start(), thing.end()) for thing in reached if thing)


def first_phrase(sentence: Sentence, entries: Sequence[Entry]) -> Iterator[Evidence]:
    for entry in entries:
        found = entry.pattern.search(sentence.text)
        if found and found.group():
            yield sentence.evidence(*found.span())
            return


def given(details: Details) -> tuple[Number | Address, ...]:
    """The numbers and addresses that count."""
    numbers = tuple(number for number in details.numbers if not number.set_aside)
    return numbers + details.counting_addresses


def answers(said: Said) -> bool:
    return is_answer(said.message) or refers_to_ours(said.message, said.policy)
