"""The review queue as a person and a script meet it: the installed command, its words, its exit codes, and the guided walk."""

from __future__ import annotations

import io
import json
import os
import pwd
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from swc_mailer import cli
from swc_mailer.ports import DueReply
from tests.installation import PROGRAM
from tests.review import ASKS, HOME, Review, mail

UNKNOWN = mail(f"{ASKS}My membership number is 9999999.\n\n{HOME}\n")
QUESTION = mail("Why was I not told of this consultation before? I am rather cross.", sender="Cy Example <cy@example.org>")
AWAY = mail("I am away until Monday.", subject="Automatic reply: Consultation", Auto_Submitted="auto-replied")

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def review(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Review:
    monkeypatch.chdir(tmp_path)
    return Review(tmp_path)


@pytest.fixture
def run(review: Review, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line in this process; its exit code, and what it said on both streams."""

    def run_(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli.main(words)
        return code, *capsys.readouterr()

    return run_


def program(review: Review, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    environ = {"PATH": "/usr/bin:/bin", "HOME": "/nowhere"}
    return subprocess.run(
        [PROGRAM, *arguments], cwd=review.folder, env=environ, input=typed, capture_output=True, text=True, timeout=60
    )


# --- the installed command ---------------------------------------------------------------------------------


def test_a_script_lists_approves_and_finds_nothing_more(review: Review) -> None:
    review.take_in(UNKNOWN)
    listed = program(review, "queue", "list", "--json")
    case = json.loads(listed.stdout)
    waiting = program(review, "status", "--json")
    approved = program(review, "queue", "approve", case["id"], "--number", "1234567")

    assert (case["reason"], case["membership_number"]) == ("number_unknown", "9999999")
    assert (waiting.returncode, json.loads(waiting.stdout)["waiting"]) == (1, 1)
    assert (approved.returncode, approved.stderr) == (0, "")
    assert approved.stdout == (
        "The pack goes to ann@example.org, for Ann Example (1234567, current).\n"
        f"The next run sends it; until then `swc-mailer queue undo {case['id']}` takes it back.\n"
    )
    assert program(review, "queue", "list").stdout == "Nothing waits.\n"
    assert program(review, "status", "--quiet").returncode == 0
    assert [due.kind for due in due_today(review)] == ["pack"]


def test_a_script_reads_what_each_action_does(review: Review, run: Run) -> None:
    case_id = review.case(UNKNOWN)

    def told(*words: str) -> dict[str, Any]:
        code, out, complaint = run("queue", *words, "--json")
        assert (code, complaint) == (0, "")
        return dict(json.loads(out))

    looked = told("close", case_id, "--preview")
    by_post = told("approve", case_id, "--number", "1234567", "--by-post", "--preview")
    asked = told("ask", case_id, "--missing", "membership_number")
    assert (looked["done"], looked["outcome"]) == (False, "closed")
    assert "closed on" in str(looked["text"])
    assert (by_post["reply"], by_post["posted"]["to"][0]) == (None, "Ann Example")
    assert (asked["id"], asked["action"], asked["outcome"], asked["done"]) == (case_id, "ask", "details_missing", True)
    assert (asked["reply"]["to"], asked["posted"]) == ("ann@example.org", None)
    assert told("undo", case_id)["told"] == f"The last decision on case {case_id} is taken back."
    assert told("note", case_id, "Rang", "her")["told"] == f"The note stands with case {case_id}."
    assert told("dismiss", case_id)["reply"] is None
    assert told("take", case_id)["told"] == f"It waits as case {case_id}."
    assert told("settle", case_id)["outcome"] == "settled"


def due_today(review: Review) -> list[DueReply]:
    """The program's own clock is not that of the tests."""
    with review.store() as store:
        return store.due(now=datetime.now(UTC), limit=10)


def test_the_audit_names_the_computers_user_whatever_the_environment_says(review: Review) -> None:
    case_id = review.case(UNKNOWN)
    environ = {"PATH": "/usr/bin:/bin", "LOGNAME": "somebody", "USER": "somebody"}
    subprocess.run([PROGRAM, "queue", "settle", case_id], cwd=review.folder, env=environ, check=True, capture_output=True)
    with review.store() as store, store._reading() as connection:
        audit = connection.exec_driver_sql("select who, action, request_id from audit").all()

    assert audit == [(pwd.getpwuid(os.getuid()).pw_name, "settle", case_id)]


def test_an_answer_is_read_from_standard_input(review: Review) -> None:
    case_id = review.case(QUESTION)
    ran = program(review, "queue", "answer", case_id, "--subject", "About your letter", typed="Dear Cy,\n\nwe are sorry.\n")

    assert (ran.returncode, ran.stderr) == (0, "")
    (due,) = due_today(review)
    assert b"Subject: About your letter\r\n" in due.head
    assert b"Dear Cy," in due.head


# --- what is said ------------------------------------------------------------------------------------------


def test_the_list_shows_who_waits_for_what_and_counts_the_reasons(review: Review, run: Run) -> None:
    review.take_in(UNKNOWN, QUESTION)
    code, said, _ = run("queue", "list")

    assert code == 0
    assert "ann@example.org" in said
    assert "2 cases: 1 number unknown, 1 no request." in said or "2 cases: 1 no request, 1 number unknown." in said
    assert run("queue", "list", "--search", "nobody")[1] == "Nothing waits.\n"
    assert run("queue", "list", "--search", "nobody", "--quiet") == (0, "", "")


def test_a_case_is_shown_whole_with_the_command_that_most_likely_settles_it(review: Review, run: Run) -> None:
    case_id = review.case(UNKNOWN)
    run("queue", "note", case_id, "Telephoned,", "calls back")
    code, said, _ = run("queue", "show", case_id)

    assert code == 0
    for line in (
        "  Number 9999999 is not in the register. (number_unknown)",
        "please send me the consultation documents.",
        "  number 9999999",
        "  address 12 Station Road, Leeds, LS6 2AB",
        "  1234567 Ann Example, 12 Station Road, Leeds, LS6 2AB (current), by postcode LS6 2AB: agrees in",
        "  Telephoned, calls back (",
        f"Most likely: swc-mailer queue ask {case_id} --missing membership_number",
    ):
        assert line in said
    assert json.loads(run("queue", "show", case_id, "--json")[1])["notes"][0]["text"] == "Telephoned, calls back"


def test_a_hostile_mail_cannot_command_the_terminal(review: Review, run: Run) -> None:
    text = "Why so late? \x1b[2J\x07 Cross, I am.\tYes. \u202e\n" + "line\n" * 200
    case_id = review.case(mail(text, sender='"\x1b]0;x" <cy@example.org>', subject="Why \u202eso"))
    for command in (("queue", "list"), ("queue", "show", case_id)):
        said = run(*command)[1]

        assert not {"\x1b", "\x07", "\u202e"} & set(said)
    assert "lines more)" in run("queue", "show", case_id)[1]


def test_a_preview_shows_the_reply_and_does_nothing(review: Review, run: Run) -> None:
    case_id = review.case(UNKNOWN)
    code, said, _ = run("queue", "ask", case_id, "--missing", "both", "--add", "Is it Mrs Example?", "--preview")

    assert code == 0
    for line in ("To: ann@example.org", "Subject: ", "Is it Mrs Example?", "your membership number"):
        assert line in said
    assert "[the pack is attached]" in run("queue", "approve", case_id, "--number", "1234567", "--preview")[1]
    assert (review.waiting(), review.due()) == (["number_unknown"], [])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", "nothere"], "There is no case nothere: see swc-mailer queue list."),
        (["settle", "nothere"], "There is no case nothere: see swc-mailer queue list."),
        (["take", "i7"], "There is no message i7: see swc-mailer queue list --ignored."),
        (["note", "nothere", "x"], "There is no case nothere: see swc-mailer queue list."),
        (["merge", "nothere", "nowhere"], "There is no case nowhere: see swc-mailer queue list."),
        (["block", "everybody"], "everybody is no address that mail can be sent to: write it as name@example.org."),
        (["answer", "nothere", "--file", "missing.txt"], "missing.txt cannot be read: No such file or directory."),
        (["redecide", "nothere"], "There is no case nothere: see swc-mailer queue list."),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_gives_1(review: Review, run: Run, words: list[str], said: str) -> None:
    assert run("queue", *words) == (1, "", f"swc-mailer: {said}\n")


def test_an_answer_that_is_no_text_is_refused(review: Review, run: Run) -> None:
    (review.folder / "answer.docx").write_bytes(b"PK\x03\x04\xff\xfe")

    assert "is no UTF-8 text" in run("queue", "answer", "nothere", "--file", "answer.docx")[2]


def test_ignored_mail_is_listed_and_taken(review: Review, run: Run) -> None:
    review.take_in(AWAY)
    (listed,) = [json.loads(line) for line in run("queue", "list", "--ignored", "--json")[1].splitlines()]

    assert listed["reason"] == "auto_reply"
    assert "`swc-mailer queue take ID` puts one into the queue." in run("queue", "list", "--ignored")[1]
    assert "It waits as case" in run("queue", "take", listed["id"])[1]
    assert run("queue", "list", "--ignored")[1] == "Nothing was ignored.\n"


def test_the_list_of_blocked_addresses_is_kept_from_the_command_line(review: Review, run: Run) -> None:
    assert run("queue", "block")[1] == "No address is on the list.\n"
    assert run("queue", "block", "loop@example.org")[1] == "loop@example.org will never be answered.\n"
    run("queue", "block", "other@example.org", "--quiet")
    assert run("queue", "block")[1] == "loop@example.org\nother@example.org\n"
    assert run("queue", "block", "loop@example.org", "--remove")[1] == "loop@example.org may be answered again.\n"


def test_cases_are_corrected_merged_and_decided_again(review: Review, run: Run) -> None:
    review.take_in(UNKNOWN, QUESTION)
    one, two = [json.loads(line)["id"] for line in run("queue", "list", "--json")[1].splitlines()]

    assert "is part of" in run("queue", "merge", two, one)[1]
    assert "1 case decided otherwise than before." in run("queue", "redecide")[1]
    assert run("queue", "redecide")[1] == "0 cases decided otherwise than before.\n"
    assert json.loads(run("queue", "redecide", one, "--json")[1])["changed"] is False
    assert "as before" in run("queue", "redecide", one)[1]
    assert "Number 1234567 is Ann Example" in run("queue", "correct", one, "--number", "1234567", "--address", HOME)[1]
    assert run("queue", "undo", one)[1] == f"The last decision on case {one} is taken back.\n"
    assert run("queue", "dismiss", one)[1] == f"Case {one} is dismissed; its messages go to Ignored.\n"


def test_replay_shows_what_would_change(review: Review, run: Run) -> None:
    review.take_in(UNKNOWN)
    assert run("replay")[1] == "1 message decided again; 0 outcomes would change. Nothing was changed.\n"
    review.write_register("9999999,Ann Example,12 Station Road,,Leeds,,LS6 2AB,,current\n")
    code, said, _ = run("replay")

    assert code == 0
    assert "review" in said
    assert "1 outcome would change" in said
    assert json.loads(run("replay", "--json")[1])["now"] == "pack"


def test_status_says_in_words_what_needs_a_person(review: Review, run: Run) -> None:
    assert run("status")[0] == 0
    review.take_in(UNKNOWN)
    with review.store() as store:
        store.run_ended(store.run_started(now=review.now), counts={}, error="The server went away.", now=review.now)
    code, said, _ = run("status", "--quiet")

    assert code == 1
    assert "Waiting for a person: 1 case, the oldest since 10 February 2014" in said
    assert "The last run ended with an error: The server went away." in said


# --- the guided walk ---------------------------------------------------------------------------------------


def test_the_walk_settles_one_case_after_the_other_in_the_same_words(review: Review) -> None:
    review.take_in(UNKNOWN, QUESTION)
    with review.store() as store:
        codes = [case.reasons[0]["code"] for case in store.queue()]
    steps = {"number_unknown": ["a", "1234567", "y"], "no_request": ["w", "Dear Cy,", "sorry.", ".", "p", "y"]}
    ran = program(review, "queue", "work", typed="\n".join(line for code in codes for line in steps[code]) + "\n")

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "a  send the pack to this member" in ran.stdout
    assert "The pack goes to ann@example.org, for Ann Example (1234567, current)." in ran.stdout
    assert "Subject: Re: Consultation" in ran.stdout
    assert "2 cases settled. The next run sends what is due." in ran.stdout
    assert review.waiting() == []


def test_enter_takes_what_is_suggested_and_no_leaves_the_case(review: Review) -> None:
    review.take_in(UNKNOWN)
    ran = program(review, "queue", "work", typed="\n\nn\nx\n")

    assert "k  ask for what is missing  (Enter)" in ran.stdout
    assert "ann@example.org is asked for the membership number." in ran.stdout
    assert "0 cases settled." in ran.stdout
    assert review.waiting() == ["number_unknown"]


@pytest.mark.parametrize(
    ("typed", "waits"),
    [
        ("d\ny\n", []),
        ("s\ny\n", []),
        ("c\ny\n", []),
        ("k\n\ny\n", []),
        ("o\n1234567\n\ny\n", []),
        ("n\nTelephoned\nd\ny\n", []),
        ("r\nx\n", ["number_unknown"]),
        ("m\nx\n", ["number_unknown"]),
        ("u\nx\n", ["number_unknown"]),
        ("a\n9999999\nq\n", ["number_unknown"]),
        ("what\nq\n", ["number_unknown"]),
        ("", ["number_unknown"]),
        ("d\n", ["number_unknown"]),
    ],
)
def test_every_key_does_what_it_says_and_the_end_of_input_ends_the_walk(
    review: Review, run: Run, monkeypatch: pytest.MonkeyPatch, typed: str, waits: list[str]
) -> None:
    review.take_in(UNKNOWN)
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    code, _, complaints = run("queue", "work")

    assert (code, complaints) == (0, "")
    assert review.waiting() == waits


def test_the_last_decision_of_a_walk_can_be_taken_back(review: Review) -> None:
    review.take_in(UNKNOWN, QUESTION)
    ran = program(review, "queue", "work", typed="s\ny\nu\nx\n")

    assert "is taken back; it waits again." in ran.stdout
    assert "0 cases settled." in ran.stdout
    assert len(review.waiting()) == 2


def test_an_empty_queue_says_so(review: Review) -> None:
    assert program(review, "queue", "work").stdout == "Nothing waits.\n"
