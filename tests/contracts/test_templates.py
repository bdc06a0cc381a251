"""The shipped templates render, a local folder stands in for single ones, and mistakes are named with file and line."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from swc_mailer.adapters.templates import SAMPLE_PACK, JinjaTemplates, check_templates
from swc_mailer.core.compose import Wording
from swc_mailer.core.model import Mailbox
from swc_mailer.core.samples import sample_replies
from swc_mailer.errors import ConfigError

WORDING = Wording("Global policy consultation", date(2014, 3, 21), ZoneInfo("Europe/London"))
SENDER = Mailbox("", "swc@example.org")


def local(folder: Path, name: str, content: str) -> JinjaTemplates:
    path = folder / "replies" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return JinjaTemplates(folder)


def test_the_shipped_templates_have_no_problem() -> None:
    assert check_templates(JinjaTemplates(), WORDING, sender=SENDER) == []


def test_the_samples_show_every_kind_of_reply() -> None:
    samples = list(sample_replies(JinjaTemplates(), WORDING, sender=SENDER, pack=SAMPLE_PACK))

    assert {sample.reply.kind for sample in samples} == {"pack", "details_missing", "closed", "answer", "notice", "alert"}
    assert len({sample.name for sample in samples}) == len(samples)


def test_a_local_template_stands_in_for_the_shipped_one_and_the_others_stay(tmp_path: Path) -> None:
    templates = local(tmp_path, "closed.subject.txt.j2", "Sorry: {{ title }}")

    assert templates.render("replies/closed.subject.txt", {"title": "X"}) == "Sorry: X"
    assert templates.render("replies/pack.subject.txt", {"title": "X"}) == "Your consultation documents: X"
    assert check_templates(templates, WORDING, sender=SENDER) == []


def test_html_templates_escape_and_text_templates_do_not(tmp_path: Path) -> None:
    local(tmp_path, "closed.txt.j2", "{{ x }}")
    templates = local(tmp_path, "closed.html.j2", "{{ x }}")

    assert templates.render("replies/closed.txt", {"x": "<b>&{{ y }}"}) == "<b>&{{ y }}"
    assert templates.render("replies/closed.html", {"x": "<b>&{{ y }}"}) == "&lt;b&gt;&amp;{{ y }}"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("one\n{{ titel }}\n", "line 2: 'titel' is undefined"),
        ("one\ntwo\n{% if title %}\n", "line 3: Unexpected end of template"),
        ("one\n{{ 1 / 0 }}\n", "line 2: division by zero"),
        ("one\n{{ post_to.nothing.there }}\n", "line 2: "),
        ('{% include "replies/nothing.j2" %}', "line 1: the template replies/nothing.j2 was not found"),
    ],
    ids=["unknown word", "unfinished", "failing", "missing attribute", "missing include"],
)
def test_a_mistake_is_named_with_file_and_line(tmp_path: Path, content: str, said: str) -> None:
    problems = check_templates(local(tmp_path, "closed.txt.j2", content), WORDING, sender=SENDER)

    assert len(problems) == 1
    assert str(tmp_path / "replies" / "closed.txt.j2") in problems[0]
    assert said in problems[0]


def test_a_mistake_stops_a_reply_with_a_config_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"closed\.txt\.j2, line 1"):
        local(tmp_path, "closed.txt.j2", "{{ nothing }}").render("replies/closed.txt", {})


def test_a_template_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    templates = JinjaTemplates(tmp_path)
    (tmp_path / "replies").mkdir()
    (tmp_path / "replies" / "closed.txt.j2").write_bytes(b"caf\xe9")

    assert "closed.txt.j2" in check_templates(templates, WORDING, sender=SENDER)[0]


def test_a_local_file_that_stands_in_for_nothing_is_named(tmp_path: Path) -> None:
    problems = check_templates(local(tmp_path, "close.txt.j2", "x"), WORDING, sender=SENDER)

    assert problems == [f"templates: {tmp_path / 'replies' / 'close.txt.j2'} has the name of no shipped template"]
