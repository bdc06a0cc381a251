"""Between two passes it is seen when a reply falls due, and what a pass has left is not taken for news."""

from __future__ import annotations

import time
from datetime import timedelta

from swc_mailer.adapters.store import SqlStore
from swc_mailer.commands.due_look import DueLook
from swc_mailer.commands.run import now
from tests.contracts.conftest import NOW, Post

SECONDS = 20.0


def test_a_reply_that_was_put_off_is_found_when_its_time_has_come(store: SqlStore, post: Post) -> None:
    look, reply = DueLook(store), post.due_reply()
    store.claim(reply, now=NOW)
    store.put_off(reply, answer="451 later", next_attempt=now() + timedelta(seconds=0.2))

    end = time.monotonic() + SECONDS
    while not look.found():
        assert time.monotonic() < end
        time.sleep(0.01)
    assert [due.id for due in store.due(now=now(), limit=9)] == [reply]


def test_what_a_pass_has_left_is_no_news_and_what_is_new_is(store: SqlStore, post: Post) -> None:
    look = DueLook(store)
    post.due_reply()
    assert [look.found(), look.found()] == [True, False]

    post.due_reply()
    assert [look.found(), look.found()] == [True, False]
