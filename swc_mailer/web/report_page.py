"""/report: the report's page as `report --html` writes it, with leave for its own style sheet and no other."""

from __future__ import annotations

import base64
import hashlib
import re

from starlette.responses import HTMLResponse, Response

from swc_mailer.commands.report import page, report
from swc_mailer.web.visit import Visit
from swc_mailer.words_of_reports import page_values

STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def report_page(visit: Visit) -> Response:
    config = visit.site.config
    html = page({**page_values(report(config), title=config.consultation.title), "back": "/queue"})
    styles = " ".join(f"'sha256-{digest(style)}'" for style in STYLE.findall(html))
    policy = f"default-src 'none'; style-src {styles}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    return HTMLResponse(html, headers={"Content-Security-Policy": policy})


def digest(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
