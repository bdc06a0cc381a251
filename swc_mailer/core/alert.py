"""When somebody is told of trouble and of its end: what a pass met and what is known in, what to tell and to remember out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

REST = timedelta(days=1)  # what comes and goes all day is told once


class Kind(StrEnum):
    """Kinds of trouble, each of which is told by itself."""

    UNREACHABLE = "unreachable"  # a mail server, or its mailbox is full; mostly that ends by itself
    LOGIN_REFUSED = "login_refused"
    CONFIGURATION = "configuration"  # or the register, a template, the pack
    STORE = "store"
    FAILED = "failed"  # a message, three times


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of one kind of trouble."""

    since: datetime  # when it began, the last time
    error: str
    lasts: bool = True
    told: bool = False  # that it began, this time
    told_at: datetime | None = None  # this time or the time before
    refused_at: datetime | None = None  # when the log-in for the mail about it was refused: many tries lock accounts


Memory = Mapping[Kind, Known]


@dataclass(frozen=True, slots=True)
class Alert:
    """One mail: trouble has begun or, with `until`, is over."""

    kind: Kind
    error: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be told, and what to remember once it is, or where it cannot be told now."""

    alerts: tuple[Alert, ...]
    if_told: Memory
    if_not: Memory


@dataclass(frozen=True, slots=True)
class Step:
    """The same for one kind."""

    if_not: Known
    if_told: Known
    alert: Alert | None = None


def plan(
    memory: Memory, found: Mapping[Kind, str], ended: Collection[Kind], *, patience: Mapping[Kind, timedelta], now: datetime
) -> Plan:
    """`found`: what this pass met. `ended`: what it proved to be well. Of all else it knows nothing."""
    steps: dict[Kind, Step] = {}
    for kind in Kind:
        known, waits = memory.get(kind), patience.get(kind, timedelta())
        if kind in found:
            steps[kind] = lasting(kind, going_on(known, found[kind], now=now), waits=waits, now=now)
        elif known and known.lasts and kind in ended:
            steps[kind] = ending(kind, known, waits=waits, now=now)
    return Plan(
        tuple(step.alert for step in steps.values() if step.alert),
        {**memory, **{kind: step.if_told for kind, step in steps.items()}},
        {**memory, **{kind: step.if_not for kind, step in steps.items()}},
    )


def going_on(known: Known | None, error: str, *, now: datetime) -> Known:
    if known and known.lasts:
        return replace(known, error=error)
    return Known(now, error, told_at=known.told_at if known else None)


def lasting(kind: Kind, known: Known, *, waits: timedelta, now: datetime) -> Step:
    if known.told or now - known.since < waits or not (rested(known.told_at, now) and rested(known.refused_at, now)):
        return Step(known, known)
    return Step(known, replace(known, told=True, told_at=now), Alert(kind, known.error, known.since))


def ending(kind: Kind, known: Known, *, waits: timedelta, now: datetime) -> Step:
    """What could not be told while it lasted, for the mail server was the trouble, is told now."""
    over = replace(known, lasts=False, told=False, refused_at=None)
    if not known.told and (now - known.since < waits or not rested(known.told_at, now)):
        return Step(over, over)
    told = replace(over, told_at=known.told_at if known.told else now)
    return Step(known, told, Alert(kind, known.error, known.since, now))


def rested(at: datetime | None, now: datetime) -> bool:
    return at is None or now - at >= REST


def after_refusal(memory: Memory, alerts: Collection[Alert], *, now: datetime) -> Memory:
    """What to remember where the mail server refused the log-in."""
    return {**memory, **{alert.kind: replace(memory[alert.kind], refused_at=now) for alert in alerts}}


# --- as the store keeps it ---------------------------------------------------------------------------------


def as_plain(memory: Memory) -> dict[str, dict[str, Any]]:
    return {
        kind.value: {
            "since": known.since.isoformat(),
            "error": known.error,
            "lasts": known.lasts,
            "told": known.told,
            "told_at": known.told_at.isoformat() if known.told_at else None,
            "refused_at": known.refused_at.isoformat() if known.refused_at else None,
        }
        for kind, known in memory.items()
    }


def from_plain(kept: Mapping[str, Mapping[str, Any]]) -> Memory:
    return {Kind(kind): known_from(values) for kind, values in kept.items()}


def known_from(kept: Mapping[str, Any]) -> Known:
    moments = {name: datetime.fromisoformat(kept[name]) if kept[name] else None for name in ("told_at", "refused_at")}
    return Known(datetime.fromisoformat(kept["since"]), kept["error"], kept["lasts"], kept["told"], **moments)
