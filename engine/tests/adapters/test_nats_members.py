"""Who shares the work, as far as is known."""

import pytest
from engine.adapters.nats.limits import PARTITIONS
from engine.adapters.nats.members import Members, partition
from engine.adapters.nats.timings import NatsTimings
from engine.domain.frame import FramePath

ALL = frozenset(range(PARTITIONS))
TIMINGS = NatsTimings()


class Watch:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def member(name: str, watch: Watch) -> Members:
    """A replica that has heard of no other one."""
    return Members(name, timings=TIMINGS, now=watch)


def acquainted(names: list[str], watch: Watch) -> list[Members]:
    """Replicas that have all heard of each other."""
    members = [member(name, watch) for name in names]
    for one in members:
        for name in names:
            one.heard(name)

    return members


def test_a_newcomer_listens_before_it_takes_work() -> None:
    watch = Watch()
    alone = member("a", watch)
    assert alone.listening

    watch.now += TIMINGS.listen_seconds

    assert not alone.listening
    assert alone.divide() == ALL


@pytest.mark.parametrize("count", [2, 3, 10, PARTITIONS, PARTITIONS + 7])
def test_those_who_know_each_other_share_all_and_agree(count: int) -> None:
    members = acquainted([f"r{n}" for n in range(count)], Watch())

    shares = [one.divide() for one in members]

    assert frozenset.union(*shares) == ALL
    assert sum(map(len, shares)) == PARTITIONS
    assert max(map(len, shares)) - min(map(len, shares)) <= 1
    for task in ("t1", "t2", "t3"):
        assert len({one.owner(FramePath(task)) for one in members}) == 1


def test_the_frames_of_a_task_have_one_owner() -> None:
    one, _ = acquainted(["a", "b"], Watch())
    one.divide()

    for n in range(100):
        path = FramePath(f"t{n}/faces[{n}]/eyes[1]")
        assert one.owner(path) == one.owner(FramePath(f"t{n}"))


def test_the_owner_of_a_frame_is_the_one_whose_share_it_is() -> None:
    a, b, c = acquainted(["a", "b", "c"], Watch())

    shares = {"a": a.divide(), "b": b.divide(), "c": c.divide()}

    for n in range(100):
        path = FramePath(f"t{n}")
        assert partition(path) in shares[b.owner(path)]


def test_one_that_is_silent_for_long_is_absent_and_forgotten() -> None:
    watch = Watch()
    one, _ = acquainted(["a", "b"], watch)

    watch.now += TIMINGS.absent_after_seconds

    assert one.divide() == ALL
    assert one.heard("b")  # that it is back is news


def test_one_that_leaves_is_absent_at_once() -> None:
    one, _ = acquainted(["a", "b"], Watch())

    assert one.left("b")

    assert one.divide() == ALL
    assert not one.left("b")


def test_only_a_newcomer_is_news() -> None:
    one = member("a", Watch())

    assert not one.heard("a")
    assert one.heard("b")
    assert not one.heard("b")


def test_one_that_was_frozen_listens_again_before_it_takes_work() -> None:
    watch = Watch()
    one, _ = acquainted(["a", "b"], watch)
    watch.now += TIMINGS.listen_seconds
    one.beat()
    assert not one.listening

    watch.now += TIMINGS.absent_after_seconds + 0.1
    one.beat()

    assert one.listening
    one.heard("b")
    assert len(one.divide()) == PARTITIONS // 2
