"""The store: the only truth about messages, requests, decisions and replies, on SQLite or PostgreSQL.

columns.py    what Python values become in a row          states.py    the states, and the only ways between them
schema.py     the tables                                  engine.py    the only file that knows SQLite from PostgreSQL
versions.py   opening, and bringing the schema up to date (migrations/)
intake.py, history.py, requests.py   taking in      replies.py   sending      filing.py   moving      desk.py   what staff do
persons.py   what is held about somebody            retention.py   taking it out
queue.py, status.py, reporting.py   reading        sql_store.py   all of them behind the port, one transaction a method
"""

from swc_mailer.adapters.store.ids import new_public_id
from swc_mailer.adapters.store.sql_store import SqlStore, open_store, upgrade_store

__all__ = ["SqlStore", "new_public_id", "open_store", "upgrade_store"]
