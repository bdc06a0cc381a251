"""The text of messages: the right part, in the right charset. Each is small, and wrong in one way."""

from __future__ import annotations

import base64

import pytest

from tests.core.mails import IMAGE, PDF, body_of, file, html, multipart, plain, read, text_of

HTML = "Documents, please. Ann Example, member 1234567, 12 Rose Lane"
POUND = "£5, it’s Zoë"


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        (POUND.encode(), "Content-Type: text/plain; charset=utf-8"),
        (POUND.encode(), ""),
        (POUND.encode(), "Content-Type: text/plain; charset=us-ascii"),
        (POUND.encode("cp1252"), "Content-Type: text/plain"),
        (POUND.encode("cp1252"), "Content-Type: text/plain; charset=iso-8859-1"),
        (POUND.encode("cp1252"), 'Content-Type: text/plain; charset="unknown-8bit"'),
        (POUND.encode("utf-16"), "Content-Type: text/plain; charset=utf-16"),
        (POUND.encode("utf-7"), "Content-Type: text/plain; charset=utf-7"),
        (base64.encodebytes(POUND.encode()), "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64"),
        (b"=A35, it=92s Z=\r\no=EB", "Content-Type: text/plain; charset=cp1252\nContent-Transfer-Encoding: quoted-printable"),
        (b"=C2=A35, it=\n=E2=80=99s Zo=C3=AB", "Content-Type: text\nContent-Transfer-Encoding: Quoted-Printable"),
        (b"&pound;5, it&#8217;s <b>Zo&euml;</b>", "Content-Type: text/html"),
        (POUND.encode("cp1252").replace(b"\xa3", b"<br>\xa3"), "Content-Type: text/html"),
        (b'<meta http-equiv=content-type content="text/html; charset=utf-8">' + POUND.encode(), "Content-Type: text/html"),
        (b'<meta charset="mac-roman"><p>' + POUND.encode("mac-roman"), "Content-Type: text/html"),
        (b"<html><body>&pound;5, it&rsquo;s Zo&euml;</body></html>", "Content-Type: text/plain"),
        (POUND.encode(), "Content-Type: text/html"),
        (b"<bold>" + POUND.encode() + b"</bold>", "Content-Type: text/enriched; charset=utf-8"),
        (POUND.encode().replace(b"it", b"it\xc2\xad\xe2\x80\x8b"), "Content-Type: text/plain; charset=utf-8"),
        (POUND.encode(), 'Content-Type: text/plain; name="message.txt"\nContent-Disposition: inline'),
        (POUND.encode().replace(b" ", b" \0\0"), "Content-Type: text/plain; charset=utf-8"),
        (POUND.encode(), "Content-Type: ???"),
        (POUND.encode(), "Content-Type: multipart/mixed"),
        (POUND.encode(), "Content-Type: multipart/alternative; boundary=nowhere"),
    ],
)
def test_the_text_is_what_was_written(content: bytes, fields: str) -> None:
    message = read(fields.encode() + b"\n\n" + content)

    assert text_of(message).strip() == POUND
    assert not message.unreadable


def test_a_soft_line_break_does_not_split_a_number() -> None:
    message = read("Content-Transfer-Encoding: quoted-printable\n\nMy number is 123=  \n4567, at LS6=A02AB")

    assert text_of(message) == "My number is 1234567, at LS6 2AB"


def test_flowed_text_is_joined() -> None:
    message = read("Content-Type: text/plain; format=flowed; delsp=yes\n\nMy number is 1234 \n567.\n> Yours?\n")

    assert text_of(message) == "My number is 1234567.\n> Yours?\n"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (multipart("mixed", plain("one"), IMAGE, plain("two")), "one\ntwo"),
        (multipart("alternative", plain("plain"), html("<p>html")), "plain"),
        (multipart("alternative", html("<p>html"), plain("plain")), "plain"),
        (multipart("alternative", plain(" \n"), html("<p>html")), "html"),
        (multipart("alternative", html("<p>html")), "html"),
        (multipart("alternative", plain("This mail needs an HTML reader."), html("<p>My number: 1234567")), "My number: 1234567"),
        (multipart("alternative", plain("Hello"), html("<p>Hello, my number is 1234567")), "Hello, my number is 1234567"),
        (multipart("alternative", plain("Hello"), html("<p>Hello")), "Hello"),
        *(
            (multipart("alternative", plain(stub), html("<p>Documents, please. Ann Example, member 1234567, 12 Rose Lane")), HTML)
            for stub in (
                "This message needs an HTML capable mail program.",
                "Bericht in opgemaakte tekst, zie de andere weergave van dit bericht.",
                "[Logo]<http://www.example.org/1234567>\nView online: http://example.org/m/7654321",
                "Dear friend of good stationery, {{ preheader }} {{ body }} {{ unsubscribe }}",
                "[cid:image001.png@01CF2E3A.7654321]",
                "Documents, please.",
            )
        ),
        *(
            (multipart("alternative", plain(whole), html(f"<p>{whole}<p>Our fine paper: ask for a list")), whole)
            for whole in (
                "Documents, please. Ann Example, member 1234567",
                "Please send me all the documents, as I should like to read them before the meeting",
            )
        ),
        (multipart("related", html("<p>html"), IMAGE), "html"),
        (multipart("signed", plain("signed"), "Content-Type: application/pgp-signature\n\n-----BEGIN PGP"), "signed"),
        (multipart("mixed", multipart("alternative", plain("in"), html("in"), boundary="c"), plain("footer")), "in\nfooter"),
        (multipart("alternative", plain("in"), multipart("mixed", html("x"), PDF, html("y"), boundary="c")), "in"),
        (multipart("report", plain("words"), "Content-Type: text/rfc822-headers\n\nSubject: 7654321"), "words"),
        (multipart("mixed", plain("words"), 'Content-Type: text/plain; name="notes.txt"\n\n7654321'), "words"),
        (multipart("mixed", plain("words"), "Content-Disposition: attachment\n\n7654321"), "words"),
        (multipart("mixed", 'Content-Type: text/plain; name="text_0.txt"\n\nfrom a phone'), "from a phone"),
        (multipart("mixed", plain("words"), "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR"), "words"),
        (multipart("mixed", "\nno fields"), "no fields"),
        (f"Content-Type: multipart/mixed; boundary=b\n\npreamble\n{body_of(plain('words'))}epilogue", "words"),
        (f"Content-Type: multipart/mixed; boundary=b\n\n--b\n{plain('no end')}", "no end"),
        (f"Content-Type: multipart/mixed; boundary=other\n\n{body_of(plain('by another boundary'))}", "by another boundary"),
        (f"Content-Type: multipart/mixed\n\n{body_of(plain('by no boundary'))}", "by no boundary"),
        (f"Subject: x\n\nThis is a multi-part message in MIME format.\n\n{body_of(plain('without a type'))}", "without a type"),
        (file("multipart/mixed; boundary=b", base64.encodebytes(body_of(plain("encoded")).encode()).decode()), "encoded"),
        (f"Content-Type: multipart/mixed; boundary=b\n\n--bb\n--b  \r\n{plain('words')}\r\n--b-- \r\n", "words"),
        ("Content-Type: text/plain\n\n" + "begin 644 card.jpg\n#86)C\n`\nend\n", ""),
    ],
)  # fmt: skip
def test_the_right_parts_are_the_text(raw: str, text: str) -> None:
    message = read(raw)

    assert text_of(message) == text
    assert not message.unreadable


def test_an_empty_body_with_everything_in_the_subject_is_readable() -> None:
    message = read("Subject: 1234567, 12 Station Road, Leeds LS6 2AB\n\n")

    assert text_of(message) == ""
    assert not message.unreadable


ENCRYPTED = "-----BEGIN PGP MESSAGE-----\n\nhQEMA1234567\n-----END PGP MESSAGE-----\n"
NOISE = base64.encodebytes(bytes(range(256)) * 8).decode()
TNEF = file("application/ms-tnef; name=winmail.dat", "eJ8+IgAA")


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (multipart("encrypted", "Content-Type: application/pgp-encrypted\n\nVersion: 1", f"\n{ENCRYPTED}"), "encrypted"),
        (f"Subject: x\n\n{ENCRYPTED}", "encrypted"),
        (f"Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n{NOISE}", "encrypted"),
        (TNEF, "winmail.dat"),
        (multipart("mixed", plain(""), TNEF), "winmail.dat"),
        (f"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n{NOISE}", "none"),
        (f"Content-Type: text/plain\n\n{NOISE}", "none"),
        (multipart("mixed", *[plain("hello")] * 10_000), "parts"),
        ("".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3_000)), "levels"),
        ("Content-Type: message/rfc822\n\n" * 30_000, "levels"),
        ("Subject: x\n\n" + "long " * 100_000, "longer"),
        ("Content-Type: text/html\n\n" + "<br>x" * 100_000, "longer"),
    ],
)
def test_what_could_not_be_read_to_its_end_is_unreadable_and_said(raw: str, sentence: str) -> None:
    message = read(raw)

    assert message.unreadable
    assert sentence in " ".join(message.damage)


def test_readable_text_beside_winmail_dat_is_read() -> None:
    message = read(multipart("mixed", plain("My number is 1234567"), TNEF))

    assert not message.unreadable
    assert text_of(message) == "My number is 1234567"
    assert [attachment.name for attachment in message.attachments] == ["winmail.dat"]


def test_a_mended_charset_is_said_and_no_harm() -> None:
    message = read(b"Date: Mon, 03 Feb 2014 10:00:00 +0000\nContent-Type: text/plain; charset=x-unknown-8bit\n\n\xa35")

    assert message.damage == ("The text is marked as x-unknown-8bit; read as Windows-1252.",)
    assert not message.unreadable
