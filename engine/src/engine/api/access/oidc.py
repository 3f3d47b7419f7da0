"""Signing in and out at a provider of OpenID Connect."""

from typing import Annotated

from fastapi import Depends
from pydantic import Field
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from engine.api.access.fields import read_form
from engine.api.access.notices import notice
from engine.api.access.sessions import (
    AccountsDep,
    agent_of,
    end_session_before,
)
from engine.api.access.shown import (
    address_of,
    cookie_in,
    set_cookie,
    set_sign_in_cookie,
    sign_in_cookie_name,
)
from engine.api.access.ways import NEXT, own_path, seen_from_browser
from engine.api.answers import NO_STORE, Answer, documented
from engine.api.principals import PRINCIPAL, PrincipalDep, concerns
from engine.api.routers import new_router
from engine.api.shapes import Shape
from engine.domain.access.errors import NoProvider, SignInFailed, TokenRefused
from engine.domain.errors import Unavailable
from engine.usecases.access.accounts import Accounts
from engine.usecases.access.at_provider import AtProvider, Ended, Return

router = new_router("accounts")

SIGN_IN = "a sign-in at the provider"
"""In the audit log, where it is not known whose it is."""
LOGOUT_TOKEN = "logout_token"  # nosec B105 # the name of a field


class SignedOut(Shape):
    """Somebody has signed out here."""

    address: str | None = Field(
        description="Where they sign out at the provider; null: nowhere"
    )


def provider_of(accounts: AccountsDep) -> AtProvider:
    """The provider; raises `NoProvider`."""
    if accounts.at_provider is None:
        raise NoProvider()
    return accounts.at_provider


ProviderDep = Annotated[AtProvider, Depends(provider_of)]


@router.get("/oidc/sign-in", include_in_schema=False)
async def begin_sign_in(request: Request, provider: ProviderDep) -> Response:
    """Send a browser to the provider; it ends at the path that `next` names."""
    try:
        begun = await provider.begin(own_path(request.query_params.get(NEXT, "")))
    except Unavailable as error:
        return notice(request, "Sign in", str(error), status=503)

    answer = RedirectResponse(begun.address, 303, NO_STORE)
    set_sign_in_cookie(answer.headers, request.scope, begun.cookie)
    return answer


@router.get("/oidc/callback", include_in_schema=False)
async def end_sign_in(
    request: Request, accounts: AccountsDep, provider: ProviderDep
) -> Response:
    """Take a browser in that the provider sent back, and give it a session."""
    query = request.query_params
    back = Return(
        state=query.get("state", ""),
        code=query.get("code", ""),
        error=query.get("error", ""),
        issuer=query.get("iss", ""),
    )
    cookie = cookie_in(request.scope, sign_in_cookie_name(request.scope))
    try:
        ended = await provider.end(
            cookie, back, address=address_of(request.scope), label=agent_of(request)
        )
    except SignInFailed as error:
        answer = notice(request, "Sign in", str(error), status=400)
    except TokenRefused as error:
        concerns(request, SIGN_IN)
        answer = notice(request, "Sign in", str(error), status=400)
    except Unavailable as error:
        answer = notice(request, "Sign in", str(error), status=503)
    else:
        answer = await _taken_in(request, accounts, ended)
    set_sign_in_cookie(answer.headers, request.scope, "")
    return answer


async def _taken_in(request: Request, accounts: Accounts, ended: Ended) -> Response:
    """Send a browser where it wanted to go, with its new session."""
    concerns(request, ended.person.name)
    await end_session_before(request, accounts)
    request.scope[PRINCIPAL] = ended.person.principal()

    wanted = seen_from_browser(request, ended.wanted)
    answer = RedirectResponse(wanted, 303, NO_STORE)
    set_cookie(answer.headers, request.scope, ended.issued.secret)
    return answer


@router.post(
    "/oidc/sign-out",
    operation_id="sign_out",
    responses=documented(SignedOut, 404),
)
async def sign_out(
    request: Request, provider: ProviderDep, principal: PrincipalDep
) -> Response:
    """Sign out here; a browser then goes to `address`, to sign out at the provider."""
    address = await provider.sign_out(principal)
    answer = Answer({"address": address}, headers=NO_STORE)
    set_cookie(answer.headers, request.scope, "")
    return answer


@router.post("/oidc/back-channel-logout", include_in_schema=False, status_code=200)
async def end_sessions(request: Request, provider: ProviderDep) -> Response:
    """End the sessions that the provider has ended: it calls this itself."""
    fields = await read_form(request)
    person = await provider.signed_out(fields.get(LOGOUT_TOKEN, ""))
    concerns(request, person)
    return Response(status_code=200, headers=NO_STORE)
