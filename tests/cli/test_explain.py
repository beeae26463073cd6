"""`rmcoach explain`: why a score is what it is, from the record alone."""

from __future__ import annotations

import json
from pathlib import Path

from support.commands import rmcoach_here as rmcoach

EXAMPLES = Path(__file__).parents[2] / "examples"
CARD = EXAMPLES / "session" / "scorecard.json"
CARDS = EXAMPLES / "scorecards.jsonl"


def test_the_arithmetic_of_a_kept_scorecard_is_the_same_again() -> None:
    """Question, findings, quotes, rule, arithmetic and provenance, and each figure reckoned again."""
    done = rmcoach("explain", str(CARD))
    assert done.returncode == 0, done.stderr
    for said in ("question:", "turn 1:", "rule: start", "Provenance", "fingerprint", "is the same"):
        assert said in done.stdout


def test_the_whole_page_tells_what_the_trainee_was_told() -> None:
    """What worked, what to do otherwise or what was missing, and the next step stand there again."""
    told = json.loads(CARD.read_text())["feedback"]
    said = " ".join(rmcoach("explain", str(CARD)).stdout.split())
    for line in (*(p["quote"] for p in told["worked"]), told["next_step"]["instead"]):
        assert " ".join(line.split()) in said
    assert json.loads(rmcoach("explain", str(CARD), "--json").stdout)["feedback"] == told
    one = rmcoach("explain", str(CARD), "needs-discovery.discovery")
    assert "What worked" not in one.stdout
    assert "feedback" not in json.loads(rmcoach("explain", str(CARD), "discovery", "--json").stdout)


def test_one_criterion_can_be_asked_for() -> None:
    """A rubric, a criterion, or both with a dot between them; nothing else is shown."""
    done = rmcoach("explain", str(CARD), "needs-discovery.discovery")
    assert done.returncode == 0, done.stderr
    assert "needs-discovery.discovery" in done.stdout
    assert "persuasion." not in done.stdout
    data = json.loads(rmcoach("explain", str(CARD), "discovery", "--json").stdout)
    assert list(data["rubrics"]) == ["needs-discovery"]
    assert list(data["rubrics"]["needs-discovery"]["criteria"]) == ["discovery"]
    assert data["same_when_reckoned_again"] is True


def test_a_store_is_told_from_scorecards(tmp_path: Path) -> None:
    """Who names the store of a batch is told how to get its scorecards out of it."""
    (tmp_path / "a.txt").write_text("Trainee: What hurts you most?\nDana: The close.\n")
    assert rmcoach("score", "a.txt", "--store", "run.db", cwd=tmp_path).returncode == 0
    done = rmcoach("explain", "run.db", cwd=tmp_path)
    assert done.returncode == 3
    assert "run.db: whole file: is not text but a store" in done.stderr
    assert "rmcoach score --store FILE --out cards.jsonl" in done.stderr


def test_a_criterion_that_is_not_there_is_named() -> None:
    """A slip of typing is met with what is there."""
    done = rmcoach("explain", str(CARD), "persuasion.asks")
    assert done.returncode == 2
    assert "no criterion 'persuasion.asks'" in done.stderr
    assert "persuasion.ask" in done.stderr


def test_a_figure_that_was_changed_is_found(tmp_path: Path) -> None:
    """A score that does not follow from its findings is told, with exit code 1."""
    data = json.loads(CARD.read_text())
    data["rubrics"]["credibility"]["criteria"]["limits"]["score"] = 4.99
    file = tmp_path / "changed.json"
    file.write_text(json.dumps(data))
    done = rmcoach("explain", str(file))
    assert done.returncode == 1
    assert "NOT the same" in done.stdout
    assert "credibility.limits: stored 4.99" in done.stdout


def test_of_several_scorecards_one_is_chosen() -> None:
    """Lines of JSON hold several; --transcript says which, and a pipe works like a file."""
    done = rmcoach("explain", str(CARDS))
    assert done.returncode == 2
    assert "--transcript" in done.stderr
    name = json.loads(CARDS.read_text().splitlines()[1])["transcript"]
    done = rmcoach("explain", "-", "--transcript", name, lines=CARDS.read_text())
    assert done.returncode == 0, done.stderr
    assert f"Scorecard of {name}" in done.stdout
    assert rmcoach("explain", str(CARDS), "--transcript", "nobody").returncode == 2


def test_what_is_no_scorecard_is_told(tmp_path: Path) -> None:
    """A wrong file, a wrong record and a name that is neither file nor session are named."""
    file = tmp_path / "talk.json"
    file.write_text('{"id": "a", "turns": []}')
    done = rmcoach("explain", str(file))
    assert done.returncode == 3
    assert "no scorecard" in done.stderr
    env = {"RMCOACH_STORE": str(tmp_path / "s.db")}
    done = rmcoach("explain", "nowhere", env=env)
    assert done.returncode == 2
    assert "neither a file nor a kept session" in done.stderr


def test_hostile_text_of_a_record_does_not_steer_the_terminal(tmp_path: Path) -> None:
    """Quotes, titles and notes are shown escaped."""
    data = json.loads(CARD.read_text())
    score = data["rubrics"]["needs-discovery"]["criteria"]["current-work"]
    score["findings"][0]["quote"] = "What \x1b[2J\u202e hurts?"
    file = tmp_path / "hostile.json"
    file.write_text(json.dumps(data))
    done = rmcoach("explain", str(file))
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    assert "\\x1b[2J" in done.stdout


def test_a_transcript_in_place_of_a_scorecard_is_told_so(tmp_path: Path) -> None:
    """Who explains the talk instead of its scorecard hears how a scorecard is made."""
    (tmp_path / "talk.md").write_text("Ada: What hurts?\nBo: Time.\n")
    done = rmcoach("explain", str(tmp_path / "talk.md"))
    assert done.returncode == 3
    assert "what to do: give a scorecard as `rmcoach score --json` prints it" in done.stderr
