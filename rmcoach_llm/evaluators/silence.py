"""Whether a judge is believed where it saw nothing: code looks too, and the second look decides.

A judge that was led astray need not credit anything false. It says "not observed" of what the
trainee did show, or of what hurt, and leaves no quote to ask about. So what the rules on language
find is held against it. Where it passed nearly all of that over, the second look is asked about those
pairs too, alone as all others; where that confirms them, the judge is not believed, and what it
did not see has no finding. Pairs that code found earn and cost nothing by themselves, as rules see
words and not sense: they are to a judge's silence what counter-examples are to its consent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rmcoach_llm.domain import (
    Behaviour,
    ChatReply,
    Criterion,
    Evidence,
    Finding,
    Flag,
    Rubric,
    clean_text,
)
from rmcoach_llm.evaluators.assembly import Case, Judged
from rmcoach_llm.evaluators.grounding import SHOWN_CHARACTERS
from rmcoach_llm.evaluators.language import LanguageEvaluator
from rmcoach_llm.evaluators.pairs import Pair, pair_of
from rmcoach_llm.evaluators.rollup import criterion_score
from rmcoach_llm.evaluators.verify import Looks, SecondLook

LEAST = 3
SHARE = 0.9
"""So many behaviours, and so much of what code found of a sign, a judge that is not believed passed over.

Careful readers passed over at most .86
(`python -m benchmarks.judge_silence`).
"""

PASSED_OVER = "passed-over"
SILENT = ("not_observed", "no_opportunity", "unverified")
"""Verdicts that leave nothing to ask about; a claim without a real quote is one of them."""

Sign = Literal["+", "-"]
SIGNS: tuple[Sign, ...] = ("+", "-")


@dataclass(frozen=True)
class PassedOver:
    """Hold what code found of one sign: what the judge passed over, by id, and what it saw too."""

    sign: Sign
    pairs: Mapping[str, tuple[Evidence, Pair]]
    seen: frozenset[str]


@dataclass(frozen=True)
class Doubt:
    """Say why a judge is not believed; a flag for each behaviour that showed and was passed over."""

    reason: str
    flags: tuple[Flag, ...] = ()


class WholeLook:
    """Look a second time at what a judge credited, and at what it passed over.

    `unasked` are behaviours that somebody else sees, whose findings are not the judge's.
    """

    def __init__(
        self, credited: SecondLook, rubrics: Sequence[Rubric], unasked: Collection[str] = ()
    ) -> None:
        self._credited = credited
        self._rubrics = tuple(rubrics)
        self._unasked = frozenset(unasked)
        self._finder = LanguageEvaluator(rubrics)
        self.fingerprint = self._finder.fingerprint

    async def check(self, judged: Judged, case: Case) -> tuple[Judged, tuple[ChatReply, ...]]:
        """Give the findings that are left, and the replies that it took; raises as `SecondLook`."""
        passed = self._passed_over(judged, case)
        judged, looks, replies = await self._credited.check(judged, pairs_of(passed))
        return self._believed(judged, passed, looks), replies

    def _passed_over(self, judged: Judged, case: Case) -> tuple[PassedOver, ...]:
        """Give what is to be asked about: nothing, unless all of it together would disprove."""
        found = self._finder.findings(case)
        held = [self._of_sign(sign, judged, found) for sign in SIGNS]
        return tuple(part for part in held if disproved(len(part.pairs), len(part.seen)))

    def _believed(self, judged: Judged, passed: Iterable[PassedOver], looks: Looks) -> Judged:
        """Give the findings without those of a silence that is disproved, or was not checked."""
        for part in passed:
            doubt = _doubt(part, judged, looks)
            if doubt is not None:
                judged = self._without_silence(judged, part.sign, doubt)
        return judged

    def _given(self, judged: Judged, sign: Sign) -> Iterator[tuple[Rubric, Behaviour, Finding]]:
        for rubric in self._rubrics:
            found = judged.findings.get(rubric.id, {})
            for behaviour in rubric.behaviours:
                named = behaviour.id in found and behaviour.id not in self._unasked
                if named and behaviour.sign == sign:
                    yield rubric, behaviour, found[behaviour.id]

    def _of_sign(self, sign: Sign, judged: Judged, found: Mapping[str, Finding]) -> PassedOver:
        pairs: dict[str, tuple[Evidence, Pair]] = {}
        seen: set[str] = set()
        for _, behaviour, given in self._given(judged, sign):
            code = found.get(behaviour.id)
            if code is None or code.turn is None or code.quote is None:
                continue
            if given.verdict in SILENT:
                cited = Evidence(turn=code.turn, quote=code.quote)
                pairs[behaviour.id] = cited, pair_of(behaviour, code, code.quote)
            elif given.verdict == "observed":
                seen.add(behaviour.id)
        return PassedOver(sign, pairs, frozenset(seen))

    def _without_silence(self, judged: Judged, sign: Sign, doubt: Doubt) -> Judged:
        """Drop what was not seen of a sign, with the reason by criterion."""
        findings = {name: dict(found) for name, found in judged.findings.items()}
        why = {name: dict(reasons) for name, reasons in judged.why.items()}
        for rubric in self._rubrics:
            for criterion in rubric.criteria:
                silent = _silent(criterion, sign, judged.findings.get(rubric.id, {}))
                for name in set(silent) - self._unasked:
                    findings[rubric.id].pop(name, None)
                    why.setdefault(rubric.id, {})[criterion.id] = doubt.reason
        flags = (*judged.flags, *doubt.flags)
        return replace(judged, findings=findings, why=why, flags=flags)


def disproved(passed: int, seen: int) -> bool:
    """Say whether who passed over so many behaviours, and saw so many, is not believed.

    >>> disproved(9, 1), disproved(4, 1), disproved(2, 0)
    (True, False, False)
    """
    return passed >= LEAST and passed >= SHARE * (passed + seen)


def _silent(criterion: Criterion, sign: Sign, found: Mapping[str, Finding]) -> Iterator[str]:
    """Yield what a judge did not see of a sign, where it could move the score.

    What hurts cannot move a score of 0. Of a criterion with levels the lowest without a quote is silence as well.
    """
    if sign == "-" and criterion_score(criterion, found).score == 0:
        return
    names = [b.id for b in criterion.behaviours if b.sign == sign]
    if criterion.anchors is not None and sign == "+":
        names.append(criterion.id)
    yield from (name for name in names if name in found and found[name].verdict in SILENT)


def pairs_of(passed: Iterable[PassedOver]) -> Iterator[Pair]:
    """Yield the pairs that the second look is to be asked about."""
    return (pair for part in passed for _, pair in part.pairs.values())


def _doubt(part: PassedOver, judged: Judged, looks: Looks) -> Doubt | None:
    """Say why a judge is not believed where it saw nothing of a sign, or None."""
    shown = {
        name: cited
        for name, (cited, pair) in part.pairs.items()
        if looks.seen.get(pair) == "confirmed"
    }
    seen = sum(
        any(name in f and f[name].verdict == "observed" for f in judged.findings.values())
        for name in part.seen
    )
    unknown = [looks.failed[pair] for _, pair in part.pairs.values() if pair in looks.failed]
    if disproved(len(shown), seen):
        reason = (
            "the judge is not believed where it saw nothing: of what code found and the second"
            f" look confirmed it passed over {len(shown)} of {len(shown) + seen} behaviours;"
            " judge again, or with another model"
        )
        return Doubt(reason, tuple(_flag(name, cited) for name, cited in shown.items()))
    if unknown and disproved(len(shown) + len(unknown), seen):
        return Doubt(f"that the judge saw nothing could not be checked: {unknown[0]}")
    return None


def _flag(name: str, cited: Evidence) -> Flag:
    quote = clean_text(cited.quote[:SHOWN_CHARACTERS])
    detail = f"the judge passed over {name}: '{quote}', by code, confirmed by the second look"
    return Flag(kind=PASSED_OVER, detail=detail, turn=cited.turn)
