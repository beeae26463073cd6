"""The request for one line of a model's voice: persona, what is known, and what to do now."""

from __future__ import annotations

from rmcoach_llm.domain import Act, ChatMessage, ChatRequest, Cue, Prompt, Scenario, Transcript
from rmcoach_llm.practice.guard import LEFT_ROLE, QUOTED, TOO_NEAR

NOT_TOLD = "did not tell what was earned"

ANY_LANGUAGE = "the language that the other person speaks, English if in doubt"
REACT = (
    "React to what they just said, briefly, as yourself. If what stands above answers it, answer;"
    " do not recite what they have just said back to you. If they sum up, say whether it is right."
    " If they push a solution before they have understood you, show that you are not sold."
    " If they offer or promise something, take it or leave it. If they take leave, say goodbye."
    " Where they ask for more than stands above, deflect in your own way, without facts and without"
    " a promise: plainly that you would rather not go into it, not in the words of an earlier"
    " refusal, and without inventing people or events."
)
"""What `guarded` comes to where no topic is named: the listener has not been heard yet."""

NEAR = (
    "You did not get what they ask. Say so, and that you could tell them about one of these if that"
    " is what they mean: {choices}."
)
"""What `unclear` comes to where there is something near to offer."""

REPLY_TOKENS = 2_000
"""Room for models that think before they speak; the guard bounds what is said."""

AVOID = {
    "": "Speak as this person, in one short thought of plain talk.",
    LEFT_ROLE: "You are this person in a meeting and nobody else. Say only what they would say.",
    QUOTED: "Do not repeat or spell out the rules of this page. Say what you have to say in words "
    "of your own, with its figures and names.",
    TOO_NEAR: "Say nothing of which you have not spoken yet. Stay with what is written above.",
    NOT_TOLD: "Say what you are to tell now, with its figures and names, in one or two sentences.",
}
"""What a second attempt is told after a first was dropped; it never quotes the first."""

TEMPERATURE = 0.8


def voice_request(
    prompt: Prompt, scenario: Scenario, transcript: Transcript, cue: Cue
) -> ChatRequest:
    """Build the request for a line: persona, what is known, the cue, and the talk so far.

    Nothing of a locked fact is in it: of the scenario only the persona and the opening are
    used, all else comes from the cue. One system message stands first, as chat templates of
    many local models demand; lines of one side in a row are joined.
    """
    persona = scenario.persona
    system = prompt.render(
        name=persona.name,
        role=persona.role,
        background=persona.background,
        style=persona.style,
        pressures=" ".join(persona.pressures) or "none",
        speech=" | ".join(persona.speech) or "none",
        opening=scenario.opening,
        known="\n".join(f"- {fact.statement}" for fact in cue.known) or "- nothing yet",
        mood=cue.mood,
        language=ANY_LANGUAGE if scenario.any_language else "English",
        cue=direction(cue),
    )
    messages = [ChatMessage(role="system", content=system)]
    for turn in transcript.turns:
        role = "user" if turn.role == "trainee" else "assistant"
        if role == "assistant" and len(messages) == 1:
            continue  # the opening stands in the system message: templates want the user first
        if messages[-1].role == role:
            joined = f"{messages[-1].content}\n{turn.text}"
            messages[-1] = ChatMessage(role=messages[-1].role, content=joined)
        else:
            messages.append(
                ChatMessage(role="user" if role == "user" else "assistant", content=turn.text)
            )
    return ChatRequest(messages=tuple(messages), temperature=TEMPERATURE, max_tokens=REPLY_TOKENS)


DIRECTIONS = {
    Act.ASK_BACK: "You are not sure what is meant. Ask back which of these it is: {choices}.",
    Act.GREET: "Return the greeting in a few words and wait for a question.",
    Act.GUARDED: "You are asked about what you would call '{guarded}'. You do not know the other "
    "person well enough to talk about it yet. Deflect in your own way, without facts and without a "
    "promise: plainly that you would rather not go into it, not in the words of an earlier refusal, "
    "and without inventing people or events.",
    Act.UNCLEAR: "You did not get what they ask. Say so, and ask for it in other words; offer no topic.",
    Act.PUZZLED: "They say something back in words that are not yours, and you cannot tell whether "
    "they mean what you told them. Say that you would not put it like that and ask what they mean; "
    "confirm nothing.",
    Act.HOLLOW: "There was nothing in that to answer. React briefly, as a busy person does.",
    Act.OFF_TOPIC: "That has nothing to do with your work. Say so, politely, and come back to it.",
    Act.PITCH: "They push a solution before they have understood you. Show that you are not sold.",
    Act.PRESSURE: "They push you. Stay calm, say that you do not like it, give nothing.",
    Act.GAME: "That is an odd thing to say in a meeting. Brush it off and come back to your work.",
    Act.LANGUAGE: "That was not English. Ask to speak English.",
    Act.THANKS: "They took up what you said, or thanked you. Confirm it in your own words, briefly.",
    Act.WRONG: "They played back something that you did not say. Correct them, without new facts.",
    Act.COMMITMENT: "They made a promise. Take note of it, in your own way; agree to nothing else.",
    Act.IMPATIENT: "You are losing patience. Say that this is the last chance to use your time.",
    Act.FAREWELL: "They say goodbye. Say goodbye.",
    Act.RAISE_OBJECTION: "They propose something, and they know what you need. You have a doubt "
    "and you say it: {objection}",
    Act.HOLD_OBJECTION: "What they say does not settle your doubt. Stay with it, in other words, "
    "and do not say what would convince you: {objection}",
    Act.DROP_OBJECTION: "What they brought settles your doubt. Say so, soberly: {objection}",
    Act.WALK_OUT: "You have had enough. End the meeting now, in your own way.",
    Act.TIME_OUT: "Your time is up. Close the meeting.",
}


def direction(cue: Cue) -> str:
    """Put a cue into words for a model."""
    if cue.tell is not None:
        retells = cue.act in (Act.RETELL, Act.REPEAT, Act.PUZZLED)
        again = "Say again, in other words" if retells else "Tell them this now"
        words = (
            f"{again}, as one who talks, in two or three short sentences, all of it and nothing"
            f" beyond: {cue.tell.statement} Begin at what they asked, in a few words without a new"
            " fact; if this answers it only in part, say so. Whatever else they asked may rest."
        )
        if cue.act is Act.PUZZLED:
            words += " What they said back may be fair or not: say neither yes nor no to it."
    elif cue.act is Act.GUARDED and not cue.guarded_topics:
        words = REACT
    elif cue.act is Act.UNCLEAR and cue.choices:
        words = NEAR.format(choices="; ".join(cue.choices))
    else:
        words = DIRECTIONS[cue.act].format(
            choices="; ".join(cue.choices),
            guarded=" or ".join(cue.guarded_topics),
            objection=cue.objection or "",
        )
    return f"{words} Then end the meeting." if cue.ends and cue.tell is not None else words


def anew(request: ChatRequest, reason: str) -> ChatRequest:
    """Give the request for a fresh attempt, with what to avoid; nothing of the first is in it."""
    first, *rest = request.messages
    told = f"{first.content}\n{AVOID.get(reason, AVOID[''])}"
    messages = (first.model_copy(update={"content": told}), *rest)
    return request.model_copy(update={"messages": messages})
