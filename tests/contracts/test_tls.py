"""The TLS context against real handshakes, in memory: whom it trusts, and what it says of a CA file that is of no use."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from swc_mailer.adapters.tls import certificate_ends, tls_context, tls_problem
from swc_mailer.errors import ConfigError

NAME = "mail.example.org"


def shake_hands(
    context: ssl.SSLContext,
    authority: trustme.CA,
    *,
    certified: str = NAME,
    asked_for: str = NAME,
    valid: tuple[datetime | None, datetime | None] = (None, None),
) -> ssl.SSLObject:
    """A whole handshake with a server that shows a certificate of this authority: the client's side, or its error."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(certified, not_before=valid[0], not_after=valid[1]).configure_cert(serving)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(to_client, to_server, server_hostname=asked_for)
    server = serving.wrap_bio(to_server, to_client, server_side=True)
    for side in (client, server, client, server):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    return client


def test_a_certificate_of_the_private_ca_is_trusted(authority: trustme.CA, ca_file: Path) -> None:
    shake_hands(tls_context(ca_file, section="imap"), authority, certified="mail.example.org", asked_for="mail.example.org")


def test_it_is_told_when_a_certificate_runs_out(ca_file: Path, authority: trustme.CA) -> None:
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    client = shake_hands(tls_context(ca_file, section="imap"), authority, valid=(None, ends))

    assert certificate_ends(client) == ends
    assert certificate_ends(None) is None


@pytest.mark.parametrize(("begins", "ends", "says"), [(1, 2, "is not valid yet"), (-2, -1, "has run out")])
def test_a_certificate_out_of_its_time_is_no_matter_of_a_private_ca(
    begins: int, ends: int, says: str, ca_file: Path, authority: trustme.CA
) -> None:
    valid = (datetime.now(UTC) + timedelta(days=begins), datetime.now(UTC) + timedelta(days=ends))
    with pytest.raises(ssl.SSLCertVerificationError) as caught:
        shake_hands(tls_context(ca_file, section="imap"), authority, valid=valid)

    problem = str(tls_problem(caught.value, section="imap", server="mail.example.org:993"))
    assert problem.startswith(f"imap.host: the certificate of mail.example.org:993 {says}: ")
    assert "the computer's clock" in problem


def test_a_certificate_for_another_name_is_not_trusted(authority: trustme.CA, ca_file: Path) -> None:
    context = tls_context(ca_file, section="imap")

    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(context, authority, certified="mail.example.com", asked_for="mail.example.org")


@pytest.mark.parametrize("private", [True, False], ids=["private CA", "system's CAs"])
def test_a_certificate_of_an_unknown_ca_is_not_trusted(private: bool, ca_file: Path) -> None:
    context = tls_context(ca_file if private else None, section="imap")

    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(context, trustme.CA(), certified="mail.example.org", asked_for="mail.example.org")


def test_what_a_certificate_lacks_is_told_with_the_key_and_the_mend(ca_file: Path) -> None:
    context = tls_context(ca_file, section="smtp")
    with pytest.raises(ssl.SSLCertVerificationError) as caught:
        shake_hands(context, trustme.CA(), certified="mail.example.org", asked_for="mail.example.org")
    wrapped = ConnectionError("the library's own error")
    wrapped.__cause__ = caught.value

    problem = tls_problem(wrapped, section="smtp", server="mail.example.org:465")

    assert isinstance(problem, ConfigError)
    assert "mail.example.org:465" in str(problem)
    assert "name the private CA that signed it in smtp.ca_file" in str(problem)


def test_a_failure_that_is_none_of_tls_is_no_tls_problem() -> None:
    assert tls_problem(ConnectionRefusedError(111, "Connection refused"), section="imap", server="mail.example.org:993") is None


def test_a_ca_file_that_is_missing_is_named_with_its_key(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"imap\.ca_file: .*/ca\.pem cannot be read: No such file"):
        tls_context(tmp_path / "ca.pem", section="imap")


def test_a_folder_is_no_ca_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"imap\.ca_file: "):
        tls_context(tmp_path, section="imap")


@pytest.mark.parametrize("content", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n"])
def test_a_ca_file_without_a_certificate_is_named_with_the_mend(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    path.write_bytes(content)

    with pytest.raises(ConfigError, match=r"smtp\.ca_file: .*holds no certificate: give the CA's certificate in PEM form"):
        tls_context(path, section="smtp")
