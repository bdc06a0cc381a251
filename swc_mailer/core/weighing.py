"""The writer's own sentences in, how likely it is that they ask for the documents out: for what no phrase of the rules knows.

A logistic regression over words, pairs and threes of words and the words that are denied, of which only the weights are
shipped: `tests/corpus/train.py` makes them from the labelled mails. It decides where the rules find neither a request nor
somebody who leaves, refuses, has the documents or gives an opinion, and has a say where they find a request.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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


CLAUSE_END = re.compile(
    r"[,;:.!?–—()\n]|\b(?:but|so|and|because|though|while|until|unless|if|when|once)\b"  # how far a "not" reaches
)
NEGATIONS = frozenset("not no never nor neither without nothing none cannot hardly rather instead nobody".split())  # noqa: SIM905


def features(text: str) -> frozenset[str]:
    """Its words and question marks, alone, in pairs and in threes; and the words that a "not" in their clause denies. All numbers
    are alike."""
    tokens = _tokens(text)
    pairs = {f"{one} {other}" for one, other in pairwise(tokens)}
    threes = {" ".join(three) for three in zip(tokens, tokens[1:], tokens[2:], strict=False)}
    return frozenset(tokens) | pairs | threes | frozenset(_denied(text))


def _tokens(text: str) -> list[str]:
    return ["#" if token[0].isdigit() else KIND_OF.get(token, token) for token in TOKEN.findall(text.lower())]


def _denied(text: str) -> Iterator[str]:
    """ "I don't want them": not <want>, not <it>."""
    for clause in CLAUSE_END.split(text.lower()):
        tokens = _tokens(clause)
        denial = next((index for index, token in enumerate(tokens) if token in NEGATIONS or token.endswith("n't")), len(tokens))
        yield from (f"not {token}" for token in tokens[denial + 1 :])


def likelihood(texts: Sequence[str], weights: Weights) -> float:
    """Of the sentences of one mail, from 0 to 1: 0.5 tells nothing."""
    known = [weights.of[feature] for feature in features("\n".join(texts)) if feature in weights.of]
    if not known:
        return 0.0
    return 1 / (1 + exp(-weights.bias - sum(known) / sqrt(len(known))))


def tells_most(texts: Sequence[str], weights: Weights) -> int:
    """The place of the sentence that speaks most for a request."""
    sums = list(for_each(texts, weights))
    return sums.index(max(sums))


def for_each(texts: Sequence[str], weights: Weights) -> Iterator[float]:
    return (sum(weights.of.get(feature, 0.0) for feature in features(text)) for text in texts)
