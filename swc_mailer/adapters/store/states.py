"""The states of replies and requests, and the only ways from one to the next."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class ReplyState(StrEnum):
    """What has become of a reply."""

    DUE = "due"  # to be sent, not before its time
    HELD = "held"  # not to be sent until a person says so
    SENDING = "sending"  # claimed by a run; found so at the start of a run: that run died
    SENT = "sent"  # the server took it
    REFUSED = "refused"  # the server refused it for good, or took it and it came back
    UNKNOWN = "unknown"  # the connection or the program died before the server's answer
    CANCELLED = "cancelled"  # a person or the gate decided against it
    PRINTED = "printed"  # by post: its letter and its label were printed


TRANSITIONS: Mapping[ReplyState, frozenset[ReplyState]] = {
    ReplyState.DUE: frozenset({ReplyState.SENDING, ReplyState.HELD, ReplyState.CANCELLED, ReplyState.PRINTED}),
    ReplyState.HELD: frozenset({ReplyState.DUE, ReplyState.CANCELLED}),
    ReplyState.SENDING: frozenset({ReplyState.SENT, ReplyState.REFUSED, ReplyState.UNKNOWN, ReplyState.DUE, ReplyState.HELD}),
    ReplyState.SENT: frozenset({ReplyState.REFUSED}),  # it came back
    ReplyState.REFUSED: frozenset({ReplyState.DUE, ReplyState.CANCELLED}),
    ReplyState.UNKNOWN: frozenset({ReplyState.DUE, ReplyState.SENT, ReplyState.REFUSED, ReplyState.CANCELLED}),
    ReplyState.CANCELLED: frozenset(),
    ReplyState.PRINTED: frozenset(),
}

ON_THE_WAY = (ReplyState.DUE, ReplyState.HELD, ReplyState.SENDING)  # counts as about to be sent
PERHAPS_ARRIVED = (ReplyState.SENT, ReplyState.UNKNOWN, ReplyState.PRINTED)  # counts by the time of sending


class RequestState(StrEnum):
    """Where a request stands."""

    WAITING = "waiting"  # for a person
    ASKED = "asked"  # the sender was asked for what is missing
    ANSWERED = "answered"  # the pack is due or sent, or a person answered
    CLOSED = "closed"  # it came after the deadline, and was told so
    SETTLED = "settled"  # nothing was due
    DISMISSED = "dismissed"  # a person found no request in it


OPEN = (RequestState.WAITING, RequestState.ASKED)  # for a person, or for its sender
GOES_ON = (*OPEN, RequestState.CLOSED)  # a new message from the same sender may belong to it

# What a later message can mend by giving better details: an answer to it takes the request out of the queue. Whatever else a
# case waits for (a question, a refused reply …) still waits for a person when the pack goes out.
MENDED_BY_DETAILS = frozenset(
    {
        "number_unknown",
        "address_elsewhere",
        "not_current",
        "several_numbers",
        "several_addresses",
        "attachment_only",
        "quoted_only",
        "half_quoted",
        "authentication_failed",
        "unreadable",
    }
)

MENDED_BY_AN_ANSWER = frozenset({"limit_reached"})  # likewise, where the limit holds no reply back
