"""A second look: each credited behaviour is asked about again, by its quote alone.

The transcript is not sent, so that nothing in it can speak to this judge; only the quotes are,
and each request holds counter-examples as well, whose answer is known: who confirms them all is
not believed. Where a behaviour depends on what was said before, the prompt has the model suppose
that it was said: the first judge has seen the talk, this one asks whether the words do the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from rmcoach_llm.domain import (
    Behaviour,
    ChatMessage,
    ChatReply,
    ChatRequest,
    Criterion,
    Evidence,
    Finding,
    Flag,
    Prompt,
    Record,
    Rubric,
    clean_text,
    digest_of,
)
from rmcoach_llm.errors import STOPS_A_BATCH, ModelError
from rmcoach_llm.evaluators.assembly import Judged
from rmcoach_llm.evaluators.grounding import SHOWN_CHARACTERS
from rmcoach_llm.evaluators.judge_prompt import Sampling
from rmcoach_llm.evaluators.screening import SUSPECTED_INJECTION
from rmcoach_llm.evaluators.together import together
from rmcoach_llm.language.numbered import visible
from rmcoach_llm.protocols import StructuredModel

PROMPT_ID = "judge-quote"
CONTROLS = 2
"""So many counter-examples stand among the pairs of a request."""

MAX_PAIRS = 40
MAX_CHARACTERS = 24_000
"""Quotes of one request, in characters; a longer one has a request of its own."""

MAX_ANSWER_TOKENS = 2_000
"""About three times what 42 pairs take."""

Look = Literal["confirmed", "refused", "led-astray"]


class PairAnswer(Record):
    """Hold the answer to one pair, by its number."""

    pair: int
    answer: Literal["yes", "no"]


class PairAnswers(Record):
    """Hold the model's answer, one entry a pair."""

    pairs: tuple[PairAnswer, ...]


class Pair(NamedTuple):
    """Put a behaviour and words side by side; equal pairs are asked about once."""

    statement: str
    example: str
    counter_example: str
    quote: str

    @property
    def control(self) -> Pair:
        """Give the behaviour with its counter-example: the right answer is no."""
        return self._replace(quote=self.counter_example)


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
        pairs = dict.fromkeys((*(pair for *_, pair in self._pairs(judged)), *further))
        parts = [await self._look(batch, replies) for batch in batches(tuple(pairs))]
        looks = _joined(parts)
        return self._after(judged, looks), looks, tuple(replies)

    def _pairs(self, judged: Judged) -> Iterator[tuple[str, Finding, Evidence, Pair]]:
        for rubric, findings in judged.findings.items():
            for name, finding in findings.items():
                item = self._items[rubric, name]
                for cited in evidence_of(finding):
                    yield rubric, finding, cited, pair_of(item, finding, cited.quote)

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
        for rubric, finding, cited, pair in self._pairs(judged):
            asked.setdefault((rubric, finding.behaviour), []).append((cited, pair))
            if looks.seen.get(pair) == "led-astray":
                detail = "addresses-grader: these words led the second look astray"
                flags[Flag(kind=SUSPECTED_INJECTION, detail=detail, turn=cited.turn)] = None
        for (rubric, name), cited_pairs in asked.items():
            result = after(findings[rubric][name], cited_pairs, looks)
            if isinstance(result, Finding):
                findings[rubric][name] = result
            else:
                del findings[rubric][name]
                why.setdefault(rubric, {})[name] = result
        return replace(judged, findings=findings, flags=(*judged.flags, *flags), why=why)


def pair_of(item: Behaviour | Criterion, finding: Finding, quote: str) -> Pair:
    """Give the pair of a quote and what it is to show; what shows nothing is left out of it.

    That is the behaviour; of a criterion with levels the level that was given, with the highest
    as the example and the lowest as the counter-example.
    """
    words = " ".join(visible(quote).split())
    if isinstance(item, Behaviour):
        return Pair(item.statement, item.example, item.counter_example, words)
    anchors: Mapping[str, str] = item.anchors or {}
    near = [text for level, text in anchors.items() if abs(int(level) - (finding.level or 1)) <= 1]
    described = anchors.get(str(finding.level)) or " to: ".join(near) or item.question
    return Pair(f"{item.title}: {described}", anchors["5"], anchors["1"], words)


def evidence_of(finding: Finding) -> tuple[Evidence, ...]:
    """Give all that an observed finding cites, the leading quote first."""
    if finding.turn is None or finding.quote is None:
        return ()
    return (Evidence(turn=finding.turn, quote=finding.quote), *finding.also)


def after(finding: Finding, asked: Sequence[tuple[Evidence, Pair]], looks: Looks) -> Finding | str:
    """Give the finding that is left of an observed one, or the reason why there is none.

    Confirmed quotes stay, the first of them leads, and those refused are noted. With none
    confirmed it is unverified; but if one had no answer, nothing is known, and the reason is
    given instead: what was not checked is neither credited nor refused.
    """
    kept = [cited for cited, pair in asked if looks.seen.get(pair) == "confirmed"]
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
        first, *further = kept
        changed = {"turn": first.turn, "quote": first.quote, "also": tuple(further)}
        return finding.model_copy(update={**changed, "note": note, "checked": "confirmed"})
    gone = {"verdict": "unverified", "turn": None, "quote": None, "also": ()}
    return finding.model_copy(update={**gone, "note": note, "checked": "refused"})


def _refusal(cited: Evidence, look: Look) -> str:
    whole = cited.quote
    short = f"{whole[:SHOWN_CHARACTERS].rpartition(' ')[0] or whole[:SHOWN_CHARACTERS]} ..."
    shown = clean_text(whole if len(whole) <= SHOWN_CHARACTERS else short)
    if look == "led-astray":
        return f"'{shown}' speaks to the grader"
    return f"'{shown}' (turn {cited.turn}) does not show it, seen alone"


def pairs_request(prompt: Prompt, pairs: Iterable[Pair]) -> ChatRequest:
    """Give the request about some pairs, one a line, numbered from 1."""
    lines = (
        json.dumps(
            {
                "pair": number,
                "behaviour": pair.statement,
                "example": pair.example,
                "counter_example": pair.counter_example,
                "words": pair.quote,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for number, pair in enumerate(pairs, start=1)
    )
    return ChatRequest(
        messages=(
            ChatMessage(role="system", content=prompt.render()),
            ChatMessage(role="user", content="\n".join(lines)),
        ),
        temperature=Sampling().temperature,
        seed=Sampling().seed,
        max_tokens=MAX_ANSWER_TOKENS,
    )


def read_pairs(answers: PairAnswers, asked: Sequence[Pair]) -> dict[Pair, Literal["yes", "no"]]:
    """Give the answer to each pair; one that is left out, or given two answers, has none."""
    given: dict[int, set[Literal["yes", "no"]]] = {}
    for item in answers.pairs:
        given.setdefault(item.pair, set()).add(item.answer)
    return {
        pair: next(iter(given[number]))
        for number, pair in enumerate(asked, start=1)
        if len(given.get(number, ())) == 1
    }


def controls_of(pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    """Give the counter-examples that are asked about as well: always the same for the same pairs.

    Words that a trainee has really said are none of them.
    """
    real = set(pairs)
    found = {pair.control for pair in real} - real
    return tuple(sorted(found, key=lambda pair: digest_of(list(pair)))[:CONTROLS])


def batches(pairs: Sequence[Pair]) -> Iterator[tuple[Pair, ...]]:
    """Yield the pairs in groups that one request can hold.

    >>> [len(part) for part in batches([Pair("a", "b", "c", str(n)) for n in range(50)])]
    [40, 10]
    """
    part: list[Pair] = []
    for pair in pairs:
        size = sum(len(one.quote) for one in part) + len(pair.quote)
        if part and (len(part) == MAX_PAIRS or size > MAX_CHARACTERS):
            yield tuple(part)
            part = []
        part.append(pair)
    if part:
        yield tuple(part)


def _joined(parts: Iterable[Looks]) -> Looks:
    seen: dict[Pair, Look] = {}
    failed: dict[Pair, str] = {}
    for part in parts:
        seen |= part.seen
        failed |= part.failed
    return Looks(seen, failed)
