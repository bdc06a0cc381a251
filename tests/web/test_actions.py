"""Each action of the review pages, in a real browser, to the reply that arrives."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.charity import PACK
from tests.servers.dovecot import free_ports
from tests.web.rig import STAFF, Rig, serving


def do(page: Page, way: str, button: str) -> None:
    """Choose an action and confirm it."""
    page.get_by_role("navigation", name="Actions").get_by_role("link", name=way).click()
    page.get_by_role("button", name=button).click()


def told(page: Page, text: str) -> None:
    expect(page.get_by_role("status").filter(has_text=text)).to_be_visible()


def test_a_pack_goes_to_a_member_whom_the_register_suggests(pages: Rig, page: Page) -> None:
    case_id = pages.open(page, "Case approve")
    page.get_by_role("article", name="Ann Example").get_by_role("link", name="Send the pack to this member").click()
    expect(page.get_by_label("The reply as it would go out")).to_contain_text("Policy consultation")
    expect(page.get_by_text("The pack goes to approve@example.org, for Ann Example (1234567, current).")).to_be_visible()
    assert pages.replies_to("approve") == []  # a preview sends nothing
    page.get_by_role("button", name="Send the pack").click()

    told(page, "Ann Example")
    assert pages.reply_to("approve").attachments == PACK
    assert case_id not in {row["id"] for row in pages.charity.rows("queue", "list")}
    page.goto(f"/queue/{case_id}")
    by_jo = re.compile(r"\d+ \w+ \d{4}, \d\d:\d\d, Jo: Pack")
    expect(page.get_by_role("region", name="The conversation so far")).to_contain_text(by_jo)
    decided = pages.case(case_id)["decisions"]
    assert isinstance(decided, list)
    assert [made["decided_by"] for made in decided] == ["program", "Jo"]


def test_the_sender_is_asked_for_what_staff_choose_with_a_sentence_of_theirs(pages: Rig, page: Page) -> None:
    pages.open(page, "Case ask", "?do=ask")
    page.get_by_label("the postal address").check()
    page.get_by_label("the membership number").uncheck()
    page.get_by_label("A sentence of your own").fill("Is it <b>Station</b> Road?")
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_label("The reply as it would go out")).to_contain_text("Is it <b>Station</b> Road?")
    expect(page.get_by_label("the membership number")).not_to_be_checked()
    page.get_by_role("button", name="Ask", exact=False).last.click()

    text = pages.reply_to("ask").text
    assert "your full postal address" in text
    assert "Is it <b>Station</b> Road?" in text


def test_nothing_is_asked_where_nothing_was_chosen(pages: Rig, page: Page) -> None:
    pages.open(page, "Case find", "?do=ask")
    page.get_by_label("the membership number").uncheck()
    page.get_by_role("button", name="Ask", exact=False).last.click()

    expect(page.get_by_role("alert")).to_have_text("Choose what is missing.")


def test_an_answer_begins_with_words_for_its_reason_and_goes_out_as_written(pages: Rig, page: Page) -> None:
    pages.open(page, "Case answer")
    expect(page.get_by_label("The answer")).to_contain_text("Dear Answer Example,")
    page.get_by_label("The answer").fill("Dear Alma,\n\nA working group wrote it.")
    page.get_by_role("button", name="Send the answer").click()

    reply = pages.reply_to("answer")
    assert "A working group wrote it." in reply.text
    assert reply.mail["Subject"] == "Re: Case answer"
    assert reply.mail["In-Reply-To"] == "<answer.2@example.org>"


def test_corrected_details_are_decided_by_the_rules(pages: Rig, page: Page) -> None:
    pages.open(page, "Case correct", "?do=correct")
    page.get_by_label("Membership number").fill("1234568")
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_text("Number 1234568 is Bob Sample, current")).to_be_visible()
    page.get_by_role("button", name="Decide by these").click()

    assert pages.reply_to("correct").attachments == PACK


def test_a_sender_is_told_that_the_consultation_has_closed(pages: Rig, page: Page) -> None:
    pages.open(page, "Case close")
    do(page, "Say that it has closed", "Send")

    assert "it closed on" in " ".join(pages.reply_to("close").text.split())


@pytest.mark.parametrize(
    ("name", "way", "button", "state"),
    [
        ("dismiss", "Not a request", "File it away", "dismissed"),
        ("settle", "Settled elsewhere", "Settle it", "settled"),
    ],
)
def test_a_case_is_settled_without_a_reply(pages: Rig, page: Page, name: str, way: str, button: str, state: str) -> None:
    case_id = pages.open(page, f"Case {name}")
    do(page, way, button)

    expect(page).not_to_have_url(f"**/queue/{case_id}")  # the next case is shown at once
    assert pages.case(case_id)["state"] == state
    assert pages.replies_to(name) == []


def test_a_note_is_kept_for_colleagues(pages: Rig, page: Page) -> None:
    pages.open(page, "Case note")
    page.get_by_label("A new note").fill("Rang her: she will write again.")
    page.get_by_role("button", name="Keep the note").click()

    expect(page.get_by_role("region", name="Notes for colleagues")).to_contain_text("Rang her: she will write again.")
    expect(page.get_by_role("region", name="Notes for colleagues")).to_contain_text("Jo, ")


def test_an_address_is_never_answered_until_an_administrator_says_so(pages: Rig, page: Page) -> None:
    pages.open(page, "Case block", "?do=block")
    page.get_by_role("button", name="Never answer").click()
    told(page, "block@example.org is never answered")
    page.get_by_role("link", name="Never answered").click()
    expect(page.get_by_text("block@example.org")).to_be_visible()
    expect(page.get_by_role("button", name="Answer again")).to_have_count(0)
    admin = pages.visitor("Sam")
    admin.goto("/queue/blocked")
    admin.get_by_role("button", name="Answer again").click()

    told(admin, "answered again")
    admin.context.close()


def test_two_cases_of_one_sender_become_one(pages: Rig, page: Page) -> None:
    other = pages.open(page, "Case of the same person")
    pages.open(page, "Case merge", "?do=merge")
    page.get_by_label("The id of the other case").fill(other)
    page.get_by_role("button", name="Merge").click()

    told(page, "belongs to this one now")
    expect(page.get_by_role("region", name="The conversation so far").get_by_text("example.org wrote")).to_have_count(2)


def test_a_decision_is_taken_back_before_its_reply_goes_out(pages: Rig) -> None:
    with serving(pages.charity, SWC_MAILER_SERVE__PORT=str(free_ports(1)[0]), SWC_MAILER_SERVE__UNDO_SECONDS="3600") as address:
        other = Rig(pages.charity, address, pages.browser)
        page = other.visitor()
        case_id = other.open(page, "Case undo")
        do(page, "Say that it has closed", "Send")
        told(page, "The reply goes out at")
        page.get_by_role("button", name="Undo").click()
        told(page, "Taken back")
        page.context.close()

    assert pages.case(case_id)["state"] == "waiting"
    assert pages.charity.result("run")["replies_sent"] == 0
    assert pages.replies_to("undo") == []


def test_a_member_is_found_in_the_register_by_name(pages: Rig, page: Page) -> None:
    pages.open(page, "Case find")
    page.get_by_label("Look the register up").fill("cerys")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("status").filter(has_text="1 member found")).to_be_visible()
    page.get_by_role("link", name="Send the pack to this member Cerys Specimen").click()

    expect(page.get_by_text("for Cerys Specimen (0123459, current)")).to_be_visible()


def test_an_ignored_mail_is_taken_into_the_queue(pages: Rig, page: Page) -> None:
    page.goto("/queue/ignored")
    page.get_by_role("link", name="Out of office").click()
    page.get_by_role("button", name="Take it into the queue").click()

    expect(page.get_by_role("region", name="Why it waits")).to_contain_text("Jo")
    assert pages.open(page, "Out of office")


# --- two people --------------------------------------------------------------------------------------------


def test_the_second_of_two_people_is_told_and_nothing_goes_out_twice(pages: Rig, page: Page) -> None:
    case_id = pages.open(page, "Case two", "?do=close")
    second = pages.visitor("Sam")
    second.goto(f"/queue/{case_id}?do=close")
    expect(second.get_by_role("status").filter(has_text="Jo has this case open too")).to_be_visible()
    page.get_by_role("button", name="Send", exact=False).last.click()
    told(page, "Jo")
    second.get_by_role("button", name="Send", exact=False).last.click()

    expect(second.get_by_role("alert")).to_contain_text("Jo")
    expect(second.get_by_role("alert")).to_contain_text("nothing was done")
    assert pages.reply_to("two").mail["In-Reply-To"] == "<two.13@example.org>"
    assert len(pages.replies_to("two")) == 1
    second.context.close()


# --- without a mouse, without JavaScript -------------------------------------------------------------------


def tab_to(page: Page, there: Locator) -> None:
    """Walk on by the tabulator key to something that can be used, as a person without a mouse does."""
    page.wait_for_load_state()
    for _ in range(100):
        page.keyboard.press("Tab")
        if there.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{there} is not reached by the keyboard")


def test_a_case_is_settled_by_the_keyboard_alone(pages: Rig) -> None:
    page = pages.context().new_page()
    page.goto("/login")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Jo")
    page.keyboard.press("Tab")
    page.keyboard.type(STAFF["Jo"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue")
    tab_to(page, page.get_by_label("Search sender"))
    page.keyboard.type("Case keys")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Cases 1 to 1 of 1")).to_be_visible()
    tab_to(page, page.get_by_role("link", name="Case keys"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Case keys")
    tab_to(page, page.get_by_role("link", name="Say that it has closed"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=3, name="Say that it has closed")).to_be_visible()
    tab_to(page, page.get_by_role("button", name="Send G"))
    page.keyboard.press("Enter")

    assert "it closed on" in " ".join(pages.reply_to("keys").text.split())
    page.context.close()


def test_each_action_has_a_key_of_its_own(pages: Rig, page: Page) -> None:
    pages.open(page, "Case find")
    keys = page.locator("[accesskey]").evaluate_all("all => all.map(each => each.accessKey)")

    assert len(set(keys)) == len(keys)
    assert set("asewcdtmbgn") <= set(keys)


def test_everything_works_without_javascript(pages: Rig) -> None:
    page = pages.visitor(java_script_enabled=False)
    page.get_by_label("Search sender").fill("Case plain")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Case plain").click()
    page.get_by_role("link", name="Ask for what is missing S").click()
    page.get_by_role("button", name="Look at it first").click()
    page.get_by_role("button", name="Ask", exact=False).last.click()

    assert "membership number" in pages.reply_to("plain").text
    page.context.close()
