"""Where in a trace something happens: the header `traceparent` of W3C Trace Context."""

import re
from dataclasses import dataclass
from hashlib import blake2b

TRACEPARENT = "traceparent"

SPAN_ID_BYTES = 8

# One version is defined. What comes from a later one, or is malformed, begins no trace
# here: the standard lets whoever cannot read a header go on without it.
_HEADER = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})", re.ASCII)
_SAMPLED = 1
_NO_TRACE = "0" * 32
_NO_SPAN = "0" * 16


@dataclass(frozen=True, slots=True)
class TraceContext:
    """A trace, and the span in it that causes what comes next."""

    trace_id: str
    span_id: str

    @property
    def header(self) -> str:
        """As the header says it.

        >>> TraceContext("a" * 32, "b" * 16).header[:12]
        '00-aaaaaaaaa'
        """
        return f"00-{self.trace_id}-{self.span_id}-01"


def read(header: str) -> TraceContext | None:
    """What a header says; None for one that is wrong, or wants no spans.

    >>> read("00-" + "a" * 32 + "-" + "b" * 16 + "-01").span_id
    'bbbbbbbbbbbbbbbb'
    >>> read("00-" + "a" * 32 + "-" + "b" * 16 + "-00"), read("' or 1=1")
    (None, None)
    """
    found = _HEADER.fullmatch(header)
    if found is None:
        return None

    trace_id, span_id, flags = found.groups()
    is_sampled = int(flags, 16) & _SAMPLED
    if not is_sampled or trace_id == _NO_TRACE or span_id == _NO_SPAN:
        return None
    return TraceContext(trace_id, span_id)


def span_id_of(*words: object) -> str:
    """The id of the span that these words name: everybody finds the same one.

    >>> span_id_of("task", "blur", 1) == span_id_of("task", "blur", 1)
    True
    >>> span_id_of("a", "bc") == span_id_of("ab", "c")
    False
    """
    # A character that is in no name stands between them.
    name = "\n".join(map(str, words))
    return blake2b(name.encode(), digest_size=SPAN_ID_BYTES).hexdigest()
