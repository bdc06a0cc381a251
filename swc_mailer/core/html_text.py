"""The HTML of a message in, its text in lines out, as a reader sees it: blocks and <br> are line ends, a table's row is a line,
what is hidden or struck out is left out, and what a mail program quotes has "> " before it, as in plain text. Never raises.

selectolax (lexbor) reads the HTML as browsers do, and the tree is walked without recursion. Some ways of nesting take a browser's
algorithm time and memory without bound; `html_nesting.py` takes those out first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from swc_mailer.core.html_nesting import bounded
from swc_mailer.core.introductions import attribution_at
from swc_mailer.core.quote_lines import read_lines
from swc_mailer.core.quote_words import vocabulary
from swc_mailer.core.words import Words

MOST_ASKED = 200  # times that an introduction is looked for
RULE = "_" * 32  # as Outlook writes a rule in plain text


class Element(NamedTuple):
    """What an element does to the text."""

    block: bool = False  # begins and ends a line
    paragraph: bool = False  # has an empty line above and below
    verbatim: bool = False  # keeps its line ends and spaces
    quote: bool = False
    row: bool = False
    cell: bool = False
    left_out: bool = False


BLOCKS = (
    "address article aside body caption center dd details dir div dl dt fieldset figcaption figure footer form header hr html "
    "legend li main menu nav ol section summary table tbody tfoot thead ul blockquote"
)
PARAGRAPHS = "p h1 h2 h3 h4 h5 h6"
NO_TEXT = "head script style title template select datalist textarea button object svg math audio video canvas iframe map"
STRUCK_OUT = "s strike del"
INLINE = Element()
LEFT_OUT = Element(left_out=True)
ELEMENTS = {
    **dict.fromkeys(BLOCKS.split(), Element(block=True)),
    **dict.fromkeys(PARAGRAPHS.split(), Element(block=True, paragraph=True)),
    **dict.fromkeys(("pre", "xmp", "listing", "plaintext"), Element(block=True, verbatim=True)),
    **dict.fromkeys(("td", "th"), Element(cell=True)),
    **dict.fromkeys((*NO_TEXT.split(), *STRUCK_OUT.split(), "-comment", "!doctype"), LEFT_OUT),
    "tr": Element(block=True, row=True),
}

HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:\.0+)?(?:px|pt|em|rem|%)?\s*(?:[;!]|$)"
    r"|text-decoration(?:-line)?\s*:[^;]{0,60}\bline-through",
    re.IGNORECASE,
)
AS_BLOCK = re.compile(r"display\s*:\s*(?:block|list-item|table|flex|grid)\s*(?:[;!]|$)", re.IGNORECASE)
TIGHT = re.compile(r"margin(?:-top|-bottom)?\s*:\s*(?:0|\.0)", re.IGNORECASE)
TIGHT_SHEET = re.compile(r"(?<![\w.#-])p\s*\{[^{}]{0,100}margin(?:-top|-bottom)?\s*:\s*0", re.IGNORECASE)
KEEPS_LINES = re.compile(r"white-space\s*:\s*(?:-moz-)?pre", re.IGNORECASE)
LEFT_BORDER = re.compile(
    r"border-left(?!-width\s*:\s*0)\s*:\s*(?!none|0)|border-left-(?:style|width)\s*:\s*(?!none|0)", re.IGNORECASE
)
QUOTE_CLASS = re.compile(r"(?:^|[\s_-])(?:quote|quoted|cite)(?:$|[\s_-])", re.IGNORECASE)
WHITE = re.compile(r"[ \t\r\n\f]+")


class HtmlText(NamedTuple):
    text: str
    complete: bool  # False: there was more HTML than is read


def html_text(html: str, words: Words) -> HtmlText:
    source, complete = bounded(html)
    page = LexborHTMLParser(source)
    writer = _Writer(words, tight=bool(TIGHT_SHEET.search(source, 0, 20_000)))
    if root := page.body or page.root:
        _walk(root, writer)
    return HtmlText(writer.text(), complete)


def _walk(root: LexborNode, writer: _Writer) -> None:
    node: LexborNode | None = root
    above: list[LexborNode | None] = []
    effects: list[Element] = []
    while node is not None:
        element = writer.enter(node)
        below = None if element.left_out else node.first_child
        if below is not None:
            above.append(node.next if effects else None)  # what stands beside the root is not read
            effects.append(element)
            node = below
            continue
        writer.leave(element)
        node = node.next if effects else None
        while node is None and above:
            node = above.pop()
            writer.leave(effects.pop())


@dataclass(slots=True)
class _Writer:
    """The lines so far, and the one that is being written."""

    words: Words
    tight: bool  # the style sheet takes the space between paragraphs away
    lines: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    gap: bool = False  # an empty line is due before the next text
    fresh: bool = False  # a table cell has begun, and its text has not: blocks end no line
    depth: int = 0  # of quotes
    asked: int = 0  # how often it was looked for an introduction
    verbatim: int = 0  # of elements that keep their lines
    rows: list[int] = field(default_factory=list)  # where in `lines` each open row of a table began

    def enter(self, node: LexborNode) -> Element:
        tag = node.tag
        if tag == "-text":
            self._write(node.text_content or "")
            return INLINE
        if tag == "br":
            self._end_line()
            return INLINE
        element = self._element(node, tag or "")
        if element is not INLINE:
            self._open(element)
        if tag == "hr":
            self._add(RULE)
        return element

    def leave(self, element: Element) -> None:
        if element is INLINE:
            return
        if element.row:
            self.fresh = False
            self.rows.pop()
        if element.block:
            self._end_block()
        if element.cell:
            self.gap = False
        elif element.paragraph:
            self.gap = True
        self.depth -= element.quote
        self.verbatim -= element.verbatim

    def text(self) -> str:
        self._end_block()
        return "\n".join(self.lines).strip("\n")

    def _open(self, element: Element) -> None:
        if element.left_out:
            return
        if element.row:
            self.fresh = False
        if element.cell:
            self._begin_cell()
        elif element.block or element.quote:
            self._end_block()
        if element.paragraph and not self.fresh:
            self.gap = True
        if element.row:
            self.rows.append(len(self.lines))
        self.depth += element.quote
        self.verbatim += element.verbatim

    # --- elements ---

    def _element(self, node: LexborNode, tag: str) -> Element:
        element = ELEMENTS.get(tag, INLINE)
        if element.left_out:
            return element
        attributes = node.attributes
        style = attributes.get("style") or ""
        if "hidden" in attributes or (style and HIDDEN.search(style)):
            return LEFT_OUT
        if tag == "p" and self._is_tight(attributes, style):
            element = ELEMENTS["div"]
        if style and element is INLINE and AS_BLOCK.search(style):
            element = ELEMENTS["div"]
        if style and KEEPS_LINES.search(style):
            element = element._replace(verbatim=True)
        if tag in ("blockquote", "div") and self._is_quote(tag, attributes, style):
            element = element._replace(quote=True)
        return element

    def _is_tight(self, attributes: Mapping[str, str | None], style: str) -> bool:
        """Whether a paragraph has no empty line around it: Outlook makes each line one."""
        return self.tight or (attributes.get("class") or "").startswith("Mso") or bool(TIGHT.search(style))

    def _is_quote(self, tag: str, attributes: Mapping[str, str | None], style: str) -> bool:
        """A mail program's quote. Some indent the writer's own lines by <blockquote> too; in doubt they are the writer's."""
        named = " ".join(attributes.get(name) or "" for name in ("class", "id", "name"))
        if tag == "div":
            return "yahoo_quoted" in named or attributes.get("name") == "quote"
        marked = (
            attributes.get("type") == "cite" or "cite" in attributes or QUOTE_CLASS.search(named) or LEFT_BORDER.search(style)
        )
        return bool(marked) or self._introduced()

    def _introduced(self) -> bool:
        """Whether the lines above say that somebody else speaks."""
        self.asked += 1
        if self.asked > MOST_ASKED:
            return False
        above = read_lines("\n".join([*self.lines[-4:], "".join(self.line)]))
        return bool(above) and attribution_at(above, len(above) - 1, vocabulary(self.words)) is not None

    # --- lines ---

    def _write(self, text: str) -> None:
        if self.verbatim:
            first, *rest = text.replace("\r\n", "\n").split("\n")
            self._add(first)
            for line in rest:
                self._end_line()
                self._add(line)
            return
        collapsed = WHITE.sub(" ", text)
        if collapsed.startswith(" ") and (not self.line or self.line[-1].endswith((" ", "\t"))):
            collapsed = collapsed[1:]
        self._add(collapsed)

    def _add(self, text: str) -> None:
        if not text:
            return
        if self.gap and not self.line and self.lines and self.lines[-1].strip("> "):
            self.lines.append("> " * self.depth)
        self.gap = self.fresh = False
        self.line.append(text)

    def _end_line(self) -> None:
        self.gap = self.fresh = False
        self.lines.append("> " * self.depth + "".join(self.line).rstrip())
        self.line.clear()

    def _end_block(self) -> None:
        if self.line and not self.fresh:
            gap = self.gap
            self._end_line()
            self.gap = gap

    def _begin_cell(self) -> None:
        """A cell goes on in the row's line behind a tab, as tables are pasted, if all before it was one line; else it begins its
        own."""
        begun = self.rows[-1] if self.rows else len(self.lines)
        self._end_block()
        if len(self.lines) == begun + 1:
            self.line = [self.lines.pop().removeprefix("> " * self.depth), "\t"]
        self.gap, self.fresh = False, True
