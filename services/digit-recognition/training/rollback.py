"""Goes back to the version that served before, or to the version that is named."""

import sys

from digits.stores import StoreError

from training.promote import follow
from training.registry import FOLLOWS_TAG, Registry

BUILT_IN = "built-in"  # the name of the built-in model on the command line


def rollback(registry: Registry, wanted: str) -> str:
    """Move the alias back; an empty `wanted` goes one step. Raises `ValueError`.

    Returns a sentence that says which model serves now.
    """
    registry.move_alias(_target(registry, wanted))
    return follow(registry)


def _target(registry: Registry, wanted: str) -> str:
    """The version that will serve; an empty string is the built-in model."""
    if not wanted:
        serving = registry.serving()
        if not serving:
            raise ValueError("the built-in model serves; no earlier version is known")
        return str(serving.tags.get(FOLLOWS_TAG, ""))

    known = [str(version.version) for version in registry.versions()]
    if wanted not in (BUILT_IN, *known):
        choices = ", ".join([*known, BUILT_IN])
        raise ValueError(f"there is no version {wanted}; choose one of {choices}")
    return "" if wanted == BUILT_IN else wanted


def main(arguments: list[str]) -> None:
    """Go back to the version in the only argument; without one, a single step."""
    try:
        print(rollback(Registry(), arguments[0] if arguments else ""))
    except (ValueError, StoreError) as fault:
        sys.exit(str(fault))


if __name__ == "__main__":
    main(sys.argv[1:])
