"""A part's text in, its sections out: whose words each stretch of it is.

The lines are read from top to bottom, with one voice for each depth of quote marks. An introduction gives the voice to somebody:
behind the marks, if marks follow, so that own lines between and below them stay own; else all that comes after. What the writer
says is then parted from contact block and footers, and our own notice and replies are told by their author or their phrases.
Where a text is nothing but a mail of ours without quote marks, it counts as the writer's, for the answer stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from swc_mailer.core.introductions import Introduction, introduction_at
from swc_mailer.core.model import Section, Zone
from swc_mailer.core.quote_lines import Line, read_lines, without_marks
from swc_mailer.core.quote_words import Vocabulary, possible, vocabulary
from swc_mailer.core.signatures import own_cuts
from swc_mailer.core.words import Words

SEARCHED = 30_000  # characters of one voice that our own phrases are looked for in
STRAIGHT = str.maketrans("\n’‘“”", " ''\"\"")
AFTERWARDS = re.compile(r"[.,;:!]?\s*")


@dataclass(frozen=True, slots=True, eq=False)
class Voice:
    """Somebody who speaks in a text, from an introduction on."""

    zone: Zone
    author: str = ""  # email address, "" where unknown
    begins: int = -1  # the first line below the introduction, -1 where there is none
    unmarked: bool = False  # neither quote marks nor anything else tell where it ends


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `start` up to the next stretch one voice speaks in one zone."""

    start: int
    zone: Zone
    voice: Voice


WRITER = Voice(Zone.OWN)


def split(name: str, text: str, words: Words, own_addresses: frozenset[str]) -> tuple[Section, ...]:
    """The sections of the part `name`. They cover its text in order; whoever is introduced has a section of their own."""
    vocab = vocabulary(words)
    lines = read_lines(text)
    if not lines:
        return (Section(name, Zone.OWN, 0, len(text), text),) if text else ()
    voices = _rescued(lines, _Reader(lines, vocab, own_addresses).read(), vocab)
    stretches = list(_stretches(lines, voices, text, vocab, own_addresses))
    starts = [stretch.start for stretch in stretches] + [len(text)]
    spans = zip(stretches, starts, starts[1:], strict=False)
    return tuple(Section(name, stretch.zone, start, end, text[start:end]) for stretch, start, end in spans)


# --- who speaks in which line ------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reader:
    """Reads the lines from top to bottom; `voices` grows by the voice of each."""

    lines: Sequence[Line]
    vocab: Vocabulary
    own_addresses: frozenset[str]
    voices: list[Voice] = field(default_factory=list)
    at_depth: dict[int, Voice] = field(default_factory=lambda: {0: WRITER})  # who speaks behind so many marks
    above: Introduction | None = None  # the last one
    before: dict[int, Voice] = field(default_factory=dict)  # who spoke at each depth in front of that
    said_at: int | None = None  # the first line that the writer says something in

    def read(self) -> list[Voice]:
        while (index := len(self.voices)) < len(self.lines):
            found = introduction_at(self.lines, index, self.vocab, self.above)
            if found and found.zone is not Zone.OWN:
                self._introduce(found)
                continue
            self._speak(self.lines[index])
            if found and self.lines[index].depth == 0:  # forwarded mail ends here
                self.at_depth = {0: WRITER}
        return self.voices

    def _speak(self, line: Line) -> None:
        voice = self.at_depth.get(line.depth) or self.at_depth.setdefault(line.depth, Voice(Zone.QUOTED))
        if self.said_at is None and voice is WRITER and not self.vocab.reach_of(line.body):
            self.said_at = len(self.voices)
        self.voices.append(voice)

    def _introduce(self, found: Introduction) -> None:
        joined = found.goes_with(self.above)
        if self.above and joined:
            found = replace(found, first=self.above.first)
        if self.said_at is not None and self.said_at >= found.first:
            self.said_at = None
        zone = self._zone(found)
        if joined and zone is Zone.OURS:  # the divider above has opened no voice of its own: own lines may stand between marks
            self.at_depth = self.before
        self.before = dict(self.at_depth)
        voice = self._give(Voice(zone, found.author, found.last + 1), found.last)
        self.voices[found.first :] = [voice] * (found.last + 1 - found.first)
        self.above = found

    def _zone(self, found: Introduction) -> Zone:
        """Of what an introduction announces. What stands in forwarded mail is forwarded; a header block or a divider with nothing
        above it is how programs forward."""
        if found.author in self.own_addresses or (not found.author and self.vocab.our_name.search(found.name)):
            return Zone.OURS
        before = self.at_depth.get(self.lines[found.last].depth, WRITER)
        tops = found.kind != "attribution" and self.said_at is None
        return Zone.FORWARDED if tops or Zone.FORWARDED in (found.zone, before.zone) else Zone.QUOTED

    def _give(self, voice: Voice, last: int) -> Voice:
        """Let the voice speak below line `last`: behind the marks that follow, or else at the same depth up to the end."""
        depth = self.lines[last].depth
        below = self.lines[last + 1].depth if last + 1 < len(self.lines) else depth
        speaks = voice if below > depth or depth else replace(voice, unmarked=True)
        self.at_depth = {each: speaker for each, speaker in self.at_depth.items() if each <= depth}
        for each in range(depth + 1, below + 1) if below > depth else (depth,):
            self.at_depth[each] = speaks
        return speaks


def _rescued(lines: Sequence[Line], voices: list[Voice], vocab: Vocabulary) -> list[Voice]:
    """A single ">" is an arrow or a bullet. Where the writer says nothing at all in an answer to us that has no quote marks, the
    answer stands between or below our words."""
    marked = [index for index, line in enumerate(lines) if line.depth]
    if len(marked) == 1 and marked[0] > 0 and all(voice.begins < 0 for voice in voices):
        return [WRITER] * len(voices)
    if any(voice is WRITER and not vocab.reach_of(line.body) for voice, line in zip(voices, lines, strict=True)):
        return voices
    answers = [voice.unmarked and voice.zone is Zone.OURS and index >= voice.begins for index, voice in enumerate(voices)]
    return [WRITER if answer else voice for answer, voice in zip(answers, voices, strict=True)]


# --- stretches ---------------------------------------------------------------------------------------------


def _stretches(
    lines: Sequence[Line], voices: Sequence[Voice], text: str, vocab: Vocabulary, own_addresses: frozenset[str]
) -> Iterator[Stretch]:
    """The stretches of a text; neighbours differ in zone or in who was introduced."""
    ours = _speaking_for_us(lines, voices, text, vocab, {address.rpartition("@")[2] for address in own_addresses})
    before: Stretch | None = None
    for voice, group in groupby(range(len(lines)), lambda index: voices[index]):
        spoken = [lines[index] for index in group]
        for start, zone in _cuts(spoken, voice, text, vocab):
            stretch = Stretch(start, Zone.OURS if voice in ours else zone, voice)
            if before is None or before.zone is not stretch.zone or before.voice.begins != voice.begins:
                yield stretch
                before = stretch


def _cuts(lines: Sequence[Line], voice: Voice, text: str, vocab: Vocabulary) -> list[tuple[int, Zone]]:
    """Where zones begin in lines of one voice."""
    if voice is not WRITER:
        return [(lines[0].start, voice.zone)]
    cuts = dict(own_cuts(lines, text, vocab))
    for start, end in _our_phrases(text[lines[0].start : lines[-1].end], lines[0].start, vocab):
        afterwards = [zone for at, zone in cuts.items() if at <= end][-1]
        cuts = {at: zone for at, zone in cuts.items() if at < start or at > end} | {start: Zone.OURS}
        cuts = dict(sorted((cuts | ({end: afterwards} if end < lines[-1].end else {})).items()))
    return list(cuts.items())


# --- our own words -----------------------------------------------------------------------------------------


def _our_phrases(text: str, offset: int, vocab: Vocabulary) -> list[tuple[int, int]]:
    """Where our phrases stand in the writer's text: pasted in, without any mark."""
    flat = text[:SEARCHED].translate(STRAIGHT)
    found = sorted(match.span() for phrase in possible(vocab.ours, flat) for match in phrase.pattern.finditer(flat))
    ended = 0
    spans = []
    for start, end in found:
        if start >= ended:
            behind = AFTERWARDS.match(text, end)
            ended = behind.end() if behind else end
            spans.append((offset + start, offset + ended))
    return spans


def _speaking_for_us(
    lines: Sequence[Line], voices: Sequence[Voice], text: str, vocab: Vocabulary, domains: set[str]
) -> frozenset[Voice]:
    """The quoted voices that use a phrase of ours and that are nobody's we know, or of a colleague: our newsletter's."""
    said: dict[Voice, list[str]] = {}
    for line, voice in zip(lines, voices, strict=True):
        if voice is not WRITER and (not voice.author or voice.author.rpartition("@")[2] in domains):
            said.setdefault(voice, []).append(without_marks(text[line.start : line.end]))
    return frozenset(voice for voice, parts in said.items() if _our_phrases("".join(parts), 0, vocab))
