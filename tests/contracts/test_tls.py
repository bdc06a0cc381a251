"""The TLS context against real handshakes, in memory: whom it trusts, and what it says of a CA file that is of no use."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trustme

from swc_mailer.adapters.tls import tls_context, tls_problem
from swc_mailer.errors import ConfigError


def shake_hands(context: ssl.SSLContext, authority: trustme.CA, *, certified: str, asked_for: str) -> None:
    """A whole handshake with a server that shows a certificate of this authority; raises what the client's side raises."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(certified).configure_cert(serving)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(to_client, to_server, server_hostname=asked_for)
    server = serving.wrap_bio(to_server, to_client, server_side=True)
    for side in (client, server, client, server):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue


def test_a_certificate_of_the_private_ca_is_trusted(authority: trustme.CA, ca_file: Path) -> None:
    shake_hands(tls_context(ca_file, section="imap"), authority, certified="mail.example.org", asked_for="mail.example.org")


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
