"""What a message gives, from which of its sections; and what the messages of one request give together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swc_mailer.adapters.rules_files import read_words
from swc_mailer.core.details import extract, merge
from swc_mailer.core.model import Address, Details, Evidence, Mailbox, Message, Number, Part, Policy, Section, Zone
from swc_mailer.core.register import number_key
from swc_mailer.core.words import Words

OWN, SIGNATURE, QUOTED, FORWARDED, OURS = Zone.OWN, Zone.SIGNATURE, Zone.QUOTED, Zone.FORWARDED, Zone.OURS
NUMBER = "My membership number is 1234567."
HOME = "My address is 12 Station Road, Leeds LS6 2AB."
BLOCK = "Ann Example\n12 Station Road\nLeeds LS6 2AB\n1234567\n"
HEADERS = "From: Ann Example <Ann@example.org>\nSent: 3 March 2014 09:12\nTo: swc@amnesty.org.uk\nSubject: Consultation\n"
HER_MAIL = f"{HEADERS}\n{NUMBER}\n{HOME}\n"
HIS_MAIL = HER_MAIL.replace("Ann Example <Ann@example.org>", "Bob Example <bob@example.org>")

Stretches = list[tuple[Zone, str]]
Read = Callable[..., Details]


def part(name: str, stretches: Stretches) -> Part:
    text, sections = "", []
    for zone, stretch in stretches:
        sections.append(Section(name, zone, len(text), len(text) + len(stretch), stretch))
        text += stretch
    return Part(name, text, tuple(sections))


def mail(*stretches: tuple[Zone, str], subject: str = "Consultation", attached: Stretches | None = None) -> Message:
    return Message(
        received=datetime(2014, 2, 10, 9, tzinfo=UTC),
        size=1000,
        headers=(),
        message_id="<1@example.org>",
        subject=subject,
        from_=(Mailbox("Ann Example", "ann@example.org"),),
        reply_to=(),
        references=(),
        parts=(
            part("subject", [(OWN, subject)]),
            part("text", list(stretches)),
            *([part("attached 1", attached)] if attached else []),
        ),
        attachments=(),
        structure=(),
    )


@pytest.fixture
def read(words: Words, policy: Policy) -> Read:
    def read(*stretches: tuple[Zone, str], subject: str = "Consultation", attached: Stretches | None = None) -> Details:
        return extract(mail(*stretches, subject=subject, attached=attached), words, policy)

    return read


def postcodes(details: Details) -> tuple[str, ...]:
    return tuple(address.postcode for address in details.counting_addresses)


def aside(details: Details) -> dict[str, str]:
    return {number.value: number.set_aside for number in details.numbers if number.set_aside}


# --- one message -----------------------------------------------------------------------------------------------------


def test_both_details_come_from_the_writers_own_words(read: Read) -> None:
    details = read((OWN, f"{NUMBER}\n{HOME}"))

    assert details.number_values == ("1234567",)
    assert postcodes(details) == ("LS6 2AB",)


def test_the_contact_block_gives_what_the_text_does_not(read: Read) -> None:
    details = read((OWN, "Please send me the documents.\nRegards\n"), (SIGNATURE, BLOCK))

    assert details.number_values == ("1234567",)
    assert postcodes(details) == ("LS6 2AB",)


def test_the_subject_counts(read: Read) -> None:
    details = read((OWN, HOME), subject="Member 1234567 - consultation")

    assert details.number_values == ("1234567",)
    assert details.numbers[0].evidence.part == "subject"


def test_the_same_number_in_subject_and_text_is_one(read: Read) -> None:
    details = read((OWN, "Membership number 0123456"), subject="Consultation 123456")

    assert details.number_values == ("0123456",)


@pytest.mark.parametrize(
    ("text", "house"), [("l8 Rose Lane\nLeeds LSl2 OHQ", "18 Rose Lane"), ("l8 Rose Lane\nLeeds LS12 0HQ", "l8 Rose Lane")]
)
def test_who_types_an_l_for_a_one_in_the_postcode_does_so_in_the_house_number(read: Read, text: str, house: str) -> None:
    details = read((OWN, f"Please send me the documents.\n\n{text}"))

    assert [address.lines[0] for address in details.addresses] == [house]


def test_footers_give_nothing(read: Read) -> None:
    details = read((OWN, "Please send me the documents.\n"), (Zone.DISCLAIMER, f"{NUMBER}\n{HOME}"))

    assert details == Details()


def test_what_our_reply_repeats_is_quoted_and_the_rest_of_it_is_nothing(read: Read) -> None:
    ours = "Membership number (for example 7654321)\nCharity 1051681\n17-25 New Inn Yard\nLondon EC2A 3EA\n020 7946 0150\n"

    repeated = read((OWN, "That is right.\n"), (OURS, f"This is what we understood:\n{HOME}\n{ours}"))
    nothing = read(
        (OWN, "I do not know it.\n"), (OURS, f"{ours}> the house number or name, the street, the town\n> and the postcode\n")
    )

    assert [address.postcode for address in repeated.quoted_addresses] == ["LS6 2AB"]
    assert repeated.quoted_numbers == ()
    assert nothing == Details()


@pytest.mark.parametrize(
    "ours",
    [
        "> You get this mail as supporter of campaign 3321998.\n",
        "> Offer 4412345 ends soon: 3321998 have signed.\n",
        "> With best wishes,\n> The consultation team\n> 12 Rosebery Street\n> London EC1R 4QQ\n",
        "Write to us at 12 Rosebery Street, London EC1R 4QQ.\n",
    ],
)
def test_our_campaigns_and_offices_in_quoted_words_are_no_members_details(read: Read, ours: str) -> None:
    assert read((OWN, "Yes please!\n"), (OURS, ours)) == Details()


@pytest.mark.parametrize(
    ("zone", "ours"),
    [
        (OURS, f"> {HOME}\n> Is your membership number 1234567?\n>\n> The consultation team\n"),
        (QUOTED, f"> {BLOCK}"),
        (FORWARDED, f"To Amnesty International UK\n{BLOCK}"),
    ],
)
def test_what_is_called_a_members_in_quoted_words_is(read: Read, zone: Zone, ours: str) -> None:
    details = read((OWN, "Yes please!\n"), (zone, ours))

    assert [number.value for number in details.quoted_numbers] == ["1234567"]
    assert [address.postcode for address in details.quoted_addresses] == ["LS6 2AB"]


@pytest.mark.parametrize(("zone", "text"), [(QUOTED, HIS_MAIL), (FORWARDED, HIS_MAIL), (QUOTED, f"> {NUMBER}\n> {HOME}")])
def test_somebody_elses_words_are_kept_apart(read: Read, zone: Zone, text: str) -> None:
    details = read((OWN, "See below.\n"), (zone, text))

    assert not details.number_values
    assert not details.counting_addresses
    assert [number.value for number in details.quoted_numbers] == ["1234567"]
    assert [address.postcode for address in details.quoted_addresses] == ["LS6 2AB"]


def test_quoted_details_are_not_told_where_the_writer_gives_them(read: Read) -> None:
    details = read((OWN, f"{NUMBER}\n{HOME}\n"), (QUOTED, HIS_MAIL.replace("1234567", "7654321")))

    assert details.quoted_numbers == ()
    assert details.quoted_addresses == ()


def test_what_is_evidently_something_else_is_no_quoted_number(read: Read) -> None:
    details = read((OWN, "Thanks\n"), (QUOTED, "> On 11/03/2014 we sent order number 4028817 to PO Box 12\n"))

    assert details.quoted_numbers == ()


def test_who_forwards_her_own_mail_has_given_its_details(read: Read) -> None:
    inline = read((OWN, "Sent again, see below.\n"), (FORWARDED, HER_MAIL))
    attached = read((OWN, "Sent again, see attached.\n"), attached=[(FORWARDED, HER_MAIL)])
    by_name = read((OWN, "Again.\n"), (FORWARDED, HER_MAIL.replace(" <Ann@example.org>", "")))
    divided = read((OWN, "Again.\n"), (FORWARDED, f"Begin forwarded message:\n\n{HER_MAIL}"))

    for details in (inline, attached, by_name, divided):
        assert details.number_values == ("1234567",)
        assert postcodes(details) == ("LS6 2AB",)


def test_the_header_block_of_a_quoted_mail_gives_nothing(read: Read) -> None:
    headers = "Von: Amnesty <swc@amnesty.org.uk>\nGesendet: Dienstag, 4. März 2014 09:12\nAn: Ann Example\nBetreff: 1234567\n"

    details = read((OWN, "Thanks\n"), (OURS, f"{headers}\nPlease send us your details.\n"))

    assert details == Details()


def test_who_forwards_somebody_elses_mail_has_not(read: Read) -> None:
    attached = read((OWN, "Passing this on.\n"), attached=[(FORWARDED, HIS_MAIL)])

    assert not attached.number_values
    assert [number.value for number in attached.quoted_numbers] == ["1234567"]


def test_the_subject_of_a_forwarded_mail_is_its_authors(read: Read) -> None:
    details = read((OWN, "Passing this on.\n"), (FORWARDED, HIS_MAIL), subject="Fwd: membership 7654321")

    assert not details.number_values


def test_a_reminder_above_her_own_mail_gives_its_details(read: Read) -> None:
    hers = f"On 3 March 2014 at 09:12, Ann Example <ann@example.org> wrote:\n> {NUMBER}\n> {HOME}\n"

    reminder = read((OWN, "Any news of this?\n"), (QUOTED, hers))
    answer = read((OWN, "See below.\n"), (OURS, "Please send us your details.\n"), (QUOTED, hers))

    assert reminder.number_values == ("1234567",)
    assert postcodes(reminder) == ("LS6 2AB",)
    assert not answer.number_values
    assert [number.value for number in answer.quoted_numbers] == ["1234567"]


def test_half_in_new_words_and_half_in_her_quoted_mail_stay_halves(read: Read) -> None:
    hers = f"On 3 March 2014 at 09:12, Ann Example <ann@example.org> wrote:\n> {NUMBER}\n"

    details = read((OWN, HOME + "\n"), (QUOTED, hers))

    assert not details.number_values
    assert [number.value for number in details.quoted_numbers] == ["1234567"]


def test_a_number_in_the_contact_block_gives_way_to_a_labelled_one(read: Read) -> None:
    details = read((OWN, f"{NUMBER}\nRegards\n"), (SIGNATURE, "Ann Example\n7654321\n"))

    assert details.number_values == ("1234567",)
    assert aside(details) == {"7654321": "nothing calls it a membership number"}


def test_what_the_text_says_of_a_number_holds_for_the_subject(read: Read) -> None:
    details = read((OWN, "Sorry, my number is not 1234567 but 7654321."), subject="Member 1234567")

    assert details.number_values == ("7654321",)


def test_a_reference_in_the_subject_stays_one_in_the_text(read: Read) -> None:
    details = read((OWN, "I rang about 7710452 on Friday."), subject="Your ref 7710452")

    assert not details.number_values


def test_two_plausible_numbers_in_two_sections_both_count(read: Read) -> None:
    details = read((OWN, NUMBER), subject="Membership number 7654321")

    assert set(details.number_values) == {"1234567", "7654321"}


def test_the_home_in_the_text_wins_over_another_address_below_it(read: Read) -> None:
    details = read((OWN, f"{HOME}\nRegards\n"), (SIGNATURE, "Ann Example\nStudio 4, 9 Wharf Road\nLondon E1 6ZZ\n"))

    assert postcodes(details) == ("LS6 2AB",)
    assert [address.set_aside for address in details.addresses] == ["", "in the contact block, and the text gives another"]


def test_an_old_address_in_the_text_gives_way_to_the_one_below_it(read: Read) -> None:
    details = read((OWN, "We have moved from 3 Elm Grove, Leeds LS1 1AA.\nRegards\n"), (SIGNATURE, BLOCK))

    assert postcodes(details) == ("LS6 2AB",)


def test_halves_of_an_address_in_two_sections_are_one(read: Read) -> None:
    details = read((OWN, "12 Station Road, Leeds\n"), (OURS, "> and the postcode?\n"), (OWN, "LS6 2AB\n"))

    [address] = details.counting_addresses
    assert address.full
    assert address.lines == ("12 Station Road", "Leeds")
    assert address.postcode == "LS6 2AB"


def test_digits_of_an_address_are_no_number(read: Read) -> None:
    details = read((OWN, "Please send it to Ann Example, PO Box 123456, Leeds LS6 2AB"))

    assert not details.number_values
    assert aside(details) == {"123456": "part of an address"}


def test_a_postcode_abroad_is_no_number(read: Read) -> None:
    details = read((OWN, "14 Church Road\nNew Delhi 110001\nIndia"))

    assert not details.number_values


def test_answers_between_our_lines_are_read_together(read: Read) -> None:
    details = read(
        (OURS, "> a) your membership number\n"),
        (OWN, "\n1234567\n\n"),
        (OURS, "> b) your full postal address\n"),
        (OWN, "\n12 Station Road\nLeeds LS6 2AB\n"),
    )

    assert details.number_values == ("1234567",)
    assert postcodes(details) == ("LS6 2AB",)


ZONES = st.sampled_from(list(Zone))
PIECES = st.sampled_from(
    [
        NUMBER,
        HOME,
        BLOCK,
        HER_MAIL,
        HIS_MAIL,
        "1234567",
        "7654321 ",
        "my old number ",
        "> ",
        "\n",
        "LS6 2AB",
        "Tel 4960138 ",
        "sorry, I meant ",
    ]
)
WORDS = read_words()


@given(
    st.lists(st.tuples(ZONES, st.lists(PIECES, max_size=4).map("".join) | st.text(max_size=80)), max_size=8), st.text(max_size=40)
)
@settings(deadline=None, max_examples=150)
def test_all_evidence_stands_where_it_says(policy: Policy, stretches: Stretches, subject: str) -> None:
    message = mail(*stretches, subject=subject)

    details = extract(message, WORDS, policy)

    texts = {each.name: each.text for each in message.parts}
    numbers, addresses = (*details.numbers, *details.quoted_numbers), (*details.addresses, *details.quoted_addresses)
    for evidence in (*(each.evidence for each in numbers), *(each.evidence for each in addresses)):
        assert evidence.text == texts[evidence.part][evidence.start : evidence.end]
    assert len({number_key(number.value) for number in details.numbers}) == len(details.numbers)


@pytest.mark.parametrize("zone", [OWN, QUOTED, FORWARDED])
def test_a_message_in_twenty_thousand_sections_is_read_like_any_other(read: Read, zone: Zone) -> None:
    assert isinstance(read(*[(zone, "> 1234567\n"), (OURS, "\n")] * 10_000), Details)


# --- the messages of one request -------------------------------------------------------------------------------------

EVIDENCE = Evidence("text", 0, 7, "1234567")


def number(value: str = "1234567", set_aside: str = "") -> Number:
    return Number(value, EVIDENCE, OWN, labelled=True, set_aside=set_aside)


def address(*lines: str, postcode: str = "LS6 2AB", lacking: tuple[str, ...] = (), zone: Zone = OWN) -> Address:
    return Address(lines, postcode, "", EVIDENCE, zone, lacking)


WHOLE = address("12 Station Road", "Leeds")
STREET = address("12 Station Road", "Leeds", postcode="", lacking=("postcode",))
CODE = address(lacking=("street",))
NO_HOUSE = address("Station Road", "Leeds", lacking=("house",))
ELSEWHERE = address("3 Elm Grove", "York", postcode="YO1 9ZZ")


def test_what_was_missing_is_merged_with_what_was_given() -> None:
    merged = merge(Details(numbers=(number(),)), Details(addresses=(WHOLE,)))

    assert merged == Details(numbers=(number(),), addresses=(WHOLE,))


def test_a_later_number_replaces_the_earlier_ones() -> None:
    merged = merge(Details(numbers=(number("1234567"), number("2345678"))), Details(numbers=(number("7654321"),)))

    assert merged.number_values == ("7654321",)
    assert aside(merged) == dict.fromkeys(("1234567", "2345678"), "corrected by a later message")


def test_a_later_choice_between_two_numbers_settles_them() -> None:
    merged = merge(Details(numbers=(number("1234567"), number("7654321"))), Details(numbers=(number("7654321"),)))

    assert merged.number_values == ("7654321",)


def test_a_later_number_that_does_not_count_replaces_nothing() -> None:
    phone = number("4960138", set_aside="a phone number")

    merged = merge(Details(numbers=(number(),)), Details(numbers=(phone,)))

    assert merged.number_values == ("1234567",)
    assert merged.numbers == (phone, number())


def test_a_number_that_a_later_message_takes_back_no_longer_counts() -> None:
    merged = merge(Details(numbers=(number(),)), Details(numbers=(number(set_aside="somebody else's number"),)))

    assert merged.number_values == ()


def test_a_number_without_its_zeros_is_the_same_number() -> None:
    merged = merge(Details(numbers=(number("123456"),)), Details(numbers=(number("0123456"),)))

    assert merged.number_values == ("0123456",)
    assert not aside(merged)


def test_a_later_full_address_replaces_the_earlier_one() -> None:
    merged = merge(Details(addresses=(WHOLE,)), Details(addresses=(ELSEWHERE,)))

    assert postcodes(merged) == ("YO1 9ZZ",)
    assert [each.set_aside for each in merged.addresses] == ["", "corrected by a later message"]


@pytest.mark.parametrize(("earlier", "later"), [(STREET, CODE), (CODE, STREET), (STREET, NO_HOUSE), (NO_HOUSE, STREET)])
def test_the_missing_half_of_an_address_completes_it(earlier: Address, later: Address) -> None:
    merged = merge(Details(addresses=(earlier,)), Details(addresses=(later,)))

    assert merged.addresses == (WHOLE,)


def test_a_house_in_another_street_completes_nothing() -> None:
    elsewhere = address("3 Elm Grove", postcode="", lacking=("postcode",))

    merged = merge(Details(addresses=(NO_HOUSE,)), Details(addresses=(elsewhere,)))

    assert merged.addresses == (elsewhere, NO_HOUSE)


def test_a_full_address_after_a_half_stands_alone() -> None:
    merged = merge(Details(addresses=(STREET,)), Details(addresses=(WHOLE,)))

    assert merged.counting_addresses == (WHOLE,)


def test_a_later_postcode_corrects_the_earlier_one() -> None:
    merged = merge(Details(addresses=(WHOLE,)), Details(addresses=(replace(CODE, postcode="LS6 2AD"),)))

    assert merged.counting_addresses == (replace(WHOLE, postcode="LS6 2AD"),)


def test_a_later_house_number_in_the_same_street_corrects_the_earlier_one() -> None:
    later = address("14 Station Road", postcode="", lacking=("postcode",))

    merged = merge(Details(addresses=(WHOLE,)), Details(addresses=(later,)))

    assert merged.counting_addresses == (address("14 Station Road"),)


@pytest.mark.parametrize(
    "later",
    [
        replace(CODE, postcode="YO1 9ZZ", zone=SIGNATURE),
        address("3 Elm Grove", postcode="", lacking=("postcode",)),
        address("Station Road", postcode="", lacking=("postcode",)),
        CODE,
    ],
    ids=["a postcode in the contact block", "another street", "the same street", "the same postcode"],
)
def test_less_than_an_address_leaves_a_full_one_as_it_is(later: Address) -> None:
    merged = merge(Details(addresses=(WHOLE,)), Details(addresses=(later,)))

    assert merged.counting_addresses == (WHOLE,)


def test_quoted_details_stay_until_they_are_given() -> None:
    earlier = Details(quoted_numbers=(number(),), quoted_addresses=(WHOLE,))

    assert merge(earlier, Details()) == earlier
    assert merge(earlier, Details(numbers=(number(),))).quoted_numbers == ()
    assert merge(earlier, Details(addresses=(WHOLE,))).quoted_addresses == ()


def test_half_an_address_that_our_reply_repeats_is_no_news() -> None:
    merged = merge(Details(addresses=(STREET,)), Details(numbers=(number(),), quoted_addresses=(STREET,)))

    assert merged.quoted_addresses == ()
    assert merge(Details(addresses=(STREET,)), Details(quoted_addresses=(WHOLE,))).quoted_addresses == (WHOLE,)


def test_merging_with_nothing_changes_nothing() -> None:
    details = Details(numbers=(number(), number("7654321")), addresses=(WHOLE,))

    assert merge(details, Details()) == details
    assert merge(Details(), details) == details


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("I live over it.", "The Harbour Cafe"),
        ("that's me at work AND home", "The Harbour Cafe"),
        ("They take it in for me.", "c/o The Harbour Cafe"),
        ("I live over in Whitby.", "c/o The Harbour Cafe"),
    ],
)
def test_who_lives_over_the_shop_is_at_home_there(read: Read, said: str, line: str) -> None:
    details = read((OWN, f"c/o The Harbour Cafe\nQuay Street\nLeeds\nLS6 2AB\n\n{said}"))

    assert [address.lines[0] for address in details.addresses] == [line]
