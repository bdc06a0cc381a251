"""The mail of a charity whose cases the tests of the pages settle, and its members: all plainly invented."""

from __future__ import annotations

import base64
import io
import zipfile
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

FIRST = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)
MEMBERS = """membership_number,name,address_1,address_2,town,county,postcode,email,status
1234567,Ann Example,12 Station Road,,Leeds,,LS6 2AB,ann@example.org,current
1234568,Bob Sample,"Flat 3, 45 Mill Lane",,York,,YO1 7HH,bob@example.com,current
0123459,Cerys Specimen,The Old Forge,Bridge Street,Ludlow,,SY8 1AA,,current
7654321,Lena Lapsed,7 High Street,,Leeds,,LS6 3CD,,lapsed
"""


def request(name: str, number: str = "9999999", address: str = "12 Station Road\nLeeds LS6 2AB") -> str:
    """A request whose number nobody has, unless told otherwise: it waits for a person."""
    return f"Please send me the consultation pack.\n\nMy membership number is {number}.\n\n{name}\n{address}\n"


def mail(sender: str, subject: str, text: str, *, minutes: int = 0, html: str = "") -> EmailMessage:
    message = EmailMessage()
    message["From"] = f"{sender.title()} Example <{sender}@example.org>"
    message["To"] = "swc@amnesty.org.uk"
    message["Subject"] = subject
    message["Date"] = format_datetime(FIRST + timedelta(minutes=minutes))
    message["Message-ID"] = f"<{sender}.{minutes}@example.org>"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


# One case for each action; the subject names it.
TO_SETTLE = (
    ("approve", request("Ann Example")),
    ("ask", request("Ada Example")),
    ("answer", "Who wrote the draft, and was anybody asked?\n\nAlma Example\n"),
    ("correct", request("Bob Sample", "9999998", "Flat 3, 45 Mill Lane\nYork YO1 7HH")),
    ("close", request("Cleo Example")),
    ("dismiss", request("Dora Example")),
    ("settle", request("Seth Example")),
    ("note", request("Nora Example")),
    ("block", request("Bill Example")),
    ("merge", request("Mona Example")),
    ("undo", request("Una Example")),
    ("keys", request("Kit Example")),
    ("plain", request("Per Example")),
    ("two", request("Tess Example")),
    ("find", request("Fay Example")),
    ("marks", request("Ann Example", "I234567", "21 Station Road\nLeeds LS6 2AB")),
)


def robot() -> EmailMessage:
    """A mail that is ignored."""
    message = mail("robot", "Out of office", "I am away until Monday.")
    message["Auto-Submitted"] = "auto-replied"
    return message


# --- hostile mail ------------------------------------------------------------------------------------------

SCRIPT = "<script>document.title = 'hacked'</script>"
ELSEWHERE = "http://elsewhere.example"
HTML = f"""<html><head><style>@import url({ELSEWHERE}/style.css); body {{ background: url({ELSEWHERE}/a.png) }}</style>
<meta http-equiv="refresh" content="0; url={ELSEWHERE}/"></head><body onload="document.title='hacked'">{SCRIPT}
<p>NAMES</p><img src="{ELSEWHERE}/pixel.gif" onerror="document.title='hacked'">
<a href="javascript:document.title='hacked'">Press here</a><iframe src="{ELSEWHERE}/frame"></iframe>
<form action="{ELSEWHERE}/form"><input name="q"></form><svg onload="document.title='hacked'"></svg></body></html>"""
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="document.title=\'hacked\'">{SCRIPT}</svg>'.encode()
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAFUlEQVR4nGNgSF6PFTEMKol9WNCASwAAP3uUQYkxRmkAAAAASUVORK5CYII="
)


def hostile() -> list[EmailMessage]:
    """All of them wait, for nobody has the number."""
    asks = request("Hattie Example")
    return [
        mail("html", "Case html", asks, html=HTML.replace("NAMES", asks.replace("\n", "<br>"))),
        mail("markup", f"Case {SCRIPT}", f"{SCRIPT}\n<b onclick=alert(1)>bold</b>\n{asks}"),
        mail("bidi", "Case \u202egpj.exe", f"{asks}\u202egnikcatta\u202c \u2066hidden\u2069\x1b[31m"),
        mail("formula", "=HYPERLINK(A1)", f"=cmd|' /C calc'!A0\n{asks}"),
    ]


def with_files() -> EmailMessage:
    message = mail("files", "Case files", "Please send me the pack. My details are in the letter.")
    attach(message, "photo.png", PNG, "image", "png")
    attach(message, "drawing.svg", SVG, "image", "svg+xml")
    attach(message, "fake.png", SVG, "image", "png")
    attach(message, "page.html", HTML.encode(), "text", "html")
    attach(message, "letter.pdf", pdf("Membership number 1234567"), "application", "pdf")
    attach(message, "letter.docx", docx("12 Station Road", "LS6 2AB"), "application", "octet-stream")
    attach(message, "broken.pdf", b"%PDF-1.7\n" + b"\x00" * 200, "application", "pdf")
    attach(message, 'a"b;c\u202e.txt', b"plain", "text", "plain")
    return message


def attach(message: EmailMessage, name: str, content: bytes, main: str, sub: str) -> None:
    message.add_attachment(content, maintype=main, subtype=sub, filename=name)


def pdf(text: str) -> bytes:
    """A page with one line."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    count = len(objects) + 1
    end = f"trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return f"{body}xref\n0 {count}\n0000000000 65535 f \n{table}{end}".encode()


def docx(*paragraphs: str) -> bytes:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    lines = "".join(f"<w:p><w:r><w:t>{paragraph}</w:t></w:r></w:p>" for paragraph in paragraphs)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{word}"><w:body>{lines}</w:body></w:document>')
    return written.getvalue()
