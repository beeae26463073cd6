"""What a playtest finds: one scripted trainee against one scenario."""

from __future__ import annotations

from rmcoach_llm.domain.base import FrozenMap, Name, Record, Slug, Text
from rmcoach_llm.domain.conversation import Ending, ObjectionState


class PlaytestResult(Record):
    """Hold what one talk of a scripted trainee showed; figures are None where it broke off.

    `turns` counts the trainee's. `facts_earned` leaves out what was volunteered;
    `deep_facts_earned` are those of them beyond want and symptom. `wrong_topic` counts
    questions after a known fact that were answered with another one. `repeated_lines`, `leaks`,
    `role_flips`, `coaching`, `capitulations` and `contradictions` count answers of the
    stakeholder, as they were said. `words_per_turn` is the mean of the answers. `fallbacks`
    counts authored lines that stood in for a model's, `stopped` the model's lines that the guard
    stopped, by reason. `root_need_turn` is the trainee's turn (from 1) that reached the need.
    `failed_calls` counts calls to a model that failed; `unscored` is why a talk broke off.
    """

    scenario: Slug
    trainee: Name
    turns: int | None = None
    facts_earned: int | None = None
    deep_facts_earned: int | None = None
    root_need_reached: bool | None = None
    wrong_topic: int | None = None
    repeated_lines: int | None = None
    leaks: int | None = None
    words_per_turn: float | None = None
    role_flips: int | None = None
    coaching: int | None = None
    capitulations: int | None = None
    contradictions: int | None = None
    fallbacks: int | None = None
    ended: Ending | None = None
    objection: ObjectionState | None = None
    root_need_turn: int | None = None
    stopped: FrozenMap[int] = FrozenMap()
    failed_calls: int = 0
    unscored: Text | None = None
