"""A second look: each credited behaviour is asked about again, by its quote alone.

The transcript is not sent, so that nothing in it can speak to this judge; only the quotes are,
and each request holds counter-examples as well, whose answer is known: who confirms them all is
not believed. Where a behaviour depends on what was said before, the prompt has the model suppose
that it was said: the first judge has seen the talk, this one asks whether the words do the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rmcoach_llm.domain import (
    Behaviour,
    ChatReply,
    Criterion,
    Evidence,
    Finding,
    Flag,
    Prompt,
    Rubric,
    clean_text,
    digest_of,
)
from rmcoach_llm.errors import STOPS_A_BATCH, ModelError
from rmcoach_llm.evaluators.assembly import Judged
from rmcoach_llm.evaluators.grounding import SHOWN_CHARACTERS
from rmcoach_llm.evaluators.pairs import (
    APART,
    Pair,
    PairAnswers,
    batches,
    controls_of,
    pair_of,
    pairs_request,
    read_pairs,
)
from rmcoach_llm.evaluators.screening import SUSPECTED_INJECTION
from rmcoach_llm.evaluators.together import together
from rmcoach_llm.protocols import StructuredModel

Look = Literal["confirmed", "refused", "led-astray"]


@dataclass(frozen=True)
class Looks:
    """Hold what was seen of each pair, or the reason why there is no answer."""

    seen: Mapping[Pair, Look]
    failed: Mapping[Pair, str]


class SecondLook:
    """Ask a model about pairs of behaviour and quote, apart from the talk."""

    def __init__(self, model: StructuredModel, prompt: Prompt, rubrics: Sequence[Rubric]) -> None:
        self._model = model
        self._prompt = prompt
        # Where an id is a criterion's and a behaviour's, it is the behaviour that is judged.
        self._items: dict[tuple[str, str], Behaviour | Criterion] = {
            (r.id, criterion.id): criterion for r in rubrics for criterion in r.criteria
        }
        self._items |= {(r.id, b.id): b for r in rubrics for b in r.behaviours}

    async def check(
        self, judged: Judged, further: Iterable[Pair] = ()
    ) -> tuple[Judged, Looks, tuple[ChatReply, ...]]:
        """Ask about each quote of an observed behaviour, of either sign; see `after`.

        Gives the findings that are left, what was seen of each pair, those of `further` as well,
        and the replies that it took. Raises the errors that would meet every transcript; after any other the pairs of that
        request have no answer.
        """
        replies: list[ChatReply] = []
        told = (*(pair for *_, pair in self._pairs(judged)), *self._wholes(judged).values())
        pairs = dict.fromkeys((*told, *further))
        parts = [await self._look(batch, replies) for batch in batches(tuple(pairs))]
        looks = _joined(parts)
        return self._after(judged, looks), looks, tuple(replies)

    def _pairs(self, judged: Judged) -> Iterator[tuple[str, Finding, Evidence, Pair]]:
        for rubric, findings in judged.findings.items():
            for name, finding in findings.items():
                item = self._items[rubric, name]
                for cited in evidence_of(finding):
                    yield rubric, finding, cited, pair_of(item, finding, cited.quote)

    def _wholes(self, judged: Judged) -> dict[tuple[str, str], Pair]:
        """Give by rubric and behaviour all quotes as one: what none shows alone they may together."""
        return {
            (rubric, name): pair_of(self._items[rubric, name], finding, APART.join(quotes))
            for rubric, findings in judged.findings.items()
            for name, finding in findings.items()
            if len(quotes := [cited.quote for cited in evidence_of(finding)]) > 1
        }

    async def _look(self, pairs: Sequence[Pair], replies: list[ChatReply]) -> Looks:
        """Ask once; where counter-examples are confirmed, find out whose words did that."""
        looks, believed = await self._ask(pairs, replies)
        if believed:
            return looks
        _, sound = await self._ask((), replies, controls_of(pairs))
        if not sound:
            reason = "the second look confirmed counter-examples as well: it cannot be believed"
            return Looks({}, dict.fromkeys(pairs, reason))
        quotes = dict.fromkeys(pair.quote for pair in pairs)
        if len(quotes) == 1:
            return Looks(dict.fromkeys(pairs, "led-astray"), {})
        apart = [tuple(p for p in pairs if p.quote == quote) for quote in quotes]
        return _joined(await together(self._alone(part, replies) for part in apart))

    async def _alone(self, pairs: Sequence[Pair], replies: list[ChatReply]) -> Looks:
        looks, believed = await self._ask(pairs, replies)
        return looks if believed else Looks(dict.fromkeys(pairs, "led-astray"), {})

    async def _ask(
        self, pairs: Sequence[Pair], replies: list[ChatReply], controls: Sequence[Pair] = ()
    ) -> tuple[Looks, bool]:
        """Give what one request says, and whether it told the counter-examples apart."""
        controls = controls or controls_of(pairs)
        asked = sorted({*pairs, *controls}, key=lambda pair: digest_of(list(pair)))
        try:
            answer = await self._model.ask(pairs_request(self._prompt, asked), PairAnswers)
        except STOPS_A_BATCH:
            raise
        except ModelError as error:
            reason = f"the second look failed ({type(error).__name__}): {error}"
            return Looks({}, dict.fromkeys(pairs, reason)), True
        replies.append(answer.reply)
        said = read_pairs(answer.value, asked)
        seen: dict[Pair, Look] = {
            p: "confirmed" if said[p] == "yes" else "refused" for p in pairs if p in said
        }
        missing = dict.fromkeys((p for p in pairs if p not in said), "the second look left it out")
        believed = not controls or any(said.get(control) != "yes" for control in controls)
        return Looks(seen, missing), believed

    def _after(self, judged: Judged, looks: Looks) -> Judged:
        """Give the findings that the looks bear out; a pair without an answer leaves none."""
        findings = {rubric: dict(found) for rubric, found in judged.findings.items()}
        why = {rubric: dict(told) for rubric, told in judged.why.items()}
        flags: dict[Flag, None] = {}
        asked: dict[tuple[str, str], list[tuple[Evidence, Pair]]] = {}
        wholes = self._wholes(judged)
        for rubric, finding, cited, pair in self._pairs(judged):
            asked.setdefault((rubric, finding.behaviour), []).append((cited, pair))
            if looks.seen.get(pair) == "led-astray":
                detail = "addresses-grader: these words led the second look astray"
                flags[Flag(kind=SUSPECTED_INJECTION, detail=detail, turn=cited.turn)] = None
        for (rubric, name), cited_pairs in asked.items():
            whole = wholes.get((rubric, name))
            result = after(findings[rubric][name], cited_pairs, looks, whole)
            if isinstance(result, Finding):
                findings[rubric][name] = result
            else:
                del findings[rubric][name]
                why.setdefault(rubric, {})[name] = result
        return replace(judged, findings=findings, flags=(*judged.flags, *flags), why=why)


def evidence_of(finding: Finding) -> tuple[Evidence, ...]:
    """Give all that an observed finding cites, the leading quote first."""
    if finding.turn is None or finding.quote is None:
        return ()
    return (Evidence(turn=finding.turn, quote=finding.quote), *finding.also)


def after(
    finding: Finding,
    asked: Sequence[tuple[Evidence, Pair]],
    looks: Looks,
    whole: Pair | None = None,
) -> Finding | str:
    """Give the finding that is left of an observed one, or the reason why there is none.

    Confirmed quotes stay, the first of them leads, and those refused are noted. Where none is
    confirmed alone, all stay if they are together, as `whole`, and none led the look astray. With
    none confirmed it is unverified; but if one had no answer, nothing is known, and the reason is
    given instead: what was not checked is neither credited nor refused.
    """
    kept = [cited for cited, pair in asked if looks.seen.get(pair) == "confirmed"]
    seen = [looks.seen.get(pair) for _, pair in asked]
    if not kept and whole is not None and "led-astray" not in seen:
        if looks.seen.get(whole) == "confirmed":
            return _confirmed(finding, [cited for cited, _ in asked], finding.note)
        asked = [*asked, *([(asked[0][0], whole)] if whole in looks.failed else [])]
    unknown = [looks.failed[pair] for _, pair in asked if pair in looks.failed]
    if not kept and unknown:
        return unknown[0]
    refused = [
        _refusal(cited, looks.seen[p])
        for cited, p in asked
        if looks.seen.get(p, "confirmed") != "confirmed"
    ]
    note = "; ".join(part for part in (finding.note, *refused) if part) or None
    if kept:
        return _confirmed(finding, kept, note)
    gone = {"verdict": "unverified", "turn": None, "quote": None, "also": ()}
    return finding.model_copy(update={**gone, "note": note, "checked": "refused"})


def _confirmed(finding: Finding, cited: Sequence[Evidence], note: str | None) -> Finding:
    first, *also = cited
    led = {"turn": first.turn, "quote": first.quote, "also": tuple(also)}
    return finding.model_copy(update={**led, "note": note, "checked": "confirmed"})


def _refusal(cited: Evidence, look: Look) -> str:
    whole = cited.quote
    short = f"{whole[:SHOWN_CHARACTERS].rpartition(' ')[0] or whole[:SHOWN_CHARACTERS]} ..."
    shown = clean_text(whole if len(whole) <= SHOWN_CHARACTERS else short)
    if look == "led-astray":
        return f"'{shown}' speaks to the grader"
    return f"'{shown}' (turn {cited.turn}) does not show it, seen alone"


def _joined(parts: Iterable[Looks]) -> Looks:
    seen: dict[Pair, Look] = {}
    failed: dict[Pair, str] = {}
    for part in parts:
        seen |= part.seen
        failed |= part.failed
    return Looks(seen, failed)
