"""What every SavedStore promises."""

from datetime import UTC, datetime, timedelta

from engine.ports.saved import Saved, SavedLine, SavedStore

NOON = datetime(2026, 6, 1, 12, 0, 0, 123456, tzinfo=UTC)
KEEP = 3


def document(
    id: str, *, minutes: int = 0, route: str = "blur", saved_by: str = ""
) -> Saved:
    line = SavedLine(id=id, saved_at=NOON + timedelta(minutes=minutes), faults=2)
    text = b'{"nodes": 5, "of": "%a"}'
    return Saved(route=route, line=line, document=text, saved_by=saved_by)


async def test_a_saved_document_is_found_as_it_was(saved: SavedStore) -> None:
    one = document("a", saved_by="ada")
    await saved.save(one, KEEP)

    assert await saved.find("blur", "a") == one
    assert await saved.find("blur", "b") is None
    assert await saved.find("other", "a") is None


async def test_those_of_a_route_come_the_last_saved_first(saved: SavedStore) -> None:
    for one in (document("a"), document("b", minutes=2), document("c", minutes=1)):
        await saved.save(one, KEEP)
    await saved.save(document("d", route="other"), KEEP)

    assert [line.id for line in await saved.of_route("blur")] == ["b", "c", "a"]
    assert await saved.of_route("absent") == []
    assert await saved.count() == 4


async def test_only_the_last_ones_of_a_route_are_kept(saved: SavedStore) -> None:
    await saved.save(document("x", route="other"), KEEP)
    for minutes, id in enumerate("abcde"):
        await saved.save(document(id, minutes=minutes), KEEP)

    assert [line.id for line in await saved.of_route("blur")] == ["e", "d", "c"]
    assert len(await saved.of_route("other")) == 1


async def test_the_same_document_again_is_saved_later(saved: SavedStore) -> None:
    await saved.save(document("a"), KEEP)
    await saved.save(document("b", minutes=1), KEEP)

    await saved.save(document("a", minutes=2), KEEP)

    assert [line.id for line in await saved.of_route("blur")] == ["a", "b"]


async def test_a_removed_document_is_gone(saved: SavedStore) -> None:
    await saved.save(document("a"), KEEP)

    assert await saved.remove("blur", "a") is True
    assert await saved.remove("blur", "a") is False
    assert await saved.find("blur", "a") is None


async def test_those_of_a_person_are_found_in_all_routes(saved: SavedStore) -> None:
    for id, route, person in (
        ("b", "blur", "ada"),
        ("a", "other", "ada"),
        ("c", "blur", "bob"),
        ("d", "blur", ""),
        ("e", "blur", "ada"),
    ):
        await saved.save(document(id, route=route, saved_by=person), 9)
    # Saved again by somebody else.
    await saved.save(document("e", minutes=1, saved_by="bob"), 9)

    found = await saved.of_person("ada")

    assert [(route, line.id) for route, line in found] == [
        ("blur", "b"),
        ("other", "a"),
    ]
    assert found[0][1] == document("b").line
    assert await saved.of_person("eve") == []
