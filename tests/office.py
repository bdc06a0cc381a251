"""An office with a configuration, a register and a store that a test fills, for commands that run as processes of their own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from swc_mailer.adapters.store import open_store
from tests.contracts.conftest import Post
from tests.empty_store import put_empty_store
from tests.installation import CONFIG
from tests.prepared import prepared

REGISTER = """\
membership_number,name,address_1,address_2,town,county,postcode,email,status
0123456,Ann Example,12 Station Road,,Leeds,,LS6 2AB,ann@example.org,current
7654321,Bob Other,3 Mill Lane,,York,,YO1 9XX,bob@example.org,current
"""


@dataclass(frozen=True)
class Office:
    folder: Path
    url: str

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def store_file(self) -> Path:
        return self.folder / "store.db"

    def program(self, *arguments: str | Path, said: str = "", code: int | None = 0) -> subprocess.CompletedProcess[str]:
        """A command, with the exit code that is expected; None: whatever it is."""
        command = [*map(str, arguments), "--config", str(self.config)]
        environ = {"PATH": "/usr/bin:/bin", "HOME": "/nowhere", "TZ": "Europe/London", "LOGNAME": "jo"}
        ran = prepared().run(command, folder=self.folder, environment=environ, said=said)
        assert code in (None, ran.returncode), ran.stderr
        return ran

    def json(self, *arguments: str | Path) -> Any:
        return json.loads(self.program(*arguments, "--json").stdout)

    @contextmanager
    def post(self) -> Iterator[Post]:
        """The store, made where it is missing, to take messages in."""
        if self.url == f"sqlite:///{self.store_file}" and not self.store_file.exists():
            put_empty_store(self.store_file)
        store = open_store(self.url)
        try:
            yield Post(store)
        finally:
            store.close()


def open_office(folder: Path, url: str = "") -> Office:
    """With an SQLite store unless another is named."""
    office = Office(folder, url or f"sqlite:///{folder}/store.db")
    office.config.write_text(f'{CONFIG}[store]\nurl = "{office.url}"\n')
    office.config.chmod(0o600)
    (folder / "paper.pdf").write_bytes(b"%PDF")
    (folder / "members.csv").write_text(REGISTER)
    return office
