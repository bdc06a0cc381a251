"""What every answer carries and every request must show, whatever the page: headers, cookies, the origin of forms."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST_FORM = 256 * 1024  # bytes
MOST_FIELDS = 200

# No script, no frame, nothing from elsewhere: a mail that gets markup past the escaping still finds nothing to run or to load.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with no-referrer, browsers send forms with the origin "null"
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store",
}
A_YEAR = 365 * 24 * 60 * 60


class Headers:
    """ASGI middleware: the headers above on every answer that has not its own."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if self._https:
                    headers["Strict-Transport-Security"] = f"max-age={A_YEAR}"
            await send(message)

        await self._app(scope, receive, send_with_headers)


# --- the cookie --------------------------------------------------------------------------------------------


class Cookie:
    """The one cookie. Lax: it comes along with a link in a mail to staff, never with a form of another site. Over HTTPS its name
    says that no other host may have set it (the prefix __Host-)."""

    def __init__(self, *, https: bool) -> None:
        self._https = https
        self.name = "__Host-review" if https else "review"

    def read(self, request: Request) -> str:
        return request.cookies.get(self.name, "")

    def write(self, response: Response, token: str) -> None:
        response.set_cookie(self.name, token, path="/", secure=self._https, httponly=True, samesite="lax")

    def remove(self, response: Response) -> None:
        response.delete_cookie(self.name, path="/", secure=self._https, httponly=True, samesite="lax")


# --- forms -------------------------------------------------------------------------------------------------


class TooLarge(Exception):
    """A form of more bytes or fields than any of ours has."""


async def read_form(request: Request) -> dict[str, list[str]]:
    """The fields of an urlencoded form."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            raise TooLarge
    try:
        return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise TooLarge from error


def from_our_page(request: Request, public_url: str) -> bool:
    """Browsers name the origin of every form they send; one that names none is judged by the form's token alone."""
    origin = request.headers.get("origin")
    if origin is None:
        return True
    ours = {urlsplit(public_url).netloc, request.headers.get("host", "")} - {""}
    return urlsplit(origin).netloc in ours
