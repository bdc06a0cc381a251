"""A text in, the pieces that addresses are made of out: streets, houses, flats, places, postcodes, and what stands between them.

A piece is a line, or what stands between commas; a sentence gives the piece that it ends in ("I live at | 12 Rose Lane"). Every
piece is `text[start:end]`. `addresses.py` puts the pieces together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from swc_mailer.core.places import DOCUMENT, Vocabulary, fold, phrase, says, vocabulary
from swc_mailer.core.postcodes import Postcode, find_postcodes
from swc_mailer.core.words import Words


class Kind(StrEnum):
    """What a piece is, as far as it tells by itself."""

    POSTCODE = "postcode"
    STREET = "street"  # with a house number, or with a street's word
    HOUSE = "house"  # a name with a house's word: "The Old Smithy", "Ravensworth Hall"
    FLAT = "flat"  # "Flat 3", "2F1", or a house number alone
    BOX = "box"
    CARE_OF = "care of"
    NAMED = "named"  # a name of which nothing more is known: a house, a village
    PLACE = "place"  # a town, a county, "Scotland"
    COUNTRY = "country"  # overseas
    CODE = "code"  # a postcode overseas, with its town or without
    PERSON = "person"
    NUMBER = "number"  # a phone number, a membership number
    FIELD = "field"  # the line of a form that is no address
    SENTENCE = "sentence"
    STOP = "stop"  # the end of a sentence
    BLANK = "blank"


PREMISES = frozenset({Kind.STREET, Kind.HOUSE, Kind.BOX})
ADDRESS = PREMISES | {Kind.POSTCODE, Kind.FLAT, Kind.CARE_OF, Kind.NAMED, Kind.PLACE, Kind.COUNTRY, Kind.CODE}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text, and what it is."""

    kind: Kind
    start: int
    end: int
    text: str
    line: int
    label: str = ""  # of the form's field it stands in: "street", "place", "postcode", "country"
    led: str = ""  # the word before it in a sentence: "at", "in", "from"
    postcode: Postcode | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a piece, with its folded form."""

    start: int
    end: int
    text: str
    word: str


HOUSE_NUMBER = r"\d{1,5}[a-z]?(?:[-–/]\d{1,5}[a-z]?)?"
NUMBERED = re.compile(rf"^(?:#\s?)?{HOUSE_NUMBER}$", re.IGNORECASE)
FLAT_ID = re.compile(r"^(?:\d{1,4}[a-z]?|[a-z]\d{0,4}|\d{1,3}[/-]\w{1,3}|[a-z]-?\d{1,3}\w?)$", re.IGNORECASE)
TENEMENT = re.compile(  # 2F1, PF2, 3/R, 1/2, G/1, GF3, BF1, TFL, GFR
    r"^(?:\d[fF]\d|[pPgGbBtT][fF]\d?[lLrR]?|\d{1,2}/(?:\d{1,2}|[lLrR])|[gG]/\d|[gG][/.-]?[lLrR]|\d{1,2}[fF][lLrR])$"
)
BOX = re.compile(
    r"\b(?:p\.?\s?o\.?\s{0,2}box|post office box|box no\.?|private bag|postfach|bo[iî]te postale|b\.?p\.?)\s{0,3}\w", re.I
)
CARE_OF = re.compile(r"^(?:c/o|c\.o\.|care of|℅|p/a|bei)\b", re.IGNORECASE)
FOREIGN_CODE = re.compile(
    r"^(?:[A-Z]{1,2}-)?\d{4,6}$|^(?:[A-Z]{1,2}-)?\d{4,6}\s\D+$|^\d{4}\s?[A-Z]{2}(?:\s\D+)?$|^\d{2}-\d{3}(?:\s\D+)?$|^\d{3}\s\d{2,3}(?:\s\D+)?$"
    r"|^\d{4}-\d{3}(?:\s\D+)?$|^(?:\D*\s)?[A-Z]\d[A-Z][ -]?\d[A-Z]\d$|^(?:\D+\s)?(?:[ACDEFHKNPRTVWXY]\d[\dW])\s?[A-Z0-9]{4}$"
    r"|^\D+\s\d{4,6}(?:-\d{4})?$|^\D*[A-Z]{3}\s?\d{4}$",
    re.IGNORECASE,
)
ORDINAL = re.compile(r"^\d+(?:st|nd|rd|th)$", re.IGNORECASE)
SEPARATOR = re.compile(r"[,;|\t()\[\]<>{}\"“”]+|[ ]{3,}|(?<=\S)[ ]+[-–—/·•][ ]+|:(?=\s|$)|[.!?…]+(?=\s|$)|[-–—]+(?=$)")
BULLET = re.compile(r"^[\s>*•·●○▪◦‣–—-]*(?:\(?[a-z0-9]\)\s+)?", re.IGNORECASE)
LABEL = re.compile(r"(?P<label>[^:=|\t\n]{1,45}?)[ ]{0,3}(?:[:=|\t]+|[ ][-–—]+(?=[ ])|$)")
WORD = re.compile(r"\S+")
EDGES = ".,;:!?'\"*_~’‘-–"
SHORTENED = frozenset(
    [
        "st",
        "mr",
        "mrs",
        "ms",
        "dr",
        "rev",
        "revd",
        "prof",
        "co",
        "no",
        "rd",
        "nr",
        "apt",
        "str",
        "gt",
        "lt",
        "ave",
        "cres",
        "sgt",
        "capt",
        "bldg",
        "sq",
        "cl",
        "tce",
        "hse",
        "nth",
        "sth",
        "c/o",
        "p",
        "o",
        "wm",
        "geo",
    ]
)
NOT_NAMES = re.compile(r"[@=+%£$€\\^{}]|https?:|www\.", re.IGNORECASE)
MOST_WORDS = 9  # of a piece that is no street
LONGEST_LINE = 2000


def read_pieces(text: str, words: Words) -> list[Piece]:
    """All pieces of the text, in order."""
    vocab = vocabulary(words)
    postcodes = find_postcodes(text)
    plain = _one_line_postcodes(text, postcodes).replace("\r", " ").replace("\u00a0", " ").replace("\u202f", " ")
    pieces: list[Piece] = []
    for number, line in enumerate(re.finditer(r"[^\n]*\n?", plain)):
        start, end = line.start(), min(line.start() + len(line[0].rstrip("\n")), line.start() + LONGEST_LINE)
        inside = [code for code in postcodes if start <= code.start and code.end <= end]
        pieces += [replace(piece, line=number) for piece in _Line(plain, start, end, inside, vocab, words).pieces()]
    return [replace(piece, text=text[piece.start : piece.end]) for piece in pieces]


def _one_line_postcodes(text: str, postcodes: Sequence[Postcode]) -> str:
    """The same text, with a line break inside a postcode as a space."""
    for code in postcodes:
        if "\n" in text[code.start : code.end]:
            text = text[: code.start] + text[code.start : code.end].replace("\n", " ") + text[code.end :]
    return text


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a text, to be taken apart."""

    text: str
    start: int
    end: int
    postcodes: Sequence[Postcode]
    vocab: Vocabulary
    words: Words

    def pieces(self) -> Iterator[Piece]:
        start = self.start + len(BULLET.match(self.text[self.start : self.end])[0])  # type: ignore[index]  # may be empty, is never None
        if not self.text[start : self.end].strip():
            yield self._piece(Kind.BLANK, self.start, self.start)
            return
        label, start = self._label(start)
        found = list(self._parts(start))
        if label == "other" and not any(piece.kind in (Kind.POSTCODE, Kind.STREET) for piece in found):
            yield self._piece(Kind.FIELD, start, self.end)
            return
        first = next((index for index, piece in enumerate(found) if piece.kind in ADDRESS), -1)
        for index, piece in enumerate(found):
            yield self._labelled(piece, label, first=index == first)

    def _label(self, start: int) -> tuple[str, int]:
        """The kind of field that the line begins with, "" for none, and where its value begins."""
        match = LABEL.match(self.text, start, self.end)
        for entry in self.words.entries(DOCUMENT, "label") if match else ():
            if match and entry.pattern.search(" ".join(match["label"].split())):
                return entry.code, match.end()
        return "", start

    def _labelled(self, piece: Piece, label: str, *, first: bool) -> Piece:
        if label in ("", "other") or piece.kind not in ADDRESS:
            return piece
        kind = piece.kind
        if first and label == "street" and kind is Kind.NAMED:
            kind = Kind.HOUSE
        if label == "place" and kind in (Kind.NAMED, Kind.HOUSE, Kind.STREET):
            kind = Kind.PLACE
        return replace(piece, label=label, kind=kind)

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
            ends_sentence = mark[0][0] in ".!?…"
            if ends_sentence and self._shortened(begin, mark):
                continue
            if mark[0].strip() in ("-", "–", "/") and self._joins_numbers(mark):
                continue
            yield from _read_part(self, begin, mark.start())
            if ends_sentence:
                yield self._piece(Kind.STOP, mark.start(), mark.end())
            begin = mark.end()
        yield from _read_part(self, begin, end)

    def _shortened(self, begin: int, stop: re.Match[str]) -> bool:
        """Whether a full stop ends a short form, an initial or a number, and no sentence."""
        before = self.text[begin : stop.start()].rsplit(None, 1)
        word = before[-1].lower().strip("(") if before else ""
        return stop[0] == "." and (len(word) <= 1 or word.isdigit() or word in SHORTENED or word.endswith("str") or "." in word)

    def _joins_numbers(self, mark: re.Match[str]) -> bool:
        """ "#1204 - 2230 Salal Crescent" is one piece."""
        return self.text[mark.start() - 1].isdigit() and self.text[mark.end() : mark.end() + 1].isdigit()

    def _piece(self, kind: Kind, start: int, end: int, *, led: str = "", postcode: Postcode | None = None) -> Piece:
        return Piece(kind, start, end, self.text[start:end], 0, led=led, postcode=postcode)

    def tokens(self, start: int, end: int) -> list[Token]:
        return [token for word in WORD.finditer(self.text, start, end) if (token := _token(word))]


def _token(word: re.Match[str]) -> Token | None:
    text = word[0].strip(EDGES)
    if not text:
        return None
    start = word.start() + word[0].index(text)
    return Token(start, start + len(text), text, fold(text))


# --- one part between commas ----------------------------------------------------------------------------------


def _read_part(line: _Line, start: int, end: int) -> Iterator[Piece]:
    """The pieces of a part: itself, or the stretches in it that are no words of a sentence."""
    tokens = line.tokens(start, end)
    if not tokens:
        return
    begin, stop = tokens[0].start, tokens[-1].end
    if line.vocab.known_place(line.text[begin:stop]):
        yield line._piece(Kind.PLACE, begin, stop)
        return
    spoken = _spoken(tokens, line.vocab)
    if not any(spoken):
        yield from _stretch(line, tokens, alone=True)
        return
    index = 0
    while index < len(tokens):
        last = index
        while last < len(tokens) and bool(spoken[last]) == bool(spoken[index]):
            last += 1
        if spoken[index]:
            kinds = set(spoken[index:last])
            yield line._piece(Kind.NUMBER if kinds == {Kind.NUMBER} else Kind.SENTENCE, tokens[index].start, tokens[last - 1].end)
        else:
            yield from _stretch(line, tokens[index:last], alone=False, ends=last == len(tokens))
        index = last


def _spoken(tokens: Sequence[Token], vocab: Vocabulary) -> list[Kind | None]:
    """For each word, whether it belongs to a sentence or is a long number, and not to an address."""
    numbered = False
    kinds: list[Kind | None] = []
    digits = _digit_runs(tokens)
    shouting = all(token.text.isupper() for token in tokens)
    for index, token in enumerate(tokens):
        following = tokens[index + 1].word if index + 1 < len(tokens) else ""
        name = token.text[0].isupper() and not shouting and numbered and len(token.text) > 1
        if digits[index] >= 6 or NOT_NAMES.search(token.text):
            kinds.append(Kind.NUMBER if digits[index] >= 6 else Kind.SENTENCE)
        elif token.word in vocab.sentence and not name and not _names_anyway(token.word, following):
            kinds.append(Kind.SENTENCE)
        else:
            kinds.append(None)
        numbered = numbered or bool(NUMBERED.match(token.text))
    return kinds


def _names_anyway(word: str, following: str) -> bool:
    """The Old Post Office; No 12; care of."""
    return (word == "post" and following.startswith("office")) or (
        word in ("no", "number", "num") and NUMBERED.match(following) is not None
    )


def _digit_runs(tokens: Sequence[Token]) -> list[int]:
    """For each word how many digits the group of digits has that it stands in: "01632 960417" has eleven."""
    counts = [len(re.sub(r"[^\d]", "", token.text)) if re.fullmatch(r"[+#(]?[\d()./-]+", token.text) else 0 for token in tokens]
    plain = [token.text.isdigit() for token in tokens]
    totals = list(counts)
    for index in range(len(tokens)):
        first = last = index
        while first > 0 and plain[first - 1] and plain[first]:
            first -= 1
        while last + 1 < len(tokens) and plain[last + 1] and plain[last]:
            last += 1
        if last > first:
            totals[index] = _group(tokens[first : last + 1])
        if "/" in tokens[index].text or tokens[index].text.startswith("#"):
            totals[index] = 0 if counts[index] < 8 else counts[index]
    return totals


def _group(tokens: Sequence[Token]) -> int:
    """Digits of numbers side by side that are one; a flat's and a house's are not: "12 274 Cowlairs Gardens"."""
    total = sum(len(token.text) for token in tokens)
    return total if total >= 7 else max(len(token.text) for token in tokens)


def _stretch(line: _Line, tokens: Sequence[Token], *, alone: bool, ends: bool = True) -> Iterator[Piece]:
    """The piece of a stretch without words of a sentence; a weak one counts only alone, or led to at a sentence's end."""
    led = ""
    tokens = list(tokens)
    while tokens and (tokens[0].word in line.vocab.links or tokens[0].word in ("and", "of", "its")):
        led = tokens.pop(0).word
    while tokens and (tokens[-1].word in line.vocab.links or tokens[-1].word in ("and", "of", "the")):
        tokens.pop()
    if not tokens:
        return
    led, tokens = _after_lead(tokens, led, line.vocab)
    tokens, kind = classify(tokens, line.vocab, line.words)
    strong = kind in PREMISES or kind in (Kind.FLAT, Kind.COUNTRY, Kind.PLACE, Kind.CARE_OF, Kind.CODE)
    if not alone and not (strong or (ends and (led or kind is Kind.NAMED))):
        kind = Kind.SENTENCE
    if not alone and not led and (kind is Kind.NAMED or _only_words(tokens)):
        kind = Kind.SENTENCE
    yield line._piece(kind, tokens[0].start, tokens[-1].end, led=led or ("" if alone else "-"))


def _after_lead(tokens: list[Token], led: str, vocab: Vocabulary) -> tuple[str, list[Token]]:
    """Without what leads to a house number or a PO Box: "post reaches me at | PO Box 92"."""
    for index in range(len(tokens) - 2, 0, -1):
        following = " ".join(token.text for token in tokens[index + 1 : index + 4])
        if tokens[index].word in ("at", "to", "is", "address") and (
            NUMBERED.match(tokens[index + 1].text) or BOX.match(following)
        ):
            return tokens[index].word, tokens[index + 1 :]
    return led, tokens


def _only_words(tokens: Sequence[Token]) -> bool:
    """Neither a number nor a capital: "up the hill"."""
    return not any(token.text[0].isdigit() or token.text[0].isupper() for token in tokens)


def classify(tokens: list[Token], vocab: Vocabulary, words: Words) -> tuple[list[Token], Kind]:
    """What a stretch of words is; the words without a person's name in front of the house number."""
    words_ = [token.word for token in tokens]
    text = " ".join(token.text for token in tokens)
    if CARE_OF.match(text):
        return tokens, Kind.CARE_OF
    if BOX.search(text):
        return tokens, Kind.BOX
    name = phrase(text)
    if name.removeprefix("the ") in vocab.countries:
        return tokens, Kind.COUNTRY
    if vocab.known_place(text):
        return tokens, Kind.PLACE
    first = _house_number(tokens, vocab)
    if first > 0 and words_[0] in vocab.given_names and not (set(words_[:first]) & (vocab.houses | vocab.flats)):
        tokens, words_, first = tokens[first:], words_[first:], 0
    return tokens, _kind_of(tokens, words_, " ".join(token.text for token in tokens), first, vocab, words)


def _kind_of(tokens: list[Token], words_: list[str], text: str, first: int, vocab: Vocabulary, words: Words) -> Kind:
    if set(words_) & vocab.months and words_[0][0].isdigit() and not _has_street(words_, vocab):
        return Kind.SENTENCE
    if re.fullmatch("(?:19|20)[0-9][0-9]", text):
        return Kind.NUMBER
    if is_flat(words_, text, vocab) or says(words, "floor", text):
        return Kind.FLAT
    if FOREIGN_CODE.match(text) and not _has_street(words_, vocab):
        return Kind.CODE
    if first >= 0 or _has_street(words_, vocab):
        return Kind.STREET
    if is_person(words_, text, vocab, words):
        return Kind.PERSON
    if any(word in vocab.houses or word in vocab.flats for word in words_):
        return Kind.HOUSE
    if not any(letter.isalpha() for letter in text):
        return Kind.NUMBER
    return Kind.NAMED if len(tokens) <= MOST_WORDS else Kind.SENTENCE


def _house_number(tokens: Sequence[Token], vocab: Vocabulary) -> int:
    """Where a house number stands with a name after it, -1 for none: 3 High St, but neither 3 March nor 3 copies."""
    for index, token in enumerate(tokens[:-1]):
        after = tokens[index + 1].word
        if not NUMBERED.match(token.text) or not after[0].isalpha():
            continue
        if (after in vocab.measures or ORDINAL.match(token.text)) and not _has_street(
            [each.word for each in tokens[index + 2 :]], vocab, one=True
        ):
            continue
        return index
    return -1


def _has_street(words_: Sequence[str], vocab: Vocabulary, *, one: bool = False) -> bool:
    """Whether the words hold a street's: not the first, unless it is one that comes first, as Heol or Rue."""
    full = [vocab.short_forms.get(word, word) for word in words_]
    rest = full if one else full[1:]
    if any(word in vocab.streets or (word == "st" and index > 0) for index, word in enumerate(rest, start=0 if one else 1)):
        return True
    if len(full) > 1 and full[0] in vocab.streets and full[0] not in vocab.houses and not words_[0].isdigit():
        return True
    numbered = any(word[0].isdigit() for word in words_[1:])
    return numbered and any(word.endswith(vocab.street_endings) and len(word) > 5 for word in words_)


def is_flat(words_: Sequence[str], text: str, vocab: Vocabulary) -> bool:
    """Flat 3, Room B14, 2F1, 3/R; a house number alone."""
    if len(words_) == 1:
        return bool(TENEMENT.match(text) or re.fullmatch(r"#?\d{1,4}[a-zA-Z]?(?:[-–/]\d{1,4}[a-zA-Z]?)?", text))
    if len(words_) == 2 and words_[0] in ("no", "number", "nr"):
        return bool(NUMBERED.match(text.split()[1]))
    kind = vocab.short_forms.get(words_[0], words_[0])
    return kind in vocab.flats and len(words_) <= 3 and all(FLAT_ID.match(word) for word in words_[1:])


def is_person(words_: Sequence[str], text: str, vocab: Vocabulary, words: Words) -> bool:
    if any(letter.isdigit() for letter in text):
        return False
    if any(word in vocab.houses or word in vocab.streets for word in words_[-1:]):
        return False
    return says(words, "person", text) or (words_[0] in vocab.given_names and len(words_) <= 5)
