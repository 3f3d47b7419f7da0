"""What can go wrong on purpose where people have accounts."""

import math
from collections.abc import Sequence
from datetime import timedelta

from engine.domain.access.limits import Subject, What, Whose, setting_of
from engine.domain.access.roles import Role
from engine.domain.errors import EngineError


class NotSignedIn(EngineError):
    """Nobody is known by what the request shows, or it shows nothing."""

    def __init__(self, was_shown: bool = False) -> None:
        super().__init__(was_shown)
        self.was_shown = was_shown

    def __str__(self) -> str:
        if self.was_shown:
            return (
                "the session or token is not valid any more: sign in again, or use "
                "another token"
            )
        return "this needs an account: sign in, or send a token (Authorization: Bearer)"


class WrongPassword(EngineError):
    """Name and password do not belong together; which of them is wrong is not told."""

    def __str__(self) -> str:
        return "name and password do not belong together"


class TooManyGuesses(EngineError):
    """Too many wrong passwords were given, for this name or from this address."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.seconds = max(1, math.ceil(wait.total_seconds()))

    def __str__(self) -> str:
        return f"too many wrong passwords were given: try again in {self.seconds} s"


class TooManyCodes(EngineError):
    """Wrong codes were typed, or too many terminals wait for a person to confirm."""

    def __init__(self, wait: timedelta, why: str) -> None:
        super().__init__(wait, why)
        self.seconds = max(1, math.ceil(wait.total_seconds()))
        self.why = why

    def __str__(self) -> str:
        return f"{self.why}: try again in {self.seconds} s"


class NoSuchCode(EngineError):
    """No terminal waits with this code, any more or at all."""

    def __str__(self) -> str:
        return (
            "no terminal waits with this code: a code is valid for ten minutes, and "
            "once. Compare it, or begin again in the terminal"
        )


class NotConfirmed(EngineError):
    """A terminal waits no more: it was refused, or too late, or it has its token."""

    def __str__(self) -> str:
        return "signing in was refused, or not confirmed in time: begin again"


class OverLimit(EngineError):
    """Somebody, or a space, takes as much of the engine as one may."""

    def __init__(
        self, subject: Subject, what: What, most: int, now: int, seconds: float
    ) -> None:
        """`seconds`: when it may be worth another try."""
        super().__init__(subject, what, most, now, seconds)
        self.subject = subject
        self.what = what
        self.most = most
        self.now = now
        self.seconds = max(1, math.ceil(seconds))
        self.setting = setting_of(subject.whose, what)

    def __str__(self) -> str:
        space = self.subject.whose is Whose.SPACE
        who = f"the space “{self.subject.id}” has" if space else "you have"
        return (
            f"{who} {self.now:,} {self.what}, and one may have {self.most:,} "
            f"({self.setting}): {REMEDIES[self.what]}"
        )


REMEDIES = {
    What.RUNNING: "wait until some have ended, or cancel some",
    What.STARTS: "start them more slowly",
    What.BYTES: "erase tasks that are not needed any more",
}


class Forbidden(EngineError):
    """Somebody who is known may not do this."""

    def __init__(self, needed: Role | None = None, space: str = "") -> None:
        super().__init__(needed, space)
        self.needed = needed
        self.space = space

    def __str__(self) -> str:
        if self.needed is None:
            return "only administrators may do this: ask one of them"
        place = f" of the space “{self.space}”" if self.space else ""
        return (
            f"this needs the role {self.needed}{place}: ask an owner of the space, or "
            "an administrator"
        )


class ScopeMissing(EngineError):
    """A token was not made for this."""

    def __init__(self, scope: str) -> None:
        super().__init__(scope)
        self.scope = scope

    def __str__(self) -> str:
        return f"the token has not the scope “{self.scope}”: make one that has it"


class NameTaken(EngineError):
    """Somebody else has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"the name “{self.name}” is taken"


class IdTaken(EngineError):
    """There is, or was, a space or a group of this id."""

    def __init__(self, kind: str, id: str) -> None:
        super().__init__(kind, id)
        self.kind = kind
        self.id = id

    def __str__(self) -> str:
        return f"a {self.kind} has, or had, the id “{self.id}”: choose another one"


class NotEmpty(EngineError):
    """A space cannot be deleted while something belongs to it."""

    def __init__(self, space: str, contents: Sequence[str]) -> None:
        super().__init__(space, contents)
        self.space = space
        self.contents = tuple(contents)

    def __str__(self) -> str:
        return (
            f"the space “{self.space}” is not empty: there is still "
            f"{', '.join(self.contents)}; remove it first"
        )


class LastAdministrator(EngineError):
    """Nobody would be left who may do everything."""

    def __str__(self) -> str:
        return "this is the last administrator: make somebody else one first"


class NoAccounts(EngineError):
    """The engine has no accounts: everything is done by one person."""

    def __str__(self) -> str:
        return "this engine has no accounts: start it with AUTH=accounts"


class NotAnnounced(EngineError):
    """Somebody may not announce services under this route."""

    def __init__(self, route: str, patterns: Sequence[str]) -> None:
        super().__init__(route, patterns)
        self.route = route
        self.patterns = tuple(patterns)

    def __str__(self) -> str:
        if not self.patterns:
            return (
                f"a service under “{self.route}” may be announced by administrators, "
                "and with tokens that they made for it"
            )
        return (
            f"the token may not announce “{self.route}”: the routes that it names are "
            f"{', '.join(self.patterns)}"
        )


class TokenRefused(EngineError):
    """A signed token cannot be believed, or is for something else."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"the token of the provider is refused: {self.reason}"


class SignInFailed(EngineError):
    """Signing in at the provider came to nothing."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"signing in failed: {self.reason}. Begin again at /sign-in"


class NoProvider(EngineError):
    """The engine knows no provider of OpenID Connect."""

    def __str__(self) -> str:
        return "people do not sign in at a provider here: AUTH is not oidc"


class NoPasswords(EngineError):
    """People sign in at the provider alone."""

    def __str__(self) -> str:
        return "there are no passwords here: people sign in at the provider"
