"""Who walks along the table of rights, and along which objects."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from engine.domain.access.rights import Named, Need, Right
from engine.domain.access.roles import Role

from ..conftest import echo
from .conftest import ADMINISTRATOR
from .traces import ended

ABSENT = "11111111-1111-4111-8111-111111111111"
PEOPLE = ("nobody", "guest", *map(str, Role), ADMINISTRATOR)
RANK = {str(role): rank for rank, role in enumerate(Role, 1)}
ELSEWHERE = "galaxy-9"
"""A space in which no walker has a role."""
NOWHERE = "void-9"
"""No space. Both are in no other word of an answer."""
NAMES = ("id", "route", "task", "space", "version", "saved", "node", "blob")
FILE = ("shade.txt", b"a picture", "text/plain")

Json = Any
Walkers = Mapping[str, httpx.AsyncClient]


@dataclass(frozen=True)
class Thing:
    """An object that a path names, with all that a path may name within it."""

    which: str
    """`own`, `foreign` (of somebody else in the space), `elsewhere` or `absent`."""
    names: Mapping[str, str]
    query: Mapping[str, str]

    def path(self, template: str) -> str:
        """The path of a call for this object."""
        known = {**dict.fromkeys(NAMES, "xyz"), "name": "xyz", "person": "xyz"}
        known |= {"node": "entry", **self.names}
        return template.replace("{name:path}", known["name"]).format(**known)

    def without_names(self, text: str) -> str:
        """An answer, without what tells this object from others."""
        for value in sorted({*self.names.values(), *self.query.values()}, key=len):
            text = text.replace(value, "…")
        return text


class World:
    """What there is: the same in the space of the walkers and in another one."""

    def __init__(self) -> None:
        self.tasks: dict[str, dict[str, str]] = {}
        self.routes: dict[str, dict[str, str]] = {}
        self.schedules: dict[str, str] = {}

    @classmethod
    async def made(cls, people: Walkers) -> "World":
        """A world with an object of each kind, and a task of each walker."""
        world = cls()
        root = people[ADMINISTRATOR]
        await root.post("/spaces", json={"id": ELSEWHERE})
        for space in ("main", ELSEWHERE):
            await world._furnish(root, space)
        for name, browser in people.items():
            if name not in ("nobody", "guest"):
                world.tasks[name] = await _task(browser, "of-main")
        return world

    async def _furnish(self, root: httpx.AsyncClient, space: str) -> None:
        route = f"of-{space}"
        where = {"space": space}
        document = echo(route, body="file")
        published = await root.post("/services", json=document, params=where)
        assert published.status_code == 201, published.text
        saved = await root.post(f"/services/{route}/saved", json={}, params=where)
        wish = {"route": f"{route}-json", "cron": "0 0 1 1 *", "input": {}}
        of_json = echo(wish["route"], body={})
        await root.post("/services", json=of_json, params=where)
        schedule = await root.post("/schedules", json=wish, params=where)
        assert schedule.status_code == 201, schedule.text
        self.routes[space] = {
            "route": route,
            "version": published.json()["version"],
            "id": saved.json()["id"],
        }
        self.schedules[space] = schedule.json()["id"]
        self.tasks[space] = await _task(root, route)

    def things(self, right: Right, person: str) -> Iterator[Thing]:
        """What a call is made for; one's own first: erasing it leaves the others."""
        match right.named:
            case Named.TASK:
                if person in self.tasks:
                    yield Thing("own", self.tasks[person], {})
                other = "owner" if person != "owner" else "author"
                yield Thing("foreign", self.tasks[other], {})
                yield Thing("elsewhere", self.tasks[ELSEWHERE], {})
                absent = {"task": ABSENT, "name": "file", "blob": "xyz"}
                yield Thing("absent", absent, {})
            case Named.ROUTE:
                yield Thing("foreign", self.routes["main"], {})
                yield Thing("elsewhere", self.routes[ELSEWHERE], {})
                yield Thing("absent", {"route": f"of-{NOWHERE}"}, {})
            case Named.SPACE:
                yield Thing("foreign", {"space": "main", "id": "guest"}, {})
                yield Thing("elsewhere", {"space": ELSEWHERE, "id": "guest"}, {})
                yield Thing("absent", {"space": NOWHERE, "id": "guest"}, {})
            case Named.SCHEDULE:
                yield Thing("foreign", {"id": self.schedules["main"]}, {})
                yield Thing("elsewhere", {"id": self.schedules[ELSEWHERE]}, {})
                yield Thing("absent", {"id": ABSENT}, {})
            case Named.CHOSEN:
                yield Thing("foreign", {}, {"space": "main"})
                yield Thing("elsewhere", {}, {"space": ELSEWHERE})
                yield Thing("absent", {}, {"space": NOWHERE})
            case Named.PERSON:
                yield Thing("own", {"id": person}, {})
                other = "author" if person != "author" else "reader"
                yield Thing("elsewhere", {"id": other}, {})
                yield Thing("absent", {"id": ABSENT}, {})
            case Named.NOTHING:
                yield Thing("none", {}, {})


async def _task(browser: httpx.AsyncClient, route: str) -> dict[str, str]:
    """The names within a task that has ended, with a file."""
    started = await browser.post(f"/services/{route}", files={"file": FILE})
    assert started.status_code == 202, started.text
    task = started.json()["jobId"]
    await ended(browser, task)
    raw = (await browser.get(f"/tasks/{task}/raw")).json()
    blob = raw["runs"]["entry"]["output"]["file"]["$blob"]
    return {"task": task, "name": "file", "blob": blob.partition("/")[2]}


def expected(right: Right, person: str, which: str) -> int:
    """200 for what may be done; 401, 403 or 404 as the refusal is told.

    Said once more, in another way than `rights.py` says it.
    """
    if right.need is Need.PUBLIC:
        return 200
    if person == "nobody":
        return 401
    if person == ADMINISTRATOR:
        # Whoever may do everything learns what there is not.
        makes = right.named is Named.ROUTE and right.makes
        return 404 if which == "absent" and not makes else 200
    if right.need is Need.SIGNED_IN:
        return 200
    if right.need is Need.ADMINISTRATOR:
        # The others are refused whatever the object is: that tells of none.
        of_person = 200 if which == "own" else 404
        return of_person if right.named is Named.PERSON else 403
    return by_role(right, person, which)


def by_role(right: Right, person: str, which: str) -> int:
    """The same for calls that need a role in a space."""
    rank = RANK.get(person, 0)
    enough = rank >= RANK[str(right.need)]
    if which == "none":
        return 200 if enough else 403
    if rank == 0 or which == "elsewhere":
        return 404
    if which == "absent":
        # A name that nobody has: it would come into one's own space.
        return (200 if enough else 403) if right.makes else 404
    return within(right, rank, enough=enough, own=which == "own")


def within(right: Right, rank: int, *, enough: bool, own: bool) -> int:
    """The same for an object in one's own space."""
    is_seen = own or {
        Named.TASK: rank >= RANK["author"],
        Named.SCHEDULE: rank >= RANK["owner"],
    }.get(right.named, True)
    if not is_seen:
        return 404
    return 200 if enough or (own and right.own) else 403
