"""Whether a mail is written by the member whose number it gives."""

from __future__ import annotations

from dataclasses import replace

import pytest

from swc_mailer.core.decide import decide, decide_typed_in
from swc_mailer.core.model import Case, Details, Evidence, Member, Pack, Policy, Review
from swc_mailer.core.places import vocabulary
from swc_mailer.core.register import MemoryRegister
from swc_mailer.core.typed_in import PART
from swc_mailer.core.whose_name import as_of_herself, name_of_another, names_of, signed_by_another
from swc_mailer.core.words import Words
from tests.core.good_case import ANN, good_case, number
from tests.core.mails import read

SHEILA = Member("1234567", "Sheila Tillotson", ("12 Station Road", "Leeds"), "LS6 2AB", "", "current", True)


def name_told(member: str, sender: str, text: str, words: Words) -> str:
    message = read(f"From: {sender}\nSubject: Documents\n\n{text}")
    return name_of_another(replace(SHEILA, name=member), message, vocabulary(words))


@pytest.mark.parametrize(
    ("member", "sender", "text"),
    [
        ("Sheila Tillotson", "Geoffrey Tillotson <g@example.org>", "Send them to me.\n\nG. Tillotson"),
        ("Sheila Tillotson", "Geoffrey Tillotson <g@example.org>", "My wife Sheila is a member.\n\nGeoffrey"),
        ("Donald MacKay", "Fiona MacAoidh <f@example.org>", "Please send it."),
        ("P O'Leary", "Pearl Osborne <p@example.org>", "Please send it."),
        ("P Osborne", "Pádraig Ó Laoire <p@example.org>", "Please send it."),
        ("Mrs Sheila Tillotson", "GT <g@example.org>", "Send them to Geoffrey Tillotson, please."),
        ("Sheila Tillotson", "Bob Sample <bob@example.org>", "Number 1234567, please send it."),
        ("Dr M Okafor", "Bob Sample <bob@example.org>", "Number 1234567, please send it."),
        ("Mr Leonard Abbey", "Constance Abbey <connie@example.org>", "The documents, please.\n\nConstance Abbey"),
    ],
)
def test_another_person_is_told_by_the_name(member: str, sender: str, text: str, words: Words) -> None:
    assert name_told(member, sender, text, words)


@pytest.mark.parametrize(
    ("member", "sender", "text"),
    [
        ("Sheila Tillotson", "Sheila Tillotson <s@example.org>", "Please send it."),
        ("Sheila Tillotson", "S Tillotson <s@example.org>", "Please send it."),
        ("Sheila Tillotson", "Geoffrey Tillotson <g@example.org>", "Please send it.\n\nSheila"),
        ("Sheila Tillotson", "Geoffrey Tillotson <g@example.org>", "This is Sheila Tillotson, on my husband's computer."),
        ("Sheila Tillotson", "Geoff & Sheila <g@example.org>", "Please send it."),
        ("Elizabeth Thwaite", "Beth Thwaite <b@example.org>", "Please send it."),
        ("Alexander Mutch", "Eck Mutch <e@example.org>", "Please send it."),  # no first name that we know
        ("Fiachra O'Meara", "Fiachra Ó Meára <f@example.org>", "Please send it."),
        ("P O'Leary", "Pádraig Ó Laoire <p@example.org>", "Please send it."),
        ("Mrs D MacGiolla", "Dympna Mac Giolla <d@example.org>", "Please send it."),
        ("Jordan Sleightholm", "jordan sleightholme <j@example.org>", "please send it"),
        ("Ann Married", "Ann Maiden <a@example.org>", "Please send it."),
        ("Sheila Tillotson", "Bob Sample <bob@example.org>", "Please send it.\n\nSheila Tillotson"),
        ("Sheila Tillotson", "Bob Sample <tillotson@example.org>", "Please send it."),
        ("Sheila Tillotson", "<info@example.org>", "1234567, 12 Station Road"),  # no name at all
        ("Sheila Tillotson", "Reception <info@example.org>", "1234567, 12 Station Road"),
        ("Donald MacKay", "Dòmhnall MacAoidh <d@example.org>", "Please send it."),
        ("Madonna", "Bob Sample <bob@example.org>", "Please send it."),
        ("Annette Crabtree", "Nettie Crabtree <n@example.org>", "The documents, please.\n\nNettie Crabtree"),
        ("Jeannette Crabtree", "Nettie Crabtree <n@example.org>", "The documents, please.\n\nNettie Crabtree"),
        ("Matilda Ashdown", "Tilly Ashdown <t@example.org>", "The documents, please.\n\nTilly"),
        ("Ieuan Cadwallader", "John Cadwallader <j@example.org>", "The documents, please.\n\nJohn"),
    ],
)
def test_who_may_be_the_member_is_not_doubted(member: str, sender: str, text: str, words: Words) -> None:
    assert name_told(member, sender, text, words) == ""


@pytest.fixture
def others(words: Words, policy: Policy) -> Case:
    """Everything matches, but Ann Example writes and the member is called otherwise."""
    return good_case(words, policy, MemoryRegister((replace(ANN, name="Bob Tillotson"),)))


def test_a_member_of_another_name_waits_for_a_person_with_both_names(others: Case) -> None:
    decision = decide(others)

    assert isinstance(decision, Review)
    assert decision.reasons[0].facts == {"evidence": "the member is Bob Tillotson, and Ann Example writes"}


def test_what_staff_type_in_is_not_asked_for_its_writer_s_name(others: Case) -> None:
    typed = replace(number(ANN.number), evidence=replace(number(ANN.number).evidence, part=PART))

    assert isinstance(decide_typed_in(replace(others, details=Details((typed,), others.details.addresses))), Pack)


@pytest.mark.parametrize(
    ("sender", "text", "another"),
    [
        ("Bob Sample", "Documents for Mrs Tillotson at number 9, please.\n\nBob", True),
        ("Bob Sample", "Documents for Sheila Tillotson\n\nBob Sample", True),
        ("Bob Sample", "Documents please.\n\nSheila Tillotson", False),  # she borrows his mailbox
        ("Bob Sample", "Documents please, to Sheila Tillotson.", False),  # not signed
        ("Sandy Sample", "Documents for Tillotson.\n\nSandy", False),  # may be hers: a short name of Sheila, for all we know
        ("Shelia Tilotson", "Documents please.\n\nShelia", False),
        ("Contact form", "Documents for Sheila Tillotson", False),
        ("Geoffrey Tillotson", "Documents on Sheila Tillotson's membership.\n\nGeoffrey", True),
        ("Geoffrey Tillotson", "Documents please.\n\nGeoffrey and Sheila", False),
        ("Geoffrey Tillotson", "Documents please.\n\nTillotson", False),
        ("Bunty Tillotson", "Documents please.\n\nBunty", False),  # no first name that we know
        ("Bunty Tillotson", "His card is here: Sheila Tillotson 1234567.\n\nBunty Kay Tillotson", True),
        ("Bunty Tillotson", "In my baptismal name I am Sheila Tillotson.\n\nBunty Tillotson", False),
        ("Bob Sample", "Documents for Sheila Tillotson\n\nB Sample", True),
        ("Bob Sample", "Could you send the documents to Sheila Tillotson? Bob Sample", True),  # all in one line
        ("Geoffrey Marsh-Tillotson", "Documents for Sheila.\n\nGeoffrey Marsh-Tillotson", True),
    ],
)
def test_who_signs_with_the_sender_s_name_writes(sender: str, text: str, another: bool, words: Words) -> None:
    message = read(f"From: {sender} <x@example.org>\nSubject: Documents\n\n{text}")

    assert bool(signed_by_another(SHEILA, message, vocabulary(words))) is another


@pytest.mark.parametrize(
    ("sender", "text", "expected"),
    [
        ("Ann Example <ann@example.org>", "Documents for Ann Example, please", "Documents for me, please"),
        ("Ann Example <ann@example.org>", "Documents for Miss A. Example of York", "Documents for me of York"),
        ("Ann Example <ann@example.org>", "Documents for Len Example", "Documents for Len Example"),
        ("Ann Example <ann@example.org>", "Documents for Amnesty", "Documents for Amnesty"),
        ("A Example <ann@example.org>", "Documents to Ann Example", "Documents to me"),
        ("a.example@example.org", "Documents for Ann Example", "Documents for me"),
    ],
)
def test_what_is_for_the_writer_by_name_is_for_herself(sender: str, text: str, expected: str) -> None:
    message = read(f"From: {sender}\nSubject: Documents\n\n{text}")

    assert as_of_herself(text, names_of(message)) == expected


def test_either_of_a_couple_may_write(words: Words) -> None:
    couple = replace(SHEILA, name="Mr & Mrs S Tillotson")
    message = read("From: Geoffrey Tillotson <x@example.org>\nSubject: Documents\n\nDocuments please.\n\nGeoffrey")

    assert signed_by_another(couple, message, vocabulary(words)) == ""


def test_who_writes_down_what_the_member_says_may_sign(words: Words, policy: Policy) -> None:
    message = read("From: Bob Sample <bob@example.org>\nSubject: Documents\n\nFor Sheila Tillotson.\n\nBob")
    case = replace(good_case(words, policy, MemoryRegister((replace(ANN, name="Sheila Tillotson"),))), message=message)
    dictated = replace(case, intent=replace(case.intent, dictated=(Evidence("text", 0, 3, "For"),)))

    assert [reason.code for reason in decide(case).reasons] == ["on_behalf"]
    assert isinstance(decide(dictated), Pack)
