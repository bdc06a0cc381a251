"""Reads the weights, and the words of rules/*.toml: the shipped, then those of a local folder that add to or replace them."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from swc_mailer.core.words import Learned, Weights, Words, WordsError, load_words
from swc_mailer.errors import ConfigError

SHIPPED = Path(__file__).parent.parent / "rules"
WEIGHTS = SHIPPED / "weights"


def read_words(local: Path | None = None, *, prove: bool = False) -> Words:
    """All words; `prove` tries every entry's examples too. Raises ConfigError naming file, table and code."""
    return _shipped_words() if local is None and not prove else _read(local, prove=prove)


@cache
def _shipped_words() -> Words:
    """The same for a whole process: what is made of words is kept for as long as they are the same."""
    return _read(None, prove=False)


def _read(local: Path | None, *, prove: bool) -> Words:
    try:
        return load_words(_documents(SHIPPED), _learned(), local=_documents(local) if local else (), prove=prove)
    except WordsError as error:
        raise ConfigError([f"rules: {problem}" for problem in error.problems]) from error


def _learned() -> Learned:
    return Learned(**{question.name: read_weights(question.name) for question in fields(Learned)})


def read_weights(question: str) -> Weights:
    content = (WEIGHTS / f"{question}.json").read_bytes()
    found = json.loads(content)
    return Weights(found["bias"], found["of"], hashlib.sha256(content).hexdigest())


def _documents(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(folder.glob("*.toml")):
        try:
            yield path.stem, tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ConfigError(f"rules: {path} cannot be read: {error}") from error
