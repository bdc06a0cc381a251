"""Where the files that come with the program lie: in the installed package, or in the checkout it runs from."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent


def shipped(name: str) -> Path:
    """The path of "templates", "config.example.toml" …: an editable install finds the checkout's, never a stale copy."""
    checkout = PACKAGE.parent / name
    return checkout if (PACKAGE.parent / "pyproject.toml").exists() else PACKAGE / "shipped" / name
