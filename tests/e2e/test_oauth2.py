"""The log-in by token, as an operator sees it: the installed command, a token endpoint, mail servers that take tokens alone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.contracts.mailboxes import WHEN
from tests.e2e.charity import Charity
from tests.e2e.hosts import DovecotMailbox
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer
from tests.servers.tokens import CLIENT, SECRET, TENANT, USER, TokenEndpoint

REGISTER = (
    "membership_number,name,address_1,address_2,town,county,postcode,email,status\n"
    "0123456,Ann Example,12 Station Road,,Leeds,,LS6 2AB,,current\n"
)
ASKS = (
    b"From: Ann Example <ann@example.org>\r\nTo: swc@example.org\r\nSubject: Consultation\r\n"
    b"Message-ID: <ann@mail.example.org>\r\nDate: Mon, 10 Feb 2014 09:15:00 +0000\r\n\r\n"
    b"Dear Sir or Madam,\r\n\r\nPlease send me the consultation documents.\r\n\r\nAnn Example\r\n"
)
SECRETS = (SECRET, "access-token", "refresh-token", "device-1")


class Office(Charity):
    """A charity whose mail servers take tokens, and know them by the endpoint."""

    endpoint: TokenEndpoint
    shown: str = ""

    def program(self, *arguments: str, **environment: str) -> Any:
        ran = super().program(*arguments, **environment)
        self.shown += ran.stdout + ran.stderr
        return ran

    def let_the_token_end(self) -> None:
        file = self.folder / "swc-mailer-tokens.json"
        content = json.loads(file.read_text())
        for each in content["tokens"].values():
            each["expires_at"] = "2014-02-10T09:15:00+00:00"
        file.write_text(json.dumps(content))


Opened = Callable[..., Office]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Opens an office whose IMAP server has this mechanism alone."""
    with ExitStack() as stack:
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))

        def office(mechanism: str = "xoauth2", **oauth2: str) -> Office:
            endpoint = stack.enter_context(TokenEndpoint(authority))
            dovecot = stack.enter_context(Dovecot(mechanisms=mechanism, introspection=endpoint.introspection))
            mailbox = DovecotMailbox(dovecot, {"port": dovecot.port, "security": "none"}, username=USER, password="")
            smtp = stack.enter_context(SmtpServer(login=USER, auth_methods="XOAUTH2", tokens=endpoint.good))
            made = Office(tmp_path, mailbox, smtp)
            made.endpoint = endpoint
            of_imap = {
                "provider": "microsoft",
                "flow": "device",
                "tenant": TENANT,
                "client_id": CLIENT,
                "authority": endpoint.url,
                "ca_file": "ca.pem",
            }
            made.write(
                REGISTER,
                smtp={"username": USER, "from_address": USER},
                consultation={"deadline": "2114-03-21"},
                **{"imap.oauth2": of_imap | oauth2, "smtp.oauth2": {"provider": "microsoft"}},
            )
            (tmp_path / "config.toml").chmod(0o600)
            mailbox.deliver([(ASKS, WHEN)])
            return made

        yield office


@pytest.mark.parametrize(
    ("mechanism", "oauth2"),
    [("xoauth2", {}), ("oauthbearer", {"flow": "client_credentials", "client_secret": SECRET})],
    ids=["somebody by XOAUTH2", "the application by OAUTHBEARER"],
)
def test_one_log_in_serves_for_reading_and_for_sending(opened: Opened, mechanism: str, oauth2: dict[str, str]) -> None:
    office = opened(mechanism, **oauth2)
    logged_in, ran = office.program("login"), office.program("run")

    assert (logged_in.returncode, logged_in.stderr) == (0, "")
    assert f"The tokens for imap and smtp of {USER} are kept. `swc-mailer check` tries them." in logged_in.stdout
    assert ran.returncode == 0, ran.stderr
    assert [taken.user for taken in office.smtp.taken] == [USER]
    assert {name: len(mails) for name, mails in office.mailbox.folders().items() if mails} == {"answered": 1}
    assert not any(secret in office.shown for secret in SECRETS)
    assert modules_of_a_run(office).isdisjoint({"msal", "google.auth", "requests", "cryptography"})


def modules_of_a_run(office: Office) -> set[str]:
    """What a tick of cron loads that finds nothing to do and a token that is still good."""
    look = "import sys; from swc_mailer.cli import main; assert main(['run']) == 0; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", look], cwd=office.folder, capture_output=True, text=True, check=True)
    return set(ran.stdout.split())


def test_consent_that_was_withdrawn_loses_no_mail_and_says_what_to_do(opened: Opened) -> None:
    office = opened()
    office.program("login")
    office.endpoint.revoke()
    refused = office.program("run")
    office.let_the_token_end()
    ended = office.program("run")

    assert (refused.returncode, ended.returncode) == (2, 2)
    assert f"refused the log-in of {USER}" in refused.stderr
    assert "imap.oauth2: Microsoft gave no token" in ended.stderr
    assert "log in again with `swc-mailer login`" in ended.stderr
    assert len(office.mailbox.folders()["inbox"]) == 1
    assert office.program("login").returncode == 0
    assert office.program("run").returncode == 0
    assert len(office.smtp.taken) == 1
    assert not any(secret in office.shown for secret in SECRETS)


def test_check_and_status_foretell_what_ends(opened: Opened) -> None:
    office = opened(client_secret_expires="2014-02-10")
    before = office.program("status", "--json")
    office.endpoint.extra = {"refresh_token_expires_in": 604_800}
    office.program("login")
    checked, after = office.program("check"), office.program("status", "--json")
    (login,) = json.loads(after.stdout)["oauth2"]

    assert before.returncode == 1
    assert json.loads(before.stdout)["oauth2"][0]["trouble"] == "nobody has logged in yet: run `swc-mailer login`"
    assert checked.returncode == 0, checked.stdout
    assert (
        f"ok       Tokens: imap and smtp as {USER}: somebody logged in by device code; a new token is good until"
        in checked.stdout
    )
    assert f"warning  Tokens: the client secret of {USER} ended on 2014-02-10 -- make a new one" in checked.stdout
    assert f"warning  Tokens: the log-in of {USER} ends on " in checked.stdout
    assert (login["sections"], login["flow"], login["client_secret_expires"]) == (["imap", "smtp"], "device", "2014-02-10")
    assert login["token_expires"] < login["login_ends"]
    assert after.returncode == 1
    assert f"Soon nobody is let in: the log-in of {USER} ends on " in office.program("status").stdout


def test_check_tells_of_tokens_that_others_can_read_and_of_none_that_it_gets(opened: Opened) -> None:
    office = opened()
    office.program("login")
    office.endpoint.revoke()
    (office.folder / "swc-mailer-tokens.json").chmod(0o640)
    checked = office.program("check")

    assert checked.returncode == 1
    assert "swc-mailer-tokens.json can be read by other users -- chmod 600" in checked.stdout
    assert "problem  Tokens: imap.oauth2: Microsoft gave no token" in checked.stdout


def test_a_token_for_another_mailbox_is_refused_with_its_mend(opened: Opened) -> None:
    office = opened()
    office.endpoint.user = "other@example.org"
    logged_in, ran = office.program("login"), office.program("run")

    assert "(as other@example.org)" in logged_in.stdout
    assert ran.returncode == 2
    assert "the token lets nobody in here" in ran.stderr


def test_without_oauth2_there_is_nothing_to_log_in_for(opened: Opened) -> None:
    office = opened()
    office.write(REGISTER, imap={"password": "hush"})
    ran = office.program("login")

    assert ran.returncode == 2
    assert "imap.oauth2.provider: is not given" in ran.stderr
