"""A member and a message in, the name that its writer goes by where that is surely not the member's out.

A number and an address are no proof of who writes: a husband knows his wife's. People go by short names, maiden names and
initials, and share mailboxes, so only what cannot be one of these counts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise, takewhile

from rapidfuzz.distance import OSA

from swc_mailer.core.model import Member, Message
from swc_mailer.core.places import Vocabulary, fold

WORD = re.compile(r"[a-z]+")
JOINED = re.compile(r"['’]|(?<=[^\W\d_])-(?=[^\W\d_])")  # O'Meara, Ó Meára; Smith-Jones is one surname
TITLES = frozenset("mr mrs miss ms mx dr rev revd prof sir dame lady lord the and mme mlle herr frau".split())  # noqa: SIM905
JOINT = re.compile(r"&|\band\b", re.IGNORECASE)  # Mr & Mrs J Example: either may write
FOR_WHOM = re.compile(r"(?P<to>\b(?:for|to) )(?P<name>[A-ZÀ-Þ][\w'’-]*\.?(?: [A-ZÀ-Þ][\w'’-]*\.?){0,4})")
UNDER_HER_NAME = re.compile(r"\b(?:in|by|under) my (?:\w+ ){0,2}name\b", re.IGNORECASE)
OF_A_SURNAME = re.compile(r"\b(o|mac|mc|ni|nic) (?=[a-z]{3})")  # Mac Giolla, Ó Laoire
GAELIC = re.compile(r"ma?c|nic|o(?=[bcdfglmnrst][hlr]?[aeiou])")  # O'Leary; but Osborne
LONG = 5  # letters of a name, from which on two of them may be written otherwise


def names_of(message: Message) -> frozenset[str]:
    """The words and initials of the writer's name; of her address, where no name is given."""
    return frozenset(word for sender in message.from_ for word in _words(sender.name or sender.local_part))


def is_called(member: Member, message: Message) -> bool:
    """Whether the sender's name is the member's, first name and surname."""
    names = _words(member.name)
    return len(names) > 1 and names_of(message).issuperset(names) and all(len(name) > 1 for name in names)


def as_of_herself(text: str, names: Collection[str]) -> str:
    """The text, in which what is for the writer by name is "for me": Ann, Miss A. Example. `names`: as of `names_of`."""

    def put(said: re.Match[str]) -> str:
        hers = list(takewhile(lambda word: _may_be_hers(word, names), said["name"].split(" ")))
        named = any(len(name) > 1 and name in names for word in hers for name in _words(word))
        return f"{said['to']}me{said['name'][len(' '.join(hers)) :]}" if named else said.group()

    return FOR_WHOM.sub(put, text)


def _may_be_hers(word: str, names: Collection[str]) -> bool:
    """A name of hers, an initial, what begins with the one initial that she gives, or a title."""
    bare = fold(word).rstrip(".")
    initial = len(bare) == 1 and any(name.startswith(bare) for name in names)
    return bare in TITLES or initial or bare[:1] in names or all(name in names for name in _words(word))


def writer_beside(member: Member, message: Message, vocab: Vocabulary, *, dictated: bool = False) -> str:
    """The name of who writes, where that is surely another than the member; "" where it may be the member. What is dictated is
    signed by another."""
    signed = "" if dictated else signed_by_another(member, message, vocab)
    return signed or name_of_another(member, message, vocab)


def may_go_by(member: Member, message: Message, vocab: Vocabulary) -> bool:
    """Whether the sender, or who signs, has a first name that begins as one of the member's does: of two who live together that
    is who writes."""
    *given, surname = _words(member.name) or [""]
    firsts = _first_names(list(_lines(message)), surname) | {name for sender in message.from_ for name in _words(sender.name)[:1]}
    return _begin_alike(given, firsts, vocab)


def name_of_another(member: Member, message: Message, vocab: Vocabulary) -> str:
    """ "" where the writer may be the member."""
    held, lines = _words(member.name), list(_lines(message))
    if len(held) < 2:
        return ""
    senders = [name for sender in message.from_ for name in _words(sender.name)[:1]]
    return _of_the_same_family(held, lines, senders, vocab) or _of_a_stranger(held, lines, message)


def signed_by_another(member: Member, message: Message, vocab: Vocabulary) -> str:
    """The name that the mail is sent and signed with, where it can be no other form of the member's: whoever else is named in it,
    this one writes. "" where it may be hers, and where a form relays what another wrote."""
    *given, surname = _words(member.name) or [""]
    relayed = message.reply_to and {each.address for each in message.reply_to}.isdisjoint(each.address for each in message.from_)
    if not given or relayed or JOINT.search(member.name):
        return ""
    own = [section.text for section in message.own_sections]
    lines = [line for text in own for line in map(_words, text.splitlines()) if line]
    for sender in message.from_:
        names = _words(sender.name)
        at_the_end = [names for line in lines[-1:] if len(names) > 1 and line[-len(names) :] == names]
        signed = at_the_end + [line for line in lines if _is_name(line, names) and line != names[-1:]]
        firsts = {names[0], *(line[0] for line in signed)} if signed and len(names) > 1 else set()
        named = _names_member(lines, given, names) and not any(map(UNDER_HER_NAME.search, own))
        if firsts and not _may_be(firsts, names, given, surname, vocab, named=named):
            return sender.name
    return ""


def _names_member(lines: Sequence[Sequence[str]], given: Collection[str], names: Collection[str]) -> bool:
    """Whether the mail names the member beside who sends it, and not as who signs: "his card is in front of me, Len Example"."""
    written = {word for line in lines if len(line) > 1 for word in line}
    return any(len(name) > 1 and name in written and name not in names for name in given)


def _is_name(line: Sequence[str], names: Sequence[str]) -> bool:
    """Whether a line holds nothing but these names, or initials of some beside one; a name may stand in the middle."""
    if len(names) > 1 and [line[0], *line[2:]] == list(names):
        return True
    initials = {name[0] for name in names}
    return any(len(word) > 1 for word in line) and all(word in (names if len(word) > 1 else initials) for word in line)


def _may_be(
    firsts: Collection[str], names: Sequence[str], given: Sequence[str], surname: str, vocab: Vocabulary, *, named: bool
) -> bool:
    """Whether the sender's names may be the member's: a first name that begins alike, a name that is much the same, or the
    surname behind what is no first name that we know, where the mail names nobody as the member is called."""
    same_surname = any(_alike(surname, name) for name in names)
    if same_surname and not named and not vocab.given_names.intersection(firsts):
        return True
    alike = any(_alike(one, name) or _short_for(one, name) for one in given if len(one) > 1 for name in names)
    return alike or _begin_alike(given, firsts, vocab)


def _begin_alike(given: Collection[str], firsts: Collection[str], vocab: Vocabulary) -> bool:
    """Whether one of the member's names begins as one of the writer's does, or as what either is short for."""
    return not _initials(given, vocab).isdisjoint(_initials(firsts, vocab))


def _initials(firsts: Collection[str], vocab: Vocabulary) -> set[str]:
    """Of the names, and of what they are short for."""
    return {initial for first in firsts for initial in (first[0], *vocab.short_names.get(first, ()))}


def _of_the_same_family(
    held: Sequence[str], lines: Sequence[Sequence[str]], first_names: Sequence[str], vocab: Vocabulary
) -> str:
    """The writer's first name and surname, where the member's surname always stands behind another first name than hers."""
    *given, surname = held
    if _begin_alike(given, _first_names(lines, surname) | set(first_names), vocab):
        return ""
    known = (first for first in sorted(_beside(lines, surname)) if first in vocab.given_names)
    other = next((first for first in known if not any(_short_for(first, name) for name in given)), "")
    return f"{other} {surname}".title() if other else ""


def _first_names(lines: Sequence[Sequence[str]], surname: str) -> set[str]:
    """What stands before the surname, or alone on a line."""
    return _beside(lines, surname) | {line[0] for line in lines if len(line) == 1}


def _beside(lines: Sequence[Sequence[str]], surname: str) -> set[str]:
    return {first for line in lines for first, last in pairwise(line) if last == surname}


def _short_for(one: str, other: str) -> bool:
    """Beth for Elizabeth."""
    return one in other or other in one


def _of_a_stranger(held: Sequence[str], lines: Sequence[Sequence[str]], message: Message) -> str:
    """The sender's name, where nothing in what she says or is called is like the member's."""
    named = [sender.name for sender in message.from_ if len(_words(sender.name)) > 1]
    written = {word for line in lines for word in line}
    alike = any(_alike(name, word) for name in held if len(name) > 1 for word in written)
    return "" if alike or not named or _in_gaelic(held, lines) else named[0]


def _in_gaelic(held: Sequence[str], lines: Sequence[Sequence[str]]) -> bool:
    """Whether a name may be the member's in the other language: Domhnall MacAoidh is Donald MacKay."""
    names = [line for line in lines if len(line) > 1 and line[0][0] == held[0][0]]
    return bool(GAELIC.match(held[-1])) and any(GAELIC.match(line[-1]) for line in names)


def _alike(name: str, word: str) -> bool:
    return OSA.distance(name, word) <= 1 + (len(name) > LONG) or (len(name) > 3 and name in word)


def _lines(message: Message) -> Iterator[list[str]]:
    """What the writer says and is called, as words, a line each."""
    for sender in message.from_:
        yield _words(sender.name)
        yield _words(sender.address)
    yield _words(message.subject)
    for section in message.own_sections:
        yield from map(_words, section.text.splitlines())


def _words(text: str) -> list[str]:
    together = OF_A_SURNAME.sub(r"\1", JOINED.sub("", fold(text)))
    return [word for word in WORD.findall(together) if word not in TITLES]
