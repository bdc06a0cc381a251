"""`check` on real servers, by the installed command: each thing that is wrong is a line with its mend."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from swc_mailer.commands.check import check_limits, check_pack, check_secrets
from swc_mailer.config_file import read_config
from tests.e2e.charity import Charity
from tests.e2e.hosts import DovecotMailbox
from tests.servers.dovecot import Dovecot, free_ports
from tests.servers.smtp import SmtpServer
from tests.servers.web import WebServer

HEADINGS = "membership_number,name,address_1,address_2,town,county,postcode,email,status\n"
ANN = "0123456,Ann Example,12 Station Road,,Leeds,,LS6 2AB,,current\n"
BOB = "7654321,Bob Other,3 Mill Lane,,Bonn,,53113,,lapsed\n"
WITHOUT_NUMBER = ",Dan Numberless,1 High Street,,Leeds,,LS6 2AB,,current\n"
WITHOUT_POSTCODE = "1112223,Cara None,1 High Street,,Leeds,,,,current\n"
FROM = {"from_address": "swc@office.test"}  # no domain of the public DNS
SOON, LATER = timedelta(days=20), timedelta(days=90)


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture
def charity(dovecot: Dovecot, tmp_path: Path) -> Iterator[Charity]:
    with SmtpServer() as smtp:
        mailbox = DovecotMailbox(dovecot, {"port": dovecot.port, "security": "none"}, username=tmp_path.name)
        charity = Charity(tmp_path, mailbox, smtp)
        charity.write(HEADINGS + ANN, smtp=FROM)
        yield charity


def lines(charity: Charity, *arguments: str, code: int = 0) -> list[str]:
    ran = charity.program("check", *arguments)

    assert ran.returncode == code, ran.stdout + ran.stderr
    return ran.stdout.splitlines()


def one(lines: list[str], beginning: str) -> str:
    (found,) = (line for line in lines if line.split(maxsplit=1)[1].startswith(beginning))
    return found


def test_the_register_is_told_in_figures_with_the_lines_to_mend(charity: Charity) -> None:
    path = charity.folder / "members.csv"
    path.write_text(HEADINGS + ANN + BOB + WITHOUT_NUMBER + WITHOUT_POSTCODE + ANN)
    path.chmod(0o604)
    told = [line for line in lines(charity) if "Register: " in line]

    assert f"ok       Register: 4 members in {path}" in told
    assert f"warning  Register: {path} is open to every user of this computer -- chmod o= {path}" in told
    assert any(f"{path}, line 4 " in line for line in told)
    assert any(f"{path}, line 6 has the number 0123456, which line 2 has as well" in line for line in told)
    assert any("1 members have no postcode (members.csv, line 5)" in line for line in told)
    assert any("1 members have a postcode that is no British one (members.csv, line 3)" in line for line in told)
    assert 'ok       Register: statuses: "current" 3, "lapsed" 1' in told


def test_a_configuration_with_the_password_of_the_store_is_a_secret(charity: Charity) -> None:
    charity.write(HEADINGS + ANN, store={"url": "postgresql://jo:hush@db.example.org/swc"})
    file = charity.folder / "config.toml"
    environ = {"SWC_MAILER_IMAP__PASSWORD": "x"}  # stands in for the one that is written there
    file.write_text("\n".join(line for line in file.read_text().splitlines() if not line.startswith("password")))
    file.chmod(0o644)
    (told,) = check_secrets(read_config(file, environ))

    assert told.mend == f"chmod 600 {file}"


@pytest.mark.parametrize(
    ("host", "more", "mends"),
    [
        ("smtp.office365.com", {}, ['set smtp.limits = "microsoft365"']),
        ("smtp.gmail.com", {"messages_per_day": 500}, []),
        ("smtp.gmail.com", {"limits": "google"}, []),
        ("smtp.example.org", {}, []),
    ],
)
def test_a_provider_whose_limits_nobody_has_set_is_named(
    charity: Charity, host: str, more: dict[str, str | int], mends: list[str]
) -> None:
    charity.write(HEADINGS + ANN, smtp=FROM | {"host": host} | more)

    assert [told.mend for told in check_limits(read_config(charity.folder / "config.toml", {}))] == mends


@pytest.mark.parametrize(
    ("size", "level", "limit"), [(7_000_000, "ok", ""), (8_000_000, "warning", "10 MB"), (20_000_000, "warning", "25 MB")]
)
def test_a_pack_that_many_servers_would_not_take_is_told_with_its_size(
    charity: Charity, size: int, level: str, limit: str
) -> None:
    (charity.folder / "pack" / "large.pdf").write_bytes(bytes(size))
    (told,) = check_pack(read_config(charity.folder / "config.toml", {}))

    assert told.level == level
    assert " bytes as sent" in told.what
    assert limit in told.mend


def test_a_pack_that_our_own_server_does_not_take_is_a_problem(charity: Charity) -> None:
    with SmtpServer(faults=["ehlo=250-hello\r\n250 SIZE 70000"]) as charity.smtp:
        charity.write(HEADINGS + ANN, smtp=FROM)
        told = one(lines(charity, code=1), "Sending: 127.0.0.1 takes")

    assert told.startswith("problem  Sending: 127.0.0.1 takes messages of 70,000 bytes at most, and a reply with the pack has ")


def secure(stack: ExitStack, folder: Path, lasts: timedelta) -> Charity:
    authority, until = trustme.CA(), datetime.now(UTC) + lasts
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", not_after=until).configure_cert(context)
    server = stack.enter_context(Dovecot(authority=authority, certified_until=until))
    smtp = stack.enter_context(SmtpServer(context=context))
    settings: dict[str, str | int] = {"port": server.tls_port, "security": "tls", "ca_file": "ca.pem"}
    charity = Charity(folder, DovecotMailbox(server, settings, host="localhost"), smtp)
    charity.write(HEADINGS + ANN, smtp=FROM | {"host": "localhost", "security": "starttls", "ca_file": "ca.pem"})
    return charity


@pytest.mark.parametrize(("lasts", "level"), [(SOON, "warning"), (LATER, "ok")])
def test_a_certificate_that_runs_out_soon_is_told_in_time(tmp_path: Path, lasts: timedelta, level: str) -> None:
    day = f"{datetime.now(UTC) + lasts:%Y-%m-%d}"
    with ExitStack() as stack:
        told = lines(secure(stack, tmp_path, lasts))

    for name in ("Mailbox", "Sending"):
        line = one(told, f"{name}: the certificate")
        assert line.startswith(f"{level:<9}{name}: the certificate of localhost runs out on {day}")


def test_a_certificate_that_has_run_out_is_called_so(tmp_path: Path) -> None:
    with ExitStack() as stack:
        told = lines(secure(stack, tmp_path, -timedelta(days=1)), code=1)

    assert len([line for line in told if "has run out: ask whoever runs the server to renew it" in line]) == 2


def test_where_all_is_well_a_test_mail_goes_and_no_ping(charity: Charity) -> None:
    with WebServer() as web:
        outside = {"health": {"ping_url": f"{web.address}/secret"}, "metrics": {"textfile": "swc.prom"}}
        charity.write(HEADINGS + ANN, smtp=FROM, notice={"to": ["office@example.org"]}, **outside)
        told = lines(charity, "--send-test", "jo@example.org")

        assert web.asked == []
    assert one(told, "Test mail: ").startswith("ok")
    assert [taken.rcpt_to for taken in charity.smtp.taken] == [("jo@example.org",)]
    assert one(told, "Health: ").startswith("ok")
    assert one(told, "Metrics: ").startswith("ok")
    assert one(told, "Staff: ") == "ok       Staff: notice.to: office@example.org"
    assert not list(charity.folder.glob(".swc.prom*"))


def test_who_cannot_be_told_is_named(charity: Charity) -> None:
    (nobody,) = free_ports(1)
    outside = {"health": {"ping_url": f"http://127.0.0.1:{nobody}/secret"}, "metrics": {"textfile": "nowhere/swc.prom"}}
    charity.write(HEADINGS + ANN, smtp=FROM, notice={"to": ["office@example.org", "Office@example.org"]}, **outside)
    told = lines(charity, code=1)

    assert one(told, "Health: ").startswith(f"warning  Health: health.ping_url: 127.0.0.1:{nobody} could not be reached")
    assert "secret" not in one(told, "Health: ")
    assert one(told, "Metrics: ").startswith("problem  Metrics: metrics.textfile: ")
    assert one(told, "Staff: ").startswith("warning  Staff: notice.to names an address twice")
