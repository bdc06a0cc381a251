"""The test mail of other projects, which `make test` fetches: all of it is read and decided upon, whatever it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from swc_mailer.core.model import Policy
from swc_mailer.core.reading import read
from swc_mailer.core.words import Words

SAMPLES = Path(__file__).parent.parent.parent / ".venv" / "mail-samples"

# Where the messages are in each project's source.
MESSAGES = {
    "django-mailbox": "django_mailbox/tests/messages/*",
    "flufl.bounce": "tests/data/*.txt",
    "hyperkitty": "hyperkitty/tests/testdata/*.txt",
    "mail-parser": "tests/mails/*",
    "mailman": "src/**/*.eml",
    "python": "msg_*",
    "talon": "tests/fixtures/**/*",
}


def messages(project: str) -> Iterator[Path]:
    return (path for path in sorted((SAMPLES / project).glob(MESSAGES[project])) if path.is_file())


def test_there_are_samples() -> None:
    assert any(SAMPLES.glob("*/*")), "run `make mail-samples`"


@pytest.mark.parametrize("project", sorted(MESSAGES.keys() & {path.name for path in SAMPLES.glob("*")}))
def test_every_sample_is_read(project: str, words: Words, policy: Policy) -> None:
    for path in messages(project):
        reading = read(path.read_bytes(), received=None, policy=policy, words=words)

        for part in reading.message.parts:
            assert "".join(section.text for section in part.sections) == part.text, path.name
        texts = {part.name: part.text for part in reading.message.parts}
        details = reading.details
        for evidence in [found.evidence for found in details.numbers] + [found.evidence for found in details.addresses]:
            assert texts[evidence.part][evidence.start : evidence.end] == evidence.text, path.name


@pytest.mark.parametrize("project", sorted(MESSAGES.keys() & {path.name for path in SAMPLES.glob("*")}))
def test_every_project_has_samples_where_they_are_looked_for(project: str) -> None:
    assert list(messages(project))
