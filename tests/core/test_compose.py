"""Composed replies, read back by Python's email package: their words, their files and their header fields."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from swc_mailer.adapters.templates import JinjaTemplates
from swc_mailer.core.compose import Wording, compose, compose_answer, wrapped
from swc_mailer.core.dates import long_date
from swc_mailer.core.mailwire import PackBlock, PackFile, pack_block, wire
from swc_mailer.core.model import (
    Address,
    Closed,
    Decision,
    Details,
    DetailsMissing,
    Evidence,
    Field,
    Ignore,
    Mailbox,
    Match,
    Member,
    Message,
    Number,
    Pack,
    Reason,
    Review,
    Settled,
    Verdict,
    Zone,
)
from swc_mailer.ports import NewReply

NUMBER, ADDRESS = Field.MEMBERSHIP_NUMBER, Field.POSTAL_ADDRESS
NOW = datetime(2014, 2, 10, 9, 30, tzinfo=UTC)
LATE = datetime(2014, 3, 22, 0, 0, tzinfo=UTC)
TEMPLATES = JinjaTemplates()
SENDER = Mailbox("Sex work consultation", "swc@example.org")
ANN = Mailbox("Ann Example", "ann@example.com")
WORDING = Wording(
    title="Global policy consultation",
    deadline=date(2014, 3, 21),
    timezone=ZoneInfo("Europe/London"),
    agm="12-13 April 2014",
    post_to=("Consultation", "1 Example Street"),
)
FILES = (
    PackFile("Draft policy.pdf", "application/pdf", bytes(range(256)) * 600),
    PackFile("Questions – réponses.docx", "application/octet-stream", b"\r\n.\r\n.hidden\nFrom me\n"),
    PackFile("read me.txt", "text/plain", b""),
)
PACK = pack_block(FILES)
MEMBER = Member("0123456", "Ann Registered", ("1 Register Road",), "ZZ1 1ZZ", "", "current", current=True)
PACK_DECISION = Pack((Reason("details_match"),), Match(Verdict.MATCH, MEMBER, None))
CLOSED = Closed((Reason("after_deadline"),))
MESSAGE = Message(NOW, 0, (), "<q1@example.com>", "Request", (ANN,), (), ("<q0@example.com>",), (), (), ())


def missing(*fields: Field) -> DetailsMissing:
    return DetailsMissing((Reason("number_missing"),), frozenset(fields))


def number(text: str, value: str = "1234567", set_aside: str = "") -> Number:
    return Number(value, Evidence("text", 0, len(text), text), Zone.OWN, labelled=True, set_aside=set_aside)


def address(text: str, *lacking: str) -> Address:
    return Address(("normalised",), "LS6 2AB", "", Evidence("text", 0, len(text), text), Zone.OWN, lacking)


def reply_to(
    decision: Decision,
    details: Details = Details(),  # noqa: B008 -- frozen
    *,
    message: Message | None = MESSAGE,
    wording: Wording = WORDING,
    recipient: Mailbox = ANN,
    now: datetime = NOW,
    pack: PackBlock | None = PACK,
    added: str = "",
) -> NewReply:
    reply = compose(
        decision,
        message,
        details,
        templates=TEMPLATES,
        sender=SENDER,
        wording=wording,
        recipient=recipient,
        message_id="<ours@example.org>",
        date=now,
        pack=pack,
        added=added,
    )
    assert reply
    return reply


def raw(reply: NewReply) -> bytes:
    return reply.head + (PACK.block if reply.pack else b"")


def read(reply: NewReply) -> EmailMessage:
    message = email.message_from_bytes(raw(reply), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert [part.defects for part in message.walk() if part.defects] == []
    return message


def words(reply: NewReply, form: str = "plain") -> str:
    body = read(reply).get_body((form,))
    assert body
    content = body.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


def text(reply: NewReply) -> str:
    """Its plain text without line breaks, so that a sentence can be found in it."""
    return " ".join(words(reply).split())


# --- which decisions are answered --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Ignore, Settled, Review])
def test_what_needs_no_reply_gets_none(kind: type[Ignore | Settled | Review]) -> None:
    decision = kind((Reason("x"),))
    reply = compose(
        decision,
        MESSAGE,
        Details(),
        templates=TEMPLATES,
        sender=SENDER,
        wording=WORDING,
        recipient=ANN,
        message_id="<ours@example.org>",
        date=NOW,
        pack=PACK,
    )

    assert reply is None


@pytest.mark.parametrize(
    ("decision", "kind", "asks"),
    [
        (PACK_DECISION, "pack", ()),
        (missing(ADDRESS, NUMBER), "details_missing", ("membership_number", "postal_address")),
        (CLOSED, "closed", ()),
    ],
)
def test_a_reply_is_stored_with_its_kind_and_what_it_asks_for(decision: Decision, kind: str, asks: tuple[str, ...]) -> None:
    reply = reply_to(decision)

    assert (reply.kind, reply.missing, reply.recipient, reply.message_id) == (
        kind,
        asks,
        "ann@example.com",
        "<ours@example.org>",
    )
    assert reply.pack == (PACK.digest if kind == "pack" else "")


def test_a_pack_reply_without_a_pack_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="pack"):
        reply_to(PACK_DECISION, pack=None)


# --- the pack ----------------------------------------------------------------------------------------------


def test_the_packs_files_arrive_byte_for_byte_in_order_under_their_names() -> None:
    attached = [
        (part.get_filename(), part.get_content_type(), part.get_payload(decode=True))
        for part in read(reply_to(PACK_DECISION)).iter_attachments()
    ]

    assert attached == [(file.name, file.media_type, file.content) for file in FILES]


def test_a_pack_reply_is_text_and_html_inside_a_mixed_message() -> None:
    message = read(reply_to(PACK_DECISION))

    assert message.get_content_type() == "multipart/mixed"
    assert [part.get_content_type() for part in message.walk()][1:4] == ["multipart/alternative", "text/plain", "text/html"]


def test_a_pack_reply_names_its_files_the_deadline_and_the_agm() -> None:
    reply = reply_to(PACK_DECISION)

    for file in FILES:
        assert f"- {file.name}" in text(reply)
    assert "closes on Friday 21 March 2014." in text(reply)
    assert "12-13 April 2014" in text(reply)
    assert "just reply to this email" in text(reply)


def test_the_same_files_make_the_same_block_and_any_other_make_another() -> None:
    renamed = pack_block([replace(FILES[0], name="Other.pdf"), *FILES[1:]])
    changed = pack_block([replace(FILES[0], content=b"x"), *FILES[1:]])

    assert pack_block(FILES) == PACK
    assert len({PACK.digest, renamed.digest, changed.digest, pack_block(FILES[::-1]).digest}) == 4


def test_a_pack_without_files_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="at least one"):
        pack_block([])


@given(
    st.lists(
        st.builds(PackFile, st.text(min_size=1, max_size=80), st.just("application/pdf"), st.binary(max_size=300)), min_size=1
    )
)
@settings(max_examples=60)
def test_any_pack_is_wire_form_as_it_stands(files: list[PackFile]) -> None:
    block = pack_block(files).block

    assert_wire_form(block)
    assert wire(b"", block).pieces[-1] is block


# --- what is missing ---------------------------------------------------------------------------------------


def test_a_missing_number_is_asked_for_with_the_two_places_where_it_stands() -> None:
    reply = reply_to(missing(NUMBER), Details(addresses=(address("12 Station Road\nLeeds LS6 2AB"),)))

    assert "your membership number. You will find it on your membership card, and on the address label" in text(reply)
    assert "your full postal address:" not in text(reply)
    assert "membership number" in reply.subject
    assert "postal address" not in reply.subject


def test_a_missing_address_is_asked_for_and_nothing_else() -> None:
    reply = reply_to(missing(ADDRESS), Details(numbers=(number("1234567"),)))

    assert "- your full postal address:" in text(reply)
    assert "- your membership number" not in text(reply)
    assert "closes on Friday 21 March 2014, so please write back soon" in text(reply)


def test_an_incomplete_address_is_repeated_and_only_the_rest_of_it_is_asked_for() -> None:
    reply = reply_to(missing(ADDRESS), Details((number("1234567"),), (address("12 Station Road, Leeds", "postcode"),)))

    assert "the rest of your postal address. We could not find the postcode." in text(reply)
    assert "12 Station Road, Leeds" in text(reply)


def test_what_was_understood_is_repeated_as_it_was_written() -> None:
    details = Details((number("O1234 5l7", "0123457"),), (address("> 12 station rd\n> leeds ls62ab"),))
    reply = reply_to(missing(NUMBER), details)

    assert "Membership number: O1234 5l7" in text(reply)
    assert "12 station rd leeds ls62ab" in text(reply)
    for form in ("plain", "html"):
        assert "0123457" not in words(reply, form)
        assert "LS6 2AB" not in words(reply, form)
        assert "normalised" not in words(reply, form)


def test_what_does_not_count_or_is_not_settled_is_not_repeated() -> None:
    details = Details(
        (number("7654321", "7654321", set_aside="a phone number"),),
        (address("1 First Street LS1 1AA"), address("2 Second Street LS2 2BB")),
    )
    reply = reply_to(missing(NUMBER, ADDRESS), details)

    assert "understood so far" not in text(reply)
    assert "7654321" not in text(reply)
    assert "First Street" not in text(reply)


def test_a_sentence_by_staff_stands_in_both_forms_and_on_one_line() -> None:
    asked = reply_to(missing(NUMBER), added="Is it <0123456>?\n\nBcc: all@example.org")

    assert "Is it <0123456>? Bcc: all@example.org" in " ".join(words(asked).split())
    assert "<p>Is it &lt;0123456&gt;? Bcc: all@example.org</p>" in words(asked, "html")


def test_the_reply_is_the_same_whatever_the_register_says() -> None:
    details = Details((number("1234567"),))

    assert raw(reply_to(missing(ADDRESS), details)) == raw(reply_to(missing(ADDRESS), details))
    assert "Registered" not in words(reply_to(PACK_DECISION))
    assert "Register Road" not in words(reply_to(PACK_DECISION), "html")


def test_a_long_letter_taken_for_an_address_is_not_carried_on() -> None:
    reply = reply_to(missing(NUMBER), Details(addresses=(address("\n".join(f"line {n} " + "x" * 200 for n in range(50))),)))

    assert "line 9" in words(reply)
    assert "line 10" not in words(reply)
    assert "x" * 70 not in words(reply)


def test_whoever_asked_in_time_is_told_so_after_the_deadline() -> None:
    reply = reply_to(missing(NUMBER), now=LATE)

    assert "closed on Friday 21 March 2014, but you asked in time" in text(reply)


CLOSES = [  # by the calendar in London, in summer time or not
    (datetime(2014, 3, 13, 9, 0, tzinfo=UTC), "closes on Friday 21 March 2014"),
    (datetime(2014, 3, 14, 0, 0, tzinfo=UTC), "closes in 7 days, on Friday 21 March 2014"),
    (datetime(2014, 3, 19, 23, 59, tzinfo=UTC), "closes in 2 days, on Friday 21 March 2014"),
    (datetime(2014, 3, 20, 0, 0, tzinfo=UTC), "closes tomorrow, Friday 21 March 2014"),
    (datetime(2014, 3, 21, 23, 59, 59, tzinfo=UTC), "closes today, Friday 21 March 2014"),
    (datetime(2014, 3, 22, 0, 0, tzinfo=UTC), "closed on Friday 21 March 2014"),
]


@pytest.mark.parametrize(("now", "says"), CLOSES)
def test_replies_count_the_days_when_few_are_left(now: datetime, says: str) -> None:
    for decision in (PACK_DECISION, missing(NUMBER)):
        reply = reply_to(decision, now=now)

        assert f"The consultation {says}" in text(reply)
        assert f"The consultation {says}" in re.sub("</?strong>", "", words(reply, "html"))


def test_days_are_counted_by_the_consultations_own_calendar() -> None:
    summer = replace(WORDING, deadline=date(2014, 7, 1))
    reply = reply_to(PACK_DECISION, now=datetime(2014, 6, 30, 23, 30, tzinfo=UTC), wording=summer)

    assert "closes today, Tuesday 1 July 2014" in text(reply)


# --- too late ----------------------------------------------------------------------------------------------


def test_a_closed_reply_tells_both_days_and_the_agm() -> None:
    reply = reply_to(CLOSED, message=replace(MESSAGE, received=LATE), now=LATE)

    assert "it closed on Friday 21 March 2014, and your email reached us on Saturday 22 March 2014." in text(reply)
    assert "12-13 April 2014" in text(reply)


def test_the_day_of_receipt_is_the_local_one_and_left_out_where_staff_close_a_case_by_hand() -> None:
    summer = replace(MESSAGE, received=datetime(2014, 4, 1, 23, 30, tzinfo=UTC))

    assert "reached us on Wednesday 2 April 2014" in text(reply_to(CLOSED, message=summer))
    assert "reached us" not in text(reply_to(CLOSED, message=MESSAGE))
    assert "reached us" not in text(reply_to(CLOSED, message=None))


# --- the words in general ----------------------------------------------------------------------------------

ALL_KINDS = pytest.mark.parametrize(
    "decision", [PACK_DECISION, missing(NUMBER, ADDRESS), CLOSED], ids=["pack", "missing", "closed"]
)


@ALL_KINDS
def test_sentences_that_the_configuration_leaves_empty_are_left_out(decision: Decision) -> None:
    bare = replace(WORDING, agm="", post_to=(), contact="", privacy="", organisation="")

    for form in ("plain", "html"):
        shown = words(reply_to(decision, wording=bare), form)

        assert "AGM" not in shown
        assert "by post" not in shown
        assert "talk to somebody" not in shown
        assert "\n\n\n" not in shown


@ALL_KINDS
def test_sentences_that_the_configuration_gives_stand_in_both_forms(decision: Decision) -> None:
    full = replace(WORDING, contact="Sam, 020 7946 0000", privacy="Used for this only.", organisation="Example Organisation")

    for form in ("plain", "html"):
        shown = words(reply_to(decision, wording=full), form)

        for sentence in (
            "12-13 April 2014",
            "1 Example Street",
            "Sam, 020 7946 0000",
            "Used for this only.",
            "Example Organisation",
        ):
            assert sentence in shown


@ALL_KINDS
def test_the_text_has_at_most_78_columns(decision: Decision) -> None:
    long = replace(WORDING, title="A consultation with quite a long title " * 4, privacy="word " * 60)
    details = Details((number("1 2 3 4 5 6 7"),), (address("x" * 200),))

    assert max(map(len, words(reply_to(decision, details, wording=long)).splitlines())) <= 78


@ALL_KINDS
def test_the_html_is_a_british_english_page_that_fetches_nothing(decision: Decision) -> None:
    html = words(reply_to(decision), "html")

    assert '<html lang="en-GB">' in html
    assert re.search(r"<title>[^<]+</title>", html)
    assert not re.search(r"https?:|src=|url\(|<script|<link|<img", html)


def test_a_date_is_written_out_whatever_the_machines_language() -> None:
    assert long_date(date(2014, 3, 21)) == "Friday 21 March 2014"


def test_wrapping_keeps_the_indent_of_lists_and_no_more_than_one_blank_line() -> None:
    assert (
        wrapped("\n\nA\n\n\n\n  - " + "word " * 20)
        == "A\n\n  - " + ("word " * 15).strip() + "\n    " + ("word " * 5).strip() + "\n"
    )


# --- hostile words -----------------------------------------------------------------------------------------

HOSTILE = "{{ 7*7 }} <b>bold</b> & \u202egnp.exe\u200b\r\nBcc: everybody@example.org\x00"


def test_strange_words_are_shown_as_plain_text() -> None:
    reply = reply_to(missing(NUMBER), Details(addresses=(address(HOSTILE),)))

    assert "{{ 7*7 }} <b>bold</b> & gnp.exe" in text(reply)
    assert "{{ 7*7 }} &lt;b&gt;bold&lt;/b&gt; &amp; gnp.exe" in words(reply, "html")
    assert "\u202e" not in words(reply) + words(reply, "html")
    assert "\x00" not in words(reply) + words(reply, "html")


def test_a_name_with_line_breaks_adds_no_header_field() -> None:
    reply = reply_to(CLOSED, recipient=Mailbox(HOSTILE, "ann@example.com"))
    message = read(reply)

    assert "Bcc" not in message
    assert message["To"].addresses[0].addr_spec == "ann@example.com"
    assert message["To"].addresses[0].display_name == "{{ 7*7 }} <b>bold</b> & gnp.exe Bcc: everybody@example.org"


def test_a_title_with_line_breaks_makes_one_subject() -> None:
    reply = reply_to(CLOSED, wording=replace(WORDING, title="A\r\nBcc: x@example.org"))

    assert read(reply)["Subject"] == "The consultation has closed: A Bcc: x@example.org"
    assert "Bcc" not in read(reply)


@pytest.mark.parametrize(
    "bad", ["", "ann", "ann@exa mple.org", "ann@example.org\r\nBcc: x", "zoë@example.org", "<ann@example.org>"]
)
def test_an_address_that_mail_cannot_be_sent_to_is_never_written(bad: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        reply_to(CLOSED, recipient=Mailbox("Ann", bad))


@given(name=st.text(max_size=120), title=st.text(max_size=300), written=st.text(max_size=200))
@example(name='"Ann" \\ =?utf-8?Q?x?=', title="=?utf-8?B?eA==?=", written=".\r\n.\r\n")
@example(name="日本語" * 40, title="é" * 250, written="\ud800\udfff\x85\u2028x")
@settings(max_examples=60)
def test_any_words_make_a_seven_bit_message_that_reads_back(name: str, title: str, written: str) -> None:
    details = Details((number(written),), (address(written, "postcode"),))
    wording = replace(WORDING, title=title)
    reply = reply_to(missing(ADDRESS), details, wording=wording, recipient=Mailbox(name, "ann@example.com"))
    message = read(reply)

    assert_wire_form(b"".join(wire(reply.head).pieces))
    assert message["To"].addresses[0].addr_spec == "ann@example.com"
    assert " ".join(message["Subject"].split()) == " ".join(reply.subject[:199].split()) or len(reply.subject) > 199
    assert set(message.keys()) <= KNOWN_FIELDS


def assert_wire_form(content: bytes) -> None:
    assert content.isascii()
    assert b"\0" not in content
    assert content.endswith(b"\r\n")
    lines = content.split(b"\r\n")
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert max(map(len, lines)) <= 998
    assert not any(line.startswith(b".") and not line.startswith(b"..") for line in lines)


def test_lines_that_begin_with_a_dot_are_stuffed_on_the_wire_and_nowhere_else() -> None:
    assert wire(b".a\r\n.\r\nb.\r\n..\r\n").pieces == (b"..a\r\n..\r\nb.\r\n...\r\n",)


# --- header fields -----------------------------------------------------------------------------------------

KNOWN_FIELDS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "X-SWC-Mailer",
    "MIME-Version",
    "Content-Type",
}


@ALL_KINDS
def test_every_reply_says_that_it_is_automatic_and_ours(decision: Decision) -> None:
    message = read(reply_to(decision))
    fields: Mapping[str, str] = {name: str(value) for name, value in message.items()}

    assert set(fields) == KNOWN_FIELDS
    assert fields["Auto-Submitted"] == "auto-replied"
    assert fields["X-Auto-Response-Suppress"] == "All"
    assert fields["X-SWC-Mailer"] == "1"
    assert fields["Date"] == "Mon, 10 Feb 2014 09:30:00 +0000"
    assert fields["Message-ID"] == "<ours@example.org>"
    assert fields["From"] == '"Sex work consultation" <swc@example.org>' or fields["From"].endswith("<swc@example.org>")


def test_a_reply_stays_in_its_thread() -> None:
    message = read(reply_to(CLOSED))

    assert message["In-Reply-To"] == "<q1@example.com>"
    assert message["References"] == "<q0@example.com> <q1@example.com>"


def test_a_long_thread_is_named_by_its_first_and_latest_messages() -> None:
    references = tuple(f"<{n}@{'x' * 200}.example>" for n in range(50))
    reply = reply_to(CLOSED, message=replace(MESSAGE, references=references))
    named = read(reply)["References"].split()

    assert named[0] == references[0]
    assert named[1:] == [*references[-8:], "<q1@example.com>"]
    assert max(map(len, reply.head.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("bad", ["", "<>", "no brackets", "<a b@c>", "<a@b>\r\nBcc: x", "<ö@example.org>", "<" + "x" * 300 + ">"])
def test_a_message_id_that_is_none_is_left_out_of_the_thread(bad: str) -> None:
    message = read(reply_to(CLOSED, message=replace(MESSAGE, message_id=bad, references=(bad,))))

    assert "In-Reply-To" not in message
    assert "References" not in message


def test_names_and_titles_in_any_language_arrive() -> None:
    reply = reply_to(
        CLOSED,
        recipient=Mailbox("Siân Ŵyn 日本", "ann@example.com"),
        wording=replace(WORDING, title="Ymgynghoriad ar bolisi – " * 3),
    )
    message = read(reply)

    assert message["To"].addresses[0].display_name == "Siân Ŵyn 日本"
    assert message["Subject"] == reply.subject


# --- a person's own answer ---------------------------------------------------------------------------------


def answer(text: str, message: Message | None = MESSAGE, subject: str = "") -> NewReply:
    return compose_answer(
        text,
        message,
        templates=TEMPLATES,
        sender=SENDER,
        wording=WORDING,
        recipient=ANN,
        message_id="<ours@example.org>",
        date=NOW + timedelta(days=1),
        subject=subject,
    )


def test_an_answer_by_staff_has_their_words_and_is_not_marked_as_automatic() -> None:
    reply = answer("Dear Ann,\nthank you.\n\nIt is <here> & now.")

    assert words(reply).startswith("Dear Ann,\nthank you.\n\nIt is <here> & now.\n")
    assert "<p>Dear Ann,<br>thank you.</p>" in words(reply, "html")
    assert "It is &lt;here&gt; &amp; now." in words(reply, "html")
    assert "Auto-Submitted" not in read(reply)
    assert read(reply)["In-Reply-To"] == "<q1@example.com>"
    assert reply.kind == "answer"


@pytest.mark.parametrize(
    ("asked", "given", "subject"),
    [
        ("Request", "", "Re: Request"),
        ("RE: re: Re:Request", "", "Re: Request"),
        ("Request", "About your pack\nBcc: x", "About your pack Bcc: x"),
        ("", "", "Your email about our consultation: Global policy consultation"),
        ("Re: " * 200_000, "", "Re: R…"),  # cut before it is looked at
    ],
)
def test_an_answer_has_the_subject_that_it_answers_or_its_own(asked: str, given: str, subject: str) -> None:
    assert read(answer("Hello.", replace(MESSAGE, subject=asked), given))["Subject"] == subject


def test_an_answer_to_a_letter_has_the_templates_subject() -> None:
    assert answer("Hello.", None).subject == "Your email about our consultation: Global policy consultation"
