"""An attachment in, whether a person may have written details in it out."""

from __future__ import annotations

import re

from swc_mailer.core.message import LARGEST_ORNAMENT
from swc_mailer.core.model import Attachment

MAY_HOLD_DETAILS = ("image/", "application/", "text/plain", "text/rtf")
ADDED_BY_PROGRAMS = re.compile(
    r"application/(?:(?:x-)?pkcs7-\w+|pgp-\w+|(?:vnd\.)?ms-tnef|ics|vnd\.apple\.pkpass)|text/.*(?:vcard|calendar|directory)",
    re.IGNORECASE,
)
NAMED_BY_PROGRAMS = re.compile(r"\.(?:p7[smc]|asc|sig|vcf|vcard|ics)$|^winmail\.dat$", re.IGNORECASE)
LOGO = re.compile(r"image\d{3}\.(?:png|gif|jpe?g)", re.IGNORECASE)  # as Outlook names the pictures of a signature


def may_hold_details(attachment: Attachment) -> bool:
    """A document or a picture, as people attach a letter, a form or a photograph of the card; nothing that programs add to any
    mail: signatures, visiting cards, invitations, logos."""
    if ADDED_BY_PROGRAMS.fullmatch(attachment.media_type) or NAMED_BY_PROGRAMS.search(attachment.name):
        return False
    if LOGO.fullmatch(attachment.name) and attachment.size <= LARGEST_ORNAMENT:
        return False
    return attachment.media_type.startswith(MAY_HOLD_DETAILS)
