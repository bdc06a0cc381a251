"""Rows of features and what is right of them in, weights out, and into the file that the program reads."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from swc_mailer.adapters.rules_files import WEIGHTS
from swc_mailer.core.weighing import Amounts
from swc_mailer.core.words import Weights

Mail = TypeVar("Mail")

LEAST_WEIGHT, FEWEST = 0.3, 3  # what is not worth keeping, nor learning from


def learned(rows: Sequence[Amounts], right: Sequence[bool], ease: Mapping[str, float]) -> Weights:
    """`ease`: how easily the weights of a piece grow, beside those of the others."""
    counted = [
        {f"{piece} {feature}": ease[piece] * amount for piece, found in row.items() for feature, amount in found.items()}
        for row in rows
    ]
    often = Counter(feature for row in counted for feature in row)
    vectors = DictVectorizer()
    matrix = vectors.fit_transform([{name: value for name, value in row.items() if often[name] >= FEWEST} for row in counted])
    regression = LogisticRegression(C=30, class_weight="balanced", max_iter=3000).fit(matrix, right)
    of: dict[str, dict[str, float]] = {piece: {} for piece in ease}
    for name, weight in zip(vectors.feature_names_, regression.coef_[0], strict=True):
        piece, _, feature = name.partition(" ")
        if abs(weight) >= LEAST_WEIGHT:
            of[piece][feature] = round(float(weight) * ease[piece], 3)
    return Weights(round(float(regression.intercept_[0]), 3), of)


def learn_or_tell(
    what: str,
    by_question: Callable[[], Mapping[str, Sequence[Mail]]],
    cross_validate: Callable[[str, Sequence[Mail]], Iterable[str]],
    weights_of: Callable[[Sequence[Mail]], Weights],
) -> None:
    """The command: the weights of each question anew, or how well such weights do on mails that they were not learned from."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--cross-validate", action="store_true", help="write nothing; tell how each author fares by the others")
    args = parser.parse_args()
    for question, given in by_question().items():
        if args.cross_validate:
            for line in cross_validate(question, given):
                print(line)
        else:
            write(weights_of(given), question)


def write(weights: Weights, question: str) -> None:
    content = {"bias": weights.bias, "of": weights.of}
    (WEIGHTS / f"{question}.json").write_text(json.dumps(content, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
