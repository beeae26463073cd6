from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.judging import GOOD, answer_of, core_rubrics, judge_prompt, talk
from support.two_minded import TwoMinded

from rmcoach_llm import errors, evaluate
from rmcoach_llm.domain import Finding, Rubric
from rmcoach_llm.evaluators import create_judge
from rmcoach_llm.evaluators.judge import Judge
from rmcoach_llm.evaluators.judge_answer import AnswerWithLevels, JudgedLevel, JudgedQuote
from rmcoach_llm.evaluators.pairs import (
    APART,
    CONTROLS,
    MAX_CHARACTERS,
    MAX_PAIRS,
    Pair,
    PairAnswer,
    PairAnswers,
    batches,
    controls_of,
    read_pairs,
)
from rmcoach_llm.library.catalogue import Library
from rmcoach_llm.protocols import JudgeOptions, Parts
from rmcoach_llm.reports.scorecard import scorecard_page

RUBRICS = core_rubrics()
TALK = talk(GOOD)
SECOND = Library().prompt("judge-quote")
TRUE = {
    "problem-question": [(2, "What goes wrong")],
    "follow-up": [(4, "What happens further down"), (2, "accruals most often")],
    "limit-admitted": [(20, "I don't know whether the old ledger can send it.")],
}
FALSE = {"benefit-quantified": [(0, "walk me through")]}


def _honest(words: str) -> str:
    real = [quote for cited in TRUE.values() for _, quote in cited]
    return "yes" if words in real else "no"


def _card(seen, says=_honest, rubrics=RUBRICS, answer=None, made=TALK):
    model = TwoMinded(answer or answer_of(rubrics, seen), says)
    judge = Judge(model, judge_prompt(), rubrics, verify=SECOND)
    return asyncio.run(judge.evaluate(made)), model


def _findings(card) -> dict[str, Finding]:
    scores = [c for r in card.rubrics.values() for c in r.criteria.values()]
    return {f.behaviour: f for score in scores for f in score.findings}


def test_a_confirmed_quote_keeps_its_credit_and_a_refused_one_loses_it():
    """What the second look confirms is marked so; what it refuses is unverified, with a note."""
    card, model = _card(TRUE | FALSE)
    found = _findings(card)
    assert {name: found[name].checked for name in TRUE} == dict.fromkeys(TRUE, "confirmed")
    refused = found["benefit-quantified"]
    assert (refused.verdict, refused.checked, refused.quote) == ("unverified", "refused", None)
    assert "'walk me through' (turn 0) does not show it" in (refused.note or "")
    assert card.rubrics["persuasion"].criteria["evidence"].score == 0.0
    assert len(model.asked) == 1
    assert card.evidence_rate == 1.0, "the quotes were real, whether they show it or not"


def test_the_second_look_sees_pairs_and_nothing_of_the_talk():
    """Each line holds a behaviour and a quote of the trainee, or one of two counter-examples."""
    _, model = _card(TRUE)
    (pairs,) = model.asked
    assert {quote for cited in TRUE.values() for _, quote in cited} < {p["words"] for p in pairs}
    said = [turn.text for _, turn in TALK.of_role("trainee")]
    other = [
        p
        for p in pairs
        if not all(any(words in text for text in said) for words in p["words"].split(APART))
    ]
    assert [p["words"] for p in other] == [p["counter_example"] for p in other]
    assert len(other) == CONTROLS
    assert set(pairs[0]) == {"pair", "behaviour", "example", "counter_example", "words"}


def test_the_next_real_quote_serves_where_the_first_is_refused():
    """A behaviour keeps its credit by any one of its quotes; the refused one is noted."""
    seen = {"follow-up": [(0, "walk me through"), (4, "What happens further down")]}
    found = _findings(_card(seen)[0])["follow-up"]
    assert (found.verdict, found.turn, found.also) == ("observed", 4, ())
    assert "'walk me through'" in (found.note or "")


@pytest.mark.parametrize("together", ["yes", "no", ""])
def test_what_no_quote_shows_alone_they_may_show_together(together):
    """All quotes of a behaviour are asked about as one, too: confirmed, all of them stay."""
    quotes = [(0, "walk me through"), (4, "What happens further down")]
    whole = APART.join(quote for _, quote in quotes)
    card, model = _card({"follow-up": quotes}, lambda words: together if words == whole else "no")
    found = _findings(card).get("follow-up")
    assert [p["words"] for p in model.asked[0]].count(whole) == 1
    if together == "yes":
        assert (found.verdict, found.checked, found.turn) == ("observed", "confirmed", 0)
        assert [cited.turn for cited in found.also] == [4]
    elif together == "no":
        assert (found.verdict, found.checked) == ("unverified", "refused")
    else:
        listening = card.rubrics["needs-discovery"].criteria["listening"]
        assert listening.status == "unscored"
        assert "left it out" in listening.reason


def test_a_quote_that_led_the_look_astray_is_not_saved_by_another():
    """Words that speak to the grader are no part of what may show a behaviour together."""
    trap = "What happens further down"

    class Swayed(TwoMinded):
        async def ask(self, request, shape):
            swayed = trap in request.messages[-1].content
            self._says = lambda _: "yes" if swayed else "no"
            return await super().ask(request, shape)

    seen = {"follow-up": [(0, "walk me through"), (4, trap)]}
    model = Swayed(answer_of(RUBRICS, seen), _honest)
    card = asyncio.run(Judge(model, judge_prompt(), RUBRICS, verify=SECOND).evaluate(TALK))
    assert _findings(card)["follow-up"].verdict == "unverified"


def test_behaviours_that_hurt_are_looked_at_too():
    """Text may also try to harm: a "-" that the quote does not show takes no points."""
    card, _ = _card({"pressure": [(0, "walk me through")]})
    assert _findings(card)["pressure"].verdict == "unverified"


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        (errors.RateLimited("slow down"), "the second look failed (RateLimited): slow down"),
        (lambda words: "" if words == "What goes wrong" else _honest(words), "left it out"),
        (lambda _: "yes", "it cannot be believed"),
    ],
)
def test_a_check_that_did_not_happen_leaves_the_criterion_unscored(says, reason):
    """Neither credit nor refusal: the criterion has no score, and says why."""
    need = _card(TRUE, says)[0].rubrics["needs-discovery"].criteria["need"]
    assert (need.status, need.score) == ("unscored", None)
    assert reason in (need.reason or "")
    assert "problem-question" in (need.reason or "")


@pytest.mark.parametrize("kind", errors.STOPS_A_BATCH)
def test_an_error_that_would_meet_every_transcript_is_raised(kind):
    """Without credit, access, model or connection there is no point in going on."""
    with pytest.raises(kind):
        _card(TRUE, kind("no"))


def test_words_that_lead_the_second_look_astray_cost_only_themselves():
    """Where counter-examples are confirmed too, each quote is asked about apart, and judged so."""
    trap = "I don't know whether the old ledger can send it."

    class Swayed(TwoMinded):
        async def ask(self, request, shape):
            swayed = trap in request.messages[-1].content
            self._says = (lambda _: "yes") if swayed else _honest
            return await super().ask(request, shape)

    model = Swayed(answer_of(RUBRICS, TRUE | FALSE), _honest)
    card = asyncio.run(Judge(model, judge_prompt(), RUBRICS, verify=SECOND).evaluate(TALK))
    found = _findings(card)
    assert found["problem-question"].checked == "confirmed"
    assert found["benefit-quantified"].checked == "refused"
    assert found["limit-admitted"].checked == "refused"
    assert "speaks to the grader" in (found["limit-admitted"].note or "")
    assert {f.turn for f in card.flags if f.kind == "suspected-injection"} == {20}


def test_shared_pairs_are_asked_once():
    """The same behaviour with the same words costs one pair, whatever asks for it."""
    twin = Rubric.model_validate(RUBRICS[0].model_dump() | {"id": "twin"})
    seen = {"specific-ask": [(22, "could we meet two of your clerks")]}
    _, model = _card(seen, rubrics=(RUBRICS[0], twin))
    words = [pair["words"] for pair in model.asked[0]]
    assert words.count("could we meet two of your clerks") == 1


def test_nothing_credited_asks_nothing():
    """Without an observed behaviour, in a talk that shows hardly any, there is no second request."""
    card, model = _card({}, made=talk(GOOD[:2]))
    assert (model.asked, card.provenance.usage.calls) == ([], 1)


def test_the_record_says_what_was_asked_and_used():
    """Usage counts both requests; the prompt's digest is in the provenance and the fingerprint."""
    card, model = _card(TRUE)
    assert card.provenance.usage.calls == 2
    assert card.provenance.prompts["judge-quote"] == SECOND.digest
    once = Judge(model, judge_prompt(), RUBRICS)
    twice = Judge(model, judge_prompt(), RUBRICS, verify=SECOND)
    other = SECOND.model_copy(update={"purpose": "another"})
    assert len({once.fingerprint, twice.fingerprint, card.provenance.fingerprint}) == 2
    assert Judge(model, judge_prompt(), RUBRICS, verify=other).fingerprint != twice.fingerprint


def test_a_level_is_looked_at_by_its_description():
    """Of a criterion with levels the words are held against the level that was given."""
    levels = {"1": "Interrupts.", "3": "Listens at times.", "5": "Takes up what was said."}
    criterion = {"id": "ear", "title": "Ear", "question": "Do they listen?", "anchors": levels}
    rubric = Rubric.model_validate(
        {"id": "own", "version": "1", "title": "Own", "purpose": "p", "criteria": [criterion]}
    )
    given = JudgedLevel(
        id="ear", evidence=(JudgedQuote(turn=0, quote="walk me through"),), level="5"
    )
    answer = AnswerWithLevels(levels=(given,))
    card, model = _card({}, rubrics=(rubric,), answer=answer)
    assert "Ear: Takes up what was said." in {pair["behaviour"] for pair in model.asked[0]}
    ear = card.rubrics["own"].criteria["ear"]
    assert ear.status == "unscored"
    assert "does not show it" in (ear.reason or "")
    kept, _ = _card({}, lambda w: "yes" if w == "walk me through" else "no", (rubric,), answer)
    assert kept.rubrics["own"].criteria["ear"].score == 5.0


PAIRS = st.builds(Pair, st.just("s"), st.just("e"), st.just("c"), st.text(min_size=1, max_size=9))


@given(st.lists(PAIRS, unique=True, max_size=90), st.integers(1, 9_000))
def test_every_pair_is_in_one_request_of_a_size_that_fits(pairs, longer):
    """Batches hold all pairs once, in order, and neither too many nor too much text."""
    pairs = [pair._replace(quote=pair.quote * longer) for pair in pairs]
    parts = list(batches(pairs))
    assert [pair for part in parts for pair in part] == pairs
    for part in parts:
        assert len(part) <= MAX_PAIRS
        assert len(part) == 1 or sum(len(pair.quote) for pair in part) <= MAX_CHARACTERS


def test_an_answer_counts_once_and_only_for_its_pair():
    """Two answers to one pair are none, and numbers that were not asked are ignored."""
    pairs = [Pair("s", "e", "c", quote) for quote in ("a", "b", "d")]
    given = [(1, "yes"), (2, "yes"), (2, "no"), (9, "yes"), (0, "yes"), (1, "yes")]
    answers = PairAnswers(pairs=tuple(PairAnswer(pair=n, answer=a) for n, a in given))
    assert read_pairs(answers, pairs) == {pairs[0]: "yes"}


def test_words_really_said_are_no_counter_example():
    """Who says a counter-example word for word is judged by it, not used as a trap."""
    said = Pair("s", "e", "c", "c")
    assert controls_of([said]) == ()
    assert controls_of([said._replace(quote="x")]) == (said,)


def test_a_second_look_is_an_option_of_the_judge():
    """With `verify` the judge is another one; without a model there is nobody to look again."""
    parts = Parts(
        prompt=Library().prompt, structured=TwoMinded(answer_of(RUBRICS), _honest), rubrics=RUBRICS
    )
    twice = create_judge(replace(parts, options=JudgeOptions(verify=True)))
    assert twice.fingerprint != create_judge(parts).fingerprint
    with pytest.raises(errors.UsageError, match="needs a model"):
        evaluate(TALK, verify=True)


def test_the_page_says_how_many_quotes_were_confirmed():
    """The scorecard's page names the share of real quotes, and those that the second look confirmed."""
    card, _ = _card(TRUE | FALSE)
    page = " ".join(scorecard_page(card).split())
    assert "100% of what it claimed had words that were really said" in page
    assert "3 of 4 quotes were confirmed by a second look" in page
