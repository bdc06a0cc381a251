"""A charity with its review pages: mail on a real Dovecot, taken in by the installed program, served by it, answered by SMTP."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode

from playwright.sync_api import Browser, BrowserContext, Page, StorageState

from tests.e2e.charity import Charity, Reply, replies
from tests.e2e.hosts import DovecotMailbox
from tests.installation import PROGRAM
from tests.prepared import prepared
from tests.servers.dovecot import HOST, Dovecot, free_ports
from tests.servers.smtp import SmtpServer
from tests.web.browser import log_in
from tests.web.mails import FIRST, MEMBERS

STAFF = {"Jo": "a pass phrase of Jo's", "Sam": "a pass phrase of Sam's"}
ADMIN = "Sam"
SECONDS = 20.0
Found = TypeVar("Found")


@dataclass
class Rig:
    """The running pages, and the charity behind them."""

    charity: Charity
    address: str
    browser: Browser
    sessions: dict[str, StorageState] = field(default_factory=dict)  # by who has logged in

    def visitor(self, name: str = "Jo", **settings: object) -> Page:
        """A browser of her own, logged in: by the page, or by what that gave her before where the browser is an ordinary one."""
        if not settings and name in self.sessions:
            page = self.context(storage_state=self.sessions[name]).new_page()
            page.goto("/queue")
            return page
        page = self.context(**settings).new_page()
        log_in(page, self.address, name, STAFF[name])
        self.sessions[name] = page.context.storage_state()
        return page

    def context(self, **settings: object) -> BrowserContext:
        context = self.browser.new_context(base_url=self.address, **settings)  # type: ignore[arg-type] # Playwright's own names
        context.set_default_timeout(SECONDS * 1000)
        return context

    def open(self, page: Page, subject: str, query: str = "") -> str:
        """Show the waiting case with this subject; its id."""
        page.goto(f"/queue?{urlencode({'text': subject})}")
        path = page.get_by_role("link", name=subject, exact=True).get_attribute("href") or ""
        case_id = path.rpartition("/")[2].partition("?")[0]
        page.goto(f"/queue/{case_id}{query}")
        return case_id

    def case(self, case_id: str) -> dict[str, object]:
        return self.charity.result("queue", "show", case_id)

    def replies_to(self, sender: str) -> list[Reply]:
        return [reply for reply in replies(self.charity.smtp) if reply.taken.rcpt_to == (f"{sender}@example.org",)]

    def reply_to(self, sender: str) -> Reply:
        """The one reply to this sender, when it has come."""
        (reply,) = eventually(lambda: self.replies_to(sender))
        return reply


def eventually(found: Callable[[], Found]) -> Found:
    """What is found, as soon as it is; fails after SECONDS."""
    end = time.monotonic() + SECONDS
    while not (result := found()):
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)
    return result


@contextmanager
def rig(
    folder: Path,
    browser: Browser,
    mails: Iterable[EmailMessage],
    *,
    faults: Sequence[str] = (),
    register: str = MEMBERS,
    **config: Mapping[str, object],
) -> Iterator[Rig]:
    """The mails are taken in by one run, and then the pages are served; `faults` are the SMTP server's."""
    with ExitStack() as stack:
        dovecot = stack.enter_context(Dovecot())
        mailbox = DovecotMailbox(dovecot, {"port": dovecot.port, "security": "none"})
        charity = Charity(folder, mailbox, stack.enter_context(SmtpServer(faults=faults)))
        (port,) = free_ports(1)
        charity.write(register, serve={"port": port, "undo_seconds": 0}, **config)
        mailbox.deliver((mail.as_bytes(), FIRST) for mail in mails)
        charity.result("run")
        for name, password in STAFF.items():
            add_staff(charity, name, password)
        yield Rig(charity, stack.enter_context(serving(charity)), browser)


def add_staff(charity: Charity, name: str, password: str) -> None:
    role = "admin" if name == ADMIN else "reviewer"
    command = ["staff", "add", name, "--password-stdin", "--role", role]
    ran = prepared().run(command, folder=charity.folder, environment=os.environ, said=f"{password}\n")
    assert ran.returncode == 0, ran.stderr


@contextmanager
def serving(charity: Charity, **environment: str) -> Iterator[str]:
    """The address of the pages, while a process of their own serves them."""
    with subprocess.Popen(
        [PROGRAM, "serve"], cwd=charity.folder, env=os.environ | environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            line = process.stdout.readline()
            address = re.search(r"https?://\S+", line)
            assert address, f"it did not start: {line!r}"
            yield address[0].replace("0.0.0.0", HOST)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            assert process.wait(SECONDS) == 0
