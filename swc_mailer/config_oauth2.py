"""What `[imap.oauth2]` and `[smtp.oauth2]` need: sections as written in, what is missing or contradicts in them out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Problem = tuple[tuple[str, ...], str]  # the key's place, and the sentence

# What each flow cannot do without; `client_secret` may also stand in its file.
NEEDS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("microsoft", "device"): ("tenant", "client_id"),
    ("microsoft", "client_credentials"): ("tenant", "client_id", "client_secret"),
    ("google", "browser"): ("client_id", "client_secret"),
    ("google", "service_account"): ("key_file",),
}
PROVIDERS, FLOWS = ({names[i] for names in NEEDS} for i in (0, 1))
MEANT_FOR = {
    "tenant": "the directory (tenant) ID of the app registration",
    "client_id": "the application (client) ID",
    "client_secret": "give client_secret_file (or client_secret)",
    "key_file": "the JSON key of the service account",
}
EVERYBODY = ("common", "organizations", "consumers")
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def is_used(account: Mapping[str, Any]) -> bool:
    """Whether `[imap]` or `[smtp]` is to log in by token: some key of its `oauth2` is filled in."""
    section = account.get("oauth2")
    return isinstance(section, Mapping) and any(section.values())


def inherit(values: dict[str, Any]) -> None:
    """What `[smtp.oauth2]` leaves out is as in `[imap.oauth2]`, where both name the same provider: one log-in serves both."""
    imap, smtp = values.get("imap"), values.get("smtp")
    if not (isinstance(imap, dict) and isinstance(smtp, dict)):
        return
    theirs, ours = imap.get("oauth2"), smtp.get("oauth2")
    if not (isinstance(theirs, dict) and isinstance(ours, dict)):
        return
    if ours.get("provider") and ours["provider"] == theirs.get("provider"):
        written = {key: value for key, value in ours.items() if value != ""}
        if written.keys() & {"client_secret", "client_secret_file"}:
            theirs = {key: value for key, value in theirs.items() if key not in ("client_secret", "client_secret_file")}
        smtp["oauth2"] = theirs | written


def told_once(problems: Sequence[Problem]) -> list[Problem]:
    """Without those of `[smtp.oauth2]` that it has taken over from `[imap.oauth2]`."""
    theirs = {(place[2:], sentence) for place, sentence in problems if place[:2] == ("imap", "oauth2")}
    return [(place, said) for place, said in problems if place[:2] != ("smtp", "oauth2") or (place[2:], said) not in theirs]


def oauth2_problems(name: str, account: Mapping[str, Any]) -> Iterator[Problem]:
    """What no single key of `[imap]` or `[smtp]` can tell."""
    section = account["oauth2"]
    if account.get("password") or account.get("password_file"):
        yield (name, "oauth2"), "stands beside a password: give only one of them"
    if name == "smtp" and not account.get("username"):
        yield (name, "username"), "is missing: the mailbox that the token is for"
    for key, sentence in key_problems(section):
        yield (name, "oauth2", key), sentence


def key_problems(section: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    provider, flow = (str(section.get(key) or "") for key in ("provider", "flow"))
    if not provider:
        yield "provider", 'is missing: "microsoft" or "google"'
    elif (provider, flow) in NEEDS:
        yield from missing_keys(section, NEEDS[provider, flow])
        yield from mistaken_secret(section)
    elif provider in PROVIDERS and (not flow or flow in FLOWS):  # else their values are wrong by themselves
        yield "flow", wrong_flow(provider, flow)


def wrong_flow(provider: str, flow: str) -> str:
    choice = " or ".join(f'"{possible}"' for named, possible in NEEDS if named == provider)
    why = "Google lets no mail program log in by device code; " if flow == "device" else ""
    return f'{why}with provider = "{provider}" it must be {choice}'


def missing_keys(section: Mapping[str, Any], needed: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for key in needed:
        if not (section.get(key) or section.get(f"{key}_file")):
            yield key, f'is missing: {MEANT_FOR[key]}, for flow = "{section["flow"]}"'
    if section["flow"] == "client_credentials" and str(section.get("tenant")).lower() in EVERYBODY:
        yield "tenant", f"must be {MEANT_FOR['tenant']}: an application logs in to one directory"


def mistaken_secret(section: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if section.get("client_secret") and section.get("client_secret_file"):
        yield "client_secret", "stands beside client_secret_file: give only one of them"
    if section["provider"] == "microsoft" and GUID.fullmatch(str(section.get("client_secret"))):
        yield "client_secret", "is the secret's ID: give its value, which is shown only when the secret is made"
