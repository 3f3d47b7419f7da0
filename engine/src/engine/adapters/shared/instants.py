"""How stores keep instants: as microseconds since 1970, whole and in order."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def utc_now() -> datetime:
    """The time, aware and in UTC."""
    return datetime.now(UTC)


def to_micros(instant: datetime) -> int:
    """How columns and fields keep an instant.

    >>> to_micros(datetime(1970, 1, 2, tzinfo=UTC))
    86400000000
    """
    # Divided as integers: `timestamp()` is a float and would lose microseconds.
    return (instant - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """The instant again.

    >>> from_micros(86400000000).isoformat()
    '1970-01-02T00:00:00+00:00'
    """
    return EPOCH + timedelta(microseconds=micros)
