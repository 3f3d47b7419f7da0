"""Which language a text is written in."""

from typing import TYPE_CHECKING

from service_sdk.loading import load_once

if TYPE_CHECKING:
    from py3langid.langid import (  # type: ignore[import-untyped]  # it has no types
        LanguageIdentifier,
    )

SAMPLE_CHARACTERS = 5000  # reading more takes longer, and makes it no surer
MIN_PROBABILITY = 0.5  # below it the language is unknown


def language_of(text: str) -> str | None:
    """Its code in ISO 639, or None if the text is too short to tell."""
    language, probability = _identifier().classify(text[:SAMPLE_CHARACTERS])
    return str(language) if probability >= MIN_PROBABILITY else None


@load_once
def _identifier() -> "LanguageIdentifier":
    # Imported late: loading the model takes about a second, and a service that only
    # splits texts does not need it.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
