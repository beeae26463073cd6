"""`rmcoach scenario hear` shows what the local listener makes of lines."""

from __future__ import annotations

import json
import time

import pytest
from click.testing import CliRunner

from rmcoach_llm.cli.scenario import scenario
from rmcoach_llm.errors import InputError, UsageError
from rmcoach_llm.library import Library

FINANCE = Library().scenario("finance-close-report")


@pytest.fixture(autouse=True)
def no_settings(monkeypatch, tmp_path):
    """Let no setting of the machine speak."""
    for name in ("RMCOACH_LIBRARY", "RMCOACH_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def run(*arguments: object, typed: str | bytes = "") -> str:
    """Call the command and give what it prints."""
    given = ["hear", "finance-close-report", *map(str, arguments)]
    result = CliRunner().invoke(scenario, given, input=typed)
    if result.exception is not None:
        raise result.exception
    return result.output


def rows(*arguments: object, typed: str | bytes = "") -> list[dict]:
    """Give what the command prints as JSON lines."""
    return [json.loads(line) for line in run("--json", *arguments, typed=typed).splitlines()]


def test_a_line_is_shown_with_all_that_is_heard_in_it():
    """Type and kind of question, moves, the fact asked for, and every fact with its score."""
    text = run("Good morning. Who decides about it?")
    assert "closed (decision)" in text
    assert "greeting" in text
    assert "asked      who-decides" in text
    assert all(fact.id in text for fact in FINANCE.facts)


def test_json_has_one_object_a_line():
    """With all facts, best first, whatever could be told at the time."""
    (row,) = rows("Who decides about it?")
    assert list(row) == [
        "text", "moves", "question_type", "kinds", "ranked", "asked", "asks_back",
    ]  # fmt: skip
    assert row["question_type"] == "closed"
    assert row["kinds"] == ["decision"]
    assert row["asked"] == ["who-decides"]
    assert row["asks_back"] == []
    assert {item["fact"] for item in row["ranked"]} == {fact.id for fact in FINANCE.facts}
    scores = [item["score"] for item in row["ranked"]]
    assert scores == sorted(scores, reverse=True)


def test_each_line_of_standard_input_gives_one_line():
    """Empty ones too, and one that ends without a line break."""
    typed = "Who decides?\n\n  \nWhat is wrong? How often is it? Who pays for it?\r\nOkay"
    found = rows(typed=typed)
    assert [row["text"] for row in found] == [
        "Who decides?", "", "  ", "What is wrong? How often is it? Who pays for it?", "Okay",
    ]  # fmt: skip
    for empty in found[1:3]:
        assert empty["question_type"] == "none"
        assert not any(empty[name] for name in ("moves", "kinds", "ranked", "asked", "asks_back"))
    assert "several_questions" in found[3]["moves"]
    assert found[4]["question_type"] == "none"
    assert found[4]["asked"] == []


def test_the_type_of_question_and_a_pitch_are_named():
    """A leading question and a ready-made solution are moves."""
    leading, pitch, idle = rows(
        typed="You want a chatbot, right?\nA chatbot would be great for you.\nDo elephants swim?"
    )
    assert "leading_question" in leading["moves"]
    assert "pitch" in pitch["moves"]
    assert "off_topic" in idle["moves"]
    assert idle["asked"] == idle["asks_back"] == []


def test_what_steers_a_terminal_is_shown_and_heard():
    """A line with control characters is one line, and its escape does nothing."""
    text = run("Who decides?\x1b[2J\u202e")
    assert "\x1b" not in text
    assert "\\x1b[2J\\u202e" in text
    assert rows(typed="a\x0bb\x1c c\u2028d\n")[0]["text"] == "a\x0bb\x1c c\u2028d"


def test_a_long_line_is_heard_in_a_moment():
    """100 kB are taken, the part that is listened to is ranked, and a terminal gets the start."""
    line = "What goes wrong in the close, and what does that mean for your team? " * 1_500
    started = time.perf_counter()
    assert rows(typed=line)[0]["text"] == line
    assert len(run(typed=line)) < 2_000
    assert time.perf_counter() - started < 5


def test_an_empty_line_is_told_as_one():
    """So that the blocks can be counted."""
    assert run(typed="\n") == "(an empty line)\n\n"


def test_text_that_is_not_utf8_is_told_with_its_line():
    """Nothing is guessed."""
    with pytest.raises(InputError, match="standard input: line 2: no UTF-8 at byte 3"):
        run(typed=b"Who?\nab\xff\n")


def test_an_unknown_scenario_is_told():
    """As everywhere else."""
    result = CliRunner().invoke(scenario, ["hear", "finance-close", "Who?"])
    assert isinstance(result.exception, UsageError)


def test_a_scenario_of_ones_own_is_found(overlay_with_scenario):
    """In the folder that is given."""
    folder, name, question = overlay_with_scenario
    given = ["hear", name, "--json", "--library", str(folder), question]
    result = CliRunner().invoke(scenario, given)
    assert json.loads(result.output)["ranked"][0]["score"] > 0


@pytest.fixture
def overlay_with_scenario(tmp_path):
    """Make a folder with a scenario of another id."""
    mine = FINANCE.model_copy(update={"id": "mine"})
    folder = tmp_path / "own" / "scenarios"
    folder.mkdir(parents=True)
    text = json.dumps(mine.model_dump(mode="json", exclude_none=True))
    (folder / "mine.yaml").write_text(text, encoding="utf-8")
    return folder.parent, "mine", FINANCE.facts[0].asks_like[0]
