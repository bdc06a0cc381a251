"""Replies and letters in Welsh: they say what the English ones say, and are known as ours when they come back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from swc_mailer.adapters.rules_files import read_words
from swc_mailer.adapters.templates import SAMPLE_PACK, JinjaTemplates, check_templates
from swc_mailer.commands.queue_show import reply_text
from swc_mailer.core.compose import Wording
from swc_mailer.core.language import language_of_text
from swc_mailer.core.model import Delivery, Language, Mailbox, Policy, Zone
from swc_mailer.core.reading import read
from swc_mailer.core.samples import Sample, sample_replies
from swc_mailer.shipped import shipped

WORDS = read_words()
SENDER = Mailbox("", "swc@example.org")
LONDON = ZoneInfo("Europe/London")
WORDING = Wording("Polisi byd-eang", date(2014, 3, 21), LONDON, agm="12-13 Ebrill 2014", language=Language.WELSH)
SAMPLES = {sample.name: sample for sample in sample_replies(JinjaTemplates(), WORDING, sender=SENDER, pack=SAMPLE_PACK)}


def text(sample: Sample) -> str:
    return reply_text(sample.reply.head, Delivery.POST if sample.reply.post_to else Delivery.EMAIL)


@pytest.mark.parametrize("folder", ["replies", "letters"])
def test_every_template_has_its_welsh_one(folder: str) -> None:
    english = {path.name for path in (shipped("templates") / folder).glob("*.j2")}

    assert {path.name for path in (shipped("templates") / folder / "cy").glob("*.j2")} == {
        name
        for name in english
        if not name.startswith(("notice.", "alert."))  # to staff
    }


def test_all_of_them_are_in_welsh() -> None:
    """But for what the configuration has in English, and staff write."""
    ours = [sample for name, sample in SAMPLES.items() if "answer" not in name and "full" not in name]

    assert len(ours) == 16
    assert [sample.name for sample in ours if language_of_text(text(sample), WORDS) is not Language.WELSH] == []
    assert {name.split("-cy")[1] for name in SAMPLES} == {"", "-full"}


def test_what_is_missing_is_named_in_welsh() -> None:
    written = " ".join(text(SAMPLES["details_missing-postcode-cy"]).split())

    assert "Mae hyn ar goll: y cod post." in written
    assert "Mae hyn ar goll: rhif neu enw'r tŷ." in " ".join(text(SAMPLES["details_missing-house-cy"]).split())
    assert "Rhif aelodaeth: 012 3456" in written
    assert "yn cau ymhen chwe diwrnod, ddydd Gwener 21 Mawrth 2014, felly ysgrifennwch yn ôl yn fuan" in written
    assert "Cynhelir ein Cyfarfod Cyffredinol Blynyddol (CCB) ar 12-13 Ebrill 2014." in written
    assert SAMPLES["details_missing-both-cy"].reply.subject == (
        "Mae arnom angen eich rhif aelodaeth a'ch cyfeiriad post: Polisi byd-eang"
    )


def test_a_day_too_late_is_named_in_welsh() -> None:
    assert "caeodd ddydd Gwener 21 Mawrth 2014, a chyrhaeddodd eich e-bost ni ddydd Sul 23 Mawrth 2014." in " ".join(
        text(SAMPLES["closed-cy"]).split()
    )


@pytest.mark.parametrize("name", ["details_missing-both", "details_missing-postcode", "details_missing-house", "pack", "closed"])
def test_our_own_words_that_come_back_are_known_as_ours(name: str) -> None:
    """Without any quote mark, as some programs answer: else they would count for the writer's own."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "mair@example.org", "Re: ymgynghoriad"
    mail.set_content(f"1234567\n\n{text(SAMPLES[name + '-cy-full'])}")
    policy = Policy(date(2014, 3, 21), LONDON, frozenset(), frozenset(), WORDING.post_to)
    message = read(mail.as_bytes(), received=datetime(2014, 2, 10, tzinfo=UTC), policy=policy, words=WORDS).message
    own = " ".join(section.text for section in message.sections if section.zone is Zone.OWN)

    assert "1234567" in own
    assert "ymgynghoriad" not in own.replace("Re: ymgynghoriad", "")
    assert any(section.zone is Zone.OURS for section in message.sections)


def test_a_mistake_in_a_welsh_template_of_ones_own_is_named(tmp_path: Path) -> None:
    (tmp_path / "replies" / "cy").mkdir(parents=True)
    (tmp_path / "replies" / "cy" / "pack.txt.j2").write_text("Helo\n{{ titel }}")
    english = Wording("Policy", date(2014, 3, 21), LONDON)
    templates = JinjaTemplates(tmp_path)

    assert check_templates(templates, english, sender=SENDER) == []
    (problem,) = check_templates(templates, english, WORDING, sender=SENDER)
    assert "cy/pack.txt.j2, line 2: 'titel' is undefined" in problem


def test_days_left_are_counted_in_welsh() -> None:
    closes = {"deadline_past": False}
    render = JinjaTemplates().render
    said = [" ".join(render("replies/cy/_closes", closes | {"days_left": left}).split()) for left in (0, 1, 2, 3, 6, 30)]

    assert said == [
        "Mae'r ymgynghoriad yn cau heddiw, ddydd",
        "Mae'r ymgynghoriad yn cau yfory, ddydd",
        "Mae'r ymgynghoriad yn cau ymhen deuddydd, ddydd",
        "Mae'r ymgynghoriad yn cau ymhen tridiau, ddydd",
        "Mae'r ymgynghoriad yn cau ymhen chwe diwrnod, ddydd",
        "Mae'r ymgynghoriad yn cau ddydd",
    ]
