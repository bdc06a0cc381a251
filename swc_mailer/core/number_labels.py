"""A place in a text in, what the words around it call the number there out: a membership number, something else, or nothing.

The words are read as letters (`number_words.py`), so that each rule below is a short pattern: "MN" is "membership number".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from swc_mailer.core.number_words import DOCUMENT, Meanings, meanings, number_words
from swc_mailer.core.phrases import Text, end_of_last, finds, of_table, possible
from swc_mailer.core.places import fold, vocabulary
from swc_mailer.core.words import Words

NEAR = 70  # characters in front of a number where a label mostly stands
FAR = 200  # and where it stands at most
BEHIND = 70
LOCAL = 40  # characters that are looked at on either side


class Rank(IntEnum):
    """How sure the text makes it that a number is a membership number."""

    PROSE = 0  # it stands in a sentence, and nothing is said of it
    STANDING = 1  # it stands by itself on a line, or beside a name
    NAMED = 2  # "donkey no.": it has a name, but perhaps that is a word of the sentence
    NUMBER = 3  # "my number is", "No.", "#"
    LABELLED = 4  # "membership number"


@dataclass(frozen=True, slots=True)
class Sign:
    """What the words around a number say; with a reason, it is something else."""

    rank: Rank
    reason: str = ""
    outright: bool = False  # whether a sentence says so of the number, and not its label alone


NOTHING = Sign(Rank.PROSE)
ORGANISATION = "another organisation's number"
REFERENCE = "a reference"
PHONE = "a phone number"
OTHERWISE = "the number of something else"
ORDER = "an order number"
QUANTITY = "a quantity"
WITH_US = "with us"  # what the words "your books" bear
FOREIGN = {"G": ORGANISATION, "T": OTHERWISE, "O": ""}
DENIED = "the writer says that it is not the number"
PART_OF_ADDRESS = "part of an address"

# --- what may stand in front ---------------------------------------------------------------------------------------

OURS = r"(?<!O)(?<!O[zc:R])A"  # and not "order from Amnesty", "the bank says Amnesty", "direct debit ref AI"
MEMBER = "|".join(
    (
        "L",
        r"M[AcpyCWUrR(\-]{0,4}[NR]",  # membership number
        r"N[Acpyi\-]{0,5}[MC]",  # number of my membership, on my card
        rf"{OURS}[cp\-]{{0,2}}N",  # Amnesty number
        rf"{OURS}R",
        r"(?<!O)C[cp\-]{0,2}N",  # card no
        r"N[cpy]{0,3}A",
        r"R[cpy(\-]{0,3}M",
        r"R[cp\-]{1,3}C",  # reference on my card
    )
)
OTHER = r"O[ONRAC]*(?:,c{0,2}RN?|[czyGi:(\-)wWUrTA]{0,5}[NR])?(?:\([wWUrTcHNy]{1,3}\))?"
LINK = r"[zcpyi:(),\-n]"

LABELLED = re.compile(
    rf"(?:{MEMBER})(?:[NACM]|{LINK}){{0,8}}b?\Z|M[A:(\-zcpyin,]{{0,5}}\Z|{OURS}(?:[:(\-z]{{0,2}}|cz[i:(\-]?)\Z"
    r"|CAc?z?\Z"  # the line that says AIUK has
    rf"|(?:M|{OURS})[zc]{{0,3}}w{{0,2}}i[zc:,(\-]{{0,3}}\Z"  # the Amnesty one is, Amnesty's is the yellow one
    rf"|(?:M|{OURS})c{{0,2}},c{{1,2}}z?[^.,bnORGVN]{{0,14}},z\Z"  # the Amnesty one, which is the only one you care about, is
)
LABELLED_AND_OTHER = re.compile(r"(?:L|M[Ac]{0,2}N)[c,\-]{1,2}O[ONR]*[:c]{0,2}\Z")  # "membership number and telephone:"
SOMETHING_ELSE = re.compile(
    rf"{OTHER}[zc:(\-iA]{{0,4}}[WU]?[:(\-]?\Z|O[ON]*:n\Z|(?:[nb.]|\A)p?O[ON]*n\Z|[pc]O[ONR]*[NR],\Z|Nw{{0,2}}\(c?O\)[:z]?\Z"
)
PHONED = re.compile(  # but not: "if I may call it that," and "when I came home (1234567"
    r"(?<![.nb]y)(?<!\Ay)(?!(?<=y)V\Z)V(?!i{1,2},)[cpyiwrTWUz:,]{0,4}N?[zc:]{0,3}\Z|H:\(?\Z|(?:\A|[nb.,:(|\-NVO])H\(\Z|\(H\)\Z|(?:[nb]|\A)H\Z"
)
THING = re.compile(  # "my flock number is", "my bracelet number", "(case", "order confirmation"
    rf"(?:T[TwC]{{0,2}}|p[wUW]{{1,2}}(?=N))N{LINK}{{0,4}}\Z|(?:\A|[nb.,(:])p?T{{1,2}}[z:(]{{1,2}}\Z|(?:[,(]T?|[TG])T\Z"
)
SUBJECT_OTHER = re.compile(  # the shop's customer number, which you may see on your system, is
    r"O[ONR]*N[^.,b:ORGVMLA]{0,10},[^.b:NLACRG]{1,12},z\Z"
)
THING_NUMBERED = re.compile(  # my knitting pattern this week is no.
    r"(?:\A|[.nb])[pc]w?T{1,2}[^.,:(bnORGVMLANCpy]{0,8}zN:?\Z"
)
OTHER_APART = re.compile(r"(?:p|[zi]c)[wc]?O[ON]*[,(]{1,2}(?:c?z|i{1,2}z?|ciz)\Z")  # my own phone, that's
IS_OTHER = re.compile(r"[zi][cp]O[ONCc]*,\Z")  # the only thing in my wallet is the driving licence, 1234567
OTHER_THING = re.compile(r"OT\Z|\(w?[cp]{0,2}O[NRC]?[wi]?,i?z?\Z")  # order confirmation; (not the barcode itself, that's 1234567)
NAMED_OTHER = re.compile(r"(?:\A|[.nb])[cp]O[^.:ORGVMLAbn]{0,20},(?:N|RN?)[z:]?\Z")  # "The cheque that I sent in January, number"
TOLD_OTHER = re.compile(r"[cp]O,(?:N|RN?)[z:]?\Z")  # "all I can find is my library ticket, number"

CALLED_SO = re.compile(rf"(?:[wT]|(?<![WU])U|p[WU])N{LINK}{{0,6}}\Z|(?:\A|[nb])[WUc]N:?\Z")
OWN_REFERENCE = re.compile(r"(?:\A|[nb.:,\-])p?RN?[:z\-ni]{0,3}\Z")
ANY_REFERENCE = re.compile(r"R[N]?[:zc\-ni(]{0,4}\Z")
NUMBERED = re.compile(rf"N(?:C|{LINK}){{0,6}}b?\Z|C[i,c]{{0,2}}[z:(i]{{1,2}}\Z")
MEMBER_BEFORE = re.compile(r"[MAL][^.ObRNG]{0,8}\Z")
AT_A_DISTANCE = re.compile(rf"(?:{MEMBER})(?:[^.ORGVb]{{0,30}}:?b?|[^ORGVb]{{0,10}}\.n?[izc:,]{{0,4}}n?)\Z")
OTHER_AT_A_DISTANCE = re.compile(  # the reference that he gave me is; the charity number of our parish, St Petroc, is
    r"O[ONR]*[^.,b:ORGVML]{0,10}(?:,[^.,b:ORGVMLAp]{1,9},)?z\Z"
)
REMARK_IN_LABEL = re.compile(  # Gym card (ignore, old table): my number (found it! under the passport!) is
    r"[ ]?\([^()\n]{1,40}\)(?=[ ]?[:=–\t-][ ]*\Z)|[ ]?\([^()\n\d]{1,60}\)(?=[ ](?:is|was)[ ]*\Z)"
)
MEMBER_ELSEWHERE = re.compile(  # my New Internationalist subscriber no.; one capital may be that of "my Life membership"
    r"\b[Mm]y (?P<name>(?:[A-Z][\w'’&-]+ ){1,4})subscri(?:ber|ption)\b"
    r"|\b[Mm]y (?P<body>[A-Z][\w'’&-]+ (?:(?:of|the|for|and|&|in) ){0,2}(?:[A-Z][\w'’&-]+ ){1,4})"
    r"(?:member|membership|supporter)\b"
)
NO_NAME = frozenset("AMCp")  # what words mean that stand in no other body's name
CLAUSE = 120  # characters in front of a number that may say where it is the writer's
SEGMENT_END = re.compile(r"[,:;(]| (?:and|but|or) ")
OURS_OR_NEAR = frozenset("AMLyCr")
NOUN = frozenset("wWUGTO")
NO_BODY = NO_NAME | {"c"}  # nor in one before "membership": my Joint Family membership
CALLED_BY_BODY = re.compile(r"[MNCROzi:(]{0,5}")  # from a body's name to its number
OF_ORGANISATION = re.compile(r"G(?:[cwrTzNCMi:(\-p,]{0,5}|[cwW,]{0,4}\)z)\Z")

# --- what may stand behind -----------------------------------------------------------------------------------------

LABELLED_BEHIND = re.compile(
    r"[,(\-czi]{0,3}(?:[py]?|(?<=z)pc)(?:A?M[ACcp]{0,2}[NR]?|L|A[NR]|N[cAp]{0,3}[MA]|(?<=\()[Ay]\)|(?<=\Ac)A(?=[,)]|\Z))"
)
OTHER_BEHIND = re.compile(
    r"\([cpz]{0,2}(?P<bracketed>[OGHT])[TN]?\)|(?:zw,i{1,2}z?|,?[ci]{0,1}z)(?:[cpy]{0,2}|pW)(?P<said>[OGT])|[c\-]{1,2}p?(?P<of>G)"
    r"|p[wWU]?(?P<mine>[OGT])[TCN]?(?=[,)(]|\Z)"  # my Oyster card
)
FOREIGN_BEHIND = re.compile(  # is what's on my library ticket; , that's my Unison one; which I gave above is my gym number
    r"(?:[,(\-]{0,2}(?:[icy]{0,4}w?|c{1,2}[cpywC]{0,4})z|[,(\-]{0,2}i{1,2}z?)[zicpyN]{0,6}(?:[wW][zicpy]{0,4}){0,2}"
    r"(?P<at>[GT]|O(?![MA]))(?!i|[wW](?![wW]?[NCRM]))"  # but not: that was a union meeting
)
SLIP_BEHIND = re.compile(r"[,(\-]{0,2}c{1,3}(?:wc{1,2})?[pyA]?(?P<at>O)")  # , off the packing slip
READ_OFF = re.compile(r"[\s,(–—-]*(?:from|off|on)\b", re.IGNORECASE)
SAID_AT_ONCE = re.compile(
    r"(?:[^\w\n]{1,4}(?:(?:but|and|though|although|only|except) )?|[^.!?\n]{0,30}\?\s)"
    r"(?=(?:it|that|this)(?:[’']?s| is| was| turns?| turned| proves?| proved)\b)",
    re.IGNORECASE,
)
BESIDE_THAT = re.compile(  # the number below the barcode is: where it is printed, and not what it is
    r"\b(?:number|no\.?|one|figures?|digits) (?:just )?(?:above|below|beside|under|underneath|next to) (?:the|that|its)"
    r" [\w ]{2,30}(?: is| reads|:)\s*\Z",
    re.IGNORECASE,
)
PARALLEL = re.compile(  # 1234567 with Oxfam and 7654321 with you
    r"\s(?P<with>with|at|for|from) [^\d.;!?\n]{2,40}(?:and|but|,) \Z"
)
PARALLEL_BEHIND = re.compile(r"\d[\d -]{4,11}\d,? (?P<with>with|at|for|from)\b")
AND_BEHIND = re.compile(r"\W*(?:and|or|plus|but)\s", re.IGNORECASE)  # what follows is another thing
LIKENED = re.compile(r"[^.!?\n]{1,40}?\b(?=(?:like|close to|similar to|nearly) (?:the|my)\b)")  # which is very like the herd one
LABEL_OF_LAST = re.compile(r"[,(]?z[pyc]{0,2}(?:A?M[AC]?[NR]?|L|A[NR])[,).]c?")  # 1234567 is my membership number, 7654321
SAID_OF_LAST = re.compile(r"\s(?:is|was) (?:what|how) [^\d.;:!?\n]{2,50} (?:and|but|while) \Z")  # is what the union calls me and
LABEL_OF_NEXT = re.compile(r"[Nzc:(\-]*")  # between a label and the next number, which it belongs to


def label_before(text: str, start: int, end: int, words: Words) -> Sign:
    """What `text[start:end]` calls the number that follows it; where `start` is not 0, another number stands in front."""
    if _of_body(text[max(start, end - NEAR) : end], words) or _member_elsewhere(text[max(start, end - NEAR) : end], words):
        return Sign(Rank.PROSE, ORGANISATION)
    if _elsewhere(text[max(start, end - CLAUSE) : end], words):
        return Sign(Rank.PROSE, ORGANISATION)
    if BESIDE_THAT.search(text, max(start, end - NEAR), end):
        return Sign(Rank.NUMBER)
    near = meanings(text, _word_start(text, max(start, end - NEAR), start), end, words)
    if start and (
        LABEL_OF_LAST.fullmatch(near.letters) or SAID_OF_LAST.match(text, start, end) or _told_in_parallel(text, start, end)
    ):
        return NOTHING
    sign = _near(near, words) or _over_remark(text, start, end, words)
    if sign:
        return sign
    if end - start > NEAR:
        near = meanings(text, _word_start(text, max(start, end - FAR), start), end, words)
    sign = _far(near)
    return NOTHING if sign.rank is Rank.LABELLED and _not_given(text[max(start, end - FAR) : end], words) else sign


def _over_remark(text: str, start: int, end: int, words: Words) -> Sign | None:
    """What a label calls the number that has a remark in brackets before its colon: "Gym card (ignore, old table):"."""
    remark = REMARK_IN_LABEL.search(text, max(start, end - NEAR), end)
    if not remark:
        return None
    label = text[start : remark.start()] + text[remark.end() : end]
    return _near(meanings(label, _word_start(label, max(0, len(label) - NEAR), 0), len(label), words), words)


def _not_given(before: str, words: Words) -> bool:
    """Whether the label far in front of a number is that of ours, which the writer has not to hand, or a field with none."""
    if finds(words, DOCUMENT, "left_blank", before):
        return True
    said = " ".join(before.replace("’", "'").split())
    end = end_of_last(of_table(words, DOCUMENT, "not_given"), Text.of(said))
    return end >= 0 and "i" not in meanings(said, end, len(said), words).letters  # I wrote it down as


def _told_in_parallel(text: str, start: int, end: int) -> bool:
    """Whether what stands between two numbers is said of the first, as what stands behind the second is of that one."""
    first, second = PARALLEL.match(text, start, end), PARALLEL_BEHIND.match(text, end)
    return bool(first and second and first["with"] == second["with"])


def _of_body(before: str, words: Words) -> bool:
    """Whether a number is called by the full name of a body: "Museums Association no. 1234567"."""
    if not any(noun in before for noun in number_words(words).bodies):
        return False
    return any(
        CALLED_BY_BODY.fullmatch(meanings(before, name.end(), len(before), words).letters)
        and not any(_meant_us(word, words) for word in name[0].split())
        for name in _bodies(words).finditer(before)
    )


def _member_elsewhere(before: str, words: Words) -> bool:
    """Whether a number is that of a member or a subscriber of what is called by a name that is not ours."""
    return any(
        CALLED_BY_BODY.fullmatch(meanings(before, said.end(), len(before), words).letters)
        and not any(
            number_words(words).phrases.get(fold(word), (" ",))[0] in (NO_NAME if said["name"] else NO_BODY)
            for word in (said["name"] or said["body"]).split()
            if word[0].isupper()
        )
        for said in MEMBER_ELSEWHERE.finditer(before)
    )


def _elsewhere(before: str, words: Words) -> bool:
    """Whether the clause says that the number is what another body has: "the lifeboats, where I am Shoreline"."""
    clause = before[before.rfind("\n\n") + 1 :].replace("’", "'")
    plain = " ".join(clause.split()) + " " * clause[-1:].isspace()
    return any(
        (said := entry.pattern.search(plain)) is not None and _is_anothers(said["of"], words)
        for entry in possible(words, DOCUMENT, "elsewhere", plain)
    )


def _is_anothers(owner: str, words: Words) -> bool:
    """Whether none of the last words before a number's clause means us, the writer, or somebody near her."""
    last = SEGMENT_END.split(owner.strip(" ,(–—-"))[-1]
    meant = meanings(last, 0, len(last), words)
    if not NOUN.intersection(meant.letters) or OURS_OR_NEAR.intersection(meant.letters):
        return False
    if number_words(words).weak.intersection(meant.reasons):  # "according to the Direct Debit I'm": that may be ours
        return False
    first = fold(last).split()[0]
    return first not in vocabulary(words).given_names and first not in vocabulary(words).towns


def _meant_us(word: str, words: Words) -> bool:
    return number_words(words).phrases.get(fold(word), ("",))[0] == "A"


@lru_cache(maxsize=4)
def _bodies(words: Words) -> re.Pattern[str]:
    nouns = "|".join(sorted(number_words(words).bodies))
    return re.compile(rf"(?:[A-Z][\w'’&-]+,? (?:(?:of|the|for|and|&|in) ){{0,3}}){{1,5}}(?:{nouns})\b")


def _word_start(text: str, position: int, start: int) -> int:
    """The place itself where a word begins there, else behind that word."""
    while start < position < len(text) and text[position - 1].isalnum() and text[position].isalnum():
        position += 1
    return position


def _near(before: Meanings, words: Words) -> Sign | None:
    letters = before.letters
    if found := SUBJECT_OTHER.search(letters):
        return Sign(Rank.PROSE, before.reasons[found.start()])
    if LABELLED_AND_OTHER.search(letters):
        return Sign(Rank.LABELLED)
    if found := LABELLED.search(letters):
        return _ours(before, found.start())
    if reason := _something_else(before, words) or _is_foreign(before, words):
        return Sign(Rank.PROSE, reason)
    if PHONED.search(letters):
        return Sign(Rank.PROSE, PHONE)
    if ANY_REFERENCE.search(letters):
        return Sign(Rank.STANDING) if OWN_REFERENCE.search(letters) else Sign(Rank.PROSE, REFERENCE)
    if OF_ORGANISATION.search(letters):
        return Sign(Rank.PROSE, ORGANISATION)
    if found := NUMBERED.search(letters):
        front = letters[: found.start()]
        label = MEMBER_BEFORE.search(front) or (found if front.endswith("p") else None)
        return _ours(before, label.start()) if label else Sign(Rank.NAMED if CALLED_SO.search(letters) else Rank.NUMBER)
    return None


def _something_else(before: Meanings, words: Words) -> str:
    """What else the words in front call the number, "" for nothing: what stands beside our name on a bank's statement may be
    ours, unless it is called the bank's reference; so may what was put into the box for the telephone."""
    if found := SOMETHING_ELSE.search(before.letters):
        reason = before.reasons[before.letters.rindex("O", found.start())]
        weak = reason == PHONE or reason in number_words(words).weak
        may_be_ours = before.letters.endswith("A") and "R" not in before.letters and weak
        return "" if may_be_ours else reason
    if found := NAMED_OTHER.search(before.letters) or OTHER_THING.search(before.letters):
        reason = before.reasons[before.letters.index("O", found.start())]
        if reason not in (PART_OF_ADDRESS, PHONE):  # The flat is 3 Rose Lane, number 1234567
            return reason
    if found := TOLD_OTHER.search(before.letters):
        reason = before.reasons[found.start() + 1]
        if reason in number_words(words).foreign:
            return reason
    return OTHERWISE if THING.search(before.letters) or THING_NUMBERED.search(before.letters) else ""


def _is_foreign(before: Meanings, words: Words) -> str:
    """The same where a sentence says so in passing, and it can be none of ours."""
    found = IS_OTHER.search(before.letters) or OTHER_APART.search(before.letters)
    reason = before.reasons[before.letters.index("O", found.start())] if found else ""
    return reason if reason == PHONE or reason in number_words(words).foreign else ""


def _far(before: Meanings) -> Sign:
    if found := OTHER_AT_A_DISTANCE.search(before.letters):
        return Sign(Rank.PROSE, before.reasons[found.start()])
    if found := AT_A_DISTANCE.search(before.letters):
        return _ours(before, found.start())
    return NOTHING


def _ours(before: Meanings, label: int) -> Sign:
    """A labelled number, unless another organisation is named nearer to the label than ours in its sentence."""
    letters = before.letters
    if WITH_US in before.reasons[label:]:
        return Sign(Rank.LABELLED)
    sentence = letters[max(letters.rfind(end, 0, label) for end in ".bn") + 1 :]
    if sentence.rfind("G") > max(sentence.rfind("A"), sentence.rfind("y")):
        return Sign(Rank.PROSE, ORGANISATION)
    return Sign(Rank.LABELLED)


def label_behind(text: str, start: int, next_number: int, words: Words) -> Sign | None:
    """What the text from `start` on calls the number in front of it; None where it says nothing. A label that stands before
    the next number is that one's."""
    if AND_BEHIND.match(text, start):
        return None
    likened = LIKENED.match(text, start)
    end = min(start + BEHIND, next_number, likened.end() if likened else next_number)
    behind = meanings(text, start, end, words, stops=".nb")
    if foreign := _foreign(behind, words, read_off=READ_OFF.match(text, start) is not None):
        return Sign(Rank.PROSE, foreign, outright=True)
    letters = behind.letters
    if found := LABELLED_BEHIND.match(letters):
        rest = letters[found.end() :]
        if end == next_number and LABEL_OF_NEXT.fullmatch(rest) and not _ends_sentence(text, start, end, len(letters), words):
            return None
        return Sign(Rank.PROSE, ORGANISATION) if "G" in rest[:4] else Sign(Rank.LABELLED)
    other = OTHER_BEHIND.match(letters)
    of_next = end == next_number and LABEL_OF_NEXT.fullmatch(letters[other.end() :]) if other else False
    if not other or (of_next and not other["bracketed"] and not _told_in_parallel(text, start, next_number)):
        return None
    at = max(other.start(group) for group in ("bracketed", "said", "of", "mine"))
    return Sign(Rank.PROSE, {"G": ORGANISATION, "H": PHONE}.get(letters[at], behind.reasons[at] or OTHERWISE))


def _foreign(behind: Meanings, words: Words, *, read_off: bool = False) -> str:
    """Why a number is another body's, where what follows says so outright, or that it was read off something; "" where it does
    not."""
    found = FOREIGN_BEHIND.match(behind.letters)
    reason = (behind.reasons[found.start("at")] or FOREIGN[behind.letters[found.start("at")]]) if found else ""
    if reason in number_words(words).foreign:
        return reason
    slip = SLIP_BEHIND.match(behind.letters) if read_off else None
    return ORDER if slip and behind.reasons[slip.start("at")] == ORDER else ""


def _ends_sentence(text: str, start: int, end: int, count: int, words: Words) -> bool:
    """Whether a stop stands behind the first letters of what a text means."""
    return meanings(text, start, end, words).letters[count : count + 1] == "."


def said_of_another(text: str, end: int, words: Words) -> bool:
    """Whether what follows a number is said of one that stands elsewhere: "(the one after my name is the service number)"."""
    behind = f"#{text[end : end + CLAUSE]}"
    return any(entry.pattern.match(behind) for entry in possible(words, DOCUMENT, "of_another", behind))


def taken_back(text: str, words: Words) -> Iterator[tuple[int, Sign]]:
    """Where the text says of "the number above" that it is another body's, without naming it again."""
    looked_through = Text.of(text)
    for entry in possible(words, DOCUMENT, "of_the_number", text):
        for said in entry.finditer(looked_through):
            named = "it is " if "names_it" in entry.extra else ""
            if sign := _said_of_it(named + text[said.end() : said.end() + BEHIND], 0, words):
                yield said.start(), sign
    for entry in possible(words, DOCUMENT, "number_denied", text):
        for said in entry.finditer(looked_through):
            yield said.end(), Sign(Rank.PROSE, DENIED, outright=True)


def taken_back_at_once(text: str, end: int, words: Words) -> Sign | None:
    """What is said of a number at once: "1234567. It's the one on my library ticket", "7654321, which I know isn't yours"."""
    behind = f"#{text[end : end + CLAUSE]}"
    if any(entry.pattern.match(behind) for entry in possible(words, DOCUMENT, "denied", behind)):
        return Sign(Rank.PROSE, DENIED, outright=True)
    if any(_is_anothers(owner, words) for owner in _named_behind(text, end, words)):
        return Sign(Rank.PROSE, ORGANISATION, outright=True)
    said = SAID_AT_ONCE.match(text, end)
    return _said_of_it(text, said.end(), words) if said else None


def _named_behind(text: str, end: int, words: Words) -> Iterator[str]:
    """What a number is called the card of, or the number with, by what follows it at once."""
    behind = " ".join(f"#{text[end : end + CLAUSE]}".replace("’", "'").split())
    for entry in possible(words, DOCUMENT, "elsewhere_behind", behind):
        if said := entry.pattern.match(behind):
            yield said["of"]


def _said_of_it(text: str, start: int, words: Words) -> Sign | None:
    foreign = _foreign(meanings(text, start, start + BEHIND, words, stops=".nb"), words)
    return Sign(Rank.PROSE, foreign, outright=True) if foreign else None
