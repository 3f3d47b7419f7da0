"""Which store the environment chooses."""

import os
from pathlib import Path

from digits.stores import Folder, Store

HOME = Path(__file__).parent.parent / "models"


def chosen_place() -> str:
    """The value of DIGIT_MODELS; empty if it is not set."""
    return os.environ.get("DIGIT_MODELS", "")


def store_at(place: str) -> Store:
    """The store at a path or at `s3://bucket/prefix`; an empty place is `HOME`."""
    if place.startswith("s3://"):
        # Imported late: a folder does not need boto3, which takes long to load.
        from digits.bucket import Bucket

        return Bucket(place)

    return Folder(Path(place).expanduser() if place else HOME)
