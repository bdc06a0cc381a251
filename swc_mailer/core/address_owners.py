"""Whose address it is: addresses that were found in, the same out, with the reason beside each that is not the writer's own.

An address that the writer has left, or that is somebody else's, is set aside only beside another that counts; what she rules out
altogether never counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from swc_mailer.core.address_choices import by_choice, in_doubt, one_house
from swc_mailer.core.address_lacks import NO_HOUSE, NO_POSTCODE
from swc_mailer.core.model import Address, Evidence, Policy, Section, Zone
from swc_mailer.core.phrases import Text, end_of_last, of_table, possible
from swc_mailer.core.places import DOCUMENT, fold, says, vocabulary
from swc_mailer.core.postcodes import find_postcodes
from swc_mailer.core.register import postcode_key
from swc_mailer.core.words import Words

OURS = "our own address"
OFFICE = "the sender's office"
OLD = "the old address"
SOMEBODY = "somebody else's address"
VENUE = "where something takes place"
RULED_OUT = "the text says that it is not to be used"
TOLD = "only told of, and the writer gives another as her own"

Judged = tuple[Section, Sequence[Address]]  # a section and its addresses

NO_LETTER = re.compile(r"[^a-z0-9]+")
SENTENCE_END = re.compile(r"[.!?;](?=\s)|\n[ \t]*\n[ \t]*\S[^\n]*\n[ \t]*\n")
BEFORE = 100  # characters in front of an address that may say whose it is
ALIKE = re.compile(r"[^.;!?]{0,20}|[^.;!?]{0,30}\b(?:and|or)\b[^.;!?]{0,12}")  # between two addresses of which the same is said
EMPTY_LINE = re.compile(r"\n[ \t>|]*\n")  # with or without quote marks
LODGED = re.compile(r"\b(?:room|flat|apartment|halls?|residences?)\b", re.IGNORECASE)  # where students of a university live
LABELLED = re.compile(r"[:=\t][ ]*\Z")  # an address in its row of a form
FEWEST_TOLD = 5  # words that lead to an address which is only told of: till then at 12 Rose Lane is fewer
SENTENCE = 200  # and that the sentence around two addresses may have
CONTACT_BLOCK = 600  # characters before and behind an address that its block may have
LETTER = 4000  # characters in front of it that the letter's close is looked for in
TALK = re.compile(r"\b(?:i|i['’]?m|i['’]?ve|me|my)\b", re.IGNORECASE)  # what no firm says of itself
CONTACT_LINES = 8  # lines above an address, in one block with it, that may be an employer's


def set_aside(
    addresses: Sequence[Address], section: Section, words: Words, policy: Policy, *, another: bool = False
) -> list[Address]:
    """The addresses of one section, those that do not count with the reason; `another`: a full one counts in another section."""
    if not addresses:
        return []
    behind = _texts_behind(addresses, section)
    judged = [
        _judged(address, _never_counts(address, section, text, words, policy))
        for address, text in zip(addresses, behind, strict=True)
    ]
    if one_house(judged, section, words):
        return judged
    left = [_left_behind(text, words) for text in behind]
    ends = [0, *(address.evidence.end - section.start + length for address, length in zip(judged, left, strict=True))]
    reasons = [
        each.set_aside or (OLD if length else _beside_another(each, section, end, text, words))
        for each, length, end, text in zip(judged, left, ends, behind, strict=False)
    ]
    reasons = _above_ruled_out(judged, reasons, ends, section, words)
    if not in_doubt(section, words):
        reasons = by_choice(judged, _beside_home(judged, reasons, ends, section, words), section, words)
        reasons = _beside_own(judged, reasons, ends, section, words)
    others = [address for address, reason in zip(judged, reasons, strict=True) if not reason]
    if not (another or any(address.full for address in others) or _still_to_come(others, reasons, section, words)):
        return judged
    return [_judged(address, reason) for address, reason in zip(judged, reasons, strict=True)]


def _judged(address: Address, reason: str) -> Address:
    return replace(address, set_aside=reason) if reason != address.set_aside else address


def _still_to_come(others: Sequence[Address], reasons: Sequence[str], section: Section, words: Words) -> bool:
    """Whether what is not hers stands beside where she is, without postcode or house, or beside: I shall send you mine."""
    new = OLD in reasons and any(address.lacking in (NO_POSTCODE, NO_HOUSE) for address in others)
    return new or (not others and says(words, "to_follow", section.text))


def _texts_behind(addresses: Sequence[Address], section: Section) -> list[str]:
    """What stands behind each address, not far, and up to the next one."""
    return [behind[:BEFORE] for behind in _between(addresses, section)]


def _never_counts(address: Address, section: Section, behind: str, words: Words, policy: Policy) -> str:
    if postcode_key(address.postcode) in policy.own_postcodes or _our_street(address, policy):
        return OURS
    above = _before(address, section)
    if says(words, "imprint", above):
        return OFFICE
    before, first = SENTENCE_END.split(above)[-1], next(iter(address.lines), "")
    led = says(words, "venue", before) and not _offered(before, words) and not says(words, "sent_there", behind)
    if led or says(words, "event", first):
        return VENUE
    if says(words, "neighbour", before) and not first.startswith("the "):  # next door to the pub: 12 Rose Lane
        return SOMEBODY
    if says(words, "ruled_out", behind) or _not_to_be_sent_to(before, behind, words):
        return RULED_OUT
    return OFFICE if _office(address, section, words) else ""


def _not_to_be_sent_to(before: str, behind: str, words: Words) -> bool:
    """Whether a sentence asks for nothing to be sent to its address: never write to me there; I've moved out of it, so don't."""
    refused = says(words, "not_to", before) and not says(words, "only_when", behind)
    return refused or (_left(before, words) and says(words, "nothing_there", behind))


def _left(sentence: str, words: Words) -> bool:
    """Whether a sentence leads to an address that the writer has left, and to none where she now is."""
    said = Text.of(sentence)
    old, new = (end_of_last(of_table(words, DOCUMENT, table), said) for table in ("old", "new"))
    return old > new


def _our_street(address: Address, policy: Policy) -> bool:
    """Whether a line is the street of our office, as the notice prints it."""
    lines = [_plain(line) for line in address.lines if any(map(str.isdigit, line))]
    return any(street in line for line in lines for street in _streets(policy.post_to))


@lru_cache(maxsize=16)
def _streets(post_to: tuple[str, ...]) -> frozenset[str]:
    return frozenset(street for line in post_to if any(map(str.isdigit, line)) and (street := _plain(line)))


def _plain(text: str) -> str:
    return NO_LETTER.sub(" ", fold(text)).strip()


def _before(address: Address, section: Section) -> str:
    return _before_in(section.text[: address.evidence.start - section.start])


def _before_in(above: str) -> str:
    return above[-BEFORE:]


def _beside_own(
    addresses: Sequence[Address], reasons: Sequence[str], ends: Sequence[int], section: Section, words: Words
) -> list[str]:
    """The reasons, with one more for what a sentence only tells of, where another address is offered as the writer's own."""
    counting = [index for index, address in enumerate(addresses) if address.full and not reasons[index]]
    told: list[int] = []
    for index in counting:
        start = addresses[index].evidence.start - section.start
        between = section.text[min(ends[index], start) : start]
        alike = index > 0 and ALIKE.fullmatch(between) and not _offered(between, words)
        if index - 1 in told if alike else _only_told(addresses[index], section, ends[index], words):
            told.append(index)
    others = [index for index in counting if index not in told]
    if not any(_stands_as_own(addresses[index], section, ends[index], words) for index in others):
        return list(reasons)
    return [TOLD if index in told else reason for index, reason in enumerate(reasons)]


def _beside_home(
    addresses: Sequence[Address], reasons: Sequence[str], ends: Sequence[int], section: Section, words: Words
) -> list[str]:
    """The reasons, with one more for a contact block that names a firm, where the writer says of another address: I live at."""
    starts = [address.evidence.start - section.start for address in addresses]
    counting = [index for index, address in enumerate(addresses) if address.full and not reasons[index]]
    lived = {
        index
        for index in counting
        if says(words, "lived_at", section.text[max(0, min(ends[index], starts[index]), starts[index] - BEFORE) : starts[index]])
    }
    firms = {index for index in counting if lived - {index} and _of_a_firm(addresses[index], starts[index], section, words)}
    return [OFFICE if index in firms - lived else reason for index, reason in enumerate(reasons)]


def _of_a_firm(address: Address, start: int, section: Section, words: Words) -> bool:
    block = _block(section.text, start, address.evidence.end - section.start)
    named = says(words, "firm", block) or says(words, "institution", block)
    return named and not LODGED.search(block) and _in_contact_block(section, start, words)


def _above_ruled_out(
    addresses: Sequence[Address], reasons: Sequence[str], ends: Sequence[int], section: Section, words: Words
) -> list[str]:
    """The reasons, with one more for all that stands above an address of which the writer says: use this and not the above."""
    starts = [address.evidence.start - section.start for address in addresses]
    between = [section.text[max(end, start - SENTENCE) : start] for end, start in zip(ends, starts, strict=False)]
    last = max((index for index, said in enumerate(between) if says(words, "not_above", said)), default=0)
    below = [("" if reason == OLD else reason) for reason in reasons[last : last + 1]]  # ignore the above, I am at
    return [*(reason or OLD for reason in reasons[:last]), *(below if last else reasons[:1]), *reasons[last + 1 :]]


def _stands_as_own(address: Address, section: Section, last_end: int, words: Words) -> bool:
    """Whether an address begins a line, or is offered as the writer's own."""
    start = address.evidence.start - section.start
    line = section.text[:start].rpartition("\n")[2]
    return not any(map(str.isalnum, line)) or _offered(section.text[min(last_end, start) : start][-SENTENCE:], words)


def _only_told(address: Address, section: Section, last_end: int, words: Words) -> bool:
    """Whether an address stands within a sentence that does not offer it as the writer's own."""
    start, end = address.evidence.start - section.start, address.evidence.end - section.start
    if says(words, "home_too", SENTENCE_END.split(section.text[end : end + BEFORE])[0]):  # where I live
        return False
    line = section.text[:start].rpartition("\n")[2]
    sentence = SENTENCE_END.split(line[-SENTENCE:])[-1]
    since = section.text[max(0, min(last_end, start), start - len(sentence)) : start]
    said = re.findall(r"[^\W\d_]+", fold(since))
    return len(said) >= FEWEST_TOLD and bool(vocabulary(words).sentence & set(said)) and not _offered(since, words)


def _offered(before: str, words: Words) -> bool:
    """Whether a sentence leads to an address as to where the writer lives or wants the papers."""
    before = " ".join(before.split()) + " "
    return any(says(words, table, before) for table in ("lived_at", "asked_to", "new"))


def without_taken_back(found: Sequence[Judged], words: Words) -> list[Judged]:
    """The addresses of all sections; without those that what follows takes back: PS please ignore that address, we have moved."""
    above = [(section.part, _until_address(section, addresses)) for section, addresses in found]
    judged: list[Judged] = []
    for index, (section, addresses) in enumerate(found):
        below = [text for part, text in above[index + 1 :] if part == section.part]
        behind = [[text] for text in _between(addresses, section)]
        if behind:
            behind[-1] += below
        gone = [any(says(words, "taken_back", text) for text in texts) for texts in behind]
        judged.append((section, [_taken_back(each) if back else each for each, back in zip(addresses, gone, strict=True)]))
    return judged


def _taken_back(address: Address) -> Address:
    return replace(address, set_aside=RULED_OUT) if address.full and not address.set_aside else address


def _until_address(section: Section, addresses: Sequence[Address]) -> str:
    return section.text[: min((each.evidence.start - section.start for each in addresses), default=len(section.text))]


def _between(addresses: Sequence[Address], section: Section) -> list[str]:
    """What stands between each address and the next one, or the end."""
    starts = [each.evidence.start - section.start for each in addresses]
    ends = [each.evidence.end - section.start for each in addresses]
    return [section.text[end:start] for end, start in zip(ends, [*starts[1:], len(section.text)], strict=False)]


def beside_office(place: Evidence, addresses: Sequence[Address], section: Section) -> bool:
    """Whether a place stands in a section, in the lines of an employer's address, without an empty one between."""
    if place.part != section.part or not section.start <= place.start < section.end:
        return False
    for office in addresses:
        if office.set_aside == OFFICE and office.evidence.part == section.part:
            first, last = sorted((office.evidence, place), key=lambda each: each.start)
            between = section.text[max(0, first.end - section.start) : max(0, last.start - section.start)]
            if first.start >= section.start and len(between) < CONTACT_BLOCK and not EMPTY_LINE.search(between):
                return True
    return False


def is_letterhead(address: Address, sections: Sequence[Section]) -> bool:
    """Whether nothing stands above it: no more than what stands below the name does it say which of them is hers."""
    place = address.evidence
    own = (each for each in sections if each.part == place.part and each.start <= place.start < each.end)
    return any(not section.text[: place.start - section.start].strip() for section in own)


def without_work(addresses: Sequence[Address], section: Section, said: str, words: Words) -> list[Address]:
    """The addresses of a section, without those of contact blocks that the writer says, in `said`, to be an employer's."""
    ruled_out, private, home = (says(words, table, said) for table in ("below_is_work", "private", "wanted_home"))
    if not (ruled_out or private or home):
        return list(addresses)
    judged = []
    for address in addresses:
        start = address.evidence.start - section.start
        block = _block(section.text, start, address.evidence.end - section.start)
        employed = says(words, "firm", block) and not LODGED.search(block)
        employed = employed or (private and says(words, "post", block)) or (home and says(words, "institution", block))
        if address.set_aside or not (ruled_out or employed) or not _in_contact_block(section, start, words):
            judged.append(address)
        else:
            judged.append(replace(address, set_aside=OFFICE))
    return judged


def _in_contact_block(section: Section, start: int, words: Words) -> bool:
    """Whether an address stands in lines of its own below the text."""
    above = section.text[:start]
    if section.zone is Zone.SIGNATURE:
        return True
    spoken = re.findall(r"\b[a-z]+\b", above.rpartition("\n")[2])
    return "\n\n" in above and not vocabulary(words).sentence.intersection(spoken) and not _offered(_before_in(above), words)


def _office(address: Address, section: Section, words: Words) -> bool:
    """Whether the block that the address stands in is an employer's, and nothing says that it is the writer's home."""
    start = address.evidence.start - section.start
    block = _block(section.text, start, address.evidence.end - section.start)
    if not _employers(block, address, section, words):
        return False
    above = section.text[max(0, start - LETTER) : start]
    if LABELLED.search(above) and says(words, "own_form", block):
        return False
    return not (says(words, "lived_at", above[-BEFORE:]) or says(words, "home_too", block) or says(words, "sent_below", above))


def _employers(block: str, address: Address, section: Section, words: Words) -> bool:
    """Whether a block is a footer, or a signature with firm and post."""
    if says(words, "office", block):
        return True
    if section.zone is Zone.DISCLAIMER:
        return says(words, "firm", block)
    block = _without_talk(block, address.evidence.text)
    for entry in possible(words, DOCUMENT, "past_work", block):
        block = entry.pattern.sub("", block)
    start = address.evidence.start - section.start
    employed = says(words, "post", block)
    if employed and says(words, "institution", block) and _in_contact_block(section, start, words):
        return True
    if not says(words, "firm", block) or says(words, "asked_to", _before(address, section)):
        return False
    return section.zone is Zone.SIGNATURE or employed or says(words, "closing", section.text[max(0, start - LETTER) : start])


def of_an_officer(address: Address, section: Section, words: Words) -> bool:
    """Whether the block that the address stands in is signed for a group: in words that are passed on, not the writer's home."""
    start = address.evidence.start - section.start
    return says(words, "officer", _block(section.text, start, address.evidence.end - section.start))


def of_our_office(address: Address, section: Section, words: Words) -> bool:
    """Whether the lines down to the address name us: in our own words, where to write to or who signs."""
    start, end = address.evidence.start - section.start, address.evidence.end - section.start
    return says(words, "our_office", EMPTY_LINE.split(section.text[max(0, start - CONTACT_BLOCK) : end])[-1])


def _block(text: str, start: int, end: int) -> str:
    """The lines around a place without an empty one, and without another postcode, between."""
    above = text[max(0, start - CONTACT_BLOCK) : start].rsplit("\n\n", 1)[-1].split("\n")[-CONTACT_LINES:]
    below = text[end : end + CONTACT_BLOCK].split("\n\n", 1)[0].split("\n")[:CONTACT_LINES]
    coded = next((index for index, line in enumerate(below) if index and find_postcodes(line)), len(below))
    first = next((index for index in range(len(above) - 1, 0, -1) if find_postcodes(above[index - 1])), 0)
    above, below = above[first:], below[:coded]
    return "\n".join((*above[:-1], above[-1] + text[start:end] + below[0], *below[1:]))


def _without_talk(block: str, address: str) -> str:
    """The lines around an address without the other sentences in which the writer speaks: my support worker told me of you."""
    above, inside, below = block.partition(address)
    before, behind = SENTENCE_END.split(above), SENTENCE_END.split(below)
    spoken = [sentence for sentence in (*before[:-1], *behind[1:]) if not TALK.search(sentence)]
    return "\n".join((*spoken, before[-1] + inside + behind[0]))


def _left_behind(behind: str, words: Words) -> int:
    """How long the words are that stand behind an address and call it an old one; 0 for none."""
    found = (entry.pattern.match(behind) for entry in possible(words, DOCUMENT, "old_behind", behind))
    return next((match.end() for match in found if match), 0)


def _beside_another(address: Address, section: Section, last_end: int, behind: str, words: Words) -> str:
    """Why the address gives way to another one, if there is one: what is said of it since the last one, and behind it."""
    start = address.evidence.start - section.start
    before = section.text[max(0, start - BEFORE, min(last_end, start)) : start]
    sentence = SENTENCE_END.split(before)[-1]
    if says(words, "new_first", section.text[max(0, start - SENTENCE) : start]):
        return OLD
    if _left(sentence, words):
        return OLD
    if says(words, "nothing_there", behind):
        return RULED_OUT
    if says(words, "somebody_behind", behind) and not says(words, "asked_to", before):
        return SOMEBODY
    return SOMEBODY if says(words, "somebody", " ".join(sentence.split()) + " ") else ""
