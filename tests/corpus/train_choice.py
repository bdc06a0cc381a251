"""Makes the weights of core/choice.py anew from the labelled mails and the small choices, or tells how well they do.

    python -m tests.corpus.train_choice [--cross-validate]

What the register has together counts where the label gives this number and this postcode. Cross-validation leaves one author out at a
time.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from swc_mailer.adapters.rules_files import CHOICE_WEIGHTS, read_words
from swc_mailer.core.choice import amounts, fit, marked, signs
from swc_mailer.core.led_by_register import LEFT_OPEN, SETTLED
from swc_mailer.core.model import Register
from swc_mailer.core.reading import Reading, read
from swc_mailer.core.register import number_key, postcode_key
from swc_mailer.core.weighing import weigh
from swc_mailer.core.words import Weights, Words
from tests.corpus.regression import learned
from tests.corpus.score import HERE, POLICY, register_of, sets, truth
from tests.corpus.small_choices import small_choices
from tests.corpus.train import write

EASE = {"whole": 1.0, "near": 0.8, "sentence": 0.8, "signs": 0.2}

Row = tuple[tuple[str, str, float], ...]


@dataclass(frozen=True)
class Mail:
    """One with something to choose. `counts`: whether what the register has together does."""

    author: str
    file: str
    row: Row
    counts: bool


def mails() -> Iterator[Mail]:
    words = read_words()
    for author, small in small_choices():
        if row := row_of(small.reading(words, POLICY), small.register, words):
            yield Mail(author, small.text[:60], row, small.code == "settled")
    for name in sets():
        with TemporaryDirectory() as folder, closing(register_of(name, Path(folder))) as register:
            for file, label in truth(name).items():
                reading = read((HERE / name / "mail" / file).read_bytes(), received=None, policy=POLICY, words=words)
                found = fit(reading.details, register, words)
                row = row_of(reading, register, words)
                if found and row and label["outcome"] != "ignore":
                    given = number_key(label["number"] or ""), postcode_key(label["postcode"] or "")
                    theirs = {(number_key(found.number), postcode_key(each.postcode)) for each in found.addresses}
                    yield Mail(name, file, row, given in theirs)


def row_of(reading: Reading, register: Register, words: Words) -> Row | None:
    found = fit(reading.details, register, words)
    if not found:
        return None
    return tuple(amounts(marked(reading.details, found, reading.message), signs(reading.details, found)))


def weights_of(given: Sequence[Mail]) -> Weights:
    return learned([mail.row for mail in given], [mail.counts for mail in given], EASE)


def cross_validate(given: Sequence[Mail]) -> Iterator[str]:
    """How many of an author's mails are settled, or left open, as they should be."""
    for author in dict.fromkeys(mail.author for mail in given):
        weights = weights_of([mail for mail in given if mail.author != author])
        chances = [(weigh(mail.row, weights), mail) for mail in given if mail.author == author]
        yield from (f"    {mail.file} {chance:.2f}" for chance, mail in chances if chance >= SETTLED and not mail.counts)
        settled = [mail.counts for chance, mail in chances if chance >= SETTLED]
        left = [mail.counts for chance, mail in chances if chance < LEFT_OPEN]
        counts = sum(mail.counts for _, mail in chances)
        yield (
            f"{author}: settled {sum(settled)} of {counts} that count and {len(settled) - sum(settled)} of {len(chances) - counts} others; "
            f"left open {sum(left)} and {len(left) - sum(left)}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="Learn how people say which of several numbers and addresses counts.")
    parser.add_argument("--cross-validate", action="store_true", help="write nothing; tell how each author fares by the others")
    args = parser.parse_args()
    given = list(mails())
    if args.cross_validate:
        for line in cross_validate(given):
            print(line)
    else:
        write(weights_of(given), CHOICE_WEIGHTS)


if __name__ == "__main__":
    main()
