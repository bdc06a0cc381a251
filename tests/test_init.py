"""`init` gives a new user something that works, and takes nothing away."""

from __future__ import annotations

from pathlib import Path

import pytest

from swc_mailer import cli
from swc_mailer.commands.init import init, sample_pdf
from swc_mailer.config_file import read_config
from swc_mailer.errors import ConfigError


def test_what_was_written_needs_only_the_register_and_the_password(tmp_path: Path) -> None:
    init(tmp_path / "config.toml")

    with pytest.raises(ConfigError) as raised:
        read_config(tmp_path / "config.toml", {})
    assert len(raised.value.problems) == 2
    (tmp_path / "members.csv").write_text("x")
    (tmp_path / "imap-password").write_text("hush")
    assert read_config(tmp_path / "config.toml", {}).consultation.pack == ("pack/*.pdf",)


def test_only_its_owner_reads_the_configuration(tmp_path: Path) -> None:
    init(tmp_path / "config.toml")

    assert (tmp_path / "config.toml").stat().st_mode & 0o077 == 0


def test_the_folder_is_made(tmp_path: Path) -> None:
    init(tmp_path / "new" / "swc.toml")

    assert (tmp_path / "new" / "pack" / "Sample consultation paper.pdf").exists()


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "config.toml"
    config.write_text("mine")

    assert cli.main(["init", "--config", str(config)]) == 2
    assert "was left as it is" in capsys.readouterr().err
    assert config.read_text() == "mine"
    assert not (tmp_path / "pack").exists()


def test_a_pack_that_is_there_stays(tmp_path: Path) -> None:
    document = tmp_path / "pack" / "Sample consultation paper.pdf"
    document.parent.mkdir()
    document.write_text("mine")
    init(tmp_path / "config.toml")

    assert document.read_text() == "mine"


def test_the_lines_to_copy_name_everything_absolutely(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "50% off"
    folder.mkdir()
    monkeypatch.chdir(folder)

    assert cli.main(["init"]) == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    cron = next(line for line in lines if line.startswith("*/5"))
    unit = (folder / "systemd" / "swc-mailer.service").read_text()
    systemd = next(line for line in unit.splitlines() if line.startswith("ExecStart="))
    assert cron.endswith(f"swc-mailer run --quiet --config '{tmp_path}/50\\% off/config.toml'")
    assert systemd.endswith(f'swc-mailer run --quiet --config "{tmp_path}/50%% off/config.toml"')
    assert cron.split()[5].startswith("/")
    assert cron.replace("*/5 * * *", "30 3 * *").replace(" run ", " purge ") in lines


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises(ConfigError, match="cannot be written"):
        init(tmp_path / "file" / "config.toml")


def test_the_sample_pdf_tells_its_objects_places_truly() -> None:
    pdf = sample_pdf("Sample")
    table = pdf[pdf.index(b"xref") :].splitlines()

    assert [pdf[int(line[:10]) :][:7] for line in table[3:8]] == [b"%d 0 obj" % number for number in range(1, 6)]
    assert pdf[int(pdf.splitlines()[-2]) :].startswith(b"xref")
