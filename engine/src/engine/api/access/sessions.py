"""Sign in and out; one's own sessions and password; the first administrator."""

from typing import Annotated

from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from engine.api.access import shapes
from engine.api.access.fields import read_fields
from engine.api.access.shown import address_of, set_cookie
from engine.api.answers import (
    NO_STORE,
    Answer,
    EngineDep,
    LimitsDep,
    documented,
    json_body,
)
from engine.api.limits import MAX_NAME_CHARACTERS
from engine.api.principals import PRINCIPAL, PrincipalDep, concerns
from engine.api.routers import new_router
from engine.domain.access.credentials import Kind
from engine.domain.access.errors import NoAccounts, NoPasswords
from engine.domain.access.people import Person
from engine.domain.access.roles import Principal
from engine.usecases.access.accounts import Accounts
from engine.usecases.access.credentials import Issued
from engine.usecases.access.people import PersonChange

router = new_router("accounts")

CURRENT = "current"
"""In the place of its id: the session that the request shows."""
FIRST = "the first administrator"
"""In the audit log, until it is known who that is."""

Id = Annotated[str, Path(max_length=MAX_NAME_CHARACTERS)]


def accounts_of(engine: EngineDep) -> Accounts:
    """The accounts of the engine; raises `NoAccounts`."""
    if engine.accounts is None:
        raise NoAccounts()
    return engine.accounts


AccountsDep = Annotated[Accounts, Depends(accounts_of)]


def _with_passwords(accounts: AccountsDep) -> Accounts:
    """The accounts of an engine that keeps passwords; raises `NoPasswords`."""
    if accounts.at_provider is not None:
        raise NoPasswords()
    return accounts


PasswordsDep = Annotated[Accounts, Depends(_with_passwords)]


@router.post(
    "/sessions",
    operation_id="sign_in",
    status_code=201,
    responses=documented(None, 400, 401, 404, 429)
    | {201: {"description": "Signed in: a cookie is set", "model": shapes.SignedIn}},
    openapi_extra=json_body(shapes.SIGN_IN),
)
async def sign_in(
    request: Request, accounts: PasswordsDep, limits: LimitsDep
) -> Response:
    """Sign in with a name and a password; the answer sets the cookie of a session."""
    body = await read_fields(request, limits, shapes.SIGN_IN)
    concerns(request, body["name"])
    person, issued = await accounts.signing_in.sign_in(
        body["name"],
        body["password"],
        address=address_of(request.scope),
        label=agent_of(request),
    )
    return await _signed_in(request, accounts, person, issued)


@router.post(
    "/first-administrator",
    operation_id="make_first_administrator",
    status_code=201,
    responses=documented(None, 400, 401, 404, 409)
    | {201: {"description": "Signed in: a cookie is set", "model": shapes.SignedIn}},
    openapi_extra=json_body(shapes.FIRST_ADMINISTRATOR),
)
async def make_first_administrator(
    request: Request, accounts: PasswordsDep, limits: LimitsDep
) -> Response:
    """Use the one-time address that the engine printed; the answer signs in."""
    body = await read_fields(request, limits, shapes.FIRST_ADMINISTRATOR)
    # Not the name: no wait keeps a stranger from trying many, and each new one would be
    # another entry.
    concerns(request, FIRST)
    person = await accounts.signing_in.first_administrator(
        body["invitation"], body["name"], body["password"]
    )
    concerns(request, person.name)
    issued = await accounts.signing_in.session(
        person, address=address_of(request.scope), label=agent_of(request)
    )
    return await _signed_in(request, accounts, person, issued)


async def _signed_in(
    request: Request, accounts: Accounts, person: Person, issued: Issued
) -> Response:
    request.scope[PRINCIPAL] = person.principal()
    await end_session_before(request, accounts)

    answer = Answer(
        {"person": person.shown(), "session": issued.credential.shown()},
        201,
        NO_STORE,
    )
    set_cookie(answer.headers, request.scope, issued.secret)
    return answer


async def end_session_before(request: Request, accounts: Accounts) -> None:
    """End the session that a browser had before, perhaps given to it by somebody."""
    before: Principal | None = await request.app.state.door.asker(request.scope)
    if before is not None and before.credential:
        await accounts.credentials.revoke_quietly(before)


@router.get(
    "/sessions",
    operation_id="list_sessions",
    responses=documented(list[shapes.Session], 404),
)
async def list_sessions(accounts: AccountsDep, principal: PrincipalDep) -> Response:
    """List one's own sessions, the oldest first."""
    sessions = await accounts.credentials.list(principal.id, Kind.SESSION)
    return Answer(
        [{**one.shown(), "current": one.id == principal.credential} for one in sessions]
    )


@router.delete(
    "/sessions/{id}",
    operation_id="end_session",
    status_code=204,
    responses=documented(None, 404),
)
async def end_session(
    id: Id, request: Request, accounts: AccountsDep, principal: PrincipalDep
) -> Response:
    """End one of one's own sessions; `current` is the one that asks: sign out."""
    ended = principal.credential if id == CURRENT else id
    await accounts.credentials.revoke(principal.id, Kind.SESSION, ended)

    answer = Response(status_code=204)
    if ended == principal.credential:
        set_cookie(answer.headers, request.scope, "")
    return answer


@router.put(
    "/account/password",
    operation_id="change_password",
    status_code=204,
    responses=documented(None, 400, 401, 404, 429),
    openapi_extra=json_body(shapes.PASSWORD),
)
async def change_password(
    request: Request, accounts: PasswordsDep, limits: LimitsDep, principal: PrincipalDep
) -> Response:
    """Change one's own password; all other sessions end, tokens stay."""
    body = await read_fields(request, limits, shapes.PASSWORD)
    await accounts.signing_in.expect_password(
        principal.name, body["current"], address=address_of(request.scope)
    )
    await accounts.people.change(principal.id, PersonChange(password=body["password"]))
    await accounts.credentials.revoke_all(
        principal.id, Kind.SESSION, but=principal.credential
    )
    return Response(status_code=204)


def agent_of(request: Request) -> str:
    """What a browser calls itself: people tell their sessions apart by it."""
    return request.headers.get("user-agent", "")
