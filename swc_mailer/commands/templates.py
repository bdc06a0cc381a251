"""`templates check`: renders every reply and letter with sample data in each language; kept as .eml and .txt where asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from swc_mailer.adapters.templates import SAMPLE_PACK, JinjaTemplates, check_templates
from swc_mailer.config import Config
from swc_mailer.core.samples import Sample, sample_replies
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
        sample for wording in wordings for sample in sample_replies(templates, wording, sender=config.sender, pack=SAMPLE_PACK)
    ]
    files = write_samples(samples, out) if out else ()
    return CheckedReplies(len(samples), files, ())


def write_samples(samples: list[Sample], out: Path) -> tuple[Path, ...]:
    files = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for sample in samples:
            file = out / f"{sample.name}.{'txt' if sample.reply.post_to else 'eml'}"
            file.write_bytes(sample.reply.head + (SAMPLE_PACK.block if sample.reply.pack else b""))
            files.append(file)
    except OSError as error:
        raise ConfigError(f"--out {out}: cannot be written: {error.strerror}") from error
    return tuple(files)
