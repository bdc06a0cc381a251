"""The writer's own sentences in, how likely it is that they ask for the documents out: for what no phrase of the rules knows.

A logistic regression over words and pairs of words, of which only the weights are shipped: `tests/corpus/train.py` makes them
from the labelled mails. It is asked where the rules find neither a request nor somebody who leaves, refuses, has the documents
or gives an opinion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import exp, sqrt

from swc_mailer.core.words import Weights

TOKEN = re.compile(r"[^\W\d_][\w']*|\d+|\?")


def features(text: str) -> frozenset[str]:
    """Its words, its question marks, and both in pairs; all numbers are alike."""
    tokens = ["#" if token[0].isdigit() else token for token in TOKEN.findall(text.lower())]
    return frozenset(tokens) | {f"{one} {other}" for one, other in pairwise(tokens)}


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
