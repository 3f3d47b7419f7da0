"""The text of a part of a Word document: its body, a header, its footnotes.

Word calls such a text a story. It is read as it prints after all tracked changes: what
was deleted is left out, and what stands in a text box comes after its paragraph.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from service_sdk import File

from document.extract import CHECKED, Characters, Limits
from document.package import XmlTarget, local_name
from document.symbols import symbol

# Elements by their names in WordprocessingML.
TEXT = "t"
RUN = "r"
SIGNS = {
    "p": "\n",
    "br": "\n",
    "cr": "\n",
    "tab": "\t",
    "ptab": "\t",
    "noBreakHyphen": "-",
}

# What was deleted, or was moved to another place.
SKIPPED = frozenset({"del", "moveFrom"})

# The mark of a deleted paragraph: what follows it belongs to the paragraph before.
DELETED_MARKS = (["pPr", "rPr", "del"], ["pPr", "rPr", "moveFrom"])

TRUE_WORDS = frozenset({"", "1", "true", "on"})  # `w:checked` alone means yes
UNCHECKED = "☐"


@dataclass
class _Level:
    """A text that is collected apart, such as that of a cell or of a text box."""

    pieces: list[str] = field(default_factory=list)

    boxes: list[str] = field(default_factory=list)
    """Of text boxes in the paragraph that is open."""

    is_joined: bool = False
    """Whether the paragraph that is open goes on in the next one."""

    def text(self) -> str:
        return "".join(self.pieces + self.boxes)


class Story(XmlTarget):
    """Collects texts and signs in their order.

    `chunk` gives the text of another document that is embedded under an id.
    """

    def __init__(
        self,
        document: File,
        *,
        limits: Limits,
        characters: Characters,
        chunk: Callable[[str], str],
    ) -> None:
        super().__init__(document, limits)
        self.root = ""
        self._characters = characters
        self._chunk = chunk

        self._open: list[str] = []
        self._skipped_levels = 0

        self._levels = [_Level()]
        self._rows: list[list[str]] = []
        self._versions: list[list[_Level]] = []
        self._choices: list[str] = []
        self._choice = 0
        self._is_checked = False
        self._reading = ""

    @property
    def text(self) -> str:
        """All that was read so far."""
        return self._levels[0].text()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.limits.enter()
        name = local_name(tag)
        self.root = self.root or name
        self._open.append(name)
        self._skipped_levels += name in SKIPPED

        if name in BEGINNINGS:
            own = {local_name(key): value for key, value in attributes.items()}
            BEGINNINGS[name](self, own)

    def end(self, tag: str) -> None:
        self.limits.leave()
        name = local_name(tag)
        if name in ENDINGS:
            ENDINGS[name](self)

        self._open.pop()
        self._skipped_levels -= name in SKIPPED

        # Outside a run of text, `tab` defines where a tab stops, and is no character.
        is_sign = name != "tab" or self._open[-1:] == [RUN]
        if name in SIGNS and is_sign and not self._joins(name):
            self._add(SIGNS[name])
        if name == "p":
            self._end_paragraph()

    def data(self, text: str) -> None:
        if self._open and self._open[-1] == TEXT:
            self._add(text)

    def _add(self, text: str) -> None:
        if self._skipped_levels:
            return
        self._levels[-1].pieces.append(text)
        self._characters.add(len(text))

    def _joins(self, name: str) -> bool:
        return name == "p" and self._levels[-1].is_joined

    def _end_paragraph(self) -> None:
        """Boxes stand behind a paragraph: inside it, its words would be torn apart."""
        level = self._levels[-1]
        if level.is_joined:
            level.is_joined = False
            return

        level.pieces += level.boxes
        level.boxes = []

    def _note_deleted_mark(self, attributes: Mapping[str, str]) -> None:
        if self._open[-3:] in DELETED_MARKS:
            self._levels[-1].is_joined = True

    def _begin_level(self, attributes: Mapping[str, str]) -> None:
        self._levels.append(_Level())

    def _end_box(self) -> None:
        text = self._levels.pop().text()
        # A box in nothing but skipped versions of it, or an empty one, adds no line.
        if text.strip():
            self._levels[-1].boxes.append(text)

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        self._rows.append([])

    def _end_cell(self) -> None:
        text = self._levels.pop().text().strip("\n")
        if self._rows:
            self._rows[-1].append(text)

    def _end_row(self) -> None:
        cells = self._rows.pop()
        # Their characters are counted already.
        self._levels[-1].pieces.append("\t".join(cells) + "\n")
        self._characters.add(len(cells))

    def _begin_versions(self, attributes: Mapping[str, str]) -> None:
        self._versions.append([])

    def _end_version(self) -> None:
        version = self._levels.pop()
        if self._versions:
            self._versions[-1].append(version)

    def _end_versions(self) -> None:
        """Of several versions of the same content, the first with a text counts."""
        versions = self._versions.pop()
        with_text = (one for one in versions if one.text().strip())
        chosen = next(with_text, _Level())

        self._levels[-1].pieces += chosen.pieces
        self._levels[-1].boxes += chosen.boxes
        for other in versions:
            if other is not chosen:
                self._characters.add(-len(other.text()))

    def _add_symbol(self, attributes: Mapping[str, str]) -> None:
        code = attributes.get("char", "")
        self._add(symbol(code, font=attributes.get("font", "")))

    def _add_chunk(self, attributes: Mapping[str, str]) -> None:
        self._add(self._chunk(attributes.get("id", "")) + "\n")

    def _begin_list(self, attributes: Mapping[str, str]) -> None:
        self._choices = []
        self._choice = 0

    def _note_choice(self, attributes: Mapping[str, str]) -> None:
        if self._open[-2:-1] == ["ddList"] and attributes.get("val", "").isdecimal():
            self._choice = int(attributes["val"])

    def _note_entry(self, attributes: Mapping[str, str]) -> None:
        if self._open[-2:-1] == ["ddList"]:
            self._choices.append(attributes.get("val", ""))

    def _end_list(self) -> None:
        self._add("".join(self._choices[self._choice : self._choice + 1]))

    def _begin_check(self, attributes: Mapping[str, str]) -> None:
        self._is_checked = False

    def _note_check(self, attributes: Mapping[str, str]) -> None:
        # `default` comes first, and `checked` is what was chosen.
        if self._open[-2:-1] == ["checkBox"]:
            self._is_checked = attributes.get("val", "") in TRUE_WORDS

    def _end_check(self) -> None:
        # The newer kind has its sign in its text.
        if self._open[-2:-1] == ["ffData"]:
            self._add(CHECKED if self._is_checked else UNCHECKED)

    def _end_reading(self) -> None:
        self._reading = self._levels.pop().text().strip()

    def _end_ruby(self) -> None:
        """How a Chinese character is read stands behind it."""
        if self._reading:
            self._add(f"({self._reading})")
        self._reading = ""


BEGINNINGS: dict[str, Callable[[Story, Mapping[str, str]], None]] = {
    "del": Story._note_deleted_mark,
    "moveFrom": Story._note_deleted_mark,
    "txbxContent": Story._begin_level,
    "tr": Story._begin_row,
    "tc": Story._begin_level,
    "AlternateContent": Story._begin_versions,
    "Choice": Story._begin_level,
    "Fallback": Story._begin_level,
    "sym": Story._add_symbol,
    "altChunk": Story._add_chunk,
    "ddList": Story._begin_list,
    "result": Story._note_choice,
    "listEntry": Story._note_entry,
    "checkBox": Story._begin_check,
    "default": Story._note_check,
    "checked": Story._note_check,
    "rt": Story._begin_level,
}

ENDINGS: dict[str, Callable[[Story], None]] = {
    "txbxContent": Story._end_box,
    "tr": Story._end_row,
    "tc": Story._end_cell,
    "AlternateContent": Story._end_versions,
    "Choice": Story._end_version,
    "Fallback": Story._end_version,
    "ddList": Story._end_list,
    "checkBox": Story._end_check,
    "rt": Story._end_reading,
    "ruby": Story._end_ruby,
}
