"""Knowing a machine: each test spoils one thing in a person's mail, or puts one thing right in a machine's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swc_mailer.adapters.rules_files import read_words
from swc_mailer.core.automatic import Author, author, automatic_signs
from swc_mailer.core.model import Automatic, Mailbox, Message, MimePart, Part, Policy, Section, Zone
from swc_mailer.core.words import Words

OUR_REPLY = f"<swc.r17.n1.{'0' * 32}@amnesty.org.uk>"
WORDS = read_words()

Read = Callable[..., tuple[Automatic, ...]]


def mail(subject: str = "Consultation", text: str = "Please send me the documents.", **changes: Any) -> Message:
    """A person's mail, with what a test changes."""
    headers = tuple((name.lower(), value) for name, value in changes.pop("headers", {}).items())
    zone = changes.pop("zone", Zone.OWN)
    parts = (
        Part("subject", subject, (Section("subject", Zone.OWN, 0, len(subject), subject),)),
        Part("text", text, (Section("text", zone, 0, len(text), text),)),
    )
    ordinary = Message(
        received=datetime(2014, 2, 10, 9, tzinfo=UTC),
        size=1000,
        headers=headers,
        message_id="<1@example.org>",
        subject=subject,
        from_=(Mailbox("Ann Example", "ann@example.org"),),
        reply_to=(),
        references=(),
        parts=parts,
        attachments=(),
        structure=(MimePart("text/plain", {}, ""),),
    )
    return replace(ordinary, **changes)


def sender(address: str, name: str = "") -> tuple[Mailbox, ...]:
    return (Mailbox(name, address),)


@pytest.fixture
def read(words: Words, policy: Policy) -> Read:
    def signs(
        subject: str = "Consultation", text: str = "Please send me the documents.", **changes: Any
    ) -> tuple[Automatic, ...]:
        used = replace(policy, **changes.pop("policy", {}))
        return automatic_signs(mail(subject, text, **changes), words, used)

    return signs


# --- header fields -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "value", "reason"),
    [
        ("Auto-Submitted", "auto-replied", "auto_reply"),
        ("AUTO-SUBMITTED", "Auto-Generated (failure)", "auto_reply"),
        ("Auto-Submitted", "auto-notified; owner-email=x@example.org", "auto_reply"),
        ("Return-Path", "<>", "bounce"),
        ("Return-Path", "<MAILER-DAEMON@mx.example.org>", "bounce"),
        ("X-Failed-Recipients", "bob@example.org", "bounce"),
        ("X-Loop", "yes", "own_mail"),
        ("X-Loop", "swc@amnesty.org.uk", "own_mail"),
        ("X-SWC-Mailer", "1", "own_mail"),
        ("List-Id", "<news.example.org>", "list_mail"),
        ("X-BeenThere", "group@lists.example.org", "list_mail"),
        ("Precedence", "auto_reply", "auto_reply"),
        ("X-Autoreply", "yes", "auto_reply"),
        ("X-Autorespond", "", "auto_reply"),
        ("X-Mailwarden-Challenge", "17", "challenge"),
        ("X-Other-Challenge", "17", "challenge"),
        ("X-Spam-Flag", "YES", "spam_verdict"),
        ("X-Spam-Status", "Yes, score=18.4", "spam_verdict"),
        ("X-SES-Spam-Verdict", "FAIL", "spam_verdict"),
        ("X-Forefront-Antispam-Report", "CIP:192.0.2.1;SFV:SPM;H:x", "spam_verdict"),
        ("X-Cron-Env", "<SHELL=/bin/sh>", "other_automatic"),
    ],
)
def test_one_certain_header_field_is_enough(read: Read, header: str, value: str, reason: str) -> None:
    signs = read(headers={header: value})

    assert author(signs) is Author.MACHINE
    assert signs[0].code == reason
    assert signs[0].strength == "A"


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Auto-Submitted", "no"),
        ("Auto-Submitted", "No (typed by a person)"),
        ("Auto-Submitted", "auto-forwarded"),
        ("X-Auto-Response-Suppress", "All"),
        ("X-Auto-Response-Suppress", "OOF, RN"),
        ("Disposition-Notification-To", "ann@example.org"),
        ("Return-Path", "<ann@example.org>"),
        ("Precedence", "normal"),
        ("X-Spam-Flag", "NO"),
        ("X-Spam-Status", "No, score=-0.7 required=5.0"),
        ("X-Autoreply", "no"),
        ("X-Loop", "somebody@example.net"),
        ("X-Mailer", "Microsoft Outlook 15.0"),
    ],
)
def test_these_header_fields_are_people_s(read: Read, header: str, value: str) -> None:
    assert author(read(headers={header: value})) is Author.PERSON


def test_every_instance_of_a_field_is_looked_at(words: Words, policy: Policy) -> None:
    twice = mail(headers={})
    twice = replace(twice, headers=(("auto-submitted", "no"), ("auto-submitted", "auto-replied")))

    assert author(automatic_signs(twice, words, policy)) is Author.MACHINE


@pytest.mark.parametrize("header", ["List-Unsubscribe", "Feedback-ID", "X-MS-Exchange-Inbox-Rules-Loop", "X-Auto-Generated"])
def test_a_field_that_gateways_add_is_not_enough(read: Read, header: str) -> None:
    assert author(read(headers={header: "x"})) is Author.PERHAPS_A_MACHINE


def test_bulk_mail_with_a_way_to_leave_is_a_list(read: Read) -> None:
    assert author(read(headers={"Precedence": "bulk"})) is Author.PERHAPS_A_MACHINE
    assert author(read(headers={"Precedence": "bulk", "List-Unsubscribe": "<mailto:x@example.org>"})) is Author.MACHINE


def test_the_inbox_s_own_list_is_no_sign(read: Read) -> None:
    headers = {
        "List-Id": "Consultation <swc.amnesty.org.uk>",
        "Precedence": "list",
        "List-Unsubscribe": "<x>",
        "X-BeenThere": "swc@amnesty.org.uk",
        "Sender": "swc-bounces@amnesty.org.uk",
    }

    assert author(read(headers=headers)) is Author.MACHINE
    assert author(read(headers=headers, policy={"own_lists": frozenset({"<swc.amnesty.org.uk>"})})) is Author.PERSON
    assert author(read(headers=headers, policy={"own_lists": frozenset({"SWC.amnesty.org.uk"})})) is Author.PERSON


def test_an_auto_reply_that_comes_through_the_own_list_is_still_one(read: Read) -> None:
    headers = {"List-Id": "<swc.amnesty.org.uk>", "Auto-Submitted": "auto-replied"}

    assert author(read(headers=headers, policy={"own_lists": frozenset({"swc.amnesty.org.uk"})})) is Author.MACHINE


FORWARDED = "<SRS0=aBcD=7Z=example.org=ann@forwarder.example.net>"


def test_a_service_that_forwards_people_s_mail_calls_it_bulk(read: Read) -> None:
    assert author(read(headers={"Precedence": "bulk", "Return-Path": FORWARDED})) is Author.PERSON
    assert author(read(headers={"Precedence": "bulk", "Return-Path": "<ann@example.org>"})) is not Author.PERSON
    assert author(read(headers={"Auto-Submitted": "auto-replied", "Return-Path": FORWARDED})) is Author.MACHINE


def test_spam_headers_are_those_of_the_configuration(read: Read) -> None:
    verdict = {"X-Filter": "spam (score 9)"}

    assert author(read(headers=verdict)) is Author.PERSON
    assert author(read(headers=verdict, policy={"spam_headers": ("X-Filter: Spam",)})) is Author.MACHINE
    assert author(read(headers={"X-Filter": "spammy"}, policy={"spam_headers": ("X-Filter: Spam",)})) is Author.PERSON


# --- structure ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        (MimePart("multipart/report", {"report-type": "delivery-status"}, ""), "bounce"),
        (MimePart("multipart/report", {}, ""), "bounce"),
        (MimePart("multipart/report", {"report-type": "Disposition-Notification"}, ""), "receipt"),
        (MimePart("multipart/report", {"report-type": "feedback-report"}, ""), "other_automatic"),
        (MimePart("message/delivery-status", {}, ""), "bounce"),
        (MimePart("message/disposition-notification", {}, "inline"), "receipt"),
        (MimePart("message/feedback-report", {}, ""), "other_automatic"),
    ],
)
def test_a_report_s_parts_show_it(read: Read, part: MimePart, reason: str) -> None:
    signs = read(structure=(MimePart("multipart/mixed", {}, ""), part))

    assert author(signs) is Author.MACHINE
    assert signs[0].code == reason


def test_a_person_may_attach_a_bounce(read: Read) -> None:
    attached = (MimePart("multipart/mixed", {}, ""), MimePart("message/rfc822", {}, "attachment"))
    report = MimePart("message/delivery-status", {}, "attachment")

    assert author(read("Fwd: Returned mail: see transcript", structure=(*attached, report))) is Author.PERSON


def test_an_invitation_is_a_robot_s_unless_a_person_wrote_words_to_it(read: Read) -> None:
    calendar = (MimePart("multipart/alternative", {}, ""), MimePart("text/calendar", {"method": "REQUEST"}, ""))

    assert author(read("Meeting", "", structure=calendar)) is Author.MACHINE
    assert author(read("Meeting", "Could we meet about the documents?", structure=calendar)) is Author.PERHAPS_A_MACHINE
    assert author(read("Accepted: packing", "Your request was accepted.", structure=calendar)) is Author.MACHINE
    # the subject is the calendar program's too, whatever a person adds to the text
    assert author(read("Tentative: packing", "Send me the documents anyway", structure=calendar)) is Author.PERHAPS_A_MACHINE


def test_an_attached_calendar_file_is_no_sign(read: Read) -> None:
    attached = (MimePart("multipart/mixed", {}, ""), MimePart("text/calendar", {}, "attachment"))

    assert author(read(structure=attached)) is Author.PERSON


# --- the sender --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["MAILER-DAEMON@mx.example.org", "mailer_daemon@example.org", "double-bounce@example.org"])
def test_a_daemon_is_a_machine(read: Read, address: str) -> None:
    assert author(read(from_=sender(address))) is Author.MACHINE


def test_a_daemon_may_have_only_a_name(read: Read) -> None:
    assert author(read(from_=sender("", "MAILER-DAEMON"))) is Author.MACHINE
    assert author(read(from_=sender("MAILER-DAEMON"))) is Author.MACHINE
    assert author(read(from_=sender("ann@example.org", "Mail Delivery Subsystem"))) is Author.MACHINE


@pytest.mark.parametrize("name", ["no-reply", "billing-noreply", "notifications", "postmaster"])
def test_an_address_that_nobody_reads_is_not_enough(read: Read, name: str) -> None:
    assert author(read(from_=sender(f"{name}@example.org"))) is Author.PERHAPS_A_MACHINE


def test_a_report_from_a_postmaster_is_a_machine_s(read: Read) -> None:
    assert author(read("Undeliverable: Your documents", from_=sender("postmaster@example.org"))) is Author.MACHINE
    assert author(read("Undeliverable: Your documents")) is Author.PERHAPS_A_MACHINE


def test_a_web_form_relays_a_person_s_words(read: Read) -> None:
    form = sender("no-reply@forms.example.net")

    assert author(read(from_=form, reply_to=sender("ann@example.org"))) is Author.PERSON
    assert author(read(from_=form, reply_to=sender("support@forms.example.net"))) is Author.PERHAPS_A_MACHINE
    assert author(read(from_=form, reply_to=sender("no-reply@example.org"))) is Author.PERHAPS_A_MACHINE
    assert author(read(from_=form, reply_to=(*sender("a@example.org"), *sender("b@example.org")))) is Author.PERHAPS_A_MACHINE


@pytest.mark.parametrize(
    ("headers", "form"),
    [
        ({"Precedence": "bulk"}, True),
        ({"Precedence": "junk"}, True),
        ({"Auto-Submitted": "auto-generated"}, False),
        ({"Auto-Submitted": "auto-generated", "Precedence": "bulk"}, False),
        ({"Precedence": "auto_reply"}, False),
        ({"List-Id": "<news.example.org>", "Precedence": "bulk"}, False),
    ],
)
def test_a_web_form_without_the_writer_s_address_shows_what_forms_show(read: Read, headers: dict[str, str], form: bool) -> None:
    signs = read(from_=sender("noreply@forms.example.net"), headers=headers)

    assert author(signs) is Author.MACHINE
    assert all(sign.relay for sign in signs if sign.strength == "A") is form


def test_our_own_mail_is_ours(read: Read) -> None:
    assert read(from_=sender("SWC@amnesty.org.uk"))[0].code == "own_mail"
    assert author(read(from_=sender("SWC@amnesty.org.uk"))) is Author.MACHINE
    assert author(read(message_id=OUR_REPLY)) is Author.MACHINE
    assert author(read(from_=sender("no-reply@amnesty.org.uk"))) is Author.MACHINE


def test_staff_of_ours_are_people(read: Read) -> None:
    assert author(read(from_=sender("jo.example@amnesty.org.uk"))) is Author.PERSON


def test_our_own_web_form_writes_from_our_address(read: Read) -> None:
    ours, ann = sender("swc@amnesty.org.uk"), sender("ann@example.org")

    assert author(read(from_=ours, reply_to=ann)) is Author.PERSON
    assert author(read(from_=ours, reply_to=ours)) is Author.MACHINE
    assert author(read(from_=ours, reply_to=ann, headers={"List-Unsubscribe": "x"})) is Author.PERHAPS_A_MACHINE
    assert author(read(from_=ours, reply_to=ann, headers={"X-SWC-Mailer": "1"})) is Author.MACHINE


@pytest.mark.parametrize("from_", [(), sender(""), (*sender("ann@example.org"), *sender("bob@example.org")), sender("ann")])
def test_a_strange_from_is_no_sign_by_itself(read: Read, from_: tuple[Mailbox, ...]) -> None:
    assert author(read(from_=from_)) is Author.PERSON


# --- the subject -------------------------------------------------------------------------------------------

VACATIONS = [
    "Automatic reply: Your consultation documents",
    "[EXTERNAL] Automatic reply: Your consultation documents",
    "Out of Office: Re: Your request",
    "AUTO: Jane Example is out of the office (returning 24/02/2014)",
    "Automatische Antwort: Your documents",
    "Abwesenheitsnotiz: Your documents",
    "Réponse automatique : Your documents",
    "Respuesta automática: Your documents",
    "Risposta automatica: Your documents",
    "Automatisch antwoord: Your documents",
    "Automatiskt svar: Your documents",
    "Odpowiedź automatyczna: Your documents",
    "Ateb awtomatig: Your documents",
    "Freagra uathoibríoch: Your documents",
    "Annual leave Re: Your documents",
    "Maternity leave",
    "OUT OF OFFICE - Re: Your documents",
    "Out of the office until Monday 24th",
    "Re: Your documents [Auto-Reply]",
]


@pytest.mark.parametrize("subject", VACATIONS)
def test_an_out_of_office_subject_needs_another_sign(read: Read, subject: str) -> None:
    assert author(read(subject)) is Author.PERHAPS_A_MACHINE
    assert author(read(subject, headers={"X-Auto-Response-Suppress": "All"})) is Author.MACHINE
    assert author(read(subject, references=(OUR_REPLY,))) is Author.MACHINE
    assert author(read(subject, "I am out of the office until Monday.")) is Author.PERHAPS_A_MACHINE


@pytest.mark.parametrize("prefix", ["Re: ", "RE: ", "Fwd: ", "Fw: ", "Aw: "])
@pytest.mark.parametrize(
    "subject", [*VACATIONS[:1], "Returned mail: see transcript", "Undeliverable: documents", "Read: documents"]
)
def test_people_answer_and_forward_what_machines_wrote(read: Read, prefix: str, subject: str) -> None:
    assert author(read(prefix + subject, references=(OUR_REPLY,))) is Author.PERSON


@pytest.mark.parametrize(
    "subject",
    [
        "Documents please - I am out of office next week",
        "Out of office address for the documents",
        "Have you received my request?",
        "Your ref 7710452 - consultation",
        "My order 4028817 has not arrived",
        "Undeliverable promises in the draft policy",
        "Absence of evidence in the draft",
        "Reading the draft policy",
        "Delivered to the wrong house",
        "Returned mail - wrong address",
        "Absence from the AGM",
        "Thank you for your order?",
        "Away until Friday, docs please",
        "Out of office until Friday, docs please",
        "Accepted?",
        "Invitation to members: documents please",
        "Receipt of documents",
        "Auto insurance? no, consultation",
        "Thank you for your email",
        "",
    ],
)
def test_people_s_subjects_are_people_s(read: Read, subject: str) -> None:
    assert author(read(subject, references=(OUR_REPLY,))) is Author.PERSON


def test_two_machines_that_answered_each_other_are_known(read: Read) -> None:
    assert author(read("Automatic reply: Re: Automatic reply: Consultation")) is Author.MACHINE


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        ("Read: Your documents", "receipt"),
        ("Not read: Your documents", "receipt"),
        ("Declined: meeting", "calendar_robot"),
        ("failure notice", "bounce"),
        ("Delivery delayed: Your documents", "bounce"),
        ("Please confirm your message to ann [#17]", "challenge"),
        ("[Ticket#17204] We received your request", "auto_reply"),
        ("Your order has been dispatched", "other_automatic"),
        ("Report domain: example.org Submitter: example.net", "other_automatic"),
    ],
)
def test_robots_are_known_by_their_subjects(read: Read, subject: str, reason: str) -> None:
    signs = read(subject)

    assert author(signs) is Author.PERHAPS_A_MACHINE
    assert signs[0].code == reason


# --- the body ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "This is an automatic reply. Nobody reads this mailbox.",
        "Hi. This is the qmail-send program at mail.example.org.\nI'm afraid I wasn't able to deliver your message.",
        "This message was created automatically by mail\ndelivery software.",
        "Your message did not reach some or all of the intended recipients.",
        "Votre message n'a pas pu être remis aux destinataires suivants :",
        "Su mensaje no pudo ser entregado a los siguientes destinatarios",
        "I am currently out of the office and will reply on my return.",
        "Thank you for your email.\n\nI am on annual leave until 3 March.",
        "Diolch am eich neges. Rydw i ar wyliau. Atebaf pan fyddaf yn dychwelyd.",
        "We have received your email. We aim to respond within five working days. Please do not reply to this email.",
        "I'm protecting myself from receiving junk mail. Please click below to verify.",
        "This is a Return Receipt for the mail that you sent.",
        "Hi, I'm away until 24 Feb with limited access to email.",
        "Bonjour,\nJe suis absent du bureau jusqu'au 3 mars. En cas d'urgence, contactez Paul.",
        "Ich bin bis 3. März nicht im Büro. In dringenden Fällen wenden Sie sich an Frau M.",
        "Sono in ferie fino al 3 marzo. Al mio rientro risponderò.",
        "Estoy de vacaciones. A mi regreso responderé.",
        "This mailbox is not monitored. Your message has been received and logged.",
    ],
)
def test_a_machine_s_wording_alone_makes_it_doubtful(read: Read, text: str) -> None:
    assert author(read("Re: Your documents", text, references=(OUR_REPLY,))) in (Author.PERHAPS_A_MACHINE, Author.PERHAPS_AWAY)


def test_wording_in_subject_and_body_together_is_still_only_wording(read: Read) -> None:
    away = "I shall be out of the office from tomorrow."

    assert author(read("Consultation", away)) is Author.PERSON
    assert author(read("Out of the office from tomorrow: documents please", away)) is Author.PERHAPS_A_MACHINE
    assert author(read("Consultation", f"{away} I have limited access to email.")) is Author.PERHAPS_AWAY
    thanks = "Automatic reply. Thank you for contacting us. This mailbox is not monitored."
    assert author(read("Consultation", f"{thanks} {away}")) is Author.PERHAPS_A_MACHINE
    assert author(read("Out of office: away", away)) is Author.PERHAPS_A_MACHINE


def test_what_a_web_form_says_of_itself_is_no_sign(read: Read) -> None:
    says = "This is an automated message. Do not reply to this address.\n\nName: Ann Example"
    form = sender("do-not-reply@forms.example.net")

    assert author(read("Form submission", says, from_=form, reply_to=sender("ann@example.org"))) is Author.PERSON
    assert author(read("Form submission", says, from_=form)) is Author.MACHINE


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for your automatic reply. I now enclose what you ask for: 1234567",
        "I am away from Monday, so please post them before that. Number 1234567.",
        "Thanks for your email. My number is 1234567.",
        "Hi, I keep getting this from you:\nDelivery has failed to these recipients or groups:\nswc@amnesty.org.uk",
        "Is the office closed on Friday? I could fetch the documents.",
        "I do not want any more of your emails, but please do not reply with a form letter.",
    ],
)
def test_a_person_may_use_one_of_a_machine_s_phrases(read: Read, text: str) -> None:
    assert author(read("Re: Your documents", text, references=(OUR_REPLY,))) is Author.PERSON
    assert author(read("Re: Your documents", text, headers={"X-Auto-Response-Suppress": "All"})) is Author.PERSON


@pytest.mark.parametrize("zone", [Zone.QUOTED, Zone.FORWARDED, Zone.OURS])
def test_what_a_person_quotes_is_no_sign(read: Read, zone: Zone) -> None:
    assert author(read("Re: x", "This is an automatic reply.", zone=zone)) is Author.PERSON


def test_the_most_certain_sign_comes_first(read: Read) -> None:
    signs = read("Automatic reply: x", headers={"X-Auto-Response-Suppress": "All", "X-Autoreply": "yes"})

    assert [sign.strength for sign in signs] == ["A", "A", "C"]
    assert signs[0].sign == "X-Autoreply: yes"


@pytest.mark.parametrize(
    ("subject", "changes", "reason"),
    [
        ("Undelivered mail", {"structure": (MimePart("multipart/report", {"report-type": "delivery-status"}, ""),)}, "bounce"),
        ("failure notice", {"from_": sender("MAILER-DAEMON@mx.example.org")}, "bounce"),
        ("Returned mail: see transcript", {}, "bounce"),
        ("Automatic reply: Your documents", {}, "auto_reply"),
        ("Read: Your documents", {}, "receipt"),
        ("Your documents", {}, "auto_reply"),
    ],
)
def test_the_reason_is_the_kind_of_machine(read: Read, subject: str, changes: dict[str, Any], reason: str) -> None:
    signs = read(subject, headers={"Return-Path": "<>", "Auto-Submitted": "auto-replied"}, **changes)

    assert signs[0].code == reason


# --- newsletters and offers --------------------------------------------------------------------------------

LEAVE = "To unsubscribe, click on the following link."
WHY = "You are receiving this email because you signed up at our shop."
OFFER = f"Dear friend,\nThe new models are in. See them all: http://shop.example.org/17\n\n{WHY}\n{LEAVE}"


@pytest.mark.parametrize(
    "text",
    [
        OFFER,
        f"{'A long offer of this and that. ' * 300}\n{LEAVE} All rights reserved.",
        "News of the week\n\nUnsubscribe | My subscriptions | Privacy\nThis newsletter was sent to: office@example.org",
        "Pour vous désabonner, cliquez ici. Vous recevez cet e-mail car vous êtes inscrit.",
        "Newsletter abbestellen. Sie erhalten diese E-Mail, weil Sie sich angemeldet haben.",
    ],
)
def test_a_newsletter_is_never_answered_by_itself(read: Read, text: str) -> None:
    assert author(read("News", text)) is Author.PERHAPS_A_MACHINE


@pytest.mark.parametrize(
    "text",
    [
        f"Please send me the documents.\n{LEAVE}",
        "I tried to unsubscribe from your newsletter, but the link does nothing. Please take me off the list.",
        "I am on holiday until Friday. There was a special offer, so please post the documents to my home.",
        "I signed up for the conference, but I cannot read the attachment.",
    ],
)
def test_one_of_a_newsletter_s_phrases_is_not_enough(read: Read, text: str) -> None:
    assert author(read("News", text)) is Author.PERSON


def test_who_answers_forwards_or_quotes_a_newsletter_is_a_person(read: Read) -> None:
    assert author(read("Re: News", OFFER)) is Author.PERSON
    assert author(read("Fwd: News", OFFER)) is Author.PERSON
    assert author(read("News", OFFER, references=("<1@example.org>",))) is Author.PERSON
    assert author(read("News", OFFER, zone=Zone.QUOTED)) is Author.PERSON


def test_what_a_form_s_provider_adds_below_is_no_sign(read: Read) -> None:
    relayed = {"from_": sender("forms@forms.example.net"), "reply_to": sender("ann@example.org")}

    assert author(read("New entry", f"E-mail: ann@example.org\nMessage: I object.\n\n{OFFER}", **relayed)) is Author.PERSON
    assert author(read("News", OFFER, **relayed)) is Author.PERHAPS_A_MACHINE


def test_what_the_own_list_adds_below_is_no_sign(read: Read) -> None:
    policy = {"own_lists": ("swc.example.org",)}

    assert author(read(text=OFFER, headers={"List-Id": "<swc.example.org>"}, policy=policy)) is Author.PERSON


# --- whatever comes ----------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(subject=st.text(), name=st.text(), address=st.text(), value=st.text())
def test_nothing_makes_the_reading_of_signs_fail(policy: Policy, subject: str, name: str, address: str, value: str) -> None:
    headers = {"Auto-Submitted": value, "List-Id": value, "X-Loop": value, "Return-Path": value}
    hostile = mail(subject, value, headers=headers, from_=sender(address, name), reply_to=sender(value))

    assert {sign.strength for sign in automatic_signs(hostile, WORDS, policy)} <= {"A", "B", "C"}


@pytest.mark.parametrize("unit", ["a", " ", "(", "out of ", "automatic reply ", "i am ", ">", "your message ", "unsubscribe "])
def test_a_megabyte_of_anything_is_read(read: Read, unit: str) -> None:
    long = unit * (1_000_000 // len(unit))

    assert isinstance(read(long, long, headers={"Auto-Submitted": long[:8000]}), tuple)
