"""Makes what engines with accounts need: people, groups, spaces, sign-in, audit."""

from engine.adapters.choice import Adapters
from engine.domain.access.claims import Expected
from engine.ports import Clock
from engine.settings import Settings
from engine.usecases.access.accounts import Accounts
from engine.usecases.access.at_provider import AtProvider
from engine.usecases.access.audit import Audit
from engine.usecases.access.contents import Contents
from engine.usecases.access.credentials import Credentials, Lifetime
from engine.usecases.access.device_logins import DeviceLogins
from engine.usecases.access.groups import Groups
from engine.usecases.access.homes import Homes
from engine.usecases.access.people import People
from engine.usecases.access.provided_people import ProvidedPeople
from engine.usecases.access.signing_in import SigningIn
from engine.usecases.access.spaces import Spaces
from engine.usecases.erasing import Erasing
from engine.usecases.erasures import Erasures
from engine.usecases.exports import Exports
from engine.usecases.frames import Frames
from engine.usecases.versions import Versions

NAMES_PER_ROUTE = 10
"""Names stay taken when their routes are removed: so many for each that may be."""


def homes_of(settings: Settings, outer: Adapters, clock: Clock) -> Homes:
    """The homes of routes, of which there may be more than routes."""
    max_names = settings.max_routes * NAMES_PER_ROUTE
    return Homes(store=outer.homes, max_names=max_names, clock=clock)


def accounts(
    settings: Settings, outer: Adapters, clock: Clock, homes: Homes | None = None
) -> Accounts | None:
    """People and what stands for them; None: there are no accounts."""
    if outer.passwords is None:
        return None

    contents = Contents(
        homes=homes or homes_of(settings, outer, clock),
        pipelines=outer.pipelines,
        frames=outer.frames,
        schedules=outer.schedules,
        secrets=outer.secrets,
    )
    people = People(store=outer.people, passwords=outer.passwords, clock=clock)
    groups = Groups(store=outer.groups, people=people, clock=clock)
    expected = Expected(
        issuer=settings.oidc_issuer,
        client=settings.oidc_client_id,
        audience=settings.oidc_audience or settings.oidc_client_id,
    )
    provided = provided_people(settings, outer, groups, expected, clock)
    credentials = Credentials(
        store=outer.credentials,
        people=outer.people,
        groups=groups,
        service_token=settings.service_token,
        provided=provided,
        clock=clock,
    )
    signing_in = SigningIn(
        people=people,
        credentials=credentials,
        passwords=outer.passwords,
        lifetime=Lifetime(settings.session_end, settings.session_idle),
        address=settings.url,
        clock=clock,
    )
    at_provider = None
    if outer.provider is not None and provided is not None:
        at_provider = AtProvider(
            provider=outer.provider,
            people=provided,
            credentials=credentials,
            signing_in=signing_in,
            expected=expected,
            sealer=outer.sealer,
            back=settings.oidc_back.removesuffix("/oidc/callback") + "/sign-in",
            clock=clock,
        )
    return Accounts(
        people=people,
        credentials=credentials,
        signing_in=signing_in,
        device_logins=DeviceLogins(
            store=outer.credentials, credentials=credentials, clock=clock
        ),
        audit=Audit(store=outer.audit, kept=settings.audit_kept, clock=clock),
        groups=groups,
        spaces=Spaces(
            store=outer.spaces,
            people=people,
            groups=groups,
            contents=contents,
            clock=clock,
        ),
        at_provider=at_provider,
    )


def erasures(
    made: Accounts, outer: Adapters, erasing: Erasing, versions: Versions, clock: Clock
) -> Erasures:
    """What erases people from all stores."""
    return Erasures(
        store=outer.erasures,
        people=made.people,
        people_store=outer.people,
        credentials=outer.credentials,
        audit=made.audit,
        schedules=outer.schedules,
        starts=outer.starts,
        saved=outer.saved,
        frames=outer.frames,
        erasing=erasing,
        versions=versions,
        inbox=outer.inbox,
        clock=clock,
    )


def exports(made: Accounts, outer: Adapters, frames: Frames, clock: Clock) -> Exports:
    """What gives people all that is known of them."""
    return Exports(
        people=made.people,
        credentials=outer.credentials,
        audit=outer.audit,
        schedules=outer.schedules,
        saved=outer.saved,
        store=outer.frames,
        frames=frames,
        blobs=outer.blobs,
        clock=clock,
    )


def provided_people(
    settings: Settings,
    outer: Adapters,
    groups: Groups,
    expected: Expected,
    clock: Clock,
) -> ProvidedPeople | None:
    """People of the provider; None: there is none."""
    if outer.provider is None:
        return None
    return ProvidedPeople(
        provider=outer.provider,
        people=outer.people,
        groups=groups,
        expected=expected,
        group_map=settings.group_map,
        groups_claim=settings.oidc_groups_claim,
        erasures=outer.erasures,
        clock=clock,
    )
