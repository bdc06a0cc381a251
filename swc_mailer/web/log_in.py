"""/login and /logout."""

from __future__ import annotations

import math
import time
from http import HTTPStatus

from starlette.responses import Response

from swc_mailer.commands.staff import log_in
from swc_mailer.output import number_of
from swc_mailer.web.visit import Visit, safe_next

WRONG = "That name and password do not belong together. Ask an administrator where you have forgotten your password."


def log_in_page(visit: Visit) -> Response:
    if visit.account:
        return visit.go_to(safe_next(visit.asked("next")))
    return form(visit, next_=visit.asked("next"))


def take_log_in(visit: Visit) -> Response:
    name, password = visit.given("name"), visit.form.get("password", [""])[0]
    keys = (f"name {name}", f"from {visit.request.client.host if visit.request.client else ''}")
    attempts, sessions = visit.site.attempts, visit.site.sessions
    if wait := attempts.wait(*keys, now=time.monotonic()):
        why = f"Too many attempts. Try again in {number_of(math.ceil(wait / 60), 'minute')}."
        return form(visit, name=name, problem=why, next_=visit.given("next"), status=HTTPStatus.TOO_MANY_REQUESTS)
    found = log_in(visit.site.config, name, password)
    if found is None:
        attempts.failed(*keys, now=time.monotonic())
        return form(visit, name=name, problem=WRONG, next_=visit.given("next"), status=HTTPStatus.UNAUTHORIZED)
    attempts.succeeded(*keys)
    response = visit.go_to(safe_next(visit.given("next")))
    visit.site.cookie.write(response, sessions.begin(found.name, found.seal, now=time.monotonic()))
    return response


def form(visit: Visit, *, name: str = "", problem: str = "", next_: str = "", status: int = HTTPStatus.OK) -> Response:
    values = {"name": name, "problem": problem, "next": safe_next(next_)}
    return visit.page("login.html", values, status=status)


def log_out(visit: Visit) -> Response:
    visit.site.sessions.end(visit.site.cookie.read(visit.request))
    response = visit.go_to("/login")
    visit.site.cookie.remove(response)
    return response
