"""The kinds of values that settings have: spans, lists, networks, keys."""

import ipaddress
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator

MIN_SECRET_CHARACTERS = 32
"""Of hexadecimal digits: 128 bits, which nobody can try."""

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
"""How many seconds each unit of a span has."""

MAX_SPAN = timedelta(days=3650)
SPAN_WORDS = "write seconds, or 90s, 15m, 2h, 7d"

TRACE_ID = "{trace_id}"
"""In TRACES_URL: where the id of a trace stands."""


def words(value: Any) -> Any:
    """A text is words between commas."""
    if not isinstance(value, str):
        return value
    return tuple(word.strip() for word in value.split(",") if word.strip())


def _networks(value: Any) -> Any:
    """Words, each of which is an address or a network."""
    found = words(value)
    for word in found:
        try:
            ipaddress.ip_network(word, strict=False)
        except ValueError:
            raise ValueError(f"“{word}” is no address or network") from None
    return found


def _span(value: Any) -> Any:
    """A number is seconds; a text may also end in s, m, h or d."""
    if not isinstance(value, str):
        return value

    number = value.strip()
    unit = "s"
    if number[-1:] in UNITS:
        unit = number[-1]
        number = number[:-1]

    try:
        span = timedelta(seconds=float(number) * UNITS[unit])
    except (ValueError, OverflowError):
        raise ValueError(SPAN_WORDS) from None

    # What is added to an instant must give another one.
    if not timedelta() < span <= MAX_SPAN:
        raise ValueError(f"it must be more than 0 and at most {MAX_SPAN.days}d")
    return span


def _secret(value: str) -> str:
    """A key that cannot be found by trying; none at all is kept in DATA_DIR."""
    if value and len(value) < MIN_SECRET_CHARACTERS:
        raise ValueError(
            f"it has {len(value)} characters; with fewer than {MIN_SECRET_CHARACTERS} "
            "it can be guessed; make one with `openssl rand -hex 32`"
        )
    return value


def _endpoint(value: str) -> str:
    """An address of a collector; its password, if it has one, is told to nobody."""
    try:
        address = urlsplit(value)
        is_address = address.scheme in ("http", "https") and bool(address.hostname)
    except ValueError:
        is_address = False
    if value and not is_address:
        raise ValueError("write http://HOST:PORT or https://HOST:PORT")
    return value


def _traces_url(value: str) -> str:
    """Where people look at a trace: it becomes a link on a page."""
    if value and TRACE_ID not in value:
        raise ValueError("write {trace_id} where the id of the trace stands")
    return _endpoint(value)


Words = Annotated[tuple[str, ...], BeforeValidator(words)]
Networks = Annotated[tuple[str, ...], BeforeValidator(_networks)]
Span = Annotated[timedelta, BeforeValidator(_span)]
Endpoint = Annotated[str, AfterValidator(_endpoint)]
TracesUrl = Annotated[str, AfterValidator(_traces_url)]
Secret = Annotated[str, AfterValidator(_secret)]
OldSecrets = Annotated[tuple[Secret, ...], BeforeValidator(words)]
