"""HTML in, the same HTML without what no person's mail has out: so that reading it takes time and memory in line with its length.

To place one element, the algorithm of HTML 5 looks through all that are open, and opens those of formatting anew in each block:
200,000 times <div> take minutes, 3,000 times <font><p> make four million elements. Tags that go too deep are made comments, and
no text is lost by that; behind too many tags, it is.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

FEW = 300  # tags can do no harm, whatever they are
MOST = 40_000  # tags that are read
LONGEST = 1_000_000  # characters that are read
DEEPEST = 200  # elements that are open at once
DEEPEST_FORMATTING = 4

TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,20})")
FORMATTING = frozenset(["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"])
# Elements without content, and those that the next one of their kind ends.
NO_CONTENT = ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
SHALLOW = frozenset((*NO_CONTENT, "p", "li", "dd", "dt", "tr", "td", "th", "option", "tbody"))


class Bounded(NamedTuple):
    html: str
    complete: bool  # False: there was more


def bounded(html: str) -> Bounded:
    cut = html[:LONGEST]
    if cut.count("<") <= FEW:
        return Bounded(cut, len(html) <= LONGEST)
    depth = _Depth()
    pieces: list[str] = []
    end, last = 0, len(cut)
    for count, tag in enumerate(TAG.finditer(cut)):
        if count == MOST:
            last = tag.start()
            break
        if depth.too_deep(tag[2].lower(), closing=bool(tag[1])):
            pieces += (cut[end : tag.start()], "<!")
            end = tag.end()
    pieces.append(cut[end:last])
    return Bounded("".join(pieces), last == len(html))


class _Depth:
    """The elements that are open, as far as tags tell."""

    def __init__(self) -> None:
        self.open = Counter[str]()
        self.left_out = Counter[str]()
        self.deep = 0
        self.formatting = 0

    def too_deep(self, name: str, *, closing: bool) -> bool:
        """Whether this tag is to be left out; an element's two tags stay or go together."""
        if name in SHALLOW:
            return False
        if closing:
            return self._close(name)
        if self.deep >= DEEPEST or (name in FORMATTING and self.formatting >= DEEPEST_FORMATTING):
            self.left_out[name] += 1
            return True
        self._count(name, 1)
        return False

    def _close(self, name: str) -> bool:
        if self.left_out[name]:
            self.left_out[name] -= 1
            return True
        if self.open[name]:
            self._count(name, -1)
        return False

    def _count(self, name: str, step: int) -> None:
        self.open[name] += step
        self.deep += step
        self.formatting += step * (name in FORMATTING)
