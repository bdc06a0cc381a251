"""A member and a message in, the name that its writer goes by where that is surely not the member's out.

A number and an address are no proof of who writes: a husband knows his wife's. People go by short names, maiden names and
initials, and share mailboxes, so only what cannot be one of these counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rapidfuzz.distance import OSA

from swc_mailer.core.model import Member, Message, Section, Zone
from swc_mailer.core.places import Vocabulary, fold

WORD = re.compile(r"[a-z]+")
APART = re.compile(r"['’]")  # O'Meara, Ó Meára
TITLES = frozenset(["mr", "mrs", "miss", "ms", "mx", "dr", "rev", "revd", "prof", "sir", "dame", "lady", "lord", "the", "and"])
LONG = 5  # letters of a name, from which on two of them may be written otherwise


def name_of_another(member: Member, message: Message, vocab: Vocabulary) -> str:
    """ "" where the writer may be the member."""
    held, lines = _words(member.name), list(_lines(message))
    if len(held) < 2:
        return ""
    return _of_the_same_family(held, lines, vocab) or _of_a_stranger(held, lines, message)


def signed_by_another(member: Member, message: Message) -> str:
    """The name that the mail is sent and signed with, where it can be no other form of the member's: whoever else is named in it,
    this one writes. "" where it may be hers."""
    held = _words(member.name)
    if len(held) < 2:
        return ""
    initials = {word[0] for word in held[:-1]}
    lines = [line for section in _own(message) for line in map(_words, section.text.splitlines()) if line]
    for sender in message.from_:
        names = _words(sender.name)
        signed = [line for line in lines if set(line) <= set(names)]
        firsts = {line[0][0] for line in (*signed, names[:1]) if line}
        alike = any(_alike(word, name) for word in held if len(word) > 1 for name in names)
        if len(names) > 1 and signed and not alike and not firsts & initials:
            return sender.name
    return ""


def _of_the_same_family(held: Sequence[str], lines: Sequence[Sequence[str]], vocab: Vocabulary) -> str:
    """The writer's first name and surname, where the member's surname always stands behind another first name than hers."""
    *given, surname = held
    beside = {first for line in lines for first, last in pairwise(line) if last == surname}
    alone = {line[0] for line in lines if len(line) == 1}
    initials = {initial for first in beside | alone for initial in (first[0], vocab.short_names.get(first, ""))}
    if any(name[0] in initials for name in given):
        return ""
    known = (first for first in sorted(beside) if first in vocab.given_names)
    other = next((first for first in known if not any(_short_for(first, name) for name in given)), "")
    return f"{other} {surname}".title() if other else ""


def _short_for(one: str, other: str) -> bool:
    """Beth for Elizabeth."""
    return one in other or other in one


def _of_a_stranger(held: Sequence[str], lines: Sequence[Sequence[str]], message: Message) -> str:
    """The sender's name, where nothing in what she says or is called is like the member's."""
    named = [sender.name for sender in message.from_ if len(_words(sender.name)) > 1]
    written = {word for line in lines for word in line}
    alike = any(_alike(name, word) for name in held if len(name) > 1 for word in written)
    return "" if alike or not named else named[0]


def _alike(name: str, word: str) -> bool:
    return OSA.distance(name, word) <= 1 + (len(name) > LONG) or (len(name) > 3 and name in word)


def _lines(message: Message) -> Iterator[list[str]]:
    """What the writer says and is called, as words, a line each."""
    for sender in message.from_:
        yield _words(sender.name)
        yield _words(sender.address)
    yield _words(message.subject)
    for section in _own(message):
        yield from map(_words, section.text.splitlines())


def _own(message: Message) -> Iterator[Section]:
    return (section for section in message.sections if section.zone in (Zone.OWN, Zone.SIGNATURE))


def _words(text: str) -> list[str]:
    return [word for word in WORD.findall(APART.sub("", fold(text))) if word not in TITLES]
