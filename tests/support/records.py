"""Hypothesis strategies for records: any valid one, hostile text included."""

from __future__ import annotations

from typing import Any, get_args

from hypothesis import strategies as st
from support.authored_records import Strategy, made, maps, maybe, names, numbers, slugs, some, texts

from rmcoach_llm.domain import (
    Act,
    Advice,
    Brief,
    BriefItem,
    CallEnding,
    CallIntent,
    CriterionScore,
    Cue,
    Discovery,
    Earned,
    Evidence,
    Feedback,
    Finding,
    Flag,
    FrozenMap,
    Heard,
    KeptCall,
    KnownFact,
    LedgerStatus,
    LongRates,
    Match,
    Move,
    NextStep,
    Outcome,
    Panel,
    Participant,
    PlaytestResult,
    Praise,
    Price,
    Provenance,
    QuestionKind,
    Rubric,
    RubricScore,
    Run,
    ScenarioRef,
    Scorecard,
    Stance,
    Trace,
    Transcript,
    Turn,
    Usage,
)
from rmcoach_llm.domain.scorecard import BriefPart, CardStatus, Decision, Verdict

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


def heards() -> Strategy[Heard]:
    """Give what a listener may hear."""
    return made(
        Heard,
        moves=some(st.sampled_from(Move)),
        kinds=some(st.sampled_from(QuestionKind)),
        asked=some(made(Match, fact=slugs(), confidence=numbers(0, 1))),
        unsure_between=some(slugs()),
        played_back=some(slugs()),
        misplayed=some(slugs()),
        follows=maybe(slugs()),
    )


def earned() -> Strategy[Earned]:
    """Give facts that came out."""
    how = st.sampled_from(["earned", "volunteered"])
    return made(Earned, fact=slugs(), turn=st.integers(0, 99), how=how)


def stances() -> Strategy[Stance]:
    """Give stances of a stakeholder."""
    return made(
        Stance,
        trust=st.integers(0, 10),
        patience=st.integers(0, 20),
        exchanges=st.integers(0, 60),
        earned=some(earned()),
        last_fact=maybe(slugs()),
        offered=some(slugs()),
        refused=some(slugs()),
        rewarded=some(texts()),
        ended=st.sampled_from([None, "walk_out", "time_out", "farewell"]),
    )


def cues() -> Strategy[Cue]:
    """Give cues for a voice."""
    known = made(KnownFact, id=slugs(), topic=names(), statement=texts())
    return made(
        Cue,
        act=st.sampled_from(Act),
        tell=maybe(known),
        known=some(known),
        guarded_topics=some(names()),
        choices=some(names()),
        mood=st.sampled_from(["open", "neutral", "guarded", "irritated"]),
        ends=st.booleans(),
    )


def traces() -> Strategy[Trace]:
    """Give traces of a practice turn."""
    return made(
        Trace,
        heard=heards(),
        act=st.sampled_from(Act),
        tell=maybe(slugs()),
        stance=stances(),
        voice=names(),
        fallback=maybe(texts()),
    )


def turns(person: Strategy[Participant] | None = None) -> Strategy[Turn]:
    """Give turns, of one of the given people if any are given."""
    return st.builds(
        lambda who, text, start, end, trace: Turn(
            speaker=who.name, role=who.role, text=text, started_s=start, ended_s=end, trace=trace
        ),
        participants() if person is None else person,
        texts(),
        maybe(numbers(0, 1e6)),
        maybe(numbers(0, 1e6)),
        maybe(traces()),
    )


def participants() -> Strategy[Participant]:
    """Give speakers."""
    roles = st.sampled_from(["trainee", "stakeholder", "other"])
    return made(Participant, name=names(), role=roles)


@st.composite
def transcripts(draw: st.DrawFn, *, most_turns: int = 4) -> Transcript:
    """Give transcripts; their speakers are among their participants."""
    people = draw(st.lists(participants(), min_size=1, max_size=3, unique_by=lambda p: p.name))
    reference = made(ScenarioRef, id=slugs(), version=names(), sha256=names())
    return Transcript(
        id=draw(names()),
        participants=tuple(people),
        turns=draw(some(turns(st.sampled_from(people)), most=most_turns)),
        scenario=draw(maybe(reference)),
        brief=draw(maybe(briefs())),
        metadata=draw(maps(texts())),
    )


def briefs() -> Strategy[Brief]:
    """Give what a trainee may write of want and need."""
    part = maybe(texts())
    return made(Brief, want=part, need=part, constraint=part, success_measure=part)


def evidence() -> Strategy[Evidence]:
    """Give cited words."""
    return made(Evidence, turn=st.integers(0, 99), quote=quotes())


def quotes() -> Strategy[str]:
    """Give words that a turn may hold; never blank."""
    return texts(least=1).filter(lambda text: bool(text.strip()))


@st.composite
def findings(draw: st.DrawFn, behaviour: Strategy[str] | None = None) -> Finding:
    """Give findings; the observed ones, and no other, are quoted."""
    verdict = draw(st.sampled_from(VERDICTS))
    seen = verdict == "observed"
    return Finding(
        behaviour=draw(slugs() if behaviour is None else behaviour),
        verdict=verdict,
        turn=draw(st.integers(0, 99)) if seen else None,
        quote=draw(quotes()) if seen else None,
        also=draw(some(evidence())) if seen else (),
        confidence=draw(maybe(numbers(0, 1))),
        note=draw(maybe(texts())),
        statement=draw(maybe(texts())),
        points=draw(maybe(numbers(-5, 5))),
        checked=draw(maybe(st.sampled_from(["confirmed", "refused"]))),
        level=draw(maybe(st.integers(1, 5))),
    )


@st.composite
def _results(draw: st.DrawFn) -> dict[str, Any]:
    status = draw(st.sampled_from(["scored", "not_applicable", "unscored"]))
    told = {
        "status": status,
        "title": draw(maybe(names())),
        "weight": draw(maybe(numbers(0, 10))),
        "known_error": draw(maybe(texts())),
    }
    if status != "scored":
        return told | {"reason": draw(texts(least=1))}
    low, high = sorted((draw(numbers(0, 5)), draw(numbers(0, 5))))
    return told | {"score": draw(numbers(0, 5)), "interval": (low, high)}


def criterion_scores(behaviour: Strategy[str] | None = None) -> Strategy[CriterionScore]:
    """Give scores of a criterion, in any status."""
    return st.builds(
        lambda result, found, question, start: CriterionScore(
            findings=found, question=question, start=start, **result
        ),
        _results(),
        some(findings(behaviour)),
        maybe(texts()),
        maybe(numbers(0, 5)),
    )


@st.composite
def rubric_scores(draw: st.DrawFn, rubric: Rubric | None = None) -> RubricScore:
    """Give scores of a rubric; of the one given, its criteria and behaviours."""
    if rubric is None:
        held = draw(maps(criterion_scores()))
    else:
        held = FrozenMap(
            {
                criterion.id: draw(
                    criterion_scores(st.sampled_from([b.id for b in criterion.behaviours]))
                )
                for criterion in rubric.criteria
            }
        )
    return RubricScore(
        version=draw(names()),
        criteria=held,
        pass_mark=draw(maybe(numbers(0, 5))),
        decision=draw(maybe(st.sampled_from(get_args(Decision)))),
        least_share=draw(maybe(numbers(0, 1))),
        **draw(_results()),
    )


def brief_items() -> Strategy[BriefItem]:
    """Give parts of a brief, compared."""
    return made(
        BriefItem,
        part=st.sampled_from(get_args(BriefPart)),
        verdict=st.sampled_from(["matches", "partly", "differs", "missing"]),
        written=maybe(texts()),
        facts=some(slugs()),
        share=maybe(numbers(0, 1)),
        known=maybe(st.booleans()),
        note=maybe(texts()),
    )


def feedbacks() -> Strategy[Feedback]:
    """Give what a trainee may be told."""
    praise = made(
        Praise,
        rubric=slugs(),
        behaviour=slugs(),
        turn=st.integers(0, 99),
        quote=quotes(),
        why=texts(),
    )
    advice = made(
        Advice,
        rubric=slugs(),
        behaviour=slugs(),
        turn=maybe(st.integers(0, 99)),
        quote=maybe(quotes()),
        what=texts(),
        instead=texts(),
        why=maybe(texts()),
        cost=maybe(numbers(0, 5)),
        written_by=st.sampled_from(["author", "model"]),
    )
    step = made(
        NextStep,
        rubric=slugs(),
        behaviour=slugs(),
        what=texts(),
        instead=texts(),
        scenario=maybe(slugs()),
    )
    return made(
        Feedback,
        course=maybe(texts()),
        worked=some(praise),
        otherwise=some(advice),
        missing=some(advice),
        next_step=maybe(step),
    )


def panels() -> Strategy[Panel]:
    """Give how several judgements became one."""
    return made(
        Panel,
        judges=some(names()),
        repeats=st.integers(1, 9),
        runs=st.integers(1, 9),
        failed=st.integers(0, 9),
        method=st.sampled_from(["exact", "bootstrap"]),
        level=numbers(0.1, 0.9),
        statistic=names(),
        agreement=maps(maybe(numbers(-1, 1))),
    )


def runs() -> Strategy[Run]:
    """Give one of several judgements."""
    return made(
        Run,
        judge=names(),
        rubrics=maps(rubric_scores()),
        evidence_rate=maybe(numbers(0, 1)),
        usage=usages(),
    )


def usages() -> Strategy[Usage]:
    """Give counts of calls and tokens."""
    count = st.integers(0, 10**9)
    some = st.none() | count
    return made(
        Usage,
        calls=count,
        prompt_tokens=count,
        completion_tokens=count,
        cached_tokens=some,
        uncounted=some,
    )


def prices() -> Strategy[Price]:
    """Give prices, some with other rates for long prompts."""
    dollars = st.floats(0, 1_000)
    rates = {
        "input": dollars,
        "output": dollars,
        "cached_input": st.none() | dollars,
        "cache_write": st.none() | dollars,
    }
    long = made(LongRates, above=st.integers(1, 10**6), **rates)
    return made(Price, long=st.none() | long, host=st.none() | names(), **rates)


def provenances() -> Strategy[Provenance]:
    """Give where a scorecard may come from."""
    return made(
        Provenance,
        transcript=names(),
        evaluator=names(),
        fingerprint=names(),
        rubrics=maps(names()),
        prompts=maps(names()),
        scenario=maybe(names()),
        requested_model=maybe(names()),
        served_models=some(names()),
        sampling=maps(numbers(0, 2)),
        usage=usages(),
        package_version=names(),
    )


def playtest_results() -> Strategy[PlaytestResult]:
    """Give results of playtests, whole or broken off."""
    count = maybe(st.integers(0, 60))
    return made(
        PlaytestResult,
        scenario=slugs(),
        trainee=names(),
        turns=count,
        facts_earned=count,
        root_need_reached=maybe(st.booleans()),
        words_per_turn=maybe(numbers(0, 99)),
        leaks=count,
        objection=st.sampled_from([None, "unspoken", "raised", "moved"]),
        stopped=maps(st.integers(1, 9)),
        unscored=maybe(texts()),
    )


def discoveries() -> Strategy[Discovery]:
    """Give ledgers of what came out."""
    return made(
        Discovery,
        earned=some(earned()),
        questions=maps(texts()),
        missed=some(slugs()),
        held_back=maps(texts()),
        objection=st.sampled_from(["unspoken", "raised", "moved"]),
        root_need_reached=st.booleans(),
        ended=maybe(names()),
    )


@st.composite
def scorecards(draw: st.DrawFn, *, of: tuple[Rubric, ...] = ()) -> Scorecard:
    """Give scorecards: of the rubrics given, or of any."""
    if of:
        scores = FrozenMap({rubric.id: draw(rubric_scores(rubric)) for rubric in of})
    else:
        scores = draw(maps(rubric_scores()))
    statuses = {score.status for score in scores.values()}
    status: CardStatus = "not_applicable" if statuses == {"not_applicable"} else "unscored"
    if "scored" in statuses:
        status = "partial" if len(statuses) > 1 else "scored"
    flags = made(Flag, kind=slugs(), detail=texts(), turn=maybe(st.integers(0, 99)))
    return Scorecard(
        transcript=draw(names()),
        status=status,
        rubrics=scores,
        measures=draw(maps(maybe(numbers(-1e6, 1e6)))),
        flags=draw(some(flags)),
        discovery=draw(maybe(discoveries())),
        brief=draw(maybe(some(brief_items()))),
        feedback=draw(maybe(feedbacks())),
        evidence_rate=draw(maybe(numbers(0, 1))),
        panel=draw(maybe(panels())),
        runs=None if of else draw(maybe(some(runs(), most=1))),
        provenance=draw(provenances()),
    )


def _costs() -> Strategy[float | None]:
    return st.none() | st.floats(0, 1e6)


def call_intents() -> Strategy[CallIntent]:
    """Give calls that are about to be made."""
    return made(CallIntent, item=names(), request=names(), ordinal=st.integers(0, 99))


def call_endings() -> Strategy[CallEnding]:
    """Give ways in which a call may end without an answer."""
    return made(
        CallEnding,
        state=st.sampled_from(["failed", "maybe_billed"]),
        why=texts(),
        usage=usages(),
        cost=_costs(),
    )


def outcomes() -> Strategy[Outcome]:
    """Give what may come of a piece of work, in short."""
    return made(
        Outcome,
        state=st.sampled_from(["done", "failed"]),
        status=st.sampled_from(get_args(CardStatus)),
        scores=st.dictionaries(slugs(), st.none() | st.floats(0, 5), max_size=3).map(FrozenMap),
        reason=st.none() | texts(),
        usage=usages(),
        cost=_costs(),
    )


def ledger_statuses() -> Strategy[LedgerStatus]:
    """Give counts of a ledger, with calls of all states."""
    call = made(
        KeptCall,
        number=st.integers(1, 10**6),
        item=names(),
        state=st.sampled_from(["open", "answered", "failed", "maybe_billed"]),
        started_at=names(),
        ended_at=st.none() | names(),
        why=st.none() | texts(),
        cost=_costs(),
    )
    count = st.integers(0, 10**6)
    return made(
        LedgerStatus,
        done=count,
        failed=count,
        answered=count,
        usage=usages(),
        cost=_costs(),
        unpriced=count,
        uncertain=st.lists(call, max_size=3).map(tuple),
    )
