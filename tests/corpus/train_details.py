"""Makes the weights of core/given.py, core/choice.py and core/for_a_person.py anew from the labelled mails and the small mails,
or tells how well they do.

    python -m tests.corpus.train_details [--cross-validate]

A number or address is given where the label has it, and what the register has together counts where the label has both. Nothing
is learned from a mail whose label leaves it open, but for the choice, which then is none. For whom it is asked, and whether in
another form, is learned from mails that ask; whether one must wait, from those whose number and address are right.
Cross-validation leaves a fifth of the authors out at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rapidfuzz.distance import Hamming

from swc_mailer.adapters.rules_files import read_words
from swc_mailer.core import for_a_person
from swc_mailer.core.choice import THEIRS, fit, weighed
from swc_mailer.core.given import UNLIKELY_ADDRESS, UNLIKELY_NUMBER, address_weighed, number_weighed
from swc_mailer.core.led_by_register import LEFT_OPEN, SETTLED
from swc_mailer.core.match import match
from swc_mailer.core.model import Address, Field, Register, Wish
from swc_mailer.core.reading import Reading, read
from swc_mailer.core.register import number_key, postcode_key
from swc_mailer.core.said import what_is_said
from swc_mailer.core.weighing import Amounts, weigh
from swc_mailer.core.words import Learned, Weights, Words
from tests.core import test_address_owners as whose_addresses
from tests.core import test_decided_mails as small_requests
from tests.corpus.regression import learn_or_tell, learned
from tests.corpus.score import HERE, POLICY, register_of, sets, truth
from tests.corpus.small_details import BEHALF, OWN, SEVERAL, Truth, small_mails
from tests.corpus.train import ASKED, WISHES

NUMBER, ADDRESS, CHOICE, FORM, WAITS = "number", "address", "choice", "form", "waits"
FORMS = HERE / "forms"  # small mails that ask for the documents as they are, or in another form
PLAIN = "requests"  # the author of the small requests of the tests
WAITING = HERE / "waits"  # small mails that ask and are to be answered at once, or must wait for a person
TO_WAIT = {"pack": False, "waits": True}  # by their codes
OTHER_FORM = {"form": True, "special_format": True, "ordinary": False, "pack": False, "on_behalf": False}  # by their codes
EASE = {"whole": 1.0, "near": 0.8, "sentence": 0.8, "signs": 0.2}

# Below what the rules are not believed, and from what on the weights are.
BOUNDS = {
    NUMBER: (UNLIKELY_NUMBER, inf),
    ADDRESS: (UNLIKELY_ADDRESS, inf),
    CHOICE: (LEFT_OPEN, SETTLED),
    BEHALF: (for_a_person.DISBELIEVED, for_a_person.LIKELY),
    SEVERAL: (for_a_person.DISBELIEVED, for_a_person.LIKELY),
    FORM: (-inf, for_a_person.LIKELY_A_FORM),
    WAITS: (-inf, for_a_person.WAITS),
}
FOLDS = 5
KINDS = ("choices", "gaps", "whom", "forms", "waits", "")  # how the authors' names begin

# What the small requests of the tests tell, by the reason that is due.
TOLD: Mapping[str, Mapping[str, Any]] = {
    "pack": {"outcome": "pack", "number": small_requests.NUMBER, "postcode": None},
    "number_missing": {"outcome": "details_missing", "number": None, "postcode": None, "missing": ["membership_number"]},
    "address_missing": {
        "outcome": "details_missing",
        "number": small_requests.NUMBER,
        "postcode": None,
        "missing": ["postal_address"],
    },
    "several_numbers": {"outcome": "review", "number": None, "postcode": None},
    "several_addresses": {"outcome": "review", "number": small_requests.NUMBER, "postcode": None},
    "address_elsewhere": {"outcome": "review", "number": small_requests.NUMBER, "postcode": None},
    "on_behalf": {"outcome": "review", "number": None, "postcode": None, "whom": BEHALF},
    "several_members": {"outcome": "review", "number": None, "postcode": None, "whom": SEVERAL},
}


@dataclass(frozen=True)
class Mail:
    """One number, address or choice of a mail, or whether it asks for others. `counts`: what the rules say."""

    question: str
    author: str
    file: str
    row: Amounts
    right: bool
    counts: bool


def mails() -> Iterator[Mail]:
    words = read_words()
    by_rules = Words(words.tables, Learned(request=words.learned.request))
    yield from of_small_mails(by_rules)
    yield from of_wishes(by_rules)
    yield from of_those_that_wait(by_rules)
    for name in sets():
        with TemporaryDirectory() as folder, closing(register_of(name, Path(folder))) as register:
            for file, label in truth(name).items():
                if label["outcome"] != "ignore":
                    raw = (HERE / name / "mail" / file).read_bytes()
                    reading = read(raw, received=None, policy=POLICY, words=by_rules)
                    yield from asked(name, file, reading, register, by_rules, labelled(label, register, by_rules))
                    if label["outcome"] in ("pack", "review") and is_theirs(label, register):
                        yield waiting(name, file, reading, by_rules, waits=label["outcome"] == "review")


def of_small_mails(words: Words) -> Iterator[Mail]:
    for author, small in small_mails():
        reading = small.reading(words, POLICY)
        yield from asked(author, small.text[:60], reading, small.register, words, small.truth())
    for code, subject, text in chain(small_requests.cases(), two_addresses()):
        if code in TOLD:
            reading = small_requests.reading(subject, text, words, POLICY)
            given = labelled(TOLD[code], small_requests.REGISTER, words)
            yield from asked(PLAIN, text[:60], reading, small_requests.REGISTER, words, given)
            if code == "pack":
                yield waiting(PLAIN, text[:60], reading, words, waits=False)


def of_wishes(words: Words) -> Iterator[Mail]:
    """For whom the small mails ask that tell nothing of numbers, and in what form."""
    for path in (small_requests.CASES, *sorted((*WISHES.glob("*.txt"), *FORMS.glob("*.txt")))):
        known = TOLD if path == small_requests.CASES else {}  # by their numbers and addresses too: above
        for code, subject, text in small_requests.cases(path):
            if (code in TOLD or code in OTHER_FORM) and code not in known:
                reading = small_requests.reading(subject, text, words, POLICY)
                whom = whom_of(TOLD.get(code, {}))
                yield from asked_for(f"{path.parent.name} {path.stem}", text[:60], reading, words, whom, OTHER_FORM.get(code))


def of_those_that_wait(words: Words) -> Iterator[Mail]:
    for path in sorted(WAITING.glob("*.txt")):
        for code, subject, text in small_requests.cases(path):
            reading = small_requests.reading(subject, text, words, POLICY)
            yield waiting(f"{WAITING.name} {path.stem}", text[:60], reading, words, waits=TO_WAIT[code])


def two_addresses() -> Iterator[tuple[str, str, str]]:
    for code, subject, text in small_requests.cases(whose_addresses.TWO_ADDRESSES):
        yield code, subject, whose_addresses.filled(text)
    yield from ((code, "Hello", text) for code, text in whose_addresses.CASES)


def labelled(label: Mapping[str, Any], register: Register, words: Words) -> Truth:
    """Where a pack is due, the member's number and address are given. Elsewhere a postcode with one character wrong may be the
    same in the label or not."""
    missing, due = label.get("missing") or (), label["outcome"] == "pack"

    def number(value: str) -> bool | None:
        if Field.MEMBERSHIP_NUMBER.value in missing:
            return False
        return number_key(value) == number_key(label["number"]) if label["number"] else None

    def address(given: Address) -> bool | None:
        if due:
            return match(label["number"], (given,), register, words).verdict in THEIRS
        if Field.POSTAL_ADDRESS.value in missing:
            return False
        if not label["postcode"]:
            return None
        one, other = postcode_key(given.postcode), postcode_key(label["postcode"])
        return one == other or (None if Hamming.distance(one, other) == 1 else False)

    form = bool(label.get("form")) if due or label.get("asks", label["outcome"] in ASKED) else None
    return Truth(number, address, whom=whom_of(label), form=form)


def whom_of(label: Mapping[str, Any]) -> str:
    return str(label.get("whom") or (OWN if label.get("outcome") in ASKED else ""))


def asked(author: str, file: str, reading: Reading, register: Register, words: Words, given: Truth) -> Iterator[Mail]:
    details, sections = reading.details, reading.message.sections
    for value in dict.fromkeys(each.value for each in details.numbers):
        right = given.number(value)
        if right is not None:
            row = number_weighed(value, details, sections)
            yield Mail(NUMBER, author, file, row, right, value in details.number_values)
    for address in dict.fromkeys(each for each in details.addresses if each.full):
        right = given.address(address)
        if right is not None:
            row = address_weighed(address, details, sections)
            yield Mail(ADDRESS, author, file, row, right, not address.set_aside)
    found = fit(details, reading.message, register, words)
    if found:
        right = bool(not given.left_open and given.number(found.number) and any(map(given.address, found.addresses)))
        row = weighed(details, found, reading.message)
        yield Mail(CHOICE, author, file, row, right, found.is_settled(details))
    yield from asked_for(author, file, reading, words, given.whom, given.form)


def asked_for(author: str, file: str, reading: Reading, words: Words, whom: str, form: bool | None) -> Iterator[Mail]:
    """For whom, and whether in another form, as far as that is known."""
    intent = reading.intent
    if intent.wish is not Wish.REQUEST or not (whom or form is not None):
        return
    row = for_a_person.weighed(intent, what_is_said(reading.message, reading.details, words, POLICY))
    if whom:
        yield Mail(BEHALF, author, file, row, whom == BEHALF, bool(intent.on_behalf))
        yield Mail(SEVERAL, author, file, row, whom == SEVERAL, bool(intent.several_members))
    if form is not None:
        yield Mail(FORM, author, file, row, form, bool(intent.special_format))


def waiting(author: str, file: str, reading: Reading, words: Words, *, waits: bool) -> Mail:
    """Whether a person must look, though number and address are right: the rules say so for several reasons."""
    intent = reading.intent
    row = for_a_person.weighed(intent, what_is_said(reading.message, reading.details, words, POLICY))
    told = intent.wish is not Wish.REQUEST or intent.on_behalf or intent.several_members or intent.special_format
    return Mail(WAITS, author, file, row, waits, bool(told))


def is_theirs(label: Mapping[str, Any], register: Register) -> bool:
    """Whether number and postcode are those of one current member."""
    members = register.by_number(label["number"]) if label["number"] and label["postcode"] else ()
    return any(postcode_key(member.postcode) == postcode_key(label["postcode"]) and member.current for member in members)


def weights_of(given: Sequence[Mail]) -> Weights:
    """Plain small mails count twice for the form: most people's are such, and most authors' are about eyes and languages."""
    some = [*given, *(mail for mail in given if mail.question == FORM and mail.author == PLAIN)]
    return learned([mail.row for mail in some], [mail.right for mail in some], EASE)


def cross_validate(question: str, given: Sequence[Mail]) -> Iterator[str]:
    """What the weights learned from other authors change, and whether that is right: a line for each kind of mails."""
    authors = list(dict.fromkeys(mail.author for mail in given))
    chances: list[tuple[float, Mail]] = []
    for fold in range(FOLDS):
        left_out = frozenset(authors[fold::FOLDS])
        weights = weights_of([mail for mail in given if mail.author not in left_out])
        chances += [(weigh(mail.row, weights), mail) for mail in given if mail.author in left_out]
    low, high = BOUNDS[question]
    for kind in KINDS:
        here = [(chance, mail) for chance, mail in chances if mail.author.startswith(kind)]
        yield f"{question}, {kind or 'all'}: the rules let count {told_of(here, lambda _, mail: mail.counts)}; of these no longer"
        yield f"    {told_of(here, lambda chance, mail: mail.counts and chance < low)}"
        yield f"    and now do of the others {told_of(here, lambda chance, mail: not mail.counts and chance >= high)}"


def told_of(chances: Sequence[tuple[float, Mail]], which: Callable[[float, Mail], bool]) -> str:
    right = [mail.right for chance, mail in chances if which(chance, mail)]
    return f"{right.count(True)} that are right and {right.count(False)} that are not"


def by_question() -> dict[str, list[Mail]]:
    given = list(mails())
    return {question: [mail for mail in given if mail.question == question] for question in BOUNDS}


if __name__ == "__main__":
    learn_or_tell("Learn how people set numbers and places apart, and ask for others.", by_question, cross_validate, weights_of)
