from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest
from support.golden import check_golden
from support.objections import OBJECTION, QUICK
from support.trainees import (
    DISCOVERERS,
    LISTENS_TO_NOTHING,
    Played,
    opened,
    play,
    with_line,
)
from support.trainees import (
    spoken as said_by,
)

from rmcoach_llm.chat import ScriptedModel
from rmcoach_llm.domain import Act, ChatRequest, Cue, KnownFact, Prompt, Scenario, Speech
from rmcoach_llm.errors import (
    ConfigError,
    ContentFiltered,
    ModelDeclined,
    ModelError,
    ModelTimeout,
    RmcoachError,
)
from rmcoach_llm.language.numerals import numbers
from rmcoach_llm.library import Library
from rmcoach_llm.practice.voice_prompt import DIRECTIONS, NEAR, direction, voice_request
from rmcoach_llm.practice.voices import (
    AuthoredVoice,
    authored_line,
    create_authored_voice,
    create_model_voice,
    without_own_name,
)
from rmcoach_llm.protocols import Parts

PROMPT = Library().prompt("stakeholder-voice")
FINANCE = Library().scenario("finance-close-report")
GOLDEN = Path(__file__).parent / "golden"
GOOD = "Nine days, and it should be six. That is how it is, every month since the spring."


def parts(model: ScriptedModel | None = None) -> Parts:
    """Give what a voice may draw on."""
    return Parts(prompt=Library().prompt, model=model)


def known(fact_id: str) -> KnownFact:
    """Give a fact as a voice sees it."""
    fact = FINANCE.fact(fact_id)
    return KnownFact(id=fact.id, topic=fact.topic, statement=fact.statement)


def tell(fact_id: str, **changes: object) -> Cue:
    """Give the cue to tell a fact."""
    cue = Cue(act=Act.TELL, tell=known(fact_id), known=(known(fact_id),))
    return cue.model_copy(update=changes)


def spoken(*script: str | ModelError, cue: Cue | None = None) -> tuple[Speech, list[str], int]:
    """Let a model with a script speak; give its speech, the pieces, the number of requests."""
    model = ScriptedModel(script)
    voice = create_model_voice(parts(model))
    pieces: list[str] = []

    async def on_text(piece: str) -> None:
        pieces.append(piece)

    talk = play(FINANCE, ["How long does the close take?"]).transcript
    talk = talk.model_copy(update={"turns": talk.turns[:-1]})
    speech = asyncio.run(voice.speak(FINANCE, talk, cue or tell("close-length"), on_text=on_text))
    return speech, pieces, len(model.requests)


def test_the_stream_is_the_text() -> None:
    """The pieces on the screen, joined, are what is kept."""
    speech, pieces, asked = spoken(GOOD)
    assert speech == Speech(text=GOOD)
    assert "".join(pieces) == GOOD
    assert len(pieces) > 5
    assert asked == 1


@pytest.mark.parametrize("name", ["Katrin Vossberg: ", "**Katrin:** ", "Katrin: "])
def test_the_own_name_in_front_is_dropped(name: str) -> None:
    """On the screen as in the text."""
    speech, pieces, _ = spoken(name + GOOD)
    assert speech.text == GOOD == "".join(pieces)


def test_a_name_within_a_line_stays() -> None:
    """Only what stands in front, with a colon, is no speech."""
    assert without_own_name("Katrin is my name.", "Katrin Vossberg") == "Katrin is my name."


BAD = {
    "left the role": "As an AI language model I cannot have a close, but I am happy to help.",
    "coached the trainee": "It takes nine days. You should ask who waits for the figures.",
    "wrote markup or a list": "There are two things:\n- nine days\n- six in the calendar",
    "spoke more than 90 words": "and so on " * 40,
    "quoted its instructions": "You answer; you do not interview. Ask back at most one short one.",
    "came too near to what is not yet earned": "What I want is confidence in the figure, not the "
    "speed of a display, if you must know.",
}
OTHER_SPEAKER = "It takes nine days.\nTrainee: And why is that?"


@pytest.mark.parametrize("reason", BAD)
def test_a_line_that_the_guard_stops_is_asked_for_once_more(reason: str) -> None:
    """A fresh attempt, and no word of the first in what is kept."""
    speech, pieces, asked = spoken(BAD[reason], GOOD)
    assert speech == Speech(text=GOOD)
    assert asked == 2
    assert "".join(pieces).endswith(GOOD)


@pytest.mark.parametrize(("reason", "text"), [*BAD.items(), ("left the role", OTHER_SPEAKER)])
def test_after_two_stopped_lines_the_author_speaks(reason: str, text: str) -> None:
    """And the trace says why."""
    speech, pieces, asked = spoken(text, text)
    assert speech.text == FINANCE.fact("close-length").says[0]
    assert speech.fallback == reason
    assert asked == 2
    assert "".join(pieces).endswith(speech.text)
    assert reason != "left the role" or "language model" not in "".join(pieces)


def test_a_line_of_nothing_but_a_name_is_no_line() -> None:
    """It is asked for again."""
    assert spoken("Katrin Vossberg:", GOOD)[0].text == GOOD


def test_who_restarts_on_the_screen_says_so() -> None:
    """What was shown cannot be taken back: a mark stands between."""
    started = "It takes nine working days where the calendar says six. As an AI model I stop."
    pieces = spoken(started, GOOD)[1]
    assert "[starts over]" in "".join(pieces)


@pytest.mark.parametrize("error", [ModelDeclined("no"), ContentFiltered("filtered")])
def test_a_refusal_leaves_the_line_to_the_author(error: ModelError) -> None:
    """The talk goes on, and the trace names the refusal."""
    speech, _, asked = spoken(error, error)
    assert speech.text in FINANCE.fact("close-length").says
    assert speech.fallback == type(error).__name__
    assert asked == 2


def test_other_failures_are_passed_on() -> None:
    """No line is made up when the connection is gone: the caller may ask again."""
    with pytest.raises(ModelTimeout):
        spoken(ModelTimeout("too late"))


def test_a_model_voice_speaks_without_a_listener_to_its_stream() -> None:
    """Streaming is optional, a fallback too."""
    voice = create_model_voice(
        parts(ScriptedModel([BAD["left the role"], GOOD, *[OTHER_SPEAKER] * 2]))
    )
    talk = opened(FINANCE).transcript
    assert asyncio.run(voice.speak(FINANCE, talk, tell("close-length"))).text == GOOD
    assert asyncio.run(voice.speak(FINANCE, talk, tell("close-length"))).fallback
    assert voice.name == "model:scripted"


def test_a_model_voice_without_a_model_is_refused() -> None:
    """With what to do."""
    with pytest.raises(ConfigError, match="needs a model") as caught:
        create_model_voice(parts())
    assert isinstance(caught.value, RmcoachError)
    assert "--model" in caught.value.remedy


def random_play(scenario: Scenario, seed: int) -> Played:
    """Say lines of all kinds of trainees in a random order."""
    chance = random.Random(seed)
    lines = [line for kind in LISTENS_TO_NOTHING.values() for line in set(kind)]
    for name in ("pitcher", "flatterer", "insister", "off-topic", "gibberish", "attacker"):
        lines += sorted(set(said_by(scenario, name)))
    lines += [*DISCOVERERS[scenario.id] * 4, *said_by(scenario, "interrogator") * 3]
    lines += ["Thank you for sharing.", "Hello.", "I will write to you by Friday."] * 6
    patient = scenario.model_copy(update={"patience": 20, "turns": 60})
    return play(patient, chance.choices(sorted(lines), k=70))


def test_no_authored_line_is_said_twice(scenario: Scenario) -> None:
    """However long and odd a talk is, the stakeholder is no parrot."""
    for seed in range(8):
        played = random_play(scenario, seed)
        said = [turn.text for _, turn in played.transcript.of_role("stakeholder")]
        assert len(set(said)) == len(said)


@pytest.mark.parametrize(
    "lines",
    [
        ["Thank you for sharing that."],
        ["Hello."],
        ["I will write to you by Friday."],
        ["What should the dashboard show?", "How long does the close take?"],
    ],
)
def test_lists_last_for_the_longest_talk(lines: list[str]) -> None:
    """One line over and over for 60 turns: each answer is new."""
    patient = FINANCE.model_copy(update={"patience": 20, "turns": 60})
    played = play(patient, lines * 60)
    said = [turn.text for _, turn in played.transcript.of_role("stakeholder")]
    assert len(said) == 61
    assert len(set(said)) == 61


def test_an_authored_fact_is_told_in_its_first_unused_words() -> None:
    """And retold in others."""
    talk = play(FINANCE, ["What should the dashboard show?"]).transcript
    says = FINANCE.fact("close-dashboard").says
    assert talk.turns[-1].text == says[0]
    assert authored_line(FINANCE, talk, tell("close-dashboard", act=Act.RETELL)) == says[1]


def test_an_authored_ask_back_names_both_topics() -> None:
    """Nothing else of the facts."""
    cue = Cue(act=Act.ASK_BACK, choices=("how our close runs", "what does not match"))
    line = authored_line(FINANCE, opened(FINANCE).transcript, cue)
    assert line == "Do you mean how our close runs, or what does not match?"


def test_the_authored_voice_streams_its_line_whole() -> None:
    """At once, without a model."""
    pieces: list[str] = []

    async def on_text(piece: str) -> None:
        pieces.append(piece)

    voice = create_authored_voice(parts())
    assert isinstance(voice, AuthoredVoice)
    talk = opened(FINANCE).transcript
    speech = asyncio.run(voice.speak(FINANCE, talk, tell("chasing"), on_text=on_text))
    assert pieces == [speech.text] == [FINANCE.fact("chasing").says[0]]
    assert asyncio.run(voice.speak(FINANCE, talk, tell("chasing"))) == speech


def test_every_act_without_a_fact_has_a_direction() -> None:
    """A model is told what to do in each case."""
    for act in set(Act) - {Act.TELL, Act.RETELL, Act.REPEAT}:
        words = direction(
            Cue(act=act, choices=("one", "two"), guarded_topics=("three",), objection="four")
        )
        given = NEAR if act is Act.UNCLEAR else DIRECTIONS[act]
        told = given.format(choices="one; two", guarded="three", objection="four")
        assert words == told
    assert direction(Cue(act=Act.UNCLEAR)) == DIRECTIONS[Act.UNCLEAR]


def test_a_fact_told_at_the_end_ends_the_meeting() -> None:
    """The last answer is given, and the meeting closed."""
    assert direction(tell("chasing", ends=True)).endswith("Then end the meeting.")
    assert not direction(tell("chasing")).endswith("Then end the meeting.")
    for act in (Act.RETELL, Act.REPEAT):
        assert direction(tell("chasing", act=act)).startswith("Say again")


def test_a_repeated_question_is_answered_again_and_said_to_be_one() -> None:
    """Who asks twice hears that it is the second time, and the fact in other words."""
    line = authored_line(FINANCE, opened(FINANCE).transcript, tell("chasing", act=Act.REPEAT))
    assert line == f"{FINANCE.lines.repeat[0]} {FINANCE.fact('chasing').says[1]}"


def requests_of(played: Played) -> list[tuple[ChatRequest, Cue]]:
    """Give the request for each answer of a talk."""
    requests = []
    for place, cue in enumerate(played.cues):
        turns = played.transcript.turns[: 2 + 2 * place]
        talk = played.transcript.model_copy(update={"turns": turns})
        requests.append((voice_request(PROMPT, played.scenario, talk, cue), cue))
    return requests


def locked_text(scenario: Scenario, cue: Cue, typed: str) -> tuple[list[str], set[str]]:
    """Give the texts that are locked, and the figures that stand nowhere else."""
    out = {fact.id for fact in cue.known}
    locked = [fact for fact in scenario.facts if fact.id not in out]
    texts = [text for fact in locked for text in (fact.statement, *fact.says)]
    persona = scenario.persona
    public = [PROMPT.template, scenario.opening, persona.background, *persona.pressures]
    public += [
        typed,
        persona.role,
        persona.style,
        *persona.speech,
        scenario.lines.model_dump_json(),
    ]
    public += [t for fact in scenario.facts if fact.id in out for t in (fact.statement, *fact.says)]
    free = {n for text in public for n in numbers(text)}
    return texts, {n for text in texts for n in numbers(text) if len(n) > 1} - free


@pytest.mark.parametrize("kind", ["discoverer", "interrogator", "attacker", "flatterer", "chance"])
def test_nothing_locked_is_in_any_request_for_a_line(scenario: Scenario, kind: str) -> None:
    """Over whole talks: no statement, no line and no figure of a fact that is not out."""
    played = {
        "discoverer": lambda: play(scenario, DISCOVERERS[scenario.id]),
        "interrogator": lambda: play(scenario, said_by(scenario, "interrogator")),
        "attacker": lambda: play(scenario, said_by(scenario, "attacker")),
        "flatterer": lambda: play(scenario, said_by(scenario, "flatterer")),
        "chance": lambda: random_play(scenario, 99),
    }[kind]()
    assert played.cues
    for place, (request, cue) in enumerate(requests_of(played)):
        typed = " ".join(t.text for _, t in played.transcript.of_role("trainee")[: place + 1])
        texts, figures = locked_text(scenario, cue, typed)
        body = "\n".join(message.content for message in request.messages)
        assert not [text for text in texts if text in body]
        assert not figures & numbers(body)


def test_a_request_begins_with_one_system_message_and_ends_with_the_trainee() -> None:
    """As chat templates of local models demand; the sides take turns."""
    played = play(FINANCE, ["Hello.", "How long does the close take?"])
    request = requests_of(played)[-1][0]
    assert [m.role for m in request.messages] == ["system", "user", "assistant", "user"]


def test_lines_of_one_side_in_a_row_are_joined() -> None:
    """A line whose answer was lost stands with the next one."""
    talk = opened(FINANCE).transcript
    for line in ("Hello?", "Are you there?"):
        turn = play(FINANCE, [line]).transcript.turns[1]
        talk = talk.model_copy(update={"turns": (*talk.turns, turn)})
    request = voice_request(PROMPT, FINANCE, talk, Cue(act=Act.GREET))
    assert request.messages[-1].content == "Hello?\nAre you there?"


def test_what_a_trainee_types_is_not_expanded() -> None:
    """A dollar or a brace in a line is text."""
    line = "$name {0} ${cue} {choices}"
    talk = play(FINANCE, [line]).transcript
    request = voice_request(PROMPT, FINANCE, talk, Cue(act=Act.HOLLOW))
    assert request.messages[1].content == line


@pytest.mark.parametrize(
    ("name", "cue"),
    [
        ("tell", tell("close-length", known=(known("close-dashboard"), known("close-length")))),
        ("guarded", Cue(act=Act.GUARDED, guarded_topics=("what is at stake",), mood="guarded")),
    ],
)
def test_the_prompt_as_a_model_gets_it(name: str, cue: Cue) -> None:
    """Read the golden file to see the whole system message."""
    request = voice_request(PROMPT, FINANCE, opened(FINANCE).transcript, cue)
    check_golden(GOLDEN / f"voice_{name}.txt", request.messages[0].content)


def test_the_prompt_is_the_one_of_the_library() -> None:
    """Its variables are those that the voice fills in."""
    assert isinstance(PROMPT, Prompt)
    assert set(PROMPT.variables) == {
        *("name", "role", "background", "style", "pressures"),
        *("speech", "opening", "known", "mood", "language", "cue"),
    }


def test_a_fact_counts_as_told_only_when_the_line_tells_it() -> None:
    """A model that talks past what was earned is asked once more, then the author's line is said."""
    empty = "Hmm, hard to say, let us move on."
    speech, _, calls = spoken(empty, empty, cue=tell("close-length"))
    assert calls == 2
    assert speech.fallback == "did not tell what was earned"
    assert speech.text == FINANCE.fact("close-length").says[0]


def about_objection(act: Act) -> Cue:
    """Give a cue that is about the objection."""
    need = known("figure-to-sign")
    return Cue(act=act, known=(need,), objection=OBJECTION.statement)


@pytest.mark.parametrize(
    ("act", "lines"),
    [
        (Act.RAISE_OBJECTION, OBJECTION.raised),
        (Act.HOLD_OBJECTION, OBJECTION.held),
        (Act.DROP_OBJECTION, OBJECTION.moved),
    ],
)
def test_the_author_has_lines_for_the_objection(act: Act, lines: tuple[str, ...]) -> None:
    """One list for each thing that can be done about it."""
    assert authored_line(QUICK, opened(QUICK).transcript, about_objection(act)) in lines


@pytest.mark.parametrize("act", [Act.RAISE_OBJECTION, Act.HOLD_OBJECTION, Act.DROP_OBJECTION])
def test_a_model_is_told_the_objection_once_it_is_raised(act: Act) -> None:
    """What it is stands in the direction, and what would move it does not."""
    request = voice_request(PROMPT, QUICK, opened(QUICK).transcript, about_objection(act))
    assert OBJECTION.statement in direction(about_objection(act))
    assert OBJECTION.statement in request.messages[0].content
    assert "trade_off" not in request.messages[0].content


def test_the_objection_may_be_voiced_in_its_own_words() -> None:
    """The guard takes it for no quote of the instructions."""
    model = ScriptedModel([OBJECTION.statement])
    voice = create_model_voice(parts(model))
    cue = about_objection(Act.RAISE_OBJECTION)
    speech = asyncio.run(voice.speak(QUICK, opened(QUICK).transcript, cue))
    assert speech == Speech(text=OBJECTION.statement)


def test_an_unclear_question_is_asked_for_again() -> None:
    """In words that offer no topic, and never twice the same."""
    talk, said = opened(FINANCE).transcript, []
    for _ in range(8):
        line = authored_line(FINANCE, talk, Cue(act=Act.UNCLEAR))
        said.append(line)
        talk = with_line(talk, line, trainee=False, name=FINANCE.persona.name)
    assert len(set(said)) == 8


def test_what_may_be_right_is_not_confirmed() -> None:
    """The stakeholder asks what is meant, in words that fit any case, and never twice the same."""
    talk, said = opened(FINANCE).transcript, []
    for _ in range(8):
        line = authored_line(FINANCE, talk, Cue(act=Act.PUZZLED))
        said.append(line)
        talk = with_line(talk, line, trainee=False, name=FINANCE.persona.name)
    assert len(set(said)) == 8
    assert not {*said} & {*FINANCE.lines.thanks}


def test_what_a_playback_means_is_said_anew_in_other_words() -> None:
    """Not in the words in which it was told first, and a model is told to say it again."""
    fact = FINANCE.fact("chasing")
    cue = tell("chasing").model_copy(update={"act": Act.PUZZLED})
    line = authored_line(FINANCE, opened(FINANCE).transcript, cue)
    assert fact.says[0] not in line
    assert line.endswith(fact.says[1])
    assert direction(cue).startswith("Say again, in other words")
    assert "neither yes nor no" in direction(cue)


def test_what_is_near_is_offered_and_nothing_asked() -> None:
    """Each line names both topics; as none is a question, no trainee owes an answer to it."""
    talk, said = opened(FINANCE).transcript, []
    for _ in range(8):
        line = authored_line(FINANCE, talk, Cue(act=Act.UNCLEAR, choices=("the close", "the bank")))
        said.append(line)
        talk = with_line(talk, line, trainee=False, name=FINANCE.persona.name)
    assert len(set(said)) == 8
    assert all("the close" in line and "the bank" in line for line in said)
    assert not any(line.endswith("?") for line in said)
