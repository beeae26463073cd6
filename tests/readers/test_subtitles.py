"""Subtitles: each time line becomes a cue, each cue has a speaker whom the file names."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rmcoach_llm.readers.cue_speakers import in_time, named_lines
from rmcoach_llm.readers.cue_text import voices_of
from rmcoach_llm.readers.cues import Cue
from rmcoach_llm.readers.files import Origin, text_source
from rmcoach_llm.readers.roles import RoleRules
from rmcoach_llm.readers.timed_blocks import SUBRIP, SUBVIEWER, WEBVTT, timed_blocks

ZOOM = """WEBVTT\r
\r
1\r
00:00:02.310 --> 00:00:04.000\r
Ada Roy (she/her) | Acme GmbH: What slows you down?\r
\r
2\r
00:00:04.500 --> 00:00:06.000\r
And since when?\r
\r
3\r
00:00:07.000 --> 00:00:09.000\r
Bo Lind: So the reason is: we wait.\r
"""

TEAMS_OLD = """WEBVTT

NOTE duration:"00:00:09.0000000"

NOTE language:en-us

NOTE Confidence: 0.91

0a1b2c3d-1111-2222-3333-444455556666
0:0:3.490 --> 0:0:5.1
<v 8a-01@9b-02>What slows
you down?</v>

NOTE Confidence: 0.88

0a1b2c3d-1111-2222-3333-444455556667
0:0:5.200 --> 0:1:0.000
<v 8a-09@9b-02>We wait.</v><v 8a-01@9b-02>For whom?</v>
"""

TEAMS_NEW = """WEBVTT

0a1b2c3d-1111-2222-3333-444455556666/12-0
00:00:03.490 --> 00:00:05.100
<v Roy, Ada>What slows you down?</v>

0a1b2c3d-1111-2222-3333-444455556666/12-1
00:00:05.200 --> 00:00:07.000
<v Roy, Ada>And since when?</v>

0a1b2c3d-1111-2222-3333-444455556666/14-0
00:00:08.000 --> 00:00:09.000
<v Lind, Bo (Guest)>We wait.</v>
"""

ROLLING = """WEBVTT
Kind: captions
Language: en

00:00:00.000 --> 00:00:02.000 align:start position:0%
{space}
>> ADA:<00:00:00.500><c> What</c><00:00:01.000><c> hurts?</c>

00:00:02.000 --> 00:00:02.010 align:start position:0%
>> ADA: What hurts?
{space}

00:00:02.010 --> 00:00:04.000 align:start position:0%
>> ADA: What hurts?
&gt;&gt; BO:<00:00:03.000><c> Time.</c>

00:00:04.000 --> 00:00:04.010 align:start position:0%
>> BO: Time.
{space}
""".replace("{space}", " ")


def turns(outcome) -> list[tuple[str, str]]:
    """Give speaker and text of each turn."""
    return [(speaker, text) for speaker, _, text in outcome.lines]


def test_zoom(read):
    """Names stand in the text; a bare cue goes on; a sentence before a colon is no name."""
    outcome = read("a.vtt", ZOOM, trainee="Ada*")
    assert outcome.lines == [
        ("Ada Roy (she/her) | Acme GmbH", "trainee", "What slows you down? And since when?"),
        ("Bo Lind", "stakeholder", "So the reason is: we wait."),
    ]
    assert outcome.talk.turns[0].started_s == 2.31
    assert outcome.talk.turns[0].ended_s == 6.0
    assert dict(outcome.talk.metadata) == {
        "shape": "WebVTT, names in the text",
        "cues_continued": "1",
    }


def test_teams_old(read):
    """Identities are the speakers, several voices in a cue are several turns, notes are no text."""
    talk = read("a.vtt", TEAMS_OLD, trainee="8a-01@*").talk
    assert [(turn.speaker, turn.text, turn.started_s) for turn in talk.turns] == [
        ("8a-01@9b-02", "What slows you down?", 3.49),
        ("8a-09@9b-02", "We wait.", 5.2),
        ("8a-01@9b-02", "For whom?", 5.2),
    ]
    assert talk.metadata["cues_of_several_voices"] == "1"


def test_teams_new(read):
    """Cue ids carry no meaning; cues of one voice in a row are one turn."""
    assert turns(read("a.vtt", TEAMS_NEW, trainee="Roy, Ada")) == [
        ("Roy, Ada", "What slows you down? And since when?"),
        ("Lind, Bo (Guest)", "We wait."),
    ]


def test_a_podcast_names_speakers_when_they_change(read):
    """Cues without a name belong to the speaker before, in both kinds of decimal point."""
    body = "1\n00:00:01{0}000 --> 00:00:02{0}000\nADA: What\n\n2\n00:00:02{0}000 --> 00:00:03{0}000\n<i>hurts?</i>\n\n3\n00:00:03{0}500 --> 00:00:04{0}000\nBO: {{\\an8}}Time.\n"
    for point in ",.":
        outcome = read("a.srt", body.format(point), trainee="ada")
        assert turns(outcome) == [("ADA", "What hurts?"), ("BO", "Time.")]
        assert outcome.talk.metadata["cues_continued"] == "1"


def test_rolling_captions_say_everything_once(read):
    """Lines that roll on are taken once, word times are no text, the metadata count the rest."""
    outcome = read("a.vtt", ROLLING, trainee="ADA")
    assert turns(outcome) == [("ADA", "What hurts?"), ("BO", "Time.")]
    assert outcome.talk.metadata["lines_repeated"] == "3"


def test_captions_without_speakers_are_refused(read):
    """Nobody is made up: the error says at which line the first words are, and what to do."""
    content = "WEBVTT\n\n00:01.000 --> 00:02.000\nwe met\n\n00:02.000 --> 00:03.000\nat noon\n"
    error = read("a.vtt", content, trainee="Ada").error
    assert "line 4: the first words have no speaker" in error
    assert "diarization" in error


def test_sbv(read):
    """The times stand with a comma between them; `[br]` parts two lines."""
    content = "0:00:03.900,0:00:08.460\nADA: What[br]hurts?\n\n0:00:09.000,0:00:10.000\nBO: Time.\n"
    talk = read("a.sbv", content, trainee="ADA").talk
    assert [(turn.text, turn.started_s) for turn in talk.turns] == [
        ("What hurts?", 3.9),
        ("Time.", 9.0),
    ]
    assert (
        "line 1: '0:00:03.900,0:00:02" in read("b.sbv", "0:00:03.900,0:00:02.460\nADA: x\n").error
    )


@pytest.mark.parametrize(
    ("time", "seconds"),
    [
        ("00:00:60.000", 60.0),
        ("00:01:75.500", 135.5),
        ("0:0:3.49", 3.49),
        ("01:02.000", 62.0),
        ("75:10", 4510.0),
        ("123:00:00.000", 442_800.0),
    ],
)
def test_times(read, time, seconds):
    """Seconds that reach 60 count as what they say, digits may lack, hours may be many."""
    content = f"WEBVTT\n\n{time} --> 999:00:00.000\n<v Trainee>a\n"
    assert read("a.vtt", content).talk.turns[0].started_s == seconds


def test_seconds_that_were_carried_are_counted(read):
    """A time such as 00:00:61 is read, and the metadata say how often."""
    content = "WEBVTT\n\n00:00:61.000 --> 00:00:62.000\n<v Trainee>a\n"
    assert read("a.vtt", content).talk.metadata["seconds_carried"] == "1"


@pytest.mark.parametrize(
    "line",
    [
        "-00:00:01.000 --> 00:00:02.000",
        "00:00:03.000 --> 00:00:02.999",
        "00:60:00.000 --> 01:00:01.000",
        "00:00:01.000 -->",
        "00:00:01.000 --> soon",
        "00:00:01.000 -> 00:00:02.000",
        "00:00:01.000 – 00:00:02.000",
        "1 --> 2",
    ],
)
@pytest.mark.parametrize("ending", ["vtt", "srt"])
def test_a_bad_time_line_is_refused_at_its_line(read, line, ending):
    """Times that are negative, backwards, out of range or cut are errors, never text."""
    good = "00:00:01.000 --> 00:00:02.000\nTrainee: a\n\n"
    content = f"WEBVTT\n\n{good}{line}\nDana: b\n"
    content = content if ending == "vtt" else content.removeprefix("WEBVTT\n\n")
    assert f"line {6 if ending == 'vtt' else 4}: " in read(f"a.{ending}", content).error


def test_times_that_no_cue_has_are_an_error(read):
    """A cue hidden in a comment or a text is neither read nor lost without a word."""
    hidden = "NOTE\n00:00:03.000 --> 00:00:04.000\n<v Dana>b\n"
    content = f"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v Trainee>a\n\n{hidden}"
    error = read("a.vtt", content).error
    assert "line 7: 1 cues were read, but 2 lines hold the times of one" in error


def test_text_without_a_time_is_refused_in_webvtt(read):
    """A player would drop it; here it is an error with its line."""
    content = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v Trainee>a\n\nlost words\n"
    assert "line 6: a time line is wanted, found 'lost words'" in read("a.vtt", content).error


def test_blank_lines_within_subrip_text(read):
    """What follows a blank line still belongs to the cue, and is counted."""
    content = "1\n00:00:01,000 --> 00:00:02,000\nTrainee: a\n\nb\n\n2\n00:00:03,000 --> 00:00:04,000\nDana: c\n"
    outcome = read("a.srt", content)
    assert turns(outcome) == [("Trainee", "a b"), ("Dana", "c")]
    assert outcome.talk.metadata["blocks_continued"] == "1"


def test_files_without_blank_lines(read):
    """An index between two cues is not spoken."""
    content = (
        "1\n00:00:01,000 --> 00:00:02,000\nTrainee: a\n2\n00:00:03,000 --> 00:00:04,000\nDana: 42\n"
    )
    assert turns(read("a.srt", content)) == [("Trainee", "a"), ("Dana", "42")]


def test_subrip_without_indexes(read):
    """Where the first cue has no index, a line above a time line is text, a number too."""
    body = "{0}Trainee: a\n42\n{0}Dana: b\n\nc\n{0}d\n\n7\n{0}e\n\n5\n{0}f\n"
    content = body.format("00:00:01,000 --> 00:00:02,000\n")
    outcome = read("a.srt", content)
    assert turns(outcome) == [("Trainee", "a 42"), ("Dana", "b c d 7 e f")]


def test_a_pattern_makes_no_names():
    """A role for everybody does not turn sentences into speakers."""
    rules = RoleRules("/./", {"*": "stakeholder"})
    (cue,), notes = named_lines([Cue("Ada", "the point is: x")], rules, Origin("a.srt"))
    assert (cue.speaker, notes) == ("Ada", {"not_names": "the point is"})


def test_a_cut_file_gives_its_cues_and_an_error(read):
    """What was read is given, and the line where the file breaks off is reported."""
    outcome = read("a.srt", "1\n00:00:01,000 --> 00:00:02,000\nTrainee: and th")
    assert len(outcome.talks) == 1
    assert "line 3: the file ends without a line end" in outcome.errors[0]
    assert not read("b.srt", "1\n00:00:01,000 --> 00:00:02,000\nTrainee: and that.").errors


def test_cues_out_of_order_are_put_in_time(read):
    """The order is that of the times, a bare cue behind the one it goes on with, and counted."""
    cue = "00:00:0{}.000 --> 00:00:09.000\n{}\n\n".format
    content = cue(5, "Dana: c") + cue(6, "d") + cue(1, "Trainee: a") + cue(2, "b")
    outcome = read("a.srt", content)
    assert turns(outcome) == [("Trainee", "a b"), ("Dana", "c d")]
    assert outcome.talk.metadata["cues_put_in_time"] == "1"


def test_a_voice_within_words_changes_nothing(read):
    """A second voice amid a cue's words leaves them with the first, and is counted."""
    content = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Trainee>hi <v Dana>you were great</v>\n"
    outcome = read("a.vtt", content)
    assert turns(outcome) == [("Trainee", "hi you were great")]
    assert outcome.talk.metadata["voices_ignored"] == "1"


def test_entities_are_decoded_once_and_make_no_tags(read):
    """An escaped voice is text, an escaped escape stays escaped, nothing unstorable comes out."""
    said = "&lt;v Dana&gt; R&amp;amp;D &#0; &#xD800; AT&T"
    content = f"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Trainee>{said}\n"
    assert turns(read("a.vtt", content)) == [("Trainee", "<v Dana> R&amp;D \ufffd \ufffd AT&T")]


@pytest.mark.parametrize("text", [">> and then", "- yes\n- no"])
def test_a_change_of_speaker_without_a_name_is_refused(read, text):
    """Words of somebody who is not named are not given to the speaker before."""
    content = (
        f"00:00:01.000 --> 00:00:02.000\nTrainee: a\n\n00:00:03.000 --> 00:00:04.000\n{text}\n"
    )
    assert "line 5:" in read("a.srt", content).error


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        (["the point is: so"], 0),
        (["anna smith: a", "anna smith: b", "anna smith: c"], 3),
        (["Ludwig van der Rohe: a"], 1),
        (["Dana (our guest): a"], 1),
        (["דנה: a"], 1),
        (["we see three\nOptions: a"], 0),
        (["- Dana: a\n- Bo: b"], 2),
        (["Why not?: a", "12: a", "https://x.org", "at 12:30"], 0),
        (["One Two Three Four Five Six Seven Eight Nine: a"], 0),
    ],
)
def test_what_is_a_name_in_subtitles(lines, named):
    """Capitals, or standing before a colon three times, make a name; sentences stay text."""
    cues, _ = named_lines([Cue(None, line) for line in lines], RoleRules(), Origin("a.srt"))
    assert sum(cue.speaker is not None for cue in cues) == named


def test_a_name_that_the_caller_gives_is_a_name():
    """In small letters and only once, too."""
    (cue,), _ = named_lines([Cue(None, "anna: hi")], RoleRules("Anna"), Origin("a.srt"))
    assert cue.speaker == "anna"


def test_odd_tags_are_read_in_time():
    """A flood of half tags and spaces takes no longer than its length."""
    for flood in ("<v " + " " * 200_000, "<v" * 100_000, "{\\" * 100_000, "&#" * 100_000):
        assert voices_of(flood).said


words = st.text("abc", min_size=1, max_size=4)
cue_rows = st.lists(
    st.tuples(st.sampled_from(["Ada", "Bo", None]), st.lists(words, min_size=1, max_size=3)),
    min_size=1,
    max_size=15,
)


@given(cue_rows, st.sampled_from([WEBVTT, SUBRIP, SUBVIEWER]), st.sampled_from(["\n", "\r\n"]))
def test_no_cue_is_lost(rows, form, end):
    """As many blocks come out as were written, each with its line and its words."""
    arrow = "," if form.comma else " --> "
    parts = [form.header] if form.header else []
    for index, (_, said) in enumerate(rows):
        parts.append(f"0:00:{index:02d}.500{arrow}0:00:{index:02d}.900" + end + end.join(said))
    content = (end + end).join(parts) + end
    found = timed_blocks(text_source(content, Origin("a")), form).found
    assert [[line for _, line in block.lines] for block in found] == [said for _, said in rows]
    lines = content.split("\n")
    assert all(lines[block.line - 1].startswith("0:00:") for block in found)
    assert [block.started_s for block in found] == [index + 0.5 for index in range(len(rows))]


@given(cue_rows)
def test_splitting_by_names_keeps_all_words(rows):
    """Names and words come out in their order, whatever stands bare."""
    cues = [
        Cue(None, f"{name}: {' '.join(said)}" if name else "\n".join(said)) for name, said in rows
    ]
    named, _ = named_lines(cues, RoleRules("Ada"), Origin("a"))
    assert [cue.speaker for cue in named] == [name for name, _ in rows]
    assert " ".join(cue.text for cue in named).split() == [w for _, said in rows for w in said]


@given(st.lists(st.tuples(st.sampled_from(["Ada", None]), st.integers(0, 5)), max_size=10))
def test_putting_in_time_loses_nothing(rows):
    """The same cues come out, those with a speaker in order of time."""
    cues = [Cue("Bo", "x", 0.0), *(Cue(name, "x", float(at)) for name, at in rows)]
    ordered, _ = in_time(cues)
    assert sorted(map(id, ordered)) == sorted(map(id, cues))
    named = [cue.started_s for cue in ordered if cue.speaker]
    assert named == sorted(named)


@given(st.text("<>/v cbi&;#x1-\n:.0{}\\", max_size=60))
def test_no_text_breaks_the_tags(text):
    """Whatever stands in a cue, voices come out and no voice tag is left in their words."""
    assert all(voice.text is not None for voice in voices_of(text).said)


def test_speakers_without_a_role_are_asked_for(read):
    """Nobody is guessed to be the trainee: the error stands at the first words and says what to give."""
    error = read("a.vtt", TEAMS_NEW).error
    assert "line 5: no role is known for the speakers Roy, Ada, Lind, Bo (Guest)" in error
    assert "--trainee NAME" in error


def test_a_docx_under_another_name_is_named(read):
    """An Office document called .vtt is refused for what it is."""
    assert "DOCX" in read("a.vtt", b"PK\x03\x04 and so on").error


FRAGMENTS = st.sampled_from(
    """WEBVTT|NOTE|STYLE|1|two|00:00:01.000 --> 00:00:02.000|0:0:1,5 --> 0:0:0|0:00:01.5,0:00:02.5
    |Ada: a|<v Bo>b</v>|>> c|- d|- e|[br]|&lt;|Ada  0:12|@0:12 - Bo|Transcript|Attendees|00:05:00
    |12/31/23, 9:15 PM - Ada: x|[1.1.24, 9:15] Bo: y|00:00:01\tAda:\tz|**Bo:** w|---|\u200e""".replace(
        "\n    ", ""
    ).split("|")
)


@given(
    st.lists(FRAGMENTS | st.just(""), min_size=1, max_size=14),
    st.sampled_from(["vtt", "srt", "sbv", "txt"]),
)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=400
)
def test_no_mix_of_lines_breaks_a_reader(read, lines, ending):
    """Whatever lines meet, a talk or an error in words comes out, never a traceback."""
    head = "WEBVTT\n\n" if ending == "vtt" else ""
    outcome = read(f"a.{ending}", head + "\n".join(lines) + "\n", trainee="Ada")
    assert outcome.talks or outcome.errors


def heard(read, name: str, content: str, trainee: str) -> list[tuple[str, str]]:
    """Give speaker and text of each turn."""
    turns = read(name, content, trainee=trainee).talk.turns
    return [(turn.speaker, turn.text) for turn in turns]


def srt(*texts: str) -> str:
    """Give subtitles of a second each."""
    return "".join(
        f"{n}\n00:00:{n:02d},000 --> 00:00:{n:02d},900\n{text}\n\n"
        for n, text in enumerate(texts, 1)
    )


@pytest.mark.parametrize(
    ("first", "second", "speakers"),
    [
        ("[SPEAKER_00]: Hi.", "[SPEAKER_01]: Yes.", ("SPEAKER_00", "SPEAKER_01")),
        ("[Speaker 1] Hi.", "[Speaker 2] Yes.", ("Speaker 1", "Speaker 2")),
        ("Ada: Hi.", "bo.lind@example.org: Yes.", ("Ada", "bo.lind@example.org")),
        ("Ada: Hi.", "iPhone: Yes.", ("Ada", "iPhone")),
        ("{\\an8}Ada: Hi.", "BO: Yes.", ("Ada", "BO")),
    ],
)
def test_names_as_recognisers_and_devices_write_them(read, first, second, speakers):
    """Names in brackets, of a mail account or a telephone are names."""
    assert heard(read, "a.srt", srt(first, second), speakers[0]) == [
        (speakers[0], "Hi."),
        (speakers[1], "Yes."),
    ]


def test_a_sound_before_a_name_is_no_name(read):
    """`[music] Bo:` is said by Bo, the sound stays; a name in capitals is the same name."""
    content = srt("Ada: Hi.", "[music] Bo: Yes.", "ADA: So?")
    assert heard(read, "a.srt", content, "Ada") == [
        *(("Ada", "Hi."), ("Bo", "[music] Yes."), ("Ada", "So?")),
    ]


def test_webex_names_the_speaker_in_the_id(read):
    """Webex writes `3 "Ada Roy" (271)` above the times of a cue."""
    content = (
        'WEBVTT\n\n1 "Ada Roy" (1234)\n00:00:01.000 --> 00:00:02.000\nWhat hurts?\n\n'
        '2 "Bo Lind" (99)\n00:00:03.000 --> 00:00:04.000\nTime.\n'
    )
    assert heard(read, "a.vtt", content, "Ada Roy") == [
        ("Ada Roy", "What hurts?"),
        ("Bo Lind", "Time."),
    ]


def test_the_last_cue_need_not_end_its_line(read):
    """Without a line end, words without an end are cut off only where others end as sentences."""
    bare = srt("Ada: hi", "Bo: so it is").rstrip()
    assert heard(read, "a.srt", bare, "Ada") == [("Ada", "hi"), ("Bo", "so it is")]
    ended = srt("Ada: Hi.", "Bo: So it").rstrip()
    assert "may have been cut off" in read("a.srt", ended, trainee="Ada").errors[0]


def test_the_metadata_of_teams_is_read(read):
    """A cue that is JSON with a name and what was said is a voice; other JSON is text."""
    cue = '00:00:0{0}.000 --> 00:00:0{0}.500\n{{"startDateTime": "x", "speakerName": "{1}", "spokenText": "{2}"}}\n\n'
    content = "WEBVTT\n\n" + cue.format(1, "Ada", "What, {so}?") + cue.format(2, "Bo", "Time.")
    assert read("a.vtt", content, trainee="Ada").lines == [
        ("Ada", "trainee", "What, {so}?"),
        ("Bo", "stakeholder", "Time."),
    ]


def test_a_label_on_a_line_of_its_own_is_a_name(read):
    """`[Speaker 1]` may stand above what is said."""
    content = "1\n00:00:01,0 --> 00:00:02,0\n[Speaker 1]\nHi?\n\n2\n00:00:03,0 --> 00:00:04,0\n[Speaker 2]\nYes.\n"
    lines = read("a.srt", content, trainee="Speaker 1").lines
    assert [line[0] for line in lines] == ["Speaker 1", "Speaker 2"]


@pytest.mark.parametrize("blank", ["", "\n", " \n"])
def test_names_in_brackets_above_the_words(read, blank):
    """Google Meet writes `(Name)` on a line, and a dash between two speakers of a cue."""
    content = (
        "WEBVTT\n\n00:00:08.000 --> 00:00:12.000\n(Ada Roy)\nWhat hurts\n\n"
        f"00:00:12.000 --> 00:00:16.000\n(Ada Roy)\nmost?\n-\n{blank}(Bo Lind)\nTime.\n\n"
        "00:00:16.000 --> 00:00:18.000\n(Bo Lind)\n(laughs)\nForms.\n"
    )
    outcome = read("a.vtt", content, trainee="Ada Roy")
    assert outcome.lines == [
        ("Ada Roy", "trainee", "What hurts most?"),
        ("Bo Lind", "stakeholder", "Time. (laughs) Forms."),
    ]


def test_sounds_in_brackets_are_no_names(read):
    """A sound on a line of its own, in a few cues, stays what it is."""
    content = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\n(Music)\nAda: Hi.\n\n"
        "00:03.000 --> 00:04.000\nBo: Yes.\n\n00:05.000 --> 00:06.000\nAda: So?\n"
    )
    assert [turn.speaker for turn in read("a.vtt", content, trainee="Ada").talk.turns][-2:] == [
        "Bo",
        "Ada",
    ]
