"""Messages and scans at rest, on both databases: encrypted with a key, readable where they were not, and keys that change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from swc_mailer.adapters.store import SqlStore, open_store
from swc_mailer.core.model import Outcome
from swc_mailer.desk_port import Scan
from swc_mailer.errors import ConfigError, StoreError
from tests.contracts.conftest import NOW, Post
from tests.contracts.test_store_posting import letter

FIRST = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
SECOND = "+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s="  # as `openssl rand -base64` writes it
MAIL = b"From: ann@example.org\r\n\r\nMy number is 0123456.\r\n" * 20
PICTURE = Scan("letter.pdf", "application/pdf", b"%PDF-1.4 my number is 0123456")

Opened = Callable[..., Any]


@pytest.fixture
def opened(store_url: str) -> Opened:
    """The store with these keys."""

    def open_(*keys: str, upgrade: bool = True) -> Any:
        return closing(open_store(store_url, raw_keys=keys, upgrade=upgrade))

    return open_


def take(store: SqlStore, raw: bytes = MAIL) -> int:
    """The message's row."""
    before = {row.id for row in store.taken_in()}
    Post(store).take(Outcome.REVIEW, raw=raw)
    return next(row.id for row in store.taken_in() if row.id not in before)


def columns(url: str) -> Iterator[bytes]:
    """Every byte of messages and scans as they lie in the tables."""
    engine = create_engine(url)
    with engine.connect() as connection:
        for query in ("select raw from message where raw is not null", "select content from scan"):
            yield from (bytes(value) for value in connection.execute(text(query)).scalars())
    engine.dispose()


def test_with_a_key_nothing_readable_lies_in_the_store(store_url: str, opened: Opened) -> None:
    with opened(FIRST) as store:
        row = take(store)
        letter(store, scan=PICTURE)

        assert store.raw(row) == MAIL
        assert [scan.content for scan in store.scans("abcd2345")] == [PICTURE.content]
        assert store.unsealed() == 0
    kept = list(columns(store_url))
    assert len(kept) == 2
    assert [value[:1] for value in kept] == [b"\x80", b"\x80"]
    assert b"0123456" not in b"".join(kept)
    assert len(kept[0]) < len(MAIL) / 2  # compressed before it is encrypted


def test_what_was_kept_before_there_was_a_key_stays_readable_and_upgrade_encrypts_it(store_url: str, opened: Opened) -> None:
    with opened() as store:
        rows = [take(store, b"%d " % number + MAIL) for number in range(45)]  # some transactions
        letter(store, scan=PICTURE)
        assert store.seal_all() == 0  # there is no key
    with opened(FIRST) as store:
        rows.append(take(store, b"45 " + MAIL))
        assert store.raw(rows[0]) == b"0 " + MAIL
        assert store.unsealed() == 46
        assert store.seal_all() == 46
        assert store.seal_all() == store.unsealed() == 0
        assert [store.raw(row) for row in rows] == [b"%d " % number + MAIL for number in range(46)]
        assert store.scans("abcd2345")[0].content == PICTURE.content
    assert {value[:1] for value in columns(store_url)} == {b"\x80"}


def test_keys_are_changed_by_putting_a_new_one_in_front(opened: Opened) -> None:
    with opened(FIRST) as store:
        old = take(store)
    with opened(SECOND, FIRST) as store:
        new = take(store, b"new " + MAIL)
        assert (store.raw(old), store.raw(new)) == (MAIL, b"new " + MAIL)
        assert store.unsealed() == 1
    with pytest.raises(ConfigError), opened(SECOND):
        pass  # not yet: the old one is needed still
    with opened(SECOND, FIRST) as store:
        assert store.seal_all() == 1
    with opened(SECOND) as store:
        assert (store.raw(old), store.raw(new)) == (MAIL, b"new " + MAIL)


@pytest.mark.parametrize("keys", [(), (SECOND,)], ids=["none", "another"])
@pytest.mark.parametrize("upgrade", [True, False])
def test_a_missing_key_is_told_of_when_the_store_is_opened(opened: Opened, keys: tuple[str, ...], upgrade: bool) -> None:
    opened(FIRST).__enter__().close()  # before anything is encrypted with it
    with pytest.raises(ConfigError) as told, opened(*keys, upgrade=upgrade):
        pass

    assert "SWC_MAILER_STORE__RAW_KEY" in str(told.value)
    assert "\n" not in str(told.value)
    with opened(FIRST, upgrade=False) as store:
        assert store.unsealed() == 0


def test_a_key_is_not_noted_by_who_only_looks(opened: Opened) -> None:
    opened(FIRST, upgrade=False).__enter__().close()

    with opened() as store:
        assert store.taken_in() == []


def test_a_message_that_was_tampered_with_is_told_of(store_url: str, opened: Opened) -> None:
    with opened(FIRST) as store:
        row = take(store)
        (kept,) = columns(store_url)
        engine = create_engine(store_url)
        with engine.begin() as connection:
            connection.execute(text("update message set raw = :raw"), {"raw": kept[:-1] + bytes([kept[-1] ^ 1])})
        engine.dispose()
        with pytest.raises(StoreError, match="cannot be decrypted"):
            store.raw(row)


def test_erasing_and_purging_take_what_is_encrypted(store_url: str, opened: Opened) -> None:
    with opened(FIRST) as store:
        Post(store).take(Outcome.PACK, number="0123456")
        letter(store, scan=PICTURE)
        store.erase(membership_number="0123456", who="jo", now=NOW)

    assert list(columns(store_url)) == []
