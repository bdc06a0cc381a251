"""`templates check`: renders every reply and letter with sample data in each language; kept as .eml and PDF where asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from swc_mailer.adapters.templates import SAMPLE_PACK, JinjaTemplates, check_templates
from swc_mailer.commands.label_files import Press, Wanted
from swc_mailer.config import Config
from swc_mailer.core.label_sheets import read_sheet
from swc_mailer.core.model import Language
from swc_mailer.core.samples import REFERENCE, Sample, sample_replies
from swc_mailer.desk_port import PostedItem
from swc_mailer.errors import ConfigError


@dataclass(frozen=True, slots=True)
class CheckedReplies:
    """How many replies were rendered, the files they were written to, and a line for each problem."""

    rendered: int
    files: tuple[Path, ...]
    problems: tuple[str, ...]


def check_replies(config: Config, out: Path | None = None) -> CheckedReplies:
    """With `out` the replies are written there, unless there is a problem. Raises ConfigError where that cannot be done."""
    templates = JinjaTemplates(config.consultation.templates)
    wordings = (config.wording(), config.welsh_wording())
    problems = check_templates(templates, *wordings, sender=config.sender)
    if problems:
        return CheckedReplies(0, (), tuple(problems))
    samples = [
        (sample, wording.language)
        for wording in wordings
        for sample in sample_replies(templates, wording, sender=config.sender, pack=SAMPLE_PACK)
    ]
    files = write_samples(config, samples, out) if out else ()
    return CheckedReplies(len(samples), files, ())


def write_samples(config: Config, samples: list[tuple[Sample, Language]], out: Path) -> tuple[Path, ...]:
    press = Press(config, Wanted(None, out, None, read_sheet(config.labels.sheet)), config.policy().closes_at)
    files = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for sample, language in samples:
            file = out / f"{sample.name}.{'pdf' if sample.reply.post_to else 'eml'}"
            file.write_bytes(letter(sample, language, press) if sample.reply.post_to else mail(sample))
            files.append(file)
    except OSError as error:
        raise ConfigError(f"--out {out}: cannot be written: {error.strerror}") from error
    return tuple(files)


def mail(sample: Sample) -> bytes:
    return sample.reply.head + (SAMPLE_PACK.block if sample.reply.pack else b"")


def letter(sample: Sample, language: Language, press: Press) -> bytes:
    posted = PostedItem(
        id=0,
        request_id=REFERENCE,
        kind=sample.reply.kind,
        post_to=sample.reply.post_to,
        subject=sample.reply.subject,
        text=sample.reply.head.decode(),
        membership_number=None,
        created=press.made,
        batch="",
        printed_at=None,
        printed_by="",
        language=language,
    )
    return press.letters([posted])
