"""Replies that a person must look at: in a trial run before they go, and where they did not arrive."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.web.mails import mail
from tests.web.rig import eventually, rig

ASKS = "Please send me the consultation pack.\n\nAnn Example\n12 Station Road\nLeeds LS6 2AB\n"
REFUSED_ONCE = "rcpt@refused@example.org#1=550 5.1.1 no such user"
NO_ANSWER = "dot@unknown@example.org=take close"


def test_in_a_trial_run_each_reply_waits_for_approval_and_may_be_sent_again(browser: Browser, tmp_path: Path) -> None:
    mails = [mail(name, f"Case {name}", ASKS) for name in ("refused", "unknown")]
    with rig(tmp_path, browser, mails, faults=[REFUSED_ONCE, NO_ANSWER], delivery={"hold": True}) as pages:
        page = pages.visitor()
        expect(page.get_by_role("heading", level=1)).to_have_text("2 cases wait")
        expect(page.get_by_role("navigation", name="Reasons")).to_contain_text("Reply waits for approval 2")
        for name in ("refused", "unknown"):
            pages.open(page, f"Case {name}")
            expect(page.get_by_label("The reply as it would go out")).to_contain_text("your membership number")
            assert pages.replies_to(name) == []
            page.get_by_role("button", name="Send it").click()
            expect(page.get_by_role("status").filter(has_text="Jo")).to_be_visible()

        eventually(lambda: len(pages.replies_to("unknown")) == 1)
        eventually(lambda: pages.charity.program("run", "--json").returncode < 2 and len(pages.replies_to("unknown")) == 2)
        page.goto("/queue")
        expect(page.get_by_role("navigation", name="Reasons")).to_contain_text("Undeliverable 1")
        expect(page.get_by_role("navigation", name="Reasons")).to_contain_text("Delivery unknown 1")
        pages.open(page, "Case refused")
        expect(page.get_by_role("region", name="Why it waits")).to_contain_text("no such user")
        page.get_by_role("button", name="Send it again").click()
        assert "membership number" in pages.reply_to("refused").text

        pages.open(page, "Case unknown", "?do=mark-sent")
        page.get_by_role("button", name="Mark as sent").click()
        expect(page.get_by_role("heading", name="All done")).to_be_visible()
        page.context.close()
