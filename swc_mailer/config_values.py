"""The kinds of values that the configuration holds: text in, a checked value or a sentence of what is wrong with it out.

The context of a validation is the path of the configuration's file: relative paths are relative to its folder.
"""

from __future__ import annotations

import base64
import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationInfo

HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?|\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\]?")
EMAIL = re.compile(r"[^@\s<>\"(),:;]+@[^@\s<>\"(),:;]+\.[^@\s<>\"(),:;.]+|[^@\s<>\"(),:;]+@localhost")
POSTCODE = re.compile(r"[A-Za-z]{1,2}\d[A-Za-z\d]?\s*\d[A-Za-z]{2}")
SPAM_HEADER = re.compile(r"[!-9;-~]+:.*\S.*")
SQLITE = re.compile(r"(?P<scheme>sqlite(?:\+pysqlite)?:///)(?P<file>[^?]+)(?P<query>.*)")
HTTPS = re.compile(r"https://[^\s/?#@]+/?")
WEB = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?")
RAW_KEY_BYTES = 32
POSTGRESQL = re.compile(r"postgresql(\+psycopg)?://.+")


def not_empty(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


def one_line(text: str) -> str:
    if any(not letter.isprintable() for letter in text):
        raise ValueError("must be one line, without control characters")
    return text


def host_name(text: str) -> str:
    if re.fullmatch(r"[^:]+:\d+", text):
        raise ValueError("is a host name and a port: the port belongs in port")
    if not HOST.fullmatch(text):
        raise ValueError('must be a host name such as "mail.example.org", without "://" or a path')
    return text


def email_address(text: str) -> str:
    if not text.isascii() or not EMAIL.fullmatch(text):
        raise ValueError('must be one plain email address such as "swc@example.org"')
    return text


def email_or_postcode(text: str) -> str:
    if not EMAIL.fullmatch(text) and not POSTCODE.fullmatch(text.strip()):
        raise ValueError(f'"{text}" is neither an email address nor a postcode')
    return text


def spam_header(text: str) -> str:
    if not SPAM_HEADER.fullmatch(text):
        raise ValueError(f'"{text}" is no header line such as "X-Spam-Flag: YES"')
    return text


def number_regex(text: str) -> str:
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from None
    if pattern.fullmatch(""):
        raise ValueError("fits a number without any digit")
    return text


def time_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (OSError, ValueError, LookupError):
        raise ValueError(f'"{text}" is no time zone; write one such as "Europe/London"') from None
    return text


def as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def headings(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple) and all(isinstance(heading, str) for heading in value):
        return tuple(value)
    raise ValueError('must be a heading in quotation marks, or a list of headings, as in ["…", "…"]')


def folder_of(info: ValidationInfo) -> Path:
    return Path(info.context or "config.toml").absolute().parent


def path_in_folder(value: Any, info: ValidationInfo) -> Any:
    """A text becomes a path below the configuration's folder; an empty one becomes None."""
    if not isinstance(value, str):
        return value
    try:
        return folder_of(info) / Path(value).expanduser() if value.strip() else None
    except RuntimeError:
        raise ValueError(f'"{value}" begins with the home folder of somebody unknown') from None


def named(path: Any) -> Any:
    if path is None:
        raise ValueError("must not be empty")
    return path


def none_if_empty(value: Any) -> Any:
    return None if value == "" else value


def date_or_none(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise ValueError("must be a date, as in 2014-03-21") from None


def https_address(text: str) -> str:
    if text and not HTTPS.fullmatch(text):
        raise ValueError('must begin with "https://" and name a server alone, as in "https://login.example.org"')
    return text.rstrip("/")


def web_address(text: str) -> str:
    if text and not WEB.fullmatch(text):
        raise ValueError('must begin with "https://" or "http://" and name a server, as in "https://hc-ping.com/…"')
    return text.rstrip("/")


def readable(path: Path) -> Path:
    try:
        with path.open("rb") as file:
            file.read(1)
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    return path


def folder_there(path: Path) -> Path:
    if not path.is_dir():
        raise ValueError(f"{path} is no folder")
    return path


def holds_something(path: Path) -> Path:
    if not path.read_bytes().strip():
        raise ValueError(f"{path} is empty")
    return path


def raw_keys(text: str) -> None:
    for key in text.split():
        try:
            whole = len(base64.b64decode(key.replace("-", "+").replace("_", "/"), validate=True)) == RAW_KEY_BYTES
        except ValueError:
            whole = False
        if not whole:
            raise ValueError("must be a key as `openssl rand -base64 32` writes it, or several of them, the newest first")


def holds_raw_keys(value: SecretStr | Path | None) -> SecretStr | Path | None:
    if value is not None:
        raw_keys(value.read_text("utf-8", "replace") if isinstance(value, Path) else value.get_secret_value())
    return value


def store_url(url: str, info: ValidationInfo) -> str:
    """An SQLite file's path becomes absolute, so that cron finds the same store from everywhere."""
    if POSTGRESQL.fullmatch(url):
        return url.replace("postgresql://", "postgresql+psycopg://", 1)
    found = SQLITE.fullmatch(url)
    if not found or found["file"].startswith((":memory:", "file:")):
        raise ValueError("must be sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE")
    file = folder_of(info) / found["file"]
    if not file.parent.is_dir():
        raise ValueError(f"{file.parent}, the folder of the store, does not exist")
    return f"{found['scheme']}{file}{found['query']}"


def sqlite_path(url: str) -> Path | None:
    """The file of an embedded store; None for PostgreSQL."""
    found = SQLITE.fullmatch(url)
    return Path(found["file"]) if found else None


def globs_find_files(globs: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    if not globs:
        raise ValueError('names no file: say which documents are sent, as in ["pack/*.pdf"]')
    folder = folder_of(info)
    missing = [glob for glob in globs if not finds_a_file(glob, folder)]
    if missing:
        raise ValueError("; ".join(f"{glob} finds no file in {folder}" for glob in missing))
    return globs


def finds_a_file(glob: str, folder: Path) -> bool:
    start = Path(Path(glob).anchor) if Path(glob).is_absolute() else folder
    try:
        return any(path.is_file() for path in start.glob(str(Path(glob).relative_to(Path(glob).anchor))))
    except (ValueError, NotImplementedError):
        return False


Text = Annotated[str, AfterValidator(one_line)]
Filled = Annotated[Text, AfterValidator(not_empty)]
Host = Annotated[Filled, AfterValidator(host_name)]
Email = Annotated[str, AfterValidator(email_address)]
Port = Annotated[int, Field(ge=1, le=65535)]
Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
Length = Annotated[float, Field(ge=0, le=200)]  # millimetres on a letter
Seconds = Annotated[float, Field(gt=0, le=3600)]
Security = Literal["tls", "starttls", "none"]
LimitsOf = Literal["", "microsoft365", "google", "google-relay"]
Provider = Annotated[Literal["microsoft", "google"] | None, BeforeValidator(none_if_empty)]
Flow = Annotated[Literal["device", "client_credentials", "browser", "service_account"] | None, BeforeValidator(none_if_empty)]
Day = Annotated[date | None, BeforeValidator(date_or_none)]
Web = Annotated[Text, AfterValidator(web_address)]
Https = Annotated[Text, AfterValidator(https_address)]

Texts = Annotated[tuple[Text, ...], BeforeValidator(as_tuple)]
Emails = Annotated[tuple[Email, ...], BeforeValidator(as_tuple)]
Globs = Annotated[Texts, AfterValidator(globs_find_files)]
OwnAddresses = Annotated[tuple[Annotated[str, AfterValidator(email_or_postcode)], ...], BeforeValidator(as_tuple)]
SpamHeaders = Annotated[tuple[Annotated[str, AfterValidator(spam_header)], ...], BeforeValidator(as_tuple)]
Heading = Annotated[str | tuple[str, ...], BeforeValidator(headings)]

InputFile = Annotated[Path, AfterValidator(readable)]
SecretFile = Annotated[InputFile, AfterValidator(holds_something)]
InputFolder = Annotated[Path, AfterValidator(folder_there)]
NeededFile = Annotated[InputFile, BeforeValidator(named), BeforeValidator(path_in_folder)]
OptionalFile = Annotated[InputFile | None, BeforeValidator(path_in_folder)]
OptionalSecretFile = Annotated[SecretFile | None, BeforeValidator(path_in_folder)]
OptionalRawKeyFile = Annotated[SecretFile | None, BeforeValidator(path_in_folder), AfterValidator(holds_raw_keys)]
OptionalNewFile = Annotated[Path | None, BeforeValidator(path_in_folder)]
OptionalFolder = Annotated[InputFolder | None, BeforeValidator(path_in_folder)]

RawKeys = Annotated[SecretStr, AfterValidator(holds_raw_keys)]
NumberPattern = Annotated[str, AfterValidator(number_regex)]
TimeZone = Annotated[str, AfterValidator(time_zone)]
StoreUrl = Annotated[str, AfterValidator(store_url)]
