"""The words of a part of a line in, which of them are a sentence's or a long number and which an address's out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby

from swc_mailer.core.address_kinds import BOX, NUMBERED, Kind, Token
from swc_mailer.core.places import Vocabulary

NOT_NAMES = re.compile(r"[@=+%£$€\\^{}]|https?:|www\.", re.IGNORECASE)
FIRST_OF_TWO = frozenset(["much", "back", "far", "over", "near", "under"])
MAY_BE_NAMES = FIRST_OF_TWO | frozenset(["post", "number", "num"])  # and words of one or two letters
LINKING = frozenset(["an", "am", "im"])  # Frankfurt am Main, Freiburg im Breisgau
SAINTS = frozenset(["st", "saint"])
ADVERBS = frozenset(["up", "down", "over", "out", "back", "round", "off"])  # up in Ward 7
PHONE_DIGITS = (10, 11)
UNITS = frozenset(["coy", "company", "sqn", "squadron", "bty", "battery", "troop", "flight"])  # of the forces
MOST_BEHIND = 4  # words of a street behind its number
LONGEST_NAME = 4  # words of one that begins with an article
MOST_SINGLE = 2  # digits apart that may be flat and house: 1 2 Rose Lane
LEAST_NUMBER = 6  # digits of what is no house number
MOST_OF_BOX = 4  # words before its number: Post Office Box No. 104477
HOUSE_NUMBER = re.compile(r"\d{1,4}(?:-?bis|-?ter)?")
SIGNED_NUMBER = re.compile(r"[+#(]?[\d(),./-]+")
HYPHENED_CODE = re.compile(  # the USA, Portugal; a box in Kenya; a block, a house and a flat in Japan
    r"\d{5}-\d{4}|\d{4}-\d{3}|[1-9]\d{0,4}-\d{5}|[1-9]\d?-[1-9]\d?-[1-9]\d?-\d{3,4}"
)


def spoken_words(tokens: Sequence[Token], vocab: Vocabulary, *, numbered: bool) -> list[Kind | None]:
    """For each word, whether it belongs to a sentence or is a long number, and not to an address; `numbered`: there
    is a digit in them."""
    if _irish(tokens, vocab):
        return [None] * len(tokens)
    digits = _digit_runs(tokens, vocab) if numbered and not _unit_and_house(tokens, vocab) else [0] * len(tokens)
    shouting = all(token.text.isupper() for token in tokens)
    behind_number = False
    before = ""
    kinds: list[Kind | None] = []
    for index, token in enumerate(tokens):
        text, word = token.text, token.word
        if digits[index] >= LEAST_NUMBER and not _of_a_box(tokens, index):
            kinds.append(Kind.NUMBER)
        elif word in vocab.sentence:
            capital = text[0].isupper() and len(text) > 1 and not shouting
            called = index > 0 and (word in vocab.houses or (word in vocab.flats and tokens[index - 1].text.isupper()))  # J4 Cell
            name = capital and (behind_number or called or _before_kind(tokens, index, vocab))
            short = len(word) < 3 or word in MAY_BE_NAMES or before in SAINTS
            kinds.append(None if name or (short and _names_anyway(tokens, index, vocab)) else Kind.SENTENCE)
        else:
            kinds.append(Kind.SENTENCE if _no_name(text) else None)
        behind_number = behind_number or (numbered and text[0] in "#0123456789" and bool(NUMBERED.match(text)))
        before = word
    return kinds


def _of_a_box(tokens: Sequence[Token], index: int) -> bool:
    """Whether a number is a box's, which may be as long as a membership number: PO Box 104477."""
    written = [token.text for token in tokens[max(0, index - MOST_OF_BOX) : index + 1]]
    text = " ".join(written)
    found = BOX.search(text)
    return found is not None and text[found.end() - 1 :] == written[-1]


def _unit_and_house(tokens: Sequence[Token], vocab: Vocabulary) -> bool:
    """Whether a street's words begin with a flat and a house, as in Canada, and with no long number: 305 - 1140 Rockland Ave."""
    first = tokens[:2]
    numbers = len(tokens) > len(first) and all(token.text.isdigit() and len(token.text) < LEAST_NUMBER - 1 for token in first)
    hyphened = numbers and first[1].start - first[0].end == len(" - ")
    return hyphened and names_street_kind(tokens[3:], vocab)


def _irish(tokens: Sequence[Token], vocab: Vocabulary) -> bool:
    """Whether the words are a name with its article in front: An Spidéal, An Teach Bán; but not: An Interested Member."""
    named = 1 < len(tokens) <= LONGEST_NAME and tokens[0].text == "An" and all(token.text.istitle() for token in tokens)
    return named and tokens[-1].word not in vocab.sentence


def _before_kind(tokens: Sequence[Token], index: int, vocab: Vocabulary) -> bool:
    """Whether the word is the name of the street whose kind stands behind it: Haven Close, Ring Road West; not: Kiln Works."""
    behind = tokens[index + 1 :]
    if not behind or (index > 0 and len(behind) > 1):
        return False
    names = all(token.text[0].isupper() and token.word not in vocab.sentence for token in behind)
    return names and behind[0].word in vocab.streets


def _names_anyway(tokens: Sequence[Token], index: int, vocab: Vocabulary) -> bool:
    """The Old Post Office; No 12; Flat A; 12 A; Le Clos à Jaon; Portland, OR 97201."""
    token, word = tokens[index], tokens[index].word
    if index and tokens[index - 1].word in SAINTS and (index == 1 or tokens[index - 2].word in vocab.streets):
        return True  # "St Just" by itself, or behind a whole street; but not in 12 High St just off the A6
    following = tokens[index + 1].word if index + 1 < len(tokens) else ""
    if token.text == "A" and index == 0 and following in UNITS:  # A Coy; but not: A company that I know
        return len(tokens) <= LONGEST_NAME and all(each.text[0].isupper() or each.text[0].isdigit() for each in tokens)
    if word == "a":
        flat = index > 0 and (tokens[index - 1].word in vocab.flats or HOUSE_NUMBER.fullmatch(tokens[index - 1].text))
        return bool(flat) or _between_names(tokens, index, vocab)
    if word in LINKING or (index == 1 and tokens[0].word in vocab.streets):  # Rua do Areal
        return _between_names(tokens, index, vocab)
    if word == "post":
        return following.startswith("office") or (following in vocab.houses and token.text[0].isupper())  # The Old Post House
    if word in FIRST_OF_TWO:  # Much Wenlock, Near Sawrey, between commas or on a line of its own
        return len(tokens) == 2 and index == 0 and tokens[1].text[0].isupper() and following not in vocab.sentence
    if word in ("no", "number", "num"):
        numbered = NUMBERED.match(following) is not None or _of_a_box(tokens, index + 1)
        return numbered or (word == "number" and following in vocab.number_words)
    return len(word) == 2 and token.text.isupper() and re.match(r"\d{5}\b", following) is not None


def _between_names(tokens: Sequence[Token], index: int, vocab: Vocabulary) -> bool:
    """Whether a word links two names to one: Chy an Mor, Cnoc a' Bhàird, La Maison à l'Orme."""
    if not 0 < index < len(tokens) - 1:
        return False
    before, following = tokens[index - 1], tokens[index + 1].text
    spoken = before.word in vocab.sentence or before.word in vocab.links
    return not spoken and before.text.istitle() and following[0].isalpha() and not following.islower()


def _digit_runs(tokens: Sequence[Token], vocab: Vocabulary) -> list[int]:
    """For each word how many digits the group of digits has that it stands in: "01632 960417" has eleven."""
    if not any(token.text.isdigit() for token in tokens):
        return list(map(_digits, tokens))
    totals: list[int] = []
    for plain, group in groupby(tokens, key=lambda token: token.text.isdigit()):
        run = list(group)
        behind = tokens[len(totals) + len(run) :]
        if plain and _read_out(run) and _street_behind(behind, vocab):
            totals += [*([len(run) - 1] * (len(run) - 1)), len(run[-1].text)]
        else:
            totals += _run_digits(run, before_name=bool(behind)) if plain else map(_digits, run)
    return totals


def _street_behind(tokens: Sequence[Token], vocab: Vocabulary) -> bool:
    return bool(tokens) and tokens[0].word != "the" and names_street_kind(tokens[1:MOST_BEHIND], vocab)


def _read_out(run: Sequence[Token]) -> bool:
    """Whether a long number is written digit by digit, and then a house's, as the street behind it tells: 6 4 9 0 7 7 1 12 Rose
    Lane."""
    return len(run) > LEAST_NUMBER and len(run[-1].text) <= 4 and all(len(token.text) == 1 for token in run[:-1])


def _digits(token: Token) -> int:
    """The digits of a number with signs in it; a flat's or a house's has few: 1/2, #1204-2230."""
    if token.text[0].isalpha() or not SIGNED_NUMBER.fullmatch(token.text) or HYPHENED_CODE.fullmatch(token.text):
        return 0
    count = sum(letter.isdigit() for letter in token.text)
    return 0 if count < 9 and (token.text[0] == "#" or "/" in token.text) else count


def _run_digits(run: Sequence[Token], *, before_name: bool) -> list[int]:
    """Digits of numbers side by side, which are one from seven on; a house's behind a membership number is not part of it."""
    sizes = [len(token.text) for token in run]
    if before_name and len(run) > 1 and sizes[-1] <= 4:
        before = sum(sizes[:-1])
        if min(sizes[:-1]) >= LEAST_NUMBER or (before in PHONE_DIGITS and run[0].text[0] == "0"):  # 01632 960417 12 Rose Lane
            return [*([before] * (len(run) - 1)), sizes[-1]]
    if len(sizes) > MOST_SINGLE and set(sizes) == {1}:  # the end of a number behind a comma: 2 9 8, 3 3 1 6
        return [LEAST_NUMBER] * len(run)
    return [sum(sizes)] * len(run) if sum(sizes) >= 7 else sizes


@lru_cache(maxsize=8192)
def _no_name(text: str) -> bool:
    return NOT_NAMES.search(text) is not None


def leads_with_link(tokens: Sequence[Token], vocab: Vocabulary) -> bool:
    """Whether a small word only leads to what stands behind it: laid up in, moved out of, given up 12 Rose Lane."""
    leads = len(tokens) > 1 and tokens[0].text in ADVERBS
    return leads and (tokens[1].word in vocab.links or tokens[1].word == "of" or bool(NUMBERED.match(tokens[1].text)))


def only_number(tokens: Sequence[Token]) -> bool:
    """The number of a list: "1. the documents"."""
    return len(tokens) == 1 and tokens[0].text.isdigit()


def only_words(tokens: Sequence[Token]) -> bool:
    """Neither a number nor a capital: "up the hill"."""
    return not any(token.text[0].isdigit() or token.text[0].isupper() for token in tokens)


def names_street_kind(tokens: Sequence[Token], vocab: Vocabulary) -> bool:
    """Whether one of the words is a kind of street, in full or short."""
    return any(vocab.short_forms.get(token.word, token.word) in vocab.streets for token in tokens)
