"""Two labs on one machine leave each other's processes alone."""

from pathlib import Path

from kubernetes.lab.cluster import Cluster

CONTROLLER = Path("/sys/fs/cgroup/pids")


def lab(folder: Path) -> Cluster:
    return Cluster(folder, folder / "images", measures=False)


def test_a_lab_that_ends_removes_its_own_groups_only(tmp_path: Path) -> None:
    ending, other = lab(tmp_path / "one"), lab(tmp_path / "two")
    # As long as pods of the other one are there it could not be removed: the end of
    # the first would wait for that. It may be empty for a moment, and is needed still.
    left, kept = (CONTROLLER / one.group / "node1" for one in (ending, other))
    for group in (left, kept):
        group.mkdir(parents=True)

    try:
        ending.stop()

        assert not left.parent.exists()
        assert kept.exists()
    finally:
        other.stop()
    assert not kept.parent.exists()
