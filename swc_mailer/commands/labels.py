"""`labels`: what goes by post is printed in batches, each of them once, and again on purpose.

The files lie whole beside their places when the batch is marked in the store, and are put there when it is. Which batch that is
and what its files hold is written down before, so that the next call tells of a death in between, and of no other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from swc_mailer import assemble
from swc_mailer.adapters.single_run import single_run
from swc_mailer.adapters.whole_file import put_in_place
from swc_mailer.commands.label_files import LeftOut, Press, Wanted
from swc_mailer.config import Config
from swc_mailer.core.model import Outcome
from swc_mailer.desk_port import Batch, PostedItem, ReviewStore
from swc_mailer.errors import CannotAct

BEGUN = "labels"  # the setting that holds the batch that was begun last
SHOWN_BATCHES = 5
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class PrintedBatch:
    """`batch` is "" where nothing was printed. `letters_left` wait for a call that prints letters: a label alone is none."""

    batch: str
    items: int
    files: tuple[Path, ...]
    left_out: tuple[LeftOut, ...]
    letters_left: int = 0

    def record(self) -> dict[str, Any]:
        """The object of `labels --json`."""
        left_out = [{"id": left.request_id, "why": left.why} for left in self.left_out]
        files = [str(file) for file in self.files]
        return {
            "batch": self.batch or None,
            "items": self.items,
            "files": files,
            "left_out": left_out,
            "letters_left": self.letters_left,
        }


def now() -> datetime:
    return datetime.now(UTC)


def print_new(config: Config, who: str, wanted: Wanted, *, clock: Clock = now) -> PrintedBatch:
    """What is due. Without letters only packs, which are something to send without one."""
    with printing(config) as store:
        refuse_half_done(store)
        made = clock()
        due = store.to_print(approved_only=config.delivery.hold, now=made)
        chosen = [item for item in due if wanted.letters or item.kind == Outcome.PACK.value]
        items, left_out, files = printed(Press(config, wanted, made), chosen)
        batch = assemble.new_id() if items else ""
        if items:
            begin(store, batch, files)
            with put_in_place(files):
                store.printed([item.id for item in items], batch=batch, who=who, now=made)
            store.set_setting(BEGUN, "")
    return PrintedBatch(batch, len(items), tuple(files), left_out, len(due) - len(chosen))


def print_again(config: Config, who: str, wanted: Wanted, batch_id: str, *, clock: Clock = now) -> PrintedBatch:
    """A batch as it was printed, with the date it had; "" is the last one."""
    with printing(config) as store:
        batch = batch_of(store.batches(), batch_id)
        items, left_out, files = printed(Press(config, wanted, batch.printed_at), store.printed_in(batch.id))
        if items:
            with put_in_place(files):
                store.printed_again([item.id for item in items], who=who, now=clock())
            if begun(store).get("batch") == batch.id:
                store.set_setting(BEGUN, "")
    return PrintedBatch(batch.id if items else "", len(items), tuple(files), left_out)


def printed(press: Press, items: Sequence[PostedItem]) -> tuple[list[PostedItem], tuple[LeftOut, ...], dict[Path, bytes]]:
    """What can be printed, what cannot, and the files, which are none where there is nothing to print."""
    faults = {item.id: press.fault(item) for item in items}
    good = [item for item in items if not faults[item.id]]
    left_out = tuple(LeftOut(item.request_id, faults[item.id]) for item in items if faults[item.id])
    return good, left_out, press.files(good) if good else {}


def batch_of(batches: Sequence[Batch], batch_id: str) -> Batch:
    if not batches:
        raise CannotAct("No batch was printed yet: without --again what waits is printed.")
    found = next((batch for batch in batches if batch_id in ("", batch.id)), None)
    if found is None:
        last = ", ".join(f"{batch.id} ({batch.printed_at:%Y-%m-%d}, {batch.items})" for batch in batches[:SHOWN_BATCHES])
        raise CannotAct(f"There is no batch {batch_id}: the last ones are {last}.")
    return found


@contextmanager
def printing(config: Config) -> Iterator[ReviewStore]:
    with single_run(config.labels_lock_path) as mine, closing(assemble.open_store(config)) as store:
        if not mine:
            raise CannotAct("Labels are being printed by another process at this moment: try again when it has ended.")
        yield store


# --- a death in between ------------------------------------------------------------------------------------


def begin(store: ReviewStore, batch: str, files: Mapping[Path, bytes]) -> None:
    digests = {str(path.absolute()): hashlib.sha256(content).hexdigest() for path, content in files.items()}
    store.set_setting(BEGUN, {"batch": batch, "files": digests})


def begun(store: ReviewStore) -> Mapping[str, Any]:
    return store.setting(BEGUN) or {}


def refuse_half_done(store: ReviewStore) -> None:
    """Raises CannotAct where the last batch was marked as printed, and its files are not where they belong."""
    last = begun(store)
    if not last or all(holds(Path(path), digest) for path, digest in last["files"].items()):
        return
    if any(batch.id == last["batch"] for batch in store.batches()):
        raise CannotAct(
            f"Batch {last['batch']} was broken off before its files were in place: print it with --again {last['batch']}. "
            "Nothing new was printed."
        )


def holds(path: Path, digest: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest
