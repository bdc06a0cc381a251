"""The mail of a charity whose cases the tests of the pages settle, and its members: all plainly invented."""

from __future__ import annotations

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
