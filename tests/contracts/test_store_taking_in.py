"""Taking in: what is written together, what is found to have been there before, and what came before a message."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from swc_mailer.adapters.store import SqlStore
from swc_mailer.core.follow_up import belongs_to
from swc_mailer.core.model import Details, Field, Folder, History, Mailbox, Message, Outcome
from swc_mailer.core.record import said_in
from swc_mailer.ports import Intake, Location, TakenIn

NOW = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)


def history(store: SqlStore, message: Message, digest: str = "other", *, now: datetime = NOW) -> History:
    with store.intake() as intake:
        return history_within(intake, message, digest, now=now)


def history_within(intake: Intake, message: Message, digest: str = "other", *, now: datetime = NOW) -> History:
    """Of a message without details, in the request that it goes on with."""
    earlier = intake.earlier_requests(message, digest)
    return intake.history(message, digest, belongs_to(earlier, "", Details(), lambda _: False), now=now)


def already_taken(store: SqlStore, taken: TakenIn, location: Location) -> bool:
    with store.intake() as intake:
        return intake.already_taken(taken.digest, location)


def place(taken: TakenIn) -> Location:
    return taken.fetched.waiting.location


# --- written together --------------------------------------------------------------------------------------


def test_a_message_its_request_its_decision_and_its_reply_are_written_together(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.PACK, number="0123456")

    case = store.case(taken.request_id)
    assert case
    assert case["state"] == "answered"
    assert case["membership_number"] == "0123456"
    assert [message["message_id"] for message in case["messages"]] == [taken.message.message_id]
    assert [decision["outcome"] for decision in case["decisions"]] == ["pack"]
    assert [reply["state"] for reply in case["replies"]] == ["due"]
    assert store.raw(case["messages"][0]["id"]) == taken.fetched.raw


def test_a_failure_in_the_middle_leaves_nothing_of_the_whole_batch(store: SqlStore, post: Any) -> None:
    taken = post.taken(Outcome.PACK)
    with suppress(ZeroDivisionError), store.intake() as intake:
        intake.remember(taken, now=NOW)
        raise ZeroDivisionError

    assert store.counts().messages["taken_in"] == 0
    assert store.due(now=NOW, limit=10) == []


def test_one_poisonous_message_does_not_stop_the_others_of_its_batch(store: SqlStore, post: Any) -> None:
    first, poisoned, last = post.taken(Outcome.PACK), post.taken(Outcome.PACK), post.taken(Outcome.PACK)
    poisoned = replace(poisoned, reply=first.reply)  # the same Message-ID twice
    with store.intake() as intake:
        intake.remember(first, now=NOW)
        with pytest.raises(IntegrityError):
            intake.remember(poisoned, now=NOW)
        intake.remember(last, now=NOW)

    assert store.counts().messages["taken_in"] == 2
    assert store.case(poisoned.request_id) is None


def test_text_that_databases_refuse_is_kept_as_far_as_it_can_be(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.REVIEW, post.message(subject="a\x00b\udcff", message_id="<\udcfe@example.org>"), raw=b"mail")

    assert [case.subject for case in store.queue()] == ["a\ufffdb?"]
    assert history(store, taken.message).duplicate


def test_a_naive_time_is_refused(store: SqlStore, post: Any) -> None:
    with pytest.raises(Exception, match="zone"):
        post.take(Outcome.PACK, now=datetime(2014, 2, 10))  # noqa: DTZ001 -- that is the point


def test_moments_come_back_as_they_were_in_utc(store: SqlStore, post: Any) -> None:
    received = datetime(2014, 2, 10, 10, 15, 30, 123456, tzinfo=UTC).astimezone()
    post.take(Outcome.REVIEW, post.message(received=received))

    assert store.queue()[0].received == received
    assert store.queue()[0].received.tzinfo is UTC


# --- was it taken in before? -------------------------------------------------------------------------------


def test_a_new_message_was_not_taken_in(store: SqlStore, post: Any) -> None:
    assert not already_taken(store, post.taken(Outcome.PACK), post.location())


def test_what_waits_to_be_filed_is_known_and_need_not_be_fetched(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.PACK)

    assert store.known() == {place(taken)}


def test_a_message_that_could_not_be_moved_is_filed_again(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.PACK)
    post.file()

    assert store.known() == set()
    assert already_taken(store, taken, place(taken))
    assert [waiting.location for waiting in store.to_file(limit=10)] == [place(taken)]


def test_a_renumbered_inbox_is_no_new_mail(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.PACK)
    renumbered = post.location(uidvalidity=8)

    assert already_taken(store, taken, renumbered)
    assert [waiting.location for waiting in store.to_file(limit=10)] == [renumbered]


def test_the_same_bytes_a_second_time_are_a_duplicate(store: SqlStore, post: Any) -> None:
    first = post.take(Outcome.REVIEW)
    second = post.location()

    assert not already_taken(store, first, second)
    before = history(store, first.message, first.digest)
    assert (before.duplicate, before.put_back, before.open_request) == (True, False, first.request_id)
    post.take(Outcome.SETTLED, first.message, raw=first.fetched.raw, request_id=first.request_id, location=second)
    assert store.counts().messages == {"taken_in": 2, "answered": 1, "review": 1, "ignored": 0, "erased": 0}
    case = store.case(first.request_id)
    assert case
    assert case["state"] == "waiting"
    assert [store.raw(message["id"]) for message in case["messages"]] == [first.fetched.raw] * 2


def test_the_same_message_id_of_the_same_sender_is_a_duplicate(store: SqlStore, post: Any) -> None:
    first = post.take(Outcome.PACK)
    stranger = replace(first.message, from_=(Mailbox("", "other@example.org"),))

    assert history(store, first.message).duplicate
    assert not history(store, stranger).duplicate


def test_no_message_id_at_all_is_no_duplicate_of_another_without(store: SqlStore, post: Any) -> None:
    post.take(Outcome.PACK, post.message(message_id=""))

    assert not history(store, post.message(message_id="")).duplicate


def test_a_machines_mail_says_nothing_of_a_persons_with_the_same_message_id(store: SqlStore, post: Any) -> None:
    machine = post.take(Outcome.IGNORE)

    assert not history(store, machine.message).duplicate


def test_a_message_put_back_from_ignored_is_decided_anew(store: SqlStore, post: Any) -> None:
    ignored = post.take(Outcome.IGNORE)
    post.file()
    back = post.location()

    assert not already_taken(store, ignored, back)
    assert history(store, ignored.message, ignored.digest).put_back
    post.take(Outcome.REVIEW, ignored.message, raw=ignored.fetched.raw, location=back, codes=["put_back"])
    assert store.counts().messages == {"taken_in": 1, "answered": 0, "review": 1, "ignored": 0, "erased": 0}
    assert [(waiting.location, waiting.folder) for waiting in store.to_file(limit=10)] == [(back, Folder.REVIEW)]
    assert len(store.queue()) == 1


def test_two_copies_of_a_machines_mail_are_not_put_back(store: SqlStore, post: Any) -> None:
    ignored = post.take(Outcome.IGNORE)

    assert not history(store, ignored.message, ignored.digest).put_back
    post.take(Outcome.IGNORE, ignored.message, raw=ignored.fetched.raw)
    assert store.counts().messages["ignored"] == 2


# --- a message that the program fails on -------------------------------------------------------------------


def test_the_third_failure_makes_a_case(store: SqlStore, post: Any) -> None:
    fetched = post.fetched(b"poison")
    results = []
    for _ in range(3):
        with store.intake() as intake:
            assert not intake.already_taken("d", fetched.waiting.location)
            results.append(intake.set_aside(fetched, "d", error="ValueError: no", now=NOW))

    assert results == [False, False, True]
    assert [case.reasons[0]["code"] for case in store.queue()] == ["failed"]
    assert store.counts().failed == 1
    assert store.counts().messages["review"] == 1
    assert store.known() == {fetched.waiting.location}


def test_a_message_that_failed_once_is_not_taken_in_yet_and_may_succeed(store: SqlStore, post: Any) -> None:
    taken = post.taken(Outcome.PACK)
    with store.intake() as intake:
        intake.set_aside(taken.fetched, taken.digest, error="ValueError: no", now=NOW)

    assert store.known() == set()
    assert store.counts().messages["taken_in"] == 0
    with store.intake() as intake:
        intake.remember(taken, now=NOW)
    assert store.counts().messages["taken_in"] == 1
    assert store.counts().failed == 0


def test_a_message_that_the_server_did_not_give_and_gives_now_is_one_message_and_is_filed(store: SqlStore, post: Any) -> None:
    taken = post.taken(Outcome.PACK)
    not_given = replace(taken.fetched, raw=b"", whole=False, error="socket error: EOF")
    with store.intake() as intake:
        intake.set_aside(not_given, "of its place", error="NotGiven: socket error: EOF", now=NOW)
    with store.intake() as intake:
        assert not intake.already_taken(taken.digest, place(taken))
        intake.remember(taken, now=NOW)

    assert [(message.location, message.folder) for message in store.to_file(limit=10)] == [(place(taken), Folder.ANSWERED)]
    assert (store.counts().failed, store.counts().messages["taken_in"]) == (0, 1)


# --- what came before --------------------------------------------------------------------------------------


def test_a_first_message_has_no_history(store: SqlStore, post: Any) -> None:
    assert history(store, post.message()) == History()


def test_a_follow_up_belongs_to_the_senders_open_request_whatever_the_case_of_the_address(store: SqlStore, post: Any) -> None:
    asked = post.take(Outcome.DETAILS_MISSING, number="1234567")
    before = history(store, post.message(from_=(Mailbox("", "ANN@EXAMPLE.ORG"),)))

    assert before.open_request == asked.request_id
    assert before.earlier == said_in(asked.details, 1)
    assert before.earlier_received == asked.message.received
    assert before.asked_for == (frozenset({Field.MEMBERSHIP_NUMBER}),)
    assert before.replies_in_request == before.replies_to_address == before.replies_today == 1
    assert before.numbers_tried == 1
    assert not before.answers_our_reply


def test_after_the_pack_a_new_message_opens_a_new_request(store: SqlStore, post: Any) -> None:
    post.take(Outcome.PACK)

    assert history(store, post.message()).open_request == ""


def test_an_answer_to_our_reply_belongs_to_its_request_whoever_sends_it(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.PACK)
    answer = post.message(from_=(Mailbox("", "work@example.org"),), references=("<x@example.org>", taken.reply.message_id))
    before = history(store, answer)

    assert before.answers_our_reply
    assert before.open_request == taken.request_id
    assert before.pack_sent_at == NOW


def test_a_hundred_thousand_references_are_looked_up_by_the_newest_alone(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.PACK)
    many = tuple(f"<{number}@example.org>" for number in range(100_000))

    assert history(store, post.message(references=(*many, taken.reply.message_id))).answers_our_reply


def test_a_transaction_sees_what_it_remembered_itself(store: SqlStore, post: Any) -> None:
    asked = post.taken(Outcome.DETAILS_MISSING)
    with store.intake() as intake:
        intake.remember(asked, now=NOW)
        before = history_within(intake, post.message())

    assert before.open_request == asked.request_id


def test_a_transaction_counts_its_own_replies_among_those_of_the_day(store: SqlStore, post: Any) -> None:
    post.take(Outcome.PACK)
    taken = post.taken(Outcome.PACK)
    with store.intake() as intake:
        counts = [history_within(intake, post.message()).replies_today]
        intake.remember(taken, now=NOW)
        counts.append(history_within(intake, post.message()).replies_today)

    assert counts == [1, 2]


def test_replies_count_for_a_day_from_when_they_were_sent(store: SqlStore, post: Any) -> None:
    post.send(post.due_reply(), now=NOW + HOUR)

    assert history(store, post.message(), now=NOW + 24 * HOUR).replies_to_address == 1
    assert history(store, post.message(), now=NOW + 26 * HOUR).replies_to_address == 0


def test_a_reply_not_yet_sent_counts_however_long_it_waits(store: SqlStore, post: Any) -> None:
    post.take(Outcome.PACK)

    assert history(store, post.message(), now=NOW + 100 * HOUR).replies_to_address == 1


def test_replies_to_the_reply_to_address_count_too(store: SqlStore, post: Any) -> None:
    post.take(Outcome.PACK)
    through_a_form = post.message(from_=(Mailbox("", "form@example.net"),), reply_to=(Mailbox("", "ann@example.org"),))

    assert history(store, through_a_form).replies_to_address == 1


def test_packs_to_a_member_count_in_whatever_request_and_without_leading_zeros(store: SqlStore, post: Any) -> None:
    post.send(post.due_reply(number="0123456"), now=NOW + HOUR)
    post.take(Outcome.PACK, number="0123456", now=NOW)
    with store.intake() as intake:
        assert intake.packs_to("123456", now=NOW) == (2, NOW + HOUR)
        assert intake.packs_to("9999999", now=NOW) == (0, None)


def test_distinct_numbers_from_an_address_count_for_a_day(store: SqlStore, post: Any) -> None:
    for number in ("1234567", "1234567", "7654321"):
        post.take(Outcome.REVIEW, number=number)

    assert history(store, post.message()).numbers_tried == 2
    assert history(store, post.message(), now=NOW + 25 * HOUR).numbers_tried == 0


def test_a_blocked_address_is_blocked_in_any_case(store: SqlStore, post: Any) -> None:
    store.block("Ann@Example.org", who="jo", now=NOW)

    assert history(store, post.message()).blocked
    assert store.unblock("ann@example.org", who="jo", now=NOW)
    assert not history(store, post.message()).blocked


# --- requests over time ------------------------------------------------------------------------------------


def test_details_that_mend_a_case_take_it_out_of_the_queue(store: SqlStore, post: Any) -> None:
    first = post.take(Outcome.REVIEW, codes=["number_unknown"])
    post.take(Outcome.PACK, request_id=first.request_id)

    assert store.queue() == []


def test_a_question_stays_in_the_queue_when_the_pack_goes_out(store: SqlStore, post: Any) -> None:
    first = post.take(Outcome.REVIEW, codes=["no_request"])
    post.take(Outcome.PACK, request_id=first.request_id)

    assert [case.id for case in store.queue()] == [first.request_id]
    assert len(store.due(now=NOW, limit=10)) == 1


def test_a_second_message_for_review_adds_its_reasons_and_keeps_the_place(store: SqlStore, post: Any) -> None:
    first = post.take(Outcome.REVIEW, codes=["no_request"])
    post.take(Outcome.REVIEW, post.message(received=NOW), codes=["withdrawn"], request_id=first.request_id)
    waiting = store.queue()[0]

    assert [reason["code"] for reason in waiting.reasons] == ["withdrawn", "no_request"]
    assert waiting.received == first.message.received


def test_the_queue_is_in_order_of_waiting(store: SqlStore, post: Any) -> None:
    later = post.take(Outcome.REVIEW, post.message(received=NOW))
    earlier = post.take(Outcome.REVIEW, post.message(received=NOW - HOUR))

    assert [case.id for case in store.queue()] == [earlier.request_id, later.request_id]
    assert store.counts().oldest_waiting == NOW - HOUR


def test_a_bounce_of_our_reply_makes_its_request_undeliverable(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.PACK)
    send_all(store, post)
    raw = f"Content-Type: text/plain\r\n\r\nReturned:\r\n> Message-ID: {taken.reply.message_id}\r\n550 5.1.1 nobody\r\n".encode()
    bounce = post.take(Outcome.IGNORE, raw=raw, codes=["bounce"])

    assert [(case.id, case.reasons[0]["code"]) for case in store.queue()] == [(taken.request_id, "undeliverable")]
    assert bounce.request_id == ""
    case = store.case(taken.request_id)
    assert case
    assert len(case["messages"]) == 2
    assert [(reply["state"], reply["answer"]) for reply in case["replies"]] == [("refused", "550 5.1.1 nobody")]


def test_a_bounce_that_names_only_the_recipient_is_of_the_newest_reply_there_in_a_week(store: SqlStore, post: Any) -> None:
    post.take(Outcome.PACK)
    newest = post.take(Outcome.PACK)
    send_all(store, post)
    raw = b"Final-Recipient: rfc822; Ann@Example.org\r\nAction: failed\r\n"
    post.take(Outcome.IGNORE, post.message(received=NOW + 8 * 24 * HOUR), raw=raw, codes=["bounce"])

    assert store.queue() == []
    post.take(Outcome.IGNORE, raw=raw + b"\r\n", codes=["bounce"])
    assert [case.id for case in store.queue()] == [newest.request_id]


def test_a_bounce_of_a_reply_that_is_only_late_bothers_nobody(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.PACK)
    send_all(store, post)
    raw = f"Action: delayed\r\n\r\nMessage-ID: {taken.reply.message_id}\r\n".encode()
    post.take(Outcome.IGNORE, raw=raw, codes=["bounce"])

    assert store.queue() == []
    case = store.case(taken.request_id)
    assert case
    assert len(case["messages"]) == 2
    assert [reply["state"] for reply in case["replies"]] == ["sent"]


def test_a_pack_that_came_back_is_one_of_the_packs_and_yet_none_that_arrived(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.PACK, number="0123456")
    send_all(store, post)
    post.take(Outcome.IGNORE, raw=f"Message-ID: {taken.reply.message_id}\r\n".encode(), codes=["bounce"])

    with store.intake() as intake:
        assert intake.packs_to("123456", now=NOW) == (1, None)
    before = history(store, post.message())
    assert (before.open_request, before.replies_to_address, before.pack_sent_at) == (taken.request_id, 1, None)


def test_what_is_given_meanwhile_is_not_asked_for(store: SqlStore, post: Any) -> None:
    asked = post.take(Outcome.DETAILS_MISSING)
    post.take(Outcome.PACK, request_id=asked.request_id, number="0123456")

    case = store.case(asked.request_id)
    assert case
    assert [(reply["kind"], reply["state"]) for reply in case["replies"]] == [("details_missing", "cancelled"), ("pack", "due")]


def test_a_follow_up_that_settles_a_case_takes_its_messages_out_of_review(store: SqlStore, post: Any) -> None:
    waiting = post.take(Outcome.REVIEW, codes=["number_unknown"])
    post.file()
    post.take(Outcome.PACK, request_id=waiting.request_id, number="0123456")

    assert [(move.message_id, move.folder) for move in store.to_move(limit=10)] == [(waiting.message.message_id, Folder.ANSWERED)]


def test_a_follow_up_that_may_be_forged_adds_nothing_to_what_is_understood(store: SqlStore, post: Any) -> None:
    asked = post.take(Outcome.DETAILS_MISSING)
    post.take(Outcome.REVIEW, request_id=asked.request_id, number="0123456", codes=["authentication_failed"])

    assert [case.reasons[0]["code"] for case in store.queue()] == ["authentication_failed"]
    assert history(store, post.message()).earlier == asked.details


def test_what_was_sent_by_a_clock_far_ahead_holds_nothing_back(store: SqlStore, post: Any) -> None:
    post.take(Outcome.PACK, number="0123456")
    send_all(store, post, now=NOW + 1000 * 24 * HOUR)

    assert history(store, post.message()).replies_to_address == 0
    with store.intake() as intake:
        assert intake.packs_to("123456", now=NOW) == (1, None)


def send_all(store: SqlStore, post: Any, *, now: datetime = NOW) -> None:
    for due in store.due(now=NOW, limit=100):
        post.send(due.id, now=now)


def test_an_out_of_office_that_quotes_our_reply_changes_nothing(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.PACK)
    post.take(Outcome.IGNORE, raw=f"In-Reply-To: {taken.reply.message_id}\r\n\r\n".encode(), codes=["auto_reply"])

    assert store.queue() == []
