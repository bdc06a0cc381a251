"""What the store remembers of the whole, each value under its name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select, update

from swc_mailer.adapters.store.schema import setting


def value(connection: Connection, name: str) -> Any:
    return connection.execute(select(setting.c.value).where(setting.c.name == name)).scalar()


def set_value(connection: Connection, name: str, new: Any) -> None:
    changed = connection.execute(update(setting).where(setting.c.name == name).values(value=new))
    if changed.rowcount == 0:
        connection.execute(insert(setting).values(name=name, value=new))
