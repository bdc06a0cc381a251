"""`restore`: puts a backup in the place of an embedded store. Nothing is answered twice, and nobody who was erased comes back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from swc_mailer import assemble
from swc_mailer.adapters.single_run import single_run
from swc_mailer.adapters.store.copies import NOT_EMBEDDED, copy_to_put_back, put_in_place
from swc_mailer.config import Config
from swc_mailer.desk_port import Erased, ReviewStore
from swc_mailer.errors import StoreError

EVER = datetime(9999, 1, 1, tzinfo=UTC)
ALL = 1_000_000_000
ASIDE = ".replaced-"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, and what has to be seen to since."""

    as_of: datetime | None  # the copy's last run
    aside: Path | None = None  # where the replaced store is kept
    readable: bool = False  # whether the replaced store could be asked what has happened since
    held: int = 0  # replies that may have been sent since
    erased_again: int = 0  # cases
    missing: int = 0  # messages that the replaced store had taken in and the copy had not
    never_sent: Sequence[str] = ()  # recipients of replies that were due in the replaced store and are not in the copy


@dataclass(frozen=True, slots=True)
class Since:
    """What the replaced store knows: replies that are still to be sent, who was erased, how many messages it took in."""

    still_due: Mapping[str, str] = field(default_factory=dict)  # Message-ID to recipient
    erased: Erased = Erased(frozenset(), frozenset())  # noqa: RUF009 -- frozen
    taken_in: int = 0


def restore(config: Config, source: Path, *, who: str) -> Restored:
    """Raises StoreError where a run or anything else uses the store, and where the source is no store that this version can
    use; then nothing was changed."""
    if config.store_path is None:
        raise StoreError(NOT_EMBEDDED)
    with single_run(config.lock_path) as alone:
        if not alone:
            raise StoreError("A run is at work on the store: wait until it has ended, or stop swc-mailer watch, then restore.")
        with copy_to_put_back(source, config.store_path) as copy:
            restored = prepare(config, copy, what_happened_since(config), who=who)
            aside = new_name_aside(config.store_path) if config.store_path.exists() else None
            put_in_place(copy, config.store_path, aside)
    return replace(restored, aside=aside)


def what_happened_since(config: Config) -> Since | None:
    """None where the replaced store cannot tell: there is none, or it is damaged, or of another version."""
    try:
        with closing(assemble.open_existing_store(config, unchanged=True)) as store:
            due = {reply.message_id: reply.recipient for reply in store.due(now=EVER, limit=ALL)}
            return Since(due, store.erased(), store.counts().messages["taken_in"])
    except StoreError:
        return None


def prepare(config: Config, copy: Path, since: Since | None, *, who: str) -> Restored:
    now, known = datetime.now(UTC), since or Since()
    with closing(assemble.open_copy(config, copy)) as store:
        counts, in_copy = store.counts(), {reply.message_id for reply in store.due(now=EVER, limit=ALL)}
        held = hold_replies(config, store, known.still_due, now=now)
        erased_again = store.erase_again(known.erased, who=who, now=now)
        store.audit(who=who, action="restore", now=now)
    return Restored(
        as_of=counts.last_run,
        readable=since is not None,
        held=held,
        erased_again=erased_again,
        missing=max(0, known.taken_in - counts.messages["taken_in"]),
        never_sent=[recipient for message_id, recipient in known.still_due.items() if message_id not in in_copy],
    )


def hold_replies(config: Config, store: ReviewStore, still_due: Collection[str], *, now: datetime) -> int:
    """A reply that was due when the copy was made may have been sent since: a person decides, unless the replaced store knows
    that it was not."""
    store.interrupted(now=now)
    perhaps_sent = [reply for reply in store.due(now=EVER, limit=ALL) if reply.message_id not in still_due]
    if perhaps_sent:
        told = assemble.say_reason(config)("delivery_unknown", {"answer": "the store was put back from a copy"})
        for reply in perhaps_sent:
            store.hold(reply.id, code=told["code"], sentence=told["text"], now=now)
    return len(perhaps_sent)


# --- replaced stores ---------------------------------------------------------------------------------------


def kept_aside(store: Path) -> Sequence[Path]:
    """The stores that were replaced so far."""
    return sorted(path for path in store.parent.glob(f"{store.name}{ASIDE}*") if not path.name.endswith(("-wal", "-shm")))


def new_name_aside(store: Path) -> Path:
    name = f"{store.name}{ASIDE}{datetime.now(UTC):%Y%m%d-%H%M%S}"
    taken = len(list(store.parent.glob(f"{name}*")))
    return store.with_name(f"{name}.{taken}" if taken else name)
