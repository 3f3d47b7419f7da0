"""Who shares the work, as far as is known."""

import pytest
from engine.adapters.nats.members import LISTEN, PARTITIONS, SILENT, Members, partition
from engine.domain.frame import FramePath

ALL = frozenset(range(PARTITIONS))


class Watch:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def circle(names: list[str], watch: Watch) -> list[Members]:
    """Replicas that have all heard of each other."""
    members = [Members(name, watch) for name in names]
    for one in members:
        for name in names:
            one.hear(name)
    return members


def test_a_newcomer_listens_before_it_takes_work() -> None:
    watch = Watch()
    alone = Members("a", watch)
    assert alone.listening

    watch.now += LISTEN

    assert not alone.listening
    assert alone.divide() == ALL


@pytest.mark.parametrize("count", [2, 3, 10, PARTITIONS, PARTITIONS + 7])
def test_those_who_know_each_other_share_all_and_agree(count: int) -> None:
    members = circle([f"r{n}" for n in range(count)], Watch())

    shares = [one.divide() for one in members]

    assert frozenset.union(*shares) == ALL
    assert sum(map(len, shares)) == PARTITIONS
    assert max(map(len, shares)) - min(map(len, shares)) <= 1
    for task in ("t1", "t2", "t3"):
        assert len({one.owner(FramePath(task)) for one in members}) == 1


def test_the_frames_of_a_task_have_one_owner() -> None:
    one, _ = circle(["a", "b"], Watch())
    one.divide()

    for n in range(100):
        path = FramePath(f"t{n}/faces[{n}]/eyes[1]")
        assert one.owner(path) == one.owner(FramePath(f"t{n}"))


def test_the_owner_of_a_frame_is_the_one_whose_share_it_is() -> None:
    members = dict(zip("abc", circle(["a", "b", "c"], Watch()), strict=True))

    shares = {name: one.divide() for name, one in members.items()}

    for n in range(100):
        path = FramePath(f"t{n}")
        assert partition(path) in shares[members["b"].owner(path)]


def test_one_that_is_silent_for_long_is_gone_and_forgotten() -> None:
    watch = Watch()
    one, _ = circle(["a", "b"], watch)

    watch.now += SILENT

    assert one.divide() == ALL
    assert one.hear("b")  # that it is back is news


def test_one_that_goes_is_gone_at_once() -> None:
    one, _ = circle(["a", "b"], Watch())

    assert one.forget("b")

    assert one.divide() == ALL
    assert not one.forget("b")


def test_only_a_newcomer_is_news() -> None:
    one = Members("a", Watch())

    assert not one.hear("a")
    assert one.hear("b")
    assert not one.hear("b")


def test_one_that_was_frozen_listens_again_before_it_takes_work() -> None:
    watch = Watch()
    one, _ = circle(["a", "b"], watch)
    watch.now += LISTEN
    one.speak()
    assert not one.listening

    watch.now += SILENT + 0.1
    one.speak()

    assert one.listening
    one.hear("b")
    assert len(one.divide()) == PARTITIONS // 2
