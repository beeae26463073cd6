"""A flight simulator for relationship managers: practise, and score transcripts.

    from rmcoach_llm import evaluate

    card = evaluate("Ada: What hurts?\\nBo: The close is late.", trainee="Ada")
    print(card.rubrics["needs-discovery"].score)

Chat messages, dicts and pairs are taken as well: see `as_transcript`, and docs/embedding.md.
Names are loaded when they are first used: importing the package is quick.
"""

from __future__ import annotations

from rmcoach_llm.version import __version__ as __version__

TYPE_CHECKING = False
"""Type checkers take it for true; `typing` itself takes time in which Ctrl-C is not yet handled."""

if TYPE_CHECKING:
    from rmcoach_llm.chat import ScriptedModel
    from rmcoach_llm.domain import (
        Behaviour,
        ChatReply,
        ChatRequest,
        Criterion,
        CriterionScore,
        Feedback,
        Finding,
        Rubric,
        RubricScore,
        Scorecard,
        Transcript,
        Turn,
    )
    from rmcoach_llm.errors import InputError, ModelError, RmcoachError, UsageError
    from rmcoach_llm.library import Library
    from rmcoach_llm.protocols import (
        ChatModel,
        Detector,
        Evaluator,
        Listener,
        Parts,
        Store,
        TranscriptReader,
        Voice,
    )
    from rmcoach_llm.readers.given import as_transcript
    from rmcoach_llm.sync import aevaluate, evaluate, read_transcripts

__all__ = [
    "Behaviour",
    "ChatModel",
    "ChatReply",
    "ChatRequest",
    "Criterion",
    "CriterionScore",
    "Detector",
    "Evaluator",
    "Feedback",
    "Finding",
    "InputError",
    "Library",
    "Listener",
    "ModelError",
    "Parts",
    "RmcoachError",
    "Rubric",
    "RubricScore",
    "Scorecard",
    "ScriptedModel",
    "Store",
    "Transcript",
    "TranscriptReader",
    "Turn",
    "UsageError",
    "Voice",
    "aevaluate",
    "as_transcript",
    "evaluate",
    "read_transcripts",
]

_HOMES = {
    "chat": ("ScriptedModel",),
    "errors": ("InputError", "ModelError", "RmcoachError", "UsageError"),
    "library": ("Library",),
    "protocols": (
        "ChatModel",
        "Detector",
        "Evaluator",
        "Listener",
        "Parts",
        "Store",
        "TranscriptReader",
        "Voice",
    ),
    "readers.given": ("as_transcript",),
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
