"""One decided message in, an account for people out: what was read where, which rule decided, and what else could have been."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice

from swc_mailer.commands.explain import Explained
from swc_mailer.core.alternatives import alternatives
from swc_mailer.core.candidates import candidates
from swc_mailer.core.decide import RULES, answering_rule, by_register, for_people, quotes
from swc_mailer.core.marks import Mark, Piece, marks, pieces
from swc_mailer.core.model import Case, Decision, DetailsMissing, Match, Number, Part, Verdict, Wish, Zone
from swc_mailer.core.record import decision_match, sentence
from swc_mailer.output import number_of, one_line, say, say_in_style
from swc_mailer.words_of_queue import address_line, beside_text, candidate_line, counts_not, heading, number_line

# What each rule looks at, in the words of docs/policy.md.
RULES_IN_WORDS: Mapping[str, str] = {
    "put_back": "a person moved the message from Ignored back into the inbox",
    "automatic_mail": "a machine wrote it, such as an auto-reply, a bounce, a list",
    "duplicate": "the same message once more",
    "answered_by_hand": "it was already marked as answered when first seen",
    "thanks": "thanks, and nothing else",
    "blocked": "staff said never to answer this address",
    "authentication": "the trusted server found that the sender is not who it says",
    "too_large": "larger than `imap.max_message_bytes`",
    "unreadable": "so damaged that nothing could be read",
    "no_reply_address": "there is not one sane address of a person to answer",
    "limits": "a limit of `[limits]` is reached",
    "never_arrived": "asks where a pack is",
    "withdrawn": "no longer wants the pack",
    "no_request": "a question, a complaint, an opinion",
    "after_deadline": "the mail server took it in after the deadline, and it follows up no request in time",
    "several_members": "one message asks for several members",
    "on_behalf": "for somebody else, and not plainly that person's own wish",
    "special_format": "large print, Braille, another language",
    "attachment_only": "the details are only in an attachment",
    "quoted": "what is missing stands only in quoted or forwarded words",
    "details_missing": "the number, the full address, or both were not given",
    "several_numbers": "two or more numbers that the text does not settle",
    "several_addresses": "the same for addresses",
    "by_register": "one number and one full address are compared with the register",
}
ZONES = {
    Zone.OWN: "writer",
    Zone.SIGNATURE: "signature",
    Zone.DISCLAIMER: "footer",
    Zone.QUOTED: "quoted",
    Zone.FORWARDED: "forwarded",
    Zone.OURS: "our mail",
}
OWN_LABELS = {"subject", ZONES[Zone.OWN], ZONES[Zone.SIGNATURE]}
WISHES = {
    Wish.REQUEST: "a request for the pack",
    Wish.THANKS: "thanks",
    Wish.WITHDRAWAL: "a withdrawal",
    Wish.NEVER_ARRIVED: "asking where the pack is",
    Wish.OTHER: "no request",
}
STRENGTHS = {"A": "enough by itself", "B": "enough where nothing is asked or given", "C": "not enough by itself"}

LABEL = 11  # columns before a text
OWN_LINES, OTHER_LINES = 40, 4  # of a stretch that are shown, besides those in which something was found
LONGEST_PIECE = 1000  # characters
MOST = 3  # of what else could be

Styled = tuple[str, str]  # a text and its style


def say_explained(explained: Explained, *, verbose: bool) -> None:
    """One message: the decision and its reasons first, then the mail with its marks, then what the decision hangs on."""
    case, decision = explained.case, explained.decision
    say_in_style([(one_line(explained.file), "bold"), (": ", ""), (decision.outcome.value, "bold")])
    for reason in decision.reasons:
        say(one_line(f"{sentence(reason, case.words)} ({reason.code})"))
    say()
    for label, line in facts(case, verbose=verbose):
        say_labelled(label, [(one_line(line), "")])
    say_text(case, verbose=verbose)
    say_found(case)
    most = None if verbose else MOST
    heading("The register", register_lines(case, decision))
    heading("Signs of a machine", islice(sign_lines(case), most))
    heading("What would have changed it", islice(alternative_lines(case, decision, verbose=verbose), most))
    say()


# --- the message and the rule ------------------------------------------------------------------------------


def facts(case: Case, *, verbose: bool) -> Iterator[tuple[str, str]]:
    message, intent = case.message, case.intent
    yield "from", ", ".join(f"{sender.name} <{sender.address}>".strip() for sender in message.from_) or "nobody"
    yield "received", for_people(message.received, case)
    shown = f": {quotes(intent.evidence)}" if intent.evidence else ""
    yield "read as", f"{intent.kind or WISHES[intent.wish]}{shown}"
    yield from rule_lines(case, verbose=verbose)


def rule_lines(case: Case, *, verbose: bool) -> Iterator[tuple[str, str]]:
    """The rule that decided, and those that were asked before it."""
    names = [rule.__name__ for rule in (*RULES, by_register)]
    name = answering_rule(case).__name__
    before = names[: names.index(name)]
    yield f"rule {len(before) + 1}", f"{name}: {RULES_IN_WORDS[name]}"
    if verbose:
        for number, other in enumerate(before, 1):
            yield f"not {number}", f"{other}: {RULES_IN_WORDS[other]}"
    elif before:
        yield "", f"{number_of(len(before), 'rule')} before it did not apply; --verbose lists them"


def say_labelled(label: str, line: Sequence[Styled], bar: str = "") -> None:
    say_in_style([(f"  {label:<{LABEL}}{bar}", "dim"), *line])


# --- the text with its marks -------------------------------------------------------------------------------


@dataclass(slots=True)
class Line:
    """A line of the text under the name of whose words it is."""

    label: str = ""
    pieces: list[Styled] = field(default_factory=list)
    marked: bool = False

    @property
    def empty(self) -> bool:
        return not any(text.strip() for text, _ in self.pieces)


def say_text(case: Case, *, verbose: bool) -> None:
    """Every part, with [1: what was found] numbered as in the list below it."""
    numbers = numbered(case)
    lines = [line for part in case.message.parts for line in lines_of(part, case, numbers, verbose=verbose)]
    say()
    for label, section in groupby(without_gaps(lines), key=lambda line: line.label):
        kept = shortened(list(section), most=None if verbose else OWN_LINES if label in OWN_LABELS else OTHER_LINES)
        for index, line in enumerate(kept):
            say_labelled("" if index else label, [] if line.empty else [(" ", ""), *line.pieces], bar="|")
    for told in beside_text(case.message):
        say_labelled("", [(one_line(told), "")])


def numbered(case: Case) -> dict[Mark, int]:
    """What was found, in the order in which it is shown; then what stands nowhere in this message's text by itself."""
    shown = [piece.mark for part in case.message.parts for piece in pieces(part, case.details) if piece.mark]
    return {mark: number for number, mark in enumerate(dict.fromkeys([*shown, *marks(case.details)]), 1)}


def lines_of(part: Part, case: Case, numbers: Mapping[Mark, int], *, verbose: bool) -> list[Line]:
    lines = [Line()]
    for piece, text in bracketed(pieces(part, case.details), numbers):
        label, style = label_of(part, piece), style_of(piece)
        for index, row in enumerate(text.split("\n")):
            if index:
                lines.append(Line(label))
            if row:
                add(lines[-1], label, (in_short(row.expandtabs(), verbose=verbose), style), marked=piece.mark is not None)
    return lines


def bracketed(made: Sequence[Piece], numbers: Mapping[Mark, int]) -> Iterator[tuple[Piece, str]]:
    """Each piece with its text; what was found in brackets, which hold all the pieces that one mark covers."""
    for before, piece, after in zip([None, *made][:-1], made, [*made, None][1:], strict=True):
        opens = f"[{numbers[piece.mark]}: " if piece.mark and not (before and before.mark is piece.mark) else ""
        closes = "]" if piece.mark and not (after and after.mark is piece.mark) else ""
        yield piece, f"{opens}{piece.text}{closes}"


def add(line: Line, label: str, piece: Styled, *, marked: bool) -> None:
    """A line is of whom its first piece is of."""
    line.label = line.label if line.pieces else label
    line.pieces.append(piece)
    line.marked = line.marked or marked


def label_of(part: Part, piece: Piece) -> str:
    return ZONES[piece.zone] if part.name == "text" else part.name


def style_of(piece: Piece) -> str:
    if piece.mark:
        return "bold" if piece.mark.counts else "strike"
    return "dim" if piece.aside else ""


def in_short(text: str, *, verbose: bool) -> str:
    left_out = len(text) - LONGEST_PIECE
    half = LONGEST_PIECE // 2
    return text if verbose or left_out <= 0 else f"{text[:half]} (… {left_out:,} characters …) {text[-half:]}"


def without_gaps(lines: Iterable[Line]) -> Iterator[Line]:
    """Without empty lines at the beginning and the end of a stretch, and with no more than one between others."""
    for _, section in groupby(lines, key=lambda line: line.label):
        gap: Line | None = None
        begun = False
        for line in section:
            if line.empty:
                gap = line
                continue
            if gap and begun:
                yield gap
            yield line
            gap, begun = None, True


def shortened(lines: Sequence[Line], *, most: int | None) -> Iterator[Line]:
    """The first lines, and all in which something was found."""
    if most is None or len(lines) <= most + 1:
        yield from lines
        return
    for kept, run in groupby(enumerate(lines), key=lambda each: each[0] < most or each[1].marked):
        held = [line for _, line in run]
        if kept:
            yield from held
        else:
            yield Line(pieces=[(f"(… {number_of(len(held), 'line')} …)", "dim")])


# --- what was found ----------------------------------------------------------------------------------------


def say_found(case: Case) -> None:
    lines = [f"{number}  {found_line(mark)}" for mark, number in numbered(case).items()]
    heading("Found", lines or ["neither a membership number nor a postal address"])


def found_line(mark: Mark) -> str:
    """With its repair, and with why it does not count."""
    line = number_line(mark.found) if isinstance(mark.found, Number) else address_line(mark.found)
    if mark.counts:
        return f"{line}; counts"
    return line if mark.found.set_aside else f"{line}; {counts_not(mark.why_not)}"


def register_lines(case: Case, decision: Decision) -> Iterator[str]:
    """The register's answer; and where it does not agree, whom else it knows by these details."""
    found = decision_match(decision)
    if found is None:
        return
    yield from match_lines(found)
    if found.verdict is not Verdict.MATCH:
        sender = case.message.from_[0].address if case.message.from_ else ""
        others = candidates(case.details, sender, case.register, case.words)
        yield from (candidate_line(each) for each in others[:MOST] if each.member != found.member)


def match_lines(found: Match) -> Iterator[str]:
    if found.member:
        yield f"{found.member.number} is {found.member.name}, {found.member.status or 'current'}"
    if found.agrees:
        yield f"agrees: {', '.join(found.agrees)}"
    if found.differs:
        yield f"differs: {'; '.join(found.differs)}"


def sign_lines(case: Case) -> Iterator[str]:
    for sign in case.automatic:
        yield f"{sign.sign} ({sign.code}; {sign.strength}: {STRENGTHS[sign.strength]})"


def alternative_lines(case: Case, decision: Decision, *, verbose: bool) -> Iterator[str]:
    """What another decision would have come of; a request that gives nothing hangs on what its writer answers."""
    found = alternatives(case)
    for each in found:
        codes = ", ".join(reason.code for reason in each.decision.reasons)
        why = f" {' '.join(sentence(reason, case.words) for reason in each.decision.reasons)}" if verbose else ""
        yield f"{each.what}: {each.decision.outcome.value} ({codes}).{why}"
    if not found and isinstance(decision, DetailsMissing):
        yield "Once the writer gives what is missing, the register decides."
