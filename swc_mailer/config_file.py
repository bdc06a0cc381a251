"""Reads the configuration: the TOML file and the environment in, a checked Config or every problem at once out.

A problem is one line that names the file, the line, the key and the mend, and never shows a value that may be a secret.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from swc_mailer.config import Config
from swc_mailer.config_oauth2 import Problem, inherit, is_used, oauth2_problems, told_once
from swc_mailer.environment import NotASetting, settings_from
from swc_mailer.errors import ConfigError

FILE = "config.toml"
VARIABLE = "SWC_MAILER_CONFIG"
SECTION_LINE = re.compile(r"\s*\[\s*([A-Za-z0-9_.\s]+?)\s*\]")
KEY_LINE = re.compile(r"\s*([A-Za-z0-9_]+)\s*=")
OTHER_WAY = {
    "password": "password_file",
    "password_file": "password",
    "client_secret": "client_secret_file",
    "client_secret_file": "client_secret",
    "raw_key": "raw_key_file",
    "raw_key_file": "raw_key",
}

Place = tuple[str, ...]


def find_config(named: Path | None, environ: Mapping[str, str]) -> Path:
    """The configuration's file: as named, else by the environment, else in the working folder."""
    if named:
        return named
    return Path(environ.get(VARIABLE) or FILE)


def read_config(named: Path | None, environ: Mapping[str, str]) -> Config:
    """Raises ConfigError with every problem at once."""
    path = find_config(named, environ)
    text = read_text(path)
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is no valid TOML: {error}") from error
    return Reading(path, text, written, environ).config()


def read_text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError(
            f"{path}: there is no such configuration; make one with `swc-mailer init`, or name it with --config FILE"
        ) from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not in UTF-8: save it as UTF-8") from error


class Reading:
    """One file with its environment, and what is wrong with them."""

    def __init__(self, path: Path, text: str, written: Mapping[str, Any], environ: Mapping[str, str]) -> None:
        self.path = path
        self.lines = key_lines(text)
        self.values, self.variables, self.strange = merged(written, environ)

    def config(self) -> Config:
        found, config = [*self.log_in_problems()], None
        try:
            config = Config.model_validate(self.values, context=str(self.path.absolute()))
        except ValidationError as error:
            found += [problem(tuple(map(str, one["loc"])), one) for one in error.errors(include_url=False)]
        problems = self.strange + [self.line(*one) for one in told_once(found)]
        problems += self.staff_problems(config) if config else ()
        if problems or config is None:
            raise ConfigError(list(dict.fromkeys(problems)))
        return config

    def log_in_problems(self) -> Iterator[Problem]:
        """Which password, and that there is one: what no single key can tell."""
        store = self.values.get("store")
        if isinstance(store, dict) and store.get("raw_key") and store.get("raw_key_file"):
            yield ("store", "raw_key"), "stands beside raw_key_file: give only one of them"
        for name in ("imap", "smtp"):
            section = self.values.get(name)
            if not isinstance(section, dict):
                continue
            given = [key for key in ("password", "password_file") if section.get(key)]
            if len(given) == 2:
                yield (name, "password"), "stands beside password_file: give only one of them"
            if is_used(section):
                yield from oauth2_problems(name, section)
            elif not given and (name == "imap" or section.get("username")):
                sentence = f"is missing: give password_file (or password) for the log-in, or fill in [{name}.oauth2]"
                yield (name, "password_file"), sentence

    def staff_problems(self, config: Config) -> Iterator[str]:
        for section, addresses in (("notice", config.notice.to), ("alert", config.alert.to)):
            for address in addresses:
                if address.lower() in config.inbox_emails:
                    yield self.line(
                        (section, "to"), f"{address} is the inbox that this program answers: name addresses that people read"
                    )

    def line(self, place: Place, sentence: str) -> str:
        """`config.toml, line 3: imap.port must be …`; for a value of the environment its variable."""
        key = ".".join(place)
        if place in self.variables:
            return f"{self.variables[place]}: {key}: {sentence}"
        line = self.lines.get(place)
        where = f"{self.path}, line {line}" if line else str(self.path)
        return f"{where}: {key}: {sentence}"


def merged(written: Mapping[str, Any], environ: Mapping[str, str]) -> tuple[dict[str, Any], dict[Place, str], list[str]]:
    """The file's values with the environment's in their place, which variable each of these came from, and the variables
    that are no setting. Sections that are left out are empty, so that each of their required keys is named."""
    values: dict[str, Any] = {name: {} for name in section_names()}
    values |= {name: dict(value) if isinstance(value, dict) else value for name, value in written.items()}
    variables: dict[Place, str] = {}
    strange: list[str] = []
    for setting in settings_from(environ, Config):
        if isinstance(setting, NotASetting):
            strange.append(setting.sentence)
            continue
        variables[setting.place] = setting.variable
        drop_other_secret(put(values, setting.place, setting.value), setting.place, variables)
    inherit(values)
    return values, variables, strange


def section_names() -> list[str]:
    return [field.alias or name for name, field in Config.model_fields.items()]


def put(values: dict[str, Any], place: Place, value: Any) -> dict[str, Any]:
    """Writes a value in its place; gives the section that it stands in."""
    section: dict[str, Any] = values
    for name in place[:-1]:
        inner = section.get(name)
        section[name] = dict(inner) if isinstance(inner, dict) else {}
        section = section[name]
    section[place[-1]] = value
    return section


def drop_other_secret(section: dict[str, Any], place: Place, variables: Mapping[Place, str]) -> None:
    """A password or secret of the environment replaces the file's, whichever way each is given."""
    other = OTHER_WAY.get(place[-1])
    if other and (*place[:-1], other) not in variables:
        section.pop(other, None)


def key_lines(text: str) -> dict[Place, int]:
    """The line of each section and key, as far as they are written plainly, one a line."""
    section: Place = ()
    lines: dict[Place, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if found := SECTION_LINE.match(line):
            section = tuple(name.strip() for name in found[1].split("."))
            lines.setdefault(section, number)
        elif found := KEY_LINE.match(line):
            lines.setdefault((*section, found[1]), number)
    return lines


# --- pydantic's problems in people's words -----------------------------------------------------------------

WRONG_TYPE = {
    "int_type": "must be a whole number, without quotation marks",
    "float_type": "must be a number, without quotation marks",
    "bool_type": "must be true or false, without quotation marks",
    "string_type": "must be text in quotation marks",
    "tuple_type": 'must be a list, as in ["…", "…"]',
    "date_type": "must be a date without quotation marks, as in 2014-03-21",
    "is_instance_of": "must be text in quotation marks",
    "path_type": "must be text in quotation marks",
    "model_type": "must be a section",
    "model_attributes_type": "must be a section",
    "missing": "is missing",
}


def problem(place: Place, error: Any) -> Problem:
    place = place_in_file(place)
    return place, in_words(place, error)


def in_words(place: Place, error: Any) -> str:
    kind, facts = error["type"], error.get("ctx", {})
    match kind:
        case "extra_forbidden":
            return f"is unknown{suggestion(place)}"
        case "value_error":
            return str(facts["error"])
        case "literal_error":
            return f"must be one of {facts['expected'].replace(chr(39), chr(34))}"
        case "greater_than_equal":
            return f"must be {facts['ge']} or more"
        case "less_than_equal":
            return f"must be {facts['le']} or less"
        case "greater_than":
            return f"must be more than {facts['gt']}"
        case "string_pattern_mismatch":
            return 'must be "auto" or one character'
        case _:
            return WRONG_TYPE.get(kind) or f"is wrong: {error['msg']}"


def place_in_file(place: Place) -> Place:
    """The section and key of a place in the models, without the parts that tell a list's items and a type's choices."""
    model: Any = Config
    known: list[str] = []
    for name in place:
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            break
        known.append(name)
        model = next((field.annotation for key, field in model.model_fields.items() if (field.alias or key) == name), None)
    return tuple(known)


def suggestion(place: Place) -> str:
    """What an unknown key was meant to be: one that is spelt alike in its section, or the same in another."""
    model: Any = Config
    for name in place[:-1]:
        model = next(field.annotation for key, field in model.model_fields.items() if (field.alias or key) == name)
    names = [field.alias or key for key, field in model.model_fields.items()]
    if close := difflib.get_close_matches(place[-1], names, n=1):
        return f": did you mean {close[0]}?"
    elsewhere = [name for name, field in sections() if place[-1] in field.model_fields]
    return f": it belongs in [{elsewhere[0]}]" if elsewhere and len(place) > 1 else ""


def sections() -> Iterator[tuple[str, type[BaseModel]]]:
    for key, field in Config.model_fields.items():
        assert isinstance(field.annotation, type)
        yield field.alias or key, field.annotation
