"""The reference scenario of the attacks, as a scenario that can be played."""

from __future__ import annotations

import json
from pathlib import Path

from rmcoach_llm.domain import Fact, Layer, Persona, QuestionKind, Scenario, Term, Unlock
from rmcoach_llm.library import Library


def reference_scenario(file: Path) -> Scenario:
    """Give the scenario of `reference_scenario.json`: its three hidden facts, a want, a symptom."""
    given = json.loads(file.read_text(encoding="utf-8"))
    person = given["stakeholder"]
    hidden = {item["id"]: item["fact"] for item in given["hidden"]}
    return Scenario(
        id=given["id"],
        version="1",
        title="Damaged shipments",
        business_function="Operations",
        difficulty="intermediate",
        summary="A head of operations asks for a dashboard of claims.",
        brief=("Dana Whitfield runs operations at a freight company. She wants a dashboard.",),
        opening="Good to meet you. I want a dashboard of our damaged-shipment claims.",
        persona=Persona(
            name=person["name"],
            role=person["role"],
            background="She runs two depots and the claims team, and gets reports from forty carriers.",
            style="Direct, dry, short of time.",
        ),
        facts=(*_open(given["surface_request"]), *_hidden(hidden)),
        lines=Library().scenario("finance-close-report").lines,
        glossary=(Term(term="demurrage", meaning="What a carrier charges for waiting."),),
        solutions=("portal", "chatbot"),
    )


def _open(request: str) -> tuple[Fact, ...]:
    return (
        Fact(
            id="dashboard",
            layer=Layer.WANT,
            topic="the dashboard",
            statement=request,
            cues=("dashboard", "decision would you make", "screen"),
            asks_like=("What should the dashboard show?", "What would you decide with it?"),
            says=("One screen with all open claims, by depot.", "Open claims on one screen."),
        ),
        Fact(
            id="claims-today",
            layer=Layer.SYMPTOM,
            topic="how claims are handled",
            statement="A claim takes eleven days and passes through four people.",
            cues=("claim", "claims team", "clerks", "which system", "painful", "instructions"),
            asks_like=(
                "How is a claim handled today?",
                "Which system does your claims team use?",
                "How painful are claims for you?",
            ),
            says=("Eleven days a claim, and four people.", "Four people and eleven days."),
        ),
    )


def _hidden(facts: dict[str, str]) -> tuple[Fact, ...]:
    return (
        Fact(
            id="h1",
            layer=Layer.NEED,
            root=True,
            topic="what is at stake",
            statement=facts["H1"],
            cues=("deadline", "nothing changes", "end of the year", "pressure", "consequences"),
            asks_like=(
                "What happens if nothing changes?",
                "Who is asking for it, and by when?",
            ),
            unlock=Unlock(kinds=(QuestionKind.IMPLICATION, QuestionKind.CONSTRAINT)),
            says=("The board wants 18 percent off, by 30 September.", "18 percent by September."),
        ),
        Fact(
            id="h2",
            layer=Layer.CONSTRAINT,
            topic="what we tried before",
            statement=facts["H2"],
            cues=("vendor", "previous attempts", "tried before", "went wrong"),
            asks_like=("Which vendors have you tried before?", "What went wrong the last time?"),
            unlock=Unlock(trust=3),
            says=("Corvane, and never again after Osprey.", "Osprey failed, so no more Corvane."),
        ),
        Fact(
            id="h3",
            layer=Layer.DECISION,
            topic="my people",
            statement=facts["H3"],
            cues=("who would own", "look after", "staffing", "deputy", "day to day"),
            asks_like=("Who would own it day to day?", "Who would look after it?"),
            unlock=Unlock(trust=5),
            says=("Marek Lindqvist is leaving in three weeks.", "My deputy Marek goes, in weeks."),
        ),
    )
