"""The lines of an address in, its flats, house numbers and names of streets and houses out, in a form that can be compared.

The writer's lines and the register's are read alike, whatever column or line each part stands in: "61 Corunna Terrace | Flat 4".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rapidfuzz.distance import OSA

from swc_mailer.core.places import Vocabulary, fold, phrase
from swc_mailer.core.postcodes import find_postcodes

NUMBER = re.compile(r"^\d{1,5}(?:[a-z]|bis|ter|quater)?(?:-\d{0,4}[a-z]{0,4}\d?)?$")
FLAT_ID = re.compile(r"^(?:\d{1,4}[a-z]?|[a-z]|[a-z]\d{1,4}[a-z]?|\d{1,3}-\w{1,3}|[ivx]{1,4})$")
TENEMENT = re.compile(r"^(?:\d+f[lr]?\d?|[pgbt]f[lr]?\d?|\d{1,2}-[lr]|g-?\d|g[lr])$")
BY_STAIR = re.compile(r"^\d-\d$")  # 2/1
LETTERED = re.compile(r"^[a-z]-?\d{1,3}[a-z]?$")  # in front of all else: C12 Marlow Hall
AT_THE_END = re.compile(r"^f\d{1,2}$")  # 12 Rose Lane F3
ON_A_SIDE = re.compile(  # TFL is the top floor left, and 2/R the second floor right
    r"^(?P<floor>\d|[tgb](?=f|-?[lr]$)|top|ground|basement)(?:(?<=\d)(?:st|nd|rd|th))?(?:f|-)?(?P<side>[lr])(?:eft|ight)?$"
)
AS_LETTERS = {"top": "t", "ground": "g", "basement": "b"}
FLOORS = frozenset(
    [
        *("1st", "2nd", "3rd", "4th", "5th", "6th"),
        "top",
        "ground",
        "first",
        "second",
        "third",
        "fourth",
        "lower",
        "upper",
        "middle",
        "garden",
        "basement",
        "attic",
        "floor",
        "flat",
        "left",
        "right",
        "front",
        "rear",
        "back",
    ]
)
CARE_OF = re.compile(r"^\s*(?:c/o|care of|℅)\b", re.IGNORECASE)
BOX = re.compile(
    r"(?:\b(?:post office box|p\s?o\s?box|box no|private bag|postfach|postbus|ap(?:arta)?do|casilla)|(?:^|; )\s*box|\bpob)"
    r"(?:[:;\s]+|(?=\d))"
    r"(?:(?:no|nr|number)\s+)?#?(?P<number>\w+)"
)
CARE_OF_HOUSE = re.compile(r"^\s*(?:c/o|care of|℅)\s+(?=\d)", re.IGNORECASE)  # no name follows
ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
ARTICLE = "an"  # in front of an Irish or Gaelic name, which the register may have without it: An Sean Taigh
SHORTEST_FLAT = 4  # letters of a word for a flat that may have one wrong
FLOOR_FLATS = {"gff": "ground floor flat", "fff": "first floor flat", "sff": "second floor flat"}
DIGIT = re.compile(r"\d")
FORCES = re.compile(r"\bbfpo\s*(\d+)")
O_FOR_NOUGHT = re.compile(r"(?<![A-Za-z\d])\d{1,3}[Oo]\d{0,2}\b(?![-/])")  # 1O Rose Lane; no house has got as far as 1N
L_FOR_ONE = re.compile(r"(?<!\w)(?=[lO]*[l\d])[lO\d]{1,4}[A-H]?(?!\w)")  # 3l ROSE LANE, among capitals: typewriters had no 1
AS_DIGITS = str.maketrans("lIO", "110")
BEFORE_STREET = re.compile(  # ll8 Wootton Rd, 1l8 Wootton Rd, lO Rose Lane; but 3l may be a flat on the left, and I2 a room
    r"^\s*(?:(?:no|number)\.?\s)?\s*(?P<number>l[lIO][lIO\d]{0,2}|l\d{1,2}[lIO]|\d{1,2}[lI][lIO\d]{1,2})(?P<letter>[A-Ha-h]?)(?=\s+[^\W\d]{2})"
)
LOST_LETTER = re.compile(r"(?<=[^\W\d_])[?\ufffd](?=\w|[ ,]|$)|\ufffd")  # T? Isaf: the mail program had no ŷ
ANY_LETTER = "ʔ"
OF_THE = re.compile(r"o(?<=[ -]o)['’] ?th['’] ?", re.IGNORECASE)  # Top o' th' Bank, Top o'th'Bank
ORDINAL_SIGN = re.compile(r"(?<=\d)[ºª°][ ]?(?=[A-Za-z]\b)")  # 2º B
FLOOR_AND_DOOR = re.compile(r"\b(\d{1,2})[ºª°][ ,-]{0,3}(\d{1,2})[ºª°]")  # 3º 2ª
BEFORE_FLOOR = re.compile(r"(?<=\d)\s*[-–—]\s*(?=\d{1,2}[ºª°])")  # 6 – 2º izda
CAPITALS_BEFORE_STREET = re.compile(
    r"^\s*(?:NO\.? )?(?P<number>I[IO\d]{1,2}|\d{1,2}I)(?P<letter>)(?=\s+[^\W\d]{2})"
)  # I7 OTLEY ROW
PART = re.compile(r"[,;()|\n]")
NUMBERED = "0-9"  # what a rule needs that needs a digit
RULES = (  # what a part must hold for a rule, what the rule changes, and into what
    ("#", re.compile(r"#(?=\d\d-\d\d)"), "flat "),  # #04-12
    ("/", re.compile(r"^c/(?!o\b)\s*"), "calle "),
    ("/f", re.compile(r"^\s*\d\d/f\s*$"), ""),  # 12/F, a floor beside its flat
    (" up", re.compile(r"\b(\d) up (?:on the )?(l|r)(?:eft|ight)?\b"), r"\1-\2"),  # 2 up left, of a tenement
    ("/", re.compile(r"^\s*(\d{1,2}/\d)\s+[-–—]\s+(?=\d)"), r"flat \1 "),  # 3/2 - 17 Kelpie Street
    # 12 - 14; 12 and 14; 3 / a
    (NUMBERED, re.compile(r"(?<=\d)\s*[-–—/]\s*(?=\d)|(?<=\d)\s?[/-]\s?(?=[a-z]{1,3}\b)|(?<=\d)\s+(?:m\.?|and)\s+(?=\d)"), "-"),
    (NUMBERED, re.compile(r"^(\s*\d{1,4})(?!bis|ter|quater)(?=[a-z]{3})"), r"\1 "),  # 12Rose Lane
    ("flt", re.compile(r"\b(air|ops|police|sigs?|supply|eng|log|support|training|med) flt\b"), r"\1 flight"),  # no flat
    ("f", re.compile(r"\b((?:\d|[pgbt])f\d?)[/-](?=\d)"), r"\1 "),  # PF2/12, 2F1/12
    ("/", re.compile(r"\b([a-z])/(?=\d\b)"), r"\1"),  # B/1, G/2
    (NUMBERED, re.compile(r"\b(flat|flt|apt|apartment|unit|room|rm)(?=\d)"), r"\1 "),  # flat8
    (NUMBERED, re.compile(r"^f(?=\d{1,2}\b)"), "flat "),  # F8
    (NUMBERED, re.compile(r"^\s*([a-z]{4})(?=\d{1,3}[a-z]?\s*$)"), r"\1 "),  # falt8
    ("bed sit", re.compile(r"\bbed sit\b"), "bedsit"),
    # The Laurels, or its kind too
    (" home", re.compile(r"(?<=\w) (?:care|nursing|residential|rest|retirement) (?:care )?home\b"), ""),
    (".b", re.compile(r"^\s*([nhw])\.\s?b\.\s+"), r"\1b "),  # n.b. Persephone
    (".", re.compile(r"\."), " "),
    ("-", re.compile(r"(?<!\d)-|-(?=[a-z]{4,})"), " "),
    ("la ", re.compile(r"\bla (?=rue\b|route\b)"), ""),  # and no lane
    ("#", re.compile(r"(?<=[a-z] )#(?=\d{1,4}[a-z]?$)"), "flat "),  # 12 Rose Lane #3
    (NUMBERED, re.compile(r"\b[a-z]\d{4}[a-z]{2}\b"), " "),  # the number of a person, not of a cell
    ("", re.compile(r"[^\w\s-]|_"), " "),
    (
        NUMBERED,
        re.compile(r"(?<=[a-z]{3} )(\d{1,4}) ?([a-h]) (\d{1,3})\s*$"),
        r"\1 flat \2\3",
    ),  # stairs of the north: Kuja 14 B 22
    (NUMBERED, re.compile(r"\b(\d{1,4})\s+([a-h])\b"), r"\1\2"),
    (NUMBERED, re.compile(r"\b(\d{1,4})[ -](bis|ter|quater)\b"), r"\1\2"),
    # street Rose Road
    ("street ", re.compile(r"^\s*street (?=\w+ (?:\w+ )*(?:road|street|lane|avenue|close|drive|way)\s*$)"), ""),
)
ORDINALS = {"first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th"}
ONLY_A_HOUSE = frozenset(["house", "croft", "close"])  # before a number they say no more than it: House 12; in Glasgow, Close 12


@dataclass(frozen=True, slots=True)
class Unit:
    """A name with the house number that belongs to it: (12, rose lane), ("", old smithy)."""

    number: str
    names: tuple[str, ...]
    text: str  # as written, for people

    @property
    def name(self) -> str:
        """As written, without the number."""
        return re.sub(r"^[#\d][\w/–-]*[, ]+", "", self.text)

    def has(self, kinds: frozenset[str]) -> bool:
        return not kinds.isdisjoint(self.names)


@dataclass(frozen=True, slots=True)
class Premises:
    """An address, taken apart."""

    flats: frozenset[str]
    units: tuple[Unit, ...]  # in order: houses, streets, places
    segments: tuple[tuple[str, ...], ...]  # the words of each part, numbers among them, flats not
    boxes: frozenset[str]
    forces: frozenset[str]  # BFPO numbers
    country: str  # overseas; "" where none is named
    people: frozenset[str] = frozenset()  # the words of the member's name, which may stand in front of the house's

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name for unit in self.units for name in unit.names)


def read_premises(lines: Sequence[str], vocab: Vocabulary, people: frozenset[str] = frozenset()) -> Premises:
    """Take the lines of an address apart."""
    written = (BEFORE_FLOOR.sub(", ", FLOOR_AND_DOOR.sub(r"\1-\2", CARE_OF_HOUSE.sub("", line))) for line in lines)
    parts = [part for line in written for part in PART.split(line) if part.strip() and not CARE_OF.match(part)]
    countries = [found.name for part in parts if (found := vocab.countries.get(phrase(part).removeprefix("the ")))]
    whole = " ; ".join(fold(part).replace(".", "") for part in parts)
    flats: list[str] = []
    segments: list[tuple[str, ...]] = []
    units: list[Unit] = []
    before: list[str] = []  # a house number alone in its part, for the next part
    for part in parts:
        if before and (door := _door(canonical(part, vocab))):
            flats.append(door)
            continue
        flat, rest = _without_flat([*before, *canonical(_without_codes(part), vocab)], vocab, first=not units)
        flats += flat
        before = _number_alone(rest, vocab)
        street = bool(before and units) and any(is_street(name, vocab) for name in units[-1].names)
        if street and not units[-1].number:  # Rose Lane, 12
            units[-1] = replace(units[-1], number=before[0])
            segments[-1] = (*segments[-1], before.pop())
        elif street:  # 12 Rose Lane (3)
            flats.append(before.pop())
        elif rest and not before and rest != ["house"]:  # House: Larkrise
            segments.append(tuple(rest))
            units += _units(rest, part, vocab)
    flats += before
    return Premises(
        flats=frozenset(map(flat_key, flats)),
        units=tuple(units),
        segments=tuple(segments),
        boxes=frozenset(found["number"] for found in BOX.finditer(whole)),
        forces=frozenset(str(int(number)) for number in FORCES.findall(whole)),
        country=countries[-1] if countries else "",
        people=people,
    )


def _door(names: Sequence[str]) -> str:
    """The flat that a part is, between a house number and its street: No. 84, 2nd Floor, Rose Lane; 84 (2/1) Rose Lane; "" for
    none."""
    if names and all(name in FLOORS for name in names):
        return _floor_key(names)
    return names[0] if len(names) == 1 and (TENEMENT.match(names[0]) or BY_STAIR.match(names[0])) else ""


def is_street(name: str, vocab: Vocabulary) -> bool:
    """Whether a word is a street's kind."""
    return name == "st" or name in vocab.streets


def _number_alone(names: Sequence[str], vocab: Vocabulary) -> list[str]:
    """The house number that a part is: 12; House 12; twelve."""
    if len(names) == 2 and names[0] in ONLY_A_HOUSE:
        names = names[1:]
    if len(names) != 1:
        return []
    number = vocab.number_words.get(names[0], names[0])
    return [number] if NUMBER.match(number) else []


def canonical(text: str, vocab: Vocabulary) -> list[str]:
    """The words of a part, folded, in full, without fillers; "12 - 14" and "43 a" are one word each."""
    text = OF_THE.sub("", text)
    if not text.isascii() or "?" in text:
        text = LOST_LETTER.sub(ANY_LETTER, ORDINAL_SIGN.sub(" ", text))
    plain = fold(_in_digits(text, vocab))
    numbered = DIGIT.search(plain) is not None
    for needed, written, meant in RULES:
        if (needed in plain or (numbered and needed == NUMBERED)) and written.search(plain):
            plain = written.sub(meant, plain)
    full = [vocab.short_forms.get(name, name) for word in plain.split() for name in FLOOR_FLATS.get(word, word).split()]
    full = _spelt(full, vocab)
    full = [f"{word}asse" if word.endswith("str") and len(word) > 5 else word for word in full]
    full = full[1:] if full[:1] == [ARTICLE] and len(full) > 2 else full
    return [word for word in full if word not in vocab.fillers] or full


def _in_digits(text: str, vocab: Vocabulary) -> str:
    """With digits where a house number has the letters that look like them."""
    text = O_FOR_NOUGHT.sub(lambda number: re.sub("[Oo]", "0", number[0]), text)
    number = BEFORE_STREET.match(text) or (CAPITALS_BEFORE_STREET.match(text) if text.isupper() else None)
    if number and any(is_street(vocab.short_forms.get(name, name), vocab) for name in phrase(text).split()):
        text = number["number"].translate(AS_DIGITS) + number["letter"] + text[number.end() :]
    if "l" not in text or not text.replace("l", "").isupper():
        return text
    return L_FOR_ONE.sub(lambda number: number[0].replace("l", "1").replace("O", "0"), text)


def _spelt(names: list[str], vocab: Vocabulary) -> list[str]:
    """With a flat's number in digits, and the one in front where it is of two words: twenty one; but Four Winds is a name."""
    flats = [False, *(name in vocab.flats for name in names[:-1])]
    names = [vocab.number_words.get(name, name) if flat else name for name, flat in zip(names, flats, strict=False)]
    lead = next((index for index, name in enumerate(names) if name not in vocab.fillers), 0)  # number forty two
    compound = in_one(*([vocab.number_words.get(name, "") for name in names[lead : lead + 2]] + ["", ""])[:2])
    return [*names[:lead], compound, *names[lead + 2 :]] if compound else names


def in_one(tens: str, units: str) -> str:
    """ "20" and "1" as "21"; "" where they are no such numbers."""
    return tens[0] + units if len(tens) == 2 and tens[1] == "0" and len(units) == 1 and units.isdigit() else ""


def _without_codes(part: str) -> str:
    """A postcode in an address column is no house."""
    for code in reversed(find_postcodes(part)):
        part = part[: code.start] + " " + part[code.end :]
    return part


def _without_flat(names: list[str], vocab: Vocabulary, *, first: bool) -> tuple[list[str], list[str]]:
    """The numbers of flats and rooms in a part, and its other words."""
    flats: list[str] = []
    rest: list[str] = []
    index = 0
    while index < len(names):
        word, following = names[index], names[index + 1] if index + 1 < len(names) else ""
        length = _floor(names[index:])
        if length:
            flats.append(_floor_key(names[index : index + length]))
            index += length
        elif _is_flat_id(following) and (word in vocab.flats or _flat_mistyped(word, names[index + 1 :], rest, vocab)):
            if not any(map(NUMBER.match, rest)) and _flat_and_house(following, names[index + 2 : index + 3]):
                rest.append(following)
            else:
                flats.append(following)
            index += 2
        elif AT_THE_END.match(word) and index + 1 == len(names) and rest and is_street(rest[-1], vocab):
            flats.append(word.removeprefix("f"))
            index += 1
        elif TENEMENT.match(word) or (index == 0 and _before_house(word, following, first=first)):
            flats.append(word)
            index += 1
        else:
            rest.append(word)
            index += 1
    return flats, rest


def _flat_mistyped(word: str, behind: Sequence[str], before: Sequence[str], vocab: Vocabulary) -> bool:
    """Whether an unknown word is a flat's with a letter wrong, before a house's number or behind its street: Falt 8."""
    if before:
        alone = len(behind) == 1 and is_street(before[-1], vocab) and any(map(NUMBER.match, before))
    else:
        alone = len(behind) == 1 or bool(NUMBER.match(behind[1]))
    known = is_street(word, vocab) or word in vocab.houses or word in vocab.contrasts
    return alone and not known and any(_one_typo(kind, word) for kind in vocab.flats)


def _one_typo(kind: str, word: str) -> bool:
    return len(kind) >= SHORTEST_FLAT and word[0] == kind[0] and OSA.distance(kind, word, score_cutoff=1) <= 1


def _flat_and_house(identity: str, behind: Sequence[str]) -> bool:
    """Whether it is the house's number too, with the street behind it: Unit 3/14 Wattle St, Flat 12/3 Rosebank Terrace."""
    return bool(re.fullmatch(r"\d+-\d+", identity)) and bool(behind) and not NUMBER.match(behind[0])


def _before_house(word: str, following: str, *, first: bool) -> bool:
    """A flat that is only told by standing in front of a house number, or of all else: 3 12 Rose Lane; C12 Marlow Hall."""
    return bool((NUMBER.match(word) and NUMBER.match(following)) or (first and LETTERED.match(word)))


def _is_flat_id(name: str) -> bool:
    return bool(FLAT_ID.match(name) or TENEMENT.match(name))


def _floor(names: Sequence[str]) -> int:
    """How many words at the beginning tell a floor: top floor left; the flat."""
    if names[0] not in FLOORS:
        return 0
    length = next((index for index, name in enumerate(names) if name not in FLOORS), len(names))
    told = set(names[:length]) & {"floor", "flat"} or (length == len(names) == 2 and names[1] in ("left", "right"))
    following = names[length] if length < len(names) else ""
    numbered = names[length - 1 : length] == ["flat"] and _is_flat_id(following) and not _before_street(names[length - 1 :])
    return length if told and not (numbered or (names[:length] == ["flat"] and _is_flat_id(following))) else 0


def _before_street(names: Sequence[str]) -> bool:
    """Whether the number behind a flat is its house's: (garden) flat 12 rose lane."""
    return len(names) > 2 and bool(NUMBER.match(names[1])) and not NUMBER.match(names[2])


def _floor_key(names: Sequence[str]) -> str:
    return "".join(ORDINALS.get(name, name) for name in names if name not in ("floor", "flat")) or "flat"


def flat_key(flat: str) -> str:
    """A flat in the one form of all in which people write it: TFL and top floor left, 2/R and 2nd floor right."""
    if side := ON_A_SIDE.match(flat):
        return f"{AS_LETTERS.get(side['floor'], side['floor'])}{side['side']}"
    plain = ROMAN.get(flat, flat).lstrip("0") or "0"
    return plain.replace("-", "") if re.search(r"[a-z]", plain) else plain


def _units(names: Sequence[str], part: str, vocab: Vocabulary) -> Iterator[Unit]:
    """The names of a part with their numbers: "ivy cottage 3 high st leeds" gives three."""
    text = " ".join(part.split())
    marks = [index for index, name in enumerate(names) if NUMBER.match(name)]
    if marks and marks[-1] == len(names) - 1 and len(marks) == 1 and len(names) > 1:
        yield Unit(names[-1], tuple(names[:-1]), text)
        return
    bounds = [0, *[mark for mark in marks if mark > 0], len(names)]
    for start, end in pairwise(bounds):
        numbered = bool(NUMBER.match(names[start]))
        if end - start > numbered:
            behind = _street_end(names[start + numbered : end], vocab) + start + numbered
            yield Unit(names[start] if numbered else "", tuple(names[start + numbered : behind]), text)
            if behind < end:
                yield Unit("", tuple(names[behind:end]), text)


def _street_end(names: Sequence[str], vocab: Vocabulary) -> int:
    """Where the town begins that stands behind a street or a house in one column: church lane | ottery st mary devon."""
    for index in range(2 if names and names[0] in vocab.welsh_kinds else 1, len(names) - 1):
        if not (is_street(names[index], vocab) or names[index] in vocab.houses):
            continue
        following = names[index + 1]
        if following == "st":  # Mill Hill St is no street in a town; Rose Lane St Albans is
            more = not vocab.known_place(" ".join(names[index + 1 : index + 3]))
        else:
            more = any(following in kinds for kinds in (vocab.streets, vocab.houses, vocab.contrasts, vocab.flats))
        if not more:
            return index + 1
    return len(names)
