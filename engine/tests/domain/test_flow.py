"""Which nodes start, wait, are skipped, or run again."""

from datetime import timedelta

from documents import branch, end, node, service, starting_with
from engine.domain.frame import FrameStatus
from engine.domain.rules import Rules
from simulation import Simulation

DIAMOND = starting_with(
    branch("check", {"next": ["left"]}, {"next": ["right"]}, if_="input['yes']"),
    service("left", "join"),
    service("right", "join"),
    service("join", "done"),
    end("done"),
)


def test_branches_run_in_parallel_and_a_join_waits_for_all() -> None:
    document = starting_with(
        node("fork", "a", "b"), service("a", "done"), service("b", "done"), end("done")
    )
    simulation = Simulation(document)

    simulation.finish("a", {"a": 1})

    assert simulation.statuses()["done"] == "pending"
    simulation.finish("b", {"b": 2})
    assert simulation.out("done") == {"a": 1, "b": 2}


def test_a_path_not_taken_is_skipped_and_its_join_does_not_wait() -> None:
    simulation = Simulation(DIAMOND, {"yes": True})

    simulation.finish("left")
    simulation.finish("join")

    assert simulation.statuses()["right"] == "skipped"
    assert simulation.task.status is FrameStatus.FINISHED


def test_a_skip_travels_on() -> None:
    document = starting_with(
        branch("check", {"next": ["a"]}, {"next": ["done"]}, if_="False"),
        service("a", "b"),
        service("b", "done"),
        end("done"),
    )

    simulation = Simulation(document)

    assert simulation.statuses()["b"] == "skipped"
    assert simulation.task.status is FrameStatus.FINISHED


def test_a_side_without_next_keeps_the_nodes_own() -> None:
    document = starting_with(branch("check", {}, {}, next=["done"]), end("done"))

    assert Simulation(document).task.status is FrameStatus.FINISHED


def test_ready_is_asked_only_when_a_predecessor_led_there() -> None:
    document = starting_with(
        branch("check", {"next": ["done"]}, {"next": ["convert"]}, if_="input['jpg']"),
        service("convert", "done"),
        end("done", ready="check.finished or convert.finished"),
    )

    simulation = Simulation(document, {"jpg": False})

    assert simulation.statuses()["done"] == "pending"
    simulation.finish("convert", {"image": 1})
    assert simulation.out("done") == {"image": 1}


def test_with_ready_the_first_predecessor_is_enough() -> None:
    document = starting_with(
        node("fork", "a", "b"),
        service("a", "done"),
        service("b", "done"),
        end("done", ready="a.finished or b.finished"),
    )
    simulation = Simulation(document)

    simulation.finish("b", {"b": 1})

    assert simulation.task.status is FrameStatus.FINISHED
    assert simulation.statuses()["a"] == "cancelled"


def test_ready_may_wait_for_a_node_elsewhere() -> None:
    document = starting_with(
        node("fork", "a", "b"),
        service("a", "c"),
        service("b", "done"),
        service("c", "done", ready="b.finished"),
        end("done"),
    )
    simulation = Simulation(document)
    simulation.finish("a")
    assert simulation.statuses()["c"] == "pending"

    simulation.finish("b")

    assert simulation.statuses()["c"] == "calling"


def test_a_task_that_cannot_move_says_which_node_waits_for_what() -> None:
    document = starting_with(service("a", "done"), end("done", ready="start.out['go']"))
    simulation = Simulation(document, {"go": False})

    simulation.finish("a")

    assert simulation.task.status is FrameStatus.FAILED
    assert simulation.task.error == (
        "nothing can run any more: done waits until “start.out['go']” is true"
    )


def test_a_join_behind_a_gate_that_never_opens_is_named() -> None:
    document = starting_with(
        node("fork", "a", "b"),
        node("a", "done"),
        node("b", "done", ready="False"),
        end("done"),
    )

    simulation = Simulation(document)

    assert simulation.task.error == (
        "nothing can run any more: b waits until “False” is true; done waits for b"
    )


def test_a_task_whose_paths_all_lead_nowhere_has_not_reached_its_end() -> None:
    document = starting_with(
        branch("check", {"next": []}, {"next": ["done"]}), end("done")
    )

    simulation = Simulation(document)

    assert simulation.task.error == (
        "nothing can run any more: the end was not reached (check led to nothing)"
    )


def test_a_broken_ready_expression_fails_its_node() -> None:
    document = starting_with(
        service("a", "done"), end("done", ready="unknown.finished")
    )
    simulation = Simulation(document)

    simulation.finish("a")

    assert simulation.task.error is not None
    assert simulation.task.error.startswith("node done: ready: line 1: NameError")


ROUNDS = starting_with(
    service("work", "check"),
    branch("check", {"next": ["done"]}, {"next": ["work"]}, if_="work.out['good']"),
    service("aside"),
    end("done"),
)
ROUNDS["nodes"][0]["next"] = ["work", "aside"]


def test_turning_back_runs_everything_from_there_on_again() -> None:
    simulation = Simulation(ROUNDS)

    simulation.finish("work", {"good": False})

    assert simulation.statuses() == {
        "start": "succeeded",
        "work": "calling",
        "check": "pending",
        "aside": "calling",
        "done": "pending",
    }
    assert simulation.task.runs["work"].attempt == 2
    simulation.finish("work", {"good": True})
    assert simulation.task.status is FrameStatus.FINISHED


def test_a_result_of_the_last_round_is_not_taken_for_one_of_this() -> None:
    simulation = Simulation(ROUNDS)
    simulation.finish("work", {"good": False})
    before = simulation.task

    simulation.post(simulation_finished("work", 1))

    assert simulation.task is before
    assert before.runs["work"].accepted == (1,)


def simulation_finished(node: str, attempt: int) -> object:
    from engine.domain.messages import NodeFinished

    return NodeFinished(node, attempt, {"good": True})


def test_the_first_node_of_a_round_also_receives_what_turned_back() -> None:
    document = starting_with(
        service("draft", "judge"),
        branch(
            "judge",
            {"next": ["done"]},
            {"next": ["draft"], "out": {"critique": "draft.out.text"}},
            if_="draft.out['good']",
        ),
        end("done"),
    )
    simulation = Simulation(document, {"topic": "owls"})

    simulation.finish("draft", {"good": False, "text": "too long"})

    assert simulation.task.runs["draft"].input == {
        "topic": "owls",
        "critique": "too long",
    }


def test_what_a_node_gave_stays_readable_until_it_runs_again() -> None:
    document = starting_with(
        node("head", "work", before="node.params['n'] = work.out.get('n', 0) + 1"),
        service("work", "check", input={"n": "head.params.n"}),
        branch(
            "check", {"next": ["done"]}, {"next": ["head"]}, if_="work.out['n'] > 1"
        ),
        end("done"),
    )
    simulation = Simulation(document)

    simulation.finish("work", {"n": 1})

    assert simulation.task.runs["work"].input == {"n": 2}


def test_a_side_that_names_a_node_twice_leads_there_once() -> None:
    twice = {"next": ["work", "work"]}
    document = starting_with(
        service("work", "check"),
        branch("check", {"next": ["done", "done"]}, twice, if_="work.out['good']"),
        end("done"),
    )
    simulation = Simulation(document)

    simulation.finish("work", {"good": False})

    assert simulation.task.runs["work"].attempt == 2
    simulation.finish("work", {"good": True})
    assert simulation.task.status is FrameStatus.FINISHED


def test_rounds_are_bounded() -> None:
    simulation = Simulation(ROUNDS, rules=Rules(max_rounds=3))

    for _ in range(4):
        simulation.finish("work", {"good": False})

    assert simulation.task.error == (
        "node check: turned back more than 3 times in all (MAX_ROUNDS)"
    )


def test_what_still_works_when_a_round_begins_is_outdated() -> None:
    document = starting_with(
        node("head", "slow", "check"),
        service("slow", "done"),
        branch(
            "check",
            {"next": ["done"]},
            {"next": ["head"]},
            if_="check.params.get('again')",
        )
        | {
            "before": "node.params['again'] = 'again' in head.params",
            "after": "head.params['again'] = 1",
        },
        end("done"),
    )

    simulation = Simulation(document)

    assert simulation.task.runs["slow"].attempt == 2
    simulation.finish("slow")
    assert simulation.task.status is FrameStatus.FINISHED


def test_what_ended_in_the_last_round_counts_no_more_in_this() -> None:
    again = {"before": "node.params['again'] = 'again' in head.params"}
    once = {"after": "head.params['again'] = 1"}
    document = starting_with(
        node("head", "check", "aside"),
        branch(
            "check",
            {"next": ["slow"]},
            {"next": ["head"]},
            if_="node.params['again']",
            **again,
            **once,
        ),
        node("aside", "done"),
        service("slow", "done"),
        end("done"),
    )

    simulation = Simulation(document)

    assert simulation.task.runs["aside"].round == 1
    simulation.finish("slow")
    assert simulation.task.status is FrameStatus.FINISHED


def test_evaluations_are_bounded() -> None:
    simulation = Simulation(ROUNDS, rules=Rules(max_evaluations=2))

    for _ in range(3):
        simulation.finish("work", {"good": False})

    assert simulation.task.error == (
        "node check: code ran 2 times in this frame: the limit (MAX_EVALUATIONS)"
    )


def test_time_changes_nothing_in_a_task_that_ended() -> None:
    simulation = Simulation(starting_with(end("done")))
    before = simulation.task

    simulation.wait(timedelta(days=1))

    assert simulation.task is before
