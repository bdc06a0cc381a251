"""The program in processes that need not begin with imports: each is forked from one that has imported its modules and waits.

    ran = prepared().run(["status", "--json"], folder=folder, environment=os.environ)

Every command still has a process of its own, with its arguments, folder, environment, streams and exit code. What was prepared
for it is what the import of its modules leaves behind, and the patterns that reading one mail has compiled. That the installed
command begins from nothing is proved where a test says PROGRAM: by its deaths, its signals, its pages, its `watch` and its help.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, Any, NoReturn
from zoneinfo import ZoneInfo

LIBRARIES = ("lib/*/faketime", "lib64/faketime", "lib/faketime")  # where distributions keep libfaketime
SECONDS = 100.0
LONGEST = 200_000  # bytes of a request: an environment, mostly
MODULES = """
alembic.command sqlalchemy.dialects.sqlite
swc_mailer.adapters.imap swc_mailer.adapters.pack swc_mailer.adapters.pdf swc_mailer.adapters.register_csv
swc_mailer.adapters.smtp swc_mailer.adapters.store.sql_store swc_mailer.adapters.templates swc_mailer.cli swc_mailer.commands.run
swc_mailer.config_file swc_mailer.core.details swc_mailer.core.intent swc_mailer.core.match swc_mailer.core.message
swc_mailer.logs swc_mailer.words_of_runs
"""  # of most commands, with what they import only once they need it
MAIL = b"""From: Ann Example <ann@example.org>
To: swc@example.org
Subject: Consultation

Dear all, please send me the consultation documents. My membership number is 1234567.

12 Station Road
Leeds LS6 2AB

Kind regards
Ann

On 9 Feb 2014, A Friend wrote:
> Have you seen this?
"""
AT = "@%Y-%m-%d %H:%M:%S"


def clock_at(when: datetime) -> dict[str, str]:
    """The environment of a program whose clock starts there. Its timeouts go by the monotonic clock, which stays the true one."""
    library = next(path for place in LIBRARIES for path in Path("/usr").glob(f"{place}/libfaketimeMT.so.1"))
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME": f"{when.astimezone(UTC):{AT}}",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
        "TZ": "UTC",
    }


@cache
def prepared() -> Prepared:
    """For programs that see the true time."""
    return Prepared({})


@cache
def prepared_with_clock() -> Prepared:
    """For programs that have `clock_at` in their environment: its library cannot be put into a process that runs already."""
    return Prepared(clock_at(datetime.now(UTC)) | {"FAKETIME": "+0", "FAKETIME_NO_CACHE": "1"})


class Prepared:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._asked, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with its:  # it ends when our side is closed, at the latest with this process
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(its.fileno())],
                env=os.environ | environment,
                pass_fds=[its.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._asked.settimeout(SECONDS)

    def run(
        self, arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str], said: str = ""
    ) -> subprocess.CompletedProcess[str]:
        asked = json.dumps({"arguments": arguments, "folder": str(folder), "environment": dict(environment)}).encode()
        with text_file() as stdin, text_file() as stdout, text_file() as stderr:
            stdin.write(said)
            stdin.seek(0)
            socket.send_fds(self._asked, [asked], [file.fileno() for file in (stdin, stdout, stderr)])
            return subprocess.CompletedProcess(arguments, self._exit_code(), text_of(stdout), text_of(stderr))

    def _exit_code(self) -> int:
        try:
            told = self._asked.recv(100)
        except BaseException:  # it took too long, or the test did; whoever asks next must not be told of this one
            self._end()
            raise
        assert told, "The preparation has ended."
        return int(told)

    def _end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._asked.close()
        prepared.cache_clear()
        prepared_with_clock.cache_clear()


def text_file() -> IO[str]:
    return tempfile.TemporaryFile("w+", encoding="utf-8")


def text_of(file: IO[str]) -> str:
    file.seek(0)
    return file.read()


# --- the process that has imported the modules -------------------------------------------------------------


def serve(requests: socket.socket) -> None:
    while True:
        asked, files, _, _ = socket.recv_fds(requests, LONGEST, 3)
        if not asked:
            return
        child = os.fork()
        if not child:
            requests.close()
            become(json.loads(asked), files)
        for file in files:
            os.close(file)
        requests.send(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())


def become(wanted: Mapping[str, Any], files: Sequence[int]) -> NoReturn:
    """The program that was asked for."""
    for stream, file in enumerate(files):
        os.dup2(file, stream)
        os.close(file)
    os.chdir(wanted["folder"])
    environment = wanted["environment"] | clock_from_now(wanted["environment"])
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv = ["swc-mailer", *wanted["arguments"]]
    end(sys.modules["swc_mailer.cli"].main())


def end(code: int) -> NoReturn:
    """As a program ends, but for taking all apart that was prepared, which costs as much as a command does."""
    threading._shutdown()  # type: ignore[attr-defined] # as Python does, and then this
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def clock_from_now(environment: Mapping[str, str]) -> dict[str, str]:
    """A time at which to start would count from when the preparation began: its distance from now does not."""
    if "FAKETIME" not in environment:
        return {}
    start = datetime.strptime(environment["FAKETIME"], AT).replace(tzinfo=UTC)
    return {"FAKETIME": f"{start.timestamp() - time.time():+f}"}


def prepare() -> None:
    for name in MODULES.split():
        import_module(name)
    from swc_mailer.adapters.rules_files import read_words
    from swc_mailer.core.model import Policy
    from swc_mailer.core.reading import read

    policy = Policy(date(2014, 3, 21), ZoneInfo("Europe/London"), frozenset(), frozenset(), ())
    read(MAIL, received=None, policy=policy, words=read_words())  # the patterns that it meets stay compiled


if __name__ == "__main__":
    sys.path.pop(0)  # the folder of this file, which the installed command does not see
    with socket.socket(fileno=int(sys.argv[1])) as ours:
        prepare()
        gc.freeze()  # so that no command copies the memory of what was prepared, to look it through
        serve(ours)
