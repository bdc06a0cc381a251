"""Which of several numbers or addresses counts, where the text does not say and the register does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from swc_mailer.core.choice import fit
from swc_mailer.core.decide import decide
from swc_mailer.core.model import History, Member, Pack, Policy
from swc_mailer.core.reading import read
from swc_mailer.core.record import details_from, details_record
from swc_mailer.core.register import MemoryRegister
from swc_mailer.core.words import Words
from tests.core.good_case import ANN, IN_TIME

BEA = Member("7654321", "Bea Example", ("12 Station Road", "Leeds"), "LS6 2AB", "", "current", True)
LEN = Member("2222222", "Len Lapsed", ("12 Station Road", "Leeds"), "LS6 2AB", "", "lapsed", False)
REGISTER = MemoryRegister((ANN, BEA, LEN))
HOME = "12 Station Road, Leeds LS6 2AB"
HALVES = "First half of my membership: 1234. Second half: 567, no gap."

Decided = Callable[[str], str]


@pytest.fixture
def decided(words: Words, policy: Policy) -> Decided:
    """What becomes of a text by Ann Example: "pack", or the first reason for anything else."""

    def decide_(text: str) -> str:
        mail = f"From: Ann Example <ann@example.org>\nSubject: Consultation\n\nPlease send me the documents.\n{text}".encode()
        reading = read(mail, received=IN_TIME, policy=policy, words=words)
        decision = decide(reading.case(History(), register=REGISTER, policy=policy, words=words))
        return "pack" if isinstance(decision, Pack) else decision.reasons[0].code

    return decide_


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"SCT 1234567\n{HOME}", "pack"),
        (f"My father's is thwaite 1234567, ask him.\n{HOME}", "pack"),
        (f"I cannot read my own card, but my granddaughter makes it 1234567.\n{HOME}", "pack"),
        (f"I cannot read my own card, but my granddaughter makes it 7654321.\n{HOME}", "number_missing"),
        (f"SCT 8120041\n{HOME}", "number_missing"),
        ("SCT 1234567\n14 Station Road, Leeds LS6 2AB", "number_missing"),
        ("SCT 1234567", "number_missing"),
        (f"Locker 1234567\n{HOME}", "pack"),
        (f"student at the uni number 1234567\n{HOME}", "pack"),
        (f"At work I go by staff no. 1234567\n{HOME}", "pack"),
        (f"At work I go by staff no. 1234576\n{HOME}", "number_missing"),
        (f"For Amnesty I have 1, double 2... no: 1234, then 567.\n{HOME}", "pack"),
        (f"Phone 01632 960123/1234567\n{HOME}", "pack"),
        (f"My card is lost, the wrapper says A/1234567/0315/UKQ2.\n{HOME}", "pack"),
        (f"My card is lost, the wrapper says A/1234576/0315/UKQ2.\n{HOME}", "number_missing"),
        # as it is said, and in parts
        (f"You have me as one, two, three, four, five, six, seven.\n{HOME}", "pack"),
        (f"It is 1-double 2-double 3-4-5.\n{HOME}", "number_missing"),
        (f"It is 1-double 2-double 3-4-5, off the wrapper.\n{HOME}", "number_unknown"),
        (f"The first three figures are 123 and the last four are 4567.\n{HOME}", "pack"),
        (f"The first three figures are 123 and the last four are 4576.\n{HOME}", "number_missing"),
        (f"Membership: 1, 2, 3, then 4567. All run together.\n{HOME}", "pack"),
        (f"Number: 123 (you have that?) 4567. One-two-three, four-five-six-seven.\n{HOME}", "pack"),
        (f"You have 1,234,567 supporters, I read.\n{HOME}", "number_missing"),
        (
            f"There were 123 of us{', and it rained all day as it will in Leeds' * 2}, and 4567 came later.\n{HOME}",
            "number_missing",
        ),
        (
            f"{HALVES} The street is Station Road, it is number 12. Then Leeds. Then LS6 2AB.",
            "pack",
        ),
        (
            f"{HALVES} The street is Station Road, it is number 21. Then Leeds. Then LS6 2AB.",
            "number_missing",
        ),
        # whose it is, the text tells
        (f"My sister Bea is 7654321, but my own card is lost.\n{HOME}", "number_missing"),
        (f"My sister Bea is seven, six, five, four, three, two, one, but my own card is lost.\n{HOME}", "number_missing"),
    ],
)
def test_a_number_that_was_taken_for_one_of_another_kind_counts_with_its_address(
    text: str, expected: str, decided: Decided
) -> None:
    assert decided(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Number 1234567. We served 8120041 dinners last year.\n{HOME}", "pack"),
        (f"I am 1234567, {HOME}. My last boat was no. 8000417.", "pack"),
        (f"Member 1234567, at {HOME}, and 8120041 is painted on the gate.", "pack"),
        (f"Number 2222222. We served 8120041 dinners last year.\n{HOME}", "not_current"),
        # the register has none of them, or both, or not with this address
        (f"Number 8234560. We served 8120041 dinners last year.\n{HOME}", "several_numbers"),
        (f"1234567\n7654321\n{HOME}", "several_numbers"),
        ("1234567\n8120041\n14 Station Road, Leeds LS6 2AB", "several_numbers"),
        # there may be doubt, or a slip, or a list
        (f"The card says 1234567, the letter 8120041, I cannot tell which.\n{HOME}", "several_numbers"),
        (f"Either 1234567 or 8120041.\n{HOME}", "several_numbers"),
        (f"1234567\n1234576\n{HOME}", "several_numbers"),
        (f"1234567\n8120041\n8220041\n8320041\n{HOME}", "several_numbers"),
        # there is no address to go by
        ("1234567\n8120041", "address_missing"),
    ],
)
def test_of_several_numbers_the_one_that_the_register_has_with_the_address_counts(
    text: str, expected: str, decided: Decided
) -> None:
    assert decided(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"My number is 1234567, I live at {HOME}.\n\nAnn Example\n3 Mill Lane, Leeds LS7 3AA", "pack"),
        (f"My number is 1234567, I live at {HOME}.\n\nAnn\n3 Mill Lane, Leeds LS7 3AA", "pack"),
        (f"Number 1234567.\n\nAnn Example\n{HOME}\n\nA\n\nCorner Coffee | 3 Mill Lane, Leeds LS7 3AA", "pack"),
        (f"Number 1234567.\n\nAnn Example\n{HOME}\n\nA.E.\n3 Mill Lane, Leeds LS7 3AA", "pack"),
        (f"Number 1234567.\n\nAnn Example\n3 Mill Lane, Leeds LS7 3AA\n\nA\n\n{HOME}", "several_addresses"),
        # the member's own stands below, or both do
        (f"My number is 1234567, I live at 3 Mill Lane, Leeds LS7 3AA.\n\nAnn Example\n{HOME}", "several_addresses"),
        (f"My number is 1234567.\n\nAnn Example\n{HOME}\n3 Mill Lane, Leeds LS7 3AA", "several_addresses"),
        # the writer names another place without a name above it
        (f"My number is 1234567, I live at {HOME}.\n\nOr\n3 Mill Lane, Leeds LS7 3AA", "several_addresses"),
    ],
)
def test_an_address_below_the_name_gives_way_to_the_member_s_own_above(text: str, expected: str, decided: Decided) -> None:
    assert decided(text) == expected


def test_of_two_members_at_one_address_the_writer_s_name_tells_which_she_is(words: Words, policy: Policy) -> None:
    mail = f"From: Ann Example <ann@example.org>\n\nBea's is 7654321, mine 1234567. {HOME}".encode()
    reading = read(mail, received=IN_TIME, policy=policy, words=words)
    alike = MemoryRegister((replace(ANN, name="A Example"), replace(BEA, name="A M Example")))

    found = fit(reading.details, reading.message, REGISTER, words)
    assert found
    assert found.number == "1234567"
    assert fit(reading.details, reading.message, alike, words) is None


def test_of_her_own_numbers_the_current_one_may_count(words: Words, policy: Policy) -> None:
    mail = f"From: Ann Example <ann@example.org>\n\nThe former, 2222222, I let go; the latter, 1234567, is mine. {HOME}".encode()
    reading = read(mail, received=IN_TIME, policy=policy, words=words)

    found = fit(reading.details, reading.message, MemoryRegister((ANN, replace(LEN, name="A Example"))), words)

    assert found
    assert found.number == "1234567"


def test_of_two_at_one_address_the_one_whose_initial_is_the_writer_s_may_count(words: Words, policy: Policy) -> None:
    mail = f"From: Quilla Example <q@example.org>\n\nBea's is 7654321, mine 1234567. {HOME}".encode()
    reading = read(mail, received=IN_TIME, policy=policy, words=words)
    rows = (replace(ANN, name="Ms Q Example"), replace(BEA, name="Mr B Example"))

    found = fit(reading.details, reading.message, MemoryRegister(rows), words)
    assert found
    assert found.number == "1234567"
    alike = MemoryRegister((rows[0], replace(BEA, name="Mr Q R Example")))
    assert fit(reading.details, reading.message, alike, words) is None


BARN = Member("1234567", "Ann Example", ("3 Grange Farm Barns", "Mill Lane, Exton Parva"), "YO25 9RN", "", "current", True)
FLAT = Member("1234567", "Ann Example", ("Drovers Flat", "Chapel Hill"), "TR18 5LH", "", "current", True)
FORGE = Member("1234567", "Ann Example", ("The Old Forge", "Knockbrack", "Letterfrack, Co. Galway"), "", "", "current", True)
TYPED = Member("1234567", "Ann Example", ("10 Pannage Close", "Wimborne"), "BH11 0QX", "", "current", True)
TOWER = Member("1234567", "Ann Example", ("Kelso House, Dyne Close", "Flat 19"), "NW6 7WK", "", "current", True)
FARM = Member("1234567", "Ann Example", ("Hafod yr Wyn", "Cwm Uchaf"), "SY20 9LT", "", "current", True)


@pytest.mark.parametrize(
    ("member", "text", "expected"),
    [
        (BARN, "Barn 3, Grange Farm Barns\nMill Lane\nExton Parva\nDriffield YO25 9RN", "pack"),
        (BARN, "Barn 8, Grange Farm Barns\nMill Lane\nExton Parva\nDriffield YO25 9RN", "address_elsewhere"),
        (BARN, "Flat 3, Grange Farm Barns\nMill Lane\nExton Parva\nDriffield YO25 9RN", "pack"),
        (FLAT, "TR18 5LH. Penzance. Chapel Hill, top of. Over the bar, the green door, it's just called Drovers Flat.", "pack"),
        (FLAT, "TR18 5LQ. Penzance. Chapel Hill, top of. Over the bar, the green door, it's just called Drovers Flat.", "else"),
        (FLAT, "TR18 5LH. Penzance. Chapel Hill, top of. Over the bar, the green door, it's just called Drover Flat.", "else"),
        (FLAT, "TR18 5LH. Penzance. Chapel Hill West. Over the bar, the green door, it's just called Drovers Flat.", "else"),
        (FORGE, 'That is the whole of it: "The Old Forge, Knockbrack, Letterfrack", Co. Galway, Ireland.', "pack"),
        (FORGE, 'That is the whole of it: "The Old Forge, Knockbrack", Co. Galway, Ireland.', "else"),
        (FORGE, "From Letterfrack, Co. Galway, Ireland: The Old Forge, Knockbrack, and no postcode.", "pack"),
        (FLAT, "It is called Drovers Flat, Chapel Hill, but the postman goes by TR18 5LH and the red gate.", "pack"),
        (FLAT, "My sister is in Drovers Flat, Chapel Hill. I live at 3 Quay Lane, TR18 5LH.", "else"),
        # number and street apart
        (ANN, "LS6 2AB, that is Leeds, Station Road, it is number 12. That's the house.", "pack"),
        (ANN, "LS6 2AB in full; 6 of us; Station Road; at 12; top bell", "pack"),
        (ANN, "LS6 2AB in full; 6 of us; Station Road; at 14; top bell", "else"),
        (ANN, "Home is twelve that's one two Station Road in Leeds postcode LS6 2AB", "pack"),
        (ANN, "Home is twelve that's two one Station Road in Leeds postcode LS6 2AB", "else"),
        (ANN, "It's twelve, not plain 2 and not B, Station Road, Leeds, LS6 2AB", "pack"),
        (ANN, "It's not twelve but 14, and no flat, Station Road, Leeds, LS6 2AB", "else"),
        (ANN, "LS6 2AB, that is Leeds, Station Road, it is number 21. That's the house.", "else"),
        (
            ANN,
            "I am at number twelve (12, to a machine), Station Road; the town is Leeds, the postcode LS6 2AB.",
            "pack",
        ),
        (ANN, "I am at number 14, next to 12 (the tall one), Station Road; the town is Leeds, the postcode LS6 2AB.", "else"),
        (ANN, "Name\tAnn Example\nCode\tLS6 2AB\nHouse\t12\nRoad\tStation Road\nSigned\tAnn", "pack"),
        (ANN, "Name\tAnn Example\nCode\tLS6 2AB\nHouse\t21\nRoad\tStation Road\nSigned\tAnn", "else"),
        (ANN, "ANN EXAMPLE 12STATION ROAD,LEEDS LS6 2AB SEND DOCS", "pack"),
        (ANN, "12\nStation\nRoad\nLS6\n2AB", "pack"),
        (ANN, "So, 12 Station Road it is, then Headingley, Leeds, LS6 2AD", "pack"),
        (ANN, "So, 12 Station Road it is, then Headingley, Leeds, LS6 3AD", "address_elsewhere"),
        (
            ANN,
            "You come up Station Road, that's in Leeds, and I'm at number 12, on the left, with the postcode being LS6 2AB, and "
            "don't go as far as the chapel at 27.",
            "pack",
        ),
        (FLAT, "I live at Drovers Flat, room 9, and it's Chapel Hill, TR18 5LH", "pack"),
        (FARM, "I'm the Example at Hafod yr Ŵyn, Cwm Uchaf, Machynlleth SY20 9LT", "pack"),
        (FARM, "I'm the Example at Old Hafod yr Ŵyn, Cwm Uchaf, Machynlleth SY20 9LT", "address_elsewhere"),
        (FARM, "I'm the Example at Hafod yr Ŵyn Bungalow, Cwm Uchaf, Machynlleth SY20 9LT", "address_elsewhere"),
        # letters for figures, and a year between
        (ANN, "lZ Station Road, Leeds, LS6 2AB", "else"),
        (TYPED, "Pannage Close no. lO, Wimborne, BHll OQX", "pack"),
        (TYPED, "Pannage Close no. ll, Wimborne, BHll OQX", "else"),
        (ANN, "We have been in Station Road since 1983, when number 12 was to be had, and the postcode is LS6 2AB.", "pack"),
        (ANN, "We have been in Station Road since 1983, when number 13 was to be had, and the postcode is LS6 2AB.", "else"),
        (ANN, "ls6 2ab leeds station road 12 ann example", "pack"),
        (ANN, "Twelve Station Road, that is 12 in figures, Leeds, LS6 2AB", "pack"),
        (ANN, "Station Road. We're the end one, number 12. That's Leeds, LS6 2AB", "pack"),
        (ANN, "Station Road. We're the end one, number 21. That's Leeds, LS6 2AB", "else"),
        # one piece behind another, with nothing between them
        (TOWER, "The flat is flat nineteen Kelso House Dyne Close London north west six, that is NW6 7WK", "pack"),
        (TOWER, "The flat is flat nine Kelso House Dyne Close London north west six, that is NW6 7WK", "else"),
        (TOWER, "The flat is flat nineteen Kelso House Old Dyne Close London north west six, that is NW6 7WK", "else"),
        # what the writer says of it comes first
        (ANN, "Not 12 Station Road any more, we have moved. 3 Mill Lane, Leeds LS7 3AA. It was LS6 2AB there.", "else"),
        (ANN, "12 Station Road, Leeds LS6 2AB. Correction: it is number 14 Station Road now.", "address_elsewhere"),
    ],
)
def test_an_address_that_was_cut_wrongly_is_found_in_the_text_word_for_word(
    member: Member, text: str, expected: str, words: Words, policy: Policy
) -> None:
    mail = f"From: Ann Example <ann@example.org>\n\nPlease send me the documents. My number is 1234567.\n\n{text}".encode()
    reading = read(mail, received=IN_TIME, policy=policy, words=words)
    decision = decide(reading.case(History(), register=MemoryRegister((member,)), policy=policy, words=words))

    assert isinstance(decision, Pack) if expected == "pack" else expected in ("else", decision.reasons[0].code), decision.reasons
    assert isinstance(decision, Pack) == (expected == "pack")


OFFICE = "Example & Co Solicitors\n12 Station Road, Leeds LS6 2AB\nTel 01632 960123"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Regards\n\n-- \nAnn Example, solicitor\n{OFFICE} * Amnesty 1234567", "pack"),
        (f"My number is 1234567.\n\nRegards\n\n-- \nAnn Example, solicitor\n{OFFICE}", "address_missing"),
    ],
)
def test_an_office_is_the_member_s_address_where_it_stands_with_the_number(text: str, expected: str, decided: Decided) -> None:
    assert decided(text) == expected


@pytest.mark.parametrize(
    ("above", "below", "expected"),
    [
        ("12 Station Road\nLeeds LS6 2AB\n\n", "3 Mill Lane\nYork YO1 9XY", "several_addresses"),
        ("3 Mill Lane\nYork YO1 9XY\n\n", "12 Station Road\nLeeds LS6 2AB", "several_addresses"),
        ("I live at 12 Station Road, Leeds LS6 2AB.\n\n", "3 Mill Lane\nYork YO1 9XY", "pack"),
        ("12 Station Road\nLeeds LS6 2AB\n\n", "", "pack"),
    ],
)
def test_an_address_at_the_head_and_another_at_the_foot_are_left_open(
    above: str, below: str, expected: str, words: Words, policy: Policy
) -> None:
    text = f"{above}Dear all,\n\nPlease send me the documents. My number is 1234567.\n\nKind regards\nAnn Example\n\n{below}"
    reading = read(f"From: Ann Example <ann@example.org>\n\n{text}".encode(), received=IN_TIME, policy=policy, words=words)
    decision = decide(reading.case(History(), register=REGISTER, policy=policy, words=words))

    assert ("pack" if isinstance(decision, Pack) else decision.reasons[0].code) == expected


def test_whether_a_number_is_left_open_is_kept_with_the_details(words: Words, policy: Policy) -> None:
    mail = f"From: ann@example.org\n\nPlease send it. It is either 1234567 or 8120041.\n{HOME}".encode()
    details = read(mail, received=IN_TIME, policy=policy, words=words).details
    kept = details_record(details)

    assert details.number_left_open
    assert details_from(kept) == details
    del kept["number_left_open"]  # as a version wrote it that did not know of it
    assert not details_from(kept).number_left_open
