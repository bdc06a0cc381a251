"""The states and refusals that docs/architecture.md tells of are those of the code."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from swc_mailer.adapters.store.states import TRANSITIONS, ReplyState, RequestState
from swc_mailer.core.gate import REFUSALS, Then

PAGE = (Path(__file__).parent.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
BECOMES = {
    Then.STOP: "stays due, and all after it",
    Then.WAIT: "stays due until a person lets it go",
    Then.REVIEW: "is held, for review",
}
REFUSAL = re.compile(r'Refusal\("(?P<code>\w+)", .*, Then\.(?P<then>\w+)\)')


def table(heading: str) -> list[list[str]]:
    """The cells of the table whose first column has this heading."""
    rows = PAGE.partition(f"| {heading} |")[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def names(text: str) -> list[str]:
    return re.findall(r"`(\w+)`", text)


def test_every_state_of_a_reply_and_every_way_on_from_it_is_documented() -> None:
    told = {ReplyState(names(state)[0]): {ReplyState(name) for name in names(ways)} for state, _, ways in table("state")}

    assert told == TRANSITIONS


def test_every_state_of_a_reply_has_its_ways_and_none_leads_to_itself() -> None:
    assert TRANSITIONS.keys() == set(ReplyState)
    assert all(state not in ways for state, ways in TRANSITIONS.items())


def test_every_state_of_a_request_is_documented() -> None:
    (sentence,) = re.findall(r"^A request is (.*)$", PAGE, re.MULTILINE)

    assert names(sentence) == [state.value for state in RequestState]


def test_every_refusal_of_the_gate_is_documented_in_its_order() -> None:
    told = [(names(rule)[0], names(code)[0], becomes) for rule, code, _, becomes in table("refusal")]

    assert told == [(rule.__name__, *code_and_end(inspect.getsource(rule))) for rule in REFUSALS]


def code_and_end(source: str) -> tuple[str, str]:
    found = REFUSAL.search(source)
    assert found
    return found["code"], BECOMES[Then[found["then"]]]
