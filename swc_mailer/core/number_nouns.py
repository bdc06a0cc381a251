"""The words right before a number that nothing calls ours in, what they make of it out: "bundle 1172043", "SCT 5093347".

Before a member's own number stands a verb, a pronoun, a preposition, a courtesy or a name. A noun that has no article, capitals
that are nobody's, or a word in a line with other telephones say whose number it is, and no list need have them.
"""

from __future__ import annotations

import re
from functools import lru_cache

from swc_mailer.core.number_labels import LOCAL, OTHERWISE
from swc_mailer.core.number_words import meanings, number_words, phrases
from swc_mailer.core.places import fold, vocabulary
from swc_mailer.core.words import Words

GUESSED = "the word before it names something else"  # by the grammar alone
BEFORE = re.compile(r"(?:(?P<front>[^\W\d_][\w'’&]*)(?P<gap>\W{1,3}))?(?<!\w)(?P<word>[^\W\d_]{2,})\.?[ \u00a0]\Z")
CAPITALS = range(3, 6)  # letters of an abbreviation
SHORTEST_NOUN = 3
NO_NOUN = re.compile(r"\w+(?:ly|ed|ing)")  # by its ending another kind of word
SHORT_VERB = re.compile(r"\w+['’](?:s|m|re)")
TITLE = "Mrs?|Ms|Miss|Dr"
ARTICLES = frozenset(["the", "a", "an", "this", "that", "my", "your", "our", "his", "her", "their", "its"])
PREPOSITIONS = frozenset(["of", "from", "at", "on", "in", "under"])
LISTED = frozenset(["and", "or"])  # member 1234567 and donor 7654321: perhaps ours as well
GOES_ON = re.compile(r"[),]?[ \n][a-z(]|[),;]")
COUNTRY = "UK"  # stands before the number on an ear tag; ours has more letters in front, or an article
OURS = frozenset("ALMNCR")
NO_TAG = OURS | frozenset("Wcpy")
SOMETHING = frozenset("OGTH")
NAMING = frozenset("zRU")  # before a noun: is bundle, ref queue, MDCN folio
CALLED_NUMBER = re.compile(r"(?:[ ]?#|[ ](?:no\.?|nr\.?|number))?(?:[ ](?:is|was))?[: ]*\Z", re.IGNORECASE)  # SCT no. 5093347
MEMBER = re.compile(  # ABA member 7654321; but neither FULL MEMBER nor my membership
    r"(?<=[A-Z])[ ](?:[Mm]ember(?:ship)?|[Ss]ubscriber)(?:[ ]?#|[ ](?:no\.?|No\.?|nr\.?|number|Number|card))?(?: is| was)?[: ]*\Z"
)
CELL = re.compile(r"[ ]*(?:[|·•‖\t]|[ ]{3}|(?<=[ ])/(?=[ ]))[ ]*")
NAMED_CELL = re.compile(r"(?P<name>[^\W\d_][\w.'’-]*(?: [^\W\d_]+)?)[.:]? [\d ]+")
CONTACT = re.compile(r"(?:\d[ ()-]{0,2}){9,}\d|@\w|\bwww\.")
LONGEST_LINE = 160
SERVICE_NUMBER = re.compile(r"\d(?:[ ]?\d){7}(?![ ]?\d)")


def without_name(text: str, words: Words, writer: str) -> str:
    """The text with a word that says nothing, as long, for a name of the writer's that is a word too: Olwyn Tate, Jo Page."""
    names = [name for name in re.findall(r"[^\W\d_]{2,}", writer) if name in text]
    for name in names:
        if _letter(name, words) in SOMETHING:
            others = "|".join(each for each in names if each != name)
            beside = re.compile(rf"\b(?P<first>{others or TITLE}|{TITLE}|[A-Z]\.?) {name}\b")
            text = beside.sub(lambda found: f"{found['first']} X{'x' * (len(found[0]) - len(found['first']) - 2)}", text)
    return text


def of_something(text: str, start: int, end: int, words: Words, writer: str) -> str:
    """Why a number that nothing calls ours is something else's, "" where what stands before it does not say so."""
    if (
        of_an_abbreviation(text, start, words, writer)
        or of_the_forces(text, start, words, writer)
        or _in_contact_line(text, start, end, words, writer)
    ):
        return GUESSED
    before = BEFORE.search(text, max(0, start - LOCAL), start)
    if not before or _says_nothing(before["word"], words, writer) or _is_courtesy(before, words):
        return ""
    if not _is_noun(before["word"], _joined(before), words, in_sentence=GOES_ON.match(text, end) is not None):
        return ""
    return OTHERWISE if _letter(before["word"], words) == "T" else GUESSED


def of_an_abbreviation(text: str, start: int, words: Words, writer: str) -> str:
    """The same for a number that capitals have: SCT 5093347, the CRN number is, there's UK 730418."""
    said = text[max(0, start - LOCAL) : start]
    named = CALLED_NUMBER.sub("", said)
    before = BEFORE.search(f"{named} ")
    if not before:
        return ""
    if before["word"] == COUNTRY:
        tagged = _joined(before) and named == said.rstrip() and _letter(_joined(before), words) not in NO_TAG
        return GUESSED if tagged else ""
    return GUESSED if _is_short(before, words, writer) else ""


def of_another_member(text: str, start: int, words: Words, writer: str) -> str:
    """The same for a number that is called the member's of a body with capitals: ABA member 7654321."""
    said = text[max(0, start - LOCAL) : start]
    named = MEMBER.sub("", said)
    before = BEFORE.search(f"{named} ") if named != said else None
    return GUESSED if before and _is_short(before, words, writer) else ""


def of_the_forces(text: str, start: int, words: Words, _writer: str) -> str:
    """The same for a service number of eight digits beside a rank: 30128846 Sgt A. Example, Cpl Example 25114482."""
    number, (before, behind) = SERVICE_NUMBER.match(text, start), _ranks(words)
    beside = number and (before.search(text, max(0, start - LOCAL), start) or behind.match(text, number.end()))
    return GUESSED if beside else ""


@lru_cache(maxsize=4)
def _ranks(words: Words) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What ends before a service number, and what begins with one."""
    names = sorted(phrases(words, "forces_rank"), key=len, reverse=True)
    rank = rf"(?<![\w/])(?=[A-Z])(?i:{'|'.join(map(re.escape, names))})(?!\w)"
    return (
        re.compile(rf"{rank}\.?(?: [A-Z][\w'’-]*\.?){{0,4}},?[ ]?\Z"),
        re.compile(rf",?[ ]{rank}"),
    )


def _joined(before: re.Match[str]) -> str:
    """The word in front of the last one, where nothing but a space is between."""
    return before["front"] if before["gap"] and before["gap"].isspace() else ""


def _is_short(before: re.Match[str], words: Words, writer: str) -> bool:
    """Whether the last word is capitals that are neither a person's nor a place's."""
    word = before["word"]
    short = word.isupper() and len(word) in CAPITALS
    return short and not _says_nothing(word, words, writer) and _is_abbreviation(before, words)


def _is_abbreviation(before: re.Match[str], words: Words) -> bool:
    """Whether capitals are a reference's and no person's: Ref SCT, gave me CRN; but neither J. COX nor Jean COX nor MRS COX."""
    front = before["front"] or ""
    if _letter(before["word"], words) != "U" or front.isupper():
        return False
    return not front[:1].isupper() or _letter(front, words) != "W" or fold(front) in vocabulary(words).sentence


def _is_noun(word: str, front: str, words: Words, *, in_sentence: bool) -> bool:
    """Whether a word names a thing by its number: inquest is bundle, MDCN folio, Locker; but not Jimmy Page."""
    letter, folded = _letter(word, words), fold(front)
    if folded in ARTICLES | LISTED:
        return False
    if letter == "T":
        return not (word[0].isupper() and front[:1].isupper() and _letter(front, words) == "W")
    if letter != "w" or not word.islower() or len(word) < SHORTEST_NOUN or NO_NOUN.fullmatch(word):
        return False
    return _letter(front, words) in NAMING or (in_sentence and folded in PREPOSITIONS) or bool(SHORT_VERB.fullmatch(front))


def _letter(word: str, words: Words) -> str:
    """What a word means (`number_words.LETTERS`)."""
    return meanings(word, 0, len(word), words).letters[:1]


def _says_nothing(word: str, words: Words, writer: str) -> bool:
    """Whether a word is a person's or a place's, or one of a sentence that is no thing."""
    return fold(word) in number_words(words).bare or _is_name(word, words, writer)


def _is_courtesy(before: re.Match[str], words: Words) -> bool:
    """Whether the two last words together name nothing: just in case 1234567; but quoting case 1234567 does."""
    return fold(f"{_joined(before)} {before['word']}") in number_words(words).bare


def _is_name(word: str, words: Words, writer: str) -> bool:
    """Whether a word is a person's or a place's, or one of a sentence that is no thing."""
    vocab, folded = vocabulary(words), fold(word)
    names = re.findall(r"\w+", fold(writer))
    initials = "".join(name[0] for name in names)
    if folded in names or (word.isupper() and folded in initials):
        return True
    if folded in vocab.given_names or folded in vocab.places or folded in vocab.countries:
        return True
    return (folded in vocab.sentence or folded in vocab.links) and _letter(word, words) != "T"


def _in_contact_line(text: str, start: int, end: int, words: Words, writer: str) -> bool:
    """Whether a number has a name in a line with other ways to reach somebody: Internal 7204416 | Mobile 07700 900556."""
    first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    line = text[first : last if last >= 0 else len(text)]
    if len(line) > LONGEST_LINE or not CONTACT.search(line):
        return False
    cells = CELL.split(line)
    own = next((cell for cell in cells if text[start:end] in cell), "")
    named = NAMED_CELL.fullmatch(own.strip())
    if len(cells) < 2 or not named or not any(CONTACT.search(cell) for cell in cells if cell is not own):
        return False
    return not any(_is_name(word, words, writer) or _letter(word, words) in (*OURS, "p") for word in named["name"].split())
