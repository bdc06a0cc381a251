"""How much is tried: a little in every run of the tests, much more by `make torture`, and other chances there with each SEED."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")

LONG = bool(os.environ.get("TORTURE"))
SEED = int(os.environ.get("SEED") or 0)


def tried(few: Iterable[T], *, long: Iterable[T]) -> list[T]:
    return list(long if LONG else few)


def seeds(few: int, *, long: int) -> list[int]:
    return [SEED * 1000 + number for number in range(long if LONG else few)]
