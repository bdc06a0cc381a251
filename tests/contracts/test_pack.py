"""The pack's files as the configuration names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from swc_mailer.adapters.pack import media_type, read_pack
from swc_mailer.errors import ConfigError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pack").mkdir()
    for name in ("b.pdf", "a.pdf", "notes.txt", ".hidden.pdf"):
        (tmp_path / "pack" / name).write_bytes(name.encode())
    return tmp_path


def names(globs: list[str], folder: Path) -> list[str]:
    return [file.name for file in read_pack(globs, folder)]


def test_files_come_in_the_order_of_the_globs_and_sorted_within_each(folder: Path) -> None:
    assert names(["pack/*.txt", "pack/*.pdf"], folder) == ["notes.txt", "a.pdf", "b.pdf"]


def test_a_file_named_first_comes_first_and_only_once(folder: Path) -> None:
    assert names(["pack/b.pdf", "pack/*"], folder) == ["b.pdf", "a.pdf", "notes.txt"]


def test_an_absolute_glob_is_allowed(folder: Path) -> None:
    assert names([f"{folder}/pack/*.pdf"], Path("/nowhere")) == ["a.pdf", "b.pdf"]


def test_the_content_and_the_media_type_are_the_files_own(folder: Path) -> None:
    file = read_pack(["pack/a.pdf"], folder)[0]

    assert (file.content, file.media_type) == (b"a.pdf", "application/pdf")


def test_every_glob_that_finds_nothing_is_named_with_the_mend(folder: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read_pack(["pack/*.pdf", "pack/missing.pdf", "other/*"], folder)

    assert len(caught.value.problems) == 2
    assert "pack/missing.pdf finds no file" in caught.value.problems[0]
    assert "put the documents there" in caught.value.problems[1]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="/proc/self/mem cannot be read"):
        read_pack(["/proc/self/mem"], tmp_path)


@pytest.mark.parametrize("globs", [[], ["pack"], [""]])
def test_a_pack_without_a_file_is_a_mistake(globs: list[str], folder: Path) -> None:
    with pytest.raises(ConfigError, match=r"consultation\.pack"):
        read_pack(globs, folder)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("x.pdf", "application/pdf"),
        ("x.PDF", "application/pdf"),
        ("x.txt", "text/plain"),
        ("x.Docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("x", "application/octet-stream"),
        ("x.unheard-of", "application/octet-stream"),
        ("x.tar.gz", "application/octet-stream"),
        ("x.eml", "application/octet-stream"),
    ],
)
def test_the_media_type_goes_by_the_names_ending(name: str, kind: str) -> None:
    assert media_type(name) == kind
