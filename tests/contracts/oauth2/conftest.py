"""A token endpoint for each test, and settings of each flow that would succeed there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from swc_mailer.adapters.oauth2 import OAuth2Settings, needed_scopes
from tests.contracts.oauth2.logins import Settings
from tests.servers.tokens import CLIENT, SECRET, TENANT, USER, TokenEndpoint


@pytest.fixture
def endpoint(authority: trustme.CA) -> Iterator[TokenEndpoint]:
    with TokenEndpoint(authority) as server:
        yield server


@pytest.fixture(scope="module")
def service_key() -> tuple[str, str]:
    """A service account's key pair, in PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return private, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.fixture
def settings(endpoint: TokenEndpoint, ca_file: Path, tmp_path: Path, service_key: tuple[str, str]) -> Settings:
    """Of a flow that would succeed."""

    def made(flow: str, **changes: Any) -> OAuth2Settings:
        provider = "google" if flow in ("browser", "service_account") else "microsoft"
        chosen: dict[str, Any] = {
            "section": "imap.oauth2",
            "provider": provider,
            "flow": flow,
            "username": USER,
            "token_file": tmp_path / "tokens.json",
            "scopes": needed_scopes(provider, flow, "imap"),
            "tenant": TENANT if provider == "microsoft" else "",
            "client_id": CLIENT,
            "client_secret": "" if flow == "device" else SECRET,
            "authority": endpoint.url,
            "ca_file": ca_file,
            "timeout_seconds": 5,
        }
        if flow == "service_account":
            private, endpoint.public_key = service_key
            key = {
                "type": "service_account",
                "client_email": "robot@example.org",
                "private_key": private,
                "token_uri": "https://x",
            }
            (tmp_path / "key.json").write_text(json.dumps(key))
            chosen["key_file"] = tmp_path / "key.json"
        return OAuth2Settings(**(chosen | changes))

    return made
