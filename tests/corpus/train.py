"""Makes the weights of core/likely.py anew from the labelled mails, or tells how well they would do on mails not seen.

    python -m tests.corpus.train [--cross-validate]

A mail asks for the documents where its label says pack, details_missing or closed. Of those that a person looks at the label says
whether it asks (`asks`); where it does not, none can tell. Cross-validation leaves one set of mails out at a time, for each set
has an author of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from swc_mailer.adapters.rules_files import read_words
from swc_mailer.core import intent as wishes
from swc_mailer.core.likely import told, weighed
from swc_mailer.core.model import Wish
from swc_mailer.core.reading import Reading, read
from swc_mailer.core.said import Said, what_is_said
from swc_mailer.core.weighing import Told, amounts, likelihood
from swc_mailer.core.words import Weights, Words
from tests.core import test_decided_mails as small_mails
from tests.corpus.regression import learn_or_tell, learned
from tests.corpus.score import HERE, POLICY, sets, truth

ASKED = {"pack", "details_missing", "closed"}
NO_REQUEST = {"no_request", "thanks", "withdrawn", "never_arrived"}
IGNORED = {"auto_reply", "bounce", "receipt", "challenge", "list_mail", "calendar_robot", "other_automatic", "looks_automatic"}
WISHES = HERE / "wishes"  # small mails by people who had not seen the program, a file each
BEFORE_ASKING = {kind or wish.value for wish, _, kind in takewhile(lambda each: each[1] is not wishes.asks, wishes.WISHES)}
EASE = {"whole": 1.0, "asking": 0.5, "end": 0.6, "beginning": 0.4, "signs": 0.1}


@dataclass(frozen=True)
class Mail:
    """One labelled mail. `rules`: what the rules say of it without the weights, "" for a request. `enough`: how likely a request
    must be, for what the mail gives."""

    set: str
    file: str
    told: Told
    asks: bool
    rules: str
    enough: float


def mails() -> Iterator[Mail]:
    words = Words(read_words().tables)
    for name in sets():
        for file, label in truth(name).items():
            if label["outcome"] == "ignore" or (label["outcome"] == "review" and "asks" not in label):
                continue
            reading = read((HERE / name / "mail" / file).read_bytes(), received=None, policy=POLICY, words=words)
            yield labelled(name, file, reading, label.get("asks", label["outcome"] in ASKED), words)
    for path in (small_mails.CASES, *sorted(WISHES.glob("*.txt"))):
        for code, subject, text in small_mails.cases(path):
            if code not in IGNORED:
                reading = small_mails.reading(subject, text, words, POLICY)
                yield labelled(path.stem, text[:60], reading, code not in NO_REQUEST, words)


def labelled(name: str, file: str, reading: Reading, asks: bool, words: Words) -> Mail:
    said = weighed(what_is_said(reading.message, reading.details, words, POLICY))
    return Mail(name, file, told(said), asks, rules_say(reading, said), wishes.enough(said))


def rules_say(reading: Reading, said: Said) -> str:
    """As far as they go before a request is weighed."""
    intent = reading.intent
    wish = intent.kind or intent.wish.value
    return "" if intent.wish is Wish.REQUEST or (wish not in BEFORE_ASKING and said.asked) else wish


def weights_of(given: Sequence[Mail]) -> Weights:
    """Plain small mails count half as much again: most people's are such."""
    plain = [mail for mail in given if mail.set == small_mails.CASES.stem]
    some = [*given, *plain[::2]]
    return learned([amounts(mail.told) for mail in some], [mail.asks for mail in some], EASE)


def cross_validate(_: str, given: Sequence[Mail]) -> Iterator[str]:
    """How each set fares by the weights learned from the others, as far as the rules leave it to them, and each mistake."""
    for name in dict.fromkeys(mail.set for mail in given):
        weights = weights_of([mail for mail in given if mail.set != name])
        taken: dict[bool, list[bool]] = {True: [], False: []}  # for requests, by whether they are some
        for mail in given:
            if mail.set == name and mail.rules not in BEFORE_ASKING:
                likely = likelihood(mail.told, weights)
                taken[mail.asks].append(likely >= mail.enough)
                if taken[mail.asks][-1] != mail.asks:
                    yield f"    {mail.file} {likely:.2f} of {mail.enough}, {'asks' if mail.asks else 'asks for nothing'}"
        right, wrong = taken[True], taken[False]
        yield f"{name}: {sum(right)} of {len(right)} requests taken for some, and {sum(wrong)} of {len(wrong)} others"


if __name__ == "__main__":
    learn_or_tell("Learn what requests sound like.", lambda: {"request": list(mails())}, cross_validate, weights_of)
