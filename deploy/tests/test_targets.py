"""Each file of tests of deploy/ and kubernetes/ is run by a command of the Makefile."""

from fnmatch import fnmatch

from deploy.commands import ROOT, run

FOLDERS = ("deploy/tests", "kubernetes/lab/tests")


def test_each_file_of_tests_is_a_part_of_a_command() -> None:
    files = run("git", "ls-files", *FOLDERS, folder=ROOT).splitlines()
    tests = [file for file in files if fnmatch(file, "*/test_*.py")]

    words = (ROOT / "Makefile").read_text("utf-8").split()
    # `$(wildcard …)` has its pattern before a bracket.
    named = [word.removesuffix(")") for word in words if word.startswith(FOLDERS)]

    assert tests
    assert [file for file in tests if not any(runs(word, file) for word in named)] == []


def runs(word: str, file: str) -> bool:
    """Whether pytest that is given this word runs the file.

    A star is of one folder, as in a shell: below it are other commands.
    """
    if word.count("/") == file.count("/"):
        return fnmatch(file, word)
    return file.startswith(f"{word}/")
