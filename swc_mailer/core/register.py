"""How numbers and postcodes are compared with the register's: a writer's form goes in, the key that both share comes out."""

from __future__ import annotations


def number_key(number: str) -> str:
    """A membership number without leading zeros: "0123456" and "123456" are the same key."""
    return number.strip().lstrip("0") or "0"


def postcode_key(postcode: str) -> str:
    """A postcode without spaces, upper case: "ls6 2ab" gives "LS62AB"."""
    return "".join(postcode.split()).upper()
