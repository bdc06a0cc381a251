"""Who gets in, for how long, and what every answer carries: the pages as a stranger's program meets them."""

from __future__ import annotations

import http.client
import json
import re
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.charity import Charity
from tests.installation import PROGRAM
from tests.servers.dovecot import HOST, free_ports
from tests.web.rig import ADMIN, STAFF, Rig, add_staff, rig, serving


@pytest.fixture(scope="module")
def pages(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with rig(tmp_path_factory.mktemp("pages"), browser, []) as running:
        yield running


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def cookie(self) -> str:
        return self.headers.get("set-cookie", "").partition(";")[0]

    @property
    def form_token(self) -> str:
        found = re.search(r'name="form_token" value="(\w+)"', self.text)
        return found[1] if found else ""


@dataclass
class Program:
    """What speaks HTTP to the pages without being a browser."""

    address: str
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, form: Mapping[str, str] | None = None, **headers: str) -> Answer:
        place = urlsplit(self.address)
        connection = http.client.HTTPConnection(place.hostname or HOST, place.port)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        body = urlencode(form) if form is not None else None
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if form is not None else {}
        connection.request(method, path, body, {**self.headers, **kind, **named})
        response = connection.getresponse()
        text = response.read().decode("utf-8", "replace")
        connection.close()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, text)

    def log_in(self, name: str, password: str, next_: str = "", **headers: str) -> Answer:
        page = self.ask("GET", "/login")
        fields = {"form_token": page.form_token, "name": name, "password": password, "next": next_}
        return self.ask("POST", "/login", fields, Cookie=page.cookie, **headers)


@pytest.fixture
def program(pages: Rig) -> Program:
    return Program(pages.address)


def logged_in(pages: Rig, name: str = "Jo") -> Program:
    program = Program(pages.address)
    program.headers["Cookie"] = program.log_in(name, STAFF[name]).cookie
    return program


# --- logging in --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/queue", "/queue/ignored", "/queue/blocked", "/queue/abc", "/queue/abc/mails/1", "/queue/abc/mails/1/files/0/picture"],
)
def test_a_stranger_sees_the_log_in_and_nothing_else(program: Program, path: str) -> None:
    answer = program.ask("GET", path)

    assert (answer.status, answer.text) == (303, "")
    assert answer.headers["location"] == "/login?" + urlencode({"next": path})


def test_whoever_logs_in_comes_back_to_the_page_she_wanted(program: Program) -> None:
    answer = program.log_in("Jo", STAFF["Jo"], next_="/queue/ignored?page=2")

    assert (answer.status, answer.headers["location"]) == (303, "/queue/ignored?page=2")


@pytest.mark.parametrize(
    "next_", ["//elsewhere.example", "https://elsewhere.example/queue", "/queue\\..\\x", "/queue\r\nX: y", "x"]
)
def test_nobody_is_led_elsewhere_by_logging_in(program: Program, next_: str) -> None:
    assert program.log_in("Jo", STAFF["Jo"], next_=next_).headers["location"] == "/queue"


@pytest.mark.parametrize(
    ("name", "password"), [("Jo", "wrong"), ("Nobody", STAFF["Jo"]), ("", ""), ("Jo", ""), ("Jo", "x" * 9000)]
)
def test_a_wrong_name_and_a_wrong_password_are_told_alike(program: Program, name: str, password: str) -> None:
    answer = program.log_in(name, password, X_Forwarded_For="192.0.2.1")

    assert answer.status == 401
    assert "That name and password do not belong together." in answer.text
    assert "set-cookie" not in answer.headers


def test_too_many_attempts_have_to_wait_whoever_makes_them(pages: Rig) -> None:
    """By name and by address apart: neither many names from one place nor many places with one name get far."""
    program = Program(pages.address)
    by_name = [program.log_in("Guessed", str(turn), X_Forwarded_For=f"192.0.2.{turn}").status for turn in range(12)]
    by_place = [program.log_in(f"Name {turn}", "x", X_Forwarded_For="198.51.100.7").status for turn in range(12)]

    assert by_name == [401] * 10 + [429] * 2
    assert by_place == [401] * 10 + [429] * 2
    assert program.log_in("Jo", STAFF["Jo"], X_Forwarded_For="198.51.100.8").status == 303  # all others may


def test_a_session_ends_with_logging_out(pages: Rig) -> None:
    program = logged_in(pages)
    page = program.ask("GET", "/queue")
    left = program.ask("POST", "/logout", {"form_token": page.form_token})

    assert (page.status, left.headers["location"]) == (200, "/login")
    assert program.ask("GET", "/queue").status == 303


def test_a_session_ends_with_its_password_and_with_its_account(pages: Rig) -> None:
    add_staff(pages.charity, "Leaver", "a first pass phrase")
    STAFF["Leaver"] = "a first pass phrase"
    one = logged_in(pages, "Leaver")
    password(pages.charity, "password", "Leaver", "a second pass phrase")
    after_change = one.ask("GET", "/queue").status
    STAFF["Leaver"] = "a second pass phrase"
    two = logged_in(pages, "Leaver")
    before_removal = two.ask("GET", "/queue").status
    assert pages.charity.program("staff", "remove", "Leaver").returncode == 0

    assert (after_change, before_removal, two.ask("GET", "/queue").status) == (303, 200, 303)


def password(charity: Charity, command: str, name: str, given: str) -> subprocess.CompletedProcess[str]:
    asked = [str(PROGRAM), "staff", command, name, "--password-stdin"]
    return subprocess.run(asked, cwd=charity.folder, input=f"{given}\n", text=True, capture_output=True)


def test_a_password_is_kept_as_an_argon2_hash_alone(pages: Rig) -> None:
    with sqlite3.connect(pages.charity.folder / "swc-mailer.db") as store:
        hashes = [row[0] for row in store.execute("select password_hash from staff")]
    store.close()

    assert hashes
    assert all(each.startswith("$argon2id$") for each in hashes)


# --- forms -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "headers"),
    [
        ({}, {}),
        ({"form_token": "0" * 64}, {}),
        ({"form_token": "é"}, {}),
        ({"form_token": "right"}, {"Origin": "https://elsewhere.example"}),
        ({"form_token": "right"}, {"Origin": "null"}),
        ({"form_token": "right", "filler": "x" * 400_000}, {}),
        ({"form_token": "right"} | {f"field{number}": "" for number in range(300)}, {}),
    ],
)
def test_a_form_that_is_not_from_our_page_does_nothing(pages: Rig, form: dict[str, str], headers: dict[str, str]) -> None:
    program = logged_in(pages, ADMIN)
    page = program.ask("GET", "/queue")
    filled = {name: page.form_token if value == "right" else value for name, value in form.items()}
    answer = program.ask("POST", "/logout", filled, **headers)

    assert answer.status == 403
    assert program.ask("GET", "/queue").status == 200


def test_the_token_of_one_session_is_of_no_use_in_another(pages: Rig) -> None:
    one, other = logged_in(pages), logged_in(pages)
    token = one.ask("GET", "/queue").form_token

    assert other.ask("POST", "/logout", {"form_token": token}).status == 403


def test_a_reviewer_may_not_have_an_address_answered_again(pages: Rig) -> None:
    program = logged_in(pages, "Jo")
    token = program.ask("GET", "/queue/blocked").form_token

    assert program.ask("POST", "/queue/blocked", {"form_token": token, "address": "a@example.org"}).status == 403


# --- every answer ------------------------------------------------------------------------------------------

POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


@pytest.mark.parametrize(
    "path", ["/login", "/queue", "/nowhere", "/static/review.css", "/health", "/static/../app.py", "/queue/zz"]
)
def test_every_answer_forbids_scripts_frames_and_guesses(pages: Rig, path: str) -> None:
    headers = logged_in(pages).ask("GET", path).headers

    assert headers["content-security-policy"] == POLICY
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(program: Program) -> None:
    cookie = program.log_in("Jo", STAFF["Jo"]).headers["set-cookie"]

    assert re.fullmatch(r"review=[\w-]{43}; HttpOnly; Path=/; SameSite=lax", cookie)


def test_behind_a_proxy_with_tls_the_cookie_never_travels_in_the_clear(pages: Rig) -> None:
    port = str(free_ports(1)[0])
    settings = {"SWC_MAILER_SERVE__PORT": port, "SWC_MAILER_SERVE__PUBLIC_URL": "https://review.example.org"}
    with serving(pages.charity, **settings) as shown:
        program = Program(f"http://{HOST}:{port}/", {"Host": "internal:8025", "X-Forwarded-Proto": "https"})
        answer = program.log_in("Jo", STAFF["Jo"], Origin="https://review.example.org")
        cookie = answer.headers["set-cookie"]

    assert shown == "https://review.example.org"
    assert answer.status == 303
    assert re.fullmatch(r"__Host-review=[\w-]{43}; HttpOnly; Path=/; SameSite=lax; Secure", cookie)
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_head_and_health_and_metrics_need_no_log_in(program: Program) -> None:
    numbers = program.ask("GET", "/metrics").text

    assert program.ask("HEAD", "/login").status == 200
    assert json.loads(program.ask("GET", "/health").text) == {"status": "ok"}
    assert program.ask("HEAD", "/health").status == 200
    assert "swc_mailer_cases_waiting 0\n" in numbers
    assert "swc_mailer_letters_to_print 0\n" in numbers
    assert 'swc_mailer_messages{place="taken_in"} 0\n' in numbers


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("PUT", "/queue", 405), ("GET", "/queue/zz", 404)]
)
def test_what_is_not_there_is_told_in_a_page(pages: Rig, method: str, path: str, status: int) -> None:
    assert logged_in(pages).ask(method, path).status == status


def test_an_empty_queue_says_so(pages: Rig) -> None:
    page = pages.visitor()
    expect(page.get_by_role("heading", name="All done")).to_be_visible()
    page.context.close()


# --- the command -------------------------------------------------------------------------------------------


def test_nothing_is_served_where_nobody_could_log_in(pages: Rig) -> None:
    refused = pages.charity.program("serve", SWC_MAILER_STORE__URL="sqlite:///another.db")

    assert refused.returncode == 2
    assert refused.stderr == "swc-mailer: serve: nobody could log in: add a member of staff with swc-mailer staff add NAME.\n"


def test_a_port_that_is_taken_is_told(pages: Rig) -> None:
    refused = pages.charity.program("serve")

    assert refused.returncode == 2
    assert "cannot be used (Address already in use): see [serve] host and port" in refused.stderr


@pytest.mark.parametrize(("name", "given"), [("New", "short"), ("New", "x" * 1001), ("a\x07b", "long enough")])
def test_a_name_or_password_that_will_not_do_is_refused(pages: Rig, name: str, given: str) -> None:
    assert password(pages.charity, "add", name, given).returncode == 1
    assert {row["name"] for row in pages.charity.rows("staff", "list")} >= {"Jo", "Sam"}


def test_staff_are_listed_with_their_roles_and_without_their_passwords(pages: Rig) -> None:
    rows = {row["name"]: row for row in pages.charity.rows("staff", "list")}

    assert (rows["Jo"]["role"], rows["Sam"]["role"]) == ("reviewer", "admin")
    assert set(rows["Jo"]) == {"name", "role", "added_at"}
    assert password(pages.charity, "add", "Jo", "another pass phrase").returncode == 1
    assert password(pages.charity, "password", "Nobody", "another pass phrase").returncode == 1
    assert pages.charity.program("staff", "remove", "Nobody").returncode == 1
