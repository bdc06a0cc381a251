"""What a person wants: sentences of very different people, a family at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swc_mailer.adapters.rules_files import read_words
from swc_mailer.core.intent import read_intent
from swc_mailer.core.model import (
    Address,
    Attachment,
    Details,
    Evidence,
    Intent,
    Mailbox,
    Message,
    Number,
    Part,
    Policy,
    Section,
    Wish,
    Zone,
)
from swc_mailer.core.words import Words

WORDS = read_words()
NUMBER = "1234567"
HOME = "12 Station Road, Leeds, LS6 2AB"
BLOCK = f"\n\nAnn Example\n{NUMBER}\n{HOME}"
PHOTO = (Attachment("card.jpg", "image/jpeg", 1000),)

Read = Callable[..., Intent]


def sections(text: str, zones: tuple[tuple[Zone, str], ...]) -> tuple[Section, ...]:
    """The text in the zones of its stretches, or all the writer's own."""
    if not zones:
        return (Section("text", Zone.OWN, 0, len(text), text),)
    starts = [sum(len(stretch) for _, stretch in zones[:index]) for index in range(len(zones))]
    return tuple(
        Section("text", zone, start, start + len(stretch), stretch) for start, (zone, stretch) in zip(starts, zones, strict=True)
    )


def mail(text: str, subject: str = "Hello", zones: tuple[tuple[Zone, str], ...] = (), **changes: Any) -> Message:
    text = text or "".join(stretch for _, stretch in zones)
    parts = (
        Part("subject", subject, (Section("subject", Zone.OWN, 0, len(subject), subject),)),
        Part("text", text, sections(text, zones)),
    )
    ordinary = Message(
        received=datetime(2014, 2, 10, 9, tzinfo=UTC),
        size=1000,
        headers=(),
        message_id="<1@example.org>",
        subject=subject,
        from_=(Mailbox("Ann Example", "ann@example.org"),),
        reply_to=(),
        references=(),
        parts=parts,
        attachments=(),
        structure=(),
    )
    return replace(ordinary, **changes)


def details_in(message: Message) -> Details:
    """The invented number and address, wherever they stand; any other seven digits are a second number."""
    text = message.parts[1].text
    places = [(start, NUMBER) for start in range(len(text)) if text.startswith(NUMBER, start)]
    places += [(start, "7654321") for start in range(len(text)) if text.startswith("7654321", start)]
    numbers = tuple(
        Number(value, evidence(text, start, value), zone_at(message, start), labelled=True) for start, value in places
    )
    at = text.find(HOME)
    home = Address(("12 Station Road", "Leeds"), "LS6 2AB", "", evidence(text, at, HOME), zone_at(message, at))
    return Details(numbers, (home,) if at >= 0 else ())


def evidence(text: str, start: int, value: str) -> Evidence:
    return Evidence("text", start, start + len(value), value)


def zone_at(message: Message, place: int) -> Zone:
    return next((piece.zone for piece in message.parts[1].sections if piece.start <= place < piece.end), Zone.OWN)


@pytest.fixture
def read(words: Words, policy: Policy) -> Read:
    def intent(text: str = "", subject: str = "Hello", **changes: Any) -> Intent:
        message = mail(text, subject, **changes)
        return read_intent(message, details_in(message), words, policy)

    return intent


# --- requests ----------------------------------------------------------------------------------------------

REQUESTS = [
    "hi pls send docs ta",
    "yo can u send me the stuff about the consultation",
    "gimme a sec.. can i get the docs pls",
    "docs please",
    "Documents for the consultation please!",
    "pls send",
    "please send.",
    "consultation docs to this address please",
    "Please may I have the consultation documents.",
    "Could I possibly trouble you for a copy of the consultation papers?",
    "I should be most grateful if you would let me have the full set of documents in good time.",
    "I write in response to the notice and request that the consultation documents be sent to me at the address below.",
    "Would you kindly let me have the documents that go with the consultation.",
    "Will you be so kind as to let me have a set?",
    "I would like the documents.",
    "I'd love a copy of the SWC consultation docs.",
    "We would like to receive the consultation pack.",
    "I want to see the consultation documents before the closing date.",
    "I want to read the actual papers before I decide anything.",
    "I'd like to read the draft policy for myself.",
    "I am after the documents for the consultation.",
    "I hereby request the consultation material.",
    "I wish to receive the documents of the consultation.",
    "I'm writing to ask for the consultation documents.",
    "How do I get hold of the consultation documents?",
    "Where can I download the papers?",
    "Is it too late to get the consultation documents?",
    "Is there still time to get the documents?",
    "What do I need to do to get the documents?",
    "Please put me down for a set of documents.",
    "Please post them to me.",
    "I'd rather you sent it as a download, I am trying to cut down on paper.",
    "Can you e-mail me the documents, I don't need them in the post.",
    "Please could you email them, I don't want a paper copy.",
    "Would be grateful for a hard copy of the documents.",
    "Yes please to the documents mentioned below.",
    "Yes please!",
    "Count me in",
    "Interested in this please.",
    "I would like to take part.",
    "I'd like to have my say on the draft policy.",
    "I wish to participate in the consultation",
    "please include me in this",
    "I was in prison visiting for years and would welcome the papers.",
    "Having thought about it overnight I believe I ought to read the documents.",
    "Good day, I am member and I want receive the document, thank you.",
    "Dear Sirs, kindly to send me documents of consultation in my address.",
    "Please to send consulation documants",
    "Please send me whatever I need to read.",
    "Could you send everything to my home address?",
    "Please forward the relevant paperwork",
    "please could you provide me with further details of the consultation",
    "Please send out the consultation documents to me:",
    "Can you resend the documents? I deleted them by accident.",
    "A fyddech cystal ag anfon dogfennau'r ymgynghoriad ataf?",
    "Hoffwn dderbyn y dogfennau, os gwelwch yn dda.",
    "Bu toil leam na pàipearan fhaighinn, mas e ur toil e.",
    "Ba mhaith liom na cáipéisí a fháil, le bhur dtoil.",
    "Je voudrais recevoir les documents de la consultation.",
    "Pourriez-vous m'envoyer les documents, s'il vous plaît ?",
    "Me gustaría recibir los documentos de la consulta.",
    "Bitte senden Sie mir die Unterlagen zu.",
    "Proszę o przesłanie dokumentów.",
    "Vorrei ricevere i documenti, grazie.",
]


@pytest.mark.parametrize("text", REQUESTS)
def test_people_ask_in_many_ways(read: Read, text: str) -> None:
    intent = read(text)

    assert intent.wish is Wish.REQUEST
    assert intent.evidence


@pytest.mark.parametrize(
    "text",
    [
        "I think the way this has been handled is pretty poor, you should be ashamed. Anyway please post me the papers.",
        "One, my shop order has still not arrived. Two, please send me the consultation documents too.",
        "I strongly oppose the draft policy, it is a disgrace! But send me the documents, I want to see what you say.",
        "Can I vote by proxy? Also, could I have the documents please.",
        "I am furious about this consultation. Please let me have the documents.",
        "By the way we have moved house. Please send the documents to the address below.",
        "My direct debit went up. Please could I have the consultation documents?",
        "Thank you for your email. Please send me the documents.",
        "Thanks for writing back, here are my details.",
        "Why was I not told? I'd like the documents.",
    ],
)
def test_a_clear_request_wins_over_what_stands_beside_it(read: Read, text: str) -> None:
    assert read(text).wish is Wish.REQUEST


@pytest.mark.parametrize(
    "text",
    [
        f"{NUMBER}\n{HOME}",
        f"Ann Example, {HOME}",
        f"Number is {NUMBER}. Ann",
        f"Sorry about that! Number is {NUMBER}\n\nRhys",
        f"Apologies, forgot that bit. It's {HOME}.\n\nDuncan",
        f"Interested. {NUMBER}",
        f"Please ignore my last email, I gave you the wrong number. It is {NUMBER}.",
    ],
)
def test_a_mail_that_holds_little_but_details_is_a_request(read: Read, text: str) -> None:
    assert read(text).wish is Wish.REQUEST


@pytest.mark.parametrize(
    "text",
    [
        f"I am so sorry, I wrote this last night and it sat in my outbox as the broadband was down. My number is {NUMBER}. "
        "Do hope it counts! We have had such a time of it with the storms, half the village was without power for a week and "
        "the engineer only came this morning.",
        "i dont have any card and the magazine goes straight in the recycling so cant tell you the number. cant you look it up",
        "You already have my address, it is where the magazine comes.",
        "I can't find my card, sorry.",
        "I'll look for the number when I am home on Monday.",
    ],
)
def test_an_answer_to_our_question_is_a_request(read: Read, text: str) -> None:
    assert read(text, subject="Re: Your request: we need some more details").wish is Wish.REQUEST


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Please send me the consultation documents", ""),
        ("SWC documents request", BLOCK),
        ("SWC", ""),
        ("amnesty consultation", "pls send"),
        ("Consultation", "Ann Example"),
        ("Request for consultation papers", "Dear Sirs\n\nDetails below."),
        ("[Contact us] Documents request", "name: Ann Example\nmembership_no: 1234567"),
        ("Consultation pack", "From Ann"),
        ("Docs wanted!!", ""),
        ("draft policy consultation - documents please", "Thank you. Ann"),
    ],
)
def test_the_subject_may_hold_the_request(read: Read, subject: str, text: str) -> None:
    assert read(text, subject).wish is Wish.REQUEST


def test_the_subject_of_an_answer_is_not_the_writer_s(read: Read) -> None:
    question = "Is there a bus from the station to the meeting in April?"

    assert read(question, "Re: Please send me the documents").wish is Wish.OTHER


def test_a_request_may_be_wrapped_anywhere(read: Read) -> None:
    text = "Dear all,\n\nI should be grateful if\nyou would let me\nhave the consultation\ndocuments."

    found = read(text).evidence[0]

    assert text[found.start : found.end] == found.text
    assert "\n" in found.text


def test_quoted_words_ask_for_nothing(read: Read) -> None:
    zones = ((Zone.OWN, "See below, not sure why this came to me.\n\n"), (Zone.QUOTED, "> Please send me the documents."))

    assert read(zones=zones).wish is Wish.OTHER


# --- no requests -------------------------------------------------------------------------------------------

OTHERS = [
    "Can I vote by proxy at the AGM if I can't travel?",
    "When does the consultation close, and who reads the answers?",
    "Please can you tell me who wrote the draft policy?",
    "I would like to know why members were not asked sooner.",
    "Could you explain how the documents were drawn up?",
    "How do I send my comments?",
    "Where should I post my response to the consultation?",
    "Can I submit my views by email?",
    "Please send me a proxy form for the AGM.",
    "Would you send me the minutes of the last AGM?",
    "I wish to complain about the way the consultation is run.",
    "YOU SHOULD BE BLOODY ASHAMED OF YOURSELVES.",
    "I want the draft policy withdrawn at once.",
    "I want an apology, not a consultation.",
    "I would like to say how disappointed I am in this policy.",
    "I'd appreciate an answer from a human being.",
    "Shame on you. Pimps and punters will be delighted.",
    "I set out below my response to the consultation. 1. The draft rests on a definition of consent.",
    "Here are my comments on the draft policy. Section 3 cites two studies and ignores the rest.",
    "I strongly support the proposed policy and hope that it is adopted.",
    "Paragraph 4 of the draft is wrong about Sweden.",
    "My response to the consultation is that I disagree with the policy.",
    "Please cancel my membership with immediate effect and send nothing further.",
    "I hereby resign from Amnesty.",
    "I can no longer remain a member of this organisation.",
    "Take me off your mailing list.",
    "I have cancelled my direct debit. I'm leaving Amnesty over this.",
    "I already have the documents, thank you. What I'd like to know is whether amendments are allowed.",
    "I need nothing further from you and look forward to the debate in April.",
    "Please do not send me the documents.",
    "I don't want any of your papers, thank you very much.",
    "I have no wish to have them again, I want to know who is responsible.",
    "We have moved house. Please change our address.",
    "Please update my details on your system.",
    "I would like to make a donation of ten pounds.",
    "Where is the shop order I paid for?",
    "We offer special offer rates on our services.",
    "Lovely weather in Whitby today.",
    "You could have sent the documents to everybody.",
    "I will be at the meeting in April with two friends.",
    "see below, not sure why this came to me, think it was meant for you",
]


@pytest.mark.parametrize("text", OTHERS)
@pytest.mark.parametrize("block", [(Zone.SIGNATURE, ""), (Zone.SIGNATURE, BLOCK)], ids=["alone", "signed with details"])
def test_these_ask_for_no_documents(read: Read, text: str, block: tuple[Zone, str]) -> None:
    assert read(zones=((Zone.OWN, text), block)).wish is Wish.OTHER


@pytest.mark.parametrize("text", OTHERS[22:32])
def test_who_leaves_or_wants_nothing_asks_for_nothing_whatever_is_given(read: Read, text: str) -> None:
    assert read(text + BLOCK).wish is Wish.OTHER


def test_a_long_letter_that_asks_for_nothing_is_no_request_even_with_details(read: Read) -> None:
    letter = "The authors have looked at one side only and have forgotten the women in the middle of it. " * 8

    assert read(letter + BLOCK).wish is Wish.OTHER


@pytest.mark.parametrize(
    "text",
    [
        "Please ignore my request, my friend Barbara has lent me her copy so you can save the stamp.",
        "I no longer need the documents.",
        "Please cancel my request for the documents.",
        "No need to send the pack after all, my group has one.",
        "I've changed my mind, I don't want the documents now.",
        "don't bother sending, found it online",
        "I withdraw my request.",
        "Forget my order for the documents, please.",
    ],
)
def test_a_request_can_be_taken_back(read: Read, text: str) -> None:
    assert read(text).wish is Wish.WITHDRAWAL
    assert read(text + BLOCK).wish is Wish.WITHDRAWAL


@pytest.mark.parametrize(
    "text",
    [
        "I am still waiting for the documents.",
        "The pack hasn't arrived.",
        "You said you'd sent it two weeks ago and nothing has come.",
        "where are my documents??",
        "I have not received the consultation papers you promised.",
        "Just chasing my pack.",
        "The documents never turned up, could you please send them again?",
        "It must have got lost in the post.",
        "still no documents",
    ],
)
def test_a_pack_that_never_arrived_is_asked_after(read: Read, text: str) -> None:
    assert read(text).wish is Wish.NEVER_ARRIVED
    assert read(text + BLOCK).wish is Wish.NEVER_ARRIVED


@pytest.mark.parametrize(
    "text",
    [
        "My card has not arrived yet so I don't know my number. Please send the documents.",
        "My magazine never came, and please send me the consultation documents.",
        "I haven't received a magazine since May. Could I have the documents?",
    ],
)
def test_something_else_that_never_arrived_is_no_pack(read: Read, text: str) -> None:
    assert read(text).wish is Wish.REQUEST


@pytest.mark.parametrize(
    "text",
    [
        "Thank you, the documents arrived safely this morning.",
        "Thanks!",
        "Many thanks for sending the pack so quickly.",
        "Got them, cheers",
        "Thank you for your help.",
        "Received with thanks.",
        "Diolch yn fawr iawn!",
        "That's brilliant, thank you so much for the papers. I shall read them at the weekend.",
    ],
)
def test_thanks_and_nothing_else(read: Read, text: str) -> None:
    assert read(text, "Re: Your consultation documents").wish is Wish.THANKS


@pytest.mark.parametrize(
    "text",
    [
        f"Thank you. My number is {NUMBER} and I live at {HOME}",
        "Thank you. Could you send me the documents?",
        "Thanks, I don't have my number I'm afraid.",
    ],
)
def test_thanks_with_a_request_are_a_request(read: Read, text: str) -> None:
    assert read(text, "Re: Your request").wish is Wish.REQUEST


def test_thanks_with_a_question_need_a_person(read: Read) -> None:
    assert read("Thanks for the documents. Can I bring a friend to the AGM?").wish is Wish.OTHER


# --- what else has to be known -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Please send TWO sets: Ann, number 1234567, and Bob, number 7654321.",
        "Could I have the documents. My number is 1234567 and my wife's number is 7654321.",
        "My husband and I are both members, may we have the documents?",
        "A set each please, we are both members.",
        "Two copies please, one for me and one for my husband, he is a member too.",
        "Please send the documents. Our membership numbers are below.",
        "My wife is a member too, please send her a set as well.",
    ],
)
def test_one_mail_may_ask_for_several_members(read: Read, text: str) -> None:
    assert read(text).several_members


@pytest.mark.parametrize(
    "text",
    [
        "My wife and I have a joint membership, number 1234567. One copy between us is plenty.",
        "My number is 1234567, not 7654321 which is my old number. Documents please.",
        "I gave you my wife's number 7654321 by mistake, mine is 1234567. Documents please.",
        "Ignore 7654321 if it comes up, that was my student membership. I am 1234567. Documents please.",
        "Could I have two copies please, number 1234567.",
        "My husband and I would like to read the documents.",
        "I have two cards, 1234567 and 7654321, and do not know which one you want. Documents please.",
    ],
)
def test_one_member_is_not_several(read: Read, text: str) -> None:
    assert not read(text).several_members


@pytest.mark.parametrize(
    "text",
    [
        "Please send the documents to my neighbour, she is a member.",
        "I am writing on behalf of Mrs Example. Please send the consultation documents.",
        "My mum is a member of yours. I deal with her post. Could you send something?",
        "Could I have the documents for my mother, her number is 1234567.",
        "I am her carer, please post the pack.",
        "A pack for my elderly father please.",
        "He would have wanted to have his say and I would like to read the documents for him.",
        "Please send a copy to my friend at the address below.",
    ],
)
def test_a_request_for_somebody_else(read: Read, text: str) -> None:
    assert read(text).on_behalf


@pytest.mark.parametrize(
    "text",
    [
        "My husband won't touch the computer, he's stood behind me telling me what to type. He would like the documents.",
        "My mother, a member, has asked me to write: she would like the documents please.",
        "Dictated by my father, who has no computer. Please send him the documents.",
        "Please send the documents to me and my wife.",
        "My neighbour Jean, who is also a member, told me of this. I would like the documents.",
        "A friend told me about the consultation. Could I have the papers?",
        "When my late wife and I joined in 1968 there were no policies. Will you let me have a set?",
        "My friend is a member and says there are documents. I'd like them too please.",
        "Please send the documents, I want to show them to my local group.",
    ],
)
def test_the_member_s_own_wish(read: Read, text: str) -> None:
    intent = read(text)

    assert intent.wish is Wish.REQUEST
    assert not intent.on_behalf


@pytest.mark.parametrize(
    "text",
    [
        "Please send the documents in large print.",
        "Is there a Braille version of the documents? If so please send it.",
        "I am blind, could I have the documents on audio CD?",
        "Could I have an easy read version of the documents please?",
        "Are the documents available in Welsh? Please send them.",
        "Hoffwn y dogfennau yn Gymraeg os gwelwch yn dda.",
        "Please send me the papers as a Word document for my screen reader.",
        "Could I have a Polish translation of the documents?",
        "Please send the documents on yellow paper, I am dyslexic.",
    ],
)
def test_a_form_that_a_person_must_make(read: Read, text: str) -> None:
    intent = read(text)

    assert intent.special_format
    assert intent.wish is Wish.REQUEST


@pytest.mark.parametrize(
    "text",
    [
        "Please send the documents on paper.",
        "Please email me the documents as a pdf.",
        "No need for large print, my glasses are new. Documents please.",
        "I borrow large print books from the library but your documents will be fine, please send them.",
        "You are welcome to write to me in Welsh or English. Please send me the documents.",
        "Mae croeso i chi ysgrifennu ataf yn Gymraeg. Please send the documents.",
        "I live near the Welsh border. Documents please.",
        "I work as a translator and would like the documents.",
    ],
)
def test_an_ordinary_form(read: Read, text: str) -> None:
    assert not read(text).special_format


@pytest.mark.parametrize(
    "text",
    [
        "Please see attached letter.",
        "this is my card",
        "I have filled in the slip by hand.",
        "Photo of my card attached",
        "scan of form",
    ],
)
def test_the_details_are_said_to_be_attached(read: Read, text: str) -> None:
    intent = read(text, attachments=PHOTO)

    assert intent.in_attachment
    assert intent.wish is Wish.REQUEST
    assert not read(text).in_attachment


@pytest.mark.parametrize(
    "text", ["Documents by post please", "Please post me the papers", "a hard copy of the documents please", "on paper please"]
)
def test_paper_is_wanted(read: Read, text: str) -> None:
    assert read(text).by_post


@pytest.mark.parametrize("text", ["Please email the documents, not by post", "I don't need them in the post", "Documents please"])
def test_no_paper_is_wanted(read: Read, text: str) -> None:
    assert not read(text).by_post


# --- whatever comes ----------------------------------------------------------------------------------------


@settings(max_examples=80, deadline=None)
@given(text=st.text(), subject=st.text())
def test_evidence_is_what_stands_in_the_part(policy: Policy, text: str, subject: str) -> None:
    message = mail(f"{text} please send me {text} documents. Thanks {text}", subject)

    for found in read_intent(message, Details(), WORDS, policy).evidence:
        part = message.part(found.part)

        assert part
        assert part.text[found.start : found.end] == found.text


@pytest.mark.parametrize("unit", ["a", " ", "!", "\n", "please ", "i also ", "docs ", "send me a ", "can i be ", "I want. "])
def test_a_megabyte_of_anything_is_read(read: Read, unit: str) -> None:
    assert isinstance(read(unit * (1_000_000 // len(unit))), Intent)
