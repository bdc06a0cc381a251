"""Makes the weights of core/weighing.py anew from the labelled mails, or tells how well they would do on mails not seen.

    python -m tests.corpus.train [--cross-validate]

A mail asks for the documents where its label says pack, details_missing or closed. Of those that a person looks at, the ones in
which the rules find a request are left out: their labels do not tell whether they are right. Cross-validation leaves one set of
mails out at a time, for each set has an author of its own.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import Normalizer

from swc_mailer.adapters.rules_files import WEIGHTS, read_words
from swc_mailer.core import intent as wishes
from swc_mailer.core.intent import asks_in_words, enough
from swc_mailer.core.likely import wording
from swc_mailer.core.model import Wish
from swc_mailer.core.reading import Reading, read
from swc_mailer.core.said import Said, what_is_said
from swc_mailer.core.weighing import features
from swc_mailer.core.words import Weights, Words
from tests.core import test_decided_mails as small_mails
from tests.corpus.score import HERE, POLICY, sets, truth

ASKED = {"pack", "details_missing", "closed"}
NO_REQUEST = {"no_request", "thanks", "withdrawn", "never_arrived"}
IGNORED = {"auto_reply", "bounce", "receipt", "challenge", "list_mail", "calendar_robot", "other_automatic", "looks_automatic"}
WISHES = HERE / "wishes"  # small mails by people who had not seen the program, a file each
BEFORE_ASKING = {kind or wish.value for wish, _, kind in takewhile(lambda each: each[1] is not wishes.asks, wishes.WISHES)}
UNKNOWN_TO_RULES = {"a question, a complaint or another matter", "nothing that asks for it"}


@dataclass(frozen=True)
class Mail:
    """One labelled mail. `rules`: what the rules say of it without the weights, "" for a request."""

    set: str
    file: str
    text: str
    asks: bool
    rules: str
    enough: float  # how likely a request must be by its words, for what the mail gives


def mails() -> Iterator[Mail]:
    words = Words(read_words().tables, Weights())
    for name in sets():
        for file, label in truth(name).items():
            if label["outcome"] == "ignore":
                continue
            mail = labelled(name, file, label["outcome"], words)
            if label["outcome"] != "review" or mail.rules:
                yield mail
    for path in (small_mails.CASES, *sorted(WISHES.glob("*.txt"))):
        for code, subject, text in small_mails.cases(path):
            if code not in IGNORED:
                reading = small_mails.reading(subject, text, words, POLICY)
                said = said_in(reading, words)
                yield Mail(path.stem, text[:60], told(said), code not in NO_REQUEST, rules_say(reading, said), enough(said))


def labelled(name: str, file: str, outcome: str, words: Words) -> Mail:
    reading = read((HERE / name / "mail" / file).read_bytes(), received=None, policy=POLICY, words=words)
    said = said_in(reading, words)
    rules = rules_say(reading, said)
    return Mail(name, file, told(said), outcome in ASKED, rules, enough(said))


def rules_say(reading: Reading, said: Said) -> str:
    """As far as they go before a request is weighed."""
    intent = reading.intent
    wish = intent.kind or intent.wish.value
    return "" if intent.wish is Wish.REQUEST or (wish not in BEFORE_ASKING and asks_in_words(said)) else wish


def told(said: Said) -> str:
    return "\n".join(filter(str.strip, wording(said)))


def said_in(reading: Reading, words: Words) -> Said:
    return what_is_said(reading.message, reading.details, words, POLICY)


def model() -> Pipeline:
    return make_pipeline(
        CountVectorizer(binary=True, min_df=3, analyzer=features),
        Normalizer(),
        LogisticRegression(C=30, class_weight="balanced", max_iter=3000),
    )


def fitted(given: list[Mail]) -> Pipeline:
    return model().fit([mail.text for mail in given], [mail.asks for mail in given])


def cross_validate(given: list[Mail]) -> Iterator[str]:
    """What the weights would have decided for each set, learned from the others: only where the rules leave it to them."""
    for name in dict.fromkeys(mail.set for mail in given):
        left_out = [mail for mail in given if mail.set == name and mail.rules in UNKNOWN_TO_RULES]
        learned = fitted([mail for mail in given if mail.set != name])
        for mail in left_out:
            likely = learned.predict_proba([mail.text])[0][1]
            taken = likely >= mail.enough
            if taken or mail.asks:
                verdict = "right" if taken == mail.asks else "wrong"
                asks = "asks" if mail.asks else "asks for nothing"
                yield f"{verdict}: {name}/{mail.file} {likely:.2f} of {mail.enough}, {asks}"


def write(given: list[Mail]) -> None:
    learned = fitted(given)
    vocabulary, regression = learned[0].vocabulary_, learned[-1]
    weights = {feature: round(float(regression.coef_[0][place]), 3) for feature, place in sorted(vocabulary.items())}
    kept = {feature: weight for feature, weight in weights.items() if weight}
    content = {"bias": round(float(regression.intercept_[0]), 3), "of": kept}
    WEIGHTS.write_text(json.dumps(content, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="Learn what requests sound like.")
    parser.add_argument("--cross-validate", action="store_true", help="write nothing; tell how each set fares by the others")
    args = parser.parse_args()
    given = list(mails())
    if args.cross_validate:
        for line in cross_validate(given):
            print(line)
    else:
        write(given)


if __name__ == "__main__":
    main()
