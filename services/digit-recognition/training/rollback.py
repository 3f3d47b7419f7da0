"""Goes back to the version that served before, or to the one that is named."""

import sys

from digits.stores import StoreError

from training.promote import follow
from training.registry import FOLLOWS, Registry

BUILT_IN = "built-in"


def rollback(registry: Registry, wish: str) -> str:
    """Move the alias back; what serves now, in a sentence. Raises `ValueError`."""
    serving = registry.serving()
    if not wish and not serving:
        raise ValueError("the built-in model serves: there is nothing to go back to")
    known = [str(one.version) for one in registry.versions()]
    if wish and wish not in (BUILT_IN, *known):
        there_are = ", ".join([*known, BUILT_IN])
        raise ValueError(f"there is no version {wish}; there are {there_are}")
    follows = serving.tags.get(FOLLOWS, "") if serving else ""
    registry.move_alias("" if wish == BUILT_IN else wish or follows)
    return follow(registry)


def main(arguments: list[str]) -> None:
    """Go back to the version that the only argument names, or one step."""
    try:
        print(rollback(Registry(), arguments[0] if arguments else ""))
    except (ValueError, StoreError) as fault:
        sys.exit(str(fault))


if __name__ == "__main__":
    main(sys.argv[1:])
