"""One fixed record of each kind that is kept on disk: for digests and pages that must not move."""

from __future__ import annotations

from typing import Any

from rmcoach_llm.domain import Prompt, Record, Rubric, Scenario, Scorecard, Transcript

LINES = {
    "guarded": 4,
    "hollow": 4,
    "off_topic": 3,
    "pitch": 3,
    "pressure": 2,
    "game": 3,
    "language": 1,
    "thanks": 4,
    "wrong": 2,
    "repeat": 3,
    "commitment": 2,
    "impatient": 1,
    "farewell": 1,
    "walk_out": 1,
    "time_out": 1,
}


def fact(name: str, layer: str, *after: str, root: bool = False) -> dict[str, Any]:
    """Give a fact as plain data."""
    return {
        "id": name,
        "layer": layer,
        "topic": f"the {name}",
        "statement": f"The truth about the {name}.",
        "root": root,
        "cues": [name],
        "asks_like": [f"What about the {name}?", f"Tell me of the {name}."],
        "unlock": {"after": list(after)},
        "says": [f"Well, the {name}.", f"The {name}, you know."],
    }


def scenario_data() -> dict[str, Any]:
    """Give a valid scenario as plain data, to be broken one way at a time."""
    return {
        "id": "toy-shop",
        "version": "1",
        "title": "A toy shop",
        "business_function": "Sales",
        "difficulty": "introductory",
        "summary": "The shop wants an app.",
        "brief": ["You meet the owner."],
        "opening": "I want an app.",
        "persona": {"name": "Ada Berg", "role": "Owner", "background": "Old.", "style": "Dry."},
        "facts": [
            fact("app", "want"),
            fact("queue", "symptom", "app"),
            fact("stock", "need", "queue", root=True),
        ],
        "lines": {
            name: [f"{name} {number}" for number in range(count)] for name, count in LINES.items()
        },
    }


def behaviour_data(name: str, sign: str = "+", **more: object) -> dict[str, Any]:
    """Give a behaviour as plain data."""
    return {
        "id": name,
        "sign": sign,
        "statement": f"Does {name.replace('-', ' ')}.",
        "example": "So.",
        "counter_example": "Not so.",
        "source": "Rackham 1988",
        "praise": f"It opens the door: {name}." if sign == "+" else None,
        "instead": f"Try this for {name}.",
        **more,
    }


def rubric_data() -> dict[str, Any]:
    """Give a valid rubric as plain data, to be broken one way at a time."""
    return {
        "id": "listening",
        "version": "1",
        "title": "Listening",
        "purpose": "To hear what is needed.",
        "criteria": [
            {
                "id": "questions",
                "title": "Asks well",
                "question": "Does the trainee ask?",
                "behaviours": [
                    behaviour_data("open-question"),
                    behaviour_data("follow-up", points=3.0),
                    behaviour_data("leading", "-"),
                ],
            },
            {
                "id": "playback",
                "title": "Plays back",
                "question": "Does the trainee sum up?",
                "behaviours": [
                    behaviour_data("sums-up"),
                    behaviour_data("checks", points=2.0),
                    behaviour_data("names-why"),
                ],
            },
        ],
    }


def transcript() -> Transcript:
    """Give a short talk."""
    return Transcript.of(
        "talk-1",
        [
            ("Bo", "trainee", "What hurts most?"),
            ("Ada Berg", "stakeholder", "The stock is wrong: ünï \U0001f600"),
        ],
    )


def scorecard_data() -> dict[str, Any]:
    """Give a scored card of the fixed rubric as plain data."""
    return {
        "transcript": "talk-1",
        "status": "scored",
        "rubrics": {
            "listening": {
                "status": "scored",
                "score": 3.24,
                "version": "1",
                "criteria": {
                    "questions": {
                        "status": "scored",
                        "score": 4.0,
                        "interval": [3.5, 4.5],
                        "findings": [
                            {
                                "behaviour": "open-question",
                                "verdict": "observed",
                                "turn": 0,
                                "quote": "What hurts most?",
                            },
                            {"behaviour": "follow-up", "verdict": "not_observed"},
                            {
                                "behaviour": "leading",
                                "verdict": "observed",
                                "turn": 4,
                                "quote": "Surely it is the stock?",
                            },
                        ],
                    },
                    "playback": {
                        "status": "scored",
                        "score": 2.5,
                        "findings": [
                            {"behaviour": "sums-up", "verdict": "unverified", "note": "no quote"},
                            {"behaviour": "checks", "verdict": "not_observed"},
                            {"behaviour": "names-why", "verdict": "not_observed"},
                        ],
                    },
                },
            }
        },
        "measures": {"trainee_share_of_words": 0.4, "open_questions": 3, "playbacks": None},
        "discovery": {
            "earned": [
                {"fact": "app", "turn": 1, "how": "volunteered"},
                {"fact": "queue", "turn": 3, "how": "earned"},
            ],
            "questions": {"queue": "What stands in the queue?"},
            "missed": ["stock"],
            "held_back": {"stock": "asked at turn 5: there was not enough trust yet"},
            "root_need_reached": False,
        },
        "evidence_rate": 0.5,
        "provenance": {
            "transcript": transcript().digest,
            "evaluator": "judge",
            "fingerprint": "f" * 64,
            "rubrics": {"listening": "a" * 64},
            "requested_model": "model-1",
            "usage": {"calls": 1, "prompt_tokens": 900, "completion_tokens": 100},
            "package_version": "0.1.0",
        },
    }


def fixed_records() -> dict[str, Record]:
    """Give one record of each kind, by the name of its type."""
    held: tuple[Record, ...] = (
        Prompt(id="ask", version="1", purpose="try", variables=("who",), template="Hi $who, $$5"),
        Rubric.model_validate(rubric_data()),
        Scenario.model_validate(scenario_data()),
        Scorecard.model_validate(scorecard_data()),
        transcript(),
    )
    return {type(record).__name__: record for record in held}
