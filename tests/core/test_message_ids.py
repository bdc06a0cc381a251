"""Our own Message-IDs name their request to us, and nobody else can make one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swc_mailer.core.message_ids import new_message_id, request_of

KEY = b"k" * 32
DOMAIN = "example.org"
WORDS = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789_-", min_size=1, max_size=64)


@given(request_id=WORDS, nonce=WORDS)
def test_a_message_id_names_its_request(request_id: str, nonce: str) -> None:
    message_id = new_message_id(KEY, request_id, nonce, DOMAIN)

    assert request_of(message_id, KEY, DOMAIN) == request_id
    assert message_id.isascii()
    assert len(message_id) < 250


def test_brackets_spaces_and_the_domains_case_do_not_matter() -> None:
    message_id = new_message_id(KEY, "r1", "n1", DOMAIN)

    assert request_of(f" {message_id.strip('<>')} ", KEY, DOMAIN) == "r1"
    assert request_of(message_id.replace("example", "Example"), KEY, DOMAIN) == "r1"


def test_two_replies_in_one_request_have_different_message_ids() -> None:
    assert new_message_id(KEY, "r1", "n1", DOMAIN) != new_message_id(KEY, "r1", "n2", DOMAIN)


@pytest.mark.parametrize(
    "forge",
    [
        lambda real: real.replace("swc.r1.", "swc.r2."),
        lambda real: real.replace(".n1.", ".n2."),
        lambda real: real.replace("@example.org", "@example.net"),
        lambda real: real.replace("swc.", "SWC."),
        lambda real: real[:-14] + "0000000000000@example.org>",
        lambda real: "<swc.r1.n1.@example.org>",
    ],
    ids=["other request", "other nonce", "other domain", "other prefix", "other seal", "no seal"],
)
def test_a_changed_message_id_is_not_ours(forge) -> None:  # type: ignore[no-untyped-def] # a lambda of the table above
    assert request_of(forge(new_message_id(KEY, "r1", "n1", DOMAIN)), KEY, DOMAIN) is None


def test_another_key_makes_no_message_id_of_ours() -> None:
    assert request_of(new_message_id(b"x" * 32, "r1", "n1", DOMAIN), KEY, DOMAIN) is None


@given(st.text())
def test_anybody_elses_message_id_is_not_ours(text: str) -> None:
    assert request_of(text, KEY, DOMAIN) is None


@pytest.mark.parametrize("word", ["", "a.b", "a b", "a@b", "é", "x" * 65])
def test_a_word_that_a_message_id_cannot_hold_is_an_error(word: str) -> None:
    with pytest.raises(ValueError, match="Message-ID"):
        new_message_id(KEY, word, "n1", DOMAIN)
