"""A recording HTTP server on 127.0.0.1, in a thread of the test: `asked` are the paths of all requests.

with WebServer(status=503) as server: ... server.address, server.asked
"""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOST = "127.0.0.1"


class Handler(BaseHTTPRequestHandler):
    server: Listener

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(self.server.status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


class Listener(ThreadingHTTPServer):
    asked: list[str]
    status: int


class WebServer:
    def __init__(self, status: int = 200) -> None:
        self._listener = Listener((HOST, 0), Handler)
        self._listener.asked, self._listener.status = [], status
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.01,), daemon=True)

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self._listener.server_address[1]}"

    @property
    def asked(self) -> list[str]:
        return self._listener.asked

    def answer(self, status: int) -> None:
        self._listener.status = status

    def __enter__(self) -> WebServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join(5)
