"""The how-to for operators tells every setting, with its default, as it is."""

from datetime import timedelta

from engine.settings import UNITS, Settings
from pydantic.fields import FieldInfo

from .conftest import ROOT


def row(name: str, field: FieldInfo) -> str:
    """The line of a setting in the table."""
    return f"| `{name.upper()}` | {written(field.default)} | {field.description} |"


def written(default: object) -> str:
    """A default as an operator would write it."""
    match default:
        case None | "" | ():
            return ""
        case bool():
            return f"`{int(default)}`"
        case tuple():
            return " ".join(f"`{one}`" for one in default)
        case timedelta():
            seconds = int(default.total_seconds())
            unit = next(u for u in "dhms" if seconds % UNITS[u] == 0)
            return f"`{seconds // UNITS[unit]}{unit}`"
    return f"`{default}`"


def test_the_table_of_settings_is_true() -> None:
    page = (ROOT / "docs/how-to/operate.md").read_text("utf-8")
    told = [line for line in page.splitlines() if line.startswith("| `")]

    rows = [row(name, field) for name, field in Settings.model_fields.items()]

    assert told[: len(rows)] == rows, "\n".join(rows)
