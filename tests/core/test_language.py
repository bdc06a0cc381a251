"""The language of a reply: Welsh where the writer's own words surely are; English for every name and courtesy in Welsh."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email.message import EmailMessage
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from swc_mailer.adapters.rules_files import read_words
from swc_mailer.core.dates import in_welsh, long_date
from swc_mailer.core.language import language_of, language_of_text
from swc_mailer.core.model import Language, Policy
from swc_mailer.core.reading import read

WORDS = read_words()
POLICY = Policy(date(2014, 3, 21), ZoneInfo("Europe/London"), frozenset(), frozenset(), ())
WELSH = "Hoffwn dderbyn dogfennau'r ymgynghoriad, os gwelwch yn dda."
ASKS = (
    "Please send me the consultation documents.",
    "Could I have the pack? My number is 1234567.",
    "I am a member, 1234567, and wish to take part.",
    "Hi, pack please, 1234567.",
    "Number 1234567. Diolch!",
    "Documents please",
    "Annwyl Amnest, may I have the papers? Diolch yn fawr",
    "1234567",
    "I have moved. My new address is below.",
    "Here is the address you wanted.",
    "Sorry, this is the postcode and the rest:",
)
ADDRESSES = (
    "12 Heol y Wig, Aberystwyth SY23 2LR",
    "Tyddyn Isaf, Lôn Ddewi, Llanrug, Caernarfon, Gwynedd LL55 4ZD",
    "16 Lôn y Garret, Llanfairpwllgwyngyll, Ynys Môn LL61 5JW",
    "Tŷ Capel\nHeol y Bont\nLlanbedr Pont Steffan\nSA48 7GN",
    "Mair ap Rhys\nTy'n y Coed\nBetws-yn-Rhos\nAbergele",
    "Bryn Awel, Ffordd y Capel, Tregaron SY25 6QF",
    "Pant yr Onnen, Pentre'r Bryn, Synod Inn, Llandysul, Ceredigion SA44 4AB",
    "Neuadd Pantycelyn, Prifysgol Aberystwyth, Penglais",
)


def snippets() -> list[tuple[str, str]]:
    lines = (Path(__file__).parent / "languages.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(" | ", 1) for line in lines if line and not line.startswith("#"))
    return [(language, text.replace(" // ", "\n")) for language, text in pairs]


def language_of_mail(text: str, *, subject: str = "", before: Language = Language.ENGLISH) -> Language:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "mair@example.org", subject
    mail.set_content(text)
    reading = read(mail.as_bytes(), received=datetime(2014, 2, 10, tzinfo=UTC), policy=POLICY, words=WORDS)
    return language_of(reading.message, reading.details, WORDS, before=before)


def test_no_mail_that_is_not_in_welsh_is_answered_in_welsh() -> None:
    others = [text for language, text in snippets() if language == "en"]
    others += [f"{ask}\n{address}" for ask, address in product(ASKS, ADDRESSES)]

    assert len(others) > 200
    assert [text for text in others if language_of_text(text, WORDS) is not Language.ENGLISH] == []


def test_short_mails_in_welsh_are_known_as_such() -> None:
    written = [text for language, text in snippets() if language == "cy"]
    found = [text for text in written if language_of_text(text, WORDS) is Language.WELSH]

    assert len(found) >= 0.95 * len(written)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (f"{WELSH}\n\n1234567\n12 Heol y Wig\nAberystwyth\nSY23 2LR", "cy"),
        (f"Please send me the documents.\n\nOn 3 Feb 2014, at 09:12, Mair <m@example.org> wrote:\n> {WELSH}\n> {WELSH}", "en"),
        (f"{WELSH}\n\nOn 3 Feb 2014, at 09:12, Jo <jo@example.org> wrote:\n> Please write again, we could not read it.", "cy"),
        (f"Please send me the documents, 1234567.\n\n-- \nMair Puw\n{WELSH}", "en"),
    ],
    ids=["address", "quoted welsh", "quoted english", "signature"],
)
def test_the_writers_own_words_count(text: str, language: str) -> None:
    assert language_of_mail(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("1234567", "cy"),
        ("12 Heol y Wig\nAberystwyth\nSY23 2LR\n\nDiolch, Mair", "cy"),
        ("Thanks, my number is 1234567.", "en"),
        ("Could you please write in English? Diolch", "en"),
    ],
)
def test_a_mail_that_tells_nothing_goes_on_in_the_language_of_its_request(text: str, language: str) -> None:
    assert language_of_mail(text, before=Language.WELSH) == language
    assert language_of_mail(text) == "en"


def test_the_subject_of_an_answer_tells_nothing() -> None:
    subject = "Mae arnom angen eich rhif aelodaeth a'ch cyfeiriad post"

    assert language_of_mail("1234567", subject=f"Re: {subject}") == "en"


def test_dates_in_welsh() -> None:
    assert long_date(date(2014, 3, 21), Language.WELSH) == "Gwener 21 Mawrth 2014"
    assert long_date(date(2014, 5, 6), Language.WELSH) == "Mawrth 6 Mai 2014"
    assert in_welsh("12-13 April 2014") == "12-13 Ebrill 2014"
    assert in_welsh("Saturday 12 and Sunday 13 April, Maynard Hall") == "Sadwrn 12 and Sul 13 Ebrill, Maynard Hall"
