"""The pieces of a text in, those that stand together as one address out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise, takewhile

from swc_mailer.core.address_kinds import Kind
from swc_mailer.core.address_pieces import ADDRESS, PREMISES, Piece
from swc_mailer.core.places import Vocabulary, phrase

MOST_PIECES = 16  # of one address
NUMBER_IN_FRONT = re.compile(r"(?:number|no\.?|nr\.?)\s?\d", re.IGNORECASE)  # it's number 17 on Tannery Bank
NEAR = 40  # characters between an address and the flat that it is in
SENTENCE_END = re.compile(r"[.!?;]\s")
IN_ONE_SENTENCE = 60  # and between a street and its house number: in Rose Lane, behind the church, at number 12
LEADS_TO_POSTCODE = re.compile(
    r"(?:(?:and|with|my|our|the|its?|which|that|(?:at )?present|presently|current|currently|now|nowadays|these days|being) ?)*"
    r"(?:post ?codes?|post ?office|royal mail|postman|postie|sat ?nav|post|code)?(?: ?is| ?['’]s)?",
    re.IGNORECASE,
)
LEADS_TO_STREET = re.compile(r"(?:and )?(?:which|that|it) ?(?:is|['’]s|stands|lies|sits)?", re.IGNORECASE)  # which is on
STILL = re.compile(r"still|now|again|as (?:ever|before|always)|always|here", re.IGNORECASE)  # 12 Rose Lane still, Leeds
THEN = re.compile(r"(?:and )?then", re.IGNORECASE)
IS = ("is", "are")  # they are willing
ON_A_STREET = frozenset(["on", "in", "off", "at", "down", "up"])
AHEAD = 5  # pieces that a blank line within an address is looked beyond for its postcode
STOPS_AHEAD = 12  # that a full stop within one is looked beyond: 12 ROSE LANE. NEWTON. ELY. CAMBS. CB7 4ZZ.


def read_runs(pieces: Sequence[Piece], vocab: Vocabulary) -> Iterator[list[Piece]]:
    """Pieces of addresses with nothing between them that ends one."""
    run: list[Piece] = []
    below_code = False
    for index in range(len(pieces)):
        piece = _name_within(run, pieces, index)
        if piece.kind in ADDRESS:
            if len(run) == 1:
                below_code = run[0].kind is Kind.POSTCODE and _below_code(run[0], pieces[index : index + MOST_PIECES])
            if len(run) >= MOST_PIECES or (not (run and below_code) and _starts_anew(run, piece, vocab)):
                yield run
                run = []
            run.append(piece)
        elif (
            run
            and _ends(run, piece, pieces[index + 1 : index + 1 + AHEAD])
            and not (piece.kind is Kind.STOP and _in_stops(run, pieces[index + 1 : index + 1 + STOPS_AHEAD]))
        ):
            yield run
            run = []
    if run:
        yield run


def with_flats(runs: list[list[Piece]], text: str) -> list[list[Piece]]:
    """The runs, a flat that stands by itself as part of the address beside it: LS6 2AB (flat 3); Flat 1 (ring twice), 12 High."""
    joined: list[list[Piece]] = []
    flat: list[Piece] = []
    for run in runs:
        if joined and _only_number(run) and (street := _street_without_number(joined[-1], run, text)) >= 0:
            joined[-1] = [*joined[-1][:street], run[0], *joined[-1][street:], *run[1:]]
        elif _only_flat(run):
            behind = bool(joined) and _lacks_flat(joined[-1]) and run[0].start - joined[-1][-1].end < NEAR
            flat = [] if behind else run
            joined[-1:] = [[*joined[-1], *run]] if behind else joined[-1:]
        else:
            before = flat and _lacks_flat(run) and run[0].start - flat[-1].end < NEAR
            joined.append([*flat, *run] if before else run)
            flat = []
    return joined


def _only_flat(run: Sequence[Piece]) -> bool:
    """Whether a run is a flat that is called one, and nothing else."""
    return len(run) == 1 and run[0].kind is Kind.FLAT and run[0].text[0].isalpha() and not NUMBER_IN_FRONT.match(run[0].text)


def _only_number(run: Sequence[Piece]) -> bool:
    """Whether a run is number 12 and no more than its town, and no words of a sentence: no 12 copies."""
    return (
        kinds_of(run[1:]) <= {Kind.PLACE, Kind.POSTCODE}
        and run[0].kind is Kind.FLAT
        and run[0].led != "-"
        and bool(NUMBER_IN_FRONT.match(run[0].text))
    )


def _street_without_number(run: Sequence[Piece], behind: Sequence[Piece], text: str) -> int:
    """Where the street of an address stands whose house number follows it: Rose Lane, LS6 2AB (number 12); -1 for nowhere. In one
    sentence it may follow farther behind, and the town behind it: in Rose Lane, beside the church, at number 12, Leeds."""
    number = behind[0]
    in_sentence = kinds_of(run) == {Kind.STREET} and not SENTENCE_END.search(text, run[-1].end, number.start)
    if len(behind) > 1 and not in_sentence:
        return -1
    streets = [index for index, piece in enumerate(run) if piece.kind is Kind.STREET]
    reach = IN_ONE_SENTENCE if number.led == "at" and in_sentence else NEAR
    near = 0 <= number.start - run[-1].end < reach and kinds_of(run).isdisjoint((Kind.FLAT, Kind.HOUSE, Kind.NAMED))
    lone = len(streets) == 1 and not any(map(str.isdigit, run[streets[0]].text))
    return streets[0] if near and lone else -1


def _lacks_flat(run: Sequence[Piece]) -> bool:
    return Kind.STREET in kinds_of(run) and Kind.FLAT not in kinds_of(run)


def _name_within(run: Sequence[Piece], pieces: Sequence[Piece], index: int) -> Piece:
    """What looks like a person's name is a place's below a street and before a postcode: Douglas, St George."""
    piece = pieces[index]
    if piece.kind is not Kind.PERSON or not kinds_of(run) & PREMISES or Kind.POSTCODE in kinds_of(run):
        return piece
    following = [each for each in pieces[index + 1 : index + 4] if each.kind is not Kind.STOP]
    before_place = bool(following) and following[0].kind in (Kind.POSTCODE, Kind.PLACE, Kind.COUNTRY, Kind.CODE)
    return piece._replace(kind=Kind.NAMED) if before_place and len(piece.text.split()) <= 3 else piece


def kinds_of(pieces: Iterable[Piece]) -> set[Kind]:
    return {piece.kind for piece in pieces}


def _below_code(code: Piece, pieces: Sequence[Piece]) -> bool:
    """Whether the lines of an address stand below its postcode: none of them has another."""
    address = list(takewhile(_of_an_address, pieces))
    strong = kinds_of(address) & (PREMISES | {Kind.FLAT})
    upside_down = [piece.kind for piece in address].count(Kind.NAMED) > 1 and Kind.PLACE in kinds_of(address)
    return bool(strong or upside_down) and Kind.POSTCODE not in kinds_of(address) and not code.label


def _starts_anew(run: Sequence[Piece], piece: Piece, vocab: Vocabulary) -> bool:
    kinds = kinds_of(run)
    if Kind.POSTCODE in kinds:
        return not _goes_on(run, piece, vocab)
    if Kind.COUNTRY in kinds and kinds & PREMISES:
        return piece.kind is not Kind.CODE and piece.kind is not Kind.POSTCODE
    if kinds == {Kind.FLAT} and len(run) == 1 and run[0].text.isdigit() and not run[0].label and piece.label:
        return piece.text[0].isdigit()  # the end of a number in the line above
    if piece.kind is not Kind.STREET or not piece.text[0].isdigit():
        in_village = piece.led == "at" and piece.kind in (Kind.NAMED, Kind.PLACE)  # in Rose Lane, at Burley
        return piece.led in ("at", "is") and not in_village and bool(kinds & PREMISES) and piece.line == run[-1].line
    numbered = [index for index, each in enumerate(run) if each.kind is Kind.STREET and each.text[0].isdigit()]
    return bool(numbered) and bool(kinds_of(run[numbered[0] + 1 :]) & {Kind.PLACE, Kind.NAMED})


def _goes_on(run: Sequence[Piece], piece: Piece, vocab: Vocabulary) -> bool:
    """Whether an address goes on behind its postcode: with a country, BFPO's second code, or because the postcode came first."""
    if piece.kind is Kind.POSTCODE:
        return any(each.postcode and each.postcode.forces for each in run) != bool(piece.postcode and piece.postcode.forces)
    if piece.kind is Kind.COUNTRY or phrase(piece.text) in vocab.home or phrase(piece.text) in vocab.counties:
        return True
    only_postcode = kinds_of(run) == {Kind.POSTCODE}
    return bool(piece.label) and (only_postcode or (bool(run[-1].label) and piece.label != "street"))


def _ends(run: Sequence[Piece], piece: Piece, following: Sequence[Piece]) -> bool:
    upcoming = [each for each in following if each.kind not in (Kind.STOP, Kind.BLANK)]
    if piece.kind in (Kind.FIELD, Kind.NUMBER):
        labelled = next((each.label for each in following if each.kind in ADDRESS), "")
        return not (run[-1].label and labelled)
    if piece.kind is Kind.STOP:
        after = upcoming[0].kind if upcoming else Kind.SENTENCE
        return after not in (Kind.POSTCODE, Kind.PLACE, Kind.COUNTRY, Kind.CODE) and not (
            following and following[0].kind is Kind.BLANK and not _ends_a_sentence(run, ("to",))
        )
    if piece.kind is Kind.BLANK:
        return not _bridged(run, following)
    if _only_says_still(run, piece, following):
        return False
    if not following or _on_a_street(run, piece, following[0]) or _goes_on_with_then(run, piece, following[0]):
        return not following
    return not (following[0].kind is Kind.POSTCODE and LEADS_TO_POSTCODE.fullmatch(piece.text))


def _ends_a_sentence(run: Sequence[Piece], leading: Collection[str]) -> bool:
    """Whether a run is no more than a sentence's last word: to the flat and not to work."""
    return len(run) == 1 and run[0].led in leading and run[0].kind is Kind.NAMED and run[0].text.islower()


def _in_stops(run: Sequence[Piece], following: Sequence[Piece]) -> bool:
    """Whether full stops stand for commas: nothing but places comes before a postcode, or each line with its stop."""
    kinds = kinds_of(run)
    if Kind.POSTCODE in kinds or not kinds & (PREMISES | {Kind.FLAT}):
        return False
    before = list(takewhile(lambda piece: piece.kind is not Kind.POSTCODE, following))
    if len(before) == len(following) or before[:1] == [] or {*kinds_of(before)} - ADDRESS - {Kind.STOP}:
        return False
    if kinds_of(before) <= {Kind.STOP, Kind.NAMED, Kind.PLACE}:
        return True
    numbered = [piece for piece in (*run, *before) if piece.kind is Kind.STREET and piece.text[0].isdigit()]
    divided = all(after.kind is Kind.STOP for piece, after in pairwise(before) if piece.kind is not Kind.STOP)
    return divided and len(numbered) < 2


def _only_says_still(run: Sequence[Piece], piece: Piece, following: Sequence[Piece]) -> bool:
    """Whether a word behind the street says that it is so yet, and the address goes on: 12 Rose Lane still, Leeds LS6 2AB."""
    street = bool(kinds_of(run) & PREMISES and STILL.fullmatch(piece.text))
    return street and Kind.POSTCODE in kinds_of(takewhile(_of_an_address, following))


def _of_an_address(piece: Piece) -> bool:
    return piece.kind in ADDRESS


def _goes_on_with_then(run: Sequence[Piece], piece: Piece, following: Piece) -> bool:
    """Whether somebody counts up the lines behind the postcode or the house number: LS6 2AB, then 12, then Rose Lane."""
    return following.led == "then" and kinds_of(run) <= {Kind.POSTCODE, Kind.FLAT} and bool(THEN.fullmatch(piece.text))


def _on_a_street(run: Sequence[Piece], piece: Piece, following: Piece) -> bool:
    """Whether a sentence says in which street the house stands: Gull's Perch, which is on Undercliff Steps."""
    house = run[-1].kind in (Kind.NAMED, Kind.HOUSE) and Kind.STREET not in kinds_of(run)
    on_it = following.kind is Kind.STREET and following.led in ON_A_STREET
    return house and on_it and bool(LEADS_TO_STREET.fullmatch(piece.text))


def _bridged(run: Sequence[Piece], following: Sequence[Piece]) -> bool:
    """Whether an address goes on below an empty line: lines that are paragraphs each, with the postcode still to come."""
    if Kind.POSTCODE in kinds_of(run) or _ends_a_sentence(run, IS) or (following and following[0].kind is Kind.BLANK):
        return False
    if run[-1].label and following and following[0].label:
        return True
    for each in following:
        if each.kind in (Kind.POSTCODE, Kind.COUNTRY):
            return True
        if each.kind in ADDRESS and not (each.kind is Kind.STREET and kinds_of(run) & {Kind.STREET}):
            continue
        if each.kind is not Kind.BLANK:
            return False
    return False
