"""In which language a text is."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import (  # type: ignore[import-untyped]  # it has no types
        LanguageIdentifier,
    )

SAMPLE = 5000  # characters: more make it no surer
SURE = 0.5


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def language_of(text: str) -> str | None:
    """The code of ISO 639, or None if the text is too short to tell."""
    language, certainty = _identifier().classify(text[:SAMPLE])
    return str(language) if certainty >= SURE else None
