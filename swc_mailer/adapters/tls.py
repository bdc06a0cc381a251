"""TLS for both mail servers: a CA file in, a context that verifies certificates out; what a failed handshake means, in words."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path

from swc_mailer.core.mailwire import plain
from swc_mailer.errors import ConfigError

# OpenSSL's X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED
OUT_OF_TIME = {
    9: "is not valid yet: set the computer's clock, or ask whoever runs the server",
    10: "has run out: ask whoever runs the server to renew it, or set the computer's clock",
}


def tls_context(ca_file: Path | None, *, section: str) -> ssl.SSLContext:
    """Verifies the certificate and the host's name, by the system's CAs or by the private one alone."""
    if ca_file is None:
        return ssl.create_default_context()
    try:
        return ssl.create_default_context(cafile=ca_file)
    except ssl.SSLError as error:
        raise ConfigError(f"{section}.ca_file: {ca_file} holds no certificate: give the CA's certificate in PEM form") from error
    except OSError as error:
        raise ConfigError(f"{section}.ca_file: {ca_file} cannot be read: {error.strerror}") from error


def tls_problem(error: BaseException | None, *, section: str, server: str) -> ConfigError | None:
    """What must be mended where a handshake failed; None where it was something else. Libraries wrap what the handshake raised,
    or do not: the chain of causes is looked through."""
    while error:
        if isinstance(error, ssl.SSLCertVerificationError) and error.verify_code in OUT_OF_TIME:
            return ConfigError(f"{section}.host: the certificate of {server} {OUT_OF_TIME[error.verify_code]}")
        if isinstance(error, ssl.SSLCertVerificationError):
            return ConfigError(
                f"{section}.ca_file: the certificate of {server} is not to be trusted ({plain(error.verify_message)}): "
                f"name the private CA that signed it in {section}.ca_file, or correct {section}.host"
            )
        if isinstance(error, ssl.SSLError) and error.reason == "WRONG_VERSION_NUMBER":
            return ConfigError(f'{section}.security: {server} does not begin with TLS: try security = "starttls"')
        error = error.__cause__
    return None


def certificate_ends(connection: object) -> datetime | None:
    """When the certificate runs out that the server has shown; None where the connection is not encrypted."""
    shown = connection.getpeercert() if isinstance(connection, ssl.SSLSocket | ssl.SSLObject) else None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC) if shown else None
