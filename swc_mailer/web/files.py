"""What came with a mail, handed out so that no browser runs it: pictures to look at, everything else to keep."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

from starlette.responses import Response

from swc_mailer.commands.queue_files import files_of, raw_message, scans_of
from swc_mailer.core.attached import AttachedFile, picture_type
from swc_mailer.web.visit import Visit
from swc_mailer.web.words import one_line

# Beside the page's own policy: should a browser open a file after all, it is an origin of its own that may do nothing.
SANDBOX = {"Content-Security-Policy": "default-src 'none'; sandbox"}


def picture(visit: Visit) -> Response:
    """A picture that browsers draw point by point, by what it is and not by what it is called."""
    file = file_of(visit)
    kind = picture_type(file.content) if file else ""
    if file is None or not kind:
        return missing(visit)
    return Response(file.content, media_type=kind, headers=SANDBOX | {"Cache-Control": "private, max-age=3600"})


def download(visit: Visit) -> Response:
    file = file_of(visit)
    return missing(visit) if file is None else to_keep(file.content, file.name or "attachment")


def download_mail(visit: Visit) -> Response:
    """The whole message as it came in."""
    with visit.reviewer() as reviewer:
        raw = raw_message(reviewer, visit.case_id, visit.request.path_params["message"])
    return missing(visit) if raw is None else to_keep(raw, f"{visit.case_id}.eml")


def file_of(visit: Visit) -> AttachedFile | None:
    """Of a mail, or of a letter, which has scans."""
    number, message = visit.request.path_params["number"], visit.request.path_params.get("message")
    with visit.reviewer() as reviewer:
        files = scans_of(reviewer, visit.case_id) if message is None else files_of(reviewer, visit.case_id, message)
    return files[number] if number < len(files) else None


def to_keep(content: bytes, name: str) -> Response:
    """Browsers save it, whatever it is; the name in the two forms of RFC 6266 section 4.3."""
    name = one_line(name).replace("/", "_").replace("\\", "_")[-150:]
    plain = "".join(char if char.isascii() and (char.isalnum() or char in "._- ") else "_" for char in name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type="application/octet-stream", headers=SANDBOX | {"Content-Disposition": disposition})


def missing(visit: Visit) -> Response:
    return visit.told("Not found", "There is no such file, or it is no longer kept.", status=HTTPStatus.NOT_FOUND)
