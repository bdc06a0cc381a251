"""Answers members who ask by email for consultation documents."""

__version__ = "0.1.0"
