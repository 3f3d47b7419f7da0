"""Calls that gave no result, worded for people."""

import errno
import re
import traceback
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
import orjson
from httptools import HttpParserError

from engine.adapters.http.answers import Head, charset, is_json, printable
from engine.adapters.http.payloads import CannotTravel
from engine.adapters.http.pool import NameNotFound, NotConnected
from engine.adapters.http.rules import shown
from engine.domain.charsets import as_utf8
from engine.domain.errors import (
    AddressRefused,
    EngineError,
    Unavailable,
    Unknown,
    Unreadable,
)
from engine.domain.run_faults import Cause
from engine.domain.said import words_of_markup, words_or_json
from engine.ports import Refused

FAULTS = (aiohttp.ClientError, EngineError, HttpParserError, OSError, ValueError)
"""What a call may raise because of what the other side is or does."""

BUSY = frozenset({429, 503})
"""Statuses that ask for patience."""

WRONG_REQUEST = frozenset({400, 401, 403, 405, 413, 415, 422})
"""Statuses that say that the same request would be refused again."""

NO_TEXT = re.compile(r"(image|audio|video|font)/|application/(octet-stream|zip|pdf)")
"""Types of which nothing can be shown."""

MAX_DETAIL_CHARACTERS = 500
"""Of what an answer says about its failure."""

UNAWAITED = frozenset({404, 409, 410})
"""Statuses that say of a result: whom it is for is not known, or has moved on."""

# The first that fits is taken, so subclasses come before their classes.
WORDS: tuple[tuple[type[Exception], str], ...] = (
    (aiohttp.ClientConnectorDNSError, "host name not found: {0}"),
    (NameNotFound, "host name not found: {0}"),
    (aiohttp.ClientConnectorCertificateError, "the certificate of {0} is not valid"),
    (aiohttp.ClientSSLError, "the TLS connection to {0} failed"),
    (aiohttp.ConnectionTimeoutError, "{0} did not accept the connection in time"),
    (aiohttp.ClientConnectorError, "{0} cannot be reached: {1}"),
    (NotConnected, "{0} cannot be reached: {1}"),
    (
        aiohttp.ServerDisconnectedError,
        "{0} closed the connection before it answered",
    ),
    (aiohttp.ClientOSError, "{0} closed the connection before it answered"),
    (aiohttp.ClientPayloadError, "the answer of {0} is incomplete"),
    (aiohttp.ClientResponseError, "the answer of {0} is not valid HTTP"),
    (HttpParserError, "the answer of {0} is not valid HTTP"),
    (TimeoutError, "{0} did not answer within {2:g} s"),
)

CODES: Mapping[type[Exception], Cause] = {
    aiohttp.ClientPayloadError: Cause.BAD_ANSWER,
    aiohttp.ClientResponseError: Cause.BAD_ANSWER,
    HttpParserError: Cause.BAD_ANSWER,
    TimeoutError: Cause.TIMEOUT,
}
"""What kind of failure these are; all others mean that nobody was reached."""


def refusal(error: Exception, url: str, timeout: timedelta) -> Refused:
    """What went wrong, and whether trying again can help."""
    refused = _worded(error, url, timeout)
    _release(error)
    return refused


def _release(error: BaseException) -> None:
    """Free what the calls hold through which an error came, such as a body.

    Some errors refer to themselves by way of a future. So they stay until the next full
    garbage collection, which is rare: bodies of megabytes would add up.
    """
    of: BaseException | None = error
    while of is not None:
        traceback.clear_frames(of.__traceback__)
        of = of.__cause__ or of.__context__


def _worded(error: Exception, url: str, timeout: timedelta) -> Refused:
    origin = re.sub(r"(//[^/]*).*", r"\1", shown(url))

    # aiohttp wraps what the body that was being sent raised.
    if isinstance(error.__cause__, EngineError):
        error = error.__cause__

    match error:
        case CannotTravel() | Unknown():
            return Refused(str(error), final=True, unsent=True, code=Cause.NOT_SENT)
        case AddressRefused():
            return Refused(str(error), final=True, code=Cause.ADDRESS_REFUSED)
        case Unavailable():
            return Refused(str(error), busy=True)
        case EngineError():
            return Refused(str(error), code=Cause.BAD_ANSWER)
        case aiohttp.ClientConnectorError() | NotConnected() if (
            error.errno == errno.ECONNREFUSED
        ):
            said = f"no server listens at {origin}"
            return Refused(said, code=Cause.UNREACHABLE)

    for kind, words in WORDS:
        if isinstance(error, kind):
            cause = getattr(error, "strerror", None)
            reason = words.format(origin, cause, timeout.total_seconds())
            return Refused(reason, code=CODES.get(kind, Cause.UNREACHABLE))
    said = f"the call of {origin} failed: {printable(str(error))}"
    return Refused(said, code=Cause.UNREACHABLE)


def refused(answer: Head, body: bytes, most: timedelta) -> Refused:
    """An answer that is no success, with the patience it asks for."""
    after = retry_after(answer, most) if answer.status in BUSY else None
    return Refused(
        reason(answer, body),
        code=status_code(answer.status),
        final=answer.status in WRONG_REQUEST,
        busy=after is not None,
        after=after,
    )


def status_code(status: int) -> Cause:
    """The code of a failure by a status that is no success."""
    return Cause.REFUSED if status in WRONG_REQUEST else Cause.HTTP_ERROR


def reason(answer: Head, body: bytes) -> str:
    """What an answer that is no success says."""
    said = f"{shown(str(answer.url))} answered {answer.status}"
    target = answer.headers.get("Location")
    if 300 <= answer.status < 400 and target:
        return f"{said} with a redirect to {shown(target)}, which is not followed"

    detail = printable(_detail(answer, body), MAX_DETAIL_CHARACTERS)
    return f"{said}: {detail}" if detail else said


def _detail(answer: Head, body: bytes) -> str:
    """The words for people in it, or the beginning of what can be read at all."""
    if NO_TEXT.match(answer.headers.get("Content-Type", "").lower()):
        return ""
    try:
        text = as_utf8(body, charset(answer)).decode(errors="replace")
    except Unreadable:
        text = body.decode(errors="replace")

    # Whatever type it is sent as: many say text/html of all they send.
    beginning = text.lstrip()[:1]
    if is_json(answer) or beginning in ("{", "["):
        with suppress(ValueError):
            return words_or_json(orjson.loads(text))
    words = words_of_markup(text) if beginning == "<" else ""
    return words or text


def retry_after(answer: Head, most: timedelta) -> timedelta | None:
    """How long the other side wants to be left alone, `most` at the longest."""
    text = answer.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        # Nine digits are 31 years. Python refuses to read numbers of 4,300 and more.
        wait = timedelta(seconds=min(int(text[:9]), most.total_seconds()))
    else:
        try:
            wait = _until(parsedate_to_datetime(text))
        except (ValueError, OverflowError):
            return None

    return min(max(wait, timedelta()), most)


def _until(at: datetime) -> timedelta:
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return aware - datetime.now(UTC)
