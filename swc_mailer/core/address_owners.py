"""Whose address it is: addresses that were found in, the same out, with the reason beside each that is not the writer's own.

An address that the writer has left, or that is somebody else's, is set aside only beside another that counts; what she rules out
altogether never counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from swc_mailer.core.model import Address, Policy, Section, Zone
from swc_mailer.core.phrases import possible
from swc_mailer.core.places import fold, says
from swc_mailer.core.register import postcode_key
from swc_mailer.core.words import Words

OURS = "our own address"
OFFICE = "the sender's office"
OLD = "the old address"
SOMEBODY = "somebody else's address"
VENUE = "where a meeting is held"
RULED_OUT = "the text says that it is not to be used"

NO_LETTER = re.compile(r"[^a-z0-9]+")
SENTENCE_END = re.compile(r"[.!?](?=\s)|\n[ \t]*\n[ \t]*\S[^\n]*\n[ \t]*\n")
BEFORE = 100  # characters in front of an address that may say whose it is
SENTENCE = 200  # and that the sentence around two addresses may have
CONTACT_BLOCK = 600  # characters before and behind an address that its block may have
LETTER = 4000  # characters in front of it that the letter's close is looked for in
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
    left = [_left_behind(text, words) for text in behind]
    ends = [0, *(address.evidence.end - section.start + length for address, length in zip(judged, left, strict=True))]
    reasons = [
        each.set_aside or (OLD if length else _beside_another(each, section, end, text, words))
        for each, length, end, text in zip(judged, left, ends, behind, strict=False)
    ]
    others = [address for address, reason in zip(judged, reasons, strict=True) if not reason]
    if not another and not any(address.full for address in others) and not _new_without_postcode(others, reasons):
        return judged
    return [_judged(address, reason) for address, reason in zip(judged, reasons, strict=True)]


def _judged(address: Address, reason: str) -> Address:
    return replace(address, set_aside=reason) if reason != address.set_aside else address


def _new_without_postcode(others: Sequence[Address], reasons: Sequence[str]) -> bool:
    """Whether what the writer has left stands beside where she is now, of which only the postcode is still to be asked for."""
    return OLD in reasons and any(address.lacking == ("postcode",) for address in others)


def _texts_behind(addresses: Sequence[Address], section: Section) -> list[str]:
    """What stands behind each address, up to the next one."""
    nexts = [*(address.evidence.start - section.start for address in addresses[1:]), len(section.text)]
    ends = [address.evidence.end - section.start for address in addresses]
    return [section.text[end : min(max(end, following), end + BEFORE)] for end, following in zip(ends, nexts, strict=False)]


def _never_counts(address: Address, section: Section, behind: str, words: Words, policy: Policy) -> str:
    if postcode_key(address.postcode) in policy.own_postcodes or _our_street(address, policy):
        return OURS
    if says(words, "venue", _before(address, section)):
        return VENUE
    if says(words, "ruled_out", behind):
        return RULED_OUT
    return OFFICE if _office(address, section, words) else ""


def _our_street(address: Address, policy: Policy) -> bool:
    """Whether a line is the street of our office, as the notice prints it."""
    streets = _streets(policy.post_to)
    return any(street in _plain(line) for line in address.lines for street in streets)


@lru_cache(maxsize=16)
def _streets(post_to: tuple[str, ...]) -> frozenset[str]:
    return frozenset(street for line in post_to if any(map(str.isdigit, line)) and (street := _plain(line)))


def _plain(text: str) -> str:
    return NO_LETTER.sub(" ", fold(text)).strip()


def _before(address: Address, section: Section) -> str:
    start = address.evidence.start - section.start
    return section.text[max(0, start - BEFORE) : start]


def _office(address: Address, section: Section, words: Words) -> bool:
    """Whether the block that the address stands in is an employer's: a footer, or a signature with firm and post."""
    start = address.evidence.start - section.start
    if says(words, "lived_at", _before(address, section)):
        return False
    block = _block(section.text, start, address.evidence.end - section.start)
    if says(words, "office", block):
        return True
    if section.zone is Zone.DISCLAIMER:
        return says(words, "firm", block)
    contact = section.zone is Zone.SIGNATURE or says(words, "post", block)
    contact = contact or says(words, "closing", section.text[max(0, start - LETTER) : start])
    return contact and says(words, "firm", block) and not says(words, "asked_to", _before(address, section))


def of_an_officer(address: Address, section: Section, words: Words) -> bool:
    """Whether the block that the address stands in is signed for a group: in words that are passed on, not the writer's home."""
    start = address.evidence.start - section.start
    return says(words, "officer", _block(section.text, start, address.evidence.end - section.start))


def _block(text: str, start: int, end: int) -> str:
    """The lines around a place without an empty one between."""
    above = text[max(0, start - CONTACT_BLOCK) : start].rsplit("\n\n", 1)[-1].split("\n")[-CONTACT_LINES:]
    below = text[end : end + CONTACT_BLOCK].split("\n\n", 1)[0].split("\n")[:CONTACT_LINES]
    return "\n".join((*above[:-1], above[-1] + text[start:end] + below[0], *below[1:]))


def _left_behind(behind: str, words: Words) -> int:
    """How long the words are that stand behind an address and call it an old one; 0 for none."""
    found = (entry.pattern.match(behind) for entry in possible(words, "addresses", "old_behind", behind))
    return next((match.end() for match in found if match), 0)


def _beside_another(address: Address, section: Section, last_end: int, behind: str, words: Words) -> str:
    """Why the address gives way to another one, if there is one: what is said of it since the last one, and behind it."""
    start = address.evidence.start - section.start
    before = section.text[max(0, start - BEFORE, min(last_end, start)) : start]
    sentence = SENTENCE_END.split(before)[-1]
    moved_away = says(words, "new_first", section.text[max(0, start - SENTENCE) : start])
    if moved_away or _last(words, "old", sentence) > _last(words, "new", sentence):
        return OLD
    if says(words, "nothing_there", behind):
        return RULED_OUT
    return SOMEBODY if says(words, "somebody", " ".join(sentence.split()) + " ") else ""


def _last(words: Words, table: str, text: str) -> int:
    """Where the last of a table's words in the text ends, -1 where there is none."""
    return max(
        (match.end() for entry in possible(words, "addresses", table, text) for match in entry.pattern.finditer(text)), default=-1
    )
