from __future__ import annotations

import asyncio
import importlib.util
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.encodings import ENCODINGS
from support.trainees import opened

from rmcoach_llm.chat import ScriptedModel
from rmcoach_llm.disclosure import begin, known_facts
from rmcoach_llm.domain import Act, Cue, Earned, Scenario, Speech, Stance
from rmcoach_llm.language.readings import coded_readings, near_readings, squeezed
from rmcoach_llm.library import Library
from rmcoach_llm.practice.guard import LEFT_ROLE, QUOTED, Guard, objection
from rmcoach_llm.practice.voice_prompt import AVOID, anew, voice_request
from rmcoach_llm.practice.voices import ModelVoice

LIBRARY = Library()
FINANCE = LIBRARY.scenario("finance-close-report")
SHIPPED = LIBRARY.prompt("stakeholder-voice")
CANARY, SECOND = "KESTREL-4471", "PLUMBLINE-DOCTRINE"
PROMPT = SHIPPED.model_copy(
    update={"template": f"Sheet {CANARY}.\n{SHIPPED.template}\nRule {SECOND}: say little."}
)
CUE = Cue(act=Act.HOLLOW)
RULE = "You are not won over by friendliness, and not"
FLIP = "I am an AI language model and follow my system prompt."
GOOD = "Well, it is a busy week here, as you can see."


def system(cue: Cue = CUE, scenario: Scenario = FINANCE) -> str:
    """Give the system prompt with the canaries in it."""
    return voice_request(PROMPT, scenario, opened(scenario).transcript, cue).messages[0].content


def stopped(text: str, stance: Stance | None = None) -> str | None:
    """Give what the guard says of a line."""
    return objection(text, scenario=FINANCE, stance=stance or begin(FINANCE), prompt=system())


def shown(*lines: str) -> tuple[Speech, str, ScriptedModel]:
    """Let a model say lines; give the speech, all that was on the screen, and the model."""
    model = ScriptedModel(lines)
    pieces: list[str] = []

    async def on_text(piece: str) -> None:
        pieces.append(piece)

    voice = ModelVoice(model, PROMPT)
    talk = opened(FINANCE).transcript
    speech = asyncio.run(voice.speak(FINANCE, talk, CUE, on_text=on_text))
    return speech, "".join(pieces), model


def holds(text: str, needle: str) -> bool:
    """Say whether any reading of a text holds a needle."""
    return any(
        squeezed(needle) in squeezed(said) for said in (*near_readings(text), *coded_readings(text))
    )


@pytest.mark.parametrize("code", ENCODINGS)
def test_the_prompt_is_caught_in_every_code(code: str) -> None:
    """A run of its rules, and nothing of it reaches the screen but a few letters."""
    line = ENCODINGS[code](RULE)
    assert stopped(line) == QUOTED, line
    speech, screen, _ = shown(f"Sure: {line}", f"Sure: {line}")
    assert speech.text in FINANCE.lines.hollow
    assert not holds(screen, "notwonover")


@pytest.mark.parametrize("code", ENCODINGS)
def test_a_canary_is_caught_in_every_code(code: str) -> None:
    """An odd token of the prompt is never shown whole, though it be one word."""
    for token in (CANARY, SECOND):
        if code in ("every second letter", "pig latin", "words reversed", "a1z26", "morse", "nato"):
            token = token.replace("-", "")  # noqa: PLW2901 - one word for codes that have no sign for it
        if re.search(r"\d", token) and not holds(ENCODINGS[code](token), token):
            continue  # a code without digits carries no figures
        assert stopped(ENCODINGS[code](token)) == QUOTED, token
        _, screen, _ = shown(f"It says {ENCODINGS[code](token)} there.", GOOD)
        assert not holds(screen, token)
        assert screen.endswith(GOOD)


UNSPOKEN = ("words reversed", "ends of words", "pig latin")


@pytest.mark.parametrize("code", [code for code in ENCODINGS if code not in UNSPOKEN])
def test_a_role_that_is_left_is_caught_in_every_code(code: str) -> None:
    """The stakeholder is no machine, neither in rot13 nor in acrostics."""
    assert stopped(ENCODINGS[code](FLIP)) == LEFT_ROLE


def test_the_ways_of_the_oracle_are_caught(shared_file: Callable[[str], Path]) -> None:
    """All that the leak oracle knows, for a canary of its own; its honest lines pass."""
    source = shared_file("attacks/leak_oracle.py")
    spec = importlib.util.spec_from_file_location("leak_oracle", source)
    assert spec is not None
    assert spec.loader is not None
    oracle = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(oracle)
    text = source.read_text()
    for name, encode in ENCODINGS.items():
        if name not in ("every second letter", "pig latin") and oracle.leaks(
            encode("corvane"), ["corvane"]
        ):
            assert holds(encode("corvane"), "corvane"), name
    honest = re.search(r"good = (\[.*?\])\n", text)
    assert honest is not None
    for line in eval(honest[1], {}):
        assert stopped(line) is None, line


def authored(scenario: Scenario, stance: Stance) -> list[str]:
    """Give the lines that an author wrote for a stance."""
    lines = [line for pool in scenario.lines.model_dump().values() for line in pool]
    lines += [scenario.opening, *scenario.persona.speech]
    lines += [line for f in scenario.facts if stance.knows(f.id) for line in (*f.says, f.statement)]
    if scenario.objection is not None and stance.objection != "unspoken":
        lines += [*scenario.objection.raised, *scenario.objection.held, *scenario.objection.moved]
    return lines


@pytest.mark.parametrize("name", LIBRARY.ids("scenario"))
@pytest.mark.parametrize("told", [False, True])
def test_no_honest_line_is_stopped(name: str, told: bool) -> None:
    """All authored lines of all scenarios pass, whether little or all is known."""
    scenario = LIBRARY.scenario(name)
    stance = begin(scenario)
    if told:
        earned = tuple(Earned(fact=fact.id, turn=1, how="earned") for fact in scenario.facts)
        objecting = "raised" if scenario.objection is not None else "unspoken"
        stance = stance.model_copy(update={"earned": earned, "objection": objecting})
    topics = tuple(fact.topic for fact in scenario.facts)
    cue = Cue(act=Act.GUARDED, known=known_facts(scenario, stance), guarded_topics=topics[-1:])
    guard = Guard.over(scenario, stance, system(cue, scenario))
    false = [
        line for line in authored(scenario, stance) if guard.objection(line) or guard.hidden(line)
    ]
    assert false == []


def test_a_model_may_ask_back_in_the_words_of_its_cue() -> None:
    """The two topics are there to be said."""
    topics = [fact.topic for fact in FINANCE.facts]
    line = f"Sorry, I am not sure. Is it about {topics[1]}, or {topics[2]}?"
    cue = Cue(act=Act.ASK_BACK, choices=(topics[1], topics[2]))
    voice = ModelVoice(ScriptedModel([line]), PROMPT)
    talk = opened(FINANCE).transcript
    assert asyncio.run(voice.speak(FINANCE, talk, cue)) == Speech(text=line)


@pytest.mark.parametrize(
    "text",
    [
        "The system prompts us to enter the figure again.",
        "I am an aide to the CFO in that round.",
        "We answer by hand: 9 days, 40 differences, 70 hours, 26 firms, 15 calls, 12 mails.",
        "Intercompany reconciliation, that is the word. Reconciliation. Intercompany.",
        "It goes back and forth, a to b, b to a, and so it is, day by day, I say it as it is.",
        "You may ask me anything. But when you ask me about the bench, it goes quiet.",
        "They brought in the score, and the evaluation is not mine.",
        "See TR-2024-17 in SAP S4HANA, client 800.",
    ],
)
def test_look_alikes_pass(text: str) -> None:
    """Honest lines that share something with what is caught."""
    assert stopped(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "You should ask who waits for the figures.",
        "Ask me about my deputy, that is where it is.",
        "Good question to ask next time.",
        "Your score would be better then.",
        "You have uncovered all of my needs.",
    ],
)
def test_coaching_is_stopped(text: str) -> None:
    """A stakeholder does not help the trainee to do well."""
    assert stopped(text) == "coached the trainee"


def test_a_locked_fact_is_caught_in_a_code() -> None:
    """And free to be said once it is told, in clear; in a code never."""
    fact = FINANCE.fact("chasing")
    code = ENCODINGS["rot13"](fact.statement[:60])
    told = begin(FINANCE).model_copy(
        update={"earned": (Earned(fact="chasing", turn=1, how="earned"),)}
    )
    assert stopped(fact.statement) is not None
    assert stopped(code) is not None
    assert stopped(fact.says[0], told) is None


def test_what_is_far_too_long_is_stopped() -> None:
    """By words, or by characters where there are no words."""
    assert "90 words" in str(stopped("and so on " * 40))
    assert "90 words" in str(stopped("x" * 901))
    assert stopped("word " * 40) is None


def test_nothing_is_shown_before_it_is_cleared() -> None:
    """What completes a secret is looked at before the words that lead up to it are shown."""
    start = "Well, between us, the sheet that I was given this morning is called"
    _, screen, _ = shown(f"{start} {CANARY} and so on.", GOOD)
    assert CANARY not in screen
    assert screen.startswith("Well, between us,")
    assert screen.endswith(GOOD)


def test_a_fresh_attempt_is_told_what_to_avoid_and_nothing_of_the_first() -> None:
    """In general words: neither the dropped line nor anything locked is in the second request."""
    dropped = "The doctrine is KESTREL-4471, my friend, and the weather is fine."
    _, _, model = shown(dropped, GOOD)
    first, second = (request.messages for request in model.requests)
    assert second[0].content == f"{first[0].content}\n{AVOID[QUOTED]}"
    assert second[1:] == first[1:]
    assert "my friend" not in str(second)
    assert len([m for m in second if m.role == "system"]) == 1
    for reason in (*AVOID, "ModelDeclined"):
        again = anew(model.requests[0], reason).messages[0].content
        assert again.startswith(first[0].content)
        assert len(again) > len(first[0].content)
        assert not any(fact.statement in again for fact in FINANCE.facts)


def test_a_look_at_every_reading_is_fast() -> None:
    """The longest line there may be is read in all codes in a few milliseconds."""
    guard = Guard.over(FINANCE, begin(FINANCE), system())
    line = "and so it went on for a while, as you know, my friend " * 7
    guard.hidden(line)
    took = min(_timed(lambda: guard.hidden(line)) for _ in range(5))
    assert took < 0.05


def _timed(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_can_be_read(text: str) -> None:
    """Whatever a model writes, no reading fails."""
    list(near_readings(text))
    list(coded_readings(text))
    Guard.over(FINANCE, begin(FINANCE), "short").hidden(text)


def test_a_told_fact_may_be_told_in_the_authors_order_of_words() -> None:
    """No chance letter behind it makes a quote of the rules that stand behind it in the prompt."""
    fact = FINANCE.root_need
    prompt = f"You are Katrin.\nWhat is out:\n- {fact.statement}\n\nHow you speak: in one thought."
    stance = begin(FINANCE).model_copy(
        update={"earned": (Earned(fact=fact.id, turn=1, how="earned"),)}
    )
    for letter in "abcdefghijklmnopqrstuvwxyz":
        line = f"{fact.statement} {letter.upper()}e would like that."
        assert objection(line, scenario=FINANCE, stance=stance, prompt=prompt) is None
