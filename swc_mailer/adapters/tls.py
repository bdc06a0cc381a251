"""TLS for both mail servers: a CA file in, a context that verifies certificates out; what a failed handshake means, in words."""

from __future__ import annotations

import ssl
from pathlib import Path

from swc_mailer.core.mailwire import plain
from swc_mailer.errors import ConfigError


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
        if isinstance(error, ssl.SSLCertVerificationError):
            return ConfigError(
                f"{section}.ca_file: the certificate of {server} is not to be trusted ({plain(error.verify_message)}): "
                f"name the private CA that signed it in {section}.ca_file, or correct {section}.host"
            )
        if isinstance(error, ssl.SSLError) and error.reason == "WRONG_VERSION_NUMBER":
            return ConfigError(f'{section}.security: {server} does not begin with TLS: try security = "starttls"')
        error = error.__cause__
    return None
