"""What the shell offers where a word of a command is completed."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.commands import rmcoach_here as rmcoach


def offered(words: str, *, place: int, store: Path | None = None) -> list[str]:
    """Give what bash would offer for the last word."""
    env = {
        "_RMCOACH_COMPLETE": "bash_complete",
        "COMP_WORDS": f"rmcoach {words}",
        "COMP_CWORD": str(place),
        **({"RMCOACH_STORE": str(store)} if store else {}),
    }
    done = rmcoach(env=env)
    assert done.stderr == ""
    return [line.partition(",")[2] for line in done.stdout.splitlines() if line]


@pytest.mark.parametrize(
    ("words", "place", "names"),
    [
        ("score --rubric persu", 3, ["persuasion"]),
        ("score --evaluator l", 3, ["language"]),
        ("practice --voice auth", 3, ["authored"]),
        ("practice hr", 2, ["hr-onboarding-app"]),
    ],
)
def test_names_are_offered(words: str, place: int, names: list[str]) -> None:
    """Rubrics, evaluators, voices and scenarios are offered by how they begin."""
    assert offered(words, place=place) == names


def test_what_may_be_a_file_offers_files_too() -> None:
    """The shell lists files where a command takes one, beside what has a name."""
    assert offered("scenario check hr", place=3) == ["hr", "hr-onboarding-app"]
    assert offered("explain card", place=2) == ["card"]
    assert offered("explain card.json trus", place=3) == ["trust"]


def test_what_is_your_own_is_offered() -> None:
    """Scenarios and rubrics of a folder of one's own stand among the packaged ones."""
    own = "--library examples/library"
    assert offered(f"practice {own} room", place=4) == ["room-booking"]
    assert offered(f"score {own} --rubric bad", place=5) == ["bad-news"]
    assert offered("practice --library nowhere room", place=4) == []


@pytest.mark.parametrize(
    ("words", "place"),
    [("score --session ", 3), ("practice --resume ", 3), ("session show ", 3)],
)
def test_kept_sessions_are_offered(tmp_path: Path, words: str, place: int) -> None:
    """Nobody types the id of a session; where there is no store, looking makes none."""
    store = tmp_path / "s.db"
    assert offered(words, place=place, store=store) == []
    assert not store.exists()
    rmcoach("practice", "--store", str(store), lines="How long does it take?\n/quit\n")
    (name,) = offered(words, place=place, store=store)
    assert name in rmcoach("session", "list", "--store", str(store)).stdout


def test_a_store_that_is_none_offers_nothing(tmp_path: Path) -> None:
    """A damaged store breaks no command line: the command itself says what is wrong."""
    store = tmp_path / "s.db"
    store.write_text("no store")
    assert offered("score --session ", place=3, store=store) == []
