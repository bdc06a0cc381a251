"""The naive peer from inbox to answer: one mail at a time, one SMTP connection a reply, nothing remembered.

python -m bench.naive_mail IMAP-PORT SMTP-PORT USER PASSWORD MEMBERS.CSV PACK.PDF
"""

from __future__ import annotations

import csv
import email
import imaplib
import smtplib
import sys
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from pathlib import Path

from bench import naive

HOST = "127.0.0.1"
TEXT = {"pack": "Thank you. The consultation documents are attached.", "details_missing": "Please tell us your details."}


def answer(raw: bytes, outcome: str, pack: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=default)
    reply = EmailMessage()
    reply["From"], reply["To"] = "swc@amnesty.org.uk", parseaddr(message["From"])[1]
    reply["Subject"] = f"Re: {message['Subject']}"
    reply["In-Reply-To"] = message["Message-ID"]
    reply.set_content(TEXT[outcome])
    if outcome == "pack":
        reply.add_attachment(pack, maintype="application", subtype="pdf", filename="consultation.pdf")
    return reply


def main(imap_port: int, smtp_port: int, user: str, password: str, register: str, pack: str) -> None:
    with Path(register).open(newline="", encoding="utf-8") as rows:
        postcodes = {row["membership_number"]: row["postcode"] for row in csv.DictReader(rows)}
    attached = Path(pack).read_bytes()
    box = imaplib.IMAP4(HOST, imap_port)
    box.login(user, password)
    for folder in ("Answered", "Review", "Ignored"):
        box.create(folder)
    box.select("INBOX")
    for uid in box.uid("SEARCH", "ALL")[1][0].split():
        raw = box.uid("FETCH", uid, "(BODY.PEEK[])")[1][0][1]
        outcome = naive.decide(raw, postcodes)
        if outcome in TEXT:
            with smtplib.SMTP(HOST, smtp_port) as server:
                server.send_message(answer(raw, outcome, attached))
        box.uid("MOVE", uid, {"review": "Review", "ignore": "Ignored"}.get(outcome, "Answered"))
    box.logout()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
