"""`marketplace dead-letters` shows every dead letter."""

from engine.cli.listing import letter_table
from engine.cli.trouble import console

LETTER = {
    "id": "7",
    "path": "t/faces[2]",
    "event": '{"node":"a"}',
    "reason": "ValueError: no [/b]",
    "died_at": "2026-01-01T12:00:00Z",
}


def test_each_letter_is_a_row() -> None:
    screen = console()

    with screen.capture() as drawn:
        screen.print(letter_table([LETTER]))

    for word in ("7", "t/faces[2]", "ValueError: no [/b]", '{"node":"a"}'):
        assert word in drawn.get()
