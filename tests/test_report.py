"""`report` as a process of its own: the same numbers as text, JSON and a page that needs nothing else."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from swc_mailer.core.model import Outcome
from tests.office import Office, open_office

MONDAY = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return open_office(tmp_path)


@pytest.fixture
def busy(office: Office) -> Office:
    """Three days: two packs sent, one of them refused, somebody asked, a case that waits, a robot."""
    with office.post() as post:
        for outcome, day in ((Outcome.PACK, 0), (Outcome.PACK, 2), (Outcome.DETAILS_MISSING, 2)):
            post.send(post.due_reply(outcome, message=post.message(received=MONDAY + day * 24 * HOUR)), now=MONDAY + 72 * HOUR)
        refused = post.due_reply(Outcome.PACK)
        post.store.claim(refused, now=MONDAY)
        post.store.refused(refused, answer="550 no such user", now=MONDAY)
        post.take(Outcome.REVIEW, codes=["number_unknown"])
        post.take(Outcome.IGNORE, codes=["bounce"])
    return office


def test_the_text_has_days_outcomes_and_what_waits(busy: Office) -> None:
    said = busy.program("report").stdout
    tables = {lines[0]: lines[1:] for lines in (part.splitlines() for part in said.split("\n\n"))}

    assert [row.split() for row in tables["By day and outcome"][1:]] == [
        ["2014-02-10", "2", "0", "0", "1", "0", "1", "4"],
        ["2014-02-12", "1", "1", "0", "0", "0", "0", "2"],
        ["all", "3", "1", "0", "1", "0", "1", "6"],
    ]
    assert tables["Time to answer"][1].split() == ["all", "3", "24", "hours", "3", "days"]
    assert tables["Why a person had to look"][1].split() == ["number", "unknown", "1"]
    assert "2 cases wait for a person, the oldest since 10 February 2014, 09:10." in said


def test_the_json_has_the_same_numbers(busy: Office) -> None:
    record = busy.json("report")

    assert record["messages"] == 6
    assert record["outcomes"] == {"ignore": 1, "settled": 0, "closed": 0, "review": 1, "details_missing": 1, "pack": 3}
    assert [day["day"] for day in record["days"]] == ["2014-02-10", "2014-02-11", "2014-02-12"]
    assert record["requests"] == {"answered": 2, "asked": 1, "waiting": 2}
    assert record["time_to_answer"]["program"] == {
        "number": 3,
        "median_seconds": 24 * 3600,
        "ninety_percent_seconds": 72 * 3600,
    }
    assert record["time_to_answer"]["after_review"]["number"] == 0
    assert record["queue"]["waiting"] == 2
    assert record["review_reasons"] == {"number_unknown": 1}
    assert record["replies"]["pack"] == {"refused": 1, "sent": 2}
    assert record["packs"] == {"email": 2, "post": 0}


class Page(HTMLParser):
    """What a page would fetch or run, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fetched: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.fetched += [f"{tag} {name}" for name, _ in attrs if name in ("src", "href", "style") or name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_page_needs_nothing_else_and_shows_all(busy: Office) -> None:
    assert busy.program("report", "--html", "report.html").stdout == "Wrote report.html\n"
    html = (busy.folder / "report.html").read_text()
    page = Page(html)

    assert page.fetched == []
    assert set(page.tags) & {"script", "link", "img", "iframe", "object", "form"} == set()
    assert not re.search(r"url\(|@import|https?:", html)
    assert page.tags.count("rect") > 6
    assert "Policy <consultation>" in page.words
    for number in ("2014-02-10", "10 Feb: 2 pack", "2 cases wait for a person", "replies refused, or delivery unknown"):
        assert number in page.words


def test_the_page_can_be_had_beside_the_json(busy: Office) -> None:
    assert busy.json("report", "--html", "report.html")["messages"] == 6
    assert (busy.folder / "report.html").exists()


def test_a_page_that_cannot_be_written_leaves_the_old_one(busy: Office) -> None:
    place = busy.folder / "pages"
    place.mkdir()
    for there in ("pages", "nowhere/report.html", "paper.pdf/report.html"):
        ran = busy.program("report", "--html", there, code=2)
        assert (ran.stdout, len(ran.stderr.splitlines())) == ("", 1)
        assert f"{there} cannot be written" in ran.stderr

    assert sorted(file.name for file in busy.folder.glob(".*")) == []


def test_a_page_takes_the_place_of_the_one_before(busy: Office) -> None:
    (busy.folder / "report.html").write_text("old")
    busy.program("report", "--html", "report.html", "--quiet")

    assert (busy.folder / "report.html").read_text().startswith("<!doctype html>")


def test_before_the_first_run_there_is_nothing_to_report_and_nothing_is_made(office: Office) -> None:
    assert "Nothing has been taken in yet." in office.program("report").stdout
    office.program("report", "--html", "report.html")

    assert office.json("report")["days"] == []
    assert not office.store_file.exists()


def test_a_report_names_nobody(busy: Office) -> None:
    said = busy.program("report", "--html", "report.html").stdout + busy.program("report").stdout
    said += busy.program("report", "--json").stdout + (busy.folder / "report.html").read_text()

    assert [word for word in ("ann", "example.org", "station") if word in said.lower()] == []
