"""The command line: exit codes, one line for each error, and what stays quiet; the installed command in a process of its own."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from swc_mailer import cli
from swc_mailer.command_table import COMMANDS, Command
from swc_mailer.errors import ConfigError, LoginRefused, StoreError, Unreachable
from swc_mailer.stopping import handling
from tests.installation import CONFIG, PROGRAM

CORPUS = Path(__file__).parent / "corpus"
NAMES = [command.name for command in COMMANDS]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a good configuration, whose mail servers nobody answers for."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.toml").write_text(CONFIG)
    (tmp_path / "config.toml").chmod(0o600)
    (tmp_path / "paper.pdf").write_bytes(b"%PDF")
    shutil.copy(CORPUS / "first" / "members.csv", tmp_path)
    return tmp_path


def program(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """The installed command, as cron starts it."""
    clean = {"PATH": "/usr/bin:/bin", "HOME": "/nowhere"} | environ
    return subprocess.run([PROGRAM, *arguments], env=clean, capture_output=True, text=True, stdin=subprocess.DEVNULL)


# --- wrong usage -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*name.split(), "--help"]) == 0

    assert f"example:\n  swc-mailer {name}" in capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_every_example_can_be_typed(command: Command) -> None:
    _, *words = shlex.split(command.example)

    assert cli.make_parser().parse_args(words).command is command


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["members"],
        ["explain"],
        ["run", "--limit", "0"],
        ["run", "--quiet", "--verbose"],
        ["explain", "--received", "noon", "x.eml"],
    ],
    ids=" ".join,
)
def test_wrong_usage_gives_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(arguments) == 2

    assert "usage: swc-mailer" in capsys.readouterr().err


def test_the_installed_command_says_its_version() -> None:
    ran = program("--version")

    assert (ran.returncode, ran.stdout[:11], ran.stderr) == (0, "swc-mailer ", "")


def test_help_loads_no_library_that_takes_long() -> None:
    look = "import sys; from swc_mailer.cli import main; main(['--help']); print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout.split()

    assert not {"pydantic", "sqlalchemy", "jinja2", "imapclient", "aiosmtplib", "rich", "selectolax"} & set(modules)


# --- errors ------------------------------------------------------------------------------------------------


def failing_with(error: BaseException) -> Sequence[Command]:
    def fail(_args: Namespace) -> int:
        raise error

    return [Command("fail", "fail", "swc-mailer fail", fail)]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError(["imap.port: one", "smtp.port: two"]), 2),
        (LoginRefused("mail.example.org refused the log-in"), 2),
        (Unreachable("mail.example.org could not be reached"), 75),
        (StoreError("the store is full"), 1),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_an_error_is_a_line_for_each_problem_and_a_code(error: Exception, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["fail"], commands=failing_with(error)) == code

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "".join(f"swc-mailer: {line}\n" for line in str(error).splitlines())


def test_an_unexpected_error_names_its_place_and_not_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["fail"], commands=failing_with(KeyError("Ann Example"))) == 1

    said = capsys.readouterr().err
    assert "KeyError in test_cli.py" in said
    assert "report this line" in said
    assert "Ann" not in said
    assert "Traceback" not in said


def test_verbose_shows_the_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["fail", "--verbose"], commands=failing_with(KeyError("Ann Example"))) == 1

    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_gives_130_and_no_traceback(tmp_path: Path) -> None:
    fifo = tmp_path / "config.toml"
    os.mkfifo(fifo)
    with handling(
        {signal.SIGINT: lambda _number, _frame: None}
    ):  # no child inherits that; what a shell starts in the background has it ignored
        process = subprocess.Popen([PROGRAM, "check", "--config", fifo], stderr=subprocess.PIPE, text=True)
    with opened_once_read(fifo, process):
        process.send_signal(signal.SIGINT)
    # The pipe is closed before the wait: a signal between two steps of Python's own must not find it reading for ever.
    _, said = process.communicate(timeout=60)

    assert (process.returncode, said) == (130, "")


@contextmanager
def opened_once_read(fifo: Path, process: subprocess.Popen[str]) -> Iterator[None]:
    """Enters when the program has begun to read; a program that ends before it does fails the test instead of hanging it."""
    descriptor = -1
    while descriptor < 0:
        assert process.poll() is None, process.communicate()[1]
        with suppress(OSError):  # ENXIO: nobody reads yet
            descriptor = os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
    yield
    os.close(descriptor)


def test_a_reader_who_goes_away_is_no_error(folder: Path) -> None:
    ran = subprocess.run(f"{PROGRAM} members find a --json | true", shell=True, capture_output=True, text=True)

    assert ran.stderr == ""


def test_a_missing_configuration_is_one_line() -> None:
    ran = program("check", "--config", "/nowhere/config.toml")

    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == (
        "swc-mailer: /nowhere/config.toml: there is no such configuration; make one with `swc-mailer init`, "
        "or name it with --config FILE\n"
    )


def test_the_variable_names_the_configuration(folder: Path) -> None:
    ran = program("members", "find", "zzz", SWC_MAILER_CONFIG=str(folder / "config.toml"))

    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "No member was found.\n", "")


@pytest.mark.parametrize("command", ["run", "run --dry-run"])
def test_a_mail_server_that_does_not_answer_gives_75(command: str, folder: Path) -> None:
    ran = program(*command.split(), SWC_MAILER_CONFIG=str(folder / "config.toml"))

    assert ran.returncode == 75
    assert "127.0.0.1:1" in ran.stderr
    assert len(ran.stderr.splitlines()) == 1


# --- single commands ---------------------------------------------------------------------------------------


Said = Callable[[], tuple[str, str]]


def test_a_member_is_found_by_number(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    number = (folder / "members.csv").read_text().splitlines()[1].split(",")[0]

    assert cli.main(["members", "find", number, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["membership_number"] == number

    assert cli.main(["members", "find", number]) == 0
    assert number in capsys.readouterr().out


def test_templates_are_rendered_to_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["templates", "check", "--out", "samples"]) == 0

    assert "all is well" in capsys.readouterr().out
    assert (folder / "samples" / "pack.eml").read_bytes().startswith(b"From:")


def test_a_broken_template_gives_1_and_its_place(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "words" / "replies").mkdir(parents=True)
    (folder / "words" / "replies" / "pack.txt.j2").write_text("Dear member,\n{% if %}\n")
    with (folder / "config.toml").open("a") as config:
        config.write('templates = "words"\n')

    assert cli.main(["templates", "check"]) == 1
    assert "pack.txt.j2, line 2" in capsys.readouterr().err


def test_pause_resume_and_backup_work_on_the_store(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["backup", "copy.db"]) == 1
    assert "There is no store" in capsys.readouterr().err

    assert cli.main(["pause"]) == 0
    assert cli.main(["resume"]) == 0
    assert cli.main(["backup", "copy.db"]) == 0

    assert (folder / "copy.db").stat().st_mode & 0o077 == 0
    assert "Sending is paused" in capsys.readouterr().out


def test_quiet_says_nothing_when_all_is_well(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["pause", "--quiet"], ["resume", "--quiet"], ["templates", "check", "--quiet"]):
        assert cli.main(arguments) == 0

    assert capsys.readouterr() == ("", "")


def test_text_from_mail_cannot_command_the_terminal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    register = folder / "members.csv"
    register.write_text(register.read_text().splitlines()[0] + "\n" + "1234567,\x1b[2JAnn,1 Road,,Leeds,,LS6 2AB,,current\n")

    assert cli.main(["members", "find", "1234567"]) == 0
    assert "\x1b" not in capsys.readouterr().out
