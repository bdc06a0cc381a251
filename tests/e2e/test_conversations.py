"""Conversations of people with the program, as scripts in tests/conversations: who writes what when, what goes out, what state holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conversation import read_script
from tests.e2e.hosts import DovecotMailbox
from tests.e2e.playing import Play
