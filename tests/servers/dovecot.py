"""A throwaway Dovecot 2.3 on 127.0.0.1, with Maildirs that the test fills and reads from outside.

    with Dovecot(authority=ca, lacks={"MOVE", "UIDPLUS"}, prefix="INBOX.", separator=".") as dovecot:
        dovecot.deliver("swc", raw, when)              # INTERNALDATE is `when`
        ...                                            # log in at dovecot.port or dovecot.tls_port as anybody, with PASSWORD
        dovecot.messages("swc")["INBOX.swc.Answered"]  # what the folder holds now

Any user name logs in: a test that takes a name of its own has a mailbox of its own. Started by root it runs as `nobody`, for
Dovecot gives nobody's mail to uid 0. It ends with the test process even where that is killed, and holds none of its pipes.
"""

from __future__ import annotations

import contextlib
import grp
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import trustme

HOST = "127.0.0.1"
PASSWORD = "correct-horse"
CAPABILITIES = (
    "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE NAMESPACE LITERAL+ UIDPLUS MOVE CHILDREN UNSELECT SPECIAL-USE QUOTA"
)
STARTS = 3  # between choosing a free port and listening there, another process may take it
SECONDS_TO_START = 20.0
SECONDS_TO_STOP = 5.0
NO_MAIL_YET = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)

CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_location = maildir:~/Maildir
mail_fsync = never
mail_max_userip_connections = 100
mailbox_list_index = no
first_valid_uid = 1
disable_plaintext_auth = no
auth_mechanisms = {mechanisms}
auth_failure_delay = 0
{tls}
{capability}
{tokens}
passdb {{
  driver = passwd-file
  args = {folder}/accounts
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}
namespace inbox {{
  inbox = yes
  prefix = {prefix}
  separator = {separator}
  mailbox Sent {{
    special_use = \\Sent
    auto = create
  }}
}}
service imap-login {{
  chroot =
  service_count = 0
  process_min_avail = 1
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""
TOKENS = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {file}
}}
"""
INTROSPECTION = """\
introspection_url = {url}
introspection_mode = post
force_introspection = yes
username_attribute = username
active_attribute = active
active_value = true
"""
QUOTA = """
mail_plugins = quota
protocol imap {{
  mail_plugins = quota imap_quota
}}
plugin {{
  quota = count:User quota
  quota_vsizes = yes
  quota_rule = *:bytes={bytes}
}}
"""


@dataclass(frozen=True)
class Kept:
    """A message in a folder, as its file tells."""

    raw: bytes
    flags: frozenset[str]  # "seen", "answered", "deleted", "flagged"


MAILDIR_FLAGS = {"S": "seen", "R": "answered", "T": "deleted", "F": "flagged"}


class Dovecot:
    """`certified`: the names in its certificate. `lacks`: capabilities that the server does not claim to have. `quota`: bytes
    that each user may keep. `accounts`: users that have passwords of their own. `mechanisms`: the ways to log in.
    `introspection`: the URL that tells whose a token is."""

    def __init__(
        self,
        *,
        authority: trustme.CA | None = None,
        certified: Sequence[str] = ("localhost", HOST),
        certified_until: datetime | None = None,
        lacks: Collection[str] = (),
        prefix: str = "",
        separator: str = "/",
        quota: int | None = None,
        accounts: Mapping[str, str] | None = None,
        mechanisms: str = "plain login",
        introspection: str = "",
    ) -> None:
        self.authority, self.certified, self.certified_until = authority, certified, certified_until
        self.lacks, self.prefix, self.separator, self.quota = lacks, prefix, separator, quota
        self.accounts = accounts or {}
        self.mechanisms, self.introspection = mechanisms, introspection
        self.port = self.tls_port = 0
        self.folder = Path()
        self._names = itertools.count()
        self._process: subprocess.Popen[bytes] | None = None

    # --- its life ------------------------------------------------------------------------------------------

    def __enter__(self) -> Dovecot:
        # Short, for Unix sockets lie in it, and their paths have at most 108 characters.
        self.folder = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))
        try:
            for name in ("run", "home"):
                (self.folder / name).mkdir()
            self._give_away(self.folder, self.folder / "run", self.folder / "home")
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self) -> None:
        for _ in range(STARTS):
            self.port, self.tls_port = free_ports(2)
            self._write_configuration()
            self._launch()
            if self._greets():
                return
            self._stop()
        raise RuntimeError(f"Dovecot did not start:\n{self.log()}")

    def _launch(self) -> None:
        dovecot = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin")
        if dovecot is None:
            raise RuntimeError("dovecot is missing: make test-servers")
        owner = runs_as()
        changed = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        with (self.folder / "output").open("wb") as output:
            self._process = subprocess.Popen(
                # SIGTERM comes from the kernel where the test process is killed. Not by preexec_fn: it is not safe with threads.
                ["setpriv", "--pdeathsig", "TERM", dovecot, "-F", "-c", str(self.folder / "dovecot.conf")],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                **changed,  # type: ignore[call-overload] # either none of the three, or all
            )

    def _greets(self) -> bool:
        end = time.monotonic() + SECONDS_TO_START
        while self._process and self._process.poll() is None and time.monotonic() < end:
            try:
                with socket.create_connection((HOST, self.port), timeout=1) as connection:
                    if connection.recv(100).startswith(b"* OK"):
                        return True
            except OSError:
                time.sleep(0.02)
        return False

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        # The whole group at once: nothing of it is worth a second of waiting for an orderly end.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(SECONDS_TO_STOP)

    @contextlib.contextmanager
    def away(self) -> Iterator[None]:
        """Stopped while the block lasts; afterwards it listens on other ports."""
        self._stop()
        yield
        self._start()

    def log(self) -> str:
        """What it has written, for the message of a test that fails."""
        files = (self.folder / "output", self.folder / "log")
        return "".join(file.read_text(errors="replace") for file in files if file.exists())

    # --- its configuration ---------------------------------------------------------------------------------

    def _write_configuration(self) -> None:
        owner = runs_as()
        has = [word for word in CAPABILITIES.split() if word not in self.lacks]
        text = CONFIGURATION.format(
            folder=self.folder,
            user=owner.pw_name,
            group=grp.getgrgid(owner.pw_gid).gr_name,
            uid=owner.pw_uid,
            gid=owner.pw_gid,
            password=PASSWORD,
            prefix=self.prefix,
            separator=self.separator,
            port=self.port,
            tls_port=self.tls_port,
            tls=self._tls(),
            mechanisms=self.mechanisms,
            tokens=self._tokens(),
            capability=f"imap_capability = {' '.join(has)}" if self.lacks else "",
        )
        (self.folder / "dovecot.conf").write_text(text + (QUOTA.format(bytes=self.quota) if self.quota else ""))
        self.set_passwords(self.accounts)

    def set_passwords(self, accounts: Mapping[str, str]) -> None:
        file = self.folder / "accounts"
        file.write_text("".join(f"{name}:{{PLAIN}}{password}\n" for name, password in accounts.items()))
        self._give_away(file)

    def _tokens(self) -> str:
        if not self.introspection:
            return ""
        file = self.folder / "oauth2.conf"
        file.write_text(INTROSPECTION.format(url=self.introspection))
        self._give_away(file)
        return TOKENS.format(file=file)

    def _tls(self) -> str:
        if self.authority is None:
            return "ssl = no"
        certificate = self.authority.issue_cert(*self.certified, not_after=self.certified_until)
        chain, key = self.folder / "server.pem", self.folder / "server.key"
        chain.write_bytes(b"".join(pem.bytes() for pem in certificate.cert_chain_pems))
        key.write_bytes(certificate.private_key_pem.bytes())
        self._give_away(chain, key)
        return f"ssl = yes\nssl_cert = <{chain}\nssl_key = <{key}"

    def _give_away(self, *paths: Path) -> None:
        if os.geteuid() == 0:
            owner = runs_as()
            for path in paths:
                os.chown(path, owner.pw_uid, owner.pw_gid)

    # --- its mail, from outside ----------------------------------------------------------------------------

    def deliver(self, user: str, raw: bytes, when: datetime = NO_MAIL_YET, *, flags: Iterable[str] = ()) -> Path:
        """A message in the inbox, as an MDA delivers it; the file that it became."""
        maildir = self.maildir(user)
        letters = "".join(sorted(letter for letter, word in MAILDIR_FLAGS.items() if word in set(flags)))
        # Dovecot numbers new files in the order of their names.
        name = f"{1392000000 + next(self._names)}.M0P1.localhost"
        path = maildir / ("cur" if letters else "new") / (f"{name}:2,{letters}" if letters else name)
        temporary = maildir / "tmp" / name
        temporary.write_bytes(raw)
        self._give_away(temporary)
        os.utime(temporary, (when.timestamp(), when.timestamp()))
        return temporary.rename(path)

    def maildir(self, user: str) -> Path:
        """The user's Maildir, made where the user has none."""
        maildir = self.folder / "home" / user / "Maildir"
        if not maildir.exists():
            folders = [maildir.parent, maildir, *(maildir / name for name in ("cur", "new", "tmp"))]
            for folder in folders:
                folder.mkdir()
            self._give_away(*folders)
        return maildir

    def renumber(self, user: str) -> None:
        """The inbox gets another UIDVALIDITY and other UIDs, as after it was restored from a backup."""
        maildir = self.maildir(user)
        for file in (maildir / "dovecot-uidlist", *maildir.glob("dovecot.index*")):
            file.unlink()

    def messages(self, user: str) -> Mapping[str, list[Kept]]:
        """What each folder holds, by the server's name for it, in the order of delivery."""
        maildir = self.maildir(user)
        folders = {"INBOX": maildir} | {self.name_of(path): path for path in maildir.glob(".*") if (path / "cur").is_dir()}
        return {name: kept_in(path) for name, path in folders.items()}

    def name_of(self, path: Path) -> str:
        """The server's name for a folder of the Maildir++ layout."""
        return self.prefix + path.name[1:].replace(".", self.separator)


def kept_in(folder: Path) -> list[Kept]:
    files = sorted((file for name in ("cur", "new") for file in (folder / name).iterdir()), key=lambda file: file.name)
    return [kept(file) for file in files]


def kept(file: Path) -> Kept:
    letters = file.name.partition(":2,")[2]
    return Kept(file.read_bytes(), frozenset(word for letter, word in MAILDIR_FLAGS.items() if letter in letters))


def runs_as() -> pwd.struct_passwd:
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server((HOST, 0)) for _ in range(count)]
    ports = [int(sock.getsockname()[1]) for sock in sockets]
    for sock in sockets:
        sock.close()
    return ports
