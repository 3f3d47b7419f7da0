"""Which version a caller expects to be current: `If-Match`, `If-None-Match`."""

import re
from collections.abc import Mapping

from engine.domain.errors import Fault, InvalidInput
from engine.ports import ANY_VERSION, NO_VERSION

_ONE_TAG = re.compile(r'"([^",]{1,100})"')
_ANY = "*"


def expected_version(headers: Mapping[str, str]) -> str | None:
    """What `PipelineStore.publish` is to expect; None: the caller does not say.

    Raises `InvalidInput` for what no single version can answer.
    """
    match = headers.get("if-match")
    none_match = headers.get("if-none-match")
    if match is None and none_match is None:
        return None
    if none_match is not None:
        if none_match.strip() != _ANY or match is not None:
            raise _bad_precondition(
                "If-None-Match", "If-None-Match: *, for a new route"
            )
        return NO_VERSION

    tag = (match or "").strip()
    if tag == _ANY:
        return ANY_VERSION
    found = _ONE_TAG.fullmatch(tag)
    if found is None:
        raise _bad_precondition(
            "If-Match", 'If-Match: "VERSION", the ETag that was read'
        )
    return found[1]


def _bad_precondition(header: str, remedy: str) -> InvalidInput:
    fault = Fault(
        code="bad-precondition",
        message=f"the header {header} names no single version",
        hint=f"send {remedy}",
        field=header.lower(),
    )
    return InvalidInput([fault])
