"""Check whether scenarios will work in practice: all rules for authors, one a function.

`rmcoach library check` says whether a file can be used; this says whether it plays well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rmcoach_llm.authoring.doubts import doubt_problems
from rmcoach_llm.authoring.giveaways import giveaway_problems, sameness_problems
from rmcoach_llm.authoring.page import Page
from rmcoach_llm.authoring.pairs import LookUp, first_problems, pair_problems
from rmcoach_llm.authoring.reach import ideal_course, reach_problems
from rmcoach_llm.authoring.samples import sample_problems
from rmcoach_llm.authoring.wording import (
    count_problems,
    length_problems,
    placeholder_problems,
    repetition_problems,
    term_problems,
)
from rmcoach_llm.domain import Scenario
from rmcoach_llm.library import InvalidFile
from rmcoach_llm.library.files import Entry
from rmcoach_llm.library.problem import Problem

RULES: tuple[Callable[[Page], Iterator[Problem]], ...] = (
    reach_problems,
    giveaway_problems,
    sameness_problems,
    sample_problems,
    length_problems,
    repetition_problems,
    count_problems,
    doubt_problems,
    term_problems,
)


@dataclass(frozen=True)
class Report:
    """Hold what was found in one file, and how its ideal talk goes.

    `root_turn` is the turn (from 1) at which the best of trainees reaches the root need, None
    where it is out of reach; `told` counts the facts that come out at all. Both are None, as
    `facts` and `turns`, for a file that is not valid.
    """

    file: str
    problems: tuple[Problem, ...]
    scenario: str | None = None
    root_turn: int | None = None
    told: int | None = None
    facts: int | None = None
    turns: int | None = None

    @property
    def errors(self) -> int:
        """Count the errors."""
        return sum(problem.level == "error" for problem in self.problems)


def check_scenarios(
    entries: Sequence[Entry | InvalidFile], look_up: LookUp, ids: Sequence[str], *, whole: bool
) -> tuple[Report, ...]:
    """Check scenario files, valid or not; problems come in the order of the file.

    `look_up` and `ids` give the other scenarios of the library; with `whole` the entries are
    all of its scenarios, and one of them has to be the first.
    """
    pages = [_page(entry) for entry in entries if isinstance(entry, Entry)]
    among = list(first_problems(pages)) if whole else []
    reports = []
    for entry in entries:
        if isinstance(entry, InvalidFile):
            reports.append(Report(entry.faults[0].file, entry.faults))
            continue
        page = _page(entry)
        found = [p for p in among if p.file == entry.file]
        found += [*pair_problems(page, look_up, ids), *scenario_problems(page)]
        reports.append(_report(page, found))
    return tuple(reports)


def scenario_problems(page: Page) -> tuple[Problem, ...]:
    """Give what the rules find in one scenario.

    While placeholders are left, only they and the locks are looked at: what is not written
    cannot be judged.
    """
    left = tuple(placeholder_problems(page))
    if left:
        return (*left, *reach_problems(page))
    return tuple(problem for rule in RULES for problem in rule(page))


def _report(page: Page, found: list[Problem]) -> Report:
    scenario = page.scenario
    course = ideal_course(scenario)
    return Report(
        page.entry.file,
        tuple(sorted(found, key=lambda p: (p.line or 0, p.column or 0))),
        scenario=scenario.id,
        root_turn=course.told.get(scenario.root_need.id),
        told=len(course.told),
        facts=len(scenario.facts),
        turns=scenario.turns,
    )


def _page(entry: Entry) -> Page:
    if not isinstance(entry.record, Scenario):
        raise TypeError(f"{entry.file} holds no scenario")
    return Page(entry, entry.record)
