"""Decisions and details as plain values for JSON: one form for `explain --json`, the store and the review queue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from swc_mailer.core.model import (
    Address,
    Candidate,
    Decision,
    Details,
    DetailsMissing,
    Evidence,
    Field,
    Match,
    Number,
    Pack,
    Reason,
    Review,
    Verdict,
    Zone,
)
from swc_mailer.core.typed_in import PART as TYPED_IN
from swc_mailer.core.words import Words


def sentence(reason: Reason, words: Words) -> str:
    """The reason for people: its sentence in rules/reasons.toml, filled with its facts."""
    return words.text("reasons", "reason", reason.code).format_map(_Facts(reason.facts))


def short_name(code: str, words: Words) -> str:
    """What lists and counts call a reason: its `short` in rules/reasons.toml, else the code read as words."""
    named = (entry.extra.get("short") for entry in words.entries("reasons", "reason") if entry.code == code)
    return next((short for short in named if short), as_heading(code))


def as_heading(code: str) -> str:
    """A stable code as a heading: "Several numbers"."""
    words = re.sub(r"[_-]+", " ", code).strip()
    return words[:1].upper() + words[1:]


class _Facts(dict[str, str]):
    """Facts that a sentence names and a reason lacks read as nothing, so that an old record still shows."""

    def __missing__(self, key: str) -> str:
        return "…"


def reason_records(decision: Decision, words: Words) -> list[dict[str, Any]]:
    return [{"code": reason.code, "text": sentence(reason, words), "facts": dict(reason.facts)} for reason in decision.reasons]


def missing_fields(decision: Decision) -> list[str]:
    """In the order of Field, as the contract's `missing`."""
    missing = decision.missing if isinstance(decision, DetailsMissing) else frozenset[Field]()
    return [field.value for field in Field if field in missing]


def decision_match(decision: Decision) -> Match | None:
    return decision.match if isinstance(decision, Review | Pack) else None


def given_number(decision: Decision, details: Details) -> str | None:
    """The one number the writer gave, in the register's form where it has it; None where not given or not settled."""
    match = decision_match(decision)
    if match and match.member:
        return match.member.number
    values = details.number_values
    return values[0] if len(values) == 1 else None


def given_address(decision: Decision, details: Details) -> Address | None:
    """The one address the writer gave: the one that was compared, or the only one that counts."""
    match = decision_match(decision)
    if match and match.address:
        return match.address
    addresses = details.counting_addresses
    return addresses[0] if len(addresses) == 1 else None


def registered_postcode(decision: Decision, details: Details) -> str | None:
    """The postcode given, in the register's form where it matched one; None where not given or not settled."""
    match, address = decision_match(decision), given_address(decision, details)
    if match and match.verdict is Verdict.MATCH and match.member and address and address.postcode:
        return match.member.postcode or address.postcode
    return (address.postcode or None) if address else None


def evidence_records(details: Details) -> list[dict[str, Any]]:
    """Where each detail that counts was found."""
    found = [(Field.MEMBERSHIP_NUMBER, number.evidence) for number in details.numbers if not number.set_aside]
    found += [(Field.POSTAL_ADDRESS, address.evidence) for address in details.counting_addresses]
    return [{"field": field.value} | evidence_record(evidence) for field, evidence in found]


def evidence_record(evidence: Evidence) -> dict[str, Any]:
    place = {"part": evidence.part, "start": evidence.start, "end": evidence.end, "text": evidence.text}
    return place | {"message": evidence.message} if evidence.message else place


def said_in(details: Details, message: int) -> Details:
    """The same details, as a later message finds them: what stood in the message at hand stands in this one of the store."""
    return replace(
        details,
        numbers=tuple(_said_in(number, message) for number in details.numbers),
        addresses=tuple(_said_in(address, message) for address in details.addresses),
        quoted_numbers=tuple(_said_in(number, message) for number in details.quoted_numbers),
        quoted_addresses=tuple(_said_in(address, message) for address in details.quoted_addresses),
    )


def _said_in(found: Candidate, message: int) -> Candidate:
    here = not found.evidence.message and found.evidence.part != TYPED_IN
    return replace(found, evidence=replace(found.evidence, message=message)) if here else found


def details_record(details: Details) -> dict[str, Any]:
    """Everything in Details, to be read back by `details_from`."""
    return {
        "numbers": [_number_record(number) for number in details.numbers],
        "addresses": [_address_record(address) for address in details.addresses],
        "quoted_numbers": [_number_record(number) for number in details.quoted_numbers],
        "quoted_addresses": [_address_record(address) for address in details.quoted_addresses],
        "number_left_open": details.number_left_open,
    }


def details_from(record: Mapping[str, Any]) -> Details:
    """The inverse of `details_record`."""
    return Details(
        numbers=tuple(map(_number_from, record["numbers"])),
        addresses=tuple(map(_address_from, record["addresses"])),
        quoted_numbers=tuple(map(_number_from, record["quoted_numbers"])),
        quoted_addresses=tuple(map(_address_from, record["quoted_addresses"])),
        number_left_open=record.get("number_left_open", False),  # a row of an earlier version has none
    )


def _number_record(number: Number) -> dict[str, Any]:
    return {
        "value": number.value,
        "evidence": evidence_record(number.evidence),
        "zone": number.zone.value,
        "labelled": number.labelled,
        "repair": number.repair,
        "set_aside": number.set_aside,
    }


def _number_from(record: Mapping[str, Any]) -> Number:
    return Number(**{**record, "evidence": Evidence(**record["evidence"]), "zone": Zone(record["zone"])})


def _address_record(address: Address) -> dict[str, Any]:
    return {
        "lines": list(address.lines),
        "postcode": address.postcode,
        "country": address.country,
        "evidence": evidence_record(address.evidence),
        "zone": address.zone.value,
        "lacking": list(address.lacking),
        "repair": address.repair,
        "set_aside": address.set_aside,
    }


def _address_from(record: Mapping[str, Any]) -> Address:
    return Address(
        **{
            **record,
            "lines": tuple(record["lines"]),
            "lacking": tuple(record["lacking"]),
            "evidence": Evidence(**record["evidence"]),
            "zone": Zone(record["zone"]),
        }
    )
