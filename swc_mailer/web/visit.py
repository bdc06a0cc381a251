"""One request of a person: who it is, what she sent, and the ways to answer her."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from swc_mailer.commands.reviewer import Reviewer
from swc_mailer.commands.serve import Desk
from swc_mailer.commands.staff import Account
from swc_mailer.config import Config
from swc_mailer.web.guard import Cookie, TooLarge, Upload, from_our_page, read_form, read_upload
from swc_mailer.web.pages import Pages
from swc_mailer.web.sessions import Attempts, Lookers, Sessions, new_token


@dataclass(frozen=True, slots=True)
class Site:
    """What all requests share."""

    config: Config
    desk: Desk
    pages: Pages
    sessions: Sessions
    attempts: Attempts
    lookers: Lookers
    cookie: Cookie


@dataclass(frozen=True, slots=True)
class Visit:
    """One request; `account` is None where nobody is logged in."""

    site: Site
    request: Request
    token: str  # of the cookie, or a new one where there was none
    account: Account | None
    form: Mapping[str, list[str]] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)

    @property
    def who(self) -> str:
        assert self.account, "only signed-in pages ask"
        return self.account.name

    @property
    def case_id(self) -> str:
        """Of the page's address."""
        return str(self.request.path_params["case_id"])

    def reviewer(self) -> AbstractContextManager[Reviewer]:
        """The person at the queue, for this request."""
        return self.site.desk.reviewer(self.who)

    def given(self, name: str) -> str:
        """A field of the form; "" where it is missing."""
        return self.form.get(name, [""])[0].strip()

    def asked(self, name: str) -> str:
        """A value of the query string; "" where it is missing."""
        return self.request.query_params.get(name, "").strip()

    def page(self, template: str, values: Mapping[str, Any], *, status: int = HTTPStatus.OK) -> Response:
        form_token = self.site.sessions.form_token(self.token)
        shared = {"account": self.account, "form_token": form_token, "path": self.request.url.path}
        html = self.site.pages.render(template, {**shared, **values})
        response = Response(html, status_code=status, media_type="text/html")
        if not self.site.cookie.read(self.request):
            self.site.cookie.write(response, self.token)
        return response

    def go_to(self, path: str) -> Response:
        """After a form: 303, so that reloading the next page sends nothing again."""
        return RedirectResponse(path, status_code=HTTPStatus.SEE_OTHER)

    def told(self, heading: str, text: str, *, status: int) -> Response:
        """A page that says why something did not go."""
        return self.page("message.html", {"heading": heading, "text": text}, status=status)


Handler = Callable[[Visit], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def for_everybody(handler: Handler) -> Endpoint:
    """An endpoint whose handler runs in a thread, for it may wait for the store."""

    async def endpoint(request: Request) -> Response:
        visit = await begin(request)
        refusal = refused(visit)
        return refusal if refusal else await run_in_threadpool(handler, visit)

    return endpoint


def for_staff(handler: Handler) -> Endpoint:
    """As `for_everybody`, for those who are logged in; all others are asked to."""

    async def endpoint(request: Request) -> Response:
        visit = await begin(request)
        if visit.account is None:
            return visit.go_to(log_in_path(request))
        refusal = refused(visit)
        return refusal if refusal else await run_in_threadpool(handler, visit)

    return endpoint


async def begin(request: Request) -> Visit:
    site: Site = request.app.state.site
    token = site.cookie.read(request)
    who = await run_in_threadpool(signed_in, site, token) if token else None
    form, files = await sent_with(request, may_upload=who is not None)
    return Visit(site, request, token or new_token(), who, form, files)


async def sent_with(request: Request, *, may_upload: bool) -> tuple[Mapping[str, list[str]], Mapping[str, Upload]]:
    """The fields and files of a form. One that is too large, or has files where nobody may send any, has no field: without its
    token it is refused."""
    if request.method != "POST":
        return {}, {}
    try:
        if not request.headers.get("content-type", "").startswith("multipart/form-data"):
            return await read_form(request), {}
        return await read_upload(request) if may_upload else ({}, {})
    except TooLarge:
        return {}, {}


def signed_in(site: Site, token: str) -> Account | None:
    """Whoever was removed since, or has another password, is no longer logged in."""
    session = site.sessions.find(token, now=time.monotonic())
    known = site.desk.account(session.name) if session else None
    return known if session and known and known.seal == session.seal else None


def refused(visit: Visit) -> Response | None:
    """A form that did not come from one of our own pages."""
    if visit.request.method != "POST":
        return None
    ours = from_our_page(visit.request, visit.site.config.serve.public_url)
    if ours and visit.site.sessions.is_form_token(visit.given("form_token"), visit.site.cookie.read(visit.request)):
        return None
    why = "This form was too old, or did not come from these pages, and nothing was done. Go back, reload the page and try again."
    return visit.told("Please try again", why, status=HTTPStatus.FORBIDDEN)


def log_in_path(request: Request) -> str:
    """The way back is kept for pages, not for forms: what a form asked for is never done unseen after logging in."""
    if request.method != "GET" or request.url.path == "/":
        return "/login"
    query = f"?{request.url.query}" if request.url.query else ""
    return f"/login?next={quote(request.url.path + query, safe='')}"


def safe_next(path: str) -> str:
    """Only pages of ours: `//elsewhere.example` and `/\\elsewhere.example` are other sites to a browser."""
    return path if path.startswith(("/queue", "/report", "/letter")) and "\\" not in path and path.isprintable() else "/queue"
