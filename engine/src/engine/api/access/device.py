"""Sign a terminal in: it waits, and a person confirms its code at `/device`."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from engine.api.access import shapes
from engine.api.access.fields import read_fields
from engine.api.access.sessions import AccountsDep
from engine.api.access.shown import address_of
from engine.api.answers import NO_STORE, Answer, LimitsDep, documented, json_body
from engine.api.principals import PRINCIPAL, PrincipalDep, concerns
from engine.api.routers import new_router
from engine.domain.access.confirming import (
    ASK_EVERY_SECONDS,
    CONFIRMED_WITHIN,
    shown_code,
)
from engine.domain.access.roles import TokenScope
from engine.domain.access.tokens import DEFAULT_DAYS, DEFAULT_SCOPES
from engine.usecases.access.device_logins import Asked

router = new_router("accounts")


@router.post(
    "/device-logins",
    operation_id="begin_device_login",
    status_code=201,
    responses=documented(None, 400, 404, 429)
    | {201: {"description": "It waits now", "model": shapes.DeviceLogin}},
    openapi_extra=json_body(shapes.NEW_DEVICE_LOGIN),
)
async def begin_device_login(
    request: Request, accounts: AccountsDep, limits: LimitsDep
) -> Response:
    """Let a terminal wait for a token, until a person has confirmed its code."""
    body = await read_fields(request, limits, shapes.NEW_DEVICE_LOGIN)
    begun = await accounts.device_logins.begin(
        body["machine"], _scopes(body), address=address_of(request.scope)
    )
    shown = {
        "device_code": begun.secret,
        "user_code": shown_code(begun.code),
        "expires_in": int(CONFIRMED_WITHIN.total_seconds()),
        "interval": ASK_EVERY_SECONDS,
    }
    return Answer(shown, 201, NO_STORE)


@router.post(
    "/device-logins/redeem",
    operation_id="redeem_device_login",
    status_code=201,
    responses=documented(None, 400, 404, 410)
    | {
        201: {"description": "The token, shown once", "model": shapes.NewToken},
        202: {"description": "Nobody has decided yet", "model": shapes.Waiting},
    },
    openapi_extra=json_body(shapes.REDEEMED),
)
async def redeem_device_login(
    request: Request, accounts: AccountsDep, limits: LimitsDep
) -> Response:
    """Fetch the token of a terminal that waited; ask again until somebody decided."""
    body = await read_fields(request, limits, shapes.REDEEMED)
    issued = await accounts.device_logins.redeem(
        body["device_code"], address=address_of(request.scope)
    )
    if issued is None:
        return Answer({"interval": ASK_EVERY_SECONDS}, 202, NO_STORE)

    made = issued.credential
    person = await accounts.people.get(made.person)
    request.scope[PRINCIPAL] = person.principal()
    concerns(request, made.label)
    return Answer(made.shown() | {"token": issued.secret}, 201, NO_STORE)


@router.post(
    "/device-logins/look",
    operation_id="look_at_device_login",
    status_code=200,
    responses=documented(shapes.WaitingTerminal, 400, 404, 429),
    openapi_extra=json_body(shapes.TYPED_CODE),
)
async def look_at_device_login(
    request: Request, accounts: AccountsDep, limits: LimitsDep, principal: PrincipalDep
) -> Response:
    """See which terminal waits with a code, before it is confirmed."""
    body = await read_fields(request, limits, shapes.TYPED_CODE)
    asked = await accounts.device_logins.look(body["code"], principal)
    concerns(request, _told(asked))
    return Answer(_shown(asked, request), headers=NO_STORE)


@router.post(
    "/device-logins/decide",
    operation_id="decide_device_login",
    status_code=204,
    responses=documented(None, 400, 404, 429),
    openapi_extra=json_body(shapes.DECISION),
)
async def decide_device_login(
    request: Request, accounts: AccountsDep, limits: LimitsDep, principal: PrincipalDep
) -> Response:
    """Let the terminal with a code act for oneself, or refuse it."""
    body = await read_fields(request, limits, shapes.DECISION)
    asked = await accounts.device_logins.decide(
        body["code"], principal, allow=body["allow"]
    )
    verb = "allowed" if body["allow"] else "refused"
    concerns(request, f"{verb} {_told(asked)}")
    return Response(status_code=204)


def _scopes(body: dict[str, Any]) -> frozenset[TokenScope]:
    scopes = body.get("scopes", sorted(map(str, DEFAULT_SCOPES)))
    return frozenset(map(TokenScope, scopes))


def _told(asked: Asked) -> str:
    return f"{asked.machine} at {asked.address}"


def _shown(asked: Asked, request: Request) -> dict[str, Any]:
    return {
        "machine": asked.machine,
        "address": asked.address,
        "same_address": asked.address == address_of(request.scope),
        "began_at": asked.began_at.isoformat(),
        "scopes": sorted(map(str, asked.scopes)),
        "announces": list(asked.announces),
        "days": DEFAULT_DAYS,
    }
