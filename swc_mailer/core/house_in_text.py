"""Details and a message in, the details with the member's address out where its house, street and postcode stand in the writer's
own words, word for word.

`addresses.py` reads an address without knowing it, and may cut it wrongly: told backwards, between remarks, with the postcode
pages away. `led_by_register.py` asks here where no full address was read, `address_in_pieces.py` where the one that was read is
not the member's, and forgives more where this finds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from swc_mailer.core.address_corrections import CORRECTED
from swc_mailer.core.given import NO_HOME, address_likely
from swc_mailer.core.model import Address, Details, Evidence, Member, Message, Register, Section
from swc_mailer.core.places import Vocabulary, fold, vocabulary
from swc_mailer.core.postcodes import as_typed, find_postcodes
from swc_mailer.core.premises import AS_DIGITS, in_one, is_street
from swc_mailer.core.register import one_wrong, postcode_key
from swc_mailer.core.words import Words

WORD = re.compile(r"\d+(?=[^\W\d_]{3})|[^\W_]+(?:['’][^\W_]+)*")  # 9FISHER ROW
BREAK = re.compile(r"[^\w\s'’/&-]|[\n\t]")  # what parts two names: a comma, a line's end, the next cell
DIGIT = re.compile(r"\d")
HOUSE_NUMBER = re.compile(r"\d{1,4}[a-z]?")  # and no day: the 3rd
HOUSE_LETTER = re.compile("[a-h]")
ROAD_NUMBER = re.compile(r"[abm]\d{1,4}")
# Figures as typewriters without 0 and 1 have them: Flat 2I, lO Rose Lane
LOOK_ALIKES = re.compile(r"(?<!\w)(?:(?=\w*\d)[lIO\d]{2,4}[A-Ha-h]?|l[lO]?)(?![\w'’])")
UPON = re.compile(r"[ -](?:on|upon|under|by|in|le|next)[ -]", re.IGNORECASE)
FEWEST_WORDS = 3  # of house and street, that are hers by no chance
HOUSE_AND_STREET = 2  # lines of an address
LONGEST = 20_000  # characters of a section that are looked through
MOST_PLACES = 30  # where one piece of an address stands
FURTHEST = 25  # words between two pieces of an address
YEAR = re.compile(r"(?:19|20)\d\d")
LEADING = frozenset(["number", "no", "it", "its", "is", "we", "are"])  # to a house number, besides links
AT_ONCE = 3  # words between a street and its number: Rose Lane, and it is 31
DENIED_BEFORE = 2  # words in front of a number that it may be denied in
NUMBER_APART = 10  # words between a street and its number
HERS, NOT_HERS = 0.8, 0.1  # how likely it must be that it is given as hers where others are, and these at the most
LIKELIER = 0.5  # where it was read in other pieces, and doubted
READ_ANEW = "the register has it in other pieces"


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a section, and where it stands there."""

    text: str  # folded, and in full where it is short for another
    capital: bool
    start: int
    end: int
    begins: bool  # behind a break

    @property
    def in_words(self) -> bool:
        """Whether it is a number that is written out, with its letter or without: eleven A."""
        return self.text[:1].isdigit() and self.end - self.start > len(self.text)


@dataclass(frozen=True, slots=True)
class Span:
    """Words of a section, from the first to before the last."""

    first: int
    behind: int


@dataclass(frozen=True, slots=True)
class Code:
    """The member's postcode as the writer has it: `text[start:end]`."""

    start: int
    end: int
    value: str


Way = tuple[Span, ...]  # where a piece of an address stands: a house number may stand apart from its street


def with_address_in_text(details: Details, message: Message, register: Register, words: Words) -> Details:
    """With the address of the member whose number counts, as it stands in the text; unless something else may count beside it, or
    the writer says of what was read there that it is somebody else's, or corrects it: then the same details."""
    values = details.number_values
    if len(values) != 1:
        return details
    members = register.by_number(values[0])
    numbers = [number.evidence for number in details.numbers]
    vocab = vocabulary(words)
    found = [(member, each) for member in members if (each := _house_in_text(member, message, numbers, vocab))]
    if len(found) != 1:
        return details
    ((member, hers),) = found
    same = [each for each in details.addresses if each.evidence.overlaps(hers.evidence) or _is_no_more(each, hers, member, vocab)]
    if any(each.set_aside not in ("", NO_HOME) or CORRECTED in each.repair or _has_another_code(each, hers) for each in same):
        return details
    if any(each.set_aside for each in same) and not _given_anew(hers, same, details, message, words):
        return details
    anew = (replace(each, set_aside=READ_ANEW) if each in same else each for each in details.addresses)
    told = replace(details, addresses=(*anew, hers))
    beside = [each for each in details.full_addresses if each not in same]
    if beside and not _is_hers(hers, beside, told, message, words):
        return details
    return replace(told, addresses=tuple(replace(each, set_aside=NO_HOME) if each in beside else each for each in told.addresses))


def _is_hers(found: Address, beside: Sequence[Address], told: Details, message: Message, words: Words) -> bool:
    """Whether it is given as hers by the words around it, and none of those beside it."""
    likely, *others = (address_likely(each, told, message.sections, words) for each in (found, *beside))
    return likely >= HERS and all(other <= NOT_HERS for other in others)


def _given_anew(found: Address, same: Sequence[Address], details: Details, message: Message, words: Words) -> bool:
    """Whether it is given as hers by the words around it, though what was read there in other pieces is not."""
    others = (each for each in details.addresses if each not in same)
    return address_likely(found, replace(details, addresses=(*others, found)), message.sections, words) >= LIKELIER


def _is_no_more(read: Address, found: Address, member: Member, vocab: Vocabulary) -> bool:
    """Whether what stands with the postcode is no more than a name, or her house number again: the postman goes by BT93 7XJ and
    the red gate; that is 14 in figures, EH26 8XW."""
    if read.set_aside or not read.postcode or _has_another_code(read, found):
        return False
    names = _names(read.lines, vocab)
    numbers = set(filter(DIGIT.search, names))
    return not numbers or (numbers <= _names(member.address, vocab) and not any(is_street(name, vocab) for name in names))


def _has_another_code(read: Address, found: Address) -> bool:
    return bool(read.postcode) and postcode_key(read.postcode) != postcode_key(found.postcode)


def _house_in_text(member: Member, message: Message, numbers: Sequence[Evidence], vocab: Vocabulary) -> Address | None:
    """The address as the writer has it, in the register's order, and the postcode wherever it stands; None where a piece is
    missing, or stands in a longer name. Where the register has no postcode, all its lines must be there. What was read as
    `numbers` is no house's."""
    pieces = [words for line in _house_and_street(member, vocab) for words in _pieces(line, vocab)]
    if sum(map(len, pieces)) < FEWEST_WORDS:
        return None
    own = [(section, _codes(section.text[:LONGEST], member, vocab)) for section in message.own_sections]
    every = [code for _, codes in own for code in codes]
    if member.postcode and not every:
        return None
    found = (_in_section(pieces, member, section, codes, numbers, vocab) for section, codes in own)
    told = next(filter(None, found), None)
    return replace(told, postcode=every[0].value) if told and every else told


def _house_and_street(member: Member, vocab: Vocabulary) -> tuple[str, ...]:
    """The lines that tell the house; where the first has number and street, the next only if it may tell a part of the house."""
    if not member.postcode:
        return member.address
    lines = [[word for piece in _pieces(line, vocab) for word in piece] for line in member.address[:HOUSE_AND_STREET]]
    first, behind = lines[0], {word for words in lines[1:] for word in words}
    whole = any(map(DIGIT.search, first)) and any(is_street(word, vocab) for word in first)
    a_place = not any(map(DIGIT.search, behind)) and behind.isdisjoint(vocab.flats | vocab.houses)
    return member.address[:1] if whole and a_place else member.address[:HOUSE_AND_STREET]


def _in_section(
    pieces: Sequence[tuple[str, ...]],
    member: Member,
    section: Section,
    codes: Sequence[Code],
    numbers: Sequence[Evidence],
    vocab: Vocabulary,
) -> Address | None:
    words = list(_words(section.text[:LONGEST], vocab))
    in_codes = _inside(words, [(code.start, code.end) for code in codes])
    read = [(place.start - section.start, place.end - section.start) for place in numbers if place.part == section.part]
    taken = in_codes | _inside(words, read)
    hers = {place for piece in pieces for span in _same_words(piece, words) for place in range(span.first, span.behind)}
    ways = [_ways(piece, words, taken | hers, vocab) for piece in pieces]
    known = _names((*member.address, member.postcode), vocab) | {words[place].text for place in in_codes}
    chosen = next((some for some in _side_by_side(ways) if _are_one_place(some, words, known, vocab)), None)
    if chosen is None:
        return None
    in_order = _in_order(chosen)
    start, end = words[in_order[0].first].start, words[in_order[-1].behind - 1].end
    evidence = Evidence(section.part, section.start + start, section.start + end, section.text[start:end])
    told = (" ".join(section.text[words[span.first].start : words[span.behind - 1].end] for span in spans) for spans in chosen)
    written = [" ".join(line.split()) for line in told]
    lines = tuple(" ".join(_as_read(words[span.first : span.behind], section.text) for span in spans) for spans in chosen)
    repair = "; ".join(f'read "{line}" as "{read}"' for line, read in zip(written, lines, strict=True) if line != read)
    return Address(lines, "", "", evidence, section.zone, repair=repair)


def _as_read(words: Sequence[Word], text: str) -> str:
    """The words as they are written, but for numbers, which are in figures."""
    ends = [words[0].start, *(word.end for word in words)]
    pieces = ((text[end : word.start], word) for end, word in zip(ends, words, strict=False))
    read = (f"{between}{word.text if word.in_words else _in_figures(text[word.start : word.end])}" for between, word in pieces)
    return " ".join("".join(read).split())


def _in_figures(text: str) -> str:
    return LOOK_ALIKES.sub(lambda number: number[0].translate(AS_DIGITS), text)


def _inside(words: Sequence[Word], spans: Sequence[tuple[int, int]]) -> frozenset[int]:
    """The places of the words that one of the spans holds, or a part of."""
    return frozenset(
        place for place, word in enumerate(words) if any(start < word.end and word.start < end for start, end in spans)
    )


def _side_by_side(ways: Sequence[Sequence[Way]]) -> Iterator[tuple[Way, ...]]:
    """One way of each piece, those nearest to each way of the piece that stands in the fewest places."""
    for anchor in min(ways, key=len):
        yield tuple(min(some, key=lambda way: abs(way[0].first - anchor[0].first)) for some in ways if some)


def _in_order(chosen: Sequence[Way]) -> list[Span]:
    return sorted((span for spans in chosen for span in spans), key=lambda span: span.first)


def _are_one_place(chosen: Sequence[Way], words: Sequence[Word], known: Collection[str], vocab: Vocabulary) -> bool:
    """Whether hardly anything stands between the pieces, and no number that is not the member's but a room's or a road's."""
    in_order = _in_order(chosen)
    if any(later.first - before.behind > FURTHEST for before, later in pairwise(in_order)):
        return False
    rooms = vocab.flats.difference(known)
    between = range(in_order[0].first, in_order[-1].behind)
    numbers = (place for place in between if DIGIT.search(words[place].text) and not YEAR.fullmatch(words[place].text))
    others = (place for place in numbers if words[place].text not in known and not _is_denied(place, words))
    return all(ROAD_NUMBER.fullmatch(words[place].text) or words[place - 1].text in rooms for place in others)


def _codes(text: str, member: Member, vocab: Vocabulary) -> list[Code]:
    """Where the member's postcode stands in a text, or one that differs by one character in a text that names her town; nowhere,
    where the register has none."""
    if not member.postcode:
        return []
    key = postcode_key(member.postcode)
    every = [Code(code.start, code.end, code.value) for code in find_postcodes(text)]
    same = [code for code in every if postcode_key(code.value) == key]
    found = same or [Code(*code.span(), member.postcode) for code in as_typed(member.postcode).finditer(text)]
    if found or not _names_town(text, member, vocab):
        return found
    return [code for code in every if one_wrong(key, postcode_key(code.value))]


def _names_town(text: str, member: Member, vocab: Vocabulary) -> bool:
    """Whether one of the places stands there that the register has behind house and street."""
    places = (line for line in member.address if line not in _house_and_street(member, vocab))
    names = (UPON.split(place)[0] for place in places)  # Stoke, of Stoke-on-Trent
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) for name in names)


def _ways(piece: Sequence[str], words: Sequence[Word], taken: Set[int], vocab: Vocabulary) -> list[Way]:
    """Where the whole piece stands; or the house number and its street, where the writer tells them apart: Rose Lane, it is
    number 31."""
    whole = _spans_of(piece, words, taken, vocab)
    if whole:
        return [(span,) for span in whole]
    if len(piece) < FEWEST_WORDS or not DIGIT.search(piece[0]):
        return []
    same_number = {place for place, word in enumerate(words) if word.text == piece[0]}
    streets = _spans_of(piece[1:], words, taken | same_number, vocab)
    beside = ((_number_beside(street, piece[0], words, taken, vocab), street) for street in streets)
    return [(number, street) for number, street in beside if number]


def _number_beside(street: Span, number: str, words: Sequence[Word], taken: Collection[int], vocab: Vocabulary) -> Span | None:
    """Where the number stands by itself near the street, and no other in front of it, or up to there behind it."""
    around = range(max(0, street.first - NUMBER_APART), min(len(words), street.behind + NUMBER_APART))
    free = (place for place in around if place not in taken and not _is_denied(place, words))
    may_be = (place for place in free if HOUSE_NUMBER.fullmatch(words[place].text))
    numbers = [place for place in may_be if words[place].text == number or not YEAR.fullmatch(words[place].text)]
    before, behind = ([each for each in numbers if each < street.first], [each for each in numbers if each >= street.behind][:1])
    told_at_once = street.first - 1 not in before and _is_told_at_once(behind, street, words, vocab)
    here = behind if told_at_once else before or behind
    if {words[place].text for place in here} != {number}:
        return None
    first, end = here[0], here[0] + 1
    alone = end == len(words) or words[end].begins or words[end].text in vocab.sentence | vocab.links | vocab.given_names
    of_a_flat = first > 0 and words[first - 1].text in vocab.flats
    return Span(first, end) if alone and not of_a_flat else None


def _is_told_at_once(behind: Sequence[int], street: Span, words: Sequence[Word], vocab: Vocabulary) -> bool:
    """Whether the number stands right behind its street: Rose Lane; at 31."""
    if not behind or behind[0] - street.behind > AT_ONCE:
        return False
    return all(words[place].text in vocab.links | LEADING for place in range(street.behind, behind[0]))


def _is_denied(place: int, words: Sequence[Word]) -> bool:
    """Not plain 12."""
    return any(word.text == "not" for word in words[max(0, place - DENIED_BEFORE) : place])


def _spans_of(piece: Sequence[str], words: Sequence[Word], taken: Collection[int], vocab: Vocabulary) -> list[Span]:
    return list(islice((span for span in _same_words(piece, words) if _is_whole(span, words, taken, vocab)), MOST_PLACES))


def _same_words(piece: Sequence[str], words: Sequence[Word]) -> Iterator[Span]:
    spans = (Span(first, first + len(piece)) for first in range(len(words) - len(piece) + 1))
    return (span for span in spans if all(words[span.first + index].text == word for index, word in enumerate(piece)))


def _is_whole(span: Span, words: Sequence[Word], taken: Collection[int], vocab: Vocabulary) -> bool:
    """Whether nothing beside it makes it another name: Old Mill Lane, 12 The Barn, Rose Lane West; but 16121 Genoa is Genoa."""
    if span.first and not words[span.first].begins and span.first - 1 not in taken:
        before = words[span.first - 1]
        of_a_flat = span.first > 1 and words[span.first - 2].text in vocab.flats
        in_digits = DIGIT.search(before.text) and not of_a_flat
        of_hers = words[span.first].text in vocab.flats  # on the site, plot 6
        numbered = in_digits or before.text in vocab.number_words or (before.text in vocab.flats and not of_hers)
        names = before.capital and before.text not in vocab.links | vocab.sentence
        longer = names and not words[span.first].text[0].isdigit()
        if numbered or longer:
            return False
    if span.behind < len(words) and not words[span.behind].begins and span.behind not in taken:
        behind = words[span.behind].text
        kinds = (vocab.houses, vocab.contrasts)
        return not (len(behind) == 1 or DIGIT.search(behind) or is_street(behind, vocab) or any(behind in kind for kind in kinds))
    return True


def _pieces(line: str, vocab: Vocabulary) -> Iterator[tuple[str, ...]]:
    """What stands between commas."""
    for piece in line.split(","):
        words = tuple(word.text for word in _words(piece, vocab))
        if words:
            yield words


def _names(lines: Iterable[str], vocab: Vocabulary) -> set[str]:
    return {word for line in lines for piece in _pieces(line, vocab) for word in piece}


def _words(text: str, vocab: Vocabulary) -> Iterator[Word]:
    last: Word | None = None
    for word in _single_words(text, vocab):
        together = "" if last is None or word.begins else _in_one(last, word)
        if last and together:
            last = replace(last, text=together, end=word.end)
            continue
        if last:
            yield last
        last = word
    if last:
        yield last


def _in_one(last: Word, word: Word) -> str:
    """The number that two words are: forty two; one nine, said digit by digit; eleven A; "" for none."""
    digit_by_digit = last.in_words and word.in_words and len(last.text) == len(word.text) == 1
    lettered = last.in_words and last.text.isdigit() and word.capital and HOUSE_LETTER.fullmatch(word.text)
    return last.text + word.text if digit_by_digit or lettered else in_one(last.text, word.text)


def _single_words(text: str, vocab: Vocabulary) -> Iterator[Word]:
    end, last = 0, ""
    for found in WORD.finditer(text):
        folded = fold(_in_figures(found[0]))
        begins = not end or bool(BREAK.search(text, end, found.start()))
        in_full = vocab.short_forms.get(folded, folded)
        pronoun = in_full == "one" and not begins and last not in vocab.links | vocab.flats | vocab.houses | {"number", "no"}
        read = in_full if pronoun else vocab.number_words.get(in_full, in_full)  # we're the end one
        yield Word(read, found[0][0].isupper(), found.start(), found.end(), begins)
        end, last = found.end(), in_full
