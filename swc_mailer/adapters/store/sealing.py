"""Messages and scans at rest: encrypted where the configuration gives a key, readable in any case where they were not.

What is encrypted begins with a mark and the id of its key, so that keys can be changed: the first one writes, all of them read.
The store lists the ids of the keys that it needs: a missing one is told of as the store is opened, before any mail is touched.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, Engine, LargeBinary, Table, and_, func, literal, select, update

from swc_mailer.adapters.store.engine import forget, reading, writing
from swc_mailer.adapters.store.schema import message, scan
from swc_mailer.adapters.store.settings import set_value, value
from swc_mailer.errors import ConfigError, StoreError

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

MARK = b"\x80"  # what was not encrypted begins otherwise: zlib's streams, PDF files and pictures
ID_LENGTH = 8
KEYS = "raw_keys"  # the setting: ids of keys by which something may be encrypted
OPTION = "vault"  # of the engine's connections
AT_ONCE = 20  # rows that a transaction encrypts: a run beside it waits no longer than for these

GIVE_KEY = "SWC_MAILER_STORE__RAW_KEY (or [store] raw_key_file)"


class Vault:
    """The keys, as [store] raw_key has them, the newest first; without any nothing is encrypted."""

    def __init__(self, keys: Sequence[str] = ()) -> None:
        self._keys = {key_id(key): key for key in map(url_safe, keys)}

    @property
    def ids(self) -> list[str]:
        return [found.hex() for found in self._keys]

    @cached_property
    def head(self) -> bytes:
        """How what the newest key encrypts begins."""
        return MARK + next(iter(self._keys), b"")

    def seal(self, content: bytes) -> bytes:
        if not self._keys:
            return content
        return self.head + base64.urlsafe_b64decode(self._by_id(self.head[1:]).encrypt(content))

    def unseal(self, kept: bytes) -> bytes:
        """As it was, whether it is encrypted or not."""
        if not kept.startswith(MARK):
            return kept
        from cryptography.fernet import InvalidToken

        end = 1 + ID_LENGTH
        try:
            return self._by_id(kept[1:end]).decrypt(base64.urlsafe_b64encode(kept[end:]))
        except InvalidToken as error:
            raise StoreError("A message in the store is damaged and cannot be decrypted: put a backup back.") from error

    def _by_id(self, wanted: bytes) -> Fernet:
        from cryptography.fernet import Fernet

        if wanted not in self._keys:
            raise missing([wanted.hex()])
        return Fernet(self._keys[wanted])


def url_safe(key: str) -> str:
    return key.replace("+", "-").replace("/", "_")


def key_id(key: str) -> bytes:
    """Tells keys apart, and nothing of a key: 256 bits of chance are not guessed."""
    return hashlib.sha256(b"swc-mailer raw key\0" + base64.urlsafe_b64decode(key)).digest()[:ID_LENGTH]


def missing(ids: Sequence[str]) -> ConfigError:
    named = " and ".join(found[:8] for found in ids)
    return ConfigError(
        f"The store's mail is encrypted with a key that is not given (its id begins {named}): give it in {GIVE_KEY}, "
        "an older key behind the newest."
    )


def vault_of(connection: Connection | Engine) -> Vault:
    found: Vault = connection.get_execution_options()[OPTION]
    return found


# --- messages and scans ------------------------------------------------------------------------------------


def kept_message(connection: Connection, raw: bytes) -> bytes:
    return vault_of(connection).seal(zlib.compress(raw, 6))


def message_as_it_came(connection: Connection, kept: bytes) -> bytes:
    return zlib.decompress(vault_of(connection).unseal(kept))


def kept_scan(connection: Connection, content: bytes) -> bytes:
    return vault_of(connection).seal(content)


def scan_as_it_was(connection: Connection, kept: bytes) -> bytes:
    return vault_of(connection).unseal(kept)


# --- opening -----------------------------------------------------------------------------------------------


def check_keys(engine: Engine, vault: Vault, *, note: bool) -> None:
    """Raises ConfigError where a key is missing. `note`: a new key is listed before anything is encrypted with it."""
    with reading(engine) as connection:
        listed = needed(connection)
    if lacking := [found for found in listed if found not in vault.ids]:
        raise missing(lacking)
    if note and vault.ids and vault.ids[0] not in listed:
        with writing(engine) as connection:
            set_value(connection, KEYS, [*needed(connection), vault.ids[0]])


def needed(connection: Connection) -> list[str]:
    return list(value(connection, KEYS) or ())


# --- what was kept before ----------------------------------------------------------------------------------


class Sealing:
    """The part of the store that sees to it."""

    _engine: Engine

    def unsealed(self) -> int:
        """How many messages and scans are not encrypted by the newest key; 0 where there is none."""
        vault = vault_of(self._engine)
        if not vault.ids:
            return 0
        with reading(self._engine) as connection:
            counts = [select(func.count()).select_from(table).where(is_open(column, vault)) for table, column in places()]
            return sum(connection.execute(count).scalar_one() for count in counts)

    def seal_all(self) -> int:
        """What is not encrypted, or by an older key, is encrypted by the newest, some at a time; gives how many. Then no older
        key is needed."""
        engine, vault = self._engine, vault_of(self._engine)
        if not vault.ids:
            return 0
        sealed = sum(seal_table(engine, table, column, vault) for table, column in places())
        with writing(engine) as connection:
            left = [select(table.c.id).where(is_open(column, vault)).limit(1) for table, column in places()]
            if not any(connection.execute(one).first() for one in left):
                set_value(connection, KEYS, vault.ids[:1])
        forget(engine)
        return sealed


def places() -> Iterator[tuple[Table, Column[Any]]]:
    yield message, message.c.raw
    yield scan, scan.c.content


def is_open(column: Column[Any], vault: Vault) -> Any:
    begins = func.substr(column, 1, len(vault.head), type_=LargeBinary())
    return and_(column.is_not(None), begins != literal(vault.head, LargeBinary()))


def seal_table(engine: Engine, table: Table, column: Column[Any], vault: Vault) -> int:
    sealed = after = 0
    while True:
        with writing(engine) as connection:
            some = select(table.c.id).where(table.c.id > after, is_open(column, vault)).order_by(table.c.id).limit(AT_ONCE)
            ids = connection.execute(some).scalars().all()
            for row in ids:
                kept = connection.execute(select(column).where(table.c.id == row)).scalar_one()
                anew = {column.name: vault.seal(vault.unseal(kept))}
                connection.execute(update(table).where(table.c.id == row).values(anew))
        if not ids:
            return sealed
        sealed, after = sealed + len(ids), ids[-1]
