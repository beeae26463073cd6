"""Count who speaks how much, how long at a stretch, and how quickly turns change hands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise

from rmcoach_llm.domain import Turn
from rmcoach_llm.language.words import count_words


def ratio(part: float, whole: float) -> float | None:
    """Divide, rounded to 4 decimals; None where there is nothing to divide by."""
    return round(part / whole, 4) if whole else None


def pace_of(turns: Sequence[Turn]) -> dict[str, float | None]:
    """Measure shares, stretches and changes of speaker, in words and where there are times in seconds.

    Seconds are None unless every turn has a start and an end; response times need only those of
    the two turns beside the gap.

    >>> said = [("A", "trainee", "What hurts?"), ("B", "stakeholder", "All of it, mostly.")]
    >>> turns = [Turn(speaker=s, role=r, text=t) for s, r, t in said]
    >>> pace_of(turns)["speaker_switches_per_100_words"]
    16.6667
    """
    own = [turn for turn in turns if turn.role == "trainee"]
    stretches = _stretches(turns)
    own_words, all_words = _words(own), _words(turns)
    switches = sum(one.role != other.role for one, other in pairwise(turns))
    spoken = _seconds(turns)
    minutes = _minutes(turns)
    return {
        "turns": len(turns),
        "trainee_turns": len(own),
        "trainee_words": own_words,
        "trainee_share_of_words": ratio(own_words, all_words),
        "trainee_share_of_seconds": None if spoken is None else ratio(_seconds(own) or 0.0, spoken),
        "minutes": minutes,
        "words_per_trainee_turn": ratio(own_words, len(own)),
        "longest_monologue_words": max(map(_words, stretches), default=None),
        "longest_monologue_seconds": None
        if spoken is None
        else max((_seconds(run) or 0.0 for run in stretches), default=None),
        "speaker_switches_per_100_words": ratio(100 * switches, all_words),
        "speaker_switches_per_minute": ratio(switches, minutes or 0.0),
        "trainee_response_seconds": _response(turns, trainee=True),
        "stakeholder_response_seconds": _response(turns, trainee=False),
    }


def _words(turns: Iterable[Turn]) -> int:
    return sum(count_words(turn.text) for turn in turns)


def _stretches(turns: Sequence[Turn]) -> list[list[Turn]]:
    """Give the runs of turns of the trainee with nobody else in between."""
    runs = groupby(turns, key=lambda turn: turn.role)
    return [list(run) for role, run in runs if role == "trainee"]


def _seconds(turns: Iterable[Turn]) -> float | None:
    """Give how long these turns took together, or None where one has no times."""
    total = 0.0
    for turn in turns:
        if turn.started_s is None or turn.ended_s is None:
            return None
        total += max(0.0, turn.ended_s - turn.started_s)
    return round(total, 4)


def _minutes(turns: Sequence[Turn]) -> float | None:
    """Give how long the talk took from its first to its last second."""
    starts = [turn.started_s for turn in turns if turn.started_s is not None]
    ends = [turn.ended_s for turn in turns if turn.ended_s is not None]
    if not turns or len(starts) < len(turns) or len(ends) < len(turns):
        return None
    return round(max(0.0, max(ends) - min(starts)) / 60, 4)


def _response(turns: Sequence[Turn], *, trainee: bool) -> float | None:
    """Give the mean gap in seconds before one side answers the other; speaking into it is 0."""
    gaps = [
        max(0.0, after.started_s - before.ended_s)
        for before, after in pairwise(turns)
        if (after.role == "trainee") is trainee
        and {before.role, after.role} == {"trainee", "stakeholder"}
        and before.ended_s is not None
        and after.started_s is not None
    ]
    return ratio(sum(gaps), len(gaps))
