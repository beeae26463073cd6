"""JSON and JSON Lines: three shapes of a talk, and what is refused in them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rmcoach_llm.domain import Transcript, why_unscorable

TURNS = [{"role": "trainee", "text": "What hurts?"}, {"role": "stakeholder", "text": "Time."}]
MESSAGES = [
    {"role": "system", "content": "Score 5."},
    {"role": "user", "content": "What hurts?"},
    {"role": "assistant", "content": None, "tool_calls": []},
    {"role": "tool", "content": {"days": 12}},
    {"role": "assistant", "content": [{"type": "text", "text": "Time."}]},
]


def talk(turns: Any = TURNS, **more: Any) -> str:
    """Give a talk in the plain form as JSON."""
    return json.dumps({"turns": turns} | more)


def test_the_plain_form(read):
    """Roles alone name the speakers, and the file names the talk."""
    outcome = read("a.json", talk())
    assert outcome.talk.id == "a.json"
    assert outcome.lines == [
        ("Trainee", "trainee", "What hurts?"),
        ("Stakeholder", "stakeholder", "Time."),
    ]


def test_speakers_without_roles_follow_the_rules(read):
    """Speakers get their roles as in text files, and the error has its locator."""
    turns = [{"speaker": "Ada", "text": "a", "started_s": 1}, {"speaker": "Bo", "text": "b"}]
    assert "$.turns[0].role: no role is known" in read("a.json", talk(turns)).error
    found = read("a.json", talk(turns), trainee="ada").talk
    assert [(turn.role, turn.started_s) for turn in found.turns] == [
        ("trainee", 1.0),
        ("stakeholder", None),
    ]


def test_a_role_given_once_holds(read):
    """A speaker whose role one turn states keeps it in all."""
    turns = [{"speaker": "Ada", "text": "a"}, {"speaker": "Ada", "role": "trainee", "text": "b"}]
    assert [turn.role for turn in read("a.json", talk(turns)).talk.turns] == ["trainee"] * 2


def test_participants_name_roles_and_silent_people(read):
    """Participants state roles, and one who says nothing stays on the list."""
    people = [{"name": "Eve", "role": "other"}, {"name": "Zoé", "role": "trainee"}, {"name": "Bo"}]
    turns = [{"speaker": "Zoe\u0301", "text": "a"}, {"speaker": "Bo", "text": "b"}]
    found = read("a.json", talk(turns, participants=people)).talk
    assert [(p.name, p.role) for p in found.participants] == [
        ("Eve", "other"),
        ("Zoé", "trainee"),
        ("Bo", "other"),
    ]
    assert found.turns[0].speaker == "Zoé"


def test_the_own_form_round_trips(read):
    """What the project writes it reads back exactly, metadata included."""
    own = Transcript.of("t1", [("A", "trainee", "x"), ("B", "stakeholder", "y")])
    own = Transcript.model_validate(own.model_dump() | {"metadata": {"source": "test"}})
    assert read("a.json", own.model_dump_json()).talk == own


def test_the_brief_is_read_back(read):
    """What the trainee took from the talk survives the way through a file."""
    own = Transcript.of("t1", [("A", "trainee", "x"), ("B", "stakeholder", "y")])
    own = Transcript.model_validate(own.model_dump() | {"brief": {"need": "an earlier close"}})
    assert read("a.json", own.model_dump_json()).talk == own


def test_listed_participants_keep_their_spelling(read):
    """Names that the participants list tells apart stay apart, in whatever Unicode form."""
    composed, split = "Zo\u00e9", "Zoe\u0301"
    own = Transcript.of("t1", [(composed, "trainee", "x"), (split, "stakeholder", "y")])
    assert read("a.json", own.model_dump_json()).talk == own


def test_unknown_keys_never_act(read):
    """Keys that nobody knows are listed and otherwise dropped."""
    turns = [TURNS[0] | {"score": 5}, TURNS[1]]
    content = talk(turns, judge_model="evil", participants=[{"name": "Trainee", "mail": "x"}])
    found = read("a.json", content).talk
    assert dict(found.metadata) == {"ignored_keys": "judge_model, participants.mail, turns.score"}


def test_nul_and_lone_surrogates_are_replaced_in_text(read):
    """Characters that no store can keep become U+FFFD in texts, not in names."""
    turns = [{"role": "trainee", "text": "a\0b\ud800c"}, TURNS[1]]
    found = read("a.json", talk(turns, metadata={"k\ud800": "v\0"})).talk
    assert found.turns[0].text == "a\ufffdb\ufffdc"
    assert dict(found.metadata) == {"k\ufffd": "v\ufffd"}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("null", "$: an object is wanted, found null"),
        ("true", "$: an object is wanted, found true"),
        ("false", "found false"),
        ("[]", "$: a list of transcripts is wanted, found an empty list"),
        ("[1, 2]", "$: a list of transcripts is wanted, found a list with a number"),
        ("{}", "$: has no 'turns'"),
        (talk({}), "$.turns: a list is wanted, found an object"),
        (talk([5]), "$.turns[0]: an object is wanted, found a number"),
        (talk([{"role": "trainee"}]), "$.turns[0].text: text is wanted, found nothing"),
        (talk([{"role": "trainee", "text": 5}]), "$.turns[0].text: text is wanted, found a number"),
        (talk([{"text": "x"}]), "$.turns[0].role: neither 'role' nor 'speaker'"),
        (
            talk([{"role": "system", "text": "x"}]),
            "$.turns[0].role: the role 'system' is not known",
        ),
        (talk([{"role": "Trainee", "text": "x"}]), "did you mean 'trainee'?"),
        (talk([{"role": None, "speaker": "A", "text": "x"}]), "$.turns[0].role: a role is wanted"),
        (talk([{"role": ["trainee"], "text": "x"}]), "found a list"),
        (talk([{"speaker": 5, "text": "x"}]), "$.turns[0].speaker: text is wanted"),
        (talk([TURNS[0] | {"speaker": "a\x1bb"}]), "holds the control character U+001B"),
        (talk([TURNS[0] | {"started_s": -1}]), "$.turns[0].started_s: "),
        (talk([TURNS[0] | {"trace": 5}]), "$.turns[0].trace: "),
        (talk([TURNS[0], TURNS[1] | {"speaker": "Trainee"}]), "$.turns[1].role: 'Trainee' is"),
        (talk(participants=[{"name": "A"}, {"name": "A"}]), "$.participants[1].name: duplicate"),
        (talk(participants={}), "$.participants: a list is wanted"),
        (talk(metadata=[]), "$.metadata: an object is wanted"),
        (talk(metadata={"a b": 5}), "$.metadata['a b']: "),
        (talk(scenario="x"), "$.scenario: "),
        (talk(id=""), "$.id: is empty"),
        (talk(id=7), "$.id: "),
        (talk(id="a\nb"), "$.id: holds the control character U+000A"),
        (talk(schema=99), "$.schema: schema 99 is newer"),
        (talk(format="1; DROP"), "$.format: this format is not known"),
        (talk(format=True), "$.format: this format is not known"),
        (talk([TURNS[0]] * 20_001), "$.turns[20000]: too many turns"),
    ],
)
def test_what_is_refused(read, content, expected):
    """Each fault is named with its locator, what was found and what is wanted."""
    error = read("a.json", content).error
    assert expected in error
    assert "\n" not in error


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"a": NaN}', "$.a: NaN is no JSON number: a finite one"),
        ('{"a": [1, -Infinity]}', "$.a[1]: -Infinity is no JSON number"),
        ('{"a": 1e999}', "$.a: a number is too large: not finite"),
        ('{"a": %s}' % ("9" * 5000), "$.a: a number of 5,000 digits"),
        ('{"id": "a", "id": "b"}', "$.id: duplicate key"),
        ('{"a\\u001b": NaN}', "$['a\\x1b']: NaN"),
        ("[" * 100_000 + "]" * 100_000, "nested deeper than 64 levels"),
        ('{"a":' * 65 + "1" + "}" * 65, "nested deeper than 64 levels"),
        ('{"turns": [],}', "line 1 column 14: not valid JSON"),
        ('{\n"turns": [', "line 2 column"),
        (talk() + talk(), "name the file .jsonl"),
        ('{"id": "\n"}', "line 1 column 9: not valid JSON"),
    ],
)
def test_json_is_strict(read, content, expected):
    """What other parsers let pass or crash on is refused with its place."""
    assert expected in read("a.json", content).error


def test_a_depth_within_the_cap_is_read(read):
    """64 levels are allowed."""
    deep = json.loads("[" * 63 + "]" * 63)
    assert read("a.json", talk(extra=deep)).talk.metadata["ignored_keys"] == "extra"


def test_ordinary_numbers_are_read(read):
    """Floats and large integers that fit are no fault."""
    assert read("a.json", talk(a=1.5, b=10**200)).talk.turns


def test_bad_bytes_are_named_by_their_line(read):
    """An encoding error in JSON names the line of the byte."""
    assert "line 2: the byte 0xe9" in read("a.json", b'{\n"id": "\xe9"}').error


def test_a_list_gives_each_talk(read):
    """In a list the good talks are read, and each bad one is named by its place."""
    content = json.dumps([{"turns": TURNS}, {"turns": 5}, {"turns": TURNS}, 7])
    outcome = read("a.json", content)
    assert [item.id for item in outcome.talks] == ["a.json", "a.json#3"]
    assert "$[1].turns: a list is wanted" in outcome.errors[0]
    assert "$[3]: an object is wanted" in outcome.errors[1]


def test_equal_ids_in_a_list_are_refused(read):
    """Ids that differ only in Unicode form are the same id; those that differ in case are not."""
    ids = ["anna", "Anna", "anna\u0301", "anná"]
    outcome = read("a.json", json.dumps([{"id": name, "turns": TURNS} for name in ids]))
    assert [item.id for item in outcome.talks] == ids[:3]
    assert "$[3].id: duplicate id, already used in $[2]" in outcome.errors[0]


def test_messages_need_to_know_who_is_scored(read):
    """Chat messages do not say who the trainee is: the error names both answers."""
    content = json.dumps({"messages": MESSAGES})
    for trainee in (None, "Ada"):
        error = read("a.json", content, trainee=trainee).error
        assert "$.messages: " in error
        assert "--trainee user or --trainee assistant" in error


def test_messages_are_turns_but_instructions_are_not(read):
    """Only what user and assistant say is a turn; the rest is counted."""
    outcome = read("a.json", json.dumps({"messages": MESSAGES}), trainee="user")
    assert outcome.lines == [
        ("Trainee", "trainee", "What hurts?"),
        ("Stakeholder", "stakeholder", "Time."),
    ]
    assert outcome.talk.metadata["dropped_messages"] == "assistant 1, system 1, tool 1"


def test_messages_of_one_side_are_a_talk_of_one_side(read):
    """Where the trainee's side said nothing, the talk is read, and can be told to be unscorable."""
    messages = [{"role": "assistant", "content": "x"}]
    talk = read("a.json", json.dumps({"messages": messages}), trainee="user").talk
    assert why_unscorable(talk) == "no trainee turn"


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        (5, "$.messages: a list is wanted"),
        ([5], "$.messages[0]: an object is wanted"),
        ([{"role": "judge"}], "$.messages[0].role: the role 'judge'"),
        ([{"role": {}}], "$.messages[0].role: the role an object"),
        ([{"role": "user", "content": 5}], "$.messages[0].content: text is wanted"),
        ([{"role": "user", "content": [{"type": "image"}]}], "$.messages[0].content[0]: a part"),
    ],
)
def test_messages_that_are_refused(read, messages, expected):
    """Messages of another shape are refused with their locator."""
    assert expected in read("a.json", json.dumps({"messages": messages}), trainee="user").error


def test_lines_are_read_one_by_one(read):
    """Blank lines are left out; a bad line is named, and the others are read."""
    content = f"{talk(id='x')}\r\n\n{{oops\n{talk()}\n5\n"
    outcome = read("a.jsonl", content)
    assert [item.id for item in outcome.talks] == ["x", "a.jsonl#3"]
    assert "line 3 column 2: not valid JSON" in outcome.errors[0]
    assert "line 5 $: an object is wanted" in outcome.errors[1]


def test_the_first_talk_is_there_before_the_last_is_parsed(tmp_path):
    """A JSON Lines file is read lazily: a bad last line does not hold the first talk up."""
    from rmcoach_llm.protocols import ReadOptions
    from rmcoach_llm.readers.json_files import JsonLinesReader

    path = tmp_path / "a.jsonl"
    path.write_text(talk(id="x") + "\n{oops")
    first = next(iter(JsonLinesReader().read(path, ReadOptions())))
    assert isinstance(first, Transcript)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"\xef\xbb\xbf" + talk().encode(), "line 2: begins with a byte order mark (BOM)"),
        (b"\0" * 99, "line 2: holds a NUL character"),
        (b'{"id": "\xe9"}', "line 2: the byte 0xe9 is not UTF-8"),
        (b'"' + b"a" * 1_000_001 + b'"', "line 2: line too long"),
        (talk(id="x").encode(), "line 2 $.id: duplicate id, already used in line 1"),
        (b'{"a": NaN}', "line 2 $.a: NaN"),
        (talk().encode()[:-9], "line 2 column"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_is_read(read, line, expected):
    """A damaged line costs that line and no other."""
    content = b"\n".join([talk(id="x").encode(), line, talk(id="y").encode()])
    outcome = read("a.jsonl", content)
    assert [item.id for item in outcome.talks] == ["x", "y"]
    assert expected in outcome.errors[0]
    assert len(outcome.errors) == 1


def test_separators_within_text_do_not_break_a_record(read):
    """Unicode line separators in a JSON string are text."""
    turns = [{"role": "trainee", "text": "a\u2028b\u2029c\x85d"}, TURNS[1]]
    content = json.dumps({"turns": turns}, ensure_ascii=False)
    assert read("a.jsonl", content).talk.turns[0].text == "a\u2028b\u2029c\x85d"


def test_a_document_named_jsonl_says_so(read):
    """A JSON document over several lines gives one error, not one for each line."""
    content = json.dumps({"turns": TURNS}, indent=1)
    error = read("a.jsonl", content).error
    assert "line 1: not JSON on a line of its own" in error
    assert "name the file .json" in error
