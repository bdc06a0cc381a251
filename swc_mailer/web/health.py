"""/health and /metrics: for programs that watch this one. Numbers only, so no log-in; nothing in them names a person."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import JSONResponse, PlainTextResponse, Response

from swc_mailer.core.metrics import prometheus_text
from swc_mailer.errors import SwcMailerError
from swc_mailer.web.visit import Visit


def health(visit: Visit) -> Response:
    """Whether the pages can be used: the store answers."""
    try:
        visit.site.desk.counts()
    except SwcMailerError:
        return JSONResponse({"status": "the store does not answer"}, status_code=HTTPStatus.SERVICE_UNAVAILABLE)
    return JSONResponse({"status": "ok"})


def metrics(visit: Visit) -> Response:
    """In the text form of Prometheus."""
    return PlainTextResponse(prometheus_text(visit.site.desk.counts()), media_type="text/plain; version=0.0.4")
