"""The JSON of common services: each form is known by its keys, and no word of it is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.service_samples import CLAUDE, SAMPLES, TREE, chatgpt, sample


@pytest.mark.parametrize("name", SAMPLES)
def test_each_form_gives_the_talk(read, name):
    """Speakers, words, id and the name of the form come from the file, the role from the caller."""
    document, shape, (ada, bo), own_id = SAMPLES[name]
    outcome = read("a.json", json.dumps(document), trainee=ada)
    assert outcome.lines == [
        (ada, "trainee", "What hurts?"),
        (bo, "stakeholder", "Time."),
        (ada, "trainee", "Why?"),
    ]
    assert outcome.talk.id == own_id
    assert outcome.talk.metadata["shape"] == shape


@pytest.mark.parametrize("name", SAMPLES)
def test_times_are_seconds_from_the_start(read, name):
    """Whatever the unit of the file, times are seconds; a message's are from the first message."""
    document, shape, (ada, _), _ = SAMPLES[name]
    talk = read("a.json", json.dumps(document), trainee=ada).talk
    starts = [turn.started_s for turn in talk.turns]
    ends = [turn.ended_s for turn in talk.turns]
    from_first = ("slack", "convokit", "discord", "telegram", "messenger", "intercom", "zendesk")
    if shape in from_first:
        assert (starts, ends) == ([0.0, 1.5, 2.5], [None] * 3)
    elif name == "list-dates":
        assert (starts, ends) == ([0.0, 1.5, 2.5], [1.0, 1.9, 2.75])
    elif shape == "fathom":
        assert (starts, ends) == ([0.0, 2.0, 3.0], [None] * 3)
    else:
        assert (starts, ends) == ([0.5, 2.0, 3.0], [1.5, 2.4, 3.25])


@pytest.mark.parametrize("name", SAMPLES)
def test_no_role_is_guessed(read, name):
    """Without a word on who is scored, each form is refused and the speakers are named."""
    document, _, (ada, bo), _ = SAMPLES[name]
    error = read("a.json", json.dumps(document)).error
    assert f"no role is known for the speakers {ada}, {bo}" in error
    assert "--trainee NAME" in error


@pytest.mark.parametrize(
    "name",
    [name for name in SAMPLES if not name.endswith(("bare", "words-list")) and name != "slack"],
)
def test_a_line_of_jsonl_is_read_as_a_document(read, name):
    """Each form is read from a line, too; utterances are a line each."""
    document, _, (ada, _), _ = SAMPLES[name]
    lines = document if isinstance(document, list) else [document]
    content = "".join(json.dumps(line) + "\n" for line in lines)
    assert len(read("a.jsonl", content, trainee=ada).talk.turns) == 3


def change(document: Any, path: str, value: Any) -> Any:
    """Put a value at a dotted path."""
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    holder = document
    for part in way:
        holder = holder[part]
    holder[last] = value
    return document


@pytest.mark.parametrize(
    ("name", "path", "value", "expected"),
    [
        ("aws-old", "results.items", 5, "$.results.items: a list is wanted, found a number"),
        ("aws-old", "results.items.0.alternatives", [], "$.results.items[0].alternatives: "),
        ("aws-old", "results.items.0.start_time", "soon", ".start_time: a time as a number"),
        ("aws-old", "results.items.0.start_time", "9" * 400, ".start_time: a time as a number"),
        ("aws-old", "results.items.0.start_time", "nan", ".start_time: a time as a number"),
        ("aws-old", "jobName", ["x"], "$.jobName: an id as text or a number is wanted"),
        ("aws-old", "jobName", "a\nb", "$.jobName: 'a\\x0ab' cannot be an id"),
        ("aws-old", "results.speaker_labels", {"segments": []}, "$.results: no speaker is named"),
        ("aws-new", "results.audio_segments.1.transcript", 5, "audio_segments[1].transcript: text"),
        ("call-analytics", "Transcript.2.BeginOffsetMillis", -1, "a time of zero or more"),
        ("call-analytics", "Transcript.0.Content", None, "$.Transcript[0].Content: text is wanted"),
        (
            "deepgram-words",
            "results.channels.0.alternatives.0.words.1.start",
            True,
            "words[1].start",
        ),
        ("deepgram-words", "results.channels", [], "transcribe it again with diarize=true"),
        ("assemblyai", "utterances.1.speaker", {}, "$.utterances[1].speaker: a speaker as text"),
        ("assemblyai-words", "words", [], "speaker_labels: true"),
        ("whisperx", "segments.0.speaker", 1.5, "$.segments[0].speaker: a speaker as text"),
        ("whisperx", "segments.0.text", 5, "$.segments[0].text: text is wanted"),
        ("google", "results.2.alternatives.0.words.0.word", 5, "words[0].word: text is wanted"),
        ("google", "results.2.alternatives.0.words", [], "speaker diarization"),
        ("rev", "monologues.0.elements.0.value", 5, "$.monologues[0].elements[0].value: text"),
        ("rev", "monologues.0.elements", {}, "$.monologues[0].elements: a list is wanted"),
        ("amberscript", "segments.1.words", None, "$.segments[1].words: a list is wanted"),
        ("speaker-table", "segments.1.text", None, "$.segments[1].text: text is wanted"),
        ("gong", "callTranscripts.0.transcript.0.sentences", 5, "transcript[0].sentences: a list"),
        ("gong", "callTranscripts", 5, "$.callTranscripts: a list is wanted"),
        ("fireflies", "data.transcript.sentences", None, "$.data.transcript.sentences: a list"),
        ("fireflies", "data.transcript.sentences.0.speaker_name", "a\x1bb", "control character"),
        ("fireflies", "data.transcript.sentences.0.speaker_name", "a" * 513, "513 characters"),
        ("fathom", "transcript.0.timestamp", "soon", "$.transcript[0].timestamp: a time"),
        ("slack", "0.ts", "x", "$[0].ts: a time as a number"),
        ("slack", "1.text", 5, "$[1].text: text is wanted"),
        ("convokit", "1.text", 5, "$[1].text: text is wanted"),
        ("convokit", "1.conversation_id", None, "$[1].conversation_id: the id of a talk"),
        ("convokit", "1", 5, "$[1]: an utterance with a speaker"),
    ],
)
def test_what_is_refused(read, name, path, value, expected):
    """A part of another kind is named with its place, what was found and what is wanted."""
    error = read("a.json", json.dumps(change(sample(name), path, value)), trainee="/./").error
    assert expected in error
    assert "\n" not in error


def test_a_document_in_no_known_form_names_the_known_ones(read):
    """What fits nothing is told what would."""
    error = read("a.json", '{"results": {"speech": []}}').error
    assert "$: has no 'turns', and no other known form" in error
    assert "AWS Transcribe, Deepgram, Azure Speech" in error


def test_the_own_form_comes_first(read):
    """A talk in the project's own form stays one, whatever other keys it has."""
    turns = [{"role": "trainee", "text": "a"}, {"role": "stakeholder", "text": "b"}]
    talk = read("a.json", json.dumps({"turns": turns, "segments": [], "utterances": []})).talk
    assert talk.metadata["ignored_keys"] == "segments, utterances"


def test_an_end_before_its_start_is_no_time(read):
    """A time that runs backwards is left out, and counted."""
    document = change(sample("assemblyai"), "utterances.1.end", 5)
    talk = read("a.json", json.dumps(document), trainee="Speaker A").talk
    assert (talk.turns[1].started_s, talk.turns[1].ended_s) == (2.0, None)
    assert talk.metadata["ends_left_out"] == "1"


def test_times_out_of_order_keep_the_order_of_the_file(read):
    """What a service wrote first was said first, whatever its times are."""
    document = change(sample("speaker-table"), "segments.0.start", 99)
    talk = read("a.json", json.dumps(document), trainee="Ada").talk
    assert [turn.text for turn in talk.turns] == ["What hurts?", "Time.", "Why?"]


def test_cross_talk_on_channels_stays_in_phrases(read):
    """Where both speak at once, a phrase is not cut into words."""
    document = sample("deepgram-channels")
    channels = document["results"]["channels"]
    for number, texts in enumerate((["Now", "then", "we"], ["Sure", "go", "on"])):
        channels[number]["alternatives"][0]["words"] = [
            {"word": word, "start": 1 + at + number / 2, "end": 1.9 + at + number / 2}
            for at, word in enumerate(texts)
        ]
    talk = read("a.json", json.dumps(document), trainee="Speaker 0").talk
    assert [turn.text for turn in talk.turns] == ["Now then we", "Sure go on"]


def test_a_speaker_within_a_channel_is_named_by_both(read):
    """With channels and diarization, a speaker of one channel is not that of the other."""
    document = sample("deepgram-channels")
    for channel in document["results"]["channels"]:
        for word in channel["alternatives"][0]["words"]:
            word["speaker"] = 0
    talk = read("a.json", json.dumps(document), trainee="Speaker 0.0").talk
    assert {turn.speaker for turn in talk.turns} == {"Speaker 0.0", "Speaker 1.0"}


def test_google_words_without_a_speaker_are_not_dropped(read):
    """A last result that does not tell all words again would lose some: it is refused."""
    document = sample("google")
    del document["results"][2]["alternatives"][0]["words"][1:]
    error = read("a.json", json.dumps(document), trainee="Speaker 1").error
    assert "$.results: 4 words have no speaker, and just 1 are told again with one" in error


def test_google_channels_are_speakers(read):
    """Without diarization the channel of a result says who speaks."""
    document = sample("google")
    document["results"].pop()
    for number, result in enumerate(document["results"], 1):
        result["channelTag"] = number
    outcome = read("a.json", json.dumps(document), trainee="Speaker 1")
    assert [(speaker, text) for speaker, _, text in outcome.lines] == [
        ("Speaker 1", "What hurts?"),
        ("Speaker 2", "Time. Why?"),
    ]


def test_several_calls_in_a_file_are_several_talks(read):
    """Each call of Gong is a talk of its own; a bad one costs no other."""
    document = sample("gong")
    (call,) = document["callTranscripts"]
    others = [call | {"callId": None}, call | {"callId": "779", "transcript": 5}, call]
    document["callTranscripts"] += others
    outcome = read("a.json", json.dumps(document), trainee="Speaker 6000")
    assert [talk.id for talk in outcome.talks] == ["778", "a.json#1.2"]
    assert "$.callTranscripts[2].transcript: a list is wanted" in outcome.errors[0]
    assert "duplicate id, already used in $" in outcome.errors[1]


def test_an_answer_with_several_transcripts(read):
    """Fireflies may give several transcripts at once."""
    talks = [{"id": name, "sentences": sample("fireflies-bare")} for name in ("x", "y")]
    outcome = read("a.json", json.dumps({"data": {"transcripts": talks}}), trainee="Ada")
    assert [talk.id for talk in outcome.talks] == ["x", "y"]


def test_a_list_may_mix_forms(read):
    """Each item of a list is read by its own form, and named by its place."""
    content = json.dumps([sample("rev"), sample("whisperx"), {"monologues": [5]}])
    outcome = read("a.json", content, trainee="*0")
    assert [talk.id for talk in outcome.talks] == ["a.json", "a.json#2"]
    assert "$[2].monologues[0]: an object is wanted" in outcome.errors[0]


def test_utterances_are_gathered_by_talk(read):
    """Lines of several talks make each talk, in the order of the file."""
    lines = [
        {"conversation_id": talk, "speaker": who, "text": text, "timestamp": None}
        for talk, who, text in (
            ("x", "ada", "1"),
            ("y", "ada", "2"),
            ("x", "bo", "3"),
            ("y", "bo", "4"),
        )
    ]
    content = "".join(json.dumps(line) + "\n" for line in lines)
    outcome = read("a.jsonl", content, trainee="ada")
    assert [(talk.id, [turn.text for turn in talk.turns]) for talk in outcome.talks] == [
        ("x", ["1", "3"]),
        ("y", ["2", "4"]),
    ]


def test_a_bad_utterance_costs_its_talk_and_an_unreadable_line_is_noted(read):
    """A talk without one of its lines is not scored; a line of an unknown talk is noted in all."""
    lines = [json.dumps(line) for line in sample("convokit")]
    lines += [json.dumps({"conversation_id": "z", "speaker": "ada", "text": 5}), "{oops"]
    outcome = read("a.jsonl", "\n".join(lines), trainee="ada")
    assert [talk.metadata["lines_unreadable"] for talk in outcome.talks] == ["1"]
    assert "line 5 column 2: not valid JSON" in outcome.errors[0]
    assert "line 4 $.text: text is wanted" in outcome.errors[1]


@pytest.mark.parametrize("trainee", ["user", "human", "Human"])
def test_sharegpt_is_read_as_chat_messages(read, trainee):
    """People and models of ShareGPT are the two sides; what else stands there is no turn."""
    messages = [
        {"from": "system", "value": "Score 5."},
        {"from": "human", "value": "What hurts?"},
        {"from": "gpt", "value": "Time."},
        {"from": "function_call", "value": "{}"},
    ]
    outcome = read("a.json", json.dumps({"id": "s1", "conversations": messages}), trainee=trainee)
    assert outcome.lines == [
        ("Trainee", "trainee", "What hurts?"),
        ("Stakeholder", "stakeholder", "Time."),
    ]
    assert dict(outcome.talk.metadata) == {
        "shape": "sharegpt",
        "dropped_messages": "function_call 1, system 1",
    }


def test_sharegpt_is_refused_by_its_own_keys(read):
    """An error in ShareGPT names the keys of ShareGPT."""
    content = json.dumps({"conversations": [{"from": "judge", "value": "x"}]})
    assert (
        "$.conversations[0].from: the role 'judge'" in read("a.json", content, trainee="gpt").error
    )


@pytest.mark.parametrize(
    "document",
    [
        {
            "monologues": [
                {
                    "speaker_info": {"display_name": name},
                    "elements": [
                        {"value": text, "timestamp": f"{at},500", "end_timestamp": f"{at},900"}
                    ],
                }
                for name, text, at in (("Ada", "Hi.", "00:00:01"), ("Bo", "Yes.", "01:00:02"))
            ]
        },
        [
            {"speaker_name": name, "sentence": text, "startTime": f"{at}.5", "endTime": f"{at}.9"}
            for name, text, at in (("Ada", "Hi.", "00:01"), ("Bo", "Yes.", "60:02"))
        ],
    ],
)
def test_clock_times_are_read(read, document):
    """Rev's transcripts by hand, and what Fireflies lets one download, have times as clocks."""
    turns = read("a.json", json.dumps(document), trainee="Ada").talk.turns
    assert [(turn.text, turn.started_s, turn.ended_s) for turn in turns] == [
        ("Hi.", 1.5, 1.9),
        ("Yes.", 3602.5, 3602.9),
    ]


def test_utterances_of_others_may_count_seconds(read):
    """Utterances with fractions are in seconds, and those under other keys are a list of speech."""
    lines = [{"speaker": "Ada", "text": "Why?", "start": 1, "end": 1.5}]
    lines += [{"speaker": "Bo", "text": "So.", "start": 2, "end": 3}]
    talk = read("a.json", json.dumps({"utterances": lines}), trainee="Ada").talk
    assert [turn.started_s for turn in talk.turns] == [1.0, 2.0]
    renamed = [{"speaker_name": line["speaker"], "message": line["text"]} for line in lines]
    other = read("a.json", json.dumps({"utterances": renamed}), trainee="Ada").talk
    assert other.metadata["shape"] == "spoken-list"


def test_results_are_no_transcripts(read):
    """A scorecard among the input is named as such."""
    assert "is a scorecard" in read("a.jsonl", '{"rubrics": {}, "provenance": {}}').error


def test_speakers_who_could_not_be_told_are_unknown(read):
    """Where a service says that it does not know a voice, nobody else gets its words."""
    otter, words = sample("otter"), sample("speechmatics")
    otter["speech"]["transcripts"][1] |= {"speaker_id": None, "speaker_model_label": None}
    words["results"][3]["alternatives"][0]["speaker"] = "UU"
    for document, ada in ((otter, "Ada"), (words, "S1")):
        lines = read("a.json", json.dumps(document), trainee=ada).lines
        assert [line[:2] for line in lines][1][0] == "Unknown Speaker"


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"items": [{"name": "a", "content": "b"}]}, "no other known form"),
        ([{"role": "user", "content": "Hi"}], "which role is the trainee"),
        ({"recognizedPhrases": [{"nBest": [{"display": "Hi"}]}]}, "with diarization"),
        ({"results": [{"alternatives": [{"timestamps": [["a", 1]]}]}]}, "a word with its start"),
        ({"words": [{"text": "a", "speaker_id": None}]}, "with diarization"),
        ([{"speaker": "Ada", "text": "a"}, 5], "$[1]: an object is wanted"),
    ],
)
def test_what_newer_forms_refuse(read, document, said):
    """Each says what is missing, and where."""
    assert said in read("a.json", json.dumps(document), trainee="Ada").error


def test_bare_messages_are_a_chat(read):
    """A list of chat messages without its object is read as one with it."""
    messages = [{"role": "system", "content": "x"}, {"role": "user", "content": "Hi"}]
    messages += [{"role": "assistant", "content": "Yes"}]
    assert len(read("a.json", json.dumps(messages), trainee="user").talk.turns) == 2


@pytest.mark.parametrize("document", [chatgpt(*TREE, last="c"), [chatgpt(*TREE)], CLAUDE, [CLAUDE]])
def test_exports_of_chats_with_an_assistant_are_chat_messages(read, document):
    """ChatGPT and Claude: the branch that was shown, spoken words too, and who is scored is asked."""
    outcome = read("conversations.json", json.dumps(document), trainee="user")
    assert outcome.lines == [
        ("Trainee", "trainee", "What hurts?"),
        ("Stakeholder", "stakeholder", "Time."),
        ("Trainee", "trainee", "Why?"),
    ]
    assert outcome.talk.id == "c-1"
    assert "--trainee user" in read("a.json", json.dumps(document)).error


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (chatgpt(("a", "b", "user", ["x"]), ("b", "a", "user", ["y"]), last="a"), "goes round"),
        (chatgpt(("a", "z", "user", ["x"]), last="a"), "a message that is not there"),
        (chatgpt(("a", "", "judge", ["x"]), last="a"), "the role 'judge' is not known"),
    ],
)
def test_a_broken_tree_is_refused(read, document, said):
    """An export that leads nowhere is an error, not half a talk."""
    assert said in read("a.json", json.dumps(document), trainee="user").error


def pieces(*, who: str, said: str, names: tuple[str, str], **more: Any) -> list[dict[str, Any]]:
    """Give three pieces of speech under the keys of a tool."""
    lines = ((names[0], "What hurts?"), (names[1], "Time."), (names[0], "Why?"))
    return [{who: name, said: text, **more} for name, text in lines]


SIDES = ("agent", "customer")
TOLD = "agent: What hurts?\ncustomer: Time.\nagent: Why?\n"


@pytest.mark.parametrize(
    ("document", "own_id"),
    [
        (
            [
                {
                    "contactId": "n1",
                    "interwovenTranscript": {
                        "transcriptBlock": pieces(who="channelName", said="text", names=SIDES)
                    },
                }
            ],
            "n1",
        ),
        ({"transcript": pieces(who="source", said="message", names=SIDES)}, "a.json"),
        (
            {
                "conversationId": "g1",
                "transcripts": [
                    {"phrases": pieces(who="participantPurpose", said="text", names=SIDES)}
                ],
            },
            "a.json",
        ),
        (
            {"callSid": "x", "transcripts": pieces(who="type", said="content", names=SIDES)},
            "a.json",
        ),
        ({"id": "m1", "messages": pieces(who="sender", said="text", names=SIDES)}, "m1"),
        ({"calls": [{"call_id": "c1", "transcript": TOLD}]}, "c1"),
        ({"id": 7, "transcript": TOLD.splitlines()}, "7"),
        (
            {
                "event": "ended",
                "call": {"call_id": "r1", "transcript": "\n  ".join(TOLD.split("\n"))},
            },
            "r1",
        ),
        ({"artifact": {"messages": pieces(who="role", said="message", names=SIDES)}}, "a.json"),
    ],
)
def test_what_call_centres_and_agents_keep_is_read(read, document, own_id):
    """Lists under other keys, text in JSON, and talks in a list within: each with its own id."""
    outcome = read("a.json", json.dumps(document), trainee="agent")
    assert outcome.lines == [
        ("agent", "trainee", "What hurts?"),
        ("customer", "stakeholder", "Time."),
        ("agent", "trainee", "Why?"),
    ]
    assert outcome.talk.id == own_id


def test_talks_within_a_document_are_each_on_their_own(read):
    """A bad talk in a list under a key is an error with its place, and the others are read."""
    talk = {"id": "a", "messages": pieces(who="sender", said="text", names=("Ada", "Bo"))}
    document = {"conversations": [talk, {"id": "b", "messages": 5}, {**talk, "id": "c"}]}
    outcome = read("a.json", json.dumps(document), trainee="Ada")
    assert [made.id for made in outcome.talks] == ["a", "c"]
    assert "$.conversations[1]" in outcome.errors[0]


@pytest.mark.parametrize(
    "document",
    [
        [{"text": "Hi.", "source": "https://a.example"}],
        [{"content": "Hi.", "type": "markdown"}],
        {"results": [{"title": "x", "text": "Note: this"}]},
    ],
)
def test_what_only_looks_like_a_list_of_speech_is_refused(read, document):
    """A source or a type that is no side of a talk makes nobody speak."""
    errors = read("a.json", json.dumps(document), trainee="Ada").errors
    assert "no other known form" in errors[0]


def test_an_end_as_a_date_is_no_time_from_the_start(read):
    """Where starts count from the start, an end since 1970 is left out."""
    document = [
        {"role": "bot", "message": "Hi", "secondsFromStart": 0.5, "endTime": 1_700_000_000_000},
        {"role": "user", "message": "Yes", "secondsFromStart": 2, "endTime": 1_700_000_003_000},
    ]
    turns = read("a.json", json.dumps(document), trainee="bot").talk.turns
    assert [(turn.started_s, turn.ended_s) for turn in turns] == [(0.5, None), (2.0, None)]


@pytest.mark.parametrize(
    ("segment", "name"),
    [
        ({"speaker": "Ada", "startTime": 0.5, "endTime": 1.5, "body": "Hi."}, "Ada"),
        ({"speaker_id": "s1", "start": 0.5, "end": 1.5, "text": "Hi."}, "s1"),
    ],
)
def test_segments_of_podcasts_and_of_voxtral(read, segment, name):
    """Segments with `body` are a list of speech, not Whisper's; `speaker_id` names a speaker, too."""
    document = {"version": "1.0.0", "segments": [segment, {**segment, "startTime": 2.0}]}
    (turn, *_) = read("a.json", json.dumps(document), trainee=name).talk.turns
    assert (turn.speaker, turn.started_s, turn.text) == (name, 0.5, "Hi. Hi.")


def test_channels_by_number_and_sides_of_telephony(read):
    """Twilio counts channels, Aircall says which participant is internal."""
    twilio = [
        {"media_channel": 1 + at % 2, "start_time": f"{at}.5", "transcript": text}
        for at, text in enumerate(("Hi.", "Yes?"))
    ]
    outcome = read("a.json", json.dumps({"sentences": twilio}), trainee="Speaker 1")
    assert [turn.speaker for turn in outcome.talk.turns] == ["Speaker 1", "Speaker 2"]
    aircall = [{"participant_type": side, "text": "Hi."} for side in ("internal", "external")]
    within = {"transcription": {"call_id": 7, "content": {"utterances": aircall}}}
    outcome = read("b.json", json.dumps(within), trainee="internal")
    assert [turn.role for turn in outcome.talk.turns] == ["trainee", "stakeholder"]
