"""How numbers and postcodes are compared with the register's, and a register of members held in memory.

A writer's form goes in, the key that both share comes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from rapidfuzz.distance import Hamming

from swc_mailer.core.model import Member
from swc_mailer.core.postcodes import BFPO, read_postcode


def number_key(number: str) -> str:
    """A membership number without leading zeros: "0123456" and "123456" are the same key."""
    return number.strip().lstrip("0") or "0"


def postcode_key(postcode: str) -> str:
    """A postcode without spaces, upper case: "ls6 2ab" gives "LS62AB"."""
    return "".join(postcode.split()).upper()


def one_wrong(known: str, written: str) -> bool:
    """Whether the keys of two postcodes differ by one character, which may be forgiven where house and street are the same."""
    return len(known) == len(written) and Hamming.distance(known, written) == 1


def is_british(postcode: str) -> bool:
    """Whether what a row has for a postcode is one, as matching reads it: "none" and "75001" are not."""
    return bool(read_postcode(postcode) or BFPO.fullmatch(postcode.strip()))


class MemoryRegister:
    """Implements model.Register on members in memory: for tests, the demo, and small registers."""

    def __init__(self, members: Iterable[Member]) -> None:
        self._members = tuple(dict.fromkeys(members))
        self._by_number = _index((number_key(member.number), member) for member in self._members)
        self._at_postcode = _index((postcode_key(member.postcode), member) for member in self._members)

    def by_number(self, number: str) -> tuple[Member, ...]:
        found = self._by_number.get(number_key(number), ())
        return tuple(sorted(found, key=lambda member: member.number != number.strip()))

    def at_postcode(self, postcode: str) -> tuple[Member, ...]:
        key = postcode_key(postcode)
        return self._at_postcode.get(key, ()) if key else ()

    def search(self, text: str, *, limit: int = 20) -> tuple[Member, ...]:
        wanted = text.casefold().split()
        if not wanted:
            return ()
        exact = dict.fromkeys((*self.by_number(text), *self.at_postcode(text)))
        holding = (member for member in self._members if all(word in _words(member) for word in wanted))
        return tuple(islice(dict.fromkeys((*exact, *holding)), limit))


def _index(pairs: Iterable[tuple[str, Member]]) -> Mapping[str, tuple[Member, ...]]:
    index: dict[str, tuple[Member, ...]] = {}
    for key, member in pairs:
        index[key] = (*index.get(key, ()), member)
    return index


def _words(member: Member) -> str:
    held = (member.number, member.name, *member.address, member.postcode, postcode_key(member.postcode), member.email)
    return "\n".join(held).casefold()
