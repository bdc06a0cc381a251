"""Small mails in which numbers and addresses are given, or only seem to be, made into messages with a register of their own.

In choices/*.txt there are several of them, in gaps/*.txt some are missing, and in whom/*.txt somebody asks for herself, for
somebody else, or for several.

`{n}` and `{a}` stand for the writer's number and registered address, `{m}` and `{b}` for others, which may be another member's.
Which they are goes by the text, so that no author's are always the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from zlib import crc32

from swc_mailer.core.decide import decide
from swc_mailer.core.model import Address, Decision, History, Member, Policy
from swc_mailer.core.reading import Reading, read
from swc_mailer.core.register import MemoryRegister, number_key, postcode_key
from swc_mailer.core.words import Words
from tests.core.test_decided_mails import RECEIVED, cases

FOLDERS = tuple(Path(__file__).parent / name for name in ("choices", "gaps", "whom"))
HOMES = (
    "12 Station Road, Leeds LS6 2AB",
    "Flat 3, 40 Mill Lane, York YO1 9XY",
    "The Old Forge, Church Street, Ludlow SY8 1AP",
    "7 Heol y Bryn, Bangor LL57 2DR",
    "104 Whitehall Drive, Dundee DD2 3LQ",
    "21b Clarence Terrace, Brighton BN2 1NX",
)
ELSEWHERE = "9 Dock Street, Hull HU1 2ZZ"
NUMBERS = (("1234567", "1234657"), ("4081926", "4081962"), ("0357214", "2290517"), ("7710438", "3175826"), ("6204918", "5830164"))
LEFT_OPEN = ("open", "elsewhere", "members", "behalf", "several")
GIVEN = ("both", "number", "address", "neither")
OWN, BEHALF, SEVERAL = "own", "behalf", "several"
POSTCODE = re.compile(r" (?=\S+ \S+$)")


@dataclass(frozen=True)
class Truth:
    """Whether a number and an address are given as the writer's, None where that is not known; `left_open`: not which counts;
    for `whom` it is asked: her own self, on somebody's behalf or for several, "" where that is not known; whether another `form`
    of the documents is asked for."""

    number: Callable[[str], bool | None]
    address: Callable[[Address], bool | None]
    left_open: bool = False
    whom: str = ""
    form: bool | None = None


@dataclass(frozen=True)
class SmallMail:
    """One mail: `code` is settled, open, elsewhere or members; or what is given: both, number, address or neither; or for whom it
    asks: own, behalf or several."""

    code: str
    subject: str
    text: str

    @property
    def values(self) -> dict[str, str]:
        chance = crc32(self.text.encode())
        number, other = NUMBERS[chance % len(NUMBERS)]
        home, place = (HOMES[(chance // 7 + steps) % len(HOMES)] for steps in (0, 1 + chance // 50 % (len(HOMES) - 1)))
        return {"{n}": number, "{m}": other, "{a}": home, "{b}": place}

    @property
    def register(self) -> MemoryRegister:
        values = self.values
        chance = crc32(self.subject.encode())
        relative = member(values["{m}"], "Len Example", values["{a}"])
        stranger = member(values["{m}"], "Len Stranger", values["{b}"] if chance % 2 else ELSEWHERE)
        another = relative if "{b}" not in self.text and chance % 3 == 0 else stranger
        return MemoryRegister((member(values["{n}"], "Ann Example", values["{a}"]), another))

    def reading(self, words: Words, policy: Policy) -> Reading:
        mail = EmailMessage(policy=SMTP)
        mail["From"] = "Ann Example <ann@example.org>"
        mail["To"] = "swc@amnesty.org.uk"
        mail["Subject"] = self.filled(self.subject)
        mail["Message-ID"] = "<1@example.org>"
        mail.set_content(self.filled(self.text).replace("¶", "\n"))
        return read(mail.as_bytes(), received=RECEIVED, policy=policy, words=words)

    def filled(self, text: str) -> str:
        for name, value in self.values.items():
            text = text.replace(name, value)
        return text

    def truth(self) -> Truth:
        """What is given as the writer's. Where it is left open which of two counts, both are; two members give one each."""
        values = self.values
        numbers: tuple[str, ...] = ("{n}",)
        homes: tuple[str, ...] = ("{a}",)
        whom = {"behalf": BEHALF, "members": SEVERAL, "several": SEVERAL}.get(self.code, OWN)
        if self.code in LEFT_OPEN:
            several = "{m}" in self.text, "{b}" in self.text
            if whom == BEHALF or (whom != SEVERAL and all(several)):
                return Truth(_not_told, _not_told, left_open=True, whom=whom)  # which of them is meant?
            given = ("{m}",) if self.code == "elsewhere" else ("{n}", "{m}")
            numbers = given if several[0] else numbers
            homes = tuple(name.replace("n", "a").replace("m", "b") for name in given) if several[1] else homes
        elif self.code in GIVEN:
            numbers = numbers if self.code in ("both", "number") else ()
            homes = homes if self.code in ("both", "address") else ()
        known = {number_key(values[name]) for name in numbers}
        codes = {postcode_key(POSTCODE.split(values[name].rpartition(", ")[2])[1]) for name in homes}
        return Truth(
            lambda value: number_key(value) in known,
            lambda address: postcode_key(address.postcode) in codes,
            left_open=self.code in LEFT_OPEN,
            whom=whom,
        )

    def decided(self, words: Words, policy: Policy) -> Decision:
        return decide(self.reading(words, policy).case(History(), register=self.register, policy=policy, words=words))


def _not_told(_: object) -> None:
    return None


def member(number: str, name: str, address: str) -> Member:
    *lines, last = address.split(", ")
    town, postcode = POSTCODE.split(last)
    return Member(number, name, (*lines, town), postcode, "", "current", current=True)


def small_mails() -> Iterator[tuple[str, SmallMail]]:
    """Each with its author."""
    for folder in FOLDERS:
        for path in sorted(folder.glob("*.txt")):
            yield from ((f"{folder.name} {path.stem}", SmallMail(*case)) for case in cases(path))
