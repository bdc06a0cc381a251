"""The configuration of an installation whose mail servers nobody answers for: enough for every command that needs none."""

from __future__ import annotations

import sys
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("swc-mailer")
CONFIG = """\
[imap]
host = "127.0.0.1"
port = 1
security = "none"
username = "swc@example.org"
password = "hush"
[smtp]
host = "127.0.0.1"
port = 1
security = "none"
from_address = "swc@example.org"
[register]
path = "members.csv"
[consultation]
title = "Policy <consultation>"
deadline = 2014-03-21
pack = ["paper.pdf"]
"""
