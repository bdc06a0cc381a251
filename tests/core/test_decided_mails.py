"""Small mails, read and decided as a whole; the table of cases is decided_mails.txt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from swc_mailer.core.decide import decide
from swc_mailer.core.model import Decision, History, Member, Policy
from swc_mailer.core.reading import Reading, read
from swc_mailer.core.register import MemoryRegister
from swc_mailer.core.words import Words

CASES = Path(__file__).with_name("decided_mails.txt")
RECEIVED = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)
NUMBER, HOME = "1234567", "12 Station Road¶Leeds¶LS6 2AB"
GIVEN = {
    "{d}": f"¶¶Ann Example¶{HOME}¶Membership number {NUMBER}",
    "{n}": NUMBER,
    "{a}": f"¶¶Ann Example¶{HOME}",
}
REGISTER = MemoryRegister(
    (
        Member("1234567", "Ann Example", ("12 Station Road", "Leeds"), "LS6 2AB", "", "current", True),
        Member("7654321", "Len Example", ("12 Station Road", "Leeds"), "LS6 2AB", "", "current", True),
    )
)
SHORT = {("details_match",): "pack", ("number_missing", "address_missing"): "both_missing"}


def cases(path: Path = CASES) -> Iterator[tuple[str, str, str]]:
    """The reason that is due, the subject and the text."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            code, _, mail = line.partition(" | ")
            subject, _, text = mail.rpartition(" >> ")
            yield code, subject or "Hello", text


def reading(subject: str, text: str, words: Words, policy: Policy) -> Reading:
    for name, content in GIVEN.items():
        text = text.replace(name, content)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "Ann Example <ann@example.org>"
    mail["To"] = "swc@amnesty.org.uk"
    mail["Subject"] = subject
    mail["Message-ID"] = "<1@example.org>"
    mail.set_content(text.replace("¶", "\n"))
    return read(mail.as_bytes(), received=RECEIVED, policy=policy, words=words)


def decided(subject: str, text: str, words: Words, policy: Policy) -> Decision:
    return decide(reading(subject, text, words, policy).case(History(), register=REGISTER, policy=policy, words=words))


@pytest.mark.parametrize(("code", "subject", "text"), list(cases()))
def test_small_mails_are_decided(words: Words, policy: Policy, code: str, subject: str, text: str) -> None:
    codes = tuple(reason.code for reason in decided(subject, text, words, policy).reasons)

    assert SHORT.get(codes, ", ".join(codes)) == code
