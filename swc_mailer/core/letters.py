"""A decision becomes the words of a letter: what is printed and goes by post, where a reply by email does not.

The words are fixed with the decision, like a reply's bytes: what staff looked at is what is printed, and printed again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from swc_mailer.core.compose import (
    LONGEST_SENTENCE,
    Templates,
    Wording,
    asked,
    day_too_late,
    in_order,
    in_paragraphs,
    of_the_consultation,
    template,
)
from swc_mailer.core.mailwire import one_line, plain
from swc_mailer.core.model import Closed, Decision, Delivery, Details, DetailsMissing, Ignore, Pack, Review, Settled
from swc_mailer.ports import NewReply

NO_OUTCOME = "answer"  # the kind of what staff write in their own words


@dataclass(frozen=True, slots=True)
class LetterPaper:
    """Everything of a letter that does not depend on its kind."""

    templates: Templates
    wording: Wording
    post_to: tuple[str, ...]  # the lines of the label
    name: str  # as it is addressed; "" where nobody gave one
    reference: str  # to be repeated in an answer: the request's id
    email: str  # ours
    message_id: str
    date: datetime

    def letter(self, kind: str, facts: Mapping[str, object], *, missing: tuple[str, ...] = ()) -> NewReply:
        values = {**of_the_consultation(self.wording, self.date), **self.own_values(), **facts}
        name = template("letters", kind, self.wording.language)
        return NewReply(
            message_id=self.message_id,
            recipient="",
            subject=plain(self.templates.render(f"{name}.subject.txt", values)),
            kind=kind,
            head=tidied(self.templates.render(f"{name}.txt", values)).encode(),
            missing=missing,
            delivery=Delivery.POST,
            post_to=self.post_to,
        )

    def own_values(self) -> dict[str, object]:
        return {"name": plain(self.name), "reference": self.reference, "email": self.email}


def compose_letter(
    decision: Decision, details: Details, paper: LetterPaper, *, documents: Sequence[str], received: datetime, added: str = ""
) -> NewReply | None:
    """None where the decision calls for no answer. `documents` are what is enclosed, `added` is a sentence by staff to what
    is asked for."""
    match decision:
        case Pack():
            return paper.letter("pack", {"documents": documents})
        case DetailsMissing():
            facts = asked(decision, details) | {"added": one_line(added, LONGEST_SENTENCE)}
            return paper.letter("details_missing", facts, missing=in_order(decision.missing))
        case Closed():
            return paper.letter("closed", {"received": day_too_late(received, paper.wording)})
        case Ignore() | Settled() | Review():
            return None
        case _:
            assert_never(decision)


def compose_letter_answer(text: str, paper: LetterPaper) -> NewReply:
    """A member of staff's own words."""
    return paper.letter(NO_OUTCOME, {"paragraphs": in_paragraphs(text)})


def tidied(text: str) -> str:
    """A paragraph a line, one empty line between two."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        if line.strip() or lines[-1]:
            lines.append(line.rstrip())
    return "\n".join(lines) + "\n"
