"""What every answer carries and every request must show, whatever the page: headers, cookies, the origin of forms."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST_FORM = 256 * 1024  # bytes
LONGEST_UPLOAD = 21 * 1024 * 1024  # a form with a file
MOST_FIELDS = 200

# No script, no frame, nothing from elsewhere: a mail that gets markup past the escaping still finds nothing to run or to load.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Where a page has a script of ours. Files that came by mail are no scripts, whatever they hold: they say that they are not.
WITH_SCRIPT = f"{CONTENT_SECURITY_POLICY}; script-src 'self'; connect-src 'self'"
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


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a form."""

    name: str
    content: bytes


async def read_upload(request: Request) -> tuple[dict[str, list[str]], dict[str, Upload]]:
    """The fields and the files of a multipart form."""
    stream = limited(request.stream(), LONGEST_UPLOAD)
    parser = MultiPartParser(request.headers, stream, max_files=1, max_fields=MOST_FIELDS)
    try:
        sent = await parser.parse()
    except MultiPartException as error:
        raise TooLarge from error
    fields: dict[str, list[str]] = {}
    files: dict[str, Upload] = {}
    for name, value in sent.multi_items():
        if isinstance(value, str):
            fields.setdefault(name, []).append(value)
        elif value.filename:
            files[name] = Upload(value.filename, await value.read())
    await sent.close()
    return fields, files


async def limited(stream: AsyncIterator[bytes], most: int) -> AsyncGenerator[bytes, None]:
    taken = 0
    async for chunk in stream:
        taken += len(chunk)
        if taken > most:
            raise TooLarge
        yield chunk


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
