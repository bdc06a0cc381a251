"""The pages as one ASGI application: which address shows what, and what is told when something goes wrong."""

from __future__ import annotations

import traceback
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from swc_mailer import logs
from swc_mailer.commands.serve import Desk
from swc_mailer.config import Config
from swc_mailer.errors import CannotAct, NoSuchCase, SwcMailerError
from swc_mailer.web import actions, case_page, files, health, letter_page, log_in, queue_page, report_page
from swc_mailer.web.guard import Cookie, Headers
from swc_mailer.web.pages import Pages
from swc_mailer.web.sessions import Attempts, Lookers, Sessions
from swc_mailer.web.visit import Endpoint, Site, begin, for_everybody, for_staff
from swc_mailer.web.words import in_words

STATIC = Path(__file__).parent / "static"
FAILED_LOG_INS, WITHIN = 10, 600.0  # seconds
STILL_LOOKS = 180.0  # seconds


def make_app(config: Config, desk: Desk) -> ASGIApp:
    https = urlsplit(config.serve.public_url).scheme == "https"
    app = Starlette(routes=routes(), exception_handlers={HTTPException: no_page, SwcMailerError: not_possible, Exception: failed})
    app.state.site = Site(
        config=config,
        desk=desk,
        pages=Pages(config, desk.name_of),
        sessions=Sessions(seconds=config.serve.session_hours * 3600),
        attempts=Attempts(allowed=FAILED_LOG_INS, seconds=WITHIN),
        lookers=Lookers(seconds=STILL_LOOKS),
        cookie=Cookie(https=https),
    )
    return Headers(app, https=https)  # outside everything: an error's page has them too


def routes() -> list[BaseRoute]:
    case, mail = "/queue/{case_id}", "/queue/{case_id}/mails/{message:int}"
    return [
        page("/", for_everybody(lambda visit: visit.go_to("/queue"))),
        page("/login", for_everybody(log_in.log_in_page)),
        form("/login", for_everybody(log_in.take_log_in)),
        form("/logout", for_staff(log_in.log_out)),
        page("/queue", for_staff(queue_page.queue_page)),
        page("/queue/ignored", for_staff(queue_page.ignored_page)),
        page("/queue/blocked", for_staff(actions.blocked_page)),
        form("/queue/blocked", for_staff(actions.unblock)),
        page(case, for_staff(case_page.case_page)),
        form(f"{case}/undo", for_staff(actions.tried(actions.undone))),
        form(f"{case}/note", for_staff(actions.tried(actions.noted))),
        form(f"{case}/merge", for_staff(actions.tried(actions.merged, action="merge"))),
        form(f"{case}/block", for_staff(actions.tried(actions.blocked, action="block"))),
        form(f"{case}/take", for_staff(actions.tried(actions.taken))),
        form(f"{case}/{{action}}", for_staff(actions.act)),
        page(mail, for_staff(files.download_mail)),
        page(f"{mail}/files/{{number:int}}", for_staff(files.download)),
        page(f"{mail}/files/{{number:int}}/picture", for_staff(files.picture)),
        page(f"{case}/scans/{{number:int}}", for_staff(files.download)),
        page(f"{case}/scans/{{number:int}}/picture", for_staff(files.picture)),
        page("/letter", for_staff(letter_page.letter_page)),
        form("/letter", for_staff(letter_page.take_letter)),
        page("/letter/members", for_staff(letter_page.members)),
        page("/report", for_staff(report_page.report_page)),
        page("/health", for_everybody(health.health)),
        page("/metrics", for_everybody(health.metrics)),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]


def page(path: str, endpoint: Endpoint) -> Route:
    return Route(path, endpoint, methods=["GET"])


def form(path: str, endpoint: Endpoint) -> Route:
    return Route(path, endpoint, methods=["POST"])


# --- what goes wrong ---------------------------------------------------------------------------------------


async def no_page(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.NOT_FOUND
    return (await begin(request)).told("Not found", "There is no such page.", status=status)


async def not_possible(request: Request, error: Exception) -> Response:
    """What a person can understand: a case that is gone, a store or a server that cannot be used."""
    assert isinstance(error, SwcMailerError)
    status = HTTPStatus.NOT_FOUND if isinstance(error, NoSuchCase) else HTTPStatus.SERVICE_UNAVAILABLE
    if not isinstance(error, NoSuchCase | CannotAct):
        logs.error("page_failed", path=request.url.path, error=str(error))
    return (await begin(request)).told("That did not work", in_words(error), status=status)


async def failed(request: Request, error: Exception) -> Response:
    """Without the error's own text, which may hold a member's words."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(place.filename).name}, line {place.lineno}"
    logs.error("page_failed", path=request.url.path, error=type(error).__name__, where=where)
    return PlainTextResponse("This page has an error that nobody thought of; the log says where.", status_code=500)
