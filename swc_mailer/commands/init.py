"""`init`: writes a commented config.toml, a sample pack and unit files, and says what comes next. It overwrites nothing."""

from __future__ import annotations

import os
import pwd
import shlex
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from swc_mailer.commands.systemd_units import PURGE, WATCH, Place, unit_files
from swc_mailer.errors import ConfigError
from swc_mailer.shipped import shipped

SAMPLE_PACK = "pack/Sample consultation paper.pdf"
UNITS = "systemd"


@dataclass(frozen=True, slots=True)
class Made:
    """The files that were written, and lines to copy under their headings."""

    files: tuple[Path, ...]
    next_steps: Mapping[str, tuple[str, ...]]


def init(config: Path) -> Made:
    """Write the configuration to this path, and the pack beside it. Raises ConfigError where something is in the way."""
    config = config.absolute()
    units = unit_files(Place(program_path(), config, user_name()))
    contents = {
        config: shipped("config.example.toml").read_bytes(),
        config.parent / SAMPLE_PACK: sample_pdf("Sample consultation paper: put your own documents here instead"),
        **{config.parent / UNITS / name: text.encode() for name, text in units.items()},
    }
    if config.exists():
        raise ConfigError(f"{config} is there already and was left as it is: move it away, or name another with --config FILE")
    for path, content in contents.items():
        write_new(path, content)
    return Made(tuple(contents), next_steps(config))


def write_new(path: Path, content: bytes) -> None:
    """Readable by its owner alone: the configuration may come to hold a password. What is there is left as it is."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def next_steps(config: Path) -> dict[str, tuple[str, ...]]:
    program, file = program_path(), str(config)
    return {
        "What comes next:": (
            f"1. Mend {file}: servers, register, consultation.",
            f"2. Put the register beside it (members.csv), the documents into {config.parent / 'pack'},",
            "   and the mailbox's password into the file imap-password (chmod 600).",
            f"3. {shlex.join([program, 'check', '--config', file])}",
            f"4. {shlex.join([program, 'run', '--dry-run', '--config', file])}",
        ),
        "Then these lines for `crontab -e`: answer every five minutes, apply the retention times every night.": (
            "*/5 * * * * " + in_crontab([program, "run", "--quiet", "--config", file]),
            "30 3 * * * " + in_crontab([program, "purge", "--quiet", "--config", file]),
        ),
        "Or these for systemd, which answers mail as it comes (swc-mailer.timer in place of the first: every five minutes):": (
            f"sudo install -m 644 {shlex.quote(str(config.parent / UNITS))}/* /etc/systemd/system/",
            "sudo systemctl daemon-reload",
            f"sudo systemctl enable --now {WATCH}.service {PURGE}.timer",
        ),
    }


def in_crontab(command: list[str]) -> str:
    """cron takes % for the end of the line."""
    return shlex.join(command).replace("%", "\\%")


def user_name() -> str:
    """Whom the services are to run as: whoever sets them up."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def program_path() -> str:
    """How cron finds the program, which has another PATH than a shell."""
    beside = Path(sys.executable).with_name("swc-mailer")
    return str(beside) if beside.exists() else shutil.which("swc-mailer") or "swc-mailer"


def sample_pdf(text: str) -> bytes:
    """A page with one line, by the PDF reference's smallest example."""
    stream = f"BT /F1 14 Tf 60 760 Td ({text}) Tj ET".encode("latin-1")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    pdf, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(pdf))
        pdf += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return pdf + end % (table, len(pdf))
