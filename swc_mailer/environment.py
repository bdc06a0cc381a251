"""Settings from the environment: SWC_MAILER_<SECTION>__<KEY> in, each with its place in the configuration and its value out.

`SWC_MAILER_REGISTER__COLUMNS__NAME` is `name` in `[register.columns]`.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, get_args, get_origin

from pydantic import BaseModel

PREFIX = "SWC_MAILER_"
OTHERS = {"SWC_MAILER_CONFIG", "SWC_MAILER_FAULT"}


@dataclass(frozen=True, slots=True)
class Setting:
    """One value that the environment gives."""

    variable: str
    place: tuple[str, ...]
    value: Any = field(repr=False)


@dataclass(frozen=True, slots=True)
class NotASetting:
    """A variable with our prefix that sets nothing."""

    sentence: str


def settings_from(environ: Mapping[str, str], model: type[BaseModel]) -> Iterator[Setting | NotASetting]:
    """Every variable with our prefix, in the order of their names."""
    known = {variable_name(place): (place, annotation) for place, annotation in places(model)}
    for variable in sorted(environ):
        if not variable.startswith(PREFIX) or variable in OTHERS:
            continue
        if variable in known:
            place, annotation = known[variable]
            yield Setting(variable, place, value_of(environ[variable], annotation))
        else:
            close = difflib.get_close_matches(variable, [*known, *OTHERS], n=1)
            meant = f": did you mean {close[0]}?" if close else ""
            yield NotASetting(f"{variable}: is no setting of swc-mailer{meant}")


def variable_name(place: tuple[str, ...]) -> str:
    return PREFIX + "__".join(place).upper()


def places(model: type[BaseModel], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every key of the configuration with its type."""
    for name, field_ in model.model_fields.items():
        place, annotation = (*above, field_.alias or name), field_.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from places(annotation, place)
        else:
            yield place, annotation


def value_of(text: str, annotation: Any) -> Any:
    """As TOML where that gives the type that the key wants; else the text, and validation says what is wrong."""
    wanted = toml_type(annotation)
    if wanted is None:
        return text
    try:
        read = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    return read["value"] if read.keys() == {"value"} and isinstance(read["value"], wanted) else text


def toml_type(annotation: Any) -> type | tuple[type, ...] | None:
    """What TOML should give for a key that is no plain text."""
    if annotation is float:
        return (int, float)
    if annotation in (bool, int, date):
        return annotation  # type: ignore[no-any-return] # one of these three
    kinds = (get_origin(annotation), *map(get_origin, get_args(annotation)), *map(inner_origin, get_args(annotation)))
    return list if tuple in kinds else None


def inner_origin(annotation: Any) -> Any:
    """The type within Annotated[…]."""
    arguments = get_args(annotation)
    return get_origin(arguments[0]) if arguments else None
