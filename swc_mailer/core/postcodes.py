"""Text in, the United Kingdom postcodes in it out, repaired where a letter stands for a digit or a space is misplaced.

The grammar is that of BS 7666 and Royal Mail: an outward code (area, district) and an inward code (digit, two letters). Only
areas that exist count; districts are not listed, because Royal Mail adds new ones. BFPO numbers are postcodes of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import ne
from string import ascii_uppercase, digits

from swc_mailer.core.spelt_out import Sign, spelt_signs

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

READ_AS = {  # what a letter or digit is in a place that takes a digit, 9, or a letter, A
    "9": dict(zip(digits, digits, strict=True)) | {"O": "0", "Q": "0", "I": "1", "L": "1", "S": "5", "B": "8", "Z": "2"},
    "A": dict(zip(ascii_uppercase, ascii_uppercase, strict=True)) | {"0": "O", "1": "L", "5": "S", "8": "B", "2": "Z"},
}
LOOK_LIKE = {digit: "".join(sign for sign, read in READ_AS["9"].items() if read == digit) for digit in digits}
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
    rf"(?<!{ALNUM})(?P<outward>{ALNUM}{{2,4}}?)(?:{GAP}|[/,_](?=\d[A-Z]{{2}})|[ \t]{{0,3}}\r?\n[ \t>]{{0,40}}){NOT_INWARD}"
    rf"(?P<inward>[0-9OoQqIiLlSsBbZz][A-Za-z0-9]{{2}})(?:(?!{ALNUM})|(?<=[A-Z])(?=s\b))"  # HU5 3TWs the postcode
)
IN_TWO = re.compile(  # BT14 and then 8WF
    r"(?<!\w)(?P<outward>[A-Z]{1,2}\d[A-Z\d]?),? (?:and then|and|then|followed by) (?P<inward>\d[A-Z]{2})(?!\w)"
)
MISPLACED = re.compile(rf"(?<!{ALNUM})(?=[A-Za-z]{{1,2}}[ .\-]?\d)")  # where one may begin, perhaps inside another
MISPLACED_SPACE = tuple(  # "SW1 A1AA", "LS62 AB"; "LS 6 2AB", "LS6 2 AB"
    re.compile(rf"[A-Za-z]{ALNUM}{{0,4}}{rest}(?!{ALNUM})")
    for rest in (rf"[ .\-]{NOT_INWARD}{ALNUM}{{1,6}}", rf"[ .\-]{ALNUM}{{1,4}}[ .\-]{ALNUM}{{1,3}}")
)
NUMBERED_STREET = re.compile(r"[ .]\d+(?:ST|ND|RD|TH)$", re.IGNORECASE)  # 350 W 24th
PRISON_NUMBER = re.compile(r"[A-Z]\d{4}[A-Z]{2}")
NO_SIGN = re.compile(r"[^A-Za-z0-9]")
REACH = 60  # characters before and behind a digit that a postcode with it is looked for in; it has fewer
NEAR_DIGITS = re.compile(rf"\d(?:\D{{0,{2 * REACH}}}\d)*")
BFPO = re.compile(  # a first letter is quick to look for
    r"[Bb](?<!\w.)(?i:\.?F\.?P\.?O\.?|ritish Forces Post Office)"
    r"[ \t]*(?i:(?:no|number)\.?[ \t]*)?[:.]?[ \t]*(?P<number>\d{1,4})(?!\d)"
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
    compact = NO_SIGN.sub("", text[:40]).upper()
    mended, repairs = mend(compact)
    return mended if repairs <= MOST_REPAIRS else ""


@lru_cache(maxsize=64)
def as_typed(code: str) -> re.Pattern[str]:
    """This postcode, of whatever country, with letters for its digits that look like them too: LNll OQB."""
    signs = (f"[{sign}{LOOK_LIKE.get(sign, '')}]" if sign.isalnum() else f"{re.escape(sign)}?" for sign in code)
    return re.compile(rf"(?<!\w){''.join(signs)}(?!\w)", re.IGNORECASE)


def find_postcodes(text: str) -> tuple[Postcode, ...]:
    """Every postcode in the text, in order, none overlapping another."""
    found: list[Postcode] = []
    for candidate in sorted(_candidates(text), key=lambda postcode: (postcode.start, -postcode.end)):
        if not found or candidate.start >= found[-1].end:
            found.append(candidate)
    return tuple(found)


def _candidates(text: str) -> Iterator[Postcode]:
    for bfpo in BFPO.finditer(text):
        yield Postcode(f"BFPO {int(bfpo['number'])}", *bfpo.span())
    yield from filter(None, map(_split_postcode, IN_TWO.finditer(text)))
    taken: set[int] = set()
    for near in NEAR_DIGITS.finditer(text):
        yield from _in_digits(text, max(0, near.start() - REACH), near.end() + REACH, taken)
    yield from (code for code in _spelt(text) if taken.isdisjoint(range(code.start, code.end)))


def _in_digits(text: str, first: int, last: int, taken: set[int]) -> Iterator[Postcode]:
    """The postcodes between two places that are not spelt; the places of those that are written as they should be are `taken`."""
    position = first
    while split := SPLIT.search(text, position, last):
        postcode = _split_postcode(split)
        position = split.end() if postcode else split.start() + 1
        if postcode:
            taken.update(range(*split.span()))
            yield postcode
    for begin in MISPLACED.finditer(text, first, last):
        for form in MISPLACED_SPACE:
            code = _misplaced(form.match(text, begin.start(), last))
            if code and taken.isdisjoint(range(code.start, code.end)):
                yield code


def _misplaced(match: re.Match[str] | None) -> Postcode | None:
    if match is None:
        return None
    written = match[0]
    value, repairs = mend(NO_SIGN.sub("", written).upper())
    if repairs or NUMBERED_STREET.search(written) or not _likely(written, value):
        return None
    return Postcode(value, *match.span(), repair=_repair(written, value))


def _likely(written: str, value: str) -> bool:
    return written.isupper() or not NEVER_INWARD & set(value[-2:])


def _spelt(text: str) -> Iterator[Postcode]:
    """The postcodes whose letters and digits are spelt, or stand apart."""
    for signs in spelt_signs(text):
        first = 0
        while first < len(signs):
            last, value = _longest(signs, first)
            start, end = signs[first].start, signs[max(first, last - 1)].end
            if value and (_likely(text[start:end], value) or any(sign.in_words for sign in signs[first:last])):
                yield Postcode(value, start, end, repair=_repair(text[start:end], value))
            first = max(first + 1, last)


def _longest(signs: Sequence[Sign], first: int) -> tuple[int, str]:
    """Where the longest postcode ends that begins with a sign, and what it is; (0, "") for none."""
    for last in range(min(len(signs), first + LONGEST), first + 2, -1):
        value, repairs = mend("".join(sign.value for sign in signs[first:last]))
        if repairs == 0:
            return last, value
    return 0, ""


def _split_postcode(match: re.Match[str]) -> Postcode | None:
    outward, inward = match.groups()
    typed = _typed(outward + inward)
    if outward.isdigit() or (outward.isalpha() and typed[len(outward) :].isalpha() and typed[: len(outward)].isalpha()):
        return None
    value, repairs = mend(typed.upper())
    if repairs > MOST_REPAIRS or (repairs and not _plausible(outward, inward, match[0])):
        return None
    return Postcode(value, *match.span(), repair=_repair(match[0], value) if repairs else "")


def _typed(compact: str) -> str:
    """With the figure 1 for an l among capitals, as people type who learnt it without one: Y0lO 3FN."""
    typed = compact.replace("l", "1")
    return typed if typed.isupper() else compact


def _plausible(outward: str, inward: str, written: str) -> bool:
    """Whether what had to be repaired was meant as a postcode, and is no words or numbers that happen to stand together."""
    if outward.isalpha():  # "SEI 7AB", and not "so 2nd"
        return outward.replace("l", "").isupper() and inward[0].isdigit()  # SKll 7PW, typed without a figure 1
    return not PRISON_NUMBER.fullmatch(written) and inward.lower() not in WORDS_NOT_INWARD


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
    mended = [READ_AS[wanted].get(letter, "") for letter, wanted in zip(text, shape, strict=True)]
    return ("".join(mended), sum(map(ne, text, mended))) if all(mended) else ("", 9)


def _exists(outward: str, shape: str) -> bool:
    area = outward[: shape.index("9")]
    if area not in AREAS or (outward[len(area)] == "0" and len(outward) > len(area) + 1):
        return False
    return not shape.endswith("9A") or outward[-1] in LETTER_DISTRICTS.get(area, "")
