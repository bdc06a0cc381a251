"""Labelled mail goes through the installed command on real servers: every folder, every reply, the store; and then once more.

On Dovecot as it comes, on one without MOVE and UIDPLUS that puts folders below "INBOX.", over TLS with a private CA, on pymap.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.utils import getaddresses
from pathlib import Path
from typing import Any

import pytest

from swc_mailer.core.message import parse
from swc_mailer.core.words import Words
from tests.corpus import score
from tests.e2e.charity import FOLDERS, PACK, Charity, MailHost, Reply, replies
from tests.e2e.hosts import HOSTS
from tests.servers.smtp import SmtpServer

SET = score.HERE / "first"
TRUTH = score.truth("first")
RAW = {name: (SET / "mail" / name).read_bytes() for name in TRUTH}


@dataclass(frozen=True)
class Ran:
    """The charity after two runs, and what each of them said."""

    charity: Charity
    first: Mapping[str, Any]
    folders: Mapping[str, list[bytes]]
    replies: tuple[Reply, ...]
    in_thread: Mapping[str, Sequence[Reply]]  # by the Message-ID that they answer
    second: Mapping[str, Any]
    folders_after_second: Mapping[str, list[bytes]]


@pytest.fixture(scope="module", params=HOSTS, ids=lambda host: host.__name__)
def ran(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, words: Words) -> Iterator[Ran]:
    folder = tmp_path_factory.mktemp("charity")
    host: Callable[[ExitStack, Path], MailHost] = request.param
    with ExitStack() as stack:
        mailbox = host(stack, folder)
        charity = Charity(folder, mailbox, stack.enter_context(SmtpServer()))
        charity.write((SET / "members.csv").read_bytes())
        mailbox.deliver((raw, received(raw, words)) for raw in RAW.values())
        first = charity.result("run")
        folders, sent = mailbox.folders(), tuple(replies(charity.smtp))
        in_thread: dict[str, list[Reply]] = {}
        for reply in sent:
            in_thread.setdefault(str(reply.mail["In-Reply-To"]), []).append(reply)
        second = charity.result("run")
        yield Ran(charity, first, folders, sent, in_thread, second, mailbox.folders())


def received(raw: bytes, words: Words) -> datetime:
    return parse(raw, received=None, words=words, own_addresses=frozenset()).received.astimezone(UTC)


def due(*outcomes: str) -> dict[str, Mapping[str, Any]]:
    return {name: row for name, row in TRUTH.items() if row["outcome"] in outcomes}


def message_id(raw: bytes) -> str:
    return str(message_from_bytes(raw)["Message-ID"] or "").strip()


def as_kept(raw: bytes) -> bytes:
    """Servers may keep line ends in a form of their own."""
    return raw.replace(b"\r\n", b"\n").rstrip(b"\n")


def answer_to(name: str, ran: Ran) -> Reply:
    """The one reply in a mail's thread."""
    (found,) = ran.in_thread[message_id(RAW[name])]
    return found


# --- the first run -----------------------------------------------------------------------------------------


def test_every_mail_is_taken_in_and_nothing_fails(ran: Ran) -> None:
    assert ran.first["fetched"] == len(TRUTH)
    assert ran.first["failed"] == 0
    assert ran.first["replies_waiting"] == 0


def test_every_mail_lies_in_its_folder_unchanged(ran: Ran) -> None:
    names = {as_kept(raw): name for name, raw in RAW.items()}
    expected = {folder: sorted(due(*(o for o in FOLDERS if FOLDERS[o] == folder))) for folder in set(FOLDERS.values())}

    found = {folder: sorted(names.get(as_kept(mail), "changed") for mail in mails) for folder, mails in ran.folders.items()}

    assert found == expected | {"inbox": []}


def test_each_answer_goes_to_who_asked_and_to_nobody_else(ran: Ran) -> None:
    answered = due("pack", "details_missing", "closed")

    assert ran.first["replies_sent"] == len(ran.replies) == len(answered)
    for name in answered:
        mail = message_from_bytes(RAW[name])
        askers = {address for _, address in getaddresses([str(mail["From"]), str(mail["Reply-To"] or "")])}
        (recipient,) = answer_to(name, ran).taken.rcpt_to
        assert recipient in askers


def test_the_pack_is_attached_byte_for_byte_and_in_order(ran: Ran) -> None:
    for name in due("pack"):
        assert list(answer_to(name, ran).attachments.items()) == list(PACK.items())
    for name in due("details_missing", "closed"):
        assert answer_to(name, ran).attachments == {}


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_a_reply_asks_for_what_is_missing_and_for_nothing_else(ran: Ran, kind: str) -> None:
    for name, row in due("details_missing").items():
        words = " ".join(answer_to(name, ran).body(kind).split())
        asked = words.partition("still need")[2].partition("How to answer")[0]

        assert ("membership number" in asked) == ("membership_number" in row["missing"]), name
        assert ("postal address" in asked) == ("postal_address" in row["missing"]), name


def test_replies_say_the_dates_and_the_postal_address(ran: Ran) -> None:
    for name in due("pack", "details_missing", "closed"):
        assert "12-13 April 2014" in answer_to(name, ran).text
    for name in due("details_missing"):
        text = answer_to(name, ran).text
        assert "21 March 2014" in text
        assert "17-25 New Inn Yard" in text


def test_no_robot_mistakes_a_reply_for_a_person_and_every_program_shows_it_in_its_thread(ran: Ran) -> None:
    ours = [reply.mail["Message-ID"] for reply in ran.replies]

    assert len(set(ours)) == len(ours)
    for name in due("pack", "details_missing", "closed"):
        mail = answer_to(name, ran).mail
        assert mail["Auto-Submitted"] == "auto-replied"
        assert mail["X-Auto-Response-Suppress"] == "All"
        assert message_id(RAW[name]) in str(mail["References"])
        assert mail["Message-ID"].endswith("@amnesty.org.uk>")
        assert mail["From"].addresses[0].addr_spec == "swc@amnesty.org.uk"
        assert answer_to(name, ran).taken.mail_from == "swc@amnesty.org.uk"


# --- the store ---------------------------------------------------------------------------------------------


def test_the_store_counts_every_mail_once(ran: Ran) -> None:
    review, ignored = len(due("review")), len(due("ignore"))

    counts = json.loads(ran.charity.program("status", "--json").stdout)  # exit code 1: cases wait

    assert counts["conserved"]
    assert counts["messages"] == {
        "taken_in": len(TRUTH),
        "answered": len(TRUTH) - review - ignored,
        "review": review,
        "ignored": ignored,
        "erased": 0,
    }
    assert (counts["waiting"], counts["replies_due"], counts["failed"]) == (review, 0, 0)


def test_the_review_queue_holds_what_waits_and_says_why(ran: Ran) -> None:
    waiting = {row["message_id"]: row for row in ran.charity.rows("queue", "list")}

    assert sorted(waiting) == sorted(message_id(RAW[name]) for name in due("review"))
    assert all(row["reason"] and row["reasons"] for row in waiting.values())


# --- the second run ----------------------------------------------------------------------------------------


def test_a_second_run_does_nothing(ran: Ran) -> None:
    assert (ran.second["fetched"], ran.second["outcomes"], ran.second["replies_sent"]) == (0, {}, 0)
    assert len(ran.charity.smtp.taken) == len(ran.replies)
    assert ran.folders_after_second == ran.folders
