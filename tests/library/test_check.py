"""The check reads every file; LOCK holds the text of a version fixed."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.library_files import as_yaml, prompt, scenario

from rmcoach_llm.errors import LibraryError, UsageError
from rmcoach_llm.library import Library, catalogue, lock
from rmcoach_llm.library.check import check_library, check_paths


def test_folders_are_searched(overlay):
    """All files of a folder are checked, each as the kind that its folder says."""
    (overlay / "scenarios/broken.yaml").write_text("a: 1\n", encoding="utf-8")
    (overlay / "README.md").write_text("no prompt", encoding="utf-8")
    (overlay / "loop").symlink_to("..")
    report = check_paths((overlay,))
    assert report.files == 4
    assert {problem.file for problem in report.problems} == {str(overlay / "scenarios/broken.yaml")}
    assert any("title" in str(problem) for problem in report.problems)


def test_single_markdown_file_is_a_prompt(tmp_path):
    """A Markdown file named by itself is checked as a prompt wherever it lies."""
    path = tmp_path / "toy-prompt.md"
    path.write_text(prompt(), encoding="utf-8")
    assert check_paths((path,)).problems == ()
    assert "not found" in str(check_paths((tmp_path / "gone.yaml",)).problems[0])


def test_empty_folder(tmp_path):
    """A folder with nothing to check is a wrong call, not a success."""
    with pytest.raises(UsageError, match="nothing to check"):
        check_paths((tmp_path,))


@pytest.fixture
def packaged(overlay, monkeypatch):
    """Let the small library stand for the packaged one."""
    for module in (catalogue, lock):
        monkeypatch.setattr(module, "packaged_folder", lambda: overlay)
    return overlay


def rewrite(path: Path, old: str, new: str) -> None:
    """Replace text in a file; it must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_lock_guards_the_text_of_a_version(packaged, capsys):
    """A new file must be locked; a changed text needs a new version; comments may change."""
    path = packaged / "scenarios/toy-shop.yaml"
    report = check_library(Library())
    assert report.errors == 3
    assert "'scenario/toy-shop@1' is not in prompts/LOCK; run: " in str(report.problems[0])
    assert lock.main([]) == 0
    assert capsys.readouterr().out == "prompts/LOCK: 3 new of 3\n"
    assert check_library(Library()).problems == ()

    rewrite(path, "title:", "# a comment\ntitle:")
    assert check_library(Library()).problems == ()
    rewrite(path, "A toy shop", "A toy store")
    (problem,) = check_library(Library()).problems
    assert "prompts/scenarios/toy-shop.yaml: line 3: version: the text of" in str(problem)
    assert "raise 'version', then run: python -m rmcoach_llm.library.lock" in str(problem)

    before = (packaged / "LOCK").read_bytes()
    assert lock.main([]) == 4
    assert "raise 'version'" in capsys.readouterr().err
    assert (packaged / "LOCK").read_bytes() == before

    rewrite(path, "version: '1'", "version: '2'")
    assert lock.main([]) == 0
    text = (packaged / "LOCK").read_text(encoding="utf-8")
    assert "scenario/toy-shop@1 " in text
    assert "scenario/toy-shop@2 " in text
    assert text.splitlines()[1:] == sorted(text.splitlines()[1:])
    assert check_library(Library()).problems == ()


def test_force_writes_the_lock_anew(packaged):
    """Before a release, a changed text replaces the old one, and old lines go."""
    assert lock.main([]) == 0
    rewrite(packaged / "scenarios/toy-shop.yaml", "A toy shop", "A toy store")
    (packaged / "rubrics/toy-rubric.yaml").unlink()
    assert lock.main(["--force"]) == 0
    assert check_library(Library()).problems == ()
    assert "toy-rubric" not in (packaged / "LOCK").read_text(encoding="utf-8")


def test_overlay_needs_no_lock(packaged, tmp_path):
    """Files of one's own are not compared with LOCK, not even under a packaged id."""
    assert lock.main([]) == 0
    own = tmp_path / "mine"
    (own / "scenarios").mkdir(parents=True)
    text = as_yaml(scenario() | {"title": "Mine"})
    (own / "scenarios/toy-shop.yaml").write_text(text, encoding="utf-8")
    assert check_library(Library((own,))).problems == ()


def test_invalid_file_and_lock(packaged, capsys):
    """A packaged file that is not valid is told once by the check, and stops the lock."""
    assert lock.main([]) == 0
    capsys.readouterr()
    rewrite(packaged / "scenarios/toy-shop.yaml", "introductory", "easy")
    report = check_library(Library())
    assert [problem.field for problem in report.problems] == ["difficulty"]
    assert lock.main([]) == 4
    assert "difficulty" in capsys.readouterr().err


@pytest.mark.parametrize("line", ["nonsense", "rubric/a@1 123", "a " + "0" * 64])
def test_broken_lock(packaged, line):
    """A line of LOCK that cannot be read is a problem with its number."""
    (packaged / "LOCK").write_text(f"# x\n\n{line}\n", encoding="utf-8")
    assert "prompts/LOCK: line 3" in str(check_library(Library()).problems[-1])


def test_lock_names_each_version_once():
    """The same version twice in LOCK is refused."""
    with pytest.raises(LibraryError, match="line 2"):
        lock.read_lock(f"rubric/a@1 {'0' * 64}\nrubric/a@1 {'1' * 64}\n")


def test_lock_in_an_archive(monkeypatch, capsys):
    """Where the library is no folder on disk, the lock is not written."""
    monkeypatch.setattr(lock, "packaged_folder", object)
    assert lock.main([]) == 4
    assert "archive" in capsys.readouterr().err


def test_packaged_library_has_no_problem():
    """The packaged files are valid and locked."""
    assert [str(problem) for problem in check_library(Library()).problems] == []
