"""What goes by post is printed once, again on purpose, and neither lost nor doubled whatever dies in between."""

from __future__ import annotations

import csv
import io
import signal
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdf
import pytest

from swc_mailer import faults
from swc_mailer.commands.label_files import Wanted
from swc_mailer.commands.labels import PrintedBatch, print_again, print_new
from swc_mailer.config import Config
from swc_mailer.config_file import read_config
from swc_mailer.core.label_sheets import read_sheet
from swc_mailer.core.model import Details, Folder, Outcome
from swc_mailer.desk_port import NewLetter, StaffDecision
from swc_mailer.errors import CannotAct, ConfigError
from swc_mailer.ports import NewReply
from tests.contracts.conftest import posted
from tests.installation import PROGRAM
from tests.office import Office, open_office

NOW = datetime(2014, 3, 3, 9, tzinfo=UTC)
REASONS = [{"code": "details_match", "text": "Number 0123456 is Ann Example.", "facts": {}}]
ANN = ("Ann Example", "12 Station Road", "Leeds", "LS6 2AB")
BOB = ("Bob Other", "3 Mill Lane", "York", "YO1 9XX")
LABELS = {"Ann Example\n12 Station Road\nLEEDS\nLS6 2AB": "ann", "Bob Other\n3 Mill Lane\nYORK\nYO1 9XX": "bob"}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return open_office(tmp_path)


def due(office: Office, *labels: tuple[str, ...], kind: str = "pack") -> None:
    """Letters that wait to be printed."""
    with office.post() as post:
        for label in labels:
            reply: NewReply = posted(kind, post_to=label, head=f"Dear {label[0]},\n".encode())
            request_id = f"case{reply.message_id[5:9]}"
            letter = NewLetter(request_id, label[0], "", "Letter of 3 March 2014", NOW, Details())
            made = StaffDecision(request_id, "jo", "letter", Outcome.PACK, REASONS, Folder.ANSWERED, posted=reply, program=True)
            post.store.letter(letter, made, now=NOW)


def waiting(office: Office) -> int:
    with office.post() as post:
        return len(post.store.to_print(approved_only=False, now=NOW))


def config_of(office: Office, *lines: str) -> Config:
    with office.config.open("a") as file:
        file.writelines(f"{line}\n" for line in lines)
    return read_config(office.config, {})


def wanted(office: Office, *, labels: str = "", letters: str = "") -> Wanted:
    out, words = (office.folder / name if name else None for name in (labels, letters))
    return Wanted(out, words, None, read_sheet("L7160"))


def print_(office: Office, *lines: str, labels: str = "", letters: str = "", at: datetime = NOW) -> PrintedBatch:
    return print_new(config_of(office, *lines), "jo", wanted(office, labels=labels, letters=letters), clock=lambda: at)


def text_of(file: Path) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(file.read_bytes())).pages)


def printed(file: Path) -> list[str]:
    """Whose labels are in a file."""
    text = text_of(file)
    return [name for label, name in LABELS.items() for _ in range(text.count(label))]


def first_places(file: Path, text: str) -> list[int]:
    """How many millimetres from the left a text begins."""
    found = []

    def visit(part: str, _: object, matrix: list[float], *__: object) -> None:
        if text in part:
            found.append(round(matrix[4] * 25.4 / 72))

    pypdf.PdfReader(file).pages[0].extract_text(visitor_text=visit)
    return found


# --- the command -------------------------------------------------------------------------------------------


def test_packs_are_printed_once_with_labels_letters_and_a_mail_merge(office: Office) -> None:
    due(office, ANN, BOB)
    told = office.program("labels", "--out", "labels.pdf", "--letters", "letters.pdf", "--csv", "post.csv").stdout
    files = [office.folder / name for name in ("labels.pdf", "letters.pdf", "post.csv")]
    rows = list(csv.DictReader(io.StringIO(files[2].read_text(encoding="utf-8-sig"))))

    assert printed(files[0]) == ["ann", "bob"]
    assert [f"Dear {name}," in text_of(files[1]) for name in ("Ann Example", "Bob Other")] == [True, True]
    assert [(row["name"], row["town"], row["postcode"]) for row in rows] == [
        ("Ann Example", "LEEDS", "LS6 2AB"),
        ("Bob Other", "YORK", "YO1 9XX"),
    ]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert "2 items. To print it again: swc-mailer labels --again " in told
    assert waiting(office) == 0


def test_the_command_prints_a_batch_again_from_a_label_that_is_free(office: Office) -> None:
    due(office, ANN)
    batch = office.json("labels", "--out", "labels.pdf")["batch"]
    again = office.json("labels", "--again", batch, "--out", "again.pdf", "--start", "21")

    assert again == {"batch": batch, "items": 1, "files": ["again.pdf"], "left_out": [], "letters_left": 0}
    assert [first_places(office.folder / name, "Ann") for name in ("labels.pdf", "again.pdf")] == [[10], [142]]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Name a file of its own"),
        (["--out", "a.pdf", "--letters", "./a.pdf"], "Name a file of its own"),
        (["--out", "a.pdf", "--sheet", "L9999"], "--sheet: "),
        (["--out", "a.pdf", "--sheet", "L7160", "--start", "22"], "a sheet of L7160 has 21 labels"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_read(office: Office, arguments: list[str], told: str) -> None:
    assert told in office.program("labels", *arguments, code=2).stderr
    assert not office.store_file.exists()


# --- once, and again ---------------------------------------------------------------------------------------


def test_what_is_printed_is_not_printed_again_by_itself(office: Office) -> None:
    due(office, ANN)
    first = print_(office, labels="labels.pdf")
    second = print_(office, labels="new.pdf")

    assert (first.items, second) == (1, PrintedBatch("", 0, (), ()))
    assert not (office.folder / "new.pdf").exists()


def test_a_batch_is_the_same_again_whenever_that_is(office: Office) -> None:
    due(office, ANN)
    first = print_(office, labels="labels.pdf", letters="letters.pdf")
    due(office, BOB)
    last = print_(office, labels="bob.pdf", at=NOW + timedelta(days=1))
    config, later = read_config(office.config, {}), NOW + timedelta(days=9)
    both = wanted(office, labels="again.pdf", letters="letters-again.pdf")
    again = print_again(config, "sam", both, first.batch, clock=lambda: later)
    newest = print_again(config, "sam", wanted(office, labels="last.pdf"), "", clock=lambda: later)

    assert (again.batch, newest.batch) == (first.batch, last.batch)
    for one, same in (("labels", "again"), ("letters", "letters-again"), ("bob", "last")):
        assert (office.folder / f"{one}.pdf").read_bytes() == (office.folder / f"{same}.pdf").read_bytes()
    assert "3 March 2014" in text_of(office.folder / "letters-again.pdf")


def test_a_batch_that_is_none_is_told(office: Office) -> None:
    due(office, ANN)
    config, files = read_config(office.config, {}), wanted(office, labels="labels.pdf")
    with pytest.raises(CannotAct, match="No batch was printed yet"):
        print_again(config, "jo", files, "")
    batch = print_(office, labels="labels.pdf").batch

    with pytest.raises(CannotAct, match=rf"no batch b1: the last ones are {batch} \(2014-03-03, 1\)"):
        print_again(config, "jo", files, "b1")


def test_a_letter_that_is_no_pack_waits_for_a_call_that_prints_letters(office: Office) -> None:
    due(office, ANN)
    due(office, BOB, kind="details_missing")
    first = print_(office, labels="labels.pdf")
    second = print_(office, labels="more.pdf", letters="letters.pdf")

    assert (first.items, first.letters_left, printed(office.folder / "labels.pdf")) == (1, 1, ["ann"])
    assert (second.items, second.letters_left, printed(office.folder / "more.pdf")) == (1, 0, ["bob"])


def test_in_a_trial_run_nothing_is_printed_that_nobody_approved(office: Office) -> None:
    due(office, ANN)

    assert print_(office, "[delivery]", "hold = true", labels="labels.pdf").items == 0


@pytest.mark.parametrize("name", ["nowhere/labels.pdf", "."])
def test_where_a_file_cannot_be_written_nothing_is_printed_nor_any_other_file_changed(office: Office, name: str) -> None:
    due(office, ANN)
    (office.folder / "labels.pdf").write_bytes(b"old")

    with pytest.raises(ConfigError, match="cannot be written"):
        print_(office, labels="labels.pdf", letters=name)
    assert waiting(office) == 1
    assert (office.folder / "labels.pdf").read_bytes() == b"old"
    assert list(office.folder.glob(".*.tmp")) == []


def test_the_windows_place_is_the_configurations(office: Office) -> None:
    due(office, ANN)
    print_(office, "[labels]", "window_left = 110", letters="letters.pdf")

    assert first_places(office.folder / "letters.pdf", "Ann Example")[0] == 110


# --- what cannot be printed --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "why"),
    [
        (
            ("\N{CJK UNIFIED IDEOGRAPH-738B}", *ANN[1:]),
            "has letters that the font lacks: \N{CJK UNIFIED IDEOGRAPH-738B} (labels.font)",
        ),
        (("Ann Example " * 60, *ANN[1:]), "has an address too long for a label of L7160"),
        ((), "has no address"),
    ],
    ids=["letters", "length", "none"],
)
def test_who_cannot_be_printed_still_waits_and_stops_nobody_else(office: Office, label: tuple[str, ...], why: str) -> None:
    due(office, ANN)
    due(office, label or ("",))
    done = print_(office, labels="labels.pdf")

    assert [left.why for left in done.left_out] == [why]
    assert (printed(office.folder / "labels.pdf"), waiting(office)) == (["ann"], 1)


def test_what_a_mailing_house_prints_need_not_fit_here(office: Office) -> None:
    due(office, ("\N{CJK UNIFIED IDEOGRAPH-738B} " * 40, *ANN[1:]))
    files = replace(wanted(office), csv=office.folder / "post.csv")

    assert print_new(read_config(office.config, {}), "jo", files, clock=lambda: NOW).items == 1


# --- a death in between ------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", faults.OF_LABELS)
def test_a_death_at_any_point_loses_no_label_and_doubles_none(office: Office, fault: str) -> None:
    """What lies in its place counts as handed out; who is told of a broken batch prints it again."""
    due(office, ANN)
    command = [str(PROGRAM), "labels", "--out", "labels.pdf", "--letters", "letters.pdf", "--config", str(office.config)]
    environ = {"PATH": "/usr/bin:/bin", "HOME": "/nowhere", "SWC_MAILER_FAULT": fault}
    died = subprocess.run(command, env=environ, cwd=office.folder, capture_output=True)
    file, handed_out = office.folder / "labels.pdf", []
    if file.exists():
        handed_out += printed(file)
    due(office, BOB)
    try:
        print_(office, labels="labels.pdf")
    except CannotAct as error:
        batch = str(error).split()[1]
        print_again(read_config(office.config, {}), "jo", wanted(office, labels="labels.pdf"), batch)
        handed_out += printed(file)
        print_(office, labels="labels.pdf")
    handed_out += printed(file)

    assert died.returncode == -signal.SIGKILL
    assert sorted(handed_out) == ["ann", "bob"]
    assert list(office.folder.glob(".labels.pdf.*")) == []


def test_a_batch_that_was_broken_off_is_told_and_nothing_new_is_printed(office: Office) -> None:
    due(office, ANN)
    batch = print_(office, labels="labels.pdf").batch
    due(office, BOB)
    with office.post() as post:  # as it stands before the files are put in place
        post.store.set_setting("labels", {"batch": batch, "files": {str(office.folder / "labels.pdf"): "0" * 64}})

    with pytest.raises(CannotAct, match=f"Batch {batch} was broken off .* print it with --again {batch}"):
        print_(office, labels="more.pdf")
    assert waiting(office) == 1


def test_two_at_once_print_no_label_twice(office: Office) -> None:
    due(office, ANN, BOB)
    commands = [[str(PROGRAM), "labels", "--out", f"{number}.pdf", "--config", str(office.config)] for number in range(2)]
    running = [
        subprocess.Popen(command, cwd=office.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for command in commands
    ]
    for process in running:
        process.communicate()
    files = [office.folder / f"{number}.pdf" for number in range(2)]

    assert [printed(file) for file in files if file.exists()] == [["ann", "bob"]]


def test_the_sample_letters_are_written_as_pdf(office: Office) -> None:
    office.program("templates", "check", "--out", "samples")

    assert "Dear Ann Example" in text_of(office.folder / "samples" / "letter-pack.pdf")
    assert "your membership number" in text_of(office.folder / "samples" / "letter-details_missing-number.pdf")
    assert list(office.folder.glob("samples/*.txt")) == []
