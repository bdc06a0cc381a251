"""What a message tells in, how likely it is that it asks for the documents out.

A logistic regression over words, pairs and threes of words and the words that are denied, in the whole and in what stands where
people say what they want, and over signs that rules find. Only the weights are shipped: `tests/corpus/train.py` makes them from
the labelled mails. It decides where no rule does, and has a say where a phrase asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, sqrt

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
PIECES = ("whole", "beginning", "end", "asking")
FOUND = "signs"  # the piece that has what rules find for its features


CLAUSE_END = re.compile(
    r"[,;:.!?–—()\n]|\b(?:but|so|and|because|though|while|until|unless|if|when|once)\b"  # how far a "not" reaches
)
NEGATIONS = frozenset("not no never nor neither without nothing none cannot hardly rather instead nobody".split())  # noqa: SIM905


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
    words = words_of(text)
    pairs = {f"{one} {other}" for one, other in pairwise(words)}
    threes = {" ".join(three) for three in zip(words, words[1:], words[2:], strict=False)}
    return frozenset(words) | pairs | threes | frozenset(_denied(text))


def words_of(text: str) -> list[str]:
    return ["#" if token[0].isdigit() else KIND_OF.get(token, token) for token in TOKEN.findall(text.lower())]


def _denied(text: str) -> Iterator[str]:
    """ "I don't want them": not <want>, not <it>."""
    for clause in CLAUSE_END.split(text.lower()):
        words = words_of(clause)
        denial = next((index for index, word in enumerate(words) if word in NEGATIONS or word.endswith("n't")), len(words))
        yield from (f"not {word}" for word in words[denial + 1 :])


def amounts(told: Told) -> Iterator[tuple[str, str, float]]:
    """Each feature of each piece, and each sign, with how much it counts: in few words each says more."""
    for piece in PIECES:
        found = features(getattr(told, piece))
        yield from ((piece, feature, 1 / sqrt(len(found))) for feature in found)
    yield from ((FOUND, sign, 1.0) for sign in told.signs)


def likelihood(told: Told, weights: Weights) -> float:
    """From 0 to 1: 0.5 tells nothing, and nothing is likely of words that nobody wrote before."""
    return weigh(amounts(told), weights, nothing_known=0.0)


def weigh(counted: Iterable[tuple[str, str, float]], weights: Weights, *, nothing_known: float = 0.5) -> float:
    """From 0 to 1, by the amounts of features by piece."""
    known = [weight * amount for piece, what, amount in counted if (weight := weights.of.get(piece, {}).get(what)) is not None]
    return 1 / (1 + exp(-weights.bias - sum(known))) if known else nothing_known


def tells_most(texts: Sequence[str], weights: Weights) -> int:
    """The place of the sentence that speaks most for a request."""
    sums = [likelihood(Told(whole=text), weights) for text in texts]
    return sums.index(max(sums))
