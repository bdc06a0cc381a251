"""Every shipped word proves itself by its examples."""

from __future__ import annotations

from swc_mailer.adapters.rules_files import read_words


def test_every_entry_finds_its_examples_and_none_of_its_counter_examples() -> None:
    read_words(prove=True)
