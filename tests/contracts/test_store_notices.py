"""What staff are told of is claimed once, on both kinds of store, whatever runs beside it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from swc_mailer.adapters.store import SqlStore, open_store, upgrade_store, versions
from swc_mailer.adapters.store.engine import make_engine, writing
from swc_mailer.core.model import Outcome
from swc_mailer.core.notice import Told, Waits

NOW = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)
OLD, NEW = NOW - timedelta(hours=60), NOW - timedelta(hours=2)
LATE_BEFORE = NOW - timedelta(hours=48)


@pytest.fixture
def ids(store: SqlStore, post: Any) -> list[str]:
    """A case that is late and one that is not, beside a reply that nobody approved."""
    post.take(Outcome.PACK)
    taken = [post.take(Outcome.REVIEW, post.message(received=at), codes=["no_request"]) for at in (OLD, NEW)]
    return [each.request_id for each in taken]


def claim(store: SqlStore, day: str = "", *, now: datetime = NOW) -> bool:
    return store.claim_notice(day=day, late_before=LATE_BEFORE, unapproved=False, now=now)


def untold(store: SqlStore) -> int:
    return store.waits(late_before=LATE_BEFORE, unapproved=False).untold


@pytest.mark.usefixtures("ids")
def test_what_waits_is_counted_without_naming_anybody(store: SqlStore) -> None:
    assert store.waits(late_before=LATE_BEFORE, unapproved=False) == Waits({"no_request": 2}, OLD, late=1, untold=1)
    assert store.waits(late_before=None, unapproved=False) == Waits({"no_request": 2}, OLD)
    assert store.waits(late_before=LATE_BEFORE, unapproved=True).by_reason == {"no_request": 2, "hold": 1}


def test_nothing_waits_in_a_new_store(store: SqlStore) -> None:
    assert store.waits(late_before=LATE_BEFORE, unapproved=False) == Waits({})
    assert store.told() == Told()
    assert not claim(store)


@pytest.mark.usefixtures("ids")
def test_a_day_is_claimed_once_and_never_an_earlier_one(store: SqlStore) -> None:
    assert [claim(store, day) for day in ("2014-02-10", "2014-02-10", "2014-02-09", "2014-02-11")] == [True, False, False, True]
    assert store.told() == Told("2014-02-11", NOW)
    assert untold(store) == 0  # the daily mail told of it too


def test_each_late_case_is_told_once_and_stays_as_it_was(store: SqlStore, ids: list[str]) -> None:
    before = store.case(ids[0])
    claims = [claim(store), claim(store)]
    after = store.case(ids[0])

    assert claims == [True, False]
    assert before
    assert after == {**before, "noticed_at": NOW}  # its version too: whoever looks at it may go on
    assert store.told() == Told("", NOW)


def test_a_case_that_waits_anew_is_told_of_anew(store: SqlStore, ids: list[str]) -> None:
    claim(store, now=OLD - timedelta(hours=1))

    assert untold(store) == 1
    assert claim(store)


@pytest.mark.usefixtures("ids")
@pytest.mark.parametrize("day", ["", "2014-02-10"])
def test_of_many_at_the_same_time_one_has_the_claim(store_url: str, day: str) -> None:
    stores = [open_store(store_url) for _ in range(4)]
    with ThreadPoolExecutor(len(stores)) as pool:
        claims = list(pool.map(lambda store: claim(store, day), stores))
    for store in stores:
        store.close()

    assert sorted(claims) == [False, False, False, True]


AN_OLD_CASE = """insert into request (id, state, reasons, reason, waiting_since, sender, subject, received, created, updated)
values ('old', 'waiting', '[]', 'no_request', '2014-02-07', 'ann@example.org', 'Old', '2014-02-07', '2014-02-07', '2014-02-07')"""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_store_of_the_first_version_is_brought_to_this_one_with_its_cases(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path}/store.db" if kind == "sqlite" else request.getfixturevalue("postgresql")("template1")
    engine = make_engine(url)
    with writing(engine) as connection:
        versions.migrate(connection, to="0001")
        connection.exec_driver_sql(AN_OLD_CASE)
    engine.dispose()

    assert upgrade_store(url) == ("0001", versions.HEAD)
    with closing(open_store(url)) as store:
        assert [case.id for case in store.queue()] == ["old"]
        assert claim(store)
