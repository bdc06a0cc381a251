"""A message that asks in, whether by its words a person must see to it out: for it asks for somebody else, for several members,
or for another form of the documents; or for another reason, of which there are more than rules know: not yet, only if, once more.

"Dad's eyes are bad, so here I am: his number is 1234567", "one each please, Tom is 2345678" and "the lady with the nice voice
used to read me the magazine" are said in more ways than the phrases of `particulars.py` know. How likely each is, is weighed by
the words around numbers and addresses, and by what the rules found: these may miss it, or hear it where it is not said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from swc_mailer.core.model import Evidence, Intent
from swc_mailer.core.said import Said
from swc_mailer.core.surroundings import amounts, marked_of_herself, marks_of
from swc_mailer.core.weighing import Amounts, tells_most, weigh
from swc_mailer.core.words import Weights

# How likely it must be where no rule tells it, and how unlikely where one does. Measured: docs/architecture.md
LIKELY, DISBELIEVED = 0.85, 0.01
LIKELY_A_FORM = 0.6  # which the rules mostly tell
WAITS = 0.93  # and for whatever reason
NOTHING_ELSE = 5  # words beside the details: a name, and the documents, please
# What tells that one member asks for herself.
OF_ONE = ("for_myself", "one_member", "one_membership", "own_membership", "own_idea")


def by_its_words(intent: Intent, said: Said) -> Intent:
    """Another's wish is not heard where the member says it and another writes it down. What rules tell of a form is believed, and
    of several members where their one membership is joint."""
    found, learned = weighed(intent, said), said.words.learned
    return replace(
        intent,
        on_behalf=_believed(intent.on_behalf, weigh(found, learned.behalf), learned.behalf, said, intent),
        several_members=intent.several_members
        if _is_joint(said)
        else _believed(intent.several_members, weigh(found, learned.several), learned.several, said, intent),
        special_format=intent.special_format or _told(weigh(found, learned.form), learned.form, said, LIKELY_A_FORM),
        needs_a_person=_told(weigh(found, learned.waits), learned.waits, said, WAITS),
    )


def _is_joint(said: Said) -> bool:
    """One number of a membership that is called joint."""
    return len(said.details.number_values) == 1 and bool(said.all("one_membership"))


def _believed(places: tuple[Evidence, ...], chance: float, weights: Weights, said: Said, intent: Intent) -> tuple[Evidence, ...]:
    if places:
        learned_from_such = said.details.number_values and said.details.full_addresses
        return () if chance < DISBELIEVED and learned_from_such else places
    return () if intent.dictated else _told(chance, weights, said)


def _told(chance: float, weights: Weights, said: Said, enough: float = LIKELY) -> tuple[Evidence, ...]:
    """The sentence that tells it, where it is likely; nothing is told in a few words."""
    if chance < enough or not said.sentences or said.other_words() <= NOTHING_ELSE:
        return ()
    sentence = said.sentences[tells_most([each.text for each in said.sentences], weights)]
    return (sentence.evidence(0, len(sentence.text)),)


def weighed(intent: Intent, said: Said) -> Amounts:
    return amounts(marked_of_herself(said.message, marks_of(said.details)), _signs(intent, said))


def _signs(intent: Intent, said: Said) -> Iterator[str]:
    """What the rules found."""
    found = {
        "on behalf": intent.on_behalf,
        "several": intent.several_members,
        "dictated": intent.dictated,
        "form": intent.special_format,
    }
    yield from (name for name, places in found.items() if places)
    yield from (table for table in OF_ONE if said.all(table))
    yield f"numbers: {min(len({number.value for number in said.details.numbers}), 3)}"
    yield f"addresses: {min(sum(address.full for address in said.details.addresses), 3)}"
