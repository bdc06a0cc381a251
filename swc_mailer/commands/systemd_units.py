"""The unit files for systemd: where things lie in, the files' names and texts out.

`watch` as a service, or `run` by a timer; and `purge` every night beside either. They may write in one folder and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

WATCH, RUN, PURGE = "swc-mailer-watch", "swc-mailer", "swc-mailer-purge"

# man systemd.exec tells each. `systemd-analyze security` finds little that is still open: the network, which the program needs.
# EPERM: SQLite, run by root, tries to give its files away, and does without where it may not; else it would be killed for trying.
HARDENING = """\
# What the program may do. Where [store] url, [metrics] textfile or token_file name another folder, add it to ReadWritePaths.
ReadWritePaths={folder}
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
UMask=0077
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
MemoryDenyWriteExecute=yes
LockPersonality=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProcSubset=pid
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
"""

SERVICE = """\
[Unit]
Description={description}
Wants=network-online.target
After=network-online.target postgresql.service

[Service]
{kind}\
User={user}
WorkingDirectory={working_directory}
ExecStart={command}

{hardening}\
"""

# 2: a person must mend something, and a refused log-in that is tried for ever locks the account. 130: a mail server did not
# answer while it was told to stop; the next start settles what that left open.
FOR_EVER = """\
Type=notify
WatchdogSec=10min
Restart=on-failure
RestartSec=30s
RestartPreventExitStatus=2
SuccessExitStatus=130
TimeoutStopSec=30s
"""
AT_TIMES = "Type=oneshot\n"

TIMER = """\
[Unit]
Description={description}

[Timer]
OnCalendar={when}
Persistent=yes

[Install]
WantedBy=timers.target
"""
AT_START = """
[Install]
WantedBy=multi-user.target
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the program and its folder lie, and whom it runs as."""

    program: str
    config: Path
    user: str


def unit_files(place: Place) -> dict[str, str]:
    answer, purge = "Answer requests for the consultation documents", "Apply the retention times of swc-mailer"
    return {
        f"{WATCH}.service": service(place, ["watch"], f"{answer} as they come", FOR_EVER) + AT_START,
        f"{RUN}.service": service(place, ["run", "--quiet"], answer, AT_TIMES),
        f"{RUN}.timer": TIMER.format(description=f"{answer} every five minutes", when="*:0/5"),
        f"{PURGE}.service": service(place, ["purge", "--quiet"], purge, AT_TIMES),
        f"{PURGE}.timer": TIMER.format(description=f"{purge} every night", when="03:30"),
    }


def service(place: Place, command: Sequence[str], description: str, kind: str) -> str:
    folder = place.config.parent
    return SERVICE.format(
        description=description,
        kind=kind,
        user=place.user,
        working_directory=literal(str(folder)),
        command=command_line([place.program, *command, "--config", str(place.config)]),
        hardening=HARDENING.format(folder=quoted(str(folder))),
    )


def literal(text: str) -> str:
    """systemd reads % as the beginning of a specifier."""
    return text.replace("%", "%%")


def quoted(text: str) -> str:
    escaped = literal(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' if any(letter.isspace() or letter in "\"'\\" for letter in text) else escaped


def command_line(words: Sequence[str]) -> str:
    """A dollar would begin a variable, but not in the program's own name."""
    program, *arguments = words
    return " ".join([quoted(program), *(quoted(word).replace("$", "$$") for word in arguments)])
