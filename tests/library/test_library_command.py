"""`rmcoach library` lists, shows, checks; it gives no fact away and steers no terminal."""

from __future__ import annotations

import json
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner
from support.library_files import as_yaml, rubric, scenario

from rmcoach_llm.cli.library import complete_ids, library, show
from rmcoach_llm.errors import UsageError


@pytest.fixture(autouse=True)
def no_settings(monkeypatch, tmp_path):
    """Let no setting of the machine speak."""
    for name in ("RMCOACH_LIBRARY", "RMCOACH_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def run(*arguments: object, code: int = 0) -> str:
    """Call the command and give what it prints."""
    result = CliRunner().invoke(library, [str(part) for part in arguments])
    assert result.exit_code == code, (result.output, result.exception)
    return result.output


def test_list_says_what_and_whence(overlay):
    """Each kind is listed with titles; what is not packaged says where it lies."""
    text = run("list", "--library", overlay)
    assert "finance-close-report" in text
    assert "A toy shop (Sales, introductory)" in text or "A toy shop" in text
    assert f"[{overlay}]" in text
    assert "scenarios:" in text
    assert "prompts:" in text
    assert "rubrics:" not in run("list", "--kind", "prompt")


def test_list_as_json(overlay):
    """The list as JSON has kind, id, title, source; a broken file has its problem."""
    (overlay / "rubrics/bad.yaml").write_text("title: [", encoding="utf-8")
    rows = json.loads(run("list", "--json", "--kind", "rubric", "--library", overlay))
    by_id = {row["id"]: row for row in rows}
    assert by_id["toy-rubric"] == {
        "kind": "rubric",
        "id": "toy-rubric",
        "version": "1",
        "title": "Toy rubric",
        "source": str(overlay),
        "problem": None,
    }
    assert "line 2" in by_id["bad"]["problem"]
    assert "not valid: " in run("list", "--library", overlay)


def test_library_of_the_settings(overlay, monkeypatch):
    """Without --library the folder of the settings is laid over."""
    monkeypatch.setenv("RMCOACH_LIBRARY", str(overlay))
    assert "toy-shop" in run("list")


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_show_keeps_the_facts_back(overlay, options):
    """Without --spoilers nothing of the facts, their lines or the solutions is shown."""
    text = run("show", "toy-shop", "--library", overlay, *options)
    assert "You meet the owner." in text
    assert "margin" in text
    assert "Ada Berg" in text
    for secret in ("wholesale", "Fridays", "pricing", "Line 0 of", "Old shop"):
        assert secret not in text


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_show_with_spoilers(overlay, options):
    """With --spoilers the facts are there, with their locks."""
    text = run("show", "toy-shop", "--spoilers", "--library", overlay, *options)
    assert "wholesale" in text
    if not options:
        assert "pricing (need, the root need)" in text
        assert "Unlocked by: after queue; trust 3; any question on its topic" in text


def test_show_names_the_kinds_of_question(overlay):
    """The kinds of question that unlock a fact are named."""
    data = scenario()
    data["facts"][1]["unlock"] = {"kinds": ["problem", "implication"]}
    (overlay / "scenarios/toy-shop.yaml").write_text(as_yaml(data), encoding="utf-8")
    text = run("show", "toy-shop", "--spoilers", "--library", overlay)
    assert "Unlocked by: a question of kind problem, implication" in text


def test_show_without_a_glossary(overlay):
    """A scenario without a glossary has no heading for one."""
    data = scenario()
    del data["glossary"]
    (overlay / "scenarios/toy-shop.yaml").write_text(as_yaml(data), encoding="utf-8")
    assert "Words of the trade" not in run("show", "toy-shop", "--library", overlay)


def test_show_rubric_and_prompt(overlay):
    """A rubric shows criteria, behaviours and examples, a prompt its text."""
    text = run("show", "toy-rubric", "--library", overlay)
    for part in ("Do they ask?", "+ Asks openly. (asks-open)", "Yes: What happened?", "No: Is it"):
        assert part in text
    assert "A criterion with behaviours: start + (5 - start)" in " ".join(text.split())
    text = run("show", "toy-prompt", "--library", overlay)
    assert "Variables: who" in text
    assert "Hello $who." in text


def test_show_a_rubric_of_levels(overlay):
    """Levels stand in their order, with rule, pass mark, start, points and what trains them."""
    data = rubric("levels") | {"pass_mark": 3.5}
    levels = {"id": "l", "title": "L", "question": "q?", "anchors": {5: "Best.", 1: "Worst."}}
    data["criteria"] = [levels | {"practise": "toy-shop"}]
    path = overlay / "rubrics/levels.yaml"
    path.write_text(as_yaml(data), encoding="utf-8")
    text = " ".join(run("show", "levels", "--library", overlay).split())
    assert "A criterion with levels: the level that is given, 1 to 5. The rubric:" in text
    assert "Pass mark: 3.5. L (l, weight 1) q? 1: Worst. 5: Best. Practise: toy-shop" in text
    mixed = rubric("levels")["criteria"][0] | {"start": 2}
    mixed["behaviours"][0]["points"] = 2
    path.write_text(as_yaml(data | {"criteria": [levels, mixed]}), encoding="utf-8")
    text = " ".join(run("show", "levels", "--library", overlay).split())
    assert "within 0 to 5. A criterion with levels:" in text
    assert "(asking, weight 1, start 2)" in text
    assert "(asks-open, 2 points)" in text


def test_show_finds_the_kind(overlay):
    """An id of two kinds asks for the kind; an unknown one suggests over all kinds."""
    text = as_yaml(scenario("toy-rubric"))
    (overlay / "scenarios/toy-rubric.yaml").write_text(text, encoding="utf-8")
    result = CliRunner().invoke(library, ["show", "toy-rubric", "--library", str(overlay)])
    assert isinstance(result.exception, UsageError)
    assert "add --kind scenario or --kind rubric" in str(result.exception)
    assert "A toy shop" in run("show", "toy-rubric", "--kind", "scenario", "--library", overlay)
    result = CliRunner().invoke(library, ["show", "toy-promt", "--library", str(overlay)])
    assert "did you mean 'toy-prompt'" in str(result.exception)


def test_control_characters_are_shown_not_executed(overlay):
    """Escape sequences in any text, message or file name reach the terminal escaped."""
    data = scenario() | {"brief": ["Hi \x1b[2J there"], "summary": "S\u202eT"}
    (overlay / "scenarios/toy-shop.yaml").write_text(as_yaml(data), encoding="utf-8")
    assert "Hi \\x1b[2J there" in run("show", "toy-shop", "--library", overlay)
    odd = overlay / "scenarios" / "a\x1b[31m.yaml"
    odd.write_text("a: 1\n", encoding="utf-8")
    for arguments in (("list", "--library", overlay), ("check", odd)):
        result = CliRunner().invoke(library, [str(part) for part in arguments])
        assert "\x1b" not in result.output
        assert "a\\x1b[31m" in result.output


def test_check_the_packaged_library():
    """The packaged library has no problem."""
    assert "errors: 0, warnings: 0" in run("check")


def test_check_given_files(overlay):
    """All files are checked; a broken one ends with status 4 and one line a problem."""
    (overlay / "scenarios/one.yaml").write_text("id: one\nid: two\n", encoding="utf-8")
    (overlay / "rubrics/two.yaml").write_text("id: [\n", encoding="utf-8")
    text = run("check", overlay, code=4)
    assert "one.yaml: line 2: found the duplicate key 'id'" in text
    assert "two.yaml: line 2: is no valid YAML" in text
    assert text.endswith("files: 5, errors: 2, warnings: 0\n")


def test_check_as_json(overlay):
    """Problems as JSON carry file, line, column, field, message and level."""
    data = scenario() | {"opening": " "}
    path = overlay / "scenarios/toy-shop.yaml"
    path.write_text(as_yaml(data), encoding="utf-8")
    report = json.loads(run("check", path, "--json", code=4))
    assert (report["files"], report["errors"]) == (1, 1)
    (problem,) = report["problems"]
    assert problem["level"] == "error"
    assert problem["field"] == "opening"
    assert problem["file"] == str(path)
    assert problem["line"] > 1


@pytest.mark.parametrize("kind", ["scenario", "rubric", "prompt"])
def test_schema_is_json(kind):
    """The schema is printed as JSON with its title."""
    assert json.loads(run("schema", kind))["title"] == f"rmcoach {kind}"
    assert "yaml-language-server: $schema" in run("schema", "--help")


def test_completion_offers_ids(overlay, tmp_path):
    """The shell completes ids of the kind asked for, and nothing where there is no library."""
    context = click.Context(show)
    parameter = show.params[0]
    context.params = {"overlays": (overlay,), "kind": None}
    found = {item.value for item in complete_ids(context, parameter, "toy-")}
    assert found == {"toy-shop", "toy-rubric", "toy-prompt"}
    context.params["kind"] = "rubric"
    assert [item.value for item in complete_ids(context, parameter, "toy-")] == ["toy-rubric"]
    context.params["overlays"] = (tmp_path / "gone",)
    assert complete_ids(context, parameter, "toy-") == []


def test_command_module_is_light():
    """The command is defined without pydantic, yaml or openai."""
    code = (
        "import sys, rmcoach_llm.cli.library; "
        "print([m for m in ('pydantic', 'yaml', 'openai', 'asyncio') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
