"""Who may import whom, as a table; docs/architecture.md gives the reasons."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "swc_mailer"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)

# A module's place, and what of ours it may import; the first place that fits counts.
MAY_IMPORT = {
    "core": ("core", "ports"),
    "ports": ("core", "outgoing"),
    "outgoing": (),
    "desk_port": ("core", "ports"),
    "errors": (),
    "faults": (),
    "shipped": (),
    "stopping": (),
    "time_limit": ("stopping",),
    "logs": (),
    "output": (),
    "environment": (),
    "config_values": (),
    "config_sections": ("config_values", "core"),
    "config": ("config_sections", "config_values", "core", "ports"),
    "config_oauth2": (),
    "config_file": ("config", "config_oauth2", "environment", "errors"),
    "adapters": ("adapters", "core", "ports", "desk_port", "errors", "faults", "logs", "shipped"),
    "answering": ("core", "ports"),
    "taking_in": ("answering", "core", "ports", "errors", "faults", "logs", "time_limit"),
    "due": ("core", "ports", "errors", "faults", "logs"),
    "sending": ("core", "ports", "errors", "faults", "logs", "due"),
    "filing": ("core", "ports", "errors", "faults"),
    "assemble": ("adapters", "answering", "config", "config_sections", "core", "ports", "errors", "due", "sending", "filing"),
    "commands": (
        "commands", "assemble", "adapters", "config", "config_sections", "config_file", "core", "logs", "ports", "desk_port",
        "errors", "shipped", "answering", "taking_in", "sending", "filing", "time_limit",
    ),
    "words_of_reports": ("core", "output"),
    "words_of_queue": ("commands", "core", "output", "ports"),
    "words_of_persons": ("commands", "config", "core", "output", "words_of_queue"),
    "words_of_letters": ("commands", "core", "output"),
    "words_of_labels": ("commands", "output"),
    "words_of_store": ("commands", "output"),
    "words_of_runs": ("commands", "core", "output", "taking_in"),
    "words_of_explain": ("commands", "core", "output", "words_of_queue"),
    "words_of_demo": ("commands", "output", "words_of_runs"),
    "command_line": (
        "command_line", "commands", "assemble", "config", "config_file", "output", "logs", "stopping", "words_of_runs",
        "words_of_explain", "words_of_reports", "words_of_persons", "words_of_store", "words_of_queue", "words_of_letters",
        "words_of_labels", "words_of_demo",
        "core", "errors", "web",
    ),
    "command_table": ("command_line",),
    "web": ("web", "commands", "words_of_reports", "config", "output", "core", "ports", "desk_port", "errors", "logs", "shipped"),
    "cli": ("command_table", "errors", "logs", "output"),
    "__main__": ("cli",),
    "__init__": (),
}  # fmt: skip

# Libraries of the edge, and the only places that know each.
ONLY_IN = {
    "imapclient": {"adapters/imap"},
    "aiosmtplib": {"adapters/smtp.py"},
    "msal": {"adapters/oauth2_microsoft.py"},
    "google": {"adapters/oauth2_google.py"},
    "requests": {"adapters/oauth2_http.py"},
    "jinja2": {"adapters/templates.py", "web/pages.py"},
    "starlette": {"web"},
    "uvicorn": {"web/server.py"},
    "argon2": {"adapters/passwords.py"},
    "fpdf": {"adapters/pdf.py"},
    "fontTools": {"adapters/pdf.py"},
    "cryptography": {"adapters/store/sealing.py"},
    "pypdf": {"adapters/document_text.py"},
    "dns": {"adapters/dns_records.py"},
    "sqlalchemy": {"adapters/store"},
    "alembic": {"adapters/store"},
    "pydantic": {"config.py", "config_sections.py", "config_values.py", "config_file.py", "environment.py"},
    "rich": {"output.py"},
    "argparse": {"cli.py", "command_table.py", "command_line", "adapters/demo_servers.py"},  # pymap is set up by arguments
    "pymap": {"adapters/demo_servers.py"},
    "aiosmtpd": {"adapters/demo_servers.py"},
}

# What a pure core has no use for.
IMPURE = {
    "asyncio",
    "logging",
    "os",
    "random",
    "secrets",
    "shutil",
    "socket",
    "sqlite3",
    "subprocess",
    "tempfile",
    "time",
    "uuid",
}


def place_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "swc_mailer":
            yield from (f"swc_mailer.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_imports_only_what_its_place_may(path: Path) -> None:
    ours = {name.split(".")[1] for name in imports(path) if name.startswith("swc_mailer.")} - {"__version__"}

    assert ours <= set(MAY_IMPORT[place_of(path)])


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_library_of_the_edge_is_known_in_one_place(path: Path) -> None:
    libraries = {name.split(".")[0] for name in imports(path)} & ONLY_IN.keys()

    assert {library for library in libraries if not any(name_of(path).startswith(place) for place in ONLY_IN[library])} == set()


@pytest.mark.parametrize("path", [path for path in MODULES if place_of(path) == "core"], ids=name_of)
def test_the_core_is_pure(path: Path) -> None:
    assert {name.split(".")[0] for name in imports(path)} & IMPURE == set()


def test_every_place_of_the_table_exists() -> None:
    places = {place_of(path) for path in MODULES} | {"web"}

    assert places <= MAY_IMPORT.keys()
    assert {place for place in MAY_IMPORT if place not in places} == set()
