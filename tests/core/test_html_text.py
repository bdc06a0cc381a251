"""HTML as lines: what a reader sees, line by line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swc_mailer.adapters.rules_files import read_words
from swc_mailer.core.html_nesting import DEEPEST, MOST, bounded
from swc_mailer.core.html_text import html_text

WORDS = read_words()


def shown(html: str) -> str:
    return html_text(html, WORDS).text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("<span style='display:block'>one</span><span style='display: block'>two</span>", "one\ntwo"),
        ("<div>one</div><div><br></div><div>two<br></div>three", "one\n\ntwo\nthree"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<h1>one</h1>two", "one\n\ntwo"),
        ("<p class=MsoNormal>12 High St</p><p class=MsoNormal>Leeds<o:p></o:p></p>", "12 High St\nLeeds"),
        ("<p style='margin-top:0;margin-bottom:0'>one</p><p style='margin:0'>two</p>", "one\ntwo"),
        ("<style>P {margin-top:0;margin-bottom:0;}</style><p>one</p><p>two</p>", "one\ntwo"),
        ("<ul><li>one<li>two</ul><ol><li>three</ol>", "one\ntwo\nthree"),
        ("<dl><dt>Name<dd>Ann</dl>", "Name\nAnn"),
        ("my <b>number</b>\n  is   <i> 123</i>4567", "my number is 1234567"),
        ("<pre>\n12 High St\n  Leeds</pre>", "12 High St\n  Leeds"),
        ("<div style='white-space: pre-wrap'>one\ntwo</div>", "one\ntwo"),
        ("one<hr>two", f"one\n{'_' * 32}\ntwo"),
        ("fish &amp; chips &pound;5 &#8217;", "fish & chips £5 ’"),
        ("<a href='http://example.org/1234567'>the page</a> <img alt='1234567' src='cid:7654321'>", "the page"),
    ],
)
def test_blocks_and_breaks_are_line_ends(html: str, text: str) -> None:
    assert shown(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<table><tr><td>Postcode</td><td>LS6 2AB</td></tr></table>", "Postcode\tLS6 2AB"),
        ("<table><tr><th>Name:<td>Ann<tr><th>Number:<td>1234567</table>", "Name:\tAnn\nNumber:\t1234567"),
        ("<table><tr><td><p>Name</p></td><td><p>Ann</p></td></tr></table>", "Name\tAnn"),
        ("<table><tr><td>Address</td><td>1 High St<br>Leeds</td></tr></table>", "Address\t1 High St\nLeeds"),
        ("<table><tr><td>1 High St<br>Leeds</td><td>by post</td></tr></table>", "1 High St\nLeeds\nby post"),
        ("<table><tr><td><table><tr><td>Name</td><td>Ann</td></tr></table></td></tr></table>after", "Name\tAnn\nafter"),
        (
            "<table><tr><td>Address 2:</td><td></td></tr><tr><td>Postcode:</td><td>&nbsp;</td></tr></table>",
            "Address 2:\nPostcode:",
        ),
        ("<blockquote type=cite><table><tr><td>Name</td><td>Ann</td></tr></table></blockquote>", "> Name\tAnn"),
    ],
)
def test_a_row_of_a_table_is_a_line(html: str, text: str) -> None:
    assert shown(html) == text


@pytest.mark.parametrize(
    "hidden",
    [
        "<style>.x{width:1234567px}</style>",
        "<script>var x = 1234567</script>",
        "<head><title>1234567</title></head>",
        "<!-- 1234567 -->",
        "<!--[if mso]>1234567<![endif]-->",
        "<span style='display: none'>1234567</span>",
        "<div style='color:red;VISIBILITY:hidden'><b>1234567</b></div>",
        "<span style='mso-hide:all'>1234567</span>",
        "<span style='font-size:0px'>1234567</span>",
        "<p hidden>1234567</p>",
        "<template>1234567</template>",
        "<select><option>1234567</select>",
        "<input type=hidden value=1234567>",
    ],
)
def test_what_is_hidden_is_left_out(hidden: str) -> None:
    assert shown(f"<div>seen{hidden}</div>") == "seen"


@pytest.mark.parametrize(
    "struck",
    ["<s>1234576</s>", "<strike>1234576</strike>", "<del>1234576</del>", "<i style='text-decoration:line-through'>1234576</i>"],
)
def test_what_is_struck_out_does_not_stand(struck: str) -> None:
    assert shown(f"Number {struck} 1234567") == "Number 1234567"


def test_small_print_is_seen() -> None:
    assert shown("<span style='font-size:0.8em'>small</span>") == "small"


ATTRIBUTION = "On 3 March 2014 10:11, Jo Bloggs &lt;jo@example.org&gt; wrote:"
ATTRIBUTION_TEXT = "On 3 March 2014 10:11, Jo Bloggs <jo@example.org> wrote:"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (
            f"<div class=gmail_quote>{ATTRIBUTION}<br><blockquote class=gmail_quote>one<br>two</blockquote></div>mine",
            f"{ATTRIBUTION_TEXT}\n> one\n> two\nmine",
        ),
        (
            f"<div class='moz-cite-prefix'>{ATTRIBUTION}</div><blockquote cite='mid:x' type=cite>one</blockquote>",
            f"{ATTRIBUTION_TEXT}\n> one",
        ),
        ("<blockquote type=cite>one<blockquote type=cite>two</blockquote>three</blockquote>", "> one\n> > two\n> three"),
        ("<div id=yahoo_quoted_1 class=yahoo_quoted><div>one</div></div>", "> one"),
        ("<div name=quote style='border-left:2px solid'>one</div>", "> one"),
        ("<blockquote style='border-left: 2px solid blue'>one</blockquote>", "> one"),
        (f"{ATTRIBUTION}<blockquote>one</blockquote>mine", f"{ATTRIBUTION_TEXT}\n> one\nmine"),
    ],
    ids=["gmail", "thunderbird", "nested", "yahoo", "gmx", "border", "attribution"],
)
def test_what_a_mail_program_quotes_has_quote_marks(html: str, text: str) -> None:
    assert shown(html) == text


@pytest.mark.parametrize(
    "html",
    [
        "My address is:<blockquote>12 High St<br>Leeds</blockquote>",
        "My address is:<blockquote style='margin: 0 0 0 40px; border: none; padding: 0px;'>12 High St<br>Leeds</blockquote>",
        "My address is:<blockquote style='margin-right: 0px;' dir=ltr>12 High St<br>Leeds</blockquote>",
    ],
)
def test_what_the_writer_indents_is_the_writers(html: str) -> None:
    assert shown(html) == "My address is:\n12 High St\nLeeds"


def test_outlooks_header_block_stands_in_lines() -> None:
    html = (
        "<p class=MsoNormal>Hello</p><div style='border:none;border-top:solid #B5C4DF 1.0pt'>"
        "<p class=MsoNormal><b>From:</b> Jo [mailto:jo@example.org]<br><b>Sent:</b> 03 March 2014 10:11<br>"
        "<b>To:</b> Ann<br><b>Subject:</b> Consultation</p></div>"
    )

    assert shown(html).split("\n") == [
        "Hello",
        "From: Jo [mailto:jo@example.org]",
        "Sent: 03 March 2014 10:11",
        "To: Ann",
        "Subject: Consultation",
    ]


@pytest.mark.parametrize("html", ["", "<", "<html>", "<frameset><frame></frameset>", "<!--", "<p", "<table>", "\0", "</p></div>"])
def test_a_page_without_text_has_none(html: str) -> None:
    assert shown(html).strip("\n<\ufffd") == ""


# --- HTML that is made to be slow --------------------------------------------------------------------------


@pytest.mark.parametrize("tag", ["div", "blockquote type=cite", "b", "font", "table", "span", "ul", "x-y", "center"])
def test_deep_nesting_loses_no_text(tag: str) -> None:
    name = tag.split()[0]
    html = f"first{f'<{tag}>' * 3000}within{f'</{name}>' * 3000}<p>last</p>"

    text, complete = html_text(html, WORDS)

    assert complete
    assert [word for word in ("first", "within", "last") if word in text] == ["first", "within", "last"]


def test_tags_too_deep_go_in_pairs() -> None:
    html = "<div>" * (DEEPEST + 2) + "x" + "</div>" * (DEEPEST + 2) + "y" * 10

    assert bounded(html).html.count("<!") == 4


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 200_000,
        "<br>" * 250_000,
        "".join(f"<font a={n}><p>" for n in range(60_000)),
        "<table><tr><td>" * 60_000,
        "x" * 2_000_000,
    ],
    ids=["nested", "flat", "formatting", "tables", "long"],
)
def test_what_is_too_much_is_not_read_and_said(html: str) -> None:
    assert not html_text(html, WORDS).complete


def test_as_many_tags_as_are_read_are_read() -> None:
    text, complete = html_text("<br>x" * MOST, WORDS)

    assert complete
    assert text.count("x") == MOST


TAGS = "div /div p table tr td /table blockquote~type=cite /blockquote br pre /pre b /b style /style li select svg p~hidden"
PIECES = [f"<{tag.replace('~', ' ')}>" for tag in TAGS.split()] + ["<!--", "-->", "&nbsp;", "&#0;", " ", "\n", "x", "<", ">", '"']


@given(st.lists(st.sampled_from(PIECES), max_size=400))
def test_any_html_can_be_read(pieces: list[str]) -> None:
    assert isinstance(shown("".join(pieces)), str)


@given(st.text())
def test_any_text_can_be_read(html: str) -> None:
    assert isinstance(shown(html), str)
