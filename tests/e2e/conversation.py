"""A conversation as a script: a TOML file in, its turns and what must hold after each of them out.

tests/conversations/README.md explains the form to whoever writes one. What a file says and this form does not know is an error.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

CONVERSATIONS = sorted((Path(__file__).parent.parent / "conversations").glob("*/*.toml"))
WITH_MACHINES = ("loops", "bounces")  # folders
ZONE = ZoneInfo("Europe/London")
OURS = "swc@amnesty.org.uk"
COLUMNS = "membership_number,name,address_1,address_2,town,county,postcode,email,status"


@dataclass(frozen=True)
class Mail:
    """An email as its writer's mail program makes it."""

    from_: str = ""
    subject: str = ""  # of an answer: "Re: " and the subject that it answers, unless given
    text: str = ""
    to: str = OURS
    replies_to: str = ""  # "reply 1": In-Reply-To, References and a quote as a mail program makes them; "message 1" likewise
    quote: bool = True
    message_id: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: str = ""  # instead of all these: the whole message


@dataclass(frozen=True)
class Robot:
    """A machine: it writes in each round whatever happens, or answers each reply that reaches it."""

    mail: Mail
    address: str
    answers: bool  # only where a reply has come
    becomes: tuple[str, ...]  # what is decided of its mails, in order


@dataclass(frozen=True)
class Then:
    """What must hold after a turn."""

    message: str | None = None  # "pack: details_match"; of several messages `messages`
    messages: tuple[str, ...] = ()
    filed: str = ""  # where the message lies, if not where its outcome says
    replies: tuple[str, ...] = ()  # exactly these went out
    said: tuple[str, ...] = ()  # in the last reply
    not_said: tuple[str, ...] = ()
    queue: tuple[str, ...] | None = None  # exactly these cases wait; None: those of the turn before
    why: tuple[str, ...] = ()  # in the sentences of the cases that wait
    evidence: tuple[str, ...] = ()  # of the message's decision
    printed: tuple[str, ...] = ()
    code: int = 0  # the exit code

    @property
    def expected_messages(self) -> tuple[str, ...]:
        return self.messages if self.message is None else (self.message,)


@dataclass(frozen=True)
class Turn:
    """One thing that happens; then the program runs, unless it is told to wait."""

    at: datetime
    clock: datetime  # what the machine's clock shows when the program runs
    mail: Mail | None = None
    again: str = ""  # "message 1": the same bytes once more
    put_back: str = ""  # "message 1": a person moves it from Ignored to the inbox
    answered: bool = False  # it carries \\Answered when the program first sees it
    command: tuple[str, ...] = ()  # instead of `run`
    members: tuple[str, ...] = ()  # the register from now on
    rounds: int = 0
    every: timedelta = timedelta(hours=1)
    robots: tuple[Robot, ...] = ()
    run: bool = True
    then: Then = Then()


@dataclass(frozen=True)
class Script:
    story: str
    members: tuple[str, ...]
    turns: tuple[Turn, ...]
    config: Mapping[str, Mapping[str, Any]]
    smtp_faults: tuple[str, ...]


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


# --- reading -----------------------------------------------------------------------------------------------


def read_script(path: Path) -> Script:
    given = tomllib.loads(path.read_text(encoding="utf-8"))
    return Script(
        story=given.pop("story"),
        members=tuple(given.pop("members")),
        turns=tuple(turn_from(turn) for turn in given.pop("turn")),
        config=given.pop("config", {}),
        smtp_faults=tuple(given.pop("smtp_faults", ())),
        **given,
    )


def turn_from(given: dict[str, Any]) -> Turn:
    at = in_zone(given.pop("at"))
    values: dict[str, Any] = {
        name: given.pop(name) for name in ("again", "put_back", "answered", "rounds", "run") if name in given
    }
    values |= {name: tuple(given.pop(name)) for name in ("command", "members") if name in given}
    return Turn(
        at=at,
        clock=in_zone(given.pop("clock")) if "clock" in given else at + timedelta(minutes=1),
        every=timedelta(hours=given.pop("every_hours", 1)),
        robots=tuple(robot_from(robot) for robot in given.pop("robot", ())),
        then=then_from(given.pop("then", {})),
        mail=mail_from(given) if given else None,
        **values,
    )


def mail_from(given: dict[str, Any]) -> Mail:
    return Mail(from_=given.pop("from", ""), **given)


def robot_from(given: dict[str, Any]) -> Robot:
    return Robot(
        address=given.pop("address"),
        answers=given.pop("answers", False),
        becomes=tuple(given.pop("becomes")),
        mail=mail_from(given),
    )


def then_from(given: dict[str, Any]) -> Then:
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    return Then(**values)


def in_zone(when: datetime) -> datetime:
    """A time without a zone is one of the consultation's."""
    return when if when.tzinfo else when.replace(tzinfo=ZONE)


def register(members: tuple[str, ...]) -> str:
    """The CSV of rows such as "1234567 | Ann Example | 12 Station Road, Leeds | LS6 2AB | current"."""
    lines = [COLUMNS]
    for member in members:
        number, name, address, postcode, status = (piece.strip() for piece in member.split("|"))
        street, _, town = address.rpartition(",")
        lines.append(f'{number},"{name}","{street.strip()}",,"{town.strip()}",,{postcode},,{status}')
    return "\n".join(lines) + "\n"


# --- the messages ------------------------------------------------------------------------------------------

PLACE = re.compile(r"\{(reply|message)(?: (\d+))?\.(\w+)\}")


@dataclass(frozen=True)
class Said:
    """All that was written so far, byte for byte, for mails that answer it."""

    messages: tuple[bytes, ...]  # by people and machines, in the order of the script
    replies: tuple[bytes, ...]  # by the program, in the order of sending
    at_hand: bytes = b""  # the reply that a robot answers

    def fill(self, text: str) -> str:
        """`{reply 1.message_id}`, `{message 2.raw}`, and `{reply.subject}` of the reply at hand."""
        return PLACE.sub(lambda found: facts_of(self.piece(found[1], found[2]))[found[3]], text)

    def piece(self, kind: str, number: str | None) -> bytes:
        if number is None:
            assert self.at_hand, "only a robot has a reply at hand"
            return self.at_hand
        return (self.replies if kind == "reply" else self.messages)[int(number) - 1]


def parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, _class=EmailMessage, policy=default)


def facts_of(raw: bytes) -> dict[str, str]:
    mail, whole = parsed(raw), raw.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
    return {
        "message_id": str(mail["Message-ID"]),
        "subject": str(mail["Subject"]),
        "text": text_of(mail),
        "quoted": quoted(text_of(mail)),
        "head": whole.partition("\n\n")[0],
        "raw": whole,
    }


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    return str(part.get_content()) if part else ""


def quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def bytes_of(mail: Mail, said: Said, *, at: datetime, number: int) -> bytes:
    """The message as it is delivered; `number` makes its Message-ID."""
    if mail.raw:
        raw = said.fill(mail.raw.replace("{at}", format_datetime(at)))
        return raw.encode("utf-8", "surrogateescape").replace(b"\n", b"\r\n")
    answered = answered_by(mail, said)
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"] = mail.from_, mail.to
    made["Date"] = format_datetime(at)
    made["Message-ID"] = said.fill(mail.message_id) or f"<{at:%Y%m%d%H%M}.{number}@mail.example.org>"
    made["Subject"] = said.fill(mail.subject) or (f"Re: {bare(str(answered['Subject']))}" if answered else "")
    if answered:
        made["In-Reply-To"] = str(answered["Message-ID"])
        made["References"] = f"{answered['References'] or ''} {answered['Message-ID']}".strip()
    for name, value in mail.headers.items():
        made[name] = said.fill(value)
    made.set_content(said.fill(mail.text) + (quote(answered) if answered and mail.quote else ""))
    return made.as_bytes()


def answered_by(mail: Mail, said: Said) -> EmailMessage | None:
    if not mail.replies_to:
        return None
    kind, _, number = mail.replies_to.partition(" ")
    return parsed(said.piece(kind, number or None))


def quote(answered: EmailMessage) -> str:
    """As Apple Mail writes it."""
    sent = answered["Date"].datetime.astimezone(ZONE)
    return f"\n\nOn {sent:%d %b %Y, at %H:%M}, {answered['From']} wrote:\n\n{quoted(text_of(answered))}\n"


def bare(subject: str) -> str:
    return re.sub(r"^(?:re: *)+", "", subject, flags=re.IGNORECASE)
