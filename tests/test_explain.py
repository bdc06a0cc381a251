"""`explain`: what staff read of a message's decision, by the installed command."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from swc_mailer.words_of_explain import RULES_IN_WORDS
from tests.office import Office, open_office

DOCS = Path(__file__).parent.parent / "docs"
HEAD = """\
Received: from mail.example.org by mx.example.org; Mon, 10 Feb 2014 09:15:00 +0000
From: Ann Example <ann@example.org>
To: swc@example.org
Subject: Consultation documents
Message-ID: <1@example.org>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
"""
REQUEST = """\
Please send me the consultation documents.
My membership number is O123456, and my old number was 1112223.

12 Station Road
Leeds
LS6 2AB
"""
GOOD = """\
mail.eml: pack
Number 0123456 is Ann Example, current; address matches (house 12, street Station Road, postcode LS6 2AB). (details_match)

  from       Ann Example <ann@example.org>
  received   10 February 2014 at 09:15
  read as    a request for the pack: "Please send me the consultation documents"
  rule 24    by_register: one number and one full address are compared with the register
             23 rules before it did not apply; --verbose lists them

  subject    | Consultation documents
  writer     | Please send me the consultation documents.
             | My membership number is [1: O123456], and my old number was [2: 1112223].
             |
             | [3: 12 Station Road
             | Leeds
             | LS6 2AB]

Found:
  1 number 0123456, read "O123456" as "0123456"; counts
  2 number 1112223, does not count: the old number
  3 address 12 Station Road, Leeds, LS6 2AB; counts

The register:
  0123456 is Ann Example, current
  agrees: house 12, street Station Road, postcode LS6 2AB

What would have changed it:
  Had we not read "O123456" as "0123456": details_missing (number_missing).
  Received on 22 March 2014 at 00:00 or later: closed (after_deadline).

"""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return open_office(tmp_path)


def explained(office: Office, body: str, *options: str, head: str = HEAD) -> str:
    (office.folder / "mail.eml").write_text(f"{head}\n{body}", encoding="utf-8")
    return office.program("explain", "mail.eml", *options).stdout


def test_the_whole_account_of_a_request(office: Office) -> None:
    assert explained(office, REQUEST) == GOOD


WROTE = "On 3 Feb 2014, Jo <jo@example.org> wrote:"
CASES = [
    ("whose words are whose", f"{REQUEST}\n{WROTE}\n> Mine is 7654321\n", [f"  quoted     | {WROTE}\n"]),
    (
        "that nothing was found",
        "Please send me the consultation documents.",
        [
            "Found:\n  neither a membership number nor a postal address\n",
            "Once the writer gives what is missing, the register decides.",
        ],
    ),
    (
        "what a member's address would do",
        "Please send me the consultation documents. My number is 7654321. Yours, Bob Other",
        ["With the address of 7654321 in the register (3 Mill Lane, York, YO1 9XX): pack (details_match)."],
    ),
    (
        "where the register differs, and whom it knows there",
        REQUEST.replace("O123456", "7654329"),
        [
            "  differs: number 7654329 is not in the register\n  0123456 Ann Example, 12 Station Road, Leeds, LS6 2AB (current)",
            "With number 0123456 (Ann Example, at this address): pack (details_match).",
        ],
    ),
    (
        "what stands only in quoted words",
        f"Here is my address: 12 Station Road, Leeds LS6 2AB\n\n{WROTE}\n> My membership number is 0123456\n",
        [
            f"  quoted     | {WROTE}\n             | > My membership number is [2: 0123456]\n",
            "  2 number 0123456; does not count: in quoted or forwarded words\n",
        ],
    ),
]


@pytest.mark.parametrize(("body", "shown"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_it_shows(office: Office, body: str, shown: list[str]) -> None:
    account = explained(office, body)

    assert [piece for piece in shown if piece not in account] == [], account


def test_a_message_without_any_text_is_explained_as_well(office: Office) -> None:
    account = explained(office, "", head=HEAD.replace("Subject: Consultation documents\n", ""))

    assert "Found:\n  neither a membership number nor a postal address\n" in account


def test_it_shows_the_signs_of_a_machine_with_their_strength(office: Office) -> None:
    account = explained(office, REQUEST, head=f"{HEAD}Auto-Submitted: auto-replied\n")

    assert account.startswith("mail.eml: ignore\n")
    assert "  Auto-Submitted: auto-replied (auto_reply; A: enough by itself)\n" in account
    assert '  Without the sign "Auto-Submitted: auto-replied": pack (details_match).\n' in account


def test_verbose_lists_the_rules_that_did_not_apply_and_gives_reasons(office: Office) -> None:
    account = explained(office, REQUEST, "--verbose")

    assert "  not 14     no_request: a question, a complaint, an opinion\n" in account
    assert "closed (after_deadline). Received 22 March 2014 at 00:00, after the deadline (21 March 2014).\n" in account


def test_long_quotes_are_shortened_but_for_what_was_found_in_them(office: Office) -> None:
    quoted = [*(f"> line {count}" for count in range(50)), "> My membership number is 0123456", "> the end"]
    body = "\n".join(["My address is 12 Station Road, Leeds LS6 2AB", "", WROTE, *quoted])
    brief, full = explained(office, body), explained(office, body, "--verbose")

    assert "(… 47 lines …)\n             | > My membership number is [2: 0123456]\n             | (… 1 line …)\n" in brief
    assert "| > line 30\n" not in brief
    assert "| > line 30\n" in full


def test_a_long_line_is_shortened(office: Office) -> None:
    body = f"Please send me the consultation documents. {'word ' * 20_000}"

    assert "(… 99,0" in explained(office, body)
    assert len(explained(office, body)) < 4000 < len(explained(office, body, "--verbose"))


def test_what_a_terminal_would_obey_is_not_shown_to_it(office: Office) -> None:
    account = explained(office, f"{REQUEST}\x1b[2J\x07 \u202ereversed\n", head=HEAD.replace("Ann Example", "=?utf-8?q?=1B]0;x?="))

    assert re.findall("[\x00-\x09\x0b-\x1f\x7f\u202e]", account) == []


def test_json_says_nothing_more_than_before(office: Office) -> None:
    (office.folder / "mail.eml").write_text(f"{HEAD}\n{REQUEST}", encoding="utf-8")

    names = "file message_id received outcome reasons membership_number postal_address postcode missing evidence"
    assert list(office.json("explain", "mail.eml")) == names.split()


def test_rules_are_told_in_the_words_of_the_policy_page_and_in_its_order() -> None:
    page = " ".join((DOCS / "policy.md").read_text(encoding="utf-8").split())
    told = [f"{number}. `{name}`: {words}" for number, (name, words) in enumerate(RULES_IN_WORDS.items(), 1)]

    assert [rule for rule in told if not re.search(rf"{re.escape(rule)}[.:,]", page)] == []
    assert len(told) == len(re.findall(r"\d+\. `\w+`:", page))
