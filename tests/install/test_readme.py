"""The ten minutes of the README, word for word: a new user with an empty home and the system's own Python, up to the lines for
cron and the units for systemd.

Not part of the other tests, for it fetches every dependency: `make install-test`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.smtp import SmtpServer

PROJECT = Path(__file__).parents[2]
PYTHON = "/usr/bin/python3"
MEMBERS = """membership_number,name,address_1,address_2,town,county,postcode,email,status
1234567,Ann Example,12 Station Road,,Leeds,,LS6 2AB,,current
"""
MAIL = b"""From: Ann Example <ann@example.org>
To: swc@example.org
Subject: Consultation documents
Message-ID: <1@example.org>

Please send me the documents. My membership number is 1234567.

Ann Example
12 Station Road
Leeds LS6 2AB
"""


class NewUser:
    """Somebody whose home holds nothing, in the folder of the project as it was fetched."""

    def __init__(self, home: Path) -> None:
        self.home, self.project = home, home / "swc-mailer"
        self.folder = home / "consultation"
        tracked = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
        for name in filter(None, tracked.split("\0")):
            if (PROJECT / name).exists() and not name.startswith("tests/"):
                (self.project / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(PROJECT / name, self.project / name)
        tools = home / "bin"
        tools.mkdir()
        (tools / "python3").symlink_to(PYTHON)  # before any other Python of this machine

    def types(self, commands: str, *, at: Path | None = None, succeeds: bool = True) -> str:
        """What a shell prints; it stops at the first command that fails."""
        kept = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
        ran = subprocess.run(
            ["/bin/sh", "-e", "-c", commands],
            cwd=at or self.folder,
            env=kept | {"HOME": str(self.home), "PATH": f"{self.home}/bin:/usr/bin:/bin"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        assert (ran.returncode == 0) is succeeds, f"{commands}\n{ran.stdout}{ran.stderr}"
        return ran.stdout


def readme_section(title: str) -> str:
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    return text.partition(f"## {title}\n")[2].partition("\n## ")[0]


SECTION = readme_section("Ten minutes to a working cron job")


def blocks() -> str:
    """The commands that stand in lines of their own."""
    return "\n".join(line.strip() for line in SECTION.splitlines() if line.startswith("    "))


def inline(command_line: str) -> str:
    """A command that stands within a sentence."""
    command = f"~/swc/bin/{command_line}"
    assert f"`{command}`" in SECTION
    return command


def configured(example: str, imap: int, smtp: int) -> str:
    """The example with what the first step tells to mend, for servers that stand on this machine."""
    text = re.sub(r'^host = "[^"]*"', 'host = "127.0.0.1"', example, count=2, flags=re.MULTILINE)
    text = re.sub(r"^(# )?port = 993", f"port = {imap}", text, flags=re.MULTILINE)
    text = re.sub(r"^(# )?port = 587", f"port = {smtp}", text, flags=re.MULTILINE)
    return re.sub(r'^(# )?security = "(tls|starttls)"', 'security = "none"', text, flags=re.MULTILINE)


def test_ten_minutes_end_with_a_cron_line_and_units_that_work(tmp_path: Path) -> None:
    user = NewUser(tmp_path)
    with Dovecot() as dovecot, SmtpServer() as smtp:
        printed = user.types(blocks(), at=user.project)
        config = user.folder / "config.toml"
        config.write_text(configured(config.read_text(encoding="utf-8"), dovecot.port, smtp.port), encoding="utf-8")
        username = re.search(r'^username = "(.+)"', config.read_text(encoding="utf-8"), re.MULTILINE)
        assert username
        (user.folder / "members.csv").write_text(MEMBERS, encoding="utf-8")
        user.types(f"umask 077; printf %s {PASSWORD} > imap-password; chmod 600 imap-password")
        dovecot.deliver(username[1], MAIL)

        checked = user.types(inline("swc-mailer check"))
        assert not [line for line in checked.splitlines() if line.startswith("problem")]
        assert "ann@example.org" in user.types(inline("swc-mailer run --dry-run"))
        assert smtp.taken == []

        lines = re.findall(r"^\s*(?:[\d*/]+ ){5}(/.*)$", printed, re.MULTILINE)
        for line in lines:
            user.types(line, at=user.home)
        assert ["run" in line for line in lines] == [True, False], printed
        assert [reply.rcpt_to for reply in smtp.taken] == [("ann@example.org",)]

        units = sorted(map(str, (user.folder / "systemd").iterdir()))
        assert units
        user.types(f"systemd-analyze verify {' '.join(units)}")
