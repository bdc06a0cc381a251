"""The socket that the pages are served on."""

from __future__ import annotations

import socket
from pathlib import Path

from swc_mailer.web.server import listening
from tests.review import Review
from tests.servers.dovecot import HOST, free_ports


def test_no_end_of_a_page_waits_until_its_beginning_is_acknowledged(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    review = Review(tmp_path)
    review.configure("[serve]", f"port = {port}")
    with listening(review.config) as listener, socket.create_connection((HOST, port)):
        connection, _ = listener.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
