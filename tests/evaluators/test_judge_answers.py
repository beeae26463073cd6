"""Answers as bad as models give them: no traceback, no credit without real words."""

from __future__ import annotations

import asyncio
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.judging import GOOD, anchored_rubric, core_rubrics, judge_prompt, talk

from rmcoach_llm.chat.scripted import ScriptedModel
from rmcoach_llm.chat.structured import StructuredChat
from rmcoach_llm.domain import Scorecard
from rmcoach_llm.evaluators.judge import Judge
from rmcoach_llm.evaluators.judge_answer import Answer, JudgedBehaviour

RUBRICS = (core_rubrics("persuasion")[0], anchored_rubric())
TALK = talk(GOOD)
BEHAVIOURS = [b.id for rubric in RUBRICS for b in rubric.behaviours]
ASK = {"id": "specific-ask", "verdict": "observed", "confidence": "high"}
REAL = "could we meet two of your clerks on Thursday"


def _card(text: str) -> Scorecard:
    model = StructuredChat(ScriptedModel(lambda _: text))
    return asyncio.run(Judge(model, judge_prompt(), RUBRICS).evaluate(TALK))


def _answer(*entries: object, **more: object) -> str:
    """Give a whole answer in which some entries stand in place of the good ones."""
    named = {e["id"] for e in entries if isinstance(e, dict) and "id" in e}
    rest = [
        {"id": name, "evidence": [], "verdict": "not_observed", "confidence": "high"}
        for name in BEHAVIOURS
        if name not in named
    ]
    levels = [{"id": "structure", "evidence": [], "level": "1", "confidence": "low"}]
    return json.dumps({"behaviours": [*entries, *rest], "levels": levels, **more})


def _asked(*entries: object, **more: object):
    """Give the criterion score and the finding of the ask."""
    card = _card(_answer(*entries, **more))
    score = card.rubrics["persuasion"].criteria["ask"]
    found = {finding.behaviour: finding for finding in score.findings}
    return score, found.get("specific-ask"), card


@pytest.mark.parametrize(
    "evidence",
    [
        [{"turn": 22, "quote": REAL}],
        [{"turn": "22", "quote": REAL}],
        [{"turn": "turn 22", "quote": REAL}],
        [{"turn": 22.0, "quote": REAL, "why": "it asks"}],
        {"turn": 22, "quote": REAL},
        [{"turn": None, "quote": REAL}],
        [{"quote": REAL}],
        [REAL],
        REAL,
        [None, 7, {"turn": 22}, {"turn": 22, "quote": None}, {"turn": 22, "quote": REAL}],
    ],
)
def test_a_real_quote_counts_however_it_is_wrapped(evidence):
    """A turn number as text, a lone quote, spoilt ones beside it: the real words are found."""
    score, finding, card = _asked({**ASK, "evidence": evidence})
    assert finding is not None
    assert (finding.verdict, finding.turn) == ("observed", 22)
    assert score.score == 5.0
    assert card.status == "scored"


@pytest.mark.parametrize(
    "evidence",
    [None, [], "", [None], 7, [{"turn": 22}], [{"turn": 22, "quote": "never said this"}]],
)
def test_without_a_real_quote_there_is_no_credit(evidence):
    """Null, empty, numbers, invented words: the claim is unverified and earns nothing."""
    score, finding, _ = _asked({**ASK, "evidence": evidence})
    assert finding is not None
    assert (finding.verdict, score.score) == ("unverified", 0.0)


@pytest.mark.parametrize("verdict", ["Observed", " OBSERVED ", "observed"])
def test_a_verdict_is_known_by_its_word(verdict):
    """Capitals and spaces do not matter."""
    _, finding, _ = _asked({**ASK, "verdict": verdict, "evidence": [{"turn": 22, "quote": REAL}]})
    assert finding is not None
    assert finding.verdict == "observed"


@pytest.mark.parametrize("verdict", ["yes", True, 1, None, ["observed"], {"observed": 1}, "4", ""])
def test_a_verdict_that_is_none_takes_nothing_else_along(verdict):
    """The behaviour has no judgement, and the reason shows what came; the rest is scored."""
    score, finding, card = _asked({**ASK, "verdict": verdict})
    assert finding is None
    assert score.status == "unscored"
    assert "no judgement of specific-ask: the judge gave " in (score.reason or "")
    assert card.rubrics["persuasion"].criteria["evidence"].status == "scored"
    assert card.status == "partial"


@pytest.mark.parametrize("entry", [None, 7, "specific-ask", [], {}, {"verdict": "observed"}])
def test_an_entry_that_is_no_entry_is_flagged(entry):
    """What has no id cannot be told apart; it is said, and all else stands."""
    _, _, card = _asked(entry)
    assert "unreadable-judgement" in {flag.kind for flag in card.flags}
    assert card.status == "scored"


@pytest.mark.parametrize("confidence", [None, 0.8, "very", "HIGH", [], {}])
def test_confidence_is_none_where_it_is_no_word_of_the_three(confidence):
    """Only high, medium and low are read; nothing is put in place of another."""
    _, finding, _ = _asked({**ASK, "verdict": "not_observed", "confidence": confidence})
    assert finding is not None
    assert finding.confidence == (0.9 if confidence == "HIGH" else None)


def test_extra_keys_are_left_out():
    """Reasoning beside the answer, or in an entry, changes nothing."""
    extra = {**ASK, "evidence": [{"turn": 22, "quote": REAL}], "why": "clear"}
    score, _, card = _asked(extra, reasoning="long", score=5)
    assert (score.score, card.status) == (5.0, "scored")


def test_a_readable_entry_goes_before_a_spoilt_one():
    """Given twice, once spoilt: the readable one counts."""
    score, _, _ = _asked({**ASK, "verdict": "?"}, {**ASK, "verdict": "not_observed"})
    assert score.status == "scored"


@pytest.mark.parametrize("text", ["", "{", "No.", "[]", "null", '{"behaviours":[]}', "{" * 5_000])
def test_an_answer_without_any_judgement_is_unscored(text):
    """Nothing to read, after one repair: unscored with the reason, in each rubric."""
    card = _card(text)
    assert card.status == "unscored"
    assert all("BadReply" in (rubric.reason or "") for rubric in card.rubrics.values())


@pytest.mark.parametrize("place", [40, 400, -2])
def test_a_truncated_answer_is_unscored(place):
    """Cut anywhere, the answer is none; no part of it is guessed."""
    assert _card(_answer()[:place]).status == "unscored"


def test_a_fenced_answer_is_read():
    """Words and a fence around the answer do not matter."""
    assert _card(f"Here it is:\n```json\n{_answer()}\n```\nDone.").status == "scored"


def test_a_huge_answer_is_read_in_time():
    """Thousands of foreign ids and quotes cost no more than reading them, and few flags."""
    odd = [{"id": f"x{n}", "verdict": "observed"} for n in range(5_000)]
    many = {**ASK, "evidence": [{"turn": n, "quote": f"word {n} never said"} for n in range(5_000)]}
    _, finding, card = _asked(many, *odd)
    assert finding is not None
    assert finding.verdict == "unverified"
    assert len(card.flags) <= 11
    assert len(card.model_dump_json()) < 40_000


WORDS = st.one_of(
    st.text(max_size=12), st.sampled_from(["observed", "not_observed", "no_opportunity", REAL, "5"])
)
JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), WORDS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
QUOTE = st.one_of(
    JUNK,
    st.fixed_dictionaries(
        {"turn": st.one_of(st.integers(-2, 30), JUNK), "quote": st.one_of(WORDS, JUNK)}
    ),
)
ENTRY = st.one_of(
    JUNK,
    st.fixed_dictionaries(
        {"id": st.one_of(st.sampled_from([*BEHAVIOURS, "structure"]), JUNK)},
        optional={
            "evidence": st.one_of(st.lists(QUOTE, max_size=3), JUNK),
            "verdict": WORDS,
            "level": st.one_of(st.integers(0, 6), JUNK),
            "confidence": JUNK,
        },
    ),
)
BROKEN = st.one_of(
    JUNK,
    st.fixed_dictionaries(
        {"behaviours": st.one_of(st.lists(ENTRY, max_size=25), JUNK)},
        optional={"levels": st.one_of(st.lists(ENTRY, max_size=3), JUNK)},
    ),
)


@settings(max_examples=150, deadline=None)
@given(BROKEN, st.integers(0, 400))
def test_no_broken_answer_breaks_a_promise(answer, cut):
    """No traceback; what is credited stands in its turn; what has no judgement has no score."""
    text = json.dumps(answer)
    card = _card((text if cut > 40 else text[:cut]) or " ")
    for rubric in card.rubrics.values():
        for criterion in rubric.criteria.values():
            for finding in criterion.findings:
                if finding.verdict == "observed":
                    said = TALK.turns[finding.turn]
                    assert said.role == "trainee"
                    assert finding.quote in said.text
            if criterion.score:
                assert any(f.verdict == "observed" or f.level == 1 for f in criterion.findings)
            if criterion.status == "unscored":
                assert criterion.reason
    assert Scorecard.model_validate_json(card.model_dump_json()) == card


def _by_id(text: str) -> str:
    """Write the same answer as an object by id, as the prompt asks for it."""
    held = json.loads(text)
    return json.dumps(
        {
            part: {e["id"]: {k: v for k, v in e.items() if k != "id"} for e in entries}
            for part, entries in held.items()
        }
    )


def test_an_object_by_id_says_the_same_as_a_list():
    """Both forms of an answer give the same scorecard."""
    text = _answer({**ASK, "evidence": [{"turn": 22, "quote": REAL}]})
    one, other = _card(text), _card(_by_id(text))
    assert one.status == "scored"
    assert (one.rubrics, one.flags) == (other.rubrics, other.flags)


def test_an_id_that_stands_there_twice_is_a_contradiction():
    """JSON may name a behaviour twice; where the verdicts differ neither is preferred."""
    seen = json.dumps({**ASK, "evidence": [{"turn": 22, "quote": REAL}]})
    text = _by_id(_answer()).replace(
        '"specific-ask":', f'"specific-ask": {seen}, "specific-ask":', 1
    )
    card = _card(text)
    assert card.rubrics["persuasion"].criteria["ask"].status == "unscored"
    assert "contradictory-judgement" in {flag.kind for flag in card.flags}


@pytest.mark.parametrize("entry", [None, "observed", 5, [], ["observed"], {"evidence": "x"}])
def test_an_id_without_a_judgement_has_none(entry):
    """Whatever stands under an id in place of an entry leaves that behaviour unjudged."""
    held = json.loads(_by_id(_answer()))
    held["behaviours"]["specific-ask"] = entry
    card = _card(json.dumps(held))
    score = card.rubrics["persuasion"].criteria["ask"]
    assert score.status == ("scored" if entry in ("observed", ["observed"]) else "unscored")


def test_the_schema_leaves_no_behaviour_out():
    """A server that keeps to the schema judges each behaviour, once: all ids are required."""
    asked: list[dict[str, object]] = []

    def answered(request):
        asked.append(dict(request.response_format.json_schema))
        return _answer()

    model = StructuredChat(ScriptedModel(answered))
    asyncio.run(Judge(model, judge_prompt(), RUBRICS).evaluate(TALK))
    parts = asked[0]["properties"]
    assert parts["behaviours"]["required"] == BEHAVIOURS
    assert parts["levels"]["required"] == ["structure"]
    assert asked[0]["$defs"]["JudgedBehaviour"]["required"] == ["evidence", "verdict", "confidence"]


@pytest.mark.parametrize(
    ("given", "turn"),
    [(4, 4), ("4", 4), ("turn 4", 4), (4.0, 4), (True, -1), (4.5, -1), ("four", -1), (None, -1)],
)
def test_a_turn_is_a_whole_number_or_none(given: object, turn: int) -> None:
    """A number is taken in any way of writing it; what is none is -1, and not guessed."""
    entry = {"id": "a", "verdict": "observed", "evidence": [{"turn": given, "quote": "So it is."}]}
    (read,) = Answer.model_validate({"behaviours": [entry]}).behaviours
    assert isinstance(read, JudgedBehaviour)
    assert [(quote.turn, quote.quote) for quote in read.evidence] == [(turn, "So it is.")]
