"""What scenarios of one library owe each other: one `first`, and parallel forms that match."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from rmcoach_llm.authoring.page import Page
from rmcoach_llm.domain import Scenario
from rmcoach_llm.errors import did_you_mean
from rmcoach_llm.library.problem import Problem, quoted

LookUp = Callable[[str], Scenario | None]
"""Gives another scenario of the library by id; None where there is none that is valid."""


def pair_problems(page: Page, look_up: LookUp, ids: Sequence[str]) -> Iterator[Problem]:
    """Yield what is wrong with `parallel`: it names a scenario that names back and matches."""
    own, name = page.scenario, page.scenario.parallel
    if name is None:
        return
    other = look_up(name)
    if name == own.id or other is None:
        found = (
            "the scenario itself"
            if name == own.id
            else f"{quoted(name)}, which is no valid scenario"
        )
        others = [other_id for other_id in ids if other_id != own.id]
        yield page.fault(("parallel",), f"found {found}; {did_you_mean(name, others)}")
    elif other.parallel != own.id:
        back = quoted(other.parallel) if other.parallel else "nothing"
        message = (
            f"{quoted(name)} names {back} as its parallel, not {quoted(own.id)}; "
            "let both name each other"
        )
        yield page.fault(("parallel",), message)
    elif differences := _differences(own, other):
        message = (
            f"{quoted(name)} is not of the same form: {'; '.join(differences)}; a trainee can "
            "only be compared before and after where both are equally hard"
        )
        yield page.warn(("parallel",), message)


def first_problems(pages: Sequence[Page]) -> Iterator[Problem]:
    """Yield a warning where the scenarios of a whole library have no `first`, or two."""
    marked = [page for page in pages if page.scenario.first]
    if not marked and pages:
        message = "no scenario of the library is marked 'first: true'; mark one for newcomers"
        yield pages[0].warn(("first",), message)
    for page in marked[1:]:
        message = f"{quoted(marked[0].scenario.id)} is marked 'first', too; keep one"
        yield page.warn(("first",), message)


def _differences(own: Scenario, other: Scenario) -> list[str]:
    """Say in what two scenarios are not equally hard: settings, layers, locks."""
    found = [
        f"{name} {getattr(own, name)} and {getattr(other, name)}"
        for name in ("difficulty", "trust", "patience", "turns")
        if getattr(own, name) != getattr(other, name)
    ]
    locks, others = Counter(_locks(own)), Counter(_locks(other))
    only_here, only_there = locks - others, others - locks
    if only_here or only_there:
        here = ", ".join(sorted(only_here.elements())) or "nothing"
        there = ", ".join(sorted(only_there.elements())) or "nothing"
        found.append(f"facts only here: {here}, and only there: {there}")
    return found


def _locks(scenario: Scenario) -> Iterator[str]:
    """Describe each fact by its layer and lock, without names."""
    for fact in scenario.facts:
        unlock = fact.unlock
        kinds = f" by {'/'.join(sorted(unlock.kinds))}" if unlock.kinds else ""
        after = f" after {len(unlock.after)}" if unlock.after else ""
        root = " root" if fact.root else ""
        yield f"{fact.layer.value}{root}{after} trust {unlock.trust}{kinds}"
