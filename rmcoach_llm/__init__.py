"""A flight simulator for relationship managers: practise, and score transcripts.

    from rmcoach_llm import evaluate, read_transcripts

    for transcript in read_transcripts("talk.md", trainee="Ada"):
        print(evaluate(transcript).rubrics["needs-discovery"].score)

Names are loaded when they are first used: importing the package is quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rmcoach_llm.version import __version__ as __version__

if TYPE_CHECKING:
    from rmcoach_llm.chat import ScriptedModel
    from rmcoach_llm.domain import (
        Behaviour,
        ChatReply,
        ChatRequest,
        Criterion,
        CriterionScore,
        Evidence,
        Finding,
        Rubric,
        RubricScore,
        Scenario,
        Scorecard,
        Transcript,
        Turn,
    )
    from rmcoach_llm.errors import InputError, ModelError, RmcoachError
    from rmcoach_llm.library import Library
    from rmcoach_llm.protocols import (
        ChatModel,
        Evaluator,
        Listener,
        Parts,
        Store,
        TranscriptReader,
        Voice,
    )
    from rmcoach_llm.sync import aevaluate, evaluate, read_transcripts

__all__ = [
    "Behaviour",
    "ChatModel",
    "ChatReply",
    "ChatRequest",
    "Criterion",
    "CriterionScore",
    "Evaluator",
    "Evidence",
    "Finding",
    "InputError",
    "Library",
    "Listener",
    "ModelError",
    "Parts",
    "RmcoachError",
    "Rubric",
    "RubricScore",
    "Scenario",
    "Scorecard",
    "ScriptedModel",
    "Store",
    "Transcript",
    "TranscriptReader",
    "Turn",
    "Voice",
    "aevaluate",
    "evaluate",
    "read_transcripts",
]

_HOMES = {
    "chat": ("ScriptedModel",),
    "errors": ("InputError", "ModelError", "RmcoachError"),
    "library": ("Library",),
    "protocols": (
        "ChatModel",
        "Evaluator",
        "Listener",
        "Parts",
        "Store",
        "TranscriptReader",
        "Voice",
    ),
    "sync": ("aevaluate", "evaluate", "read_transcripts"),
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'rmcoach_llm' has no attribute {name!r}")
    from importlib import import_module

    home = next((module for module, names in _HOMES.items() if name in names), "domain")
    value: object = getattr(import_module(f"rmcoach_llm.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
