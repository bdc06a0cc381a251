"""Header values as they are written: addresses, ids, times, types."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swc_mailer.core.header_values import mailboxes, media_type, message_ids, parameters, time_of


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Ann Example <ann@example.org>", [("Ann Example", "ann@example.org")]),
        ("ann@example.org", [("", "ann@example.org")]),
        ("<ann@example.org>", [("", "ann@example.org")]),
        ('"Example, Ann" <ann@example.org>', [("Example, Ann", "ann@example.org")]),
        ("Example, Ann <ann@example.org>", [("Example, Ann", "ann@example.org")]),
        ("ann@example.org (Ann Example)", [("Ann Example", "ann@example.org")]),
        ('"ann@example.net" <ann@example.org>', [("ann@example.net", "ann@example.org")]),
        ("Ann @ home <ann@example.org>", [("Ann @ home", "ann@example.org")]),
        ("Ann [AIUK] <ann@example.org> (work)", [("Ann [AIUK]", "ann@example.org")]),
        (r'"Ann \"A\" Example" <ann@example.org>', [('Ann "A" Example', "ann@example.org")]),
        ('Ann "Example <ann@example.org>', [("Ann Example", "ann@example.org")]),
        ("=?utf-8?q?Zo=C3=AB?= <zoe@example.org>", [("Zoë", "zoe@example.org")]),
        ("=?utf-8?q?Ann=2C_AIUK?= <ann@example.org>", [("Ann, AIUK", "ann@example.org")]),
        ("=?utf-8?q?Ann_=3Cann=40example=2Eorg=3E?=", [("Ann", "ann@example.org")]),
        ("Ann =?utf-8?q?=0D=0ABcc=3A?= <ann@example.org>", [("Ann Bcc:", "ann@example.org")]),
        ("zoë@example.org", [("", "zoë@example.org")]),
        ("a@example.org, b@example.org", [("", "a@example.org"), ("", "b@example.org")]),
        ("a@example.org; b@example.org", [("", "a@example.org"), ("", "b@example.org")]),
        ("Ann <a@example.org> <b@example.org>", [("Ann", "a@example.org"), ("", "b@example.org")]),
        ("Us: a@example.org, Bob <b@example.org>;", [("", "a@example.org"), ("Bob", "b@example.org")]),
        ("undisclosed-recipients:;", []),
        ("unlisted-recipients:; (no To-header on input)", []),
        ("", []),
        ("<>", [("", "")]),
        ("MAILER-DAEMON <>", [("MAILER-DAEMON", "")]),
        ("MAILER-DAEMON", [("MAILER-DAEMON", "")]),
        ("MAILER-DAEMON@mx.example.org (Mail Delivery System)", [("Mail Delivery System", "MAILER-DAEMON@mx.example.org")]),
        ("<@a.example,@b.example:ann@example.org>", [("", "ann@example.org")]),
        ("mailto:ann@example.org", [("", "ann@example.org")]),
        ("ann @ example.org", [("", "ann@example.org")]),
    ],
)
def test_mailboxes_are_read_as_people_and_programs_write_them(value: str, expected: list[tuple[str, str]]) -> None:
    assert [(mailbox.name, mailbox.address) for mailbox in mailboxes(value)] == expected


def test_an_address_with_something_invisible_does_not_pass_for_another() -> None:
    assert mailboxes("<ann\u200b@example.org>")[0].address == "ann\ufffd@example.org"


@given(st.text(alphabet=st.sampled_from('ab@.,;:<>()"\\ =?_qQ\t\u00e9')))
def test_any_address_field_can_be_read(value: str) -> None:
    for mailbox in mailboxes(value):
        assert len(f"{mailbox.name}{mailbox.address}".splitlines()) <= 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Thu, 06 Feb 2014 07:52:11 +0000", datetime(2014, 2, 6, 7, 52, 11, tzinfo=UTC)),
        ("6 Feb 2014 07:52:11", datetime(2014, 2, 6, 7, 52, 11, tzinfo=UTC)),
        ("Thu, 06 Feb 2014 07:52:11 -0000", datetime(2014, 2, 6, 7, 52, 11, tzinfo=UTC)),
        (
            "from a by b; for c; Thu, 06 Feb 2014 07:52:11 +0100 (CET)",
            datetime(2014, 2, 6, 7, 52, 11, tzinfo=timezone(timedelta(hours=1))),
        ),
        ("yesterday", None),
        ("", None),
        ("Thu, 06 Feb 20140 07:52:11 +0000", None),
        ("Thu, 99 Feb 2014 07:52:11 +0000", None),
        ("Thu, 06 Feb 2014 07:52:11 +9999999999", None),
        (", , ,", None),
    ],
)
def test_times_are_aware_or_none(value: str, expected: datetime | None) -> None:
    assert time_of(value) == expected


@given(st.text(alphabet=st.sampled_from("0123456789 :+-,;()JanFebMonGMT")))
def test_any_time_can_be_read(value: str) -> None:
    found = time_of(value)

    assert found is None or found.astimezone(UTC).utcoffset() == timedelta(0)


def test_message_ids_come_in_order_and_once() -> None:
    assert message_ids(["<a@x> <b@x>\t<a@x>", "Your mail of Monday <c@x>", "<>", "<no space@x>"]) == ("<a@x>", "<b@x>", "<c@x>")


@pytest.mark.parametrize(
    ("value", "kind", "params"),
    [
        ("text/plain; charset=utf-8", "text/plain", {"charset": "utf-8"}),
        ('TEXT/Html ; Charset="utf-8" ; format=flowed', "text/html", {"charset": "utf-8", "format": "flowed"}),
        ("text/plain (words); charset=x", "text/plain", {"charset": "x"}),
        ("text", "text/plain", {}),
        ("nonsense", "", {}),
        ("", "", {}),
        ("text/plain; charset=a; charset=b", "text/plain", {"charset": "a"}),
        ('multipart/mixed; boundary="a;b"', "multipart/mixed", {"boundary": "a;b"}),
        ('a/b; name*0="my "; name*1="file.pdf"', "a/b", {"name": "my file.pdf"}),
        ("a/b; name*=utf-8''caf%C3%A9.pdf", "a/b", {"name": "café.pdf"}),
        ("a/b; name*=nonsense''caf%C3%A9.pdf", "a/b", {"name": "café.pdf"}),
    ],
)
def test_media_types_and_parameters(value: str, kind: str, params: dict[str, str]) -> None:
    assert (media_type(value), parameters(value)) == (kind, params)


@given(st.text(alphabet=st.sampled_from("ab;=\"'*%0128 \\\u00e9")))
def test_any_parameters_can_be_read(value: str) -> None:
    assert isinstance(parameters(f"a/b;{value}"), dict)
