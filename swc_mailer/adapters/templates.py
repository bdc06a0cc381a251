"""The replies' words, by Jinja2: the shipped templates, and a local folder's that stand in for single ones.

A mistake in a template is a ConfigError that names the file and the line, whether it shows in reading or in rendering.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from pathlib import Path

import jinja2

from swc_mailer.core.compose import Wording
from swc_mailer.core.mailwire import PackFile, pack_block
from swc_mailer.core.model import Mailbox
from swc_mailer.core.samples import sample_replies
from swc_mailer.errors import ConfigError
from swc_mailer.shipped import shipped

SAMPLE_PACK = pack_block([PackFile("Consultation paper.pdf", "application/pdf", b"%PDF-1.4\n%%EOF\n")])


class JinjaTemplates:
    """Implements `core.compose.Templates`: `render("replies/pack.txt", …)` reads `replies/pack.txt.j2`."""

    def __init__(self, local: Path | None = None) -> None:
        self._local = local
        folders = [folder for folder in (local, shipped("templates")) if folder]
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(folders),
            autoescape=jinja2.select_autoescape(enabled_extensions=("html.j2",), default=False),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, name: str, values: Mapping[str, object]) -> str:
        file = f"{name}.j2"
        try:
            return self._environment.get_template(file).render(values)
        except Exception as error:  # a template may do anything that Python can
            raise ConfigError(f"templates: {_place(error, file)}: {_reason(error)}") from error

    def unknown_files(self) -> list[str]:
        """Local files that stand in for nothing shipped: most likely a name mistyped."""
        if not self._local:
            return []
        known, local = _names(shipped("templates")), _names(self._local)
        return [f"templates: {self._local / name} has the name of no shipped template" for name in sorted(local - known)]


def render_page(name: str, values: Mapping[str, object]) -> str:
    """A page for staff: "report.html" is the shipped `report.html.j2`. All that it shows is escaped."""
    loader = jinja2.FileSystemLoader(shipped("templates"))
    pages = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return pages.get_template(f"{name}.j2").render(values)


def check_templates(templates: JinjaTemplates, *wordings: Wording, sender: Mailbox) -> list[str]:
    """A line for each problem: every reply is rendered with sample details, once for each wording. Empty: all is well."""
    problems = templates.unknown_files()
    for wording in wordings:
        try:
            for _ in sample_replies(templates, wording, sender=sender, pack=SAMPLE_PACK):
                pass
        except ConfigError as error:
            problems += error.problems
    return problems


def _names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.j2")}


def _place(error: Exception, file: str) -> str:
    """File and line, as far as they are known: Jinja2 puts a template's own lines into the traceback."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return f"{error.filename or error.name or file}, line {error.lineno}"
    lines = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".j2")]
    return f"{lines[-1].filename}, line {lines[-1].lineno}" if lines else file


def _reason(error: Exception) -> str:
    if isinstance(error, jinja2.TemplateNotFound):
        return f"the template {error.name} was not found"
    return str(error) or type(error).__name__
