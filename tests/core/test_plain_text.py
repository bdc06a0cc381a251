"""Plain and enriched text, as it is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swc_mailer.core.plain_text import unenriched, unflowed, with_marks_said, without_armour, without_files


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("My number \nis 1234567.\nBye", "My number is 1234567.\nBye"),
        ("one \n\ntwo", "one \n\ntwo"),
        (" >not a quote\n From here", ">not a quote\nFrom here"),
        ("> quoted \n> words\nmine", "> quoted words\nmine"),
        (">> deep \n> less deep", ">> deep \n> less deep"),
        ("Bye \n-- \nAnn \nLeeds", "Bye \n-- \nAnn Leeds"),
        ("ends soft ", "ends soft "),
    ],
    ids=["joined", "empty line", "unstuffed", "quoted", "depths", "signature", "at the end"],
)
def test_flowed_lines_are_joined(text: str, shown: str) -> None:
    assert unflowed(text, delsp=False) == shown


def test_delsp_joins_without_the_space() -> None:
    assert unflowed("1234 \n567\nx", delsp=True) == "1234567\nx"


@given(st.text(alphabet=st.sampled_from("> -ab\n")))
def test_flowed_text_loses_nothing_but_line_ends_and_stuffing(text: str) -> None:
    shown = unflowed(text, delsp=False)

    assert shown.replace(">", "").split() or not text.replace(">", "").split()
    assert sorted(shown.translate(str.maketrans("", "", "> \n"))) == sorted(text.translate(str.maketrans("", "", "> \n")))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("one\ntwo\n\nthree", "one two\nthree"),
        ("<bold>My</bold> <fontfamily><param>Arial</param>number</fontfamily>", "My number"),
        ("1 << 2", "1 < 2"),
        ("12 Station Road<nl>Leeds<nl>LS6 2AB", "12 Station Road\nLeeds\nLS6 2AB"),
    ],
)
def test_enriched_text_is_shown_without_its_commands(text: str, shown: str) -> None:
    assert unenriched(text) == shown


UUENCODED = "begin 644 card.jpg\n#86)C\n#86)C\n`\nend\n"


def test_a_uuencoded_file_is_no_text() -> None:
    text, files = without_files(f"Here is my card.\n\n{UUENCODED}\nAnn\n")

    assert text == "Here is my card.\n\n\nAnn\n"
    assert [file.name for file in files] == ["card.jpg"]


def test_a_sentence_that_begins_with_begin_is_text() -> None:
    text = "begin 644 something\nThis is no file\nend\n"

    assert without_files(text) == (text, ())


def test_a_signed_text_is_read_without_its_signature() -> None:
    signed = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\nMy number is 1234567\n- -- \nAnn\n"
        "-----BEGIN PGP SIGNATURE-----\nVersion: x\n\niQEcBAEBAgAGBQJS7654321\n=aaaa\n-----END PGP SIGNATURE-----\n"
    )

    assert without_armour(signed) == ("\nMy number is 1234567\n-- \nAnn\n", False)


def test_an_encrypted_text_is_known() -> None:
    encrypted = "Hello\n-----BEGIN PGP MESSAGE-----\n\nhQEMA1234567\n=aaaa\n-----END PGP MESSAGE-----\n"

    assert without_armour(encrypted) == ("Hello\n", True)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Hello comma this is Ann full stop", "Hello, this is Ann."),
        ("may I have the documents full stop my number is 4182207", "may I have the documents. my number is 4182207"),
        ("thank you full stop new line Ann", "thank you.\n Ann"),
        ("could I have them question\nmark thank you full\nstop", "could I have them? thank you."),
        ("There is a comma missing in clause 3", "There is a comma missing in clause 3"),
        ("I said put a full stop behind the comma", "I said put a full stop behind the comma"),
        ("It is wrong, full stop. Mind the comma.", "It is wrong, full stop. Mind the comma."),
    ],
)
def test_marks_that_were_said_aloud_are_marks(text: str, read: str) -> None:
    assert with_marks_said(text) == read
