"""Plain forms to sign in, and to become the first administrator.

They stand in for the pages of the web app where it was not built.
"""

import html
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from engine.api.access.notices import notice
from engine.api.access.ways import HOME, NEXT, own_path, seen_from_browser
from engine.api.answers import NO_STORE
from engine.api.forwarded import prefix_of
from engine.api.plain_pages import STYLE, TITLE, plain_page
from engine.api.routers import new_router
from engine.domain.access.people import (
    MAX_NAME_CHARACTERS,
    MIN_PASSWORD_CHARACTERS,
)
from engine.usecases.access.accounts import Accounts

router = new_router(in_schema=False)

FORM_STYLE = (
    f"{STYLE}label{{display:block;margin:1rem 0 .25rem}}"
    "input{font:inherit;padding:.5rem;width:100%;box-sizing:border-box}"
    "button{font:inherit;padding:.5rem 1.5rem;margin-top:1.5rem}"
    "[role=alert]{color:light-dark(#a00,#f99)}"
)
# The invitation stands behind # in the address: browsers send that part to nobody, so
# it is in no log.
SCRIPT = """
const form = document.querySelector("form");
const said = document.querySelector("[role=alert]");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const fields = Object.fromEntries(new FormData(form));
  if (form.dataset.invited) fields.invitation = location.hash.slice(1);
  said.textContent = "";
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      headers: {"content-type": "application/json"},
      body: JSON.stringify(fields),
    });
    if (answer.ok) return location.replace(form.dataset.next);
    const problem = await answer.json();
    const fault = problem.errors.length === 1 ? problem.errors[0] : null;
    said.textContent = fault ? `${fault.field}: ${fault.message}` : problem.detail;
  } catch {
    said.textContent = "The engine cannot be reached. Try again.";
  }
});
"""
FORM = """\
<p>{words}</p>
<form method="post" action="{action}" data-next="{next}"{invited}>
<label for="name">Name</label>
<input id="name" name="name" autocomplete="username" maxlength="{longest}"
  required autofocus>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="{autocomplete}"
  minlength="{least}" required>
<p role="alert"></p>
<button>{head}</button>
</form>"""


@router.get("/sign-in")
async def show_sign_in(request: Request) -> Response:
    """The form to sign in; it leads to the address that `next` names."""
    wanted = own_path(request.query_params.get(NEXT, ""))
    if _is_at_provider(request):
        return notice(
            request,
            "Sign in",
            f"This is {TITLE}. You sign in with the account of your organisation.",
            status=200,
            address=f"/oidc/sign-in?{NEXT}={quote(wanted, safe='/')}",
        )
    return _page(
        request,
        head="Sign in",
        words=f"This is {TITLE}. Ask an administrator if you have no account.",
        action="/sessions",
        autocomplete="current-password",
        least=1,
        wanted=wanted,
        invited=False,
    )


@router.get("/first-administrator")
async def show_first_administrator(request: Request) -> Response:
    """The form to become the first administrator."""
    return _page(
        request,
        head="First administrator",
        words="You will be able to do everything here, and to make accounts for "
        f"others. A password has {MIN_PASSWORD_CHARACTERS} characters at least.",
        action="/first-administrator",
        autocomplete="new-password",
        least=MIN_PASSWORD_CHARACTERS,
        wanted=HOME,
        invited=True,
    )


def _is_at_provider(request: Request) -> bool:
    """Whether people sign in at a provider of OpenID Connect."""
    engine = request.app.state.engine
    accounts: Accounts | None = engine.accounts if engine else None
    return accounts is not None and accounts.at_provider is not None


def _page(
    request: Request,
    *,
    head: str,
    words: str,
    action: str,
    autocomplete: str,
    least: int,
    wanted: str,
    invited: bool,
) -> Response:
    content = FORM.format(
        head=head,
        words=words,
        action=html.escape(f"{prefix_of(request.scope)}{action}"),
        next=html.escape(seen_from_browser(request, wanted)),
        invited=' data-invited="1"' if invited else "",
        autocomplete=autocomplete,
        least=least,
        longest=MAX_NAME_CHARACTERS,
    )
    return plain_page(
        content, head=head, style=FORM_STYLE, script=SCRIPT, headers=NO_STORE
    )
