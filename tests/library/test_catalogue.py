"""The library gives files by id, reads only what is asked for, and overlays win."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
from support.json_schema import accepts
from support.library_files import as_yaml, prompt, scenario, write_library

import rmcoach_llm
from rmcoach_llm.domain import Prompt, Rubric, Scenario
from rmcoach_llm.errors import LibraryError, UsageError
from rmcoach_llm.library import InvalidFile, Library, catalogue
from rmcoach_llm.library.catalogue import KINDS, PACKAGED
from rmcoach_llm.library.schema import editor_schema

PACKAGED_FILES = [file for kind in KINDS for file in Library().files(kind)]


@pytest.mark.parametrize("file", PACKAGED_FILES, ids=lambda file: f"{file.kind}-{file.id}")
def test_packaged_file_is_valid(file):
    """Every packaged file is valid, and the editor's schema accepts it."""
    entry = Library().load(file)
    data = {k: v for k, v in entry.document.data.items() if k != "template"}
    if "format" in data:
        data["format"] = int(data["format"])
    typed = entry.record.model_dump(mode="json", exclude_none=True, exclude={"template"})
    schema = editor_schema(file.kind)
    assert accepts(schema, typed)
    assert not accepts(schema, typed | {"unknown": 1})
    assert set(data) <= set(schema["properties"])


def test_records_by_id(overlay):
    """Each kind is given as its record."""
    library = Library((overlay,))
    assert isinstance(library.scenario("toy-shop"), Scenario)
    assert isinstance(library.rubric("toy-rubric"), Rubric)
    assert isinstance(library.prompt("toy-prompt"), Prompt)
    assert library.scenario("toy-shop") is library.scenario("toy-shop")
    assert library.kinds("toy-shop") == ("scenario",)
    assert library.kinds("gone") == ()


def test_unknown_id_suggests(overlay):
    """An unknown id names the nearest known one; a path is just an unknown id."""
    library = Library((overlay,))
    with pytest.raises(UsageError, match="unknown scenario 'toy-shp': did you mean 'toy-shop'"):
        library.scenario("toy-shp")
    with pytest.raises(UsageError, match="unknown rubric"):
        library.rubric("../scenarios/toy-shop")


def test_a_file_in_the_place_of_an_id_is_told_how_to_use(tmp_path, monkeypatch):
    """A path, or the id of what waits in ./library, says the folder to name; a list, one by one."""
    write_library(tmp_path / "library")
    monkeypatch.chdir(tmp_path)
    use = "that file is there: give the id 'toy-shop' with --library 'library'"
    for name in ("library/scenarios/toy-shop.yaml", "toy-shop"):
        with pytest.raises(UsageError, match=use):
            Library().scenario(name)
    for name in ("x" * 5_000, "a\0b", "..", ""):
        with pytest.raises(UsageError, match=r"choose one of|did you mean"):
            Library().scenario(name)
    with pytest.raises(UsageError, match="by itself: --rubric trust --rubric persuasion"):
        Library().rubric("trust, persuasion")


def test_the_last_overlay_wins(tmp_path):
    """By id the last folder wins, then the first, then the package; the source says which."""
    first, second = write_library(tmp_path / "first"), write_library(tmp_path / "second")
    name = next(iter(Library().ids("scenario")))
    for folder, title in ((first, "First"), (second, "Second")):
        text = as_yaml(scenario() | {"title": title})
        (folder / "scenarios/toy-shop.yaml").write_text(text, encoding="utf-8")
    (first / f"scenarios/{name}.yaml").write_text(as_yaml(scenario(name)), encoding="utf-8")
    library = Library((first, second))
    assert library.scenario("toy-shop").title == "Second"
    assert library.file("scenario", "toy-shop").source == str(second)
    assert library.file("scenario", name).source == str(first)
    assert library.ids("scenario").count(name) == 1
    assert {file.source for file in Library().files("scenario")} == {PACKAGED}


def test_only_the_file_asked_for_is_read(overlay):
    """A broken neighbour does not matter until it is asked for; a list names its problem."""
    (overlay / "scenarios/broken.yaml").write_text("title: [", encoding="utf-8")
    library = Library((overlay,))
    assert library.scenario("toy-shop").title == "A toy shop"
    with pytest.raises(InvalidFile, match="line 2"):
        library.scenario("broken")
    summaries = {summary.file.id: summary for summary in library.summaries("scenario")}
    assert summaries["toy-shop"].fields["title"] == "A toy shop"
    assert summaries["toy-shop"].problem is None
    assert "line 2" in summaries["broken"].problem


def test_hidden_and_other_files_are_left_out(overlay):
    """Editors' swap files and other endings are no library files; a prompt may lie in judge/."""
    for name in (".toy.yaml", "notes.txt", "toy.yaml~"):
        (overlay / "scenarios" / name).write_text("x", encoding="utf-8")
    (overlay / "judge").mkdir()
    (overlay / "judge/toy-judge.md").write_text(prompt("toy-judge"), encoding="utf-8")
    library = Library((overlay,))
    own = [file.id for file in library.files("scenario") if file.source == str(overlay)]
    assert own == ["toy-shop"]
    assert library.prompt("toy-judge").purpose == "greet"


def test_one_id_twice_in_a_folder(overlay):
    """Two files with one id in one library are refused by name."""
    shutil.copy(overlay / "scenarios/toy-shop.yaml", overlay / "scenarios/toy-shop.yml")
    with pytest.raises(LibraryError, match=r"toy-shop.yaml and .*toy-shop.yml have the same id"):
        Library((overlay,)).ids("scenario")


def test_folder_that_is_no_library(tmp_path):
    """A missing folder, or one without the known folders, is told instead of ignored."""
    with pytest.raises(UsageError, match="no folder"):
        Library((tmp_path / "gone",)).ids("rubric")
    with pytest.raises(UsageError, match="is no library: put files into one of: scenarios"):
        Library((tmp_path,)).ids("rubric")


def test_checkout_without_installation(monkeypatch):
    """Where the prompts are no installed package, the folder beside the package is taken."""

    def missing(_: str) -> None:
        raise ModuleNotFoundError

    monkeypatch.setattr(catalogue.importlib.resources, "files", missing)
    expected = Path(rmcoach_llm.__file__).parent.parent / "prompts"
    assert catalogue.packaged_folder() == expected


def test_installed_package_is_preferred(monkeypatch, tmp_path):
    """Where the prompts are installed, the installed folder is taken."""
    monkeypatch.setattr(catalogue.importlib.resources, "files", lambda _: tmp_path)
    assert catalogue.packaged_folder() == tmp_path


def test_a_record_is_of_its_kind(overlay):
    """A file that is loaded as another kind than it is asked for is a fault of ours."""
    library = Library((overlay,))
    library._files["scenario"]["odd"] = library.file("rubric", "toy-rubric")
    with pytest.raises(TypeError, match="Rubric is no Scenario"):
        library.scenario("odd")


def test_twelve_scenarios_are_listed_soon(tmp_path):
    """Twelve scenarios of the packaged size are listed within 150 ms of processor time."""
    (tmp_path / "scenarios").mkdir()
    largest = max(Library().files("scenario"), key=lambda file: len(file.path.read_bytes()))
    for number in range(12):
        (tmp_path / f"scenarios/s{number}.yaml").write_bytes(largest.path.read_bytes())
    library = Library((tmp_path,))
    times = []
    for _ in range(3):
        started = time.process_time()
        assert len(library.summaries("scenario")) >= 12
        times.append(time.process_time() - started)
    assert min(times) < 0.15


@pytest.mark.parametrize("kind", KINDS)
def test_schema_names_dialect_and_title(kind):
    """A schema says its dialect and title, and shows no examples of code."""
    schema = editor_schema(kind)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"] == f"rmcoach {kind}"
    assert ">>>" not in str(schema)


def test_schema_takes_what_is_read_as_text():
    """A bare number or `no` where text belongs passes in the editor as it does here."""
    assert accepts(editor_schema("scenario"), scenario() | {"version": 1.10, "title": False})
    assert not accepts(editor_schema("scenario"), scenario() | {"difficulty": "hard"})
    front = {"id": "a", "version": 1, "purpose": "b", "variables": "c, d"}
    assert accepts(editor_schema("prompt"), front)


def test_one_scenario_is_the_first_for_newcomers(overlay):
    """It is found without reading any file to its end; an overlay's mark goes before ours."""
    library = Library((overlay,))
    assert library.first_scenario() == "finance-close-report"
    marked = as_yaml({"first": True, **scenario()})
    (overlay / "scenarios/toy-shop.yaml").write_text(marked, encoding="utf-8")
    assert Library((overlay,)).first_scenario() == "toy-shop"
    assert not library._entries


def test_a_library_without_a_first_scenario_says_how_to_choose(monkeypatch):
    """No scenario is started by guess."""
    monkeypatch.setattr(Library, "summaries", lambda self, kind: ())
    with pytest.raises(UsageError, match="library list --kind scenario"):
        Library().first_scenario()


def test_twelve_scenarios_over_twelve_functions_come_along():
    """Three levels, an objection and a glossary each; two are parallel forms of each other."""
    scenarios = [Library().scenario(name) for name in Library().ids("scenario")]
    assert len(scenarios) >= 12
    assert len({played.business_function for played in scenarios}) >= 10
    assert len({played.difficulty for played in scenarios}) == 3
    assert all(played.objection and played.glossary for played in scenarios)
    assert all(len(played.facts) >= 10 for played in scenarios)
    assert all(len(fact.asks_like) >= 10 for played in scenarios for fact in played.facts)
    assert sum(played.first for played in scenarios) == 1
    parallel = {played.id: played.parallel for played in scenarios if played.parallel}
    assert len(parallel) == 2
    assert all(parallel[other] == name for name, other in parallel.items())
