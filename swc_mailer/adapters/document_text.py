"""The text of a letter in PDF or Word, for a reviewer to read: bytes in, text out; never for a decision.

A document is a stranger's, and its formats are deep: it is read in a process of its own that may use so much time and memory and
no more, and that has nothing else to lose. `python -m swc_mailer.adapters.document_text` is that process.
"""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from xml.etree import ElementTree

SECONDS = 5
MEMORY = 512 * 1024 * 1024
LARGEST = 10 * 1024 * 1024  # bytes of a document
LONGEST = 50_000  # characters of text
MOST_PAGES = 50
LARGEST_XML = 20 * 1024 * 1024  # bytes, unpacked
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@lru_cache(maxsize=64)
def document_text(content: bytes) -> str | None:
    """None where it could not be read; a page that is shown again does not read it again."""
    if len(content) > LARGEST:
        return None
    try:
        read = subprocess.run(
            [sys.executable, "-m", "swc_mailer.adapters.document_text"],
            input=content,
            capture_output=True,
            timeout=2 * SECONDS,
            env={"PYTHONUTF8": "1"},
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return read.stdout.decode("utf-8", "replace")


# --- in the process of its own -----------------------------------------------------------------------------


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes to a pipe, and no file
    content = sys.stdin.buffer.read()
    found = pdf_text(content) if content.startswith(b"%PDF-") else word_text(content)
    sys.stdout.buffer.write(found[:LONGEST].encode("utf-8", "replace"))


def pdf_text(content: bytes) -> str:
    from pypdf import PdfReader

    pages = PdfReader(io.BytesIO(content)).pages
    return "\n\n".join(pages[number].extract_text().strip() for number in range(min(len(pages), MOST_PAGES)))


def word_text(content: bytes) -> str:
    """The paragraphs of a .docx, those in tables and text boxes too, in the order of the file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("word/document.xml") as file:
        xml = file.read(LARGEST_XML)
    body = ElementTree.fromstring(xml)  # noqa: S314 -- expat itself refuses entities that grow, and memory is limited
    return "\n".join("".join(words(paragraph)) for paragraph in body.iter(f"{WORD}p"))


def words(paragraph: ElementTree.Element) -> Iterator[str]:
    breaks = {f"{WORD}tab": "\t", f"{WORD}br": "\n", f"{WORD}cr": "\n"}
    for element in paragraph.iter():
        if element.tag == f"{WORD}t":
            yield element.text or ""
        elif element.tag in breaks:
            yield breaks[element.tag]


if __name__ == "__main__":
    main()
