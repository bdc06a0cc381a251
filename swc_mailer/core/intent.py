"""A message and its details in, what the writer wants out, with the words that show it.

The writer's own words are searched for the phrases of rules/intent.toml; an ordered table of small rules then tells the wish.
A clear request wins over the opinion, complaint or question beside it; but who leaves, wants nothing or has the documents
asks for nothing, whatever details are given. What no rule knows is no request: a person looks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from swc_mailer.core.asking import FEW_WORDS
from swc_mailer.core.automatic import refers_to_ours
from swc_mailer.core.courtesies import only_courtesies
from swc_mailer.core.for_a_person import by_its_words
from swc_mailer.core.likely import BUSINESS, DOUBTS, LATER, NAMED, OTHER, RESPONDS, weighed
from swc_mailer.core.model import Details, Evidence, Intent, Message, Policy, Wish, Zone
from swc_mailer.core.naming import documents_of, may_be_asked_for
from swc_mailer.core.own_words import SENTENCE_END, Sentence, is_answer
from swc_mailer.core.particulars import (
    around,
    dictated,
    in_attachment,
    of_a_form,
    on_behalf,
    several_members,
    special_format,
    strong_where,
)
from swc_mailer.core.phrases import Phrase
from swc_mailer.core.said import Said, beyond_quotation_marks, first_phrase, what_is_said, with_her_own_mail
from swc_mailer.core.weighing import tells_most
from swc_mailer.core.words import Words

POINTS_TO_THEM = re.compile(r"\b(?:it|them|one|those|these|this|that|mine|sen[dt]|post)\b", re.IGNORECASE)
AS_SUBJECT = re.compile(r"(?:^|[.!?;]\s+|\b(?:and|but)\s+)(?:it|that|this|one)\s+\Z", re.IGNORECASE)
POSTED = re.compile(r"\b(?:post(?:ing|ed)?|stamps?|postage|paper|envelopes?|trees?)\b", re.IGNORECASE)
Rule = Callable[[Said], tuple[Evidence, ...] | None]  # None: the rule does not apply


def read_intent(message: Message, details: Details, words: Words, policy: Policy) -> Intent:
    """What the writer wants, and of a request what else has to be known."""
    said = weighed(what_is_said(message, details, words, policy))
    intent = wish_of(said)
    undecided = not intent.asked and intent.wish in (Wish.REQUEST, Wish.OTHER) and intent.kind in UNDECIDED
    if undecided and (more := with_her_own_mail(said)) is not said:
        said = weighed(more)
        intent = wish_of(said)
    if intent.wish is not Wish.REQUEST:
        return intent
    return by_its_words(with_particulars(intent, said), said)


def with_particulars(intent: Intent, said: Said) -> Intent:
    """What rules find of them."""
    return replace(
        intent,
        several_members=several_members(said),
        on_behalf=() if (wish := dictated(said)) else on_behalf(said),
        dictated=wish,
        special_format=special_format(said),
        in_attachment=in_attachment(said),
        other_attachment=bool(said.all("not_attached")),
        by_post=said.all("by_post", but="not_by_post"),
    )


NOTHING, ANOTHER_MATTER = "nothing that asks for it", "a question, a complaint or another matter"
UNDECIDED = ("", NOTHING, ANOTHER_MATTER)  # unless the writer asks in the mail of her own that she forwards


def wish_of(said: Said) -> Intent:
    for wish, rule, kind in WISHES:
        evidence = None if rule is waits_for_the_pack and said.likely >= SURELY else rule(said)
        if evidence is not None:
            asked = rule in IN_SO_MANY_WORDS or bool(rule in ASKED_BESIDE and ASKED_BESIDE[rule](said))
            return Intent(wish, tuple(dict.fromkeys(evidence)), asked, kind)
    return Intent(Wish.OTHER, kind=NOTHING)


# --- the wish ----------------------------------------------------------------------------------------------


def leaves(said: Said) -> tuple[Evidence, ...] | None:
    """Not: would leave, nearly left, may yet leave."""
    return beyond_quotation_marks(said.all("resignation", but="not_leaving"), said) or None


def asks_for_records(said: Said) -> tuple[Evidence, ...] | None:
    """For what the office holds about somebody, as the law has it: whatever else is asked for, a person must answer that."""
    return said.all("records") or None


def withdraws(said: Said) -> tuple[Evidence, ...] | None:
    """What is asked for behind it is asked for anew."""
    places = [place for place in taken_back(said) if not of_a_form(place, said)]
    return beyond_quotation_marks([place for place in places if not asks_behind(place, said)], said) or None


def taken_back(said: Said) -> Iterator[Evidence]:
    for entry in said.standing(said.entries("withdrawal")):
        for place in said.find([entry], but="not_withdrawn not_for_another"):
            of_another = of_post_alone(place, said) or (entry.extra.get("that") and of_something_else(place, said))
            if not of_another and can_take_back(entry, said):
                yield place


def of_something_else(place: Evidence, said: Said) -> bool:
    of_others = (
        corrects,
        comes_along,
        in_brackets_with_details,
        behind_no_number_of_ours,
        behind_an_old_place,
        behind_another_question,
    )
    return any(of(place, said) for of in of_others)


def behind_another_question(place: Evidence, said: Said) -> bool:
    """ "Do you still do the candle badge? No, never mind": what the question before it asks for is no document."""
    before = sentence_before(place, said)
    asked = before.text.rstrip() if before else ""
    return asked.endswith("?") and not (said.in_text("thing", asked) or POINTS_TO_THEM.search(asked))


def behind_no_number_of_ours(place: Evidence, said: Said) -> bool:
    """ "Heliport ref 2140227 means nothing to you so ignore that": a number of something else is not to be heeded."""
    others = [number.evidence for number in said.details.numbers if number.set_aside and number.evidence.part == place.part]
    between = [said.part_of(place)[other.end : place.start] for other in others if 0 <= place.start - other.end <= NEAR]
    return any(not SENTENCE_END.search(text) for text in between)


def behind_an_old_place(place: Evidence, said: Said) -> bool:
    """ "If you have me down as 6 Rose Lane, LS6 2AB, rub it out; I am at 12 Mill Lane": of two places one is not to be heeded,
    and one that does not count."""
    addresses = [address for address in said.details.addresses if address.evidence.part == place.part]
    old = addresses if len(addresses) > 1 else [address for address in addresses if address.set_aside]
    ends = (address.evidence.end for address in old)
    between = [said.part_of(place)[end : place.start] for end in ends if 0 <= place.start - end <= FAR_BEHIND]
    return any(not SENTENCE_END.search(text) for text in between)


def in_brackets_with_details(place: Evidence, said: Said) -> bool:
    """ "(The union has me as 7654321, ignore that.)": it is the number in the brackets that is not to be heeded."""
    text = said.part_of(place)
    begin = text.rfind("(", 0, place.start)
    return begin > text.rfind(")", 0, place.start) and any(
        detail.part == place.part and begin < detail.start < place.start for detail in said.found
    )


def can_take_back(entry: Phrase, said: Said) -> bool:
    """A letter may go because another mends it; and where nothing was asked for, nothing is taken back by a hint."""
    if entry.extra.get("uncorrected") and said.all("corrected"):
        return False
    doubted = answers(said) and DOUBTS in said.signs and not said.all("thanks")
    asked_before = said.all("told") or doubted or ("answering" in entry.extra and asked_for_details(said))
    return not entry.extra.get("asked") or bool(asked_before) or any(said.asking())


def asks_behind(place: Evidence, said: Said) -> bool:
    text = [asked for asked in said.asking(but="told asks_not") if asked.part == "text"]
    return any(place.part != "text" or asked.start >= place.end for asked in text)


def corrects(place: Evidence, said: Said) -> bool:
    """ "1234567, scrap that, 7654321": between two numbers, or addresses, stands what takes back the first; the second number may
    come later."""
    found = [detail for detail in said.found if detail.part == place.part]
    numbers = [number.evidence for number in said.details.numbers]
    before = [detail for detail in found if 0 <= place.start - detail.end <= NEAR]
    behind = [detail for detail in found if detail.start >= place.end]
    if behind and BROKEN_OFF.search(said.part_of(place)[max(0, place.start - NEAR) : place.start]):
        return True
    later = any(detail in numbers for detail in before) and any(detail in numbers for detail in behind)
    return bool(before) and (later or any(detail.start - place.end <= NEAR for detail in behind))


def comes_along(place: Evidence, said: Said) -> bool:
    """ "My office adds a card to all I send, ignore it": what is to be ignored comes with the mail by itself."""
    return said.in_text("comes_along", around(place, said)[0])


def wants_nothing(said: Said) -> tuple[Evidence, ...] | None:
    """Who wants nothing and then asks for the documents wants nothing else."""
    of_all = [place for entry in said.standing(said.entries("refusal")) for place in refused(entry, said)]
    return beyond_quotation_marks([place for place in of_all if not of_a_form(place, said)], said) or None


def refused(entry: Phrase, said: Said) -> Iterator[Evidence]:
    """Not what others say: "My husband is of the opinion that we don't want them. I am the member; send them, please." """
    in_her_own_name = said.find([entry], but="reported")
    for place in said.find([entry], but="not_refused"):
        weak = entry.extra.get("vague") or place not in in_her_own_name
        if not (weak and asks_behind(place, said)) and not of_post_alone(place, said):
            yield place


def of_post_alone(place: Evidence, said: Said) -> bool:
    """ "Could you email me the documents? No need to post anything": who asks for them by email takes nothing back."""
    asks_elsewhere = any(asked.part != place.part or asked.end <= place.start or asked.start >= place.end for asked in said.asked)
    return bool(asks_elsewhere and POSTED.search(place.text) and said.all("by_email"))


def waits_for_the_pack(said: Said) -> tuple[Evidence, ...] | None:
    """What has not come is the pack, not a magazine or a card, and was asked for: who has not had them and asks has perhaps not
    asked before."""
    if not said.all("never_arrived", but="not_the_pack") or said.all("first_asking"):
        return None
    asks_anew = asks(said) and not said.all("told")
    places = strong_where(said, "never_arrived", unless=asks_anew, but="not_the_pack")
    return tuple(place for place in places if not of_what_was_told_before(place, said)) or None


def of_what_was_told_before(place: Evidence, said: Said) -> bool:
    """ "You said that a new card was on its way. It hasn't come": what has not come is what the sentence before speaks of."""
    before = sentence_before(place, said)
    if not before or not AS_SUBJECT.search(said.part_of(place)[: place.start]):
        return False
    of_another = any(first_phrase(before, said.entries("not_the_pack"), ()))
    return of_another and not said.in_text("thing", before.text)


def asks(said: Said) -> tuple[Evidence, ...] | None:
    """In words of asking, and likely for the documents: members write to us for many things, and of many."""
    least = enough(said)
    if answers(said):
        least = 0.0 if said.other_words() <= BRIEF else min(least, LIKELY_IN_AN_ANSWER)
    return said.asked or None if said.likely >= least else None


def may_never_ask(said: Said) -> tuple[Evidence, ...] | None:
    """On a condition that a person must answer, or not yet: what is asked for beside it is not wanted now. "Before I decide",
    says a subject, and the text asks: that is no condition."""
    places = said.all("not_now")
    if not places or (all(place.part == "subject" for place in places) and asks(said)):
        return None
    return places


def answers_a_form(said: Said) -> tuple[Evidence, ...] | None:
    """ "What would you like? The consultation documents." """
    documents = documents_of(said)
    for question, answer in pairwise(said.sentences):
        if any(first_phrase(question, said.entries("form_question"), ())):
            return tuple(first_phrase(answer, documents, said.entries("not_asking"))) or None
    return None


def answers_our_question(said: Said) -> tuple[Evidence, ...] | None:
    """Gives what we asked for, or says that it cannot be given; the request goes on, unless much is said beside it that is unlike
    a request: that the documents have come meanwhile."""
    if not asked_for_details(said) or (said.other_words() > MANY_WORDS and said.likely < LIKELY_IN_A_LONG_ANSWER):
        return None
    return said.said_here or said.all("answer") or None


def only_thanks(said: Said) -> tuple[Evidence, ...] | None:
    """Thanks for what came, in few words; with details beside it, only where the writer says that it came."""
    thanks, received = said.all("thanks"), said.all("received")
    most = MOST_THANKS if received and thanks else MOST_WORDS if received or answers(said) else FEW_WORDS
    if not (received or thanks) or said.other_words() > most:
        return None
    if said.said_here and not strong_where(said, "received", unless=True):
        return None
    questions = any("?" in sentence.text for sentence in said.sentences)
    business = any(place.part == "text" for place in said.signs.get(BUSINESS, ()))  # the magazine goes to a new address
    more = said.asked or business or not said.signs.keys().isdisjoint((RESPONDS, OTHER))
    if questions or more or any(rule(said) for rule in (in_attachment, wants_to_take_part, answers_us)):
        return None
    return thanks + received


def wants_to_take_part(said: Said) -> tuple[Evidence, ...] | None:
    brief = said.other_words() <= BRIEF
    return said.all("joins") or None if (brief or not_unlike(said)) and not on_other_business(said) else None


def not_unlike(said: Said) -> bool:
    """Whether the words are not unlike a request's; of many words that says less."""
    return said.likely >= (UNLIKELY if said.other_words() <= MOST_WORDS else LIKELY_WHERE_ASKED)


def on_other_business(said: Said) -> tuple[Evidence, ...] | None:
    """Where nothing names the consultation."""
    return None if NAMED in said.signs else said.signs.get(BUSINESS)


def sign(name: str) -> Rule:
    """What was found when the mail was weighed."""
    return lambda said: said.signs.get(name)


def answers_us(said: Said) -> tuple[Evidence, ...] | None:
    """ "Here are my details": for our records, perhaps, or for a magazine."""
    return said.all("answer") or None if answers(said) or not_unlike(said) else None


NEAR = 80  # characters
FAR_BEHIND = 120  # characters: that is where I was until Saturday and nothing sent there will reach me now, so forget it
BROKEN_OFF = re.compile(r"\d ?(?:\.{2,}|…|[-–—])\W*(?:(?:no|oh|sorry|wait)\b\W*)*\Z", re.IGNORECASE)  # 5 8 0 3... no, scrap that
MOST_THANKS = 60  # words of who says that it came, and thanks
MOST_WORDS = 40  # beside the details: who writes more says what it is about
ONE_OR_TWO = 2  # "docs?"
# How likely a request must be by its words: where a phrase asks, and hardly anything else is said; where a detail is missing, so
# that only a question goes out; where a phrase asks for the documents by name, and by no name; where one asks by name beside
# other business, or the consultation is named; anywhere else; in few words that ask for nothing; and beside other business.
# Measured: docs/architecture.md
LIKELY_IN_BRIEF, LIKELY_WHERE_MISSING, LIKELY_WHERE_ASKED_BY_NAME, LIKELY_WHERE_ASKED = 0.1, 0.2, 0.27, 0.45
LIKELY_WHERE_NAMED, LIKELY, LIKELY_IN_FEW_WORDS, LIKELY_BESIDE_BUSINESS = 0.45, 0.5, 0.6, 0.8
LIKELY_WHERE_NOTHING_IS_GIVEN = 0.3  # nor a phrase asks; only a question goes out
LIKELY_WHERE_COMPLETE = 0.3  # with one number and one full address, and nothing found that speaks against it
AGAINST = frozenset({DOUBTS, RESPONDS, LATER, OTHER})
LIKELY_BY_NO_NAME = 0.8  # where a detail is missing, and nothing is named that may be asked for
SURELY = 0.97  # so that what seems not to have come is something else
LIKELY_IN_AN_ANSWER, LIKELY_IN_A_LONG_ANSWER = 0.2, 0.15  # to our question
MANY_WORDS = 35  # beside the details of an answer
UNLIKELY = 0.12  # of who gives details "as asked", or wants to take part
BRIEF = 18  # words beside the details


def weighs_as_one(said: Said) -> tuple[Evidence, ...] | None:
    """Its words are those of people who ask."""
    unnamed = said.details.missing and not may_be_asked_for(said)
    if said.likely < (LIKELY_BY_NO_NAME if unnamed else enough(said)):
        return None
    sentence = said.sentences[tells_most(said.wording, said.words.learned.request)]
    return (sentence.evidence(0, len(sentence.text)),)


def enough(said: Said) -> float:
    """How likely a request must be. Who gives all that the notice asks for, and tells more beside it that does not speak against
    one, mostly asks."""
    given = said.details
    complete = len(given.number_values) == len(given.full_addresses) == 1 and said.other_words() > BRIEF
    mostly = complete and said.signs.keys().isdisjoint(AGAINST)
    return min(enough_beside(said), LIKELY_WHERE_COMPLETE) if mostly else enough_beside(said)


def enough_beside(said: Said) -> float:
    """As `enough`, whatever details are given: who asks for the documents in few words asks for them, or who does so twice."""
    by_name = [place for place in said.asked if said.in_text("named", place.text)]
    plain = said.asked and not on_other_business(said)
    if plain and said.other_words() <= BRIEF:
        return 0.0 if by_name else LIKELY_IN_BRIEF
    if plain and sum(place.part == "text" for place in by_name) > 1:
        return LIKELY_IN_BRIEF
    if said.details.missing:
        if said.asked or said.given:
            return LIKELY_WHERE_MISSING
        return LIKELY_WHERE_NOTHING_IS_GIVEN if said.other_words() > BRIEF else LIKELY
    if plain:
        return LIKELY_WHERE_ASKED_BY_NAME if by_name else LIKELY_WHERE_ASKED
    named = bool(by_name) or NAMED in said.signs
    if BUSINESS in said.signs and not named:
        return LIKELY_BESIDE_BUSINESS
    if not said.asked and said.other_words() <= BRIEF:
        return LIKELY_IN_FEW_WORDS
    return LIKELY_WHERE_NAMED if named else LIKELY


def gives_details(said: Said) -> tuple[Evidence, ...] | None:
    """Holds nothing but the details and courtesies, or answers us with them, and says beside them nothing that is unlike a
    request."""
    if not said.said_here:
        return None
    if answers(said):
        brief = said.other_words() <= BRIEF
        return said.said_here if brief or (said.other_words() <= MOST_WORDS and said.likely >= UNLIKELY) else None
    return said.said_here if only_courtesies(said) else None


def sends_a_file(said: Said) -> tuple[Evidence, ...] | None:
    return in_attachment(said) or None if said.other_words() <= MOST_WORDS else None


def names_it(said: Said) -> tuple[Evidence, ...] | None:
    """Nothing but the consultation's name, as in a mail that has only a subject."""
    words = said.other_words()
    asks_more = words > ONE_OR_TWO and any("?" in sentence.text for sentence in said.sentences)
    return said.all("topic") or None if words <= FEW_WORDS and not asks_more else None


WISHES: tuple[tuple[Wish, Rule, str], ...] = (
    (Wish.OTHER, leaves, "somebody who leaves"),
    (Wish.OTHER, asks_for_records, "somebody who asks for what is held about him or her"),
    (Wish.WITHDRAWAL, withdraws, ""),
    (Wish.OTHER, wants_nothing, "somebody who wants nothing sent, or has it already"),
    (Wish.NEVER_ARRIVED, waits_for_the_pack, ""),
    (Wish.OTHER, may_never_ask, "somebody who may ask later, or asks on a condition"),
    (Wish.REQUEST, asks, ""),
    (Wish.REQUEST, answers_a_form, ""),
    (Wish.REQUEST, answers_our_question, ""),
    (Wish.THANKS, only_thanks, ""),
    (Wish.REQUEST, weighs_as_one, ""),
    (Wish.OTHER, sign(DOUBTS), "somebody who seems to decline, to have them already, or to be after something else"),
    (Wish.OTHER, sign(RESPONDS), "an opinion or a response to the consultation"),
    (Wish.REQUEST, wants_to_take_part, ""),
    (Wish.OTHER, sign(LATER), "somebody who may ask later"),
    (Wish.OTHER, on_other_business, "somebody who writes about other business of the office"),
    (Wish.OTHER, sign(OTHER), ANOTHER_MATTER),
    (Wish.REQUEST, answers_us, ""),
    (Wish.REQUEST, gives_details, ""),
    (Wish.REQUEST, sends_a_file, ""),
    (Wish.REQUEST, names_it, ""),
)
IN_SO_MANY_WORDS = (asks, answers_a_form, wants_to_take_part, answers_us)
ASKED_BESIDE: Mapping[Rule, Rule] = {answers_our_question: answers_us, waits_for_the_pack: asks}


# --- the pieces that rules share ---------------------------------------------------------------------------


def sentence_before(place: Evidence, said: Said) -> Sentence | None:
    """The one in front of a place's own, in the same part."""
    before = [each for each in said.sentences if each.part.name == place.part and each.places[-1] < place.start]
    return before[-1] if before else None


def answers(said: Said) -> bool:
    return is_answer(said.message) or refers_to_ours(said.message, said.policy)


def asked_for_details(said: Said) -> bool:
    """Whether the message answers a question of ours for details, as its subject or our quoted words show; not what brought the
    pack."""
    ours = [section.text[:ASKED_IN] for section in said.message.sections if section.zone is Zone.OURS]
    if any(said.in_text("our_pack", text) for text in ours):
        return False
    if is_answer(said.message):
        ours.append(said.message.subject)
    return any(said.in_text("our_question", text) for text in ours)


ASKED_IN = 1500  # characters of what we wrote
