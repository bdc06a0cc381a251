"""Asks the DNS for text records, by dnspython: a name in, the texts that stand there out."""

from __future__ import annotations

from collections.abc import Sequence

import dns.exception
import dns.resolver
from dns.rdtypes.txtbase import TXTBase

from swc_mailer.errors import Unreachable

SECONDS = 3.0  # for one name, all servers and tries together


class Dns:
    """By the servers that this computer asks, or by others."""

    def __init__(self, servers: Sequence[str] = (), *, port: int = 53) -> None:
        self._servers = servers
        self._port = port

    def texts(self, name: str) -> tuple[str, ...]:
        """None where there is no such name or no such record. Raises Unreachable where nobody answers."""
        try:
            answer = self._resolver().resolve(f"{name}.", "TXT", lifetime=SECONDS)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except (dns.exception.DNSException, OSError) as error:
            raise Unreachable(f"the DNS gave no answer about {name} ({type(error).__name__})") from error
        return tuple(whole(record) for record in answer if isinstance(record, TXTBase))

    def _resolver(self) -> dns.resolver.Resolver:
        resolver = dns.resolver.Resolver(configure=not self._servers)
        if self._servers:
            resolver.nameservers, resolver.port = list(self._servers), self._port
        return resolver


def whole(record: TXTBase) -> str:
    """RFC 7208 section 3.3: the strings of a record are put together without a space."""
    return b"".join(record.strings).decode("utf-8", "replace")
