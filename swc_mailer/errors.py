"""Errors, sorted by who must act. Bad mail is none of them: it is a fact on the Message, and the decision is `review`.

    SwcMailerError
    ├── ConfigError      the person who installs must mend something       exit 2
    ├── LoginRefused     a server refused the user name or the password    exit 2
    ├── Unreachable      nobody need act, the next run tries again         exit 75
    ├── StoreError       the store cannot be used as it is                 exit 1
    │   └── NoSuchCase         there is no case of this id            exit 1
    ├── CannotAct        an action on a case is not possible as asked      exit 1
    │   └── ChangedMeanwhile   somebody else acted on the case first       exit 1
    └── Refused, TryLater, DeliveryUnknown   what became of one reply      (recorded, never leaves a command)

Each message is one sentence that names the thing and the mend, and holds no secret.
"""

from __future__ import annotations

from collections.abc import Sequence


class SwcMailerError(Exception):
    """Something that a person can understand went wrong."""

    exit_code = 1


class ConfigError(SwcMailerError):
    """The configuration, the register, a template or the pack must be mended; one line for each problem."""

    exit_code = 2

    def __init__(self, problems: Sequence[str] | str) -> None:
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))


class LoginRefused(SwcMailerError):
    """A server refused the log-in."""

    exit_code = 2


class Unreachable(SwcMailerError):
    """A server could not be reached; the next run tries again."""

    exit_code = 75


class StoreError(SwcMailerError):
    """The store cannot be used: full, read-only, locked, damaged or of another version."""


class NoSuchCase(StoreError):
    """The store has no case of this id."""


class CannotAct(SwcMailerError):
    """An action of the review queue is not possible as it was asked; nothing was changed."""


class ChangedMeanwhile(CannotAct):
    """Somebody else acted on the case since it was looked at; nothing was changed."""


class Refused(SwcMailerError):
    """The SMTP server refused one reply for good (5xx)."""

    def __init__(self, code: int, answer: str) -> None:
        self.code = code
        self.answer = answer
        super().__init__(f"The mail server refused the reply: {code} {answer}")


class TryLater(SwcMailerError):
    """The SMTP server refused one reply for now (4xx)."""

    def __init__(self, code: int, answer: str) -> None:
        self.code = code
        self.answer = answer
        super().__init__(f"The mail server put the reply off: {code} {answer}")


class DeliveryUnknown(SwcMailerError):
    """The connection died after the reply's last byte and before the server's answer."""
