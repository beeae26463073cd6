"""The rubrics that come along, and how rubrics fit together."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.library_files import as_yaml, prompt, rubric
from support.library_files import scenario as scenario_data

from rmcoach_llm.domain import Rule
from rmcoach_llm.errors import LibraryError
from rmcoach_llm.library import Library
from rmcoach_llm.library.across import clashes, untrained
from rmcoach_llm.library.check import check_library, check_paths
from rmcoach_llm.library.files import Entry, parse

CORE = ("persuasion", "credibility", "needs-discovery")
FURTHER = (
    "expectation-setting",
    "analytical-thinking",
    "interviewing",
    "presenting",
    "trust",
    "communication",
    "domain-fluency",
)
LONGEST_STATEMENT = 115
LONGEST_TITLE = 34
"""Characters that a scorecard has room for."""

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "library"


def _entry(name: str, **changed: object) -> Entry:
    data = rubric(name)
    behaviours = data["criteria"][0]["behaviours"]
    behaviours[:] = [behaviours[0] | changed, behaviours[0] | {"id": f"{name}-only"}]
    return parse(as_yaml(data), f"{name}.yaml", stem=name, kind="rubric")


def test_ten_rubrics_come_along():
    """Three core rubrics and seven further ones, none besides."""
    assert set(Library().ids("rubric")) == {*CORE, *FURTHER}


@pytest.mark.parametrize("name", [*CORE, *FURTHER])
def test_a_packaged_rubric_is_whole(name):
    """Three to five criteria of yes/no behaviours; rule and training stand in it."""
    held = Library().rubric(name)
    assert 3 <= len(held.criteria) <= 5
    assert held.rule == Rule(criterion="points", rubric="weighted-mean", least_share=0.5)
    assert held.pass_mark is None, "no standard has been measured"
    assert all(len(criterion.behaviours) >= 2 and criterion.practise for criterion in held.criteria)
    assert max(len(criterion.title) for criterion in held.criteria) <= LONGEST_TITLE
    for behaviour in held.behaviours:
        assert len(behaviour.statement) <= LONGEST_STATEMENT, behaviour.id
        assert behaviour.example != behaviour.counter_example


def test_each_criterion_can_reach_the_top_and_fall():
    """All seen gives 5 where nothing hurts, and some behaviour hurts in each packaged rubric."""
    for name in (*CORE, *FURTHER):
        signs = [behaviour.sign for behaviour in Library().rubric(name).behaviours]
        few = {"analytical-thinking", "expectation-setting", "domain-fluency"}
        assert signs.count("-") >= (2 if name in few else 3), name
        assert signs.count("+") > signs.count("-"), name


def test_core_rubrics_share_no_behaviour():
    """What one core rubric counts no other counts again."""
    ids = [b.id for name in CORE for b in Library().rubric(name).behaviours]
    assert len(ids) == len(set(ids))


def test_the_packaged_rubrics_fit_together():
    """All ten may be used at once: no id has two meanings."""
    names = (*CORE, *FURTHER)
    assert [held.id for held in Library().rubrics(names)] == list(names)
    assert not [p for p in check_library(Library()).problems if p.field != "version"]


@pytest.mark.parametrize("field", ["sign", "statement"])
def test_one_id_has_one_meaning(field):
    """Two rubrics that word a behaviour of one id differently clash; the message names both."""
    other = _entry("other", **{field: "-" if field == "sign" else "Something else."})
    (problem,) = clashes([_entry("toy"), other])
    assert str(problem).startswith("other.yaml: line ")
    assert problem.field == f"criteria.0.behaviours.0.{field}"
    assert f"'asks-open' has another {field} in toy.yaml; give it the same words" in str(problem)


def test_points_may_differ():
    """Points, examples and advice are each rubric's own business, and other ids never clash."""
    others = [
        _entry("other", points=2, instead="Ask."),
        _entry("third", id="asks-more", statement="Asks more."),
    ]
    assert not list(clashes([_entry("toy"), *others]))


def test_rubrics_that_clash_are_not_used_together(overlay):
    """The library refuses the pair, and gives each by itself."""
    twin = rubric("twin")
    twin["criteria"][0]["behaviours"][0]["statement"] = "Asks shut."
    (overlay / "rubrics/twin.yaml").write_text(as_yaml(twin), encoding="utf-8")
    library = Library((overlay,))
    with pytest.raises(LibraryError, match=r"twin.yaml: line .* in .*toy-rubric.yaml"):
        library.rubrics(("toy-rubric", "twin"))
    assert library.rubrics(("twin",))[0].behaviours[0].statement == "Asks shut."
    (found,) = check_library(library).problems
    assert "'asks-open' has another statement" in str(found)


def test_an_own_rubric_is_held_against_the_packaged_ones(tmp_path):
    """A packaged id with words of one's own is told of the own file; a changed copy is none."""
    data = rubric("mine")
    data["criteria"][0]["behaviours"][0]["id"] = "follow-up"
    (tmp_path / "mine.yaml").write_text(as_yaml(data), encoding="utf-8")
    (found,) = check_paths((tmp_path / "mine.yaml",)).problems
    assert found.file == str(tmp_path / "mine.yaml")
    assert "'follow-up' has another statement" in str(found)
    for name in ("needs-discovery", "interviewing"):
        data = rubric(name)
        data["criteria"][0]["behaviours"][0]["id"] = "follow-up"
        (tmp_path / f"{name}.yaml").write_text(as_yaml(data), encoding="utf-8")
    copies = (tmp_path / "needs-discovery.yaml", tmp_path / "interviewing.yaml")
    assert check_paths(copies).problems == ()


def test_a_scenario_to_practise_must_be_there(overlay):
    """A misspelt scenario is told with the one that may be meant; an own scenario will do."""
    data = rubric()
    data["criteria"][0]["practise"] = "toy-shopp"
    path = overlay / "rubrics/toy-rubric.yaml"
    path.write_text(as_yaml(data), encoding="utf-8")
    (found,) = check_library(Library((overlay,))).problems
    assert found.field == "criteria.0.practise"
    assert "found 'toy-shopp', which is no scenario; did you mean 'toy-shop'?" in str(found)
    data["criteria"][0]["practise"] = "toy-shop"
    path.write_text(as_yaml(data), encoding="utf-8")
    assert check_library(Library((overlay,))).problems == ()


@pytest.mark.parametrize("text", [as_yaml(scenario_data()), prompt()])
def test_only_rubrics_are_compared(text, tmp_path):
    """Comparing another kind of file is a fault of ours."""
    kind = "prompt" if text.startswith("---") else "scenario"
    stem = "toy-prompt" if kind == "prompt" else "toy-shop"
    with pytest.raises(TypeError, match="is no Rubric"):
        list(clashes([parse(text, "x", stem=stem, kind=kind)]))


def test_a_rubric_of_levels_is_read_and_kept_apart():
    """The trainer's example has levels instead of behaviours; numbers may stand as keys."""
    held = Library((EXAMPLES,)).rubric("bad-news")
    assert not held.behaviours
    assert all({"1", "5"} <= set(criterion.anchors) for criterion in held.criteria)
    assert check_paths((EXAMPLES / "rubrics",)).problems == ()


def test_the_rubric_of_the_guide_is_valid():
    """What the guide shows as a whole rubric can be used as it stands, beside the packaged ones."""
    guide = (ROOT / "docs/rubrics.md").read_text(encoding="utf-8")
    text = re.findall(r"^```text\n(id: .*?)^```", guide, re.M | re.S)[0]
    shown = parse(text, "guide.yaml", stem="listening-first")
    packaged = (Library().file("rubric", name) for name in (*CORE, *FURTHER))
    assert not list(clashes([*map(Library().load, packaged), shown]))
    assert not list(untrained([shown], Library().ids("scenario")))


def test_a_level_beyond_the_scale_is_told_with_its_place(tmp_path):
    """What is wrong with levels names the criterion, the level and what is allowed."""
    text = (EXAMPLES / "rubrics/bad-news.yaml").read_text(encoding="utf-8")
    path = tmp_path / "bad-news.yaml"
    path.write_text(text.replace("\n      5: In the", "\n      6: In the"), encoding="utf-8")
    (found,) = check_paths((path,)).problems
    assert found.field == "criteria.0.anchors"
    assert "'6' is no level; allowed are 1 to 5" in str(found)
