"""The pages served over HTTP by uvicorn, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from swc_mailer.commands.serve import open_desk, sending
from swc_mailer.config import Config
from swc_mailer.errors import ConfigError
from swc_mailer.web.app import make_app

PROXIES = "127.0.0.1,::1"  # whose word on the visitor's address counts: a reverse proxy on this computer
SECONDS_TO_FINISH = 5
MOST_AT_ONCE = 100  # connections; more are told to come again


def serve(config: Config, *, tell: Callable[[str], None]) -> None:
    """`tell` is given the pages' address once they can be opened. Raises ConfigError where they cannot be served."""
    with open_desk(config) as desk, listening(config) as listener:
        server = uvicorn.Server(
            uvicorn.Config(
                make_app(config, desk),
                log_config=None,
                log_level="critical",  # errors are told by the pages, without members' words
                access_log=False,
                server_header=False,
                proxy_headers=True,
                forwarded_allow_ips=PROXIES,
                timeout_graceful_shutdown=SECONDS_TO_FINISH,
                limit_concurrency=MOST_AT_ONCE,
                lifespan="off",
                ws="none",
            )
        )
        tell(config.serve.public_url or address(listener))
        with sending(config, desk.store):
            server.run(sockets=[listener])


@contextmanager
def listening(config: Config) -> Iterator[socket.socket]:
    host, port = config.serve.host, config.serve.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise ConfigError(
            f"serve: {host} port {port} cannot be used ({os.strerror(error.errno or 0)}): "
            "see [serve] host and port; does it run already?"
        ) from error
    with listener:
        # Its connections have it too. Without it the end of a page waits until the browser has acknowledged its beginning: 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield listener


def address(listener: socket.socket) -> str:
    host, port, *_ = listener.getsockname()
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"
