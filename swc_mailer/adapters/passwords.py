"""Passwords as they are kept: Argon2id hashes, made and checked."""

from __future__ import annotations

import unicodedata
from functools import cache
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher()  # RFC 9106's second recommended choice: 64 MiB, three passes
ONE_AT_A_TIME = Lock()  # strangers who try many at once shall not fill the memory


def hashed(password: str) -> str:
    return HASHER.hash(alike(password))


def fits(password: str, password_hash: str) -> bool:
    """Takes as long for a wrong password as for the right one."""
    try:
        with ONE_AT_A_TIME:
            return HASHER.verify(password_hash, alike(password))
    except (VerificationError, InvalidHashError):
        return False


def alike(password: str) -> str:
    """However a keyboard puts an accent together, it is the same letter (NIST SP 800-63B section 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


@cache
def nobodys_hash() -> str:
    """To check against where there is no such account, so that an answer takes no less time and names nobody."""
    return hashed("nobody's password")
