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
    "Evening all. Saw the thing in the mag about the sex work policy. Could you bung a copy of the bumf my way? Cheers",
    "I would be glad of a sight of the draft policy and supporting papers.",
    "I should like to avail myself of the opportunity to comment and would ask you to let me have the necessary documentation.",
    "can u put me on the list for the consultation docs",
    "Hi, would it be ok to get the documents sent to my work address?",
    "Please add me to the consultation.",
    "Please register me for the consultation",
    "I'm emailing about the consultation. My membership number is below and my address too.",
    "I am a member and I would like to be consulted on the new policy.",
    "I would be interested to read the papers",
    "Can you let me know how to get the documents? ",
    "Could you tell me how I can obtain the consultation documents",
    "I understand that I need to email you to get the consultation documents.",
    "As a member of long standing I feel I should respond to the consultation. Please send what is necessary.",
    "wot do i need to do to get them docs",
    "I'd appreciate it if you could send me the docs",
    "Grateful if you could arrange for the documents to be sent to me.",
    "Kindly arrange to despatch one set of papers to the undersigned.",
    "May I please receive the material?",
    "Is it possible to receive the documents electronically?",
    "Do you have an electronic copy of the documents that you could send me?",
    "Any chance of the consultation docs before Friday?",
    "Would you be able to send the documents to me in France?",
    "i need the documents for the sex work consultation",
    "My details for the consultation are as follows",
    "Requesting consultation docs",
    "This is my formal request under the notice to members.",
    "Hello I want participate in consultation. Thank you.",
    "me and the missus want a look at this policy paper, send it here",
    "I have been a member since 1974 and never asked for anything. I do so now: the consultation documents, please.",
    "Do send me the papers, I promise to read every word.",
    "I look forward to receiving the documents.",
    "Looking forward to getting the consultation pack",
    "Please can you send consulation docs as I want to vote on it at AGM",
    "I've been told I can ask for the documents here?",
    "I asked for the documents last week but I think I forgot my number. It's 1234567.",
    "I emailed on Monday but had no answer. Could I have the consultation documents please?",
    "Not sure if my first mail got through, so again: please send the consultation documents.",
    "I was sent the wrong documents (a bequest leaflet!) - could I have the consultation ones please?",
    "My husband has the documents already but I'd like my own set please.",
    "Does it cost anything? If not please send me the documents.",
    "I'm in favour of the policy but would like to read the documents first.",
    "hi i lost my membership card but would still like the documents",
    "I used to be in the Leeds group. Could I have a consultation pack? I don't have a printer so paper please.",
    "I don't have time to come to the AGM but do want the documents.",
    "I do not use email much, this is my grandson's. Please post the papers to me.",
    "Please don't send by email, post the documents please.",
    "I need not have a paper copy; a link would do.",
    "Please could I get these documents? I do not want them by post as I'm away.",
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
        f"Sorry about that! Number is {NUMBER}\n\nAnn",
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


@pytest.mark.parametrize(
    "text",
    [
        "I don't have a computer of my own. Please send the documents.",
        "I do not have any of the details, sorry. Could I have the documents?",
        "I don't have it to hand. Please send the documents",
        "I didn't get the email until today. Can I still have the documents?",
        "I have never received any communication about this. Please send the documents.",
        "I never got the letter. Could I have the consultation pack?",
        "I don't want to miss the deadline so please send the documents",
        "I do not have the slightest idea what it says, so send me the documents please",
        "We don't get the magazine any more but would like the documents",
        "I don't want a fuss, just the documents please",
        "I don't need any help with this, just send me the papers please",
        "I don't see the documents on your website, could you send them?",
        "I can't see the documents on the website. How do I get them?",
        "I don't have a printer, so please post the documents",
        "No documents were attached to the notice, please send them",
        "Not being on the internet much I never see the notices. Documents please.",
        "I wouldn't want to comment without reading the documents so please send them",
        "I don't wish to receive them by email but by post please",
        "please do not send a paper version, a pdf of the documents will do",
        "I have received your notice about the consultation and would like the documents",
        "I've read the notice and would like the documents",
        "I have read the policy summary in the magazine and would like the full documents",
        "I got my card out of the drawer: number 1234567. Please send the docs.",
        "I am not able to download the documents from your site. Please email them to me.",
        "Could you cancel my old address and send the documents to the new one",
        "I want to cancel out of the AGM dinner. Also, please send the consultation documents.",
        "I've stopped my old direct debit and set up a new one. Please send me the documents.",
        "I was going to resign my membership but I'd like to read the documents first. Please send them.",
        "I will end my membership if this goes through. But please send me the documents so that I can see.",
        "Before I cancel my membership I would like to see the documents.",
        "I nearly left Amnesty over this, please send the documents",
    ],
)
def test_a_word_that_denies_is_not_yet_a_refusal(read: Read, text: str) -> None:
    assert read(text).wish is Wish.REQUEST


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
    "I do not agree with decriminalisation. Men who buy sex should be prosecuted. I hope you will think again.",
    "Do I need to have read the documents to vote at the AGM?",
    "Could you tell me whether the documents have been peer reviewed?",
    "Please let me know the date of the AGM.",
    "Who do I contact about my standing order?",
    "I've been a member for 30 years and I'm thinking of leaving over this policy.",
    "I find your draft policy abhorrent.",
    "Please pass my comments to the Chief Executive. The policy is wrong.",
    "I have read the documents and think section 4 is confused. Would you send my views to the drafting group?",
    "Please remove me from the membership list.",
    "I am leaving Amnesty after 20 years. Do not contact me again.",
    "Don't send me anything else ever again",
    "Please can you stop sending me emails",
    "How can I renew my membership?",
    "I'd like to change my direct debit to £5",
    "Is the consultation open to non-members?",
    "How will the responses be used, and will they be published?",
    "Can I bring a guest to the AGM in April?",
    "Is swc@amnesty.org.uk the right address for comments on the draft?",
    "I read with dismay your plans. Whoever thought of this should resign.",
    "You sent me a consultation document but I didn't ask for it. Why?",
    "I received the documents but page 7 is missing. Could you send me that page?",
    "I've got the pack thanks but the pdf won't open",
    "My views: decriminalise now. Sex workers deserve rights.",
    "To whom it may concern. I attach my submission to the consultation.",
    "Attached are my comments on the draft policy, for the attention of the committee.",
    "Please accept this email as my response. I think the policy should be adopted.",
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
        "Please ignore my earlier request for documents",
        "I don't need the documents any more, thanks.",
        "Sorry, wrong address, please ignore my request",
        "Please cancel the documents, we are moving",
        "I would like to withdraw my request for the consultation pack.",
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
        "I requested the consultation documents on 3 Feb and they still haven't come.",
        "Have you sent my docs yet? It's been three weeks",
        "Your email said the documents were attached but there was no attachment.",
        "I was promised a pack but it never came.",
        "Any news on the documents I asked for?",
        "When can I expect the documents? I asked a fortnight ago.",
        "It's now ten days since I gave you my details and I've had nothing.",
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
        "Thank you very much for the documents, which arrived today.",
        "All received, many thanks",
        "Thanks for getting back to me so quickly",
        "Cheers!",
        "ok thanks",
        "Thank you - I will read with interest.",
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


@pytest.mark.parametrize(
    ("subject", "text", "wish"),
    [
        (
            "Consultation",
            "I would like to be sent the documents. My wife (not a member) will no doubt read them too.",
            Wish.REQUEST,
        ),
        (
            "Members' consultation",
            "I believe I am entitled as a member to see what is being proposed before the AGM.",
            Wish.REQUEST,
        ),
        ("sex work policy", "Please provide information.", Wish.REQUEST),
        (
            "consultation",
            "hi there, membership number 1234567, name is jo bloggs, 12 Station Road, Leeds, LS6 2AB. thanks :)",
            Wish.REQUEST,
        ),
        ("SWC consultation", "I am interested in the above.", Wish.REQUEST),
        (
            "The consultation on sex work",
            "To: Amnesty\n\nI enclose my details as you ask in your notice. I trust this is sufficient.",
            Wish.REQUEST,
        ),
        ("policy", "I hope I'm not too late! Here are my details.", Wish.REQUEST),
        ("Policy consultation", "Would like docs. Ta", Wish.REQUEST),
        ("consult", "Want the docs", Wish.REQUEST),
        ("Consultation documentation", "May I please be included in the mailing of these?", Wish.REQUEST),
        (
            "FAO SWC team",
            "Please see my details below and forward the relevant documents at your earliest convenience.",
            Wish.REQUEST,
        ),
        ("Dokumenty", "Dzień dobry, chciałbym otrzymać dokumenty. Mój numer 1234567", Wish.REQUEST),
        ("Cais", "Dw i eisiau copi o'r dogfennau plîs", Wish.REQUEST),
        ("docs", "Could you resend, my spam filter ate them", Wish.REQUEST),
        ("hello", "I live in Spain now, would you post it here or do I need a UK address? I'd like the documents.", Wish.REQUEST),
        (
            "Consultation",
            "I would like to contribute and receive the documents. However I must say I am appalled by the draft.",
            Wish.REQUEST,
        ),
        ("Consultation", "Not a request for documents, just a question: how long is the consultation open?", Wish.OTHER),
        ("Sex work consultation", "I'm a sex worker and a member. Nothing about us without us. I support decrim.", Wish.OTHER),
        ("Consultation", "I do not wish to take part in this consultation.", Wish.OTHER),
        ("consultation", "Please do not send me any more about this.", Wish.OTHER),
        ("Complaint", "I want to register my objection to the draft policy.", Wish.OTHER),
        ("Consultation", "I've only just heard of this. Why wasn't it in the magazine?", Wish.OTHER),
        ("question", "Is the pack the same as what is on the website?", Wish.OTHER),
        ("Feedback", "I have filled in the questionnaire, where do I return it?", Wish.OTHER),
        ("My submission", "Please find attached my submission.", Wish.OTHER),
        ("Documents", "I have received the documents and have a query about para 12.", Wish.OTHER),
        (
            "Consultation",
            "Please note that I have died. Only joking, but my mother has: please take her off your list.",
            Wish.OTHER,
        ),
        ("Deceased member", "My father John Smith, member 1234567, died on 3 January. Please cancel his membership.", Wish.OTHER),
        ("Request", "Please can you confirm whether my membership is current?", Wish.OTHER),
        ("Request", "Could you send me a new membership card please?", Wish.OTHER),
        ("Job", "Please find my CV attached. I would like to apply for the post of campaigner.", Wish.OTHER),
        (
            "Press enquiry",
            "I'm a journalist at the Example Times and would like an interview about the draft policy.",
            Wish.OTHER,
        ),
        ("Student", "I am doing my dissertation on sex work, could you send me some material? I am not a member.", Wish.REQUEST),
        ("Magazine", "Please send me a replacement magazine, mine was soaked.", Wish.OTHER),
        ("Subject access request", "Please send me all the information you hold about me.", Wish.OTHER),
        ("Donation", "Could you send me a receipt for my donation?", Wish.OTHER),
        ("AGM", "Please send me the AGM booking form and papers.", Wish.OTHER),
        ("Appeal", "Please sign this petition to save the whale.", Wish.OTHER),
    ],
)
def test_subject_and_text_together_tell_the_wish(read: Read, subject: str, text: str, wish: Wish) -> None:
    assert read(text, subject).wish is wish


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
        "There are three of us in the house, all members, so three packs please.",
        "Please send packs for myself (1234567) and my husband (7654321).",
        "My daughter and I would both like the documents. I am 1234567, she is 7654321.",
        "Can you send the docs to me and my flatmate Tom? I'm 1234567 and he's 7654321",
        "Request for consultation documents for two members at the same address",
        "Could we each have a copy? My number is 1234567, Pat's is 7654321",
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
        "My membership number is 1234567. My partner is not a member. Docs please.",
        "I used to have number 7654321 when we were joint members. Now it's 1234567. Docs please.",
        "Please send two copies, as I'd like to scribble on one.",
        "Both my old cards have gone missing, docs please",
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
        "I'm emailing for my gran who is 92 and a member. Could she have the consultation documents in the post?",
        "Could you send the documents to Mrs Jones, a member of our group? She isn't on email.",
        "My client Mr Green wishes... I am his solicitor and request the documents on behalf of him",
        "My father passed away. He was a member, number 1234567. I thought I would ask for the documents in his place.",
        "I am the secretary of the Leeds group and want documents for our members",
        "I think the widower at no. 4 would be interested in your consultation documents, and he would enjoy the papers.",
        "Could Miss Green downstairs have the consultation papers? She is very keen.",
        "Could you let my mother-in-law have the documents?",
        "A friend of mine, Mr Green, ought to see your consultation papers. Please send a set.",
        "I look in on an elderly gentleman. The consultation documents would be right up his street.",
        "Would you send the documents? Her details are below.",
        "Documents for Jo Green please, I bring in her post.",
        "Consultation documents please, on Mr Green's behalf.",
        "For Jo, my neighbour. Consultation documents please.",
        "Would you send the documents to Mr Green. He has been an Amnesty member for thirty years.",
        "My neighbour is a member. He has no computer. Please send him the documents.",
        "My neighbour is a member and has no computer. I am sure he would like the consultation documents.",
        "My mother would love to see the consultation papers, I am sure. Please post a set.",
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
        "My gran (92, a member) wants the consultation papers. She's dictating this to me! Please post them to her.",
        "Mum's asked me to email you as she doesn't do computers. She would like the consultation documents.",
        "I'm typing this for my husband as he has hurt his hand: please may I have the consultation documents?",
        "Please send the documents for me to read with my wife.",
        "I'm secretary of the Leeds group and would like the documents please. My number is 1234567.",
        "Please send a copy of the documents to my daughter's address, where I am staying",
        "Please send the documents to me c/o my son at the address below.",
        "My wife does my emails for me. I would like the documents.",
        "Could Mr Example have the consultation documents?",
        "Would you let Miss Ann Example have the documents?",
        "Could my wife and I have the documents?",
        "I would like the documents. My neighbour thinks he would find the consultation interesting too but he isn't a member.",
        "My uncle has asked me to email you. He would be interested in the consultation documents.",
        "Please send me the documents. The man at the shop thought I should have the papers.",
        "My son found your notice; he thinks I should have the consultation documents.",
        "All I want, on nobody's behalf but my own, is the consultation documents. Please send them.",
        "I think my husband would like to see them too, but I'd like the documents for myself.",
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
        "Please could I have the consultation document in bigger letters, my eyes are not what they were.",
        "large print if poss. docs please",
        "Could you do the documents in 18 point? Please send",
        "Is there an audio version of the documents please?",
        "pls send documents in spanish if you have",
        "Could somebody read it to me over the telephone? I'd like the documents.",
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
        "I can't do with small print so paper is better than a screen, please send the documents by post",
        "Please send the documents as an attachment, plain text emails are fine.",
        "I speak Welsh but English is fine, documents please",
        "I translated for Amnesty in the 80s. Please send the documents.",
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
    ("text", "something_else"),
    [
        ("Minutes of the Stroud group are attached. Might I have the documents?", True),
        ("The rota for the stall is attached. Please send me the documents.", True),
        ("I attach our petition. Could I have the documents?", True),
        ("A recipe for the bake sale is attached. Could I have the documents?", True),
        ("My details are attached. Might I have the documents?", False),
        ("A scan of my card is attached. Please send me the documents.", False),
        ("I attach my letter. Could I have the documents?", False),
    ],
)
def test_what_is_attached_may_be_something_else(read: Read, text: str, something_else: bool) -> None:
    intent = read(text, attachments=PHOTO)

    assert intent.other_attachment is something_else
    assert bool(intent.in_attachment) is not something_else


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


@pytest.mark.parametrize(
    ("cells", "wish"),
    [
        ("Filled in by\tAnn Example\nWanted\tthe consultation documents\nNot wanted\ta lift to the meeting\n", Wish.REQUEST),
        ("Filled in by\tAnn Example\nHad already\tthe consultation documents\nWanted\ta lift to the meeting\n", Wish.OTHER),
    ],
)
def test_what_stands_in_a_cell_is_said_of_the_label_before_it(read: Read, cells: str, wish: Wish) -> None:
    assert read(f"{cells}Number\t{NUMBER}\nHome\t{HOME}", subject="Slip").wish is wish
