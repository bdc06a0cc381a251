"""An address in Royal Mail's layout."""

from __future__ import annotations

import pytest

from swc_mailer.core.places import Vocabulary, vocabulary
from swc_mailer.core.postal_address import postal_address
from swc_mailer.core.words import Words


@pytest.fixture(scope="module")
def vocab(words: Words) -> Vocabulary:
    return vocabulary(words)


@pytest.mark.parametrize(
    ("label", "printed"),
    [
        ("Ann Example; 12 Station Road; Leeds; LS6 2AB", "Ann Example; 12 Station Road; LEEDS; LS6 2AB"),
        ("Ann Example; 12 Station Road; Leeds; West Yorkshire; LS6 2AB", "Ann Example; 12 Station Road; LEEDS; LS6 2AB"),
        ("Ann Example; 12 Station Road; Leeds LS6 2AB", "Ann Example; 12 Station Road; LEEDS; LS6 2AB"),
        ("Ann Example; 12, Station Road, Leeds, West Yorkshire; LS6 2AB", "Ann Example; 12, Station Road; LEEDS; LS6 2AB"),
        ("Ann Example; 12 Station Road, Leeds, LS6 2AB", "Ann Example; 12 Station Road; LEEDS; LS6 2AB"),
        (
            "Ann Example; Flat 3, 12 Mill Lane; Leeds, West Yorkshire; LS6 2AB",
            "Ann Example; Flat 3, 12 Mill Lane; LEEDS; LS6 2AB",
        ),
        ("Jo Sample; 1 Rue, Lyon, France", "Jo Sample; 1 Rue, Lyon; FRANCE"),
        ("Ann Example; 12 Station Road; Leeds; ls62ab", "Ann Example; 12 Station Road; LEEDS; LS6 2AB"),
        ("Ann Example; 12 Station Road; Leeds; LS6 2AB; England", "Ann Example; 12 Station Road; LEEDS; LS6 2AB"),
        ("Ann Example; 12 Station Road; Leeds; LS6 2AB; UK", "Ann Example; 12 Station Road; LEEDS; LS6 2AB"),
        ("Ann Example; 12 Station Road; Cardiff; Wales; CF10 1AA", "Ann Example; 12 Station Road; CARDIFF; CF10 1AA"),
        ("Ann Example; 12 Station Road; West Yorkshire; LS6 2AB", "Ann Example; 12 Station Road; WEST YORKSHIRE; LS6 2AB"),
        ("Ann Example; Rose Cottage; Mill Lane; Kent; TN1 1AA", "Ann Example; Rose Cottage; Mill Lane; KENT; TN1 1AA"),
        ("Ann Example; 12 Station Road; LS6 2AB", "Ann Example; 12 Station Road; LS6 2AB"),
        ("12 Station Road; Leeds; LS6 2AB", "12 Station Road; LEEDS; LS6 2AB"),
        ("Cpl Jo Sample; 1 Example Regiment; BFPO 11", "Cpl Jo Sample; 1 Example Regiment; BFPO 11"),
        ("Jo Sample; La Rue; St Helier; Jersey; JE2 3AB", "Jo Sample; La Rue; St Helier; JERSEY; JE2 3AB"),
        ("Jo Sample; 1 Quay Road; Douglas; IM1 1AA; Isle of Man", "Jo Sample; 1 Quay Road; Douglas; ISLE OF MAN; IM1 1AA"),
        ("Seán Sampla; 7 Main Street; Galway; Ireland; H91 X2Y3", "Seán Sampla; 7 Main Street; GALWAY; H91 X2Y3; IRELAND"),
        ("Seán Sampla; 7 Main Street; Galway; H91 X2Y3; Ireland", "Seán Sampla; 7 Main Street; Galway; H91 X2Y3; IRELAND"),
        ("Zoë Müller; Probestraße 5; 20095 Hamburg; Germany", "Zoë Müller; Probestraße 5; 20095 HAMBURG; GERMANY"),
        ("Zoë Müller; Probestraße 5; Hamburg; the Netherlands", "Zoë Müller; Probestraße 5; HAMBURG; THE NETHERLANDS"),
        ("Jo Sample; 1 Far Street; Nowhere; Atlantis", "Jo Sample; 1 Far Street; Nowhere; ATLANTIS"),
        ("Siaˆn; Tŷ Hir; Aberystwyth; SY23 4LA", "Siaˆn; Tŷ Hir; ABERYSTWYTH; SY23 4LA"),
        ("Ann Example", "Ann Example"),
        ("", ""),
    ],
)
def test_the_layout(vocab: Vocabulary, label: str, printed: str) -> None:
    assert "; ".join(postal_address(list(filter(None, label.split("; "))), vocab).printed) == printed


def test_letters_and_their_accents_become_one(vocab: Vocabulary) -> None:
    assert postal_address(["W\N{COMBINING CIRCUMFLEX ACCENT}yn", "Ty\N{COMBINING CIRCUMFLEX ACCENT}"], vocab).name == "Ŵyn"
