"""A message that asks in, what else has to be known of the request out: whether several members ask, somebody for another, in a
special format, by post, or in an attachment.

`intent.py` tells the wish itself; the phrases stand in rules/intent.toml.
"""

from __future__ import annotations

import re

from swc_mailer.core.courtesies import WORD
from swc_mailer.core.model import Evidence
from swc_mailer.core.own_words import STRAIGHT
from swc_mailer.core.phrases import holding
from swc_mailer.core.said import Said

LINE_END = re.compile(r"(?<!\n)\n(?!\s*\n)")  # inside a paragraph
AROUND = 160  # of what is said around a place


def several_members(said: Said) -> tuple[Evidence, ...]:
    """Plain words, or two members' own numbers; a joint membership, or an old number beside the new, is one member's. That there
    are two tells nothing where the other wants none."""
    wants_none = said.all("not_several")
    several = strong_where(said, "several", unless=wants_none, but="not_several")
    if not several and len(said.details.number_values) > 1 and not (said.all("one_member") or wants_none):
        several = said.all("second_number")
    return () if several and said.all("one_membership") else several


def on_behalf(said: Said) -> tuple[Evidence, ...]:
    """For somebody else, whose the only number may be; a wish that is dictated is the member's own, and a member's who died is
    nobody's."""
    died = not said.all("own_membership") and said.find([entry for entry in said.entries("other") if entry.code == "died"])
    found = strong_where(said, "on_behalf", unless=not died and said.all("for_myself"), but="not_for_another")
    found += said.all("only_number", but="not_for_another") if len(said.details.number_values) == 1 else ()
    imagined = said.all("own_wish") and not said.all("for_myself") and said.all("own_idea")
    hers = (place for place in found if not names_the_writer(place, said) and not of_a_number_apart(place, said))
    return tuple(hers) or imagined or ()


def dictated(said: Said) -> tuple[Evidence, ...]:
    return strong_where(said, "own_wish", unless=said.all("own_idea"), but="own_idea")


IN_THE_NAME_OF = re.compile(r".*\bin the name of ((?:[\w'.-]+ ?){1,3})", re.IGNORECASE | re.DOTALL)
LONGEST_NAME = 40  # characters
THIRD_PERSON = re.compile(r"(?:(?:could|can|may|might|let) )?(?:mr|mrs|miss|ms|dr)\b\.? ([\w'-]+(?: [\w'-]+)?)", re.IGNORECASE)


def of_a_number_apart(place: Evidence, said: Said) -> bool:
    """ "My wife has hers (she is 7654321)", of who asks for herself: a number that does not count."""
    aside = (number.evidence for number in said.details.numbers if number.set_aside)
    return bool(said.all("for_myself")) and any(map(place.overlaps, aside))


def names_the_writer(place: Evidence, said: Said) -> bool:
    """ "Could Mr Green have the documents?", or "the membership stands in the name of Green", from Mr Green himself."""
    behind = said.part_of(place)[place.end : place.end + LONGEST_NAME]
    named = THIRD_PERSON.match(place.text) or IN_THE_NAME_OF.match(place.text + behind)
    names = {word.casefold() for sender in said.message.from_ for word in WORD.findall(f"{sender.name} {sender.local_part}")}
    called = WORD.findall(named[1].casefold()) if named else []
    return any(len(word) > 1 and word in names for word in called)


def special_format(said: Said) -> tuple[Evidence, ...]:
    """A wish that needs a person; who wants what everybody gets has none, whether blind or wrongly noted down."""
    ordinary = said.all("ordinary")
    if ordinary and speaks_against_a_form(said):
        return ()
    wished = strong_where(said, "format", unless=ordinary, but="not_format")
    if not (wished or ordinary) and said.all("reading_trouble", but="not_format"):
        wished = said.all("manner", but="not_format")
    return tuple(place for place in wished if not (declined(place, said) or in_a_detail(place, said)))


def in_a_detail(place: Evidence, said: Said) -> bool:
    """Weavers Point, 38 Rose Lane: a form of print only by the look of it."""
    return any(found.part == place.part and found.start <= place.start and place.end <= found.end for found in said.found)


def speaks_against_a_form(said: Said) -> bool:
    """ "I no longer need large print", or "I have 20/20 vision"; not only "I read the newspaper", which speaks of no form."""
    sees = said.find([entry for entry in said.entries("not_format") if entry.code == "sees_again"])
    tables = ("format", "reading_trouble")
    return bool(sees) or any(len(said.all(table, but="not_format")) < len(said.all(table)) for table in tables)


def declined(form: Evidence, said: Said) -> int:
    """ "You mention large print. I don't need that any more": how far behind the form it ends, where a word points back to it."""
    behind = around(form, said)[1]
    found = (entry.pattern.search(behind) for entry in holding(said.entries("declined"), behind))
    return max((match.end() for match in found if match), default=0)


def of_a_form(place: Evidence, said: Said) -> bool:
    """Whether what is refused is no more than the form that was mentioned before it."""
    forms = (form for form in said.all("format") if form.part == place.part and 0 <= place.start - form.end <= AROUND)
    return any(place.start - form.end < declined(form, said) for form in forms)


def strong_where(said: Said, table: str, *, unless: object, but: str = "") -> tuple[Evidence, ...]:
    """What the table finds; its weak entries tell nothing where there is what stands in `unless`."""
    found = said.all(table, but=but)
    if found and unless:
        return said.find([entry for entry in said.entries(table) if not entry.extra.get("weak")], but=but)
    return found


def in_attachment(said: Said) -> tuple[Evidence, ...]:
    """A picture that the text shows may be a logo: what was photographed is in it only where the writer says so."""
    if said.message.attachments:
        return said.all("attached", but="not_attached")
    if not any(part.media_type.startswith("image/") for part in said.message.structure):
        return ()
    return said.find([entry for entry in said.entries("attached") if entry.code == "pictured"], but="not_attached")


def around(place: Evidence, said: Said) -> tuple[str, str]:
    """What stands in front of a place in its part, and behind it."""
    text = said.part_of(place)
    before, behind = text[max(0, place.start - AROUND) : place.start], text[place.end : place.end + AROUND]
    return LINE_END.sub(" ", before.translate(STRAIGHT)), LINE_END.sub(" ", behind.translate(STRAIGHT))
