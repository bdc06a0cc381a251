"""What several commands take: the configuration, and values as argparse's types."""

from __future__ import annotations

import os
import pwd
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from swc_mailer.config import Config


def no_arguments(_parser: ArgumentParser) -> None:
    pass


def configuration(args: Namespace) -> Config:
    from swc_mailer.config_file import read_config

    return read_config(args.config, os.environ)


def user_name() -> str:
    """Who acts, for the audit: the computer's own account, whatever the environment says."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # as in a container, whose users need no name
        return f"user {os.getuid()}"


def whole_number(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("must be a whole number, 1 or more")
    return int(text)


def moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError("must be an ISO time such as 2014-03-21T23:59:59+00:00") from error


def aware(when: datetime, timezone: ZoneInfo) -> datetime:
    """A time that names no zone is one of the consultation's."""
    return when if when.tzinfo else when.replace(tzinfo=timezone)
