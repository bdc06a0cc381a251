"""A DNS server on 127.0.0.1, in a thread of the test: text records by name, and SERVFAIL where a name has None.

with DnsServer({"example.org": ["v=spf1 -all"]}) as server: ... server.port, server.asked
"""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Mapping, Sequence

import dns.message
import dns.rcode
import dns.rrset

HOST = "127.0.0.1"


class Handler(socketserver.BaseRequestHandler):
    server: Listener

    def handle(self) -> None:
        data, sock = self.request
        query = dns.message.from_wire(data)
        name = query.question[0].name.to_text().rstrip(".")
        self.server.asked.append(name)
        answer = dns.message.make_response(query)
        texts = self.server.records.get(name, ())
        if texts is None:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif name not in self.server.records:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif texts:
            answer.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "TXT", *map(quoted, texts)))
        sock.sendto(answer.to_wire(), self.client_address)


def quoted(text: str) -> str:
    """As strings of at most 255 characters, as the DNS holds them."""
    return " ".join(f'"{text[at : at + 255]}"' for at in range(0, len(text), 255))


class Listener(socketserver.ThreadingUDPServer):
    daemon_threads = True
    records: Mapping[str, Sequence[str] | None]
    asked: list[str]


class DnsServer:
    def __init__(self, records: Mapping[str, Sequence[str] | None]) -> None:
        self._listener = Listener((HOST, 0), Handler)
        self._listener.records, self._listener.asked = records, []
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.01,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._listener.server_address[1])

    @property
    def asked(self) -> list[str]:
        return self._listener.asked

    def __enter__(self) -> DnsServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join(5)
