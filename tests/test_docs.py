"""The documentation tells what the program does: every key, command, option and rule, and no other."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from swc_mailer.adapters.oauth2_mistakes import GOOGLE, MAIL_SERVERS, MICROSOFT
from swc_mailer.cli import make_parser
from swc_mailer.command_table import COMMANDS
from swc_mailer.config import Config
from swc_mailer.config_file import read_config
from swc_mailer.core.decide import RULES
from swc_mailer.environment import PREFIX, places, value_of, variable_name

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
KEY_ROW = re.compile(r"^\| `(?P<key>\w+)` \| (?:`(?P<default>.*?)`|(?P<required>required)) \|", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:)(?P<target>[^)#]*)(?:#(?P<anchor>[^)]+))?\)")
VARIES = re.compile(r'^[\w.]+: |"[^"]*"|: did you mean \w+\?|…')  # what a symptom holds of one user's configuration
COMMON = {"--help", "--config", "--json", "--verbose", "--quiet", "--log-format", "-h"}


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def chapters(text: str) -> dict[str, str]:
    """What stands under each `## heading`."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def documented_keys() -> dict[tuple[str, ...], re.Match[str]]:
    keys = {}
    for heading, text in chapters(page("configuration.md")).items():
        for row in KEY_ROW.finditer(text):
            keys[(*heading.strip("[]").split("."), row["key"])] = row
    return keys


def fields(model: type[BaseModel], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, field in model.model_fields.items():
        place, kind = (*above, field.alias or name), field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from fields(kind, place)
        else:
            yield place, field


# --- configuration -----------------------------------------------------------------------------------------


def test_every_key_is_documented_and_no_other() -> None:
    assert documented_keys().keys() == {place for place, _ in places(Config)}


def test_required_keys_are_documented_as_required() -> None:
    required = {place for place, row in documented_keys().items() if row["required"]}

    assert required == {place for place, field in fields(Config) if field.is_required()}


def test_every_documented_default_is_the_real_one(tmp_path: Path) -> None:
    """Setting each key to what the page says changes nothing."""
    (tmp_path / "paper.pdf").write_text("x")
    needed = {
        "IMAP__HOST": "mail.example.org",
        "IMAP__USERNAME": "swc",
        "IMAP__PASSWORD": "hush",
        "SMTP__HOST": "mail.example.org",
        "SMTP__FROM_ADDRESS": "swc@example.org",
        "REGISTER__PATH": "paper.pdf",
        "CONSULTATION__TITLE": "Policy",
        "CONSULTATION__DEADLINE": "2014-03-21",
        "CONSULTATION__PACK": '["paper.pdf"]',
    }
    (tmp_path / "config.toml").write_text("")
    environ = {PREFIX + name: value for name, value in needed.items()}
    kinds = dict(places(Config))
    told = {}
    for place, row in documented_keys().items():
        if row["default"] and place not in (("imap", "password"), ("imap", "password_file")):
            plain = row["default"].strip("\"'") if value_of(row["default"], kinds[place]) == row["default"] else row["default"]
            told[variable_name(place)] = plain

    assert len(told) > 40
    bare = read_config(tmp_path / "config.toml", environ).model_dump()
    assert read_config(tmp_path / "config.toml", told | environ).model_dump() == bare


# --- commands ----------------------------------------------------------------------------------------------


def test_every_command_has_its_chapter_and_no_other() -> None:
    assert [name for name in chapters(page("commands.md")) if name != "Exit codes"] == [command.name for command in COMMANDS]


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_every_option_is_documented_and_no_other(name: str) -> None:
    parser = make_parser()
    for word in name.split():
        parser = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction)).choices[word]
    options = {option for action in parser._actions for option in action.option_strings} - COMMON
    chapter = chapters(page("commands.md"))[name]

    assert set(re.findall(r"`(--[a-z-]+)", chapter)) - COMMON == options
    assert ("`--json`" in chapter) == ("--json" in parser._option_string_actions)


# --- the rest ----------------------------------------------------------------------------------------------


def test_the_rules_stand_in_the_page_in_their_order() -> None:
    told = re.findall(r"^\d+\. `(\w+)`", page("policy.md"), re.MULTILINE)

    assert told == [*(rule.__name__ for rule in RULES), "by_register"]


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    for link in LINK.finditer(path.read_text(encoding="utf-8")):
        target = path.parent / link["target"] if link["target"] else path

        assert target.exists(), link[0]
        assert not link["anchor"] or link["anchor"] in anchors(target), link[0]


def symptoms() -> list[str]:
    return re.findall(r"^\*\*Symptom\*\*: .*?`([^`]+)`$", page("troubleshooting.md"), re.MULTILINE)


@pytest.mark.parametrize("text", symptoms())
def test_a_symptom_is_the_programs_literal_text(text: str) -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "swc_mailer").rglob("*.py"))
    literal = max(VARIES.split(text), key=len).strip()

    assert literal in source


def test_every_mistake_in_setting_oauth2_up_is_explained() -> None:
    signs = [mistake.signs[0] for table in (MICROSOFT, GOOGLE, MAIL_SERVERS) for mistake in table]

    assert [sign for sign in signs if f"| `{sign}` |" not in page("oauth2.md")] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_command_that_a_page_shows_exists(path: Path) -> None:
    names = {command.name for command in COMMANDS}
    for shown in re.findall(r"swc-mailer ([a-z][a-z ]*[a-z])", path.read_text(encoding="utf-8")):
        one, two = shown.split()[0], " ".join(shown.split()[:2])

        assert one in names or two in names, shown
