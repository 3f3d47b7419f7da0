"""The screen: shows texts from outside as they are, and as nothing but text."""

from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from engine.cli.plain_text import only_text


class Screen(Console):
    """A console for texts that other people wrote.

    A text is never read as markup: `[/tag]` in it is shown, and ends no style. What is
    to have a style is given as `Text`. Control characters are left out of everything
    that is shown, so no caller has to think of it; rich adds its own afterwards.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, markup=False, emoji=False)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """The pieces of what is shown, each without control characters."""
        return map(_cleaned, super().render(renderable, options))

    def confirm(self, words: str) -> None:
        """Say that something has succeeded."""
        self.print(Text.assemble(("✓", "green"), " ", words))


def _cleaned(segment: Segment) -> Segment:
    # Control codes are those of rich itself: the text of others never becomes one.
    if segment.control:
        return segment

    style = segment.style
    if style is not None and style.link:
        # A link is written as an escape sequence, with an address from outside in it.
        style = style.update_link(None)
    return Segment(only_text(segment.text), style)
