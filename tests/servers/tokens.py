"""A token endpoint on 127.0.0.1 that speaks as Microsoft's and Google's do, in threads of the test.

    with TokenEndpoint(authority) as endpoint:
        endpoint.url                       # "https://localhost:PORT": for `authority`
        endpoint.introspection             # "http://…": where Dovecot asks whether a token is good, and whose it is
        endpoint.refuse("invalid_grant", "AADSTS50173: …")     # from now on; `refuse()` takes it back
        endpoint.requests                  # every form that was posted, with its path

It keeps to the RFCs where they say what must be refused: 6749 (codes, refresh tokens, client secrets), 7523 (signed assertions),
7636 (PKCE), 8628 (device codes). A refresh token is good until `revoke`; each use of one gives a new one, as Microsoft does.
"""

from __future__ import annotations

import base64
import hashlib
import json
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import trustme

TENANT = "6f1c5f5e-0000-4000-8000-000000000001"
CLIENT = "6f1c5f5e-0000-4000-8000-000000000002"
SECRET = "s~the client's secret"
USER = "swc@example.org"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
GOOGLE = "https://oauth2.googleapis.com/token"  # what a signed assertion is made out to, wherever it is sent
ASSERTION_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@dataclass(frozen=True)
class Posted:
    path: str
    form: dict[str, str]


class Refuse(Exception):
    def __init__(self, error: str, description: str = "") -> None:
        self.answer = {"error": error, "error_description": description}


@dataclass
class TokenEndpoint:
    """`user`: whose mailbox the tokens open. `public_key`: of the service account. `lifetime`: of an access token, in seconds."""

    authority: trustme.CA
    user: str = USER
    public_key: str = ""
    lifetime: int = 3600
    polls: int = 0  # how often a device code is still pending
    extra: dict[str, Any] = field(default_factory=dict)  # further members of each answer with a token
    requests: list[Posted] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)  # authorization codes, with their PKCE challenges
    good: set[str] = field(default_factory=set)  # access tokens
    refresh_tokens: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._numbers = count(1)
        self._lock = threading.Lock()
        self._refusal: Refuse | None = None
        self._instead: tuple[int, bytes] | None = None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
        self._secure, self._plain = listener(self, context), listener(self, None)
        self._threads = [
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True) for server in (self._secure, self._plain)
        ]

    def __enter__(self) -> TokenEndpoint:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for server in (self._secure, self._plain):
            server.shutdown()
            server.server_close()

    @property
    def url(self) -> str:
        return f"https://localhost:{self._secure.server_address[1]}"

    @property
    def introspection(self) -> str:
        return f"http://127.0.0.1:{self._plain.server_address[1]}/introspect"

    # --- what the test does --------------------------------------------------------------------------------

    def refuse(self, error: str = "", description: str = "") -> None:
        self._refusal = Refuse(error, description) if error else None

    def answer(self, status: int, content: bytes) -> None:
        """Instead of whatever would be said to a POST."""
        self._instead = status, content

    def revoke(self) -> None:
        self.good.clear()
        self.refresh_tokens.clear()

    @property
    def grants(self) -> list[str]:
        """The kinds of grant that were asked for at the token endpoint."""
        return [posted.form["grant_type"] for posted in self.requests if "grant_type" in posted.form]

    # --- what it answers -----------------------------------------------------------------------------------

    def get(self, path: str) -> tuple[int, dict[str, Any]]:
        tenant, _, rest = path.strip("/").partition("/")
        if rest != "v2.0/.well-known/openid-configuration":
            return 404, {}
        if tenant != TENANT:
            return 400, {"error": "invalid_tenant", "error_description": f"AADSTS90002: Tenant '{tenant}' not found."}
        base = f"{self.url}/{tenant}/oauth2/v2.0"
        return 200, {
            "issuer": f"{self.url}/{tenant}/v2.0",
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
            "device_authorization_endpoint": f"{base}/devicecode",
        }

    def post(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any] | bytes]:
        with self._lock:
            if path == "/introspect":
                return 200, {"active": form["token"] in self.good, "username": self.user}
            self.requests.append(Posted(path, form))
            if self._instead:
                return self._instead
            try:
                if self._refusal:
                    raise self._refusal
                return 200, self.device_code() if path.endswith("/devicecode") else self.token(form)
            except Refuse as refused:
                return 400, refused.answer

    def device_code(self) -> dict[str, Any]:
        page = "https://microsoft.com/devicelogin"
        return {"device_code": "device-1", "user_code": "ABCD-EFGH", "verification_uri": page, "expires_in": 900, "interval": 1}

    def token(self, form: dict[str, str]) -> dict[str, Any]:
        check = {
            DEVICE_GRANT: self.of_device,
            "client_credentials": self.of_client,
            "authorization_code": self.of_code,
            "refresh_token": self.of_refresh_token,
            ASSERTION_GRANT: self.of_assertion,
        }[form["grant_type"]]
        check(form)
        number = next(self._numbers)
        made = {"token_type": "Bearer", "access_token": f"access-token-{number}", "expires_in": self.lifetime}
        self.good.add(f"access-token-{number}")
        if check in (self.of_device, self.of_code, self.of_refresh_token):
            made["refresh_token"] = f"refresh-token-{number}"
            self.refresh_tokens.add(f"refresh-token-{number}")
        if check == self.of_device:
            made["id_token"] = id_token(self.user)
        return made | self.extra

    def of_device(self, form: dict[str, str]) -> None:
        if self.polls:
            self.polls -= 1
            raise Refuse("authorization_pending", "AADSTS70016: authorization is pending")

    def of_client(self, form: dict[str, str]) -> None:
        if form.get("client_secret") != SECRET:
            raise Refuse("invalid_client", f"AADSTS7000215: Invalid client secret provided ({form.get('client_secret')}).")

    def of_code(self, form: dict[str, str]) -> None:
        self.of_client(form)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if self.codes.pop(form["code"], "") != challenge:
            raise Refuse("invalid_grant", "Malformed auth code.")

    def of_refresh_token(self, form: dict[str, str]) -> None:
        if form["refresh_token"] not in self.refresh_tokens:
            raise Refuse("invalid_grant", "AADSTS50173: The provided grant has expired due to it being revoked.")

    def of_assertion(self, form: dict[str, str]) -> None:
        options: Any = {"verify_iat": False, "verify_exp": False}
        claims = jwt.decode(form["assertion"], self.public_key, ["RS256"], audience=GOOGLE, options=options)
        if claims["sub"] != self.user:
            raise Refuse("invalid_grant", "Invalid email or User ID")
        if abs(claims["iat"] - time.time()) > 600:
            raise Refuse("invalid_grant", "Invalid JWT: Token must be a short-lived token and in a reasonable timeframe.")


def id_token(user: str) -> str:
    """Unsigned: it comes straight from the endpoint, so nobody checks it."""
    parts = ({"alg": "none"}, {"iss": "x", "aud": CLIENT, "sub": "1", "iat": 1, "exp": 2_000_000_000, "preferred_username": user})
    return ".".join([*(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts), ""])


class Listener(ThreadingHTTPServer):
    daemon_threads = True
    endpoint: TokenEndpoint
    context: ssl.SSLContext | None

    def get_request(self) -> tuple[Any, Any]:
        sock, address = super().get_request()
        if self.context:  # the handshake waits for the first read, in the connection's own thread
            sock = self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        return sock, address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that does not trust the certificate breaks off."""


def listener(endpoint: TokenEndpoint, context: ssl.SSLContext | None) -> Listener:
    made = Listener(("127.0.0.1", 0), Handler)
    made.endpoint, made.context = endpoint, context
    return made


class Handler(BaseHTTPRequestHandler):
    server: Listener

    def do_GET(self) -> None:
        self.say(*self.server.endpoint.get(urlsplit(self.path).path))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {key: values[0] for key, values in parse_qs(body).items()}
        self.say(*self.server.endpoint.post(urlsplit(self.path).path, form))

    def say(self, status: int, content: dict[str, Any] | bytes) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """The tests' output is for their own words."""
