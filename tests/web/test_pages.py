"""The list and the case page, looked at: what they show, what they find, and whether everybody can use them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.web.browser import PHONE, RULES
from tests.web.mails import ELSEWHERE, PNG, SCRIPT, hostile, mail, request, robot, with_files
from tests.web.rig import Rig, rig

MARKED = request("Ann Example", "I234567", "21 Station Road\nLeeds LS6 2AB")


@pytest.fixture(scope="module")
def pages(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    many = [mail(f"many{at}", f"Many {at:02}", request("Many Example"), minutes=at) for at in range(52)]
    lapsed = mail("lena", "Case lapsed", request("Lena Lapsed", "7654321", "7 High Street\nLeeds LS6 3CD"))
    mails = [*many, mail("ann", "Case marks", MARKED), lapsed, with_files(), *hostile(), robot()]
    with rig(tmp_path_factory.mktemp("pages"), browser, mails) as running:
        yield running


@pytest.fixture(scope="module")
def page(pages: Rig) -> Iterator[Page]:
    visited = pages.visitor()
    yield visited
    visited.context.close()


# --- the list ----------------------------------------------------------------------------------------------


def test_nothing_is_hidden_by_paging(pages: Rig, page: Page) -> None:
    page.goto("/queue")
    expect(page.get_by_role("heading", level=1)).to_have_text("59 cases wait")
    expect(page.get_by_text("Cases 1 to 50 of 59")).to_be_visible()
    first = page.get_by_role("list").get_by_role("link", name="Many").count()
    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_text("Cases 51 to 59 of 59")).to_be_visible()
    second = page.get_by_role("list").get_by_role("link", name="Many").count()

    assert first + second == 52
    page.get_by_role("link", name="Previous page").click()
    expect(page.get_by_text("Cases 1 to 50 of 59")).to_be_visible()


def test_reasons_are_counted_and_choose(page: Page) -> None:
    page.goto("/queue")
    page.get_by_role("navigation", name="Reasons").get_by_role("link", name="Membership not current 1").click()
    expect(page.get_by_text("Cases 1 to 1 of 1")).to_be_visible()
    expect(page.get_by_text("whose membership is lapsed")).to_be_visible()
    page.get_by_role("link", name="Case lapsed").click()
    expect(page.get_by_text("1 of 1")).to_be_visible()  # the next case is the next of those that were chosen

    page.goto("/queue?text=nobody+wrote+this")
    expect(page.get_by_role("heading", name="No case fits")).to_be_visible()


def test_the_deadline_is_in_sight(page: Page) -> None:
    page.goto("/queue")
    expect(page.get_by_text("The consultation closed on Friday 21 March 2014.")).to_be_visible()


# --- a case ------------------------------------------------------------------------------------------------


def test_a_case_shows_at_a_glance_why_it_waits_and_what_to_do(pages: Rig, page: Page) -> None:
    pages.open(page, "Case marks")

    expect(page.get_by_role("region", name="Why it waits")).to_contain_text('house "21", the register has "12"')
    expect(page.get_by_role("region", name="What was understood")).to_contain_text('read "I234567" as "1234567"')
    expect(page.get_by_role("region", name="What the register says")).to_contain_text("Ann Example")
    mailed = page.get_by_role("region", name="The mail")
    expect(mailed.locator("mark.number").last).to_have_text("I234567")
    expect(mailed.locator("mark.address").last).to_contain_text("21 Station Road")
    expect(page.get_by_label("The reply as it would go out")).to_be_visible()


def test_what_a_page_says_needs_no_knowledge_of_commands(pages: Rig, page: Page) -> None:
    case_id = pages.open(page, "Case files", "?do=approve")

    expect(page.get_by_text(f"case {case_id}")).to_be_visible()  # for merging, and to name it on the telephone
    expect(
        page.get_by_text("This case does not match exactly one current member: say which by the member's number.")
    ).to_be_visible()
    for action in ACTIONS:
        page.goto(f"/queue/{case_id}?do={action}")
        words = page.locator("main").inner_text()
        assert not [each for each in ("swc-mailer", "--", "attachment_only") if each in words]


def test_the_headers_that_people_ask_for_and_the_whole_mail_are_at_hand(pages: Rig, page: Page) -> None:
    pages.open(page, "Case marks")
    page.get_by_text("Headers").click()
    expect(page.get_by_text("<ann.0@example.org>")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Keep the whole mail as a file").click()

    assert b"I234567" in download.value.path().read_bytes()


def test_letters_are_shown_as_text_and_pictures_as_pictures(pages: Rig, page: Page) -> None:
    pages.open(page, "Case files")

    expect(page.get_by_text("Membership number 1234567")).to_be_visible()
    expect(page.get_by_text("12 Station Road\nLS6 2AB")).to_be_visible()
    pictures = page.locator(".attachments img")
    expect(pictures).to_have_count(1)
    pictures.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.attachments img').naturalWidth === 8")


def files(page: Page) -> dict[str, str]:
    links = page.locator(".attachments a")
    return {link.inner_text(): link.get_attribute("href") or "" for link in links.all()}


def test_no_attachment_is_ever_opened_by_the_browser(pages: Rig, page: Page) -> None:
    pages.open(page, "Case files")
    found = files(page)

    assert len(found) == 8
    for path in found.values():
        answer = page.context.request.get(path)
        assert answer.ok
        assert answer.headers["content-disposition"].startswith("attachment; ")
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_only_what_is_drawn_point_by_point_is_a_picture(pages: Rig, page: Page) -> None:
    pages.open(page, "Case files")
    answers = {name: page.context.request.get(f"{path}/picture") for name, path in files(page).items()}

    assert {name for name, answer in answers.items() if answer.ok} == {"photo.png"}
    assert answers["photo.png"].body() == PNG
    assert answers["photo.png"].headers["content-type"] == "image/png"


def test_a_file_of_another_case_is_not_given(pages: Rig, page: Page) -> None:
    case_id = pages.open(page, "Case files")
    path = files(page)["photo.png"]
    other = pages.open(page, "Case marks")

    assert page.context.request.get(path.replace(case_id, other)).status == 404
    assert page.context.request.get(f"/queue/{case_id}/mails/1/files/99").status == 404
    assert page.context.request.get(f"/queue/{case_id}/mails/99999").status == 404


# --- hostile mail ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["html", "markup", "gpj.exe", "formula"])
def test_hostile_mail_does_nothing_and_loads_nothing(pages: Rig, words: str) -> None:
    page = pages.visitor()
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.goto(f"/queue?text={words}")
    page.locator(".list a").click()
    page.wait_for_load_state("networkidle")

    assert page.title() != "hacked"
    assert complaints == []
    assert [url for url in asked if not url.startswith(pages.address)] == []
    assert page.locator("main script, main iframe, main style, main svg, main [onclick], main [href^='javascript']").count() == 0
    assert ELSEWHERE not in page.content() or page.locator(f"main [src*='{ELSEWHERE}'], main a[href*='{ELSEWHERE}']").count() == 0
    page.context.close()


def test_markup_in_a_mail_is_text(pages: Rig, page: Page) -> None:
    page.goto("/queue?text=markup")
    expect(page.get_by_role("link", name=f"Case {SCRIPT}")).to_be_visible()
    page.get_by_role("link", name=f"Case {SCRIPT}").click()
    expect(page.get_by_role("region", name="The mail")).to_contain_text("<b onclick=alert(1)>")


def test_characters_that_turn_or_hide_text_do_not_reach_the_page(pages: Rig, page: Page) -> None:
    page.goto("/queue?text=gpj.exe")
    page.locator(".list a").click()
    content = page.content()

    expect(page.get_by_role("heading", level=1)).to_have_text("Case gpj.exe")
    expect(page.get_by_role("region", name="The mail")).to_contain_text("gnikcatta hidden[31m")
    assert not set("\u202e\u202c\u2066\u2069\x1b") & set(content)


# --- for everybody -----------------------------------------------------------------------------------------

PLACES = ("/login", "/queue", "/queue?text=none+fits", "/queue/ignored", "/queue/blocked", "/report", "/nowhere")
ACTIONS = ("approve", "ask", "answer", "correct", "merge", "block")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_has_a_fault_that_axe_knows(pages: Rig, theme: str) -> None:
    faults = {}
    visitor, stranger = pages.visitor(color_scheme=theme), pages.context(color_scheme=theme).new_page()
    case_id = pages.open(visitor, "Case files")
    ignored = visitor.context.request.get("/queue/ignored").text().partition('href="/queue/i')[2].partition('"')[0]
    cases = [f"/queue/{case_id}?do={action}" for action in ACTIONS]
    for path in (*PLACES, *cases, f"/queue/{case_id}?find=example&blocked=a@example.org", f"/queue/i{ignored}"):
        page = stranger if path == "/login" else visitor
        page.goto(path)
        found = Axe().run(page, options=RULES[theme])
        if found.violations_count:
            faults[path] = found.generate_report()

    assert faults == {}
    visitor.context.close()
    stranger.context.close()


@pytest.mark.parametrize("width", [PHONE["width"], 320])
def test_a_page_is_no_wider_than_a_telephone_and_breaks_no_word_of_the_menu(pages: Rig, width: int) -> None:
    page = pages.visitor(viewport={**PHONE, "width": width})
    pages.open(page, "Case files")
    cases = [f"{urlsplit(page.url).path}?do={action}" for action in ACTIONS]
    for path in ("/queue", "/queue/ignored", "/queue/blocked", "/report", *cases):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") == width, path

    page.goto("/queue")
    heights = page.locator(".top nav a").evaluate_all("links => links.map(link => link.clientHeight)")
    assert len(set(heights)) == 1
    page.context.close()


def test_the_report_leads_back_to_the_queue(page: Page) -> None:
    page.goto("/queue")
    page.get_by_role("link", name="Report").click()
    page.get_by_role("link", name="Review queue").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("59 cases wait")


def test_the_focus_is_seen(pages: Rig, page: Page) -> None:
    page.goto("/queue")
    page.keyboard.press("Tab")
    width = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")

    assert width == "3px"
