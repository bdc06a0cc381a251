"""What a message tells in, how likely it is that it asks for the documents out.

A logistic regression over words, pairs and threes of words and the words that are denied, in the whole and in what stands where
people say what they want, and over signs that rules find. Only the weights are shipped: `tests/corpus/train.py` makes them from
the labelled mails. It decides where no rule does, and has a say where a phrase asks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, fsum, log, sqrt

from swc_mailer.core.words import Weights

TOKEN = re.compile(r"[^\W\d_][\w']*|\d+|\?")
# Words that stand in for one another where people ask: "let me see it" weighs what "let us read them" does. They belong to the
# weights, which are learned with them, and not to the phrases that staff may change.
ALIKE = {
    "i": "i we",
    "me": "me us",
    "you": "you u ye yous",
    "may": "can could would will may might wld cld shall should 'd 'll",
    "please": "please pls plz kindly",
    "want": "want need wish like love require ask request after apply hope keen fancy",
    "have": "have having get getting receive receiving obtain",
    "see": "see seen read reading look looking study peruse examine view browse digest sight inspect scrutinise consider",
    "send": "send sent sending post posted posting mail mailed email emailed e forward forwarded supply provide dispatch "
    "despatch airmail bung pop stick ping drop chuck sling fire shove put deliver furnish give lend issue pass run direct",
    "it": "it them one those these some lot whole thing everything something any anything this that text wording words stuff "
    "copy copies document documents papers pack docs doc set paperwork material materials full project bumf version print",
}
KIND_OF = {word: f"<{kind}>" for kind, words in ALIKE.items() for word in words.split()}
SUREST = 0.0001
PIECES = ("whole", "beginning", "end", "asking")
FOUND = "signs"  # the piece that has what rules find for its features


CLAUSE_END = re.compile(
    r"[,;:.!?–—()\n]|\b(?:but|so|and|because|though|while|until|unless|if|when|once)\b"  # how far a "not" reaches
)
NEGATIONS = frozenset("not no never nor neither without nothing none cannot hardly rather instead nobody".split())  # noqa: SIM905
NEGATED = re.compile(rf"n't|{'|'.join(sorted(NEGATIONS))}")  # what holds one may be negated

Amounts = Mapping[str, Mapping[str, float]]  # by piece, how much each feature counts


@dataclass(frozen=True, slots=True)
class Told:
    """What is weighed of one mail: all sentences, the first and the last of them, and those that ask in words which rules know,
    for people say at the end what they want, or at once; and the signs that rules find."""

    whole: str = ""
    beginning: str = ""
    end: str = ""
    asking: str = ""
    signs: frozenset[str] = frozenset()


def features(text: str) -> frozenset[str]:
    """Its words and question marks, alone, in pairs and in threes; and the words that a "not" in their clause denies. All numbers
    are alike."""
    return features_of(words_of(text), text)


def features_of(words: Sequence[str], text: str) -> frozenset[str]:
    """The same of a text whose words are known."""
    pairs = {f"{one} {other}" for one, other in pairwise(words)}
    threes = {f"{one} {other} {third}" for one, other, third in zip(words, words[1:], words[2:], strict=False)}
    return frozenset(words).union(pairs, threes, _denied(text))


def words_of(text: str) -> list[str]:
    return ["#" if token[0].isdigit() else KIND_OF.get(token, token) for token in TOKEN.findall(text.lower())]


def _denied(text: str) -> Iterator[str]:
    """ "I don't want them": not <want>, not <it>."""
    for clause in filter(NEGATED.search, CLAUSE_END.split(text.lower())):
        words = words_of(clause)
        denial = next((index for index, word in enumerate(words) if word in NEGATIONS or word.endswith("n't")), len(words))
        yield from (f"not {word}" for word in words[denial + 1 :])


def amounts(told: Told) -> Amounts:
    """Of the features of each piece, and of the signs."""
    return {piece: alike(features(getattr(told, piece))) for piece in PIECES} | {FOUND: dict.fromkeys(told.signs, 1.0)}


def alike(found: Collection[str]) -> Mapping[str, float]:
    """Each counts the same: in few words each says more."""
    return dict.fromkeys(found, 1 / sqrt(len(found))) if found else {}


def likelihood(told: Told, weights: Weights) -> float:
    """From 0 to 1: 0.5 tells nothing, and nothing is likely of words that nobody wrote before."""
    return weigh(amounts(told), weights, nothing_known=0.0)


def weigh(counted: Amounts, weights: Weights, *, nothing_known: float = 0.5) -> float:
    """From 0 to 1; the same in whatever order they are added."""
    pieces = [(found, weights.of.get(piece, {})) for piece, found in counted.items()]
    known = [found[what] * learned[what] for found, learned in pieces for what in found.keys() & learned.keys()]
    return from_odds(weights.bias + fsum(known)) if known else nothing_known


def from_odds(logarithm: float) -> float:
    return 1 / (1 + exp(-logarithm))


def odds(chance: float) -> float:
    """Their logarithm, as far as such weights can tell."""
    bounded = min(max(chance, SUREST), 1 - SUREST)
    return log(bounded / (1 - bounded))


def tells_most(texts: Sequence[str], weights: Weights) -> int:
    """The place of the sentence that speaks most for a request."""
    sums = [likelihood(Told(whole=text), weights) for text in texts]
    return sums.index(max(sums))
