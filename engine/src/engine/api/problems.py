"""Every error as application/problem+json: the only table of HTTP statuses."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import orjson
from starlette.responses import Response

from engine.domain import errors as e
from engine.domain.access import errors as a
from engine.domain.errors import EngineError, Fault

PROBLEM_TYPE = "application/problem+json"
NAMESPACE = "urn:marketplace:problem:"

# From special to general: the first class that fits counts.
TABLE: Sequence[tuple[type[EngineError], int, str, str]] = (
    (e.Unreadable, 400, "unreadable-body", "The body cannot be read"),
    (e.UnsupportedMedia, 415, "unsupported-media", "A media type is not accepted"),
    (e.UnfitResult, 422, "unfit-result", "The result does not fit the service"),
    (e.InvalidInput, 422, "invalid-input", "The data does not fit the route"),
    (e.ReservedKey, 422, "reserved-key", "The data has a reserved key"),
    (e.InvalidPipeline, 422, "invalid-pipeline", "The pipeline has faults"),
    (e.AddressRefused, 422, "address-refused", "The engine may not call this address"),
    (e.Unknown, 404, "not-found", "Not found"),
    (e.TooMuch, 413, "too-much", "The request is over a limit"),
    (e.TooManyFrames, 422, "too-many-frames", "The task may make no more frames"),
    (e.NoRoom, 409, "no-room", "The engine keeps no more of these"),
    (e.RouteTaken, 409, "route-taken", "The route is in use by something else"),
    (e.VersionMoved, 412, "version-moved", "Another version is current"),
    (e.VersionInUse, 409, "version-in-use", "The version is needed"),
    (e.StillRunning, 409, "still-running", "The task has not ended"),
    (e.NotFinished, 409, "not-finished", "The task has no outputs"),
    (e.OutdatedAttempt, 409, "outdated-attempt", "The attempt is outdated"),
    (a.NotSignedIn, 401, "not-signed-in", "Nobody is signed in"),
    (a.WrongPassword, 401, "wrong-password", "Name and password do not fit"),
    (a.TooManyGuesses, 429, "too-many-guesses", "Too many wrong passwords"),
    (a.TooManyCodes, 429, "too-many-codes", "Too many codes"),
    (a.NoSuchCode, 404, "no-such-code", "No terminal waits with this code"),
    (a.NotConfirmed, 410, "not-confirmed", "The sign-in was not confirmed"),
    (a.OverLimit, 429, "over-limit", "A limit is reached"),
    (a.ScopeMissing, 403, "scope-missing", "The token was not made for this"),
    (a.NotAnnounced, 403, "not-announced", "The token is for other routes"),
    (a.Forbidden, 403, "forbidden", "This needs another role"),
    (a.NameTaken, 409, "name-taken", "The name is taken"),
    (a.IdTaken, 409, "id-taken", "The id is taken"),
    (a.NotEmpty, 409, "not-empty", "Something is still in it"),
    (a.LastAdministrator, 409, "last-administrator", "One administrator must be left"),
    (a.TokenRefused, 400, "token-refused", "The token cannot be believed"),
    (a.SignInFailed, 400, "sign-in-failed", "Signing in came to nothing"),
    (a.NoProvider, 404, "no-provider", "There is no provider"),
    (a.NoPasswords, 404, "no-passwords", "People sign in at the provider"),
    (a.NoAccounts, 404, "no-accounts", "This engine has no accounts"),
    (e.Unavailable, 503, "unavailable", "The engine cannot serve this now"),
)
"""Class of error, HTTP status, end of the problem's `type`, its `title`."""

HTTP_KINDS = {
    400: "bad-request",
    403: "cross-site",
    404: "not-found",
    405: "method-not-allowed",
    416: "range-not-satisfiable",
    421: "unknown-host",
}
"""The end of the problem's `type` for what HTTP itself refuses, by status."""
OTHER_HTTP_KIND = "http"
RETRY_AFTER_SECONDS = "2"


class Problem(Response):
    """The answer that says what went wrong (RFC 9457)."""

    media_type = PROBLEM_TYPE

    def __init__(
        self,
        *,
        status: int,
        kind: str,
        title: str,
        detail: str,
        faults: Sequence[Fault] = (),
        headers: dict[str, str] | None = None,
        extensions: dict[str, Any] | None = None,
    ) -> None:
        content = {
            "type": NAMESPACE + kind,
            "title": title,
            "status": status,
            "detail": detail,
            "errors": [fault.to_json() for fault in faults],
        }
        content |= extensions or {}
        super().__init__(orjson.dumps(content), status, headers)


def problem(error: EngineError) -> Problem:
    """The answer to an error that the engine raises on purpose."""
    for kind_of_error, status, kind, title in TABLE:
        if isinstance(error, kind_of_error):
            return Problem(
                status=status,
                kind=kind,
                title=title,
                detail=str(error),
                faults=error.faults,
                headers=_headers(error, status),
                extensions=_extensions(error),
            )
    return internal_error()


def _headers(error: EngineError, status: int) -> dict[str, str]:
    if isinstance(error, e.VersionMoved) and error.current:
        return {"etag": etag(error.current)}
    if isinstance(error, a.TooManyGuesses | a.TooManyCodes | a.OverLimit):
        return {"retry-after": str(error.seconds)}
    if status == HTTPStatus.UNAUTHORIZED:
        return {"www-authenticate": "Bearer"}
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return {"retry-after": RETRY_AFTER_SECONDS}
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        # The rest of the body is still on its way. On a connection that stays open the
        # server would have to read it all, to find the next request behind it.
        return {"connection": "close"}
    return {}


def etag(version: str) -> str:
    """A version as HTTP writes it, in `ETag` and `If-Match`."""
    return f'"{version}"'


def _extensions(error: EngineError) -> dict[str, Any]:
    """What a problem has besides the members of RFC 9457."""
    if isinstance(error, e.NotFinished):
        return {"task": {"status": error.status, "message": error.message}}
    if isinstance(error, e.VersionMoved):
        return {"route": error.route, "version": error.current}
    if isinstance(error, a.OverLimit):
        limit = {
            "of": str(error.subject.whose),
            "id": error.subject.id,
            "what": str(error.what),
            "most": error.most,
            "now": error.now,
            "setting": error.setting,
        }
        return {"limit": limit}
    return {}


def refusal(status: int, detail: str, headers: dict[str, str] | None = None) -> Problem:
    """The answer to a request that HTTP itself does not allow."""
    return Problem(
        status=status,
        kind=HTTP_KINDS.get(status, OTHER_HTTP_KIND),
        title=HTTPStatus(status).phrase,
        detail=detail,
        headers=headers,
    )


def internal_error() -> Problem:
    """The answer to an error in the engine's code; only the log tells which."""
    return Problem(
        status=500,
        kind="internal",
        title="The engine made a mistake",
        detail="this is an error in the engine: its log has the details",
    )


def client_disconnected() -> Problem:
    """The answer to a client that is not there to read it; metrics count it."""
    return refusal(400, "the client closed the connection before its request was read")
