"""The test mail of other projects, which `make test` fetches: all of it is read and decided upon, whatever it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from swc_mailer.core.decide import decide
from swc_mailer.core.model import History, Outcome, Policy
from swc_mailer.core.reading import read
from swc_mailer.core.register import MemoryRegister
from swc_mailer.core.words import Words

SAMPLES = Path(__file__).parent.parent.parent / ".venv" / "mail-samples"

# Where the messages are in each project's source.
MESSAGES = {
    "Products.listen": "Products/listen/content/tests/corpus/*",
    "django-mailbox": "django_mailbox/tests/messages/*",
    "flufl.bounce": "tests/data/*.txt",
    "hyperkitty": "hyperkitty/tests/testdata/*.txt",
    "libmail-deliverystatus-bounceparser-perl": "t/corpus/*",
    "mail-parser": "tests/mails/*",
    "mailman": "src/**/*.eml",
    "python": "msg_*",
    "talon": "tests/fixtures/**/*",
}

THERE = sorted(MESSAGES.keys() & {path.name for path in SAMPLES.glob("*")})
MACHINES = {"flufl.bounce", "libmail-deliverystatus-bounceparser-perl"}  # bounces, vacation programs and lists: nothing else
PEOPLE = {"Products.listen", "talon"}  # what people's mail programs send
UNANSWERED = {Outcome.IGNORE, Outcome.REVIEW}


def messages(project: str) -> Iterator[Path]:
    return (path for path in sorted((SAMPLES / project).glob(MESSAGES[project])) if path.is_file())


def test_there_are_samples() -> None:
    assert any(SAMPLES.glob("*/*")), "run `make mail-samples`"


@pytest.mark.parametrize("project", THERE)
def test_every_sample_is_read(project: str, words: Words, policy: Policy) -> None:
    for path in messages(project):
        reading = read(path.read_bytes(), received=None, policy=policy, words=words)

        for part in reading.message.parts:
            assert "".join(section.text for section in part.sections) == part.text, path.name
        texts = {part.name: part.text for part in reading.message.parts}
        details = reading.details
        for evidence in [found.evidence for found in details.numbers] + [found.evidence for found in details.addresses]:
            assert texts[evidence.part][evidence.start : evidence.end] == evidence.text, path.name


@pytest.mark.parametrize("project", THERE)
def test_every_project_has_samples_where_they_are_looked_for(project: str) -> None:
    assert list(messages(project))


def outcomes(project: str, words: Words, policy: Policy) -> Iterator[tuple[str, Outcome]]:
    nobody = MemoryRegister([])
    for path in messages(project):
        reading = read(path.read_bytes(), received=None, policy=policy, words=words)
        yield path.name, decide(reading.case(History(), register=nobody, policy=policy, words=words)).outcome


@pytest.mark.parametrize("project", [project for project in THERE if project in MACHINES])
def test_no_machine_is_answered(project: str, words: Words, policy: Policy) -> None:
    assert [name for name, outcome in outcomes(project, words, policy) if outcome not in UNANSWERED] == []


@pytest.mark.parametrize("project", [project for project in THERE if project in PEOPLE])
def test_no_person_is_dropped(project: str, words: Words, policy: Policy) -> None:
    assert [name for name, outcome in outcomes(project, words, policy) if outcome is Outcome.IGNORE] == []
