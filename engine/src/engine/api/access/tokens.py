"""One's own tokens: for programs, the command line and services."""

from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from engine.api.access import shapes
from engine.api.access.fields import read_fields
from engine.api.access.sessions import AccountsDep, Id
from engine.api.access.shown import address_of
from engine.api.answers import NO_STORE, Answer, LimitsDep, documented, json_body
from engine.api.principals import PrincipalDep, concerns
from engine.api.routers import new_router
from engine.domain.access.credentials import Kind
from engine.domain.access.roles import Principal, TokenScope
from engine.domain.access.tokens import DEFAULT_DAYS, DEFAULT_SCOPES, Wish, check
from engine.usecases.access.credentials import Lifetime

router = new_router("accounts")


@router.get(
    "/tokens",
    operation_id="list_tokens",
    responses=documented(list[shapes.Token], 404),
)
async def list_tokens(accounts: AccountsDep, principal: PrincipalDep) -> Response:
    """List one's own tokens, the oldest first; no answer has their secrets."""
    tokens = await accounts.credentials.list(principal.id, Kind.TOKEN)
    return Answer([token.shown() for token in tokens])


@router.post(
    "/tokens",
    operation_id="add_token",
    status_code=201,
    responses=documented(None, 400, 403, 404)
    | {201: {"description": "The token, shown once", "model": shapes.NewToken}},
    openapi_extra=json_body(shapes.NEW_TOKEN),
)
async def add_token(
    request: Request, accounts: AccountsDep, limits: LimitsDep, principal: PrincipalDep
) -> Response:
    """Make a token; its secret is in this answer, and never shown again."""
    wish = _wish(await read_fields(request, limits, shapes.NEW_TOKEN), principal)
    concerns(request, wish.label)
    await accounts.credentials.expect_room(principal.id)
    issued = await accounts.credentials.issue(
        Kind.TOKEN,
        person=principal.id,
        label=wish.label,
        lifetime=Lifetime(timedelta(days=wish.days)),
        address=address_of(request.scope),
        scopes=wish.scopes,
        announces=wish.announces,
    )
    shown = issued.credential.shown() | {"token": issued.secret}
    return Answer(shown, 201, NO_STORE)


@router.delete(
    "/tokens/{id}",
    operation_id="revoke_token",
    status_code=204,
    responses=documented(None, 404),
)
async def revoke_token(
    id: Id, accounts: AccountsDep, principal: PrincipalDep
) -> Response:
    """Revoke one of one's own tokens; every replica refuses it within seconds."""
    await accounts.credentials.revoke(principal.id, Kind.TOKEN, id)
    return Response(status_code=204)


def _wish(body: dict[str, Any], principal: Principal) -> Wish:
    """Raises `InvalidInput`, `Forbidden` for a token that may not be made."""
    scopes = body.get("scopes", sorted(map(str, DEFAULT_SCOPES)))
    wish = Wish(
        label=body["label"],
        scopes=frozenset(map(TokenScope, scopes)),
        announces=tuple(body.get("announces", ())),
        days=body.get("days", DEFAULT_DAYS),
    )
    check(wish, principal)
    return wish
