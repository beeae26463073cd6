"""Advice in the middle of a talk."""

from __future__ import annotations

import pytest

from rmcoach_llm.disclosure import MOST_UNHEARD, begin
from rmcoach_llm.domain import Act, Earned, Stance
from rmcoach_llm.library import Library
from rmcoach_llm.practice import hints
from rmcoach_llm.practice.hints import SAY_BACK, hint

LIBRARY = Library()
FINANCE = LIBRARY.scenario("finance-close-report")


def knowing(*facts: str, unheard: int = 0) -> Stance:
    """Give the stance of a talk in which some facts are out."""
    earned = tuple(Earned(fact=fact, turn=1, how="earned") for fact in facts)
    return begin(FINANCE).model_copy(update={"earned": earned, "unheard": unheard})


@pytest.mark.parametrize("act", list(Act))
def test_there_is_a_hint_after_every_act(act: Act) -> None:
    """No moment of a talk leaves a trainee without advice of a sentence or two."""
    assert hint(FINANCE, knowing(), act).endswith(".")


def test_after_many_questions_the_hint_is_to_listen() -> None:
    """Whoever has asked without a sign of listening is told how to show one, even after an answer."""
    assert hint(FINANCE, knowing("close-length", unheard=MOST_UNHEARD), Act.TELL) == SAY_BACK


def test_a_hint_names_what_the_brief_asks_for_and_has_not_come_out() -> None:
    """After thanks it is time for the next aim; when all are reached, for the last answer."""
    first = hint(FINANCE, knowing(), Act.THANKS)
    assert hints.AIMS[next(iter(hints.AIMS))] in first
    known = {fact.layer: fact.id for fact in FINANCE.facts}
    assert hint(FINANCE, knowing(*known.values()), Act.THANKS) == hints.GO_ON


@pytest.mark.parametrize("name", LIBRARY.ids("scenario"))
def test_no_hint_gives_a_case_away(name: str) -> None:
    """The advice is the same for every case: of none it holds a word that the others have not."""
    scenario = LIBRARY.scenario(name)
    fixed = {*hints.AFTER.values(), hints.BEGIN, hints.GO_ON}
    fixed |= {hints.NOT_ASKED.format(topics=aim) for aim in hints.AIMS.values()}
    assert {hint(scenario, begin(scenario), act) for act in (None, *Act)} <= fixed
