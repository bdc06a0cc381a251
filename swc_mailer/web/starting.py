"""What an action's form holds before anybody wrote in it: the likeliest."""

from __future__ import annotations

from collections.abc import Mapping

from swc_mailer.commands.queue_show import ShownCase
from swc_mailer.commands.reviewer import Reviewer
from swc_mailer.core.mailwire import plain
from swc_mailer.core.model import Field
from swc_mailer.web.ways import Entered


def entered_at_first(reviewer: Reviewer, shown: ShownCase, action: str, asked: Mapping[str, str]) -> Entered:
    """`asked` are the values of the page's address: the member of a link."""
    match action:
        case "approve":
            return Entered({"number": [asked.get("number", "") or suggested_number(shown)]})
        case "ask":
            return Entered({"missing": suggested_missing(shown)})
        case "answer":
            return Entered({"text": [first_words(reviewer, shown)]})
        case "correct":
            return understood(shown)
        case _:
            return Entered()


def suggested_number(shown: ShownCase) -> str:
    return shown.suggestion.number if shown.suggestion and shown.suggestion.action == "approve" else ""


def suggested_missing(shown: ShownCase) -> list[str]:
    """What the suggestion asks for, else what was not given, else the number, which is what most often is mistyped."""
    suggested = shown.suggestion.missing if shown.suggestion else frozenset[Field]()
    gaps = suggested or shown.details.missing or frozenset({Field.MEMBERSHIP_NUMBER})
    return [field.value for field in Field if field in gaps]


def first_words(reviewer: Reviewer, shown: ShownCase) -> str:
    """The beginning of an answer to a case that waits for this reason (rules/answers.toml)."""
    answers = {entry.code: entry.text for entry in reviewer.parts.words.entries("answers", "answer")}
    codes = [reason["code"] for reason in shown.case["reasons"]]
    text = next((answers[code] for code in [*codes, "other"] if code in answers), "")
    name = plain(shown.case["name"])
    return text.replace("{name}", name if name and "@" not in name else "member")


def understood(shown: ShownCase) -> Entered:
    numbers, addresses = shown.details.number_values, shown.details.counting_addresses
    lines = [*addresses[0].lines, addresses[0].postcode, addresses[0].country] if addresses else []
    return Entered({"number": list(numbers[:1]), "address": ["\n".join(line for line in lines if line)]})
