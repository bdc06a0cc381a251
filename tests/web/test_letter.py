"""/letter in a real Chromium: letters typed in one after the other with the keyboard alone, with the script and without it."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FilePayload, Page, expect

from swc_mailer.web.guard import LONGEST_UPLOAD
from tests.web.browser import RULES
from tests.web.mails import PNG
from tests.web.rig import Rig, rig

DAY = "2014-03-03"
FIELDS = ('name="form_token"\r\n\r\n{token}', f'name="received"\r\n\r\n{DAY}', 'name="scan"; filename="letter.pdf"')
BEHIND = b"\r\n--x--\r\n"
ANN = "1234567"


@pytest.fixture(scope="module")
def pages(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with rig(tmp_path_factory.mktemp("letters"), browser, []) as running:
        yield running


def start(page: Page, query: str = f"?received={DAY}") -> None:
    page.goto(f"/letter{query}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Type in a letter")


def to_print(pages: Rig) -> int:
    return int(json.loads(pages.charity.program("status", "--json").stdout)["letters_to_print"])


def test_letters_are_typed_in_in_a_row_by_keyboard_alone(pages: Rig, page: Page) -> None:
    before = to_print(pages)
    start(page)
    keys = page.keyboard
    for words, number, name in (("ls6 2ab", ANN, "Ann Example"), ("bob", "1234568", "Bob Sample")):
        expect(page.get_by_label("Number, name or postcode")).to_be_focused()
        keys.type(words)
        expect(page.get_by_role("link", name=f"{name} · {number}")).to_be_visible()  # found while it was typed
        keys.press("ArrowDown")
        keys.press("Enter")
        expect(page.get_by_label("Membership number")).to_have_value(number)
        expect(page.get_by_role("button", name="Keep")).to_be_focused()
        keys.press("Enter")
        said = page.get_by_role("status").first
        expect(said).to_contain_text(f"Letter of 3 March 2014: Pack. Number {number} is {name}")
        expect(said).to_contain_text(f"An answer goes to {name}")
        expect(page.get_by_label("Membership number")).to_have_value("")
        expect(page.get_by_label("Received on")).to_have_value(DAY)

    assert to_print(pages) == before + 2


def test_enter_in_the_look_up_goes_to_the_first_that_fits(page: Page) -> None:
    start(page)
    expect(page.get_by_label("Number, name or postcode")).to_be_focused()
    page.keyboard.type("0123459")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Cerys Specimen · 0123459")).to_be_focused()
    page.get_by_role("link", name="Without the number of Cerys Specimen").press("Enter")

    expect(page.get_by_label("Postal address")).to_have_value("The Old Forge\nBridge Street\nLudlow\nSY8 1AA")
    expect(page.get_by_label("Membership number")).to_have_value("")


def test_all_of_it_works_without_a_script(pages: Rig) -> None:
    page = pages.visitor(java_script_enabled=False)
    start(page)
    page.get_by_label("Number, name or postcode").fill("ludlow")
    page.get_by_label("Number, name or postcode").press("Enter")
    page.get_by_role("link", name="Cerys Specimen · 0123459").press("Enter")
    expect(page.get_by_label("Membership number")).to_have_value("0123459")
    expect(page.get_by_label("Received on")).to_have_value(DAY)
    page.get_by_label("Membership number").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Number 0123459 is Cerys Specimen")
    page.context.close()


def test_what_is_not_given_is_asked_for_and_what_cannot_be_is_said_and_kept_in_the_form(page: Page) -> None:
    start(page)
    page.get_by_label("Name").last.fill("Dan Example")
    page.get_by_label("Membership number").fill("12a")
    page.get_by_label("Postal address").fill("1 High Street\nLeeds\nLS1 1AA")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("alert")).to_contain_text("12a is no membership number")
    expect(page.get_by_label("Postal address")).to_have_value("1 High Street\nLeeds\nLS1 1AA")
    page.get_by_label("Membership number").fill("")
    page.get_by_role("button", name="Keep").click()

    said = page.get_by_role("status").first
    expect(said).to_contain_text("Details missing. No membership number was given. An answer goes to Dan Example, 1 High Street")


def test_a_scan_is_shown_on_the_page_of_its_case(page: Page, tmp_path: Path) -> None:
    (tmp_path / "letter.png").write_bytes(PNG)
    start(page)
    page.get_by_label("Membership number").fill("0123459")
    page.get_by_label("Postal address").fill("1 High Street\nLeeds\nLS1 1AA")
    page.get_by_label("Scan").set_input_files(tmp_path / "letter.png")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("status").first).to_contain_text("Review. Number 0123459 is Cerys Specimen")
    page.get_by_role("link", name="Open the case").click()
    picture = page.get_by_role("img", name="The letter letter.png")
    expect(picture).to_be_visible()
    expect(page.get_by_role("columnheader", name="The letter gives")).to_be_visible()

    assert picture.evaluate("picture => picture.complete && picture.naturalWidth > 0")


def test_a_file_that_is_no_scan_is_refused(page: Page, tmp_path: Path) -> None:
    (tmp_path / "letter.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    start(page)
    page.get_by_label("Scan").set_input_files(tmp_path / "letter.svg")
    page.get_by_role("button", name="Keep").click()

    expect(page.get_by_role("alert")).to_contain_text("letter.svg is no scan that can be shown")


def test_a_letter_of_tomorrow_is_refused_by_the_server_too(pages: Rig, page: Page) -> None:
    start(page)
    token = page.locator("#letter input[name=form_token]").input_value()
    tomorrow = datetime(2999, 1, 1, tzinfo=UTC).date().isoformat()
    answer = page.request.post("/letter", multipart={"form_token": token, "received": tomorrow})

    assert answer.status == 422
    assert "yet to come" in answer.text()


def test_a_form_sent_twice_is_one_letter(pages: Rig, page: Page) -> None:
    start(page)
    fields = {name: page.locator(f"#letter input[name={name}]").input_value() for name in ("form_token", "form_id")}
    letter: dict[str, str | float | bool | bytes | FilePayload] = {
        **fields,
        "received": DAY,
        "number": "",
        "name": "Eve Example",
        "address": "3 High Street; Leeds; LS1 1AA",
    }
    before = to_print(pages)
    answers = [page.request.post("/letter", multipart=letter) for _ in range(2)]

    assert [answer.url.partition("done=")[2] for answer in answers] == [fields["form_id"]] * 2
    assert to_print(pages) == before + 1


@pytest.mark.parametrize("token", ["", "forged"])
def test_a_form_of_another_site_types_in_nothing(pages: Rig, page: Page, token: str) -> None:
    before = to_print(pages)
    answer = page.request.post("/letter", multipart={"form_token": token, "received": DAY, "number": "0123459"})

    assert answer.status == 403
    assert to_print(pages) == before


@pytest.mark.parametrize(("more", "status"), [(0, 422), (1, 403)])
def test_a_file_too_large_is_refused_before_it_is_read(pages: Rig, page: Page, more: int, status: int) -> None:
    """One byte more than may be sent at all; what may be sent is looked at, and refused as a scan that nobody can show."""
    start(page)
    token = page.locator("#letter input[name=form_token]").input_value()
    cookie = "; ".join(f"{each['name']}={each['value']}" for each in page.context.cookies())
    before = "\r\n".join(f"--x\r\nContent-Disposition: form-data; {field}" for field in FIELDS).format(token=token) + "\r\n\r\n"
    size = LONGEST_UPLOAD + more - len(before) - len(BEHIND)
    connection = http.client.HTTPConnection(urlsplit(pages.address).netloc)
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Cookie": cookie}
    connection.request("POST", "/letter", before.encode() + bytes(size) + BEHIND, headers)

    assert connection.getresponse().status == status
    connection.close()


def test_nobody_looks_members_up_without_logging_in(pages: Rig) -> None:
    context = pages.context()
    page = context.new_page()
    page.goto("/letter/members?find=example")

    expect(page).to_have_url(re.compile(r"/login\?next=%2Fletter%2Fmembers"))
    context.close()


def test_who_typed_a_letter_in_stands_in_the_trail(pages: Rig, page: Page) -> None:
    start(page)
    page.get_by_label("Membership number").fill("1234569")
    page.get_by_label("Postal address").fill("2 High Street\nLeeds\nLS1 1AA")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("status").first).to_contain_text("1234569")
    done = pages.charity.result("export", "--member", "1234569")["done"]

    assert [(line["who"], line["action"]) for line in done] == [("Jo", "letter")]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_has_no_fault_that_axe_knows(pages: Rig, theme: str) -> None:
    page = pages.visitor(color_scheme=theme)
    for query in ("", "?find=example", f"?received={DAY}&number={ANN}"):
        start(page, query)
        found = Axe().run(page, options=RULES[theme])
        assert found.violations_count == 0, found.generate_report()
    page.get_by_label("Membership number").fill("12a")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found = Axe().run(page, options=RULES[theme])
    page.context.close()

    assert found.violations_count == 0, found.generate_report()
