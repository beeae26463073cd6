"""A new scenario is valid from the first moment, and lands whole or not at all."""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rmcoach_llm.authoring.check import scenario_problems
from rmcoach_llm.authoring.page import Page
from rmcoach_llm.authoring.placing import scenario_path, write_new
from rmcoach_llm.authoring.samples import sample_problems
from rmcoach_llm.authoring.skeleton import Answers, skeleton
from rmcoach_llm.domain import Scenario
from rmcoach_llm.errors import UsageError
from rmcoach_llm.library.files import parse

ANSWER = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=80)


def page(text: str, name: str = "new-one") -> Page:
    """Read a scenario's text."""
    entry = parse(text, f"{name}.yaml", stem=name, kind="scenario")
    assert isinstance(entry.record, Scenario)
    return Page(entry, entry.record)


def test_nothing_said_is_valid_and_each_gap_is_named() -> None:
    """Without an answer the file is a valid scenario; the check finds placeholders and no more."""
    text = skeleton("new-one", Answers())
    found = scenario_problems(page(text))
    assert len(found) == text.count("TODO:")
    assert all("is left to write: " in problem.message for problem in found)
    lines = text.splitlines()
    assert all("TODO" in lines[p.line - 1] or "TODO" in lines[p.line] for p in found if p.line)


def test_general_questions_lead_to_their_facts() -> None:
    """The questions of the template are told apart before the author has touched them."""
    assert list(sample_problems(page(skeleton("new-one", Answers())))) == []


@settings(max_examples=25, deadline=None)
@given(st.builds(Answers, **{field.name: ANSWER for field in fields(Answers)}))
def test_every_answer_stands_in_the_file(answers: Answers) -> None:
    """Whatever is answered stands in its field, word for word."""
    made = page(skeleton("new-one", answers)).scenario
    facts = {fact.id: fact.statement for fact in made.facts}
    assert facts["the-request"] == answers.want
    assert made.root_need.statement == answers.need
    assert facts["good-result"] == answers.measure
    assert (made.business_function, made.persona.name) == (answers.function, answers.name)
    assert made.objection is not None
    assert made.objection.statement == answers.objection


@pytest.mark.parametrize(
    "name", ["", "A", "a b", "../a", "a/b", "a\x1b", "-a", "a--b", "a" * 81, "a\n"]
)
def test_only_slugs_become_files(tmp_path: Path, name: str) -> None:
    """No name leads out of the folder, and none holds what steers a terminal."""
    with pytest.raises(UsageError, match="is no id for a scenario") as caught:
        scenario_path(tmp_path, name)
    assert caught.value.message.isprintable()


@pytest.mark.parametrize("ending", [".yaml", ".yml"])
def test_a_file_that_is_there_is_never_touched(tmp_path: Path, ending: str) -> None:
    """Neither a file nor a link of that name is written over."""
    (tmp_path / "scenarios").mkdir()
    place = tmp_path / "scenarios" / f"mine{ending}"
    place.write_text("mine")
    with pytest.raises(UsageError, match="there already"):
        scenario_path(tmp_path, "mine")
    place.unlink()
    place.symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="there already"):
        scenario_path(tmp_path, "mine")


def test_who_comes_second_gets_nothing_written(tmp_path: Path) -> None:
    """A file that another program puts there in the meantime stays as it is."""
    path = tmp_path / "a" / "b.yaml"
    write_new(path, "first\n")
    with pytest.raises(UsageError, match="was not touched"):
        write_new(path, "second\n")
    assert path.read_text() == "first\n"
    assert [p.name for p in path.parent.iterdir()] == ["b.yaml"]


def test_a_disk_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the text cannot be brought to the disk, no part of a file is left."""

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        write_new(tmp_path / "b.yaml", "text")
    assert list(tmp_path.iterdir()) == []


def test_without_links_the_file_is_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the file system knows no links, the file is still written whole, and not over one."""

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "b.yaml"
    write_new(path, "text\n")
    assert path.read_text() == "text\n"
    with pytest.raises(UsageError, match="there already"):
        write_new(path, "other\n")
    assert [p.name for p in tmp_path.iterdir()] == ["b.yaml"]
