"""What a request shows of who sends it: a token, or the cookie of a session."""

from starlette.datastructures import MutableHeaders
from starlette.types import Scope

from engine.domain.access.guessing import site_of
from engine.usecases.access.at_provider import COMES_BACK_WITHIN

SECURE_COOKIE = "__Host-marketplace"
"""A browser keeps it for this host alone, and sends it over TLS alone."""
PLAIN_COOKIE = "marketplace"
"""Without TLS, on this machine: browsers refuse the other one there."""
SECURE_SIGN_IN_COOKIE = "__Host-marketplace-oidc"
PLAIN_SIGN_IN_COOKIE = "marketplace-oidc"
BEARER = b"bearer "
USUAL_BEARER = b"Bearer "


def shown_in(scope: Scope) -> str:
    """The secret of a token or a session; empty: none is shown.

    A token goes before a cookie: a program that sends one means it.
    """
    token = token_in(scope)
    if token is not None:
        return token

    cookies = b""
    for name, value in scope["headers"]:
        if name == b"cookie":
            cookies = value
    return _cookie(cookies.decode("latin-1"), cookie_name(scope)) if cookies else ""


def token_in(scope: Scope) -> str | None:
    """The secret of a token; None: none is shown."""
    for name, value in scope["headers"]:
        if name == b"authorization" and value[: len(BEARER)].lower() == BEARER:
            return bytes(value[len(BEARER) :]).decode("latin-1").strip()
    return None


def usual_bearer_in(scope: Scope) -> bytes | None:
    """The header whose token `token_in` would give, if it is written as most write it.

    Asked for every start: nothing is decoded.
    """
    for name, value in scope["headers"]:
        if name == b"authorization":
            # Of several headers another one may count: then it is read with care.
            return value if value.startswith(USUAL_BEARER) else None
    return None


def sender_of(scope: Scope) -> str:
    """A name for who shows the same as before; empty: nothing is shown."""
    secret = shown_in(scope)
    return str(hash(secret)) if secret else ""


def cookie_name(scope: Scope) -> str:
    """The name of the cookie that is set and read here.

    Over TLS only the secure one is read: a page without TLS could have set the other.
    """
    return SECURE_COOKIE if scope["scheme"] == "https" else PLAIN_COOKIE


def sign_in_cookie_name(scope: Scope) -> str:
    """The name of the cookie of a sign-in that is under way at the provider."""
    is_secure = scope["scheme"] == "https"
    return SECURE_SIGN_IN_COOKIE if is_secure else PLAIN_SIGN_IN_COOKIE


def cookie_in(scope: Scope, name: str) -> str:
    """The value of a cookie; empty: it is not there."""
    for header, value in scope["headers"]:
        if header == b"cookie":
            return _cookie(value.decode("latin-1"), name)
    return ""


def _cookie(header: str, wanted: str) -> str:
    """The value of a cookie in a header that has several.

    >>> _cookie("theme=dark; marketplace=mks_x", "marketplace")
    'mks_x'
    """
    for pair in header.split(";"):
        name, _, value = pair.strip().partition("=")
        if name == wanted:
            return value
    return ""


def set_cookie(headers: MutableHeaders, scope: Scope, secret: str) -> None:
    """Let a browser show the session from now on; an empty secret: not any more."""
    # The engine ends a session; the browser forgets it when it is closed at the latest.
    age = "" if secret else "; Max-Age=0"
    _set(headers, scope, cookie_name(scope), secret, age)


def set_sign_in_cookie(headers: MutableHeaders, scope: Scope, value: str) -> None:
    """Let a browser keep a sign-in that is under way; an empty value: not any more."""
    seconds = int(COMES_BACK_WITHIN.total_seconds()) if value else 0
    _set(headers, scope, sign_in_cookie_name(scope), value, f"; Max-Age={seconds}")


def _set(
    headers: MutableHeaders, scope: Scope, name: str, value: str, age: str
) -> None:
    secure = "; Secure" if scope["scheme"] == "https" else ""
    headers.append(
        "set-cookie",
        f"{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}",
    )


def address_of(scope: Scope) -> str:
    """From where a request comes, as trusted proxies say it."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def site_in(scope: Scope) -> str:
    """Whom the address belongs to from which a request comes."""
    return site_of(address_of(scope))
