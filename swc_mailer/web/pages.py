"""Templates and values in, HTML out: Jinja2 with everything escaped, and the few filters that the pages use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jinja2

from swc_mailer.config import Config
from swc_mailer.shipped import shipped
from swc_mailer.web import words


class Pages:
    """`render("queue.html", …)` reads `templates/web/queue.html.j2`; `name_of` gives what lists call a reason."""

    def __init__(self, config: Config, name_of: Callable[[str], str]) -> None:
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(shipped("templates") / "web"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(words.filters(config.policy().timezone), reason=name_of)
        self._environment.globals.update(title=config.consultation.title)

    def render(self, name: str, values: Mapping[str, Any]) -> str:
        return self._environment.get_template(f"{name}.j2").render(values)
