"""A text in, the pieces that addresses are made of out: streets, houses, flats, places, postcodes, and what stands between them.

A piece is a line, or what stands between commas; a sentence gives the piece that it ends in ("I live at | 12 Rose Lane"). Every
piece is `text[start:end]`. `addresses.py` puts the pieces together.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from swc_mailer.core.address_kinds import BOX, NUMBERED, Kind, Token, classify, tells_flat
from swc_mailer.core.address_labels import FLAT, HEADING, OTHER, label_at, label_code
from swc_mailer.core.address_words import leads_with_link, names_street_kind, only_number, only_words, spoken_words
from swc_mailer.core.places import Country, Vocabulary, fold, phrase, vocabulary
from swc_mailer.core.postcodes import Postcode, find_postcodes
from swc_mailer.core.words import Words

PREMISES = frozenset({Kind.STREET, Kind.HOUSE, Kind.BOX})
ADDRESS = PREMISES | {Kind.POSTCODE, Kind.FLAT, Kind.CARE_OF, Kind.NAMED, Kind.PLACE, Kind.COUNTRY, Kind.CODE}


class Piece(NamedTuple):
    """A stretch of the text, and what it is."""

    kind: Kind
    start: int
    end: int
    text: str
    line: int
    label: str = ""  # of the form's field it stands in: "street", "place", "postcode", "country"
    led: str = ""  # the word before it in a sentence: "at", "in", "from"
    postcode: Postcode | None = None


SEPARATOR = re.compile(  # no letter begins one, which is quick to tell; nor is it a comma in 7,604,118 or 7,6,0
    r"(?=[,;|\t()\[\]<>{}\"“” \-–—:.!?…])(?!(?<=\d),(?:\d{3}\b|\d,\d\b)|(?<=\d,\d),\d\b)"
    r"(?:[,;|\t()\[\]<>{}\"“”]+|[ ]{3,}|(?<=\S)[ ]+[-–—/·•][ ]+|[-–—]+(?=$)"
    r"|:(?=\s|$)|[ ]=[ ]|(?<=[A-Za-z]):(?=\w)|[.!?…]+(?=\s|$)|(?<=[a-z]{3})\.(?=[A-Z][a-z]))"
)
BULLET = re.compile(r"^[\s>|*•·●○▪◦‣–—-]*(?:\(?[a-z0-9]\)\s+|\d{1,2}\.\s+(?=\d)|[1-9]:\s+(?=\w))?", re.IGNORECASE)
WORD = re.compile(r"\S+")
DIGIT = re.compile(r"\d")
EDGES = ".,;:!?'\"*_~’‘-–"
LONG_CODE = re.compile(r"\d{3}[ ]?\d{3}|\d{3}-\d{4}|\d{5}-\d{3}")  # India, Japan, Brazil
FEWEST_DIGITS = 3  # in a part with a postcode overseas
NO_COUNTRY_BEHIND = frozenset(["of", "new", "the", "and", "north", "south", "east", "west", "northern", "in"])
SURNAMES = frozenset(["jordan", "ireland", "france", "holland", "israel", "georgia", "chad", "america", "peru"])
PART_END = re.compile(r"[,;:=|\t\n()]|\.(?!\S)")
COUNTRY_AHEAD = 80  # characters behind a postcode that its country is looked for in
LONGEST_KEPT = 60  # characters of a line whose pieces are remembered
LONGEST_PLACE = 40
LONGEST_LABEL = 45
FLAT_TO_HOUSE = frozenset(["at", "in"])  # Room 9 at Larkspur House, Flat 3 in Rose Court
LEFT = frozenset(["left", "leaving", "sold", "vacated", "delete", "scrap", "disregard"])  # before the house that it is said of
LONGEST_ITEM = 500  # characters of the first of a list
FIRST = re.compile(r"(?:\A|\n)[\s>]*(?:[Tt]o |[Rr]e |[Qq])?\(?1(?:[.):]| [-–—])\s")  # of a list of answers
SECOND = re.compile(r"[\s>]*(?:[Tt]o |[Rr]e |[Qq])?\(?2(?:[.):]| [-–—])\s+(?=[A-Z\d])")  # 2. The Old Forge, to 2: 12 Rose Lane
LIST_MARK = re.compile(r"[ \t]*(?P<place>\d{1,2})[.)][ \t]+(?=[A-Z])")  # 3. Normandy Barracks, BFPO 22
QUOTES = frozenset('"“')
ONLY_CALLED_HOUSE = frozenset(["the house", "house", "the boat", "our boat", "my boat"])  # and the house is 12 Rose Lane
SHORT_VERB = re.compile(r"we['’]re|(?:it|that)['’]s", re.IGNORECASE)
SENTENCE_ENDS = frozenset(".!?…")
LEADS = frozenset([":", "="])  # a label within a line
MOST_OF_FLAT = 4  # words: the third floor flat
MOST_WORDS = 40  # of one stretch that are looked at, the last ones


def read_pieces(text: str, words: Words) -> list[Piece]:
    """All pieces of the text, in order."""
    vocab = vocabulary(words)
    postcodes = find_postcodes(text)
    plain = _one_line_postcodes(text, postcodes).replace("\r", " ").replace("\u00a0", " ").replace("\u202f", " ")
    starts, ends = [code.start for code in postcodes], [code.end for code in postcodes]
    pieces: list[Piece] = []
    start = 0
    for number, line in enumerate(plain.split("\n")):
        end = start + len(line)
        inside = postcodes[bisect_left(starts, start) : bisect_right(ends, end)] if postcodes else ()
        if len(line) <= LONGEST_KEPT and not inside and not DIGIT.search(line) and "\t" not in line:
            pieces += (_moved(piece, start, number) for piece in _pieces_alone(text[start:end], line, words))
        else:
            pieces += _Line(text, plain, number, start, end, inside, vocab, words).pieces()
        start = end + 1
    return pieces


@lru_cache(maxsize=4096)
def _pieces_alone(written: str, line: str, words: Words) -> tuple[Piece, ...]:
    """The pieces of a short line without digits, which need no look beyond it: people's mails share "Dear Sir" and "Leeds"."""
    return tuple(_Line(written, line, 0, 0, len(line), (), vocabulary(words), words).pieces())


def _moved(piece: Piece, start: int, number: int) -> Piece:
    return Piece(piece.kind, piece.start + start, piece.end + start, piece.text, number, piece.label, piece.led)


def _one_line_postcodes(text: str, postcodes: Sequence[Postcode]) -> str:
    """The same text, with a line break inside a postcode as a space."""
    stretches, position = [], 0
    for code in postcodes:
        stretches += [text[position : code.start], text[code.start : code.end].replace("\n", " ")]
        position = code.end
    return "".join((*stretches, text[position:]))


class _Line(NamedTuple):
    """One line of a text, to be taken apart."""

    written: str  # the whole text as written, and with its odd spaces and broken postcodes mended
    text: str
    number: int
    start: int
    end: int
    postcodes: Sequence[Postcode]
    vocab: Vocabulary
    words: Words

    def _bullet(self) -> int:
        """How many characters in front are no part of what is said."""
        second = SECOND.match(self.text, self.start, self.end)
        if second and FIRST.search(self.text, max(0, self.start - LONGEST_ITEM), self.start):
            return second.end() - self.start
        if marked := self._list_mark():
            return marked
        return len(BULLET.match(self.text[self.start : self.end])[0])  # type: ignore[index]  # may be empty, is never None

    def _list_mark(self) -> int:
        """How long the mark of a numbered list is, where the line above or below has the next one to it; 0 for none."""
        mark = LIST_MARK.match(self.text, self.start, self.end)
        if not mark:
            return 0
        above = self.text.rfind("\n", 0, max(0, self.start - 1)) + 1
        beside = (LIST_MARK.match(self.text, at) for at in (above, self.end + 1) if at != self.start)
        steps = {int(mark["place"]) - int(each["place"]) for each in beside if each}
        return mark.end() - self.start if steps & {-1, 1} else 0

    def pieces(self) -> Iterator[Piece]:
        start = self.start + self._bullet()
        if not self.text[start : self.end].strip():
            yield self._piece(Kind.BLANK, self.start, self.start)
            return
        label, value = label_at(self.text, start, self.end, self.vocab, self.words)
        found = _one_sentence(self._parts(value))
        if label == OTHER and not any(piece.kind in (Kind.POSTCODE, Kind.STREET) for piece in found):
            yield self._piece(Kind.FIELD, value, self.end)
            return
        if label == FLAT and found and found[0].kind in (Kind.FLAT, Kind.NAMED, Kind.NUMBER):
            found[0] = self._piece(Kind.FLAT, start, found[0].end)
        if label == HEADING:
            yield self._piece(Kind.FIELD, start, start)
        if label in ("", HEADING, OTHER):
            yield from found
            return
        first = next((index for index, piece in enumerate(found) if piece.kind in ADDRESS), -1)
        for index, piece in enumerate(found):
            yield self._labelled(piece, label, first=index == first)

    def _labelled(self, piece: Piece, label: str, *, first: bool) -> Piece:
        if piece.kind not in ADDRESS:
            return piece
        kind = piece.kind
        if first and label == "street" and kind is Kind.NAMED:
            kind = Kind.HOUSE
        if label == "place" and kind in (Kind.NAMED, Kind.HOUSE, Kind.STREET):
            kind = Kind.PLACE
        return piece._replace(label=label, kind=kind)

    def _parts(self, start: int) -> Iterator[Piece]:
        """The line's pieces, between its postcodes."""
        for code in (*self.postcodes, None):
            end = code.start if code else self.end
            yield from self._between_separators(start, end)
            if code:
                yield self._piece(Kind.POSTCODE, code.start, code.end, postcode=code)
                start = code.end

    def _between_separators(self, start: int, end: int) -> Iterator[Piece]:
        begin = start
        for mark in SEPARATOR.finditer(self.text, start, end):
            sign = mark[0].strip()
            ends_sentence = sign[:1] in SENTENCE_ENDS
            if ends_sentence and self._shortened(begin, mark):
                continue
            if sign in ("-", "–", "/") and self._joins_numbers(mark):
                continue
            stop = self._label_within(begin, mark.start()) if sign in LEADS else mark.start()
            yield from _read_part(self, begin, stop)
            if ends_sentence:
                yield self._piece(Kind.STOP, mark.start(), mark.end())
            begin = mark.end()
        yield from _read_part(self, begin, end)

    def _label_within(self, start: int, end: int) -> int:
        """Where a label at the end of a part begins: 12 | Street: The Crescent | Postcode: HU5 2ZZ."""
        for word in WORD.finditer(self.text, max(start, end - LONGEST_LABEL), end):
            code = label_code(self.text[word.start() : end].strip(), self.words)
            whole = not any(map(str.isalpha, self.text[start : word.start()]))
            if code in ("place", "postcode", "country") or (code and whole):
                return word.start()
        return end

    def _shortened(self, begin: int, stop: re.Match[str]) -> bool:
        """Whether a full stop ends a short form, an initial or a number, and no sentence."""
        before = self.text[begin : stop.start()].rsplit(None, 1)
        word = before[-1].lower().strip("(") if before else ""
        if stop[0] == "?" and len(before) == 1 and len(word) == 1:  # T? Isaf: the mail program had no ŷ
            return before[0].isupper() and self.text[stop.end() + 1 : stop.end() + 2].isupper()
        return stop[0] == "." and (
            (len(word) <= 1 and not word.isdigit())
            or (word.isdigit() and len(word) < 4 and self._before_street(before, stop))
            or word in self.vocab.shortened
            or word.endswith("str")
            or "." in word
        )

    def _before_street(self, before: Sequence[str], stop: re.Match[str]) -> bool:
        """Whether the number at the end may be a house's: at 12. Rose Lane; not Flat 1. The building is, nor FD 109. In"""
        lead = fold(before[0].rsplit(None, 1)[-1]).strip(EDGES) if len(before) > 1 else ""
        behind = WORD.search(self.text, stop.end(), self.end)
        follows = _word(behind[0])[2] if behind else ""
        spoken = follows in self.vocab.links or follows in self.vocab.sentence
        return not spoken and (not lead or lead in self.vocab.links or lead in self.vocab.sentence)

    def _joins_numbers(self, mark: re.Match[str]) -> bool:
        """ "#1204 - 2230 Salal Crescent" is one piece."""
        before = self.text[max(self.start, mark.start() - 6) : mark.start()]
        return re.search(r"(?<!\d)\d{1,5}$", before) is not None and self.text[mark.end() : mark.end() + 1].isdigit()

    def _piece(self, kind: Kind, start: int, end: int, *, led: str = "", postcode: Postcode | None = None) -> Piece:
        return Piece(kind, start, end, self.written[start:end], self.number, led=led, postcode=postcode)

    def tokens(self, start: int, end: int) -> list[Token]:
        found = []
        for word in WORD.finditer(self.text, start, end):
            lead, text, folded = _word(word[0])
            if text:
                begin = word.start() + lead
                found.append(Token(begin, begin + len(text), text, folded))
        return found


@lru_cache(maxsize=8192)
def _word(written: str) -> tuple[int, str, str]:
    """How many signs stand in front of a word, the word without those around it, and folded."""
    text = written.strip(EDGES) if not re.fullmatch(r"[A-Z]\?", written) else written  # T? Isaf
    return written.index(text), text, fold(text)


@lru_cache(maxsize=8192)
def _first_and_last(word: str) -> tuple[str, str]:
    """The words that one between spaces holds: "n.yorks", "barrow-in-furness"."""
    names = phrase(word)
    return names.partition(" ")[0], names.rpartition(" ")[2]


def _one_sentence(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces, the words of a sentence side by side as the first of them: nothing but that they are there counts."""
    found: list[Piece] = []
    for piece in pieces:
        if piece.kind is not Kind.SENTENCE or not found or found[-1].kind is not Kind.SENTENCE:
            found.append(piece)
    return found


# --- one part between commas ----------------------------------------------------------------------------------


def _read_part(line: _Line, start: int, end: int, *, divided: bool = False) -> Iterator[Piece]:
    """The pieces of a part: itself, or the stretches in it that are no words of a sentence."""
    tokens = line.tokens(start, end)
    if not tokens:
        return
    begin, stop = tokens[0].start, tokens[-1].end
    numbered = DIGIT.search(line.text, begin, stop) is not None
    if numbered and not divided and (code := _code_within(line, tokens, end)):
        yield from _read_part(line, start, code.start, divided=True)
        yield code
        yield from _read_part(line, code.end, end, divided=True)
        return
    starts_place = _first_and_last(tokens[0].word)[0] in line.vocab.place_starts
    if starts_place and stop - begin <= LONGEST_PLACE and line.vocab.known_place(line.text[begin:stop]):
        yield line._piece(Kind.PLACE, begin, stop)
        return
    spoken = spoken_words(tokens, line.vocab, numbered=numbered)
    if not any(spoken):
        yield from _stretch(line, tokens)
        return
    last = 0
    for in_sentence, run in groupby(spoken, key=bool):
        kinds = list(run)
        first, last = last, last + len(kinds)
        if in_sentence:
            kind = Kind.NUMBER if kinds.count(Kind.NUMBER) == len(kinds) else Kind.SENTENCE
            yield line._piece(kind, tokens[first].start, tokens[last - 1].end)
        else:
            behind_number = first > 0 and spoken[first - 1] is Kind.NUMBER and tokens[first].text[0].isupper()
            lead = None if behind_number else _lead(tokens[first - 1]) if first else ""
            yield from _stretch(line, tokens[first:last], lead, ends=last == len(tokens))


def _lead(token: Token) -> str:
    """The word that leads to what stands behind it: the verb of "we're" and of "it's", and not of "were" and "its"."""
    return "is" if SHORT_VERB.fullmatch(token.text) else token.word


def _code_within(line: _Line, tokens: Sequence[Token], end: int) -> Piece | None:
    """A postcode of the country that is named at the part's end or behind it, between a street and its town, or as long as a
    membership number: 12 rue des Lilas 33000 Bordeaux, France; Bangalore 560 038, India."""
    written = line.text[tokens[0].start : tokens[-1].end]
    if sum(map(str.isdigit, written)) < FEWEST_DIGITS:
        return None
    countries = _countries_ahead(line, tokens, end)
    numbered = False
    for index, token in enumerate(tokens):
        digits = any(map(str.isdigit, token.text))
        for last in range(index, min(index + 2, len(tokens))) if digits and countries else ():
            code = line.text[token.start : tokens[last].end]
            between = index > 1 and (numbered or last + 1 < len(tokens))
            fits = any(country.code_form.fullmatch(code) for country in countries) and (between or LONG_CODE.fullmatch(code))
            if fits and not names_street_kind(tokens[last + 1 :], line.vocab):  # Unit 6 / 2214 Lower Sturt Rd
                return line._piece(Kind.CODE, token.start, tokens[last].end)
        numbered = numbered or digits
    return None


def _countries_ahead(line: _Line, tokens: Sequence[Token], end: int) -> list[Country]:
    """The countries that the part ends with, or that are one of the next parts by themselves."""
    parts = [phrase(part).removeprefix("the ") for part in PART_END.split(line.text[end : end + COUNTRY_AHEAD])]
    size = _country_words(tokens, line.vocab)
    parts += [phrase(line.text[tokens[-size].start : tokens[-1].end])] if size else []
    parts.append(tokens[0].word)  # Singapore 460012
    return [country for part in parts if (country := line.vocab.countries.get(part))]


def _country_words(tokens: Sequence[Token], vocab: Vocabulary) -> int:
    """How many words at the end of others name a country: Dublin | Ireland, but neither Bank of Ireland nor Jo Jordan."""
    if _first_and_last(tokens[-1].word)[1] not in vocab.country_ends:
        return 0
    for size in range(1, min(4, len(tokens))):
        name = phrase(" ".join(token.text for token in tokens[-size:]))
        if name in vocab.countries:
            before = tokens[-size - 1].word
            return 0 if before in NO_COUNTRY_BEHIND or (name in SURNAMES and tokens[0].word in vocab.given_names) else size
    return 0


def _stretch(line: _Line, tokens: Sequence[Token], before: str | None = None, *, ends: bool = True) -> Iterator[Piece]:
    """The piece of a stretch without words of a sentence; `before` is the sentence's last word in front, if it stands in one. A
    weak piece counts only alone, or led to at a sentence's end."""
    alone = before is None
    led = before if before and before in line.vocab.links else ""
    tokens = list(tokens[-MOST_WORDS:])
    led = _without_links(tokens, led, line.vocab)
    if not tokens:
        return
    before_house, tokens, lead = _after_flat(tokens, line) or _after_lead(tokens, led, in_sentence=not alone)
    if len(before_house) > MOST_OF_FLAT:  # at Greenham and outside the Uzbek embassy | at 41 Holland Park
        yield line._piece(Kind.SENTENCE, before_house[0].start, before_house[-1].end)
    if before_house and (flat := _flat_at_end(before_house, line)):
        yield line._piece(Kind.FLAT, flat[0].start, flat[-1].end, led=led)
    led = lead
    words_alone = not alone and not led and only_words(tokens)
    if words_alone and not (before == "" and tells_flat(tokens, line.words)):  # top left, like
        yield line._piece(Kind.SENTENCE, tokens[0].start, tokens[-1].end, led="-")
        return
    if ends and (size := _country_words(tokens, line.vocab)):
        yield from _stretch(line, tokens[:-size], None if alone else led)
        yield line._piece(Kind.COUNTRY, tokens[-size].start, tokens[-1].end)
        return
    tokens, kind = classify(tokens, line.words)
    strong = kind in PREMISES or kind in (Kind.FLAT, Kind.COUNTRY, Kind.PLACE, Kind.CARE_OF, Kind.CODE)
    if not alone and not (strong or (ends and (led or kind is Kind.NAMED))):
        kind = Kind.SENTENCE
    if not alone and kind is Kind.STREET and _only_described(tokens, line.vocab):
        kind = Kind.SENTENCE
    ruled_out = before == "not" and not any(map(str.isdigit, line.text[tokens[0].start : tokens[-1].end]))  # not Bryn Awelon
    if not alone and kind is Kind.HOUSE and line.text[tokens[0].start : tokens[-1].end] in ONLY_CALLED_HOUSE:
        kind = Kind.SENTENCE
    if not alone and not led and (ruled_out or kind is Kind.NAMED or only_number(tokens)):
        kind = Kind.SENTENCE
    named = kind is Kind.PERSON and line.text[tokens[0].start - 1 : tokens[0].start] in QUOTES  # the barge "Marie"
    yield line._piece(Kind.NAMED if named else kind, tokens[0].start, tokens[-1].end, led=led or ("" if alone else "-"))


def _only_described(tokens: Sequence[Token], vocab: Vocabulary) -> bool:
    """Whether a sentence only tells what a street is like, without its name: the little lane."""
    last = tokens[-1].word
    return tokens[0].word == "the" and only_words(tokens) and last in vocab.streets and last not in vocab.houses


def _without_links(tokens: list[Token], led: str, vocab: Vocabulary) -> str:
    """Take off what only links a stretch to its sentence; the last word that leads to it."""
    while tokens and (tokens[0].word in vocab.links or tokens[0].word in ("and", "of", "its") or leads_with_link(tokens, vocab)):
        led = tokens.pop(0).word
    while tokens and (tokens[-1].word in vocab.links or tokens[-1].word in ("and", "of", "the")):
        tokens.pop()
    if len(tokens) > 1 and tokens[0].word in LEFT and NUMBERED.match(tokens[1].text):
        led = tokens.pop(0).word
    return led


def _after_lead(tokens: list[Token], led: str, *, in_sentence: bool) -> tuple[list[Token], list[Token], str]:
    """What leads to a house number or a PO Box, or in a sentence to a name, the rest, and the last leading word: "post reaches me
    | PO Box 92", at; "send a set | Thornthwaite Hall Lodge", to."""
    for index in range(len(tokens) - 2, 0, -1):
        if in_sentence and tokens[index].word == "to" and only_words(tokens[:index]):
            return tokens[:index], tokens[index + 1 :], "to"
        if in_sentence and tokens[index].word == "at" and only_words(tokens[:index]) and not only_words(tokens[index + 1 :]):
            return tokens[:index], tokens[index + 1 :], "at"
        numbered = tokens[index].word in ("number", "no") and tokens[index - 1].word in ("house", "at", "is")
        if tokens[index].word in ("at", "to", "is", "address") or numbered:
            following = " ".join(token.text for token in tokens[index + 1 : index + 4])
            if NUMBERED.match(tokens[index + 1].text) or BOX.match(following):
                return tokens[:index], tokens[index + 1 :], tokens[index].word
    return [], tokens, led


def _after_flat(tokens: list[Token], line: _Line) -> tuple[list[Token], list[Token], str] | None:
    """A flat that leads to its house, the rest, and the leading word; None for no such: Room 9 | Larkspur House, at."""
    for index in range(1, min(MOST_OF_FLAT, len(tokens) - 1)):
        if tokens[index].word in FLAT_TO_HOUSE:
            before = tokens[:index]
            kind = before[0].text in line.vocab.houses or before[0].text in line.vocab.flats
            lone = index == 1 and kind  # my flat in Leeds; but not: Mill in Thornton
            told = lone or (before[0].text[0].isalpha() and tells_flat(before, line.words))
            return (before, tokens[index + 1 :], tokens[index].word) if told else None
    return None


def _flat_at_end(tokens: list[Token], line: _Line) -> Sequence[Token]:
    """The words that tell a flat, at the end of what leads to its house: I have | the top flat | at 12 Rose Lane."""
    while tokens and tokens[-1].word in line.vocab.links:
        tokens.pop()
    stretches = (tokens[start:] for start in range(max(0, len(tokens) - MOST_OF_FLAT), len(tokens)))
    return next((stretch for stretch in stretches if tells_flat(stretch, line.words)), ())
