"""A mailbox without room for a copy: everybody is answered, once, and what cannot be filed is filed when there is room."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.dovecot import Dovecot
from tests.torture.mails import message, mixed
from tests.torture.ordeal import Ordeal

QUOTA = 20_000
LARGE = message("somebody@example.org", "14 characters.\n" * (QUOTA // 16 - 30))


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot(lacks={"MOVE"}, quota=QUOTA) as server:
        yield server


def test_a_mailbox_that_is_full_costs_nothing(ordeal: Ordeal) -> None:
    with ordeal.person() as person:
        person.create("Kept")
        assert person.append("Kept", "", "", LARGE)[0] == "OK"
    mails = mixed(packs=2, missing=2, review=1, ignored=1)
    ordeal.begin(mails)

    for _ in range(2):
        ran = ordeal.run()
        assert (ran.returncode, "is full" in ran.stderr) == (75, True), ran.stderr
    assert len(ordeal.charity.smtp.taken) == 4
    assert len(ordeal.mailbox.folders()["inbox"]) == len(mails)
    with ordeal.person("Kept") as person:
        person.store("1", "+FLAGS", r"(\Deleted)")
        person.expunge()

    assert ordeal.well().second_copies == 0
