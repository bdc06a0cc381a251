"""Two words in, whether one is the other by ear out: Wyclif Terrase is Wycliffe Terrace, and Mill Lane is neither Hill nor Mall.

English, and roughly: it is asked only where house number and postcode are the member's own, so what must stay apart are the
streets that one postcode may hold.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

ONE_SOUND = 5  # a word of this many sounds may have one of them wrong
TWO_SOUNDS = 8
SHORTEST = 3  # letters of a word that sounds like another
VOWEL = re.compile("[aeiouAEIOU]")
VOWELS_ALIKE = tuple(map(frozenset, ("eEiA", "iI", "oO", "uU")))  # that are taken for each other: Hill, Heel

# Letters, and how they sound: capitals are long vowels, C is ch and S is sh. Each works on what those before it have left.
SOUNDS = tuple(
    (re.compile(letters), sound)
    for letters, sound in (
        (r"cester$", "ster"),  # Leicester
        (r"(?:borough|brough|burgh|boro|burra|bra)$", "bra"),
        (r"^[kgp](?=n)|^w(?=r)|(?<=w)h|(?<=m)b$", ""),
        (r"igh|eigh(?=t)", "I"),
        (r"ough$", "O"),
        (r"t?ch", "C"),
        (r"sh|[tc]i(?=on|an)", "S"),
        (r"ph", "f"),
        (r"gh", "g"),
        (r"d?g(?=[eiy])", "j"),
        (r"s?c(?=[eiy])|z", "s"),
        (r"c?k|c|q(?!u)", "k"),
        (r"qu", "kw"),
        (r"x", "ks"),
        (r"(?<=[b-df-hj-np-tvz])w(?=i[kC]$)", ""),  # Warwick, Norwich
        (r"(?<=[a-z])(?:e?y|ie?|ee)$", "i"),  # Shipley, Shiply
        (r"y", "i"),
        (r"eo(?=r)", "o"),  # George
        (r"eau", "O"),
        (r"(?:oa|ou|oo|au|aw|o(?=re$))r?(?<=r)", "or"),
        (r"[eiu]r|(?<=.)(?:[ao]r|air|are)$", "er"),
        (r"([bdfgkpstv])(?:le|il|al|ol)$", r"\1el"),  # Castle, Castel
        (r"(?<=[bdgt])re$", "er"),  # Centre
        (r"oa", "O"),
        (r"a(?=[b-df-hj-np-tv-z]e(?:$|[b-df-hj-np-tv-z]))|a[iy]|e[iy]", "A"),
        (r"oo|i?e[uw](?![aeiou])|u[ei]|u(?=[b-df-hj-np-tv-z]e$)", "U"),
        (r"e(?=[b-df-hj-np-tv-z]e$)|e[ae]|ie(?=[a-z])", "E"),
        (r"i(?=[b-df-hj-np-tv-z]e$)|i[eg]$", "I"),
        (r"o(?=[b-df-hj-np-tv-z]e$)|o[euw]", "O"),
        (r"a[uw]", "o"),
        (r"([^aeiou])\1+", r"\1"),
        (r"(?<=.)(?:h|e$)", ""),
    )
)


def sounds_alike(one: str, other: str) -> bool:
    """Whether two words are spellings of one sound: Rode, Road; a long word may have a sound wrong behind its first vowel."""
    if not (one.isalpha() and other.isalpha()):
        return False
    first, second = _sound(one), _sound(other)
    length = min(len(first), len(second))
    allowed = 2 if length >= TWO_SOUNDS else 1 if length >= ONE_SOUND else 0
    alike = OSA.distance(first, second, score_cutoff=allowed) <= allowed
    return alike and min(len(one), len(other)) >= SHORTEST and _begin_alike(first, second)


def _begin_alike(one: str, other: str) -> bool:
    """Whether the first sound is the same, and the first vowel may be: Mill is not Hill, nor is Highfield Hayfield."""
    vowels = {vowel[0] for sound in (one, other) if (vowel := VOWEL.search(sound))}
    same_vowel = len(vowels) < 2 or any(vowels <= alike for alike in VOWELS_ALIKE)
    return same_vowel and (one[0] == other[0] or {one[0], other[0]} <= vowels)


@lru_cache(maxsize=8192)
def _sound(word: str) -> str:
    for letters, sound in SOUNDS:
        word = letters.sub(sound, word)
    return word
