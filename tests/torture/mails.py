"""A mailbox of mixed mails for the tests that break things: what each must come to is known beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

COLUMNS = "membership_number,name,address_1,address_2,town,county,postcode,email,status"
FIRST_NUMBER = 1_200_300


@dataclass(frozen=True)
class Mail:
    """One message, whom it is from, where it must lie in the end, and whether its writer must be answered."""

    raw: bytes
    sender: str
    folder: str
    answered: bool


def register(members: int) -> str:
    rows = (
        f"{FIRST_NUMBER + number},Member {number},{number} Station Road,,Leeds,,LS6 2AB,,current"
        for number in range(1, members + 1)
    )
    return "\n".join([COLUMNS, *rows, ""])


def mixed(*, packs: int, missing: int, review: int = 0, ignored: int = 0, again: int = 0) -> list[Mail]:
    """The first `again` of those who ask for the pack have written the very same message twice."""
    names = count(1)
    asking = [asks_with_details(next(names)) for _ in range(packs)]
    others = [
        *(asks_without_details(next(names)) for _ in range(missing)),
        *(has_a_question(next(names)) for _ in range(review)),
        *(is_out_of_office(next(names)) for _ in range(ignored)),
    ]
    return [*in_turn(asking, others), *asking[:again]]


def in_turn(first: list[Mail], second: list[Mail]) -> Iterator[Mail]:
    """Of either kind by turns, so that no part of the mailbox is all of one kind."""
    for number in range(max(len(first), len(second))):
        yield from first[number : number + 1]
        yield from second[number : number + 1]


def message(sender: str, text: str, *more: str) -> bytes:
    head = [
        f"From: {sender}",
        "To: swc@amnesty.org.uk",
        "Subject: Consultation",
        f"Message-ID: <{sender.replace('@', '.')}@mail.example.org>",
        "Date: Mon, 10 Feb 2014 09:15:00 +0000",
        *more,
    ]
    return "\r\n".join([*head, "", *text.split("\n"), ""]).encode()


def asks_with_details(number: int) -> Mail:
    sender = f"member{number}@example.org"
    text = (
        f"Please send me the consultation documents.\n\nMembership number: {FIRST_NUMBER + number}\n\n"
        f"Member {number}\n{number} Station Road\nLeeds\nLS6 2AB"
    )
    return Mail(message(sender, text), sender, "answered", answered=True)


def asks_without_details(number: int) -> Mail:
    sender = f"asker{number}@example.org"
    return Mail(message(sender, "Please send me the consultation documents."), sender, "answered", answered=True)


def has_a_question(number: int) -> Mail:
    sender = f"curious{number}@example.org"
    return Mail(message(sender, "When is the next meeting of my local group?"), sender, "review", answered=False)


def is_out_of_office(number: int) -> Mail:
    sender = f"away{number}@example.org"
    raw = message(sender, "I am away until Monday.", "Auto-Submitted: auto-replied")
    return Mail(raw, sender, "ignored", answered=False)
