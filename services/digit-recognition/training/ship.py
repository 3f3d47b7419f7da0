"""Makes the exported model the built-in one, which serves when the store is empty."""

from dataclasses import replace

from digits.models import BUILT_IN, Card

from training.files import CARD, NETWORK


def main() -> None:
    """Write the network and its card into the package of the service."""
    exported = Card.from_json(CARD.read_bytes())
    card = replace(exported, version="built-in")

    BUILT_IN.with_suffix(".onnx").write_bytes(NETWORK.read_bytes())
    BUILT_IN.with_suffix(".json").write_bytes(card.to_json())
    print(f"{BUILT_IN}.onnx is {card.digest}")


if __name__ == "__main__":
    main()
