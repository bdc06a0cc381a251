"""When another register is in use than before, what waits for the register's sake is decided again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from swc_mailer.core.model import Verdict

if TYPE_CHECKING:
    from datetime import datetime

    from swc_mailer.assemble import Lazily
    from swc_mailer.config import Config
    from swc_mailer.desk_port import ReviewStore

FOR_THE_REGISTER = {verdict.value for verdict in Verdict if verdict is not Verdict.MATCH}  # the reason codes
REGISTER = "register"  # the setting that says which register cases were last decided by


def redecide_where_register_changed(config: Config, store: ReviewStore, parts: Lazily, *, clock: Callable[[], datetime]) -> int:
    """How many cases were decided otherwise than before. Looks at the register's file alone where it is as it was."""
    mark = [parts.register.digest, *sorted(config.register_.accepted_statuses)]
    if store.setting(REGISTER) == mark:
        return 0
    waiting = [case.id for case in store.queue() if any(reason["code"] in FOR_THE_REGISTER for reason in case.reasons)]
    changed = decide_again(config, store, parts, waiting, clock=clock) if waiting else 0
    store.set_setting(REGISTER, mark)
    return changed


def decide_again(
    config: Config, store: ReviewStore, parts: Lazily, case_ids: Sequence[str], *, clock: Callable[[], datetime]
) -> int:
    # These read mail, with all that takes to load; most runs find the register as it was.
    from swc_mailer.commands.queue_redecide import redecide
    from swc_mailer.commands.reviewer import Reviewer
    from swc_mailer.ports import PROGRAM

    reviewer = Reviewer(PROGRAM, config, store, parts, clock=clock)
    return sum(done.changed for done in redecide(reviewer, case_ids))
