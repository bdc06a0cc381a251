"""Text in, the United Kingdom postcodes in it out, repaired where a letter stands for a digit or a space is misplaced.

The grammar is that of BS 7666 and Royal Mail: an outward code (area, district) and an inward code (digit, two letters). Only
areas that exist count; districts are not listed, because Royal Mail adds new ones. BFPO numbers are postcodes of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

AREAS = frozenset(
    """AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY
    G GL GU GX GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW
    OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN
    WR WS WV YO ZE""".split()  # noqa: SIM905 -- a list of 124 quoted words reads worse
)
LETTER_DISTRICTS = {"E": "W", "N": "CP", "W": "ABCDEFGHJKPSTUW", "SE": "P", "NW": "W"} | dict.fromkeys(
    ("EC", "SW", "WC"), "AEHMNPRVWXYBCDFGJKSTU"
)
SHAPES = {2: ("A9",), 3: ("A99", "AA9", "A9A"), 4: ("AA99", "AA9A")}  # of the outward code, by its length
INWARD = "9AA"
NEVER_INWARD = frozenset("CIKMOV")  # Royal Mail gives none of them out: a repair that ends in one is a wrong guess

DIGIT_FOR = {"O": "0", "Q": "0", "I": "1", "L": "1", "S": "5", "B": "8", "Z": "2"}
LETTER_FOR = {"0": "O", "1": "L", "5": "S", "8": "B", "2": "Z"}
MOST_REPAIRS = 2
LONGEST = 7  # letters and digits of a postcode

# what looks like an inward code and is a time, a measure or a floor: "the B4 5pm", "the M1 3km", "B4 2nd floor"
NOT_INWARD = r"(?!\d(?:[ap]m|[ckm]m|[km]g|cc|mv|[km]v|cl|ml)\b|\d(?:st|nd|rd|th)[ \t]+floor)"

# three-letter words that a repair would turn into an inward code: "on the M1 but", "from B4 out"
WORDS_NOT_INWARD = frozenset(
    """all any are ask bad bag ban bar bat bay bed bee beg bet bud bug bun bus but buy bye lad lag lap lay led leg let lap
    old one our out own oft sad sat saw say sea see set sex she shy sue sun sub zen the and you too two not""".split()  # noqa: SIM905 -- as above
)

GAP = r"[ \t\u00a0]{0,3}[.\-–]?[ \t\u00a0]{0,3}"
ALNUM = "[A-Za-z0-9]"
SPLIT = re.compile(  # "LS6 2AB", "LS6-2AB", "LS62AB", or with the inward code on the next line
    rf"(?<!{ALNUM})(?P<outward>{ALNUM}{{2,4}}?)(?:{GAP}|[ \t]{{0,3}}\r?\n[ \t>]{{0,40}}){NOT_INWARD}"
    rf"(?P<inward>[0-9OoQqIiLlSsBbZz][A-Za-z0-9]{{2}})(?:(?!{ALNUM})|(?<=[A-Z])(?=s\b))"  # HU5 3TWs the postcode
)
MISPLACED = tuple(  # "SW1 A1AA", "LS62 AB"; "LS 6 2AB", "LS6 2 AB"; looked ahead for, so that one may begin inside another
    re.compile(rf"(?<!{ALNUM})(?=[A-Za-z]{{1,2}}[ .\-]?\d)(?=(?P<written>[A-Za-z]{ALNUM}{{0,4}}{rest})(?!{ALNUM}))")
    for rest in (rf"[ .\-]{NOT_INWARD}{ALNUM}{{1,6}}", rf"[ .\-]{ALNUM}{{1,4}}[ .\-]{ALNUM}{{1,3}}")
)
SPELLING = {  # of letters and digits, where a postcode is spelt out
    word: sign
    for signs, words in {
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ": """alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november
        oscar papa quebec romeo sierra tango uniform victor whiskey xray yankee zulu""",
        "0123456789": "zero one two three four five six seven eight nine",
        "00AJWX": "nought oh alfa juliett whisky x-ray",
    }.items()
    for sign, word in zip(signs, words.split(), strict=True)
}
SPELT_WORD = "|".join(f"[{word[0]}{word[0].upper()}](?i:{word[1:]})" for word in SPELLING)  # a first letter is quick to tell
ELEMENT = rf"(?:[A-Z]{{2}}\d{{0,2}}[A-Z]?|[A-Z]\d{{1,2}}[A-Z]?|\d[A-Z]{{2}}|\d\d|[A-Za-z0-9]|{SPELT_WORD})"
ELEMENTS = re.compile(rf"{ELEMENT}(?!\w)")
SPELT = re.compile(rf"(?<!\w){ELEMENT}(?:[ \t\u00a0,.\-–/]{{1,4}}{ELEMENT}){{2,40}}(?!\w)")  # "L S 6, 2 A B"; "LS six two AB"
NUMBERED_STREET = re.compile(r"[ .]\d+(?:ST|ND|RD|TH)$", re.IGNORECASE)  # 350 W 24th
PRISON_NUMBER = re.compile(r"[A-Z]\d{4}[A-Z]{2}")
DIGIT = re.compile(r"\d")
BFPO = re.compile(
    r"\b(?:B\.?F\.?P\.?O\.?|British Forces Post Office)[ \t]*(?:(?:no|number)\.?[ \t]*)?[:.]?[ \t]*(?P<number>\d{1,4})(?!\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Postcode:
    """A postcode where it stands: `text[start:end]` is as written."""

    value: str  # "LS6 2AB" or "BFPO 11"
    start: int
    end: int
    repair: str = ""  # 'read "LE2 OTF" as "LE2 0TF"'

    @property
    def forces(self) -> bool:
        return self.value.startswith("BFPO")


def read_postcode(text: str) -> str:
    """The postcode that a text is, as it should be written; "" where it is none: "ls62ab" gives "LS6 2AB"."""
    compact = re.sub(r"[^A-Za-z0-9]", "", text[:40]).upper()
    mended, repairs = mend(compact)
    return mended if repairs <= MOST_REPAIRS else ""


def find_postcodes(text: str) -> tuple[Postcode, ...]:
    """Every postcode in the text, in order, none overlapping another."""
    found: list[Postcode] = []
    for candidate in sorted(_candidates(text), key=lambda postcode: (postcode.start, -postcode.end)):
        if not found or candidate.start >= found[-1].end:
            found.append(candidate)
    return tuple(found)


def _candidates(text: str) -> Iterator[Postcode]:
    taken: set[int] = set()
    if DIGIT.search(text):
        yield from _in_digits(text, taken)
    yield from (code for code in _spelt(text) if taken.isdisjoint(range(code.start, code.end)))


def _in_digits(text: str, taken: set[int]) -> Iterator[Postcode]:
    """The postcodes that are not spelt; the places of those that are written as they should be are `taken`."""
    for bfpo in BFPO.finditer(text):
        yield Postcode(f"BFPO {int(bfpo['number'])}", *bfpo.span())
    position = 0
    while split := SPLIT.search(text, position):
        postcode = _split_postcode(split)
        position = split.end() if postcode else split.start() + 1
        if postcode:
            taken.update(range(*split.span()))
            yield postcode
    for written in (match for pattern in MISPLACED for match in pattern.finditer(text)):
        code = _misplaced(written)
        if code and taken.isdisjoint(range(code.start, code.end)):
            yield code


def _misplaced(match: re.Match[str]) -> Postcode | None:
    written = match["written"]
    value, repairs = mend(re.sub(r"[ .\-]", "", written).upper())
    if repairs or NUMBERED_STREET.search(written) or not _likely(written, value):
        return None
    return Postcode(value, *match.span("written"), repair=_repair(written, value))


def _likely(written: str, value: str) -> bool:
    return written.isupper() or not NEVER_INWARD & set(value[-2:])


def _spelt(text: str) -> Iterator[Postcode]:
    """The postcodes whose letters and digits are spelt, or stand apart."""
    for run in SPELT.finditer(text):
        elements = list(ELEMENTS.finditer(text, *run.span()))
        signs = [SPELLING.get(element[0].lower(), element[0].upper()) for element in elements]
        first = 0
        while first < len(signs):
            last, value = _longest(signs, first)
            start, end = elements[first].start(), elements[max(first, last - 1)].end()
            if value and _likely(text[start:end], value):
                yield Postcode(value, start, end, repair=_repair(text[start:end], value))
            first = max(first + 1, last)


def _longest(signs: Sequence[str], first: int) -> tuple[int, str]:
    """Where the longest postcode ends that begins with a sign, and what it is; (0, "") for none."""
    for last in range(min(len(signs), first + LONGEST), first + 2, -1):
        value, repairs = mend("".join(signs[first:last]))
        if repairs == 0:
            return last, value
    return 0, ""


def _split_postcode(match: re.Match[str]) -> Postcode | None:
    if match["outward"].isalpha() and match["inward"].isalpha():
        return None
    value, repairs = mend((match["outward"] + match["inward"]).upper())
    if repairs > MOST_REPAIRS or (repairs and not _plausible(match["outward"], match["inward"], match[0])):
        return None
    return Postcode(value, *match.span(), repair=_repair(match[0], value) if repairs else "")


def _plausible(outward: str, inward: str, written: str) -> bool:
    """Whether what had to be repaired was meant as a postcode, and is no words or numbers that happen to stand together."""
    if outward.isalpha():  # "SEI 7AB", and not "so 2nd"
        return outward.isupper() and inward[0].isdigit()
    return not outward.isdigit() and not PRISON_NUMBER.fullmatch(written) and inward.lower() not in WORDS_NOT_INWARD


def _repair(written: str, value: str) -> str:
    return f'read "{" ".join(written.split())}" as "{value}"'


def mend(compact: str) -> tuple[str, int]:
    """The valid postcode nearest to five to seven letters and digits, and how many of them had to change; ("", 9) for none."""
    best = ("", 9)
    if not 5 <= len(compact) <= LONGEST:
        return best
    outward, inward = compact[:-3], compact[-3:]
    tail, tail_repairs = _as_shape(inward, INWARD)
    never = bool(NEVER_INWARD & set(tail))
    if not tail or (never and tail_repairs):
        return best
    for shape in SHAPES[len(outward)]:
        head, repairs = _as_shape(outward, shape)
        allowed = 0 if never and outward.isalpha() else MOST_REPAIRS
        if head and _exists(head, shape) and repairs <= allowed and repairs + tail_repairs < best[1]:
            best = (f"{head} {tail}", repairs + tail_repairs)
    return best


def _as_shape(text: str, shape: str) -> tuple[str, int]:
    """The text with letters where the shape says A and digits where it says 9, and how many were exchanged."""
    mended, repairs = "", 0
    for letter, wanted in zip(text, shape, strict=True):
        fits = letter.isdigit() if wanted == "9" else letter.isalpha()
        exchanged = letter if fits else (DIGIT_FOR if wanted == "9" else LETTER_FOR).get(letter, "")
        if not exchanged or not letter.isascii():
            return "", 9
        mended += exchanged
        repairs += not fits
    return mended, repairs


def _exists(outward: str, shape: str) -> bool:
    area = outward[: shape.index("9")]
    if area not in AREAS or (outward[len(area)] == "0" and len(outward) > len(area) + 1):
        return False
    return not shape.endswith("9A") or outward[-1] in LETTER_DISTRICTS.get(area, "")
