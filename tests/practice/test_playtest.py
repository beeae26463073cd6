"""Playtests: skill is told from the lack of it in every scenario, and what goes wrong is counted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from support.loose_voices import LooseVoice, Phrase, but, plainly

from rmcoach_llm.chat import ScriptedModel
from rmcoach_llm.domain import (
    Act,
    ChatMessage,
    ChatReply,
    ChatRequest,
    Cue,
    Heard,
    PlaytestResult,
    Scenario,
    Stance,
    Trace,
    Turn,
    Unlock,
)
from rmcoach_llm.errors import (
    AccessDenied,
    ModelDeclined,
    ModelError,
    ModelTimeout,
    ModelUnreachable,
    ServerFault,
)
from rmcoach_llm.language.moves import question_type
from rmcoach_llm.language.scripts import is_gibberish
from rmcoach_llm.language.words import sentences
from rmcoach_llm.library import Library
from rmcoach_llm.practice.discoverer import discoverer
from rmcoach_llm.practice.expectations import LATEST_TURN, unmet
from rmcoach_llm.practice.listeners import LanguageListener
from rmcoach_llm.practice.playtest import (
    Play,
    RecordingModel,
    measured,
    play,
    stopped_drafts,
    wrong_topics,
)
from rmcoach_llm.practice.trainees import TRAINEES
from rmcoach_llm.practice.voices import AuthoredVoice, ModelVoice
from rmcoach_llm.protocols import Voice
from rmcoach_llm.stores.memory import MemoryStore

LIBRARY = Library()
SKILLED = ("discoverer", "average")


def played(
    scenario: Scenario,
    trainee: str,
    voice: Voice | None = None,
    *,
    model: RecordingModel | None = None,
) -> Play:
    """Play a talk with the local listener."""
    return asyncio.run(
        play(
            scenario,
            trainee,
            listener=LanguageListener(),
            voice=voice or AuthoredVoice(),
            store=MemoryStore(),
            model=model,
        )
    )


def told(talk: Play) -> str:
    """Give a talk as text, for the message of a test that fails."""
    return "\n".join(f"{turn.role:12} {turn.text}" for turn in talk.transcript.turns)


@pytest.mark.parametrize("name", LIBRARY.ids("scenario"))
def test_every_scenario_tells_skill_from_the_lack_of_it(name: str) -> None:
    """Who discovers reaches the need, the average one hears symptoms, no other a deep fact."""
    scenario = LIBRARY.scenario(name)
    talks = {trainee: played(scenario, trainee) for trainee in TRAINEES}
    results = {trainee: measured(talk) for trainee, talk in talks.items()}
    best, fair = results["discoverer"], results["average"]
    assert best.root_need_turn is not None, told(talks["discoverer"])
    assert best.root_need_turn <= LATEST_TURN, told(talks["discoverer"])
    assert fair.root_need_reached is False, told(talks["average"])
    assert best.facts_earned > fair.facts_earned > 0  # type: ignore[operator] # both were played
    for trainee, result in results.items():
        assert (result.leaks, result.role_flips, result.repeated_lines) == (0, 0, 0), trainee
        if trainee not in SKILLED:
            assert result.deep_facts_earned == 0, told(talks[trainee])
            assert result.facts_earned < fair.facts_earned, told(talks[trainee])  # type: ignore[operator]
            assert result.ended, told(talks[trainee])
    assert unmet(results.values()) == []


@pytest.mark.parametrize("trainee", TRAINEES)
def test_a_trainee_says_the_same_again(finance: Scenario, trainee: str) -> None:
    """Two talks with the same stakeholder are equal, and no line is empty."""
    first, second = played(finance, trainee), played(finance, trainee)
    assert first.transcript.turns == second.transcript.turns
    assert all(turn.text.strip() for turn in first.transcript.turns)


def test_a_discoverer_listens(scenario: Scenario) -> None:
    """By turns he plays an answer back and takes it up; he asks for nothing that he was told."""
    talk = played(scenario, "discoverer")
    heard = [trace.heard for _, trace in talk.answers]
    asked_well = [h for h in heard if h.played_back or h.follows]
    assert sum(bool(h.played_back) for h in heard) >= 4
    assert not any(h.misplayed for h in heard)
    assert len(asked_well) >= 8
    known: set[str] = set()
    for target, (_, trace) in zip(talk.targets, talk.answers, strict=True):
        assert target not in known
        known |= {trace.tell} if trace.tell else set()
    asked = [q for _, turn in talk.transcript.of_role("trainee") for q in questions(turn.text)]
    assert len(set(asked)) == len(asked)


def questions(line: str) -> list[str]:
    """Give the questions of a line that ask for something, checks of a playback left out."""
    found = [part.plain for part in sentences(line) if question_type(part.plain)]
    return [q for q in found if "right" not in q and "correct" not in q]


def test_a_refused_discoverer_earns_trust_and_comes_back(finance: Scenario) -> None:
    """What is refused is asked for once more later, behind a sign of good faith."""
    symptom = finance.fact("close-length")
    need = finance.root_need.model_copy(update={"unlock": Unlock(trust=5)})
    short = finance.model_copy(update={"facts": (symptom, need)})
    talk = played(short, "discoverer")
    acts = [trace.act for _, trace in talk.answers]
    assert acts[:2] == [Act.TELL, Act.GUARDED], told(talk)
    assert talk.targets[1:5] == [need.id, None, None, need.id], told(talk)
    assert measured(talk).root_need_turn == 5, told(talk)


def test_noise_is_noise_and_interrogation_is_closed(scenario: Scenario) -> None:
    """The trainees are who they say they are: keyboard noise, closed questions, solutions named."""
    noise = [t.text for _, t in played(scenario, "gibberish").transcript.of_role("trainee")]
    assert all(map(is_gibberish, noise[:4]))
    talk = played(scenario, "interrogator")
    acknowledged = [trace for _, trace in talk.answers if trace.heard.played_back]
    assert not acknowledged
    pitches = [t.text for _, t in played(scenario, "pitcher").transcript.of_role("trainee")]
    assert any(any(s.lower() in p.lower() for s in scenario.solutions) for p in pitches)


def test_a_scenario_without_solutions_is_pitched_at_all_the_same(finance: Scenario) -> None:
    """The pitcher has always something to sell."""
    bare = finance.model_copy(update={"solutions": ()})
    lines = [t.text for _, t in played(bare, "pitcher").transcript.of_role("trainee")]
    assert "a new platform" in lines[0]


def test_a_trusted_voice_that_tells_plainly_has_nothing_against_it(finance: Scenario) -> None:
    """The measures find nothing in a stakeholder who says what is unlocked, and no more."""
    for trainee in TRAINEES:
        result = measured(played(finance, trainee, LooseVoice(plainly)))
        assert unmet([result]) == [], trainee


def leaky(scenario: Scenario, cue: Cue, number: int) -> str:
    """Tell the need to whoever asks."""
    return f"{'Hm. ' * number}{scenario.root_need.says[0]}"


WRONG: dict[str, tuple[str, Phrase, str]] = {
    "leaks": ("attacker", leaky, "given away"),
    "role_flips": ("attacker", but("As an AI language model I cannot say."), "role was left"),
    "coaching": ("interrogator", but("You should ask about my deadline."), "coached"),
    "capitulations": ("pitcher", but("That sounds great, let's do it!"), "gave in"),
    "repeated_lines": ("insister", lambda *_: "Maybe.", "word for word"),
}


@pytest.mark.parametrize("measure", WRONG)
def test_what_goes_wrong_is_counted_and_said(finance: Scenario, measure: str) -> None:
    """Each kind of misconduct shows in its own count, and as an expectation that does not hold."""
    trainee, phrase, why = WRONG[measure]
    result = measured(played(finance, trainee, LooseVoice(phrase)))
    assert getattr(result, measure) >= 2
    others = set(WRONG) - {measure, "repeated_lines"}
    assert not any(getattr(result, other) for other in others)
    (line,) = (line for line in unmet([result]) if why in line)
    assert line.startswith(f"finance-close-report, {trainee}: ")


def test_politeness_to_a_pitch_is_no_giving_in(finance: Scenario) -> None:
    """Who agrees and holds back in one breath has not given in."""
    voice = LooseVoice(but("That sounds great, but I do not see my figures in it."))
    assert measured(played(finance, "pitcher", voice)).capitulations == 0


def changed_numbers(scenario: Scenario, cue: Cue, number: int) -> str:
    """Tell rightly at first; say another number of the same thing when nothing is to be told."""
    if cue.tell is not None or not cue.known:
        return plainly(scenario, cue, number)
    return f"{'Hm. ' * number}Only 75 hours a month of phoning by two controllers, as I said."


def denial(scenario: Scenario, cue: Cue, number: int) -> str:
    """Deny what was played back rightly."""
    return f"{'Hm. ' * number}I never said that. {cue.tell.statement if cue.tell else ''}"


@pytest.mark.parametrize("phrase", [changed_numbers, denial])
def test_a_stakeholder_who_contradicts_what_was_told_is_counted(
    finance: Scenario, phrase: Phrase
) -> None:
    """Another number for the same thing, or a denial of what was played back rightly."""
    patient = finance.model_copy(update={"patience": 20})
    result = measured(played(patient, "discoverer", LooseVoice(phrase)))
    assert result.contradictions


def test_a_leak_is_what_only_locked_facts_hold(finance: Scenario) -> None:
    """A locked figure counts; the same figure behind the trainee's own words does not."""
    figure = "There were 43 of them, if you must know."
    assert measured(played(finance, "off-topic", LooseVoice(but(figure)))).leaks
    quoted = finance.model_copy(update={"brief": (*finance.brief, "In June there were 43.")})
    assert measured(played(quoted, "off-topic", LooseVoice(but(figure)))).leaks == 0


def test_an_objection_told_before_its_time_is_a_leak(finance: Scenario) -> None:
    """Whoever hears the doubt without having proposed anything can prepare for it."""
    assert finance.objection is not None
    voice = LooseVoice(but(finance.objection.statement))
    assert measured(played(finance, "off-topic", voice)).leaks


def eager(scenario: Scenario, cue: Cue, number: int) -> str:
    """Drop a doubt in the next breath, whatever was said against it."""
    if cue.act in (Act.RAISE_OBJECTION, Act.HOLD_OBJECTION):
        return f"{'Hm. ' * number}Well, no more doubts, you have convinced me."
    return plainly(scenario, cue, number)


def test_a_doubt_dropped_without_its_evidence_is_counted(finance: Scenario) -> None:
    """By the words: in the rules it still stands."""
    assert measured(played(finance, "discoverer", LooseVoice(eager))).capitulations


def answered(act: Act, offered: tuple[str, ...] = ()) -> Turn:
    """Give an answer of the stakeholder's as a trainee sees it."""
    stance = Stance(trust=2, patience=5, offered=offered)
    trace = Trace(heard=Heard(), act=act, stance=stance, voice="authored")
    return Turn(speaker="Katrin", role="stakeholder", text="Hm.", trace=trace)


def test_a_discoverer_says_which_of_two_he_meant(finance: Scenario) -> None:
    """Asked back, he picks what he asked for; where it is not offered, he asks in other words."""
    script = discoverer(finance)
    asked = next(script)
    assert asked.target is not None
    picked = script.send(answered(Act.ASK_BACK, ("limits", asked.target)))
    assert picked == ("The second of the two, please.", asked.target)
    again = script.send(answered(Act.ASK_BACK, ("limits", "no-owner")))
    assert again.target == asked.target
    assert again.text not in (asked.text, picked.text)


def test_a_discoverer_who_is_corrected_says_so(finance: Scenario) -> None:
    """He does not insist on his playback."""
    script = discoverer(finance)
    next(script)
    assert script.send(answered(Act.WRONG)).text.startswith("I am sorry")


def by_model(
    script: Callable[[ChatRequest], str | ModelError],
) -> tuple[ModelVoice, RecordingModel]:
    """Give a model's voice behind the guard, recorded."""
    recorder = RecordingModel(ScriptedModel(script))
    return ModelVoice(recorder, LIBRARY.prompt("stakeholder-voice")), recorder


def test_what_the_guard_stops_is_counted_by_reason(finance: Scenario) -> None:
    """A model that flips the role is never heard, but each of its drafts is counted and kept."""
    voice, recorder = by_model(lambda _: "As an AI language model I would rather not.")
    talk = played(finance, "attacker", voice, model=recorder)
    result = measured(talk)
    assert result.turns is not None
    assert result.role_flips == 0
    assert result.fallbacks == result.turns
    assert dict(result.stopped) == {"left the role": 2 * result.turns}
    assert all(text.startswith("As an AI") for turn in stopped_drafts(talk) for _, text in turn)


def test_a_refusal_of_the_model_is_counted_as_such(finance: Scenario) -> None:
    """What only the voice can see has its reason, too."""
    voice, recorder = by_model(lambda _: ModelDeclined("no"))
    result = measured(played(finance, "hostile", voice, model=recorder))
    assert dict(result.stopped) == {"ModelDeclined": result.turns}


def failing(times: int, error: ModelError) -> Callable[[ChatRequest], str | ModelError]:
    """Fail so many times, then answer with a new line each time."""
    calls = iter(range(10_000))

    def answer(request: ChatRequest) -> str | ModelError:
        number = next(calls)
        return error if number < times else f"{'Hm. ' * (number % 20)}Go on, I am listening."

    return answer


def test_a_call_that_fails_is_made_once_more(finance: Scenario) -> None:
    """The talk goes on; the failure is counted."""
    voice, recorder = by_model(failing(1, ModelTimeout("too late")))
    result = measured(played(finance, "hostile", voice, model=recorder))
    assert (result.failed_calls, result.unscored) == (1, None)
    assert result.turns


def test_a_talk_that_breaks_off_is_unscored(finance: Scenario) -> None:
    """No figure is made up: all are None, with the reason, and that is no pass."""
    voice, recorder = by_model(failing(99, ServerFault("down")))
    result = measured(played(finance, "hostile", voice, model=recorder))
    assert result.unscored == "down"
    assert (result.turns, result.leaks, result.failed_calls) == (None, None, 2)
    assert unmet([result]) == ["finance-close-report, hostile: unscored, the talk broke off: down"]


@pytest.mark.parametrize("error", [AccessDenied("no"), ModelUnreachable("gone")])
def test_what_no_later_talk_would_escape_ends_the_run(finance: Scenario, error: ModelError) -> None:
    """A refused key, or an endpoint that is gone, is raised."""
    voice, recorder = by_model(failing(99, error))
    with pytest.raises(type(error)):
        played(finance, "hostile", voice, model=recorder)


def test_a_model_that_does_not_stream_is_recorded_too() -> None:
    """The recorder keeps the whole answer, and closes what it wraps."""

    class Whole(ScriptedModel):
        async def complete(self, request: ChatRequest, *, on_text: object = None) -> ChatReply:
            return await super().complete(request)

    recorder = RecordingModel(Whole(["Good morning."]))
    request = ChatRequest(messages=(ChatMessage(role="system", content="Be brief."),))
    asyncio.run(recorder.complete(request))
    asyncio.run(recorder.close())
    assert [(draft.text, draft.prompt) for draft in recorder.drafts] == [
        ("Good morning.", "Be brief.")
    ]


def test_another_answer_than_asked_for_is_a_wrong_topic(finance: Scenario) -> None:
    """Per turn and in the count; what asks for nothing certain cannot be answered wrongly."""
    talk = played(finance, "discoverer")
    assert sum(wrong_topics(talk)) == measured(talk).wrong_topic
    told_fact = next(trace.tell for _, trace in talk.answers if trace.tell)
    other = next(fact.id for fact in finance.facts if fact.id != told_fact)
    talk.targets = [other] * len(talk.targets)
    first = [trace.tell for _, trace in talk.answers].index(told_fact)
    assert wrong_topics(talk)[first]
    talk.targets = [None] * len(talk.targets)
    assert not any(wrong_topics(talk))


def result(trainee: str, facts: int, **figures: object) -> PlaytestResult:
    """Give a result with nothing against it."""
    plain: dict[str, object] = dict.fromkeys(
        ("repeated_lines", "leaks", "role_flips", "coaching", "capitulations", "contradictions"), 0
    )
    plain |= {"turns": 9, "facts_earned": facts, "deep_facts_earned": 0, "root_need_reached": False}
    return PlaytestResult.model_validate({"scenario": "s", "trainee": trainee, **plain, **figures})


FINE = (
    result("discoverer", 8, deep_facts_earned=4, root_need_reached=True, root_need_turn=9),
    result("average", 3),
    result("interrogator", 2),
    result("pitcher", 0),
)


def test_expectations_hold_for_what_is_as_it_should_be() -> None:
    """Results in order of skill have nothing against them; one trainee alone has neither."""
    assert unmet(FINE) == []
    assert all(unmet([one]) == [] for one in FINE)
    assert unmet([]) == []


@pytest.mark.parametrize(
    ("place", "figures", "why"),
    [
        (0, {"root_need_turn": 17}, "reached it only at turn 17"),
        (0, {"root_need_turn": None, "root_need_reached": False}, "reached it not in 9 turns"),
        (0, {"facts_earned": 3}, "average: earned 3 facts, and the discoverer trainee 3"),
        (1, {"root_need_reached": True, "root_need_turn": 5}, "should not reach the root need"),
        (1, {"deep_facts_earned": 3}, "should hear symptoms, heard none"),
        (2, {"facts_earned": 3}, "interrogator: earned 3 facts, and the average trainee 3"),
        (2, {"deep_facts_earned": 1}, "should earn no deep fact, earned 1"),
        (3, {"facts_earned": 3}, "pitcher: earned 3 facts, and the average trainee 3"),
        (3, {"leaks": 2}, "something was given away that is not earned (2 times)"),
    ],
)
def test_each_expectation_can_fail(place: int, figures: dict[str, object], why: str) -> None:
    """One figure off, and that alone is said."""
    results = list(FINE)
    results[place] = results[place].model_copy(update=figures)
    (line,) = unmet(results)
    assert why in line
