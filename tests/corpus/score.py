"""Scores what the program decides for the labelled mails: by outcome, by field, and the three harms that must be nought.

    python -m tests.corpus.score [--mistakes] [SET…]

A set is a folder beside this file with `mail/*.eml`, the register `members.csv` and `truth.jsonl`. The exit code is 1 where a
harm is done, or where a set has fewer right outcomes than it must.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import astuple, dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from swc_mailer.adapters.register_csv import IndexedRegister, open_register
from swc_mailer.adapters.rules_files import read_words
from swc_mailer.commands.explain import explain, explained_record
from swc_mailer.config_sections import POST_TO, Columns
from swc_mailer.core.model import Policy

HERE = Path(__file__).parent
ANSWERED = {"pack", "details_missing", "closed"}
FIELDS = ("membership_number", "postcode", "missing")
PROPERTY = "score"  # of a test's report: the figures of a set

# The least share of right outcomes in a set; a harm fails at any share.
MUST_REACH = {
    "first": 1.0,
    "exam": 1.0,
    "strangers": 1.0,
    # Seen when the rules had been made: what is left of them is for those to mend who come next.
    "fortyfifth": 0.9,
    "fortysixth": 0.95,
    "fortyseventh": 0.94,
    "fortyninth": 0.97,
    "fiftyfirst": 0.95,
    "fiftyfourth": 0.97,
    "fiftysixth": 0.94,
    "fiftyeighth": 0.96,
    "sixtieth": 0.97,
    "sixtyninth": 0.95,
    "eightyfirst": 0.94,
    "eightyseventh": 0.95,
    "eightyninth": 0.97,
    "ninetyfirst": 0.97,
    "ninetyfourth": 0.95,
    "ninetyfifth": 0.94,
    "ninetysixth": 0.92,
    "ninetyseventh": 0.95,
    "ninetyeighth": 0.97,
    "ninetyninth": 0.95,
    "hundredsecond": 0.94,
    "hundredfourth": 0.94,
    "hundredsixth": 0.97,
    "hundredtenth": 0.97,
    "hundredseventeenth": 0.94,
    "hundrednineteenth": 0.89,
    "hundredtwentieth": 0.97,
    "hundredtwentyfirst": 0.92,
    "hundredtwentythird": 0.95,
    "hundredtwentyfifth": 0.95,
    "hundredtwentysixth": 0.95,
    "hundredtwentyninth": 0.96,
    "hundredthirtieth": 0.92,
    "hundredthirtyfirst": 0.95,
    "hundredthirtyfifth": 0.9,
    "hundredthirtysixth": 0.96,
    "hundredthirtyseventh": 0.9,
    "hundredthirtyeighth": 0.93,
    "hundredthirtyninth": 0.92,
    "hundredfortieth": 0.96,
    "hundredfortyfirst": 0.92,
    "hundredfortysecond": 0.88,
    "hundredfortythird": 0.95,
}
OTHERS_MUST_REACH = 0.98

# The consultation that all the mails are about.
POLICY = Policy(
    deadline=date(2014, 3, 21),
    timezone=ZoneInfo("Europe/London"),
    own_addresses=frozenset({"swc@amnesty.org.uk"}),
    own_postcodes=frozenset(),
    post_to=POST_TO,
    authserv_id="mx.amnesty.org.uk",
)


@dataclass
class Tally:
    """Of one outcome or one field: how often it was due, given, and both."""

    due: int = 0
    given: int = 0
    right: int = 0

    @property
    def precision(self) -> float:
        return self.right / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.due if self.due else 1.0

    def plus(self, other: Tally) -> Tally:
        return Tally(self.due + other.due, self.given + other.given, self.right + other.right)


@dataclass
class Score:
    """What became of one set."""

    name: str
    total: int = 0
    right: int = 0
    outcomes: dict[str, Tally] = field(default_factory=dict)
    fields: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in FIELDS})
    harms: Counter[str] = field(default_factory=Counter)
    mistakes: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.right / self.total

    @property
    def good_enough(self) -> bool:
        return not self.harms and self.share >= MUST_REACH.get(self.name, OTHERS_MUST_REACH)

    def add(self, want: Mapping[str, Any], got: Mapping[str, Any]) -> None:
        """Count one mail: a line of truth.jsonl, and what `explain --json` says of it."""
        self.total += 1
        self.right += want["outcome"] == got["outcome"]
        count(self.outcomes.setdefault(want["outcome"], Tally()), want["outcome"], None)
        count(self.outcomes.setdefault(got["outcome"], Tally()), None, got["outcome"])
        self.outcomes[want["outcome"]].right += want["outcome"] == got["outcome"]
        wrong = [f"{name} {due!r} read as {given!r}" for name, due, given in self.compared(want, got) if due != given]
        self.harms.update(harms(want, got))
        if wrong or want["outcome"] != got["outcome"]:
            codes = ", ".join(reason["code"] for reason in got["reasons"])
            said = "; ".join([f"{want['outcome']} was due, got {got['outcome']} ({codes})", *wrong])
            self.mistakes.append(f"{self.name}/{got['file']} [{want['case']}]: {said}. {want['why']}")

    def compared(self, want: Mapping[str, Any], got: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
        """The fields that matter for the outcome that was due."""
        pairs = {
            "membership_number": (want["number"], got["membership_number"]),
            "postcode": (want["postcode"], got["postcode"]),
            "missing": (sorted(want.get("missing") or []) or None, sorted(got["missing"]) or None),
        }
        due = {"pack": FIELDS, "details_missing": ("missing",)}.get(want["outcome"], ())
        for name in due:
            count(self.fields[name], *pairs[name])
            yield name, *pairs[name]

    def lines(self) -> Iterator[str]:
        yield (
            f"{self.name}: {self.right} of {self.total} outcomes right ({self.share:.1%}); "
            f"wrong packs {self.harms['wrong pack']}, "
            f"robots answered {self.harms['robot answered']}, people dropped {self.harms['person dropped']}"
        )
        for name, tally in sorted(self.outcomes.items()) + [each for each in self.fields.items() if each[1].due]:
            yield f"    {name:18} precision {tally.precision:.3f}  recall {tally.recall:.3f}  ({tally.right} of {tally.due})"

    @property
    def figures(self) -> dict[str, Any]:
        """All but the mistakes, in what one process can tell another."""
        kinds = {name: {each: astuple(tally) for each, tally in all_of.items()} for name, all_of in self._kinds.items()}
        return {"total": self.total, "right": self.right, "harms": dict(self.harms), **kinds}

    @property
    def _kinds(self) -> dict[str, dict[str, Tally]]:
        return {"outcomes": self.outcomes, "fields": self.fields}

    def add_all(self, figures: Mapping[str, Any]) -> None:
        """Count another set's figures too."""
        self.total += figures["total"]
        self.right += figures["right"]
        self.harms.update(figures["harms"])
        for kind, all_of in self._kinds.items():
            for name, tally in figures[kind].items():
                all_of[name] = all_of.get(name, Tally()).plus(Tally(*tally))


def together(sets_of_figures: Iterable[Mapping[str, Any]]) -> Score:
    result = Score("together")
    for figures in sets_of_figures:
        result.add_all(figures)
    return result


def count(tally: Tally, due: Any, given: Any) -> None:
    tally.due += due is not None
    tally.given += given is not None
    tally.right += due is not None and due == given


def harms(want: Mapping[str, Any], got: Mapping[str, Any]) -> Iterator[str]:
    if got["outcome"] == "pack" and (want["outcome"] != "pack" or got["membership_number"] != want["number"]):
        yield "wrong pack"
    if want["outcome"] == "ignore" and got["outcome"] in ANSWERED:
        yield "robot answered"
    if want["outcome"] != "ignore" and got["outcome"] == "ignore":
        yield "person dropped"


def sets() -> list[str]:
    return sorted(path.parent.name for path in HERE.glob("*/truth.jsonl"))


def truth(name: str) -> dict[str, dict[str, Any]]:
    rows = (json.loads(line) for line in (HERE / name / "truth.jsonl").read_text(encoding="utf-8").splitlines())
    return {row["file"]: row for row in rows}


def register_of(name: str, folder: Path) -> IndexedRegister:
    return open_register(
        HERE / name / "members.csv",
        columns=Columns().mapping(),
        encoding="auto",
        delimiter="auto",
        number_pattern=POLICY.number_pattern,
        accepted_statuses=("current",),
        index_path=folder / f"{name}.db",
    )


def score(name: str) -> Score:
    """Decide every mail of a set as `explain` does, and compare."""
    result, wanted, words = Score(name), truth(name), read_words()
    with TemporaryDirectory() as folder, closing(register_of(name, Path(folder))) as register:
        for explained in explain([HERE / name / "mail"], words=words, policy=POLICY, register=register):
            result.add(wanted.pop(explained.file), explained_record(explained))
    assert not wanted, f"{name}: labelled, but there is no such mail: {sorted(wanted)}"
    return result


def report(scores: Iterable[Score], *, mistakes: bool) -> int:
    told = []
    for result in scores:
        told.append(result)
        for line in [*result.lines(), *(result.mistakes if mistakes else ())]:
            print(line)
    print(*together(result.figures for result in told).lines(), sep="\n")
    return 0 if all(result.good_enough for result in told) else 1


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Score the labelled mails.")
    parser.add_argument("sets", nargs="*", default=sets())
    parser.add_argument("--mistakes", action="store_true", help="a line for each mail that was read or decided wrongly")
    args = parser.parse_args(argv)
    return report(map(score, args.sets), mistakes=args.mistakes)


if __name__ == "__main__":
    sys.exit(main())
