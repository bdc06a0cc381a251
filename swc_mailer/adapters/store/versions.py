"""Opening: is the schema of this version? An embedded SQLite is brought up to date at once, PostgreSQL by `swc-mailer upgrade`.

Alembic is imported only where there is something to bring up to date: a run that finds nothing to do must start quickly.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from swc_mailer.adapters.store.engine import is_missing, make_file, reading, writing
from swc_mailer.errors import StoreError

HEAD = "0007"  # four digits, so that versions compare as text: the newest file in migrations/versions; a test compares them
MIGRATIONS = Path(__file__).parent / "migrations"


def bring_up_to_date(engine: Engine, *, upgrade: bool) -> str | None:
    """Make sure that the schema is the one of this version, and tell which it was; raises StoreError with the mend where it
    cannot be."""
    if is_missing(engine):
        make_file(engine)
    with reading(engine) as connection:
        version = stored_version(connection)
    if version == HEAD:
        return version
    if not upgrade:
        raise StoreError(
            f"The store has {f'schema {version}' if version else 'no tables yet'}, this program needs {HEAD}: "
            "make a backup, then run swc-mailer upgrade."
        )
    with writing(engine) as connection:
        migrate(connection)
    return version


def stored_version(connection: Connection) -> str | None:
    """The schema's version, None where the database is empty; raises StoreError where it is none of ours."""
    tables = inspect(connection)
    if not tables.has_table("alembic_version"):
        if tables.has_table("message"):
            raise StoreError("The database of [store] url has tables of another program: name another one.")
        return None
    version: str | None = connection.execute(text("select version_num from alembic_version")).scalar_one_or_none()
    if version is not None and version > HEAD:
        raise StoreError(f"The store's schema {version} is of a newer swc-mailer: install that one, or restore a backup.")
    return version


def migrate(connection: Connection, *, to: str = "head") -> None:
    """Apply what is missing, all in the caller's transaction. Where another process has just done so, nothing is missing."""
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, to)
