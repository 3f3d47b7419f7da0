"""The commands that use an engine: run, push, list, tasks, show, cancel."""

import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from engine.cli.client import EngineClient
from PIL import Image
from typer.testing import Result

from servers.waiting import block_until

from .conftest import PHOTO, ROOT, started

Give = Callable[..., Result]


@pytest.fixture
def use(marketplace: str, give: Give) -> Give:
    """Gives a command to the running marketplace."""

    def run(*arguments: object) -> Result:
        return give(*arguments, ENGINE_URL=marketplace)

    return run


@pytest.fixture
def pushed(use: Give, tmp_path: Path) -> Callable[..., str]:
    """Publishes entry → the given nodes → end; the route."""

    def push(route: str, *nodes: dict[str, object]) -> str:
        begin: dict[str, object] = {
            "id": "begin",
            "type": "entry",
            "api": {"route": route, "body": {}},
        }
        end: dict[str, object] = {"id": "result", "type": "end"}
        followers = [str(node["id"]) for node in (*nodes, end)]
        chained = [
            {**node, "next": [follower]}
            for node, follower in zip((begin, *nodes), followers, strict=True)
        ]
        file = tmp_path / f"{route}.json"
        file.write_text(json.dumps({"type": "pipeline", "nodes": [*chained, end]}))

        result = use("push", file)

        assert result.exit_code == 0, result.output
        return route

    return push


def test_a_route_tells_its_options_and_takes_them(use: Give, tmp_path: Path) -> None:
    block_until(lambda: use("describe", "image-resize").exit_code == 0, seconds=120)

    described = use("describe", "image-resize")
    whole = use("describe", "image-resize", "--json")
    options = use("run", "image-resize", "--help")
    completed = use("complete-words", "--", "run", "image-resize", "--w")
    routes = use("complete-words", "--", "describe", "image-r")
    sized = ("--image", PHOTO, "--width", "160", "-o", tmp_path / "out")
    result = use("run", "image-resize", *sized)
    misspelt = use("run", "image-resize", "--widht", "160")

    assert "--width 320" in described.output
    assert json.loads(whole.output)["route"] == "image-resize"
    assert "--scale_percent" in options.output
    assert completed.output.split() == ["--width", "--withRatio"]
    assert routes.output.split() == ["image-resize"]
    assert result.exit_code == 0, result.output
    with Image.open(tmp_path / "out" / "result.jpg") as picture:
        assert picture.width == 160
    assert "did you mean “width”?" in misspelt.output


def test_an_engine_knows_what_the_called_services_take(
    use: Give, marketplace: str, tmp_path: Path
) -> None:
    document = json.loads((ROOT / "pipelines/face-blur.json").read_text())
    call = next(node for node in document["nodes"] if node.get("service"))
    file = tmp_path / "pipeline.json"
    block_until(lambda: use("describe", "face-detect").exit_code == 0, seconds=120)
    results = []

    for service, directive in (
        (call["service"], {"imgae": "photo.out.image"}),
        ("face-detcet", call["input"]),
    ):
        call |= {"service": service, "input": directive}
        file.write_text(json.dumps(document))
        results.append(use("validate", file, "--engine", marketplace))

    assert results[0].exit_code == 1
    assert "did you mean “image”?" in results[0].output
    assert results[1].exit_code == 0
    assert "did you mean “face-detect”?" in results[1].output


def test_a_run_shows_its_nodes_and_saves_its_files(use: Give, tmp_path: Path) -> None:
    result = use("run", "face-blur", f"image=@{PHOTO}", "-o", tmp_path / "out")

    assert result.exit_code == 0, result.output
    assert "faces: succeeded" in result.output
    assert f"{tmp_path}/out/blurred.jpg" in result.output
    with Image.open(tmp_path / "out" / "blurred.jpg") as picture:
        assert picture.size == (512, 512)
    assert not (tmp_path / "out" / "outputs.json").exists()


def test_values_are_printed_and_saved(use: Give, tmp_path: Path) -> None:
    result = use("run", "image-analyze", f"image=@{PHOTO}", "-o", tmp_path)

    assert result.exit_code == 0, result.output
    saved = json.loads((tmp_path / "outputs.json").read_text())
    assert saved == {"format": "image/jpeg", "width": 512, "height": 512}
    assert '"format": "image/jpeg"' in result.output


def test_typed_values_travel_beside_files(use: Give, tmp_path: Path) -> None:
    words = (f"image=@{PHOTO}", "width:=64", "withRatio:=true")

    result = use("run", "image-resize", *words, "-o", tmp_path)

    assert result.exit_code == 0, result.output
    with Image.open(tmp_path / "result.jpg") as picture:
        assert picture.size == (64, 64)


def test_typed_values_with_a_default_can_be_left_out(use: Give, tmp_path: Path) -> None:
    result = use("run", "image-blur", f"image=@{PHOTO}", "-o", tmp_path)

    assert result.exit_code == 0, result.output
    assert (tmp_path / "result.jpg").read_bytes() == PHOTO.read_bytes()


def test_a_loop_is_counted_and_drawn_frame_by_frame(use: Give, tmp_path: Path) -> None:
    ran = use("run", "face-thumbnail", f"image=@{PHOTO}", "-o", tmp_path)
    task = ran.output.split()[1]

    result = use("show", task)

    assert "thumbnails: succeeded" in ran.output
    assert "1 item" in ran.output
    assert (tmp_path / "face0.jpg").exists()
    assert "1 of 1 items" in result.output
    assert "[0]" in result.output
    assert "crop" in result.output


def test_a_task_that_fails_says_where_and_how_to_see_more(
    use: Give, pushed: Callable[..., str], tmp_path: Path
) -> None:
    node = {"id": "sum", "type": "node", "after": "a = 1\nnode.out['b'] = a / 0"}

    result = use("run", pushed("divide", node), "-o", tmp_path)
    task = result.output.split()[1]
    drawn = use("show", task)
    listed = use("tasks", "--route", "divide", "--status", "error")

    assert result.exit_code == 1
    assert "node sum" in result.output
    assert "division by zero" in result.output
    assert f"marketplace show {task}" in result.output
    assert "✗ sum" in drawn.output
    assert "line 2" in drawn.output
    assert task in listed.output


def test_a_refused_request_says_what_to_send(use: Give, tmp_path: Path) -> None:
    wrong = use("run", "face-blur", f"image=@{ROOT}/README.md", "-o", tmp_path)
    missing = use("run", "face-blur", "-o", tmp_path)
    unknown = use("run", "face-blurr", "-o", tmp_path)

    assert {wrong.exit_code, missing.exit_code, unknown.exit_code} == {1}
    assert "the route accepts image/png" in wrong.output
    assert "image: the part is missing" in missing.output
    assert "there is no route “face-blurr”" in unknown.output
    assert "did you mean “face-blur”?" in unknown.output


def test_a_pipeline_with_faults_is_refused_with_all_of_them(
    use: Give, tmp_path: Path
) -> None:
    file = tmp_path / "broken.json"
    file.write_text('{"type": "pipeline", "nodes": [{"id": "a", "type": "entyr"}]}')

    result = use("push", file)

    assert result.exit_code == 1
    assert "did you mean “entry”?" in result.output


def test_a_pipeline_with_doubts_is_published_and_they_are_shown(
    use: Give, tmp_path: Path
) -> None:
    call = {"id": "far", "type": "service", "service": "image-resiez", "next": ["end"]}
    first = {"id": "begin", "type": "entry", "api": {"route": "doubts", "body": {}}}
    nodes = [{**first, "next": ["far"]}, call, {"id": "end", "type": "end"}]
    file = tmp_path / "doubts.json"
    file.write_text(json.dumps({"type": "pipeline", "nodes": nodes}))

    result = use("push", file)

    assert result.exit_code == 0
    assert "doubts, version" in result.output
    assert "did you mean “image-resize”?" in result.output


def test_a_task_can_be_cancelled(
    use: Give, pushed: Callable[..., str], tmp_path: Path, marketplace: str
) -> None:
    node = {"id": "far", "type": "service", "service": "nobody-offers-this"}
    route = pushed("waits", node)
    with EngineClient(marketplace) as client:
        task = client.start(route, json={})

    result = use("cancel", task)

    assert result.exit_code == 0
    assert "cancelled" in result.output
    assert "cancelled" in use("tasks", "--route", "waits").output


def test_ctrl_c_cancels_the_task(
    use: Give, pushed: Callable[..., str], tmp_path: Path, marketplace: str
) -> None:
    node = {"id": "far", "type": "service", "service": "nobody-offers-this"}
    words = ("run", pushed("waits-long", node), "-o", str(tmp_path))

    with started(tmp_path / "log", *words, ENGINE_URL=marketplace) as command:
        task = command.says(r"task (\S+)\n[^×]*far: calling")
        code = command.ends(signal.SIGINT)

    assert code == 130
    assert f"task {task} is cancelled" in command.said
    assert "cancelled" in use("tasks", "--route", "waits-long").output


def test_routes_are_listed_with_what_they_take(use: Give) -> None:
    result = use("list")

    lines = [one for one in result.output.splitlines() if "image-resize" in one]
    for word in ("service", "yes", "image, width?, height?"):
        assert word in lines[0]


def test_an_engine_that_is_not_there_is_told_with_the_remedy(give: Give) -> None:
    result = give("list", "--engine", "http://127.0.0.1:1")

    assert result.exit_code == 1
    assert "no engine answers at http://127.0.0.1:1" in result.output
    assert "marketplace up" in result.output


@pytest.mark.parametrize("url", ["engine", "http://[", "ftp://127.0.0.1"])
def test_an_address_that_is_none_is_told(give: Give, url: str) -> None:
    result = give("list", "--engine", url)

    assert result.exit_code == 1
    assert "is not the address of an engine" in result.output


@pytest.fixture
def copies(use: Give, tmp_path: Path) -> str:
    """A route whose outputs have names that could meet others; it takes one file."""
    names = ("outputs.json", "a", "a.part")
    nodes: list[dict[str, object]] = [
        {
            "id": "begin",
            "type": "entry",
            "api": {"route": "copies", "body": "file"},
            "next": ["result"],
        },
        {
            "id": "result",
            "type": "end",
            "params": {"n": 3},
            "input": dict.fromkeys(names, "begin.out.file") | {"n": "node.params.n"},
        },
    ]
    file = tmp_path / "copies.json"
    file.write_text(json.dumps({"type": "pipeline", "nodes": nodes}))
    assert use("push", file).exit_code == 0
    return "copies"


def test_no_output_overwrites_another(use: Give, copies: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    # The name of a text may end in .json, so one of its copies is called outputs.json.
    text = tmp_path / "words.txt"
    text.write_text("words")

    result = use("run", copies, f"file=@{text}", "-o", out)

    assert result.exit_code == 0, result.output
    saved = {path.name: path.read_text() for path in out.iterdir()}
    assert json.loads(saved.pop("outputs.json"))["n"] == 3
    assert saved == dict.fromkeys(["a.txt", "a.part.txt", "outputs-2.json"], "words")


def test_files_that_were_there_before_are_told(
    use: Give, copies: str, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "result.png").write_bytes(b"older")

    first = use("run", copies, f"file=@{PHOTO}", "-o", tmp_path / "out")
    second = use("run", copies, f"file=@{PHOTO}", "-o", tmp_path / "other")

    assert "also holds files that were there before: result.png" in first.output
    assert "also holds" not in second.output


def test_a_folder_that_cannot_be_written_is_told(use: Give, copies: str) -> None:
    result = use("run", copies, f"file=@{PHOTO}", "-o", ROOT / "README.md")

    assert result.exit_code == 1
    assert "README.md cannot be written: File exists" in result.output


def test_a_task_is_shown_by_its_beginning_and_as_the_last_one(
    use: Give, copies: str, tmp_path: Path
) -> None:
    ran = use("run", copies, f"file=@{PHOTO}", "-o", tmp_path / "out")
    task = ran.output.split()[1]

    by_beginning = use("show", task[:18])
    last = use("show", "last", "--no-values")
    as_json = use("show", "last", "--json")
    several = use("show", "")
    unknown = use("cancel", "zzz")

    assert task in by_beginning.output
    assert "output {" in by_beginning.output
    assert task in last.output
    assert "output {" not in last.output
    assert json.loads(as_json.output)["id"] == task
    assert several.exit_code == 1
    assert "write more of the id" in several.output
    assert task in several.output
    assert "no task has an id that begins with “zzz”" in unknown.output


def test_one_run_is_shown_with_its_attempts_its_fault_and_its_values(
    use: Give, pushed: Callable[..., str], tmp_path: Path
) -> None:
    node = {"id": "sum", "type": "node", "after": "a = 1\nnode.out['b'] = a / 0"}
    use("run", pushed("divide-again", node), "-o", tmp_path)

    failed = use("show", "last", "--node", "sum")
    entry = use("show", "last", "--node", "begin", "--json")
    unknown = use("show", "last", "--node", "nobody")

    assert "✗ sum" in failed.output
    assert "code-failed: " in failed.output
    assert "(after, line 2)" in failed.output
    assert "→ correct the code" in failed.output
    assert json.loads(entry.output)["node"] == "begin"
    assert unknown.exit_code == 1
    assert "there is no node “nobody”" in unknown.output


def test_a_run_in_a_loop_is_shown_by_its_path(use: Give, tmp_path: Path) -> None:
    use("run", "face-thumbnail", f"image=@{PHOTO}", "-o", tmp_path)

    result = use("show", "last", "--node", "thumbnails[0]/crop")

    assert "attempt 1  " in result.output
    assert "\nitem\n" in result.output
    assert "<image/" in result.output


def test_a_task_is_followed_until_it_has_ended(
    use: Give, copies: str, tmp_path: Path
) -> None:
    use("run", copies, f"file=@{PHOTO}", "-o", tmp_path / "out")

    followed = use("show", "last", "--follow")
    lines = use("show", "last", "--follow", "--json")

    assert "✓" in followed.output
    changes = [json.loads(line) for line in lines.output.splitlines()]
    assert changes[-1]["status"] == "finished"


def test_the_list_says_which_services_a_pipeline_waits_for(
    use: Give, pushed: Callable[..., str]
) -> None:
    pushed("lacks", {"id": "far", "type": "service", "service": "nobody-offers-this"})

    result = use("list")

    [line] = [one for one in result.output.splitlines() if one.startswith("lacks")]
    assert "waits for nobody-offers-this" in line
