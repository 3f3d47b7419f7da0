"""What lies beside a document, so that it stays small, and how often it is read."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from engine.domain.frame import Frame, FramePath, Parent
from engine.domain.frame_json import encode
from engine.domain.run import Loop, Run, Status
from engine.domain.sizes import Sizes
from engine.domain.values import Json, Large, unwrap
from engine.usecases.frames import Frames
from engine.usecases.packing import LARGE_VALUE_BYTES, MAX_DOCUMENT_BYTES
from msgspec.structs import replace
from playground import Disturbed, Playground

from .conftest import EMBEDDED
from .test_frames import FRAME, PATH

LARGE = "x" * LARGE_VALUE_BYTES
ALMOST_LARGE = "x" * (LARGE_VALUE_BYTES - 100)


class CountingBlobs(Disturbed):
    """Counts what is read."""

    reads = 0

    async def read(self, key: str, start: int = 0) -> AsyncIterator[bytes]:
        self.reads += 1
        async for piece in self.adapter.read(key, start):
            yield piece


def frames_of(play: Playground, blobs: Any = None) -> Frames:
    """Frames that nothing is remembered of."""
    blobs = blobs or play.adapters.blobs
    return Frames(store=play.adapters.frames, blobs=blobs, alone=True)


def with_values(count: int, **sections: Json) -> Frame:
    runs = {}
    for at in range(count):
        numbered = {name: {"at": at, "value": v} for name, v in sections.items()}
        runs[f"n{at}"] = Run(**numbered)
    return replace(FRAME, runs=runs)


def values(frame: Frame) -> list[Json]:
    return [unwrap(run.out) for run in frame.runs.values()]


async def size_of_document(play: Playground, path: FramePath = PATH) -> int:
    return len(encode(await play.adapters.frames.get(path)))


@EMBEDDED
async def test_a_document_of_many_values_stays_small(play: Playground) -> None:
    new = with_values(200, input=ALMOST_LARGE, out=ALMOST_LARGE)

    await frames_of(play).insert(new)

    assert await size_of_document(play) < MAX_DOCUMENT_BYTES
    assert values(await frames_of(play).get(PATH)) == values(new)


@EMBEDDED
async def test_a_document_stays_small_as_its_values_come(play: Playground) -> None:
    frames = frames_of(play)
    whole = with_values(120, out=ALMOST_LARGE)
    bare = {id_: replace(run, out=None) for id_, run in whole.runs.items()}
    frame = await frames.insert(replace(whole, runs=bare))
    assert frame is not None

    for id_, run in whole.runs.items():
        with_one = frame.with_run(id_, replace(frame.runs[id_], out=run.out))
        frame = await frames.save(frame, with_one)
        assert await size_of_document(play) < MAX_DOCUMENT_BYTES

    assert values(await frames_of(play).get(PATH)) == values(whole)


@EMBEDDED
async def test_the_smallest_values_stay_in_their_document(play: Playground) -> None:
    large = with_values(100, out=ALMOST_LARGE).runs
    small = {f"s{at}": Run(out={"at": at}) for at in range(100)}

    await frames_of(play).insert(replace(FRAME, runs={**small, **large}))

    stored = await play.adapters.frames.get(PATH)
    assert not any(isinstance(stored.runs[id_].out, Large) for id_ in small)


@EMBEDDED
async def test_the_items_of_many_loops_leave_their_document_too(
    play: Playground,
) -> None:
    loops = {
        f"l{at}": Run(loop=Loop(items=[at, ALMOST_LARGE], total=2)) for at in range(100)
    }

    await frames_of(play).insert(replace(FRAME, runs=loops))

    assert await size_of_document(play) < MAX_DOCUMENT_BYTES
    read = await frames_of(play).get(PATH)
    for at, run in enumerate(read.runs.values()):
        assert run.loop and unwrap(run.loop.items) == [at, ALMOST_LARGE]


@EMBEDDED
async def test_a_value_that_many_nodes_have_is_read_once(play: Playground) -> None:
    value = ["x" * 5_000_000]
    runs = {f"n{at}": Run(input=value, out=value) for at in range(20)}
    await frames_of(play).insert(replace(FRAME, runs=runs))
    blobs = CountingBlobs(play.adapters.blobs)

    frame = await frames_of(play, blobs).get(PATH)

    assert blobs.reads == 1
    assert len({id(unwrap(run.out)) for run in frame.runs.values()}) == 1


@EMBEDDED
async def test_the_status_of_a_task_reads_no_large_value(play: Playground) -> None:
    blobs = CountingBlobs(play.adapters.blobs)
    await frames_of(play).insert(with_values(3, out="x" * 20_000))

    frame = await frames_of(play, blobs).current(PATH)

    assert blobs.reads == 0
    out = await frames_of(play, blobs).content(frame.runs["n0"].out)
    assert out == {"at": 0, "value": "x" * 20_000}


@EMBEDDED
async def test_a_value_leaves_its_document_when_the_first_large_one_comes(
    play: Playground,
) -> None:
    """As long as all values count little together, none of them is looked at."""
    frames = frames_of(play)
    first = await frames.insert(with_values(2, out="small"))
    assert first is not None
    value_bytes = Sizes().of(LARGE).bytes
    with_large = first.with_run("n0", replace(first.runs["n0"], out=LARGE))

    await frames.save(first, replace(with_large, value_bytes=value_bytes))

    stored = await play.adapters.frames.get(PATH)
    assert isinstance(stored.runs["n0"].out, Large)
    assert stored.runs["n1"].out == {"at": 1, "value": "small"}


@EMBEDDED
@pytest.mark.parametrize(
    "unmeasured",
    [
        {"runs": {"n0": Run(status=Status.WAITING, input={"value": LARGE})}},
        {"parent": Parent(path=PATH, node="each", attempt=1, index=0, item=LARGE)},
    ],
    ids=["a request that waits", "an item"],
)
async def test_what_no_node_has_begun_with_leaves_the_first_document(
    play: Playground, unmeasured: dict[str, Any]
) -> None:
    path = FramePath(f"{PATH}/each[0]") if "parent" in unmeasured else PATH

    await frames_of(play).insert(replace(FRAME, path=path, **unmeasured))

    assert await size_of_document(play, path) < LARGE_VALUE_BYTES
