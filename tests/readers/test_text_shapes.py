"""Text in the shapes that call tools and chats write: who said it, when, and what is no talk."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.readers.cues import transcript_of_cues
from rmcoach_llm.readers.files import Origin
from rmcoach_llm.readers.text_shapes import HEADER_LINES, Shape, cues_of_shape, shape_of
from rmcoach_llm.readers.whatsapp import whatsapp_cues

TALK = [("Ada Roy", "trainee", "What slows you down?"), ("Bo Lind", "stakeholder", "We wait.")]

OTTER = "Ada Roy  0:12  \nWhat slows you down?\n\nBo Lind  1:02:05\nWe wait.\n\nTranscribed by https://otter.ai\n"
OTTER_HEADED = "Weekly call\nThu, Nov 03, 2026\nSUMMARY KEYWORDS\nwait\nSPEAKERS\nBo, Ada\n\nAda Roy  0:12\nWhat slows you down?\n\nBo Lind  1:02:05\nWe wait.\n"
TEAMS = "Ada Roy   0:12\nWhat slows you down?\nBo Lind   1:02:05\nWe wait.\n"
REV = "Ada Roy (00:12):\nWhat slows you down?\n\nBo Lind (01:02:05):\nWe wait.\n"
FATHOM = """Discovery call - November 03
VIEW RECORDING - 31 mins (No highlights): https://example.org/x

---

@0:12 - Ada Roy (ada@example.org)
What slows you down?
ACTION ITEM: Send the list - WATCH: https://example.org/x

@1:02:05 - Bo Lind
We wait.
"""
CHAT_TABS = "00:00:12\tAda Roy:\tWhat slows\nyou down?\n01:02:05\tBo Lind:\tWe wait.\n"
MEET = """Weekly (2026-11-03 10:00 GMT) - Transcript
Attendees
Ada Roy, Bo Lind
Transcript
00:00:00

Ada Roy: What slows
you down?
00:05:00
Bo Lind: We wait.

Meeting ended after 00:06:10 \U0001f44b
This editable transcript was computer generated and might contain errors.
"""


FATHOM_BARE = FATHOM.replace("@", "").replace("\nWhat", "\n  What").replace("(adaexample.org)", "")
GEMINI = """Sync: weekly
\U0001f4dd Notes
Summary
Ada Roy: agreed to wait.

\U0001f4d6 Transcript
### 00:00:00 {#00:00:00}
**Ada Roy:** What slows you down?
(00:05:00)
**Bo Lind:** We wait.

### Transcription ended after 00:06:10

*This editable transcript was computer generated and might contain errors.*
"""
HAPPY_SCRIBE = "Weekly\n\n[00:00:12.500] - Ada Roy\nWhat slows you down?\n\n[01:02:05.000] - Bo Lind\nWe wait.\n"
WORD_ONLINE = "Audio file\nx.mp3\n\nTranscript\n00:00:12 Ada Roy\nWhat slows you down?\n01:02:05 Bo Lind\nWe wait.\n"
TRINT = "Ada Roy [00:00:12] What slows you down?\n\nBo Lind [01:02:05] We wait.\n"
ARROWS = "[00:12.000 --> 00:15.000]  [Ada Roy] What slows you down?\n[01:02:05.000 --> 01:02:09.000]  [Bo Lind] We wait.\n"
RANGES = "(0:00 - 0:12)\nAda Roy: What slows you down?\n\n(0:12 - 0:15)\nBo Lind: We wait.\n"
SPACED = "Ada Roy | 00:12\nWhat slows you down?\n\nBo Lind | 1:02:05\nWe wait.\n"
MEET_MD = """# Sync: weekly - Transcript
###Attendees
Ada Roy, Bo Lind

#### _This editable transcript was computer generated and might contain errors._

Ada Roy: What slows you down?

Bo Lind: We wait.
"""


@pytest.mark.parametrize(
    ("content", "shape", "starts"),
    [
        (OTTER, "name and time", [12.0, 3725.0]),
        (OTTER_HEADED, "name and time", [12.0, 3725.0]),
        (TEAMS, "name and time", [12.0, 3725.0]),
        (REV, "name and time", [12.0, 3725.0]),
        (FATHOM, "Fathom", [12.0, 3725.0]),
        (CHAT_TABS, "Zoom chat", [12.0, 3725.0]),
        (FATHOM_BARE, "Fathom", [12.0, 3725.0]),
        (GEMINI, "Google Meet", [0.0, 300.0]),
        (MEET_MD, "Google Meet", [None, None]),
        (MEET, "Google Meet", [0.0, 300.0]),
        (
            MEET.replace("Ada Roy:", "**Ada Roy:**").replace("Bo Lind:", "**Bo Lind:**"),
            "Google Meet",
            [0.0, 300.0],
        ),
        ("**Ada Roy:** What slows you down?\n**Bo Lind**: We wait.", "names", [None, None]),
        (HAPPY_SCRIBE, "time and name", [12.5, 3725.0]),
        (WORD_ONLINE, "time and name", [12.0, 3725.0]),
        (TRINT, "name, time and text", [12.0, 3725.0]),
        (TRINT.replace(" [", ": [").replace("\n\n", "\n"), "names", [12.0, 3725.0]),
        (ARROWS, "names", [12.0, 3725.0]),
        (ARROWS.replace(" --> ", " - ").replace("Roy]", "Roy]:"), "names", [12.0, 3725.0]),
        (RANGES, "Google Meet", [0.0, 12.0]),
        (SPACED, "name and time after one space", [12.0, 3725.0]),
        (SPACED.replace(" | ", " - "), "name and time after one space", [12.0, 3725.0]),
        (
            "Call.mp3\n2026-11-03\n\n[0:12] Ada Roy: What slows you down?\n[1:02:05] Bo Lind: We wait.",
            "names",
            [12.0, 3725.0],
        ),
        (
            "0:12 - Ada Roy: What slows you down?\n1:02:05 - Bo Lind: We wait.",
            "names",
            [12.0, 3725.0],
        ),
    ],
)
def test_one_talk_in_many_shapes(read, content, shape, starts):
    """Each shape gives the same turns, with its times, and is named in the metadata."""
    outcome = read("a.txt", content, trainee="Ada Roy")
    assert outcome.lines == TALK
    assert outcome.talk.metadata["shape"] == shape
    assert [turn.started_s for turn in outcome.talk.turns] == starts


@pytest.mark.parametrize(
    "content",
    [
        "10:02:11\t From  Ada Roy  to  Everyone : What slows you down?\n10:03:11\t From  Bo Lind  to  Ada Roy(Direct Message) : We wait.\n",
        "10:02:11 From Ada Roy to Everyone:\n\tWhat slows you down?\n10:03:11 From Bo Lind to Everyone:\n\tWe wait.\n",
    ],
)
def test_zoom_chat_of_the_day(read, content):
    """Both forms with `From` hold times of the day: they count from the first message."""
    outcome = read("a.txt", content, trainee="Ada Roy")
    assert outcome.lines == TALK
    assert [turn.started_s for turn in outcome.talk.turns] == [0.0, 60.0]


def test_zoom_chat_over_midnight(read):
    """Times that run backwards are left out, and the metadata say so."""
    content = "23:59:00 From Ada to Everyone:\n\ta\n00:01:00 From Bo to Everyone:\n\tb\n"
    talk = read("a.txt", content, trainee="Ada").talk
    assert [turn.started_s for turn in talk.turns] == [None, None]
    assert "backwards" in talk.metadata["times"]


def test_long_names_of_a_directory(read):
    """Firm and department behind a name leave it a name."""
    name = "Roy, Ada (Sales EMEA - Acme GmbH Munich)"
    content = f"Bo Lind  0:12\na\n{name}  0:13\nb\n"
    assert read("a.txt", content, trainee="Bo Lind").lines[1] == (name, "stakeholder", "b")


def test_lines_that_are_no_talk_are_counted(read):
    """Headers, footers and action items are left out, and the metadata say how many."""
    counts = [
        read("a.txt", content, trainee="Ada Roy").talk.metadata["lines_left_out"]
        for content in (OTTER, OTTER_HEADED, FATHOM, MEET)
    ]
    assert counts == ["1", "6", "4", "6"]


@pytest.mark.parametrize("content", [OTTER, TEAMS, REV, CHAT_TABS])
def test_a_title_above_the_first_turn_is_counted(read, content):
    """A title or a date above two turns or more is left out, and the metadata say so."""
    plain, titled = (
        read("a.txt", top + content, trainee="Ada Roy").talk
        for top in ("", "Weekly\nTue, Nov 3, 2026 9:15AM - 12:34\n\n")
    )
    assert titled.turns == plain.turns
    before = int(plain.metadata.get("lines_left_out", "0"))
    assert int(titled.metadata["lines_left_out"]) == before + 2


@pytest.mark.parametrize("top", ["We met.\n", "Ada: Hi.\nBo: Hi.\n"])
def test_words_above_a_single_turn_are_not_lost(read, top):
    """Where as many lines begin with a name, or one turn has a time, nothing is taken as a title."""
    outcome = read("a.txt", f"{top}Ada Roy  0:12\nWhat slows you down?\n", trainee="Ada")
    assert outcome.errors or "Hi." in outcome.talk.turns[0].text


def test_an_unknown_speaker_is_a_speaker(read):
    """What Otter cannot name keeps the name that it has, and a role of its own."""
    content = f"{OTTER}Unknown Speaker  1:03:00\nHm.\n"
    assert read("a.txt", content, trainee="Ada Roy").lines[2] == ("Unknown Speaker", "other", "Hm.")


@pytest.mark.parametrize(
    "line", ["we met  twice", "It was 10:30", "Why?  0:12", "so: it took  0:12", "We met (10:30)"]
)
def test_lines_that_begin_no_turn(read, line):
    """A time within a text is text."""
    outcome = read("a.txt", f"Ada Roy  0:12\na\n{line}\nBo Lind  0:13\nb\n", trainee="Ada Roy")
    assert outcome.lines[0][2] == " ".join(f"a {line}".split())


def test_transcript_said_aloud_is_no_header(read):
    """A talk in which a line is just `Transcript` loses nothing above it."""
    outcome = read("a.txt", "Trainee: a\nTranscript\n00:05:00\nDana: b\n")
    assert outcome.lines == [("Trainee", "trainee", "a Transcript"), ("Dana", "stakeholder", "b")]


def test_a_plain_text_names_its_shape(read):
    """The shape of `Name: text` is named, too; lines stay as they are."""
    talk = read("a.txt", "Trainee: a\nb\nDana: c\n").talk
    assert talk.metadata["shape"] == "names"
    assert talk.turns[0].text == "a\nb"


ANDROID = """12/31/23, 9:14\u202fPM - Messages and calls are end-to-end encrypted. Tap to learn more.
12/31/23, 9:15\u202fPM - Ada Roy: What slows
you down?
12/31/23, 9:16\u202fPM - Ada Roy: <Media omitted>
12/31/23, 9:16\u202fPM - Ada Roy added Bo
1/1/24, 12:15\u202fAM - \u202a+44 7700 900123\u202c: We wait: always.
"""
IOS = """[31.12.23, 21:14:00] Team: \u200eMessages and calls are end-to-end encrypted.
[31.12.23, 21:15:03] Ada Roy: What slows
you down?
\u200e[31.12.23, 21:15:10] Ada Roy: \u200eimage omitted
[01.01.24, 00:15:03] ~\u202fBo Lind: We wait: always. \u200e<This message was edited>
[01.01.24, 00:16:03] ~\u202fBo Lind: This message was deleted.
"""


@pytest.mark.parametrize(
    ("content", "other", "counts"),
    [
        (ANDROID, "+44 7700 900123", {"notices_left_out": "2", "media_and_notices_left_out": "1"}),
        (IOS, "Bo Lind", {"notices_left_out": "1", "media_and_notices_left_out": "2"}),
    ],
)
def test_whatsapp(read, content, other, counts):
    """Messages over lines, marks around names, notices and media, half days: all told apart."""
    outcome = read("a.txt", content, trainee="Ada Roy")
    assert outcome.lines == [
        ("Ada Roy", "trainee", "What slows you down?"),
        (other, "stakeholder", "We wait: always."),
    ]
    assert [turn.started_s for turn in outcome.talk.turns] == [0.0, 10_800.0]
    assert dict(outcome.talk.metadata) == {"shape": "WhatsApp", **counts}


@pytest.mark.parametrize(
    ("first", "second", "seconds"),
    [
        ("1/2/24", "1/13/24", 11 * 86_400.0),
        ("1/2/24", "13/2/24", 12 * 86_400.0),
        ("1.2.24", "2.2.24", 86_400.0),
        ("2024-02-01", "2024-02-02", 86_400.0),
        ("1/2/24", "1/2/24", 0.0),
        ("1/2/24", "2/2/24", None),
        ("1/13/24", "13/1/24", None),
        ("13/2/24", "12/2/24", None),
        ("30.2.24", "1.3.24", None),
    ],
)
def test_the_order_of_day_and_month_is_never_guessed(read, first, second, seconds):
    """Times are there where a number over 12, dots or a year in front tell the order."""
    content = f"{first}, 10:00 - Ada: a\n{second}, 10:00 - Bo: b\n"
    talk = read("a.txt", content, trainee="Ada").talk
    assert talk.turns[1].started_s == seconds
    assert ("times" in talk.metadata) == (seconds is None)


@pytest.mark.parametrize(
    "prefix",
    [
        "[13/01/2024 à 08:15:00] Ada : ",
        "[13/01/24, 08:15:00] - Ada: ",
        "13/1/24, 8:15 a. m. - Ada: ",
    ],
)
def test_whatsapp_in_other_countries(read, prefix):
    """Words and dashes around the time, and a space before the colon, change nothing."""
    assert read("a.txt", f"{prefix}a\n{prefix.replace('Ada', 'Bo')}b\n", trainee="Ada").lines == [
        ("Ada", "trainee", "a"),
        ("Bo", "stakeholder", "b"),
    ]


def test_a_chat_of_notices_holds_no_messages(read):
    """A group in which nobody wrote is an error, not an empty talk."""
    assert "holds no messages" in read("a.txt", "31/12/23, 21:15 - Ada added Bo\n").error


spoken_lines = st.lists(
    st.tuples(
        st.sampled_from(["Ada", "Bo"]), st.text("abc ", min_size=1, max_size=9).filter(str.strip)
    ),
    min_size=1,
    max_size=12,
)


@given(
    spoken_lines,
    st.sampled_from(
        [
            "{n}  0:{i:02d}\n{t}\n",
            "@0:{i:02d} - {n}\n{t}\n",
            "00:00:{i:02d}\t{n}:\t{t}\n",
            "[31.12.23, 10:00:{i:02d}] {n}: {t}\n",
        ]
    ),
)
def test_no_words_are_lost_in_any_shape(rows, form):
    """Whatever is said, the words come out in order under the names that stand there."""
    content = "".join(
        form.format(n=name, t=text, i=index) for index, (name, text) in enumerate(rows)
    )
    lines = list(enumerate(content.split("\n"), 1))
    shape = shape_of(lines)
    cues, _ = (
        cues_of_shape(lines, shape, Origin("a")) if shape else whatsapp_cues(lines, Origin("a"))
    )
    assert [(cue.speaker, cue.text.split()) for cue in cues] == [(n, t.split()) for n, t in rows]
    talk = transcript_of_cues(cues, Origin("a"), ReadOptions(trainee=rows[0][0]), "a")
    assert (
        " ".join(turn.text for turn in talk.turns).split() == " ".join(t for _, t in rows).split()
    )


def said(read, name: str, content: str | bytes, trainee: str) -> list[tuple[object, ...]]:
    """Give speaker, text and start of each turn."""
    turns = read(name, content, trainee=trainee).talk.turns
    return [(turn.speaker, turn.text, turn.started_s) for turn in turns]


def test_one_space_before_the_time_is_enough(read):
    """`Name 0:03` begins a turn where the words are a name; a sentence with a time does not."""
    content = "Ada Roy 0:03\nWhen?\nBo Lind 0:10\nSee you at 10:30\n"
    assert said(read, "a.txt", content, "Ada Roy") == [
        ("Ada Roy", "When?", 3.0),
        ("Bo Lind", "See you at 10:30", 10.0),
    ]


def test_zoom_chats_old_and_new(read):
    """A sender without an addressee, a private message, and a date in front are all a turn."""
    old = "14:01:22\t From Ada Roy : Hi\n14:01:40\t From Bo Lind to Ada Roy(Privately) : Yes: so\n"
    assert said(read, "a.txt", old, "Ada Roy") == [
        ("Ada Roy", "Hi", 0.0),
        ("Bo Lind", "Yes: so", 18.0),
    ]
    dated = "2026-11-03 14:01:22 From Ada to Everyone:\n\tHi\n2026-11-03 14:02:00 From Bo to Everyone:\n\tYes\n"
    assert said(read, "a.txt", dated, "Ada") == [("Ada", "Hi", 0.0), ("Bo", "Yes", 38.0)]


def test_what_zoom_says_of_a_message_is_no_speech(read):
    """A reaction, and the quote in a reply, are the chat program's own words, and are counted."""
    content = (
        '14:01:22 From Ada to Everyone:\n\tHi\n14:01:30 From Bo to Everyone:\n\tReplying to "Hi"\n\n'
        '\tYes\n14:01:40 From Ada to Everyone:\n\tReacted to "Yes" with \U0001f44d\n'
    )
    assert said(read, "a.txt", content, "Ada") == [("Ada", "Hi", 0.0), ("Bo", "Yes", 8.0)]
    assert read("a.txt", content, trainee="Ada").talk.metadata["lines_left_out"] == "2"


def test_an_emoji_of_several_signs_may_stand_in_a_name(read):
    """The joiner within an emoji is left out of a name; one between letters is still refused."""
    emoji = "\U0001f469\u200d\U0001f4bb"
    content = f"00:00:12\tAda {emoji}:\tHi\n00:00:20\tBo:\tYes\n"
    assert said(read, "a.txt", content, f"ada {emoji}")[0][:2] == (
        f"Ada {emoji[0]}{emoji[2]}",
        "Hi",
    )
    hidden = content.replace(f"Ada {emoji}", "A\u200dda")
    assert "U+200D" in read("a.txt", hidden, trainee="Ada").error


@pytest.mark.parametrize(
    "notice",
    [
        "Diese Nachricht wurde gel\u00f6scht.",
        "Voc\u00ea apagou esta mensagem",
        "null",
        "Missed voice call",
    ],
)
def test_notices_in_the_name_of_a_sender_are_left_out(read, notice):
    """What WhatsApp says of a deleted message or a call is no speech, in several languages."""
    content = (
        f"30.12.25, 21:15 - Ada: Hi\n30.12.25, 21:16 - Bo: {notice}\n30.12.25, 21:17 - Bo: Yes\n"
    )
    assert said(read, "a.txt", content, "Ada") == [("Ada", "Hi", 0.0), ("Bo", "Yes", 120.0)]


def test_meet_in_markdown(read):
    """A document of Meet saved as Markdown keeps times; titles and escapes are seen through."""
    content = (
        "# \U0001f4d6 Transcript\n\nNov 3, 2026\n\n## Weekly - Transcript\n\n### 00:00:00 {#00:00:00}\n\n"
        "**Ada Roy:** What hurts?\n\n### 00:05:12 {#00:05:12}\n\n**Bo Lind:** Time \\- really.\n\n"
        "### Transcription ended after 00:06:10\n"
    )
    assert said(read, "a.md", content, "Ada Roy") == [
        ("Ada Roy", "What hurts?", 0.0),
        ("Bo Lind", "Time - really.", 312.0),
    ]


def test_an_unknown_speaker_takes_nobody_s_role(read):
    """Beside `Unknown Speaker`, the second of two named speakers is still the stakeholder."""
    content = "Ada  0:02\nHi\n\nUnknown Speaker  0:04\nHm\n\nBo  0:06\nYes\n"
    turns = read("a.txt", content, trainee="Ada").talk.turns
    assert [turn.role for turn in turns] == ["trainee", "other", "stakeholder"]


@pytest.mark.parametrize(
    "content",
    [
        "Ada\n0:03\nWhat hurts?\n\nBo Lind\n0:07\nTime.\nAll of it.\n",
        "Call\n\n0:0:3.0 --> 0:0:6.340\nAda\nWhat hurts?\n0:0:7.0 --> 0:0:9.0\nBo Lind\nTime.\nAll of it.\n",
        "Ada [00:00:03]\nWhat hurts?\n\nBo Lind [00:00:07]\nTime.\nAll of it.\n",
        "Ada [00:00:03]: What hurts?\nBo Lind [00:00:07]: Time.\nAll of it.\n",
        "0:03 | Ada\nWhat hurts?\n\n0:07 | Bo Lind\nTime.\nAll of it.\n",
    ],
)
def test_stamps_in_other_places(read, content):
    """A time on its own line, in square brackets or before a bar belongs to the name beside it."""
    assert said(read, "a.txt", content, "Ada") == [
        ("Ada", "What hurts?", 3.0),
        ("Bo Lind", "Time. All of it.", 7.0),
    ]


def test_a_time_after_the_colon_is_no_speech(read):
    """Sonix writes `Name: [0:03] text`; a time without brackets there is text."""
    content = "Ada: [00:00:03] What?\nBo: 10:30 sharp.\n"
    assert said(read, "a.txt", content, "Ada") == [
        ("Ada", "What?", 3.0),
        ("Bo", "10:30 sharp.", None),
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("[15.11.2024, 9:05:09\u202fnachm.] Ada: ", "[15.11.2024, 9:06:09\u202fnachm.] Bo: "),
        ("15.11.2024 klo 9.05 - Ada: ", "15.11.2024 klo 9.06 - Bo: "),
        ("2024/11/15 \u4e0a\u534811:59 - Ada: ", "2024/11/15 \u4e0b\u534812:00 - Bo: "),
        ("15/11/24, 11:59 a. m. - Ada: ", "15/11/24, 12:00 p. m. - Bo: "),
    ],
)
def test_halves_of_the_day_in_other_languages(read, first, second):
    """German, Finnish, Chinese and Spanish stamps are read: a minute lies between the two."""
    content = f"{first}Hi\n{second}Yes\n"
    assert said(read, "a.txt", content, "Ada") == [("Ada", "Hi", 0.0), ("Bo", "Yes", 60.0)]


@pytest.mark.parametrize(
    "content",
    [
        "[Ada Roy] 10:02:11\nWhat slows you down?\n\n[Bo Lind] 10:03:11\nWe wait.\n",
        "Ada Roy 11:59:30 AM\nWhat slows you down?\n\nBo Lind 12:00:30 PM\nWe wait.\n",
    ],
)
def test_captions_that_zoom_saved(read, content):
    """A name above each caption, with the time of the day, counts from the first one."""
    outcome = read("a.txt", content, trainee="Ada Roy")
    assert outcome.lines == TALK
    assert [turn.started_s for turn in outcome.talk.turns] == [0.0, 60.0]


def test_times_at_the_end_of_turns(read):
    """f4 writes the end of a turn behind it: it is a time, and no word."""
    content = "Ada: What? #00:00:05-3#\nBo: Time. #00:01:09-1#\nBo: It is #1.\n"
    talk = read("a.txt", content, trainee="Ada").talk
    assert [(turn.text, turn.ended_s) for turn in talk.turns] == [
        ("What?", 5.3),
        ("Time.", 69.1),
        ("It is #1.", None),
    ]


@pytest.mark.parametrize(
    "content",
    [
        "0:12 Ada:\nHi there.\n0:15 Bo: Yes.\n0:17 Ada: So.\n",
        "Ada: We meet.\n10:30 Main Street\nBo: Yes.\nAda: So.\n",
        "Ada: So [10:30] it is.\nBo: Yes.\nThen [11:30] We Go\nAda: Right.\n",
    ],
)
def test_a_line_that_looks_like_another_shape_takes_no_words(read, content):
    """One line with a time and a name amid turns with `Name:` stays what it is there."""
    talk = read("a.txt", content, trainee="Ada").talk
    assert talk.metadata["shape"] == "names"
    assert {turn.speaker for turn in talk.turns} == {"Ada", "Bo"}


def test_a_title_with_a_colon_above_turns_with_times(read):
    """`Title: x` above turns with times is no speaker; one who speaks again is."""
    turns = "[0:12] Ada: Hi.\n[0:15] Bo: Yes.\n[0:17] Ada: So.\n"
    titled = read("a.txt", "Title: Weekly\nDate: today\n" + turns, trainee="Ada").talk
    assert len(titled.turns) == 3
    assert titled.metadata["lines_left_out"] == "2"
    assert len(read("a.txt", "Bo: Hello.\n" + turns, trainee="Ada").talk.turns) == 4


BLOCKS = "Ada Roy\nWhat slows you down?\n\nBo Lind\nWe wait.\nFor days.\n\nNobody: says why.\n\nAda Roy\nWhy?\n\nBo Lind\nForms.\n\nCy\nYes.\n"


def test_names_on_lines_without_times(read):
    """Otter without times: a name above each block; a block without one goes on with the turn."""
    outcome = read("a.txt", BLOCKS, trainee="Ada Roy")
    assert outcome.lines == [
        ("Ada Roy", "trainee", "What slows you down?"),
        ("Bo Lind", "other", "We wait. For days. Nobody: says why."),
        ("Ada Roy", "trainee", "Why?"),
        ("Bo Lind", "other", "Forms."),
        ("Cy", "other", "Yes."),
    ]
    assert outcome.talk.metadata["shape"] == "names on lines"


@pytest.mark.parametrize(
    "content",
    [
        "Notes\nWe met Bo.\n\nNext Steps\nSend it.\n",
        "We met today.\nIt was good.\n\nBo Lind\nSaid so.\n\nBo Lind\nAgain.\n",
        "Dear Ada\nHow are you?\n\nI am well.\nBo\n",
    ],
)
def test_text_that_is_no_talk_stays_refused(read, content):
    """Headings above paragraphs, and one name alone, make no talk."""
    assert "text before the first speaker" in read("a.txt", content, trainee="Bo Lind").error


def test_attachments_of_whatsapp_without_the_invisible_sign(read):
    """Where a chat was copied, or a file has pages, what iOS wrote for an attachment is left out."""
    content = (
        "[31.12.23, 21:00:00] Team: Nachrichten sind Ende-zu-Ende-verschlüsselt.\n"
        "[31.12.23, 21:15:03] Ada: What hurts?\n"
        "[31.12.23, 21:15:04] Bo: Bild weggelassen\n"
        "\u200e[31.12.23, 21:15:05] Bo: Offer.pdf • \u200e1 page \u200edocument omitted\n"
        "[31.12.23, 21:15:09] Bo: Time, and the image omitted a page.\n"
    )
    talk = read("_chat.txt", content, trainee="Ada").talk
    assert [turn.text for turn in talk.turns] == [
        "What hurts?",
        "Time, and the image omitted a page.",
    ]
    assert talk.metadata["media_and_notices_left_out"] == "2"
    assert talk.metadata["notices_left_out"] == "1"


PANE = """5 May
AI-generated content may be incorrect

Eve Ash
started transcription

AR

Ada Roy
0 minutes 3 seconds0:03
Ada Roy 0 minutes 3 seconds
It took Bo 5 minutes
Ada Roy 1 minute
to find it.
BL
Bo Lind
1 minute 5 seconds1:05
Bo Lind 1 minute 5 seconds
OK

Ada Roy
1 hour 2 minutes 1 second1:02:01
Ada Roy 1 hour 2 minutes 1 second
Why?

Eve Ash
stopped transcription
"""


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_copy_of_the_pane_of_teams(read, name):
    """Times in words begin a paragraph; names, initials and times that the pane repeats are left out."""
    outcome = read(name, PANE, trainee="Ada Roy")
    assert outcome.lines == [
        ("Ada Roy", "trainee", "It took Bo 5 minutes to find it."),
        ("Bo Lind", "stakeholder", "OK"),
        ("Ada Roy", "trainee", "Why?"),
    ]
    assert [turn.started_s for turn in outcome.talk.turns] == [3.0, 65.0, 3721.0]
    assert outcome.talk.metadata["shape"] == "Teams pane"


def test_the_pane_of_teams_in_german(read):
    """The words for hours, minutes and seconds are those of the reader's language."""
    content = "".join(
        f"{name}\n{at} Minuten 3 Sekunden{at}:03\n{name} {at} Minuten 3 Sekunden\nJa.\n"
        for at, name in enumerate(("Ada Roy", "Bo Lind"))
    )
    talk = read("a.txt", content, trainee="Ada Roy").talk
    assert [(turn.speaker, turn.started_s) for turn in talk.turns] == [
        ("Ada Roy", 3.0),
        ("Bo Lind", 63.0),
    ]


def test_minutes_in_a_talk_make_no_pane(read):
    """A line that ends in minutes begins no turn without the time in digits above one like it."""
    content = "Ada: It took\nBo 5 minutes\nand\nBo 6 minutes\nBo: Yes.\n"
    assert [turn.speaker for turn in read("a.txt", content, trainee="Ada").talk.turns] == [
        "Ada",
        "Bo",
    ]


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_what_stands_below_the_end_of_a_meet_transcript_is_left_out(read, name):
    """Note-takers put links and facts below the lines that Meet ends with."""
    content = (
        "Attendees\nAda Roy, Bo Lind\n\nAda Roy: What hurts?\nBo Lind: Time.\n\n"
        "Transcription ended after 00:30:30\n\nThis editable transcript was computer generated.\n"
        "---\n## Metadata\n- **Date**: 5 May\n"
    )
    outcome = read(name, content, trainee="Ada Roy")
    assert [turn.text for turn in outcome.talk.turns] == ["What hurts?", "Time."]
    assert outcome.talk.metadata["shape"] == "Google Meet"
    again = content.replace("---", "Ada Roy: Wait.\nBo Lind: Yes?\n---")
    said = [turn.text.split(" ---")[0] for turn in read(name, again, trainee="Ada Roy").talk.turns]
    assert said[2:4] == ["Wait.", "Yes?"]


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
@pytest.mark.parametrize(
    "end",
    [
        "La transcripci\xf3n finaliz\xf3 despu\xe9s de 00:08:00",
        "### **La reuni\xf3n finaliz\xf3 despu\xe9s de 01:24:09** \U0001f44b",
        "Ende der Besprechung nach 00:08:00",
    ],
)
def test_meet_ends_in_other_languages_too(read, name, end):
    """The lines at the end are not put into the mouth of whoever spoke last, and are counted."""
    content = (
        f"00:00:00\n\nAda Roy: What hurts?\nBo Lind: Time.\nAda Roy: Since when?\n\n{end}\n\n"
        "*Esta transcripci\xf3n editable puede contener errores.*\n"
    )
    talk = read(name, content, trainee="Ada Roy").talk
    assert [turn.text for turn in talk.turns] == ["What hurts?", "Time.", "Since when?"]
    assert talk.metadata["lines_left_out"] == "2"


def test_a_line_that_ends_in_a_time_is_speech_where_the_talk_goes_on(read):
    """Only the last lines of a file are its end: what is said about times stays."""
    said = "We open on Monday or on the day after at 09:30:00"
    content = f"00:00:00\nAda Roy: {said.replace(' or', chr(10) + 'or')}\nBo Lind: Good.\nAda Roy: So?\nBo Lind: Yes.\n"
    assert read("a.txt", content, trainee="Ada Roy").talk.turns[0].text == said


def test_a_heading_transcript_alone_is_not_meet(read):
    """Everybody writes `Transcript` above a talk: sections below it are left out as in Markdown."""
    content = "# T\n\n## Transcript\n\n**Ada:** a\n\n**Bo:** b\n\n## Quotes\n\n- b\n"
    talk = read("a.md", content, trainee="Ada").talk
    assert [(turn.text.strip(), turn.speaker) for turn in talk.turns] == [("a", "Ada"), ("b", "Bo")]
    assert "shape" not in talk.metadata


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("[10:59 AM] Ada: What hurts?", "[11:00 AM] Bo: Time."),
        ("(11:59:00 a.m.) Ada: What hurts?", "(12:00:00 p.m.) Bo: Time."),
        ("12:59 PM Ada: What hurts?", "1:00 PM Bo: Time."),
        ("10:59 AM - Ada: What hurts?", "11:00 AM - Bo: Time."),
        ("Ada (10:59 AM): What hurts?", "Bo (11:00 AM): Time."),
        ("Ada  10:59 AM\nWhat hurts?", "Bo  11:00 AM\nTime."),
        ("Ada, 10:59 AM\nWhat hurts?", "Bo, 11:00 AM\nTime."),
        ("Ada\n10:59 AM\nWhat hurts?", "Bo\n11:00 AM\nTime."),
        ("2026-05-01T10:59:00Z Ada: What hurts?", "[2026-05-01T13:00:00+02:00] Bo: Time."),
        ("[0.00s - 5.20s] Ada: What hurts?", "[60.00s - 64.00s] Bo: Time."),
        ("[0.0 --> 5.2] Ada: What hurts?", "[60.0 --> 64.0] Bo: Time."),
        ("Ada [0.0s - 5.2s]: What hurts?", "Bo [60.0s - 64.0s]: Time."),
        ("Ada: (00:00)\nWhat hurts?", "Bo: (01:00)\nTime."),
        ("Ada\n00:00 - 00:40\nWhat hurts?", "Bo\n01:00 - 01:10\nTime."),
        ("Ada (0:00:00 - 0:00:05): What hurts?", "Bo (0:01:00 - 0:01:05): Time."),
    ],
)
def test_times_of_the_day_and_seconds_about_names(read, first, second):
    """Chats and recognisers write times that are no `mm:ss`: they become seconds from the start."""
    talk = read("a.txt", f"{first}\n{second}\n", trainee="Ada").talk
    assert [(turn.speaker, turn.started_s, turn.text.strip()) for turn in talk.turns] == [
        ("Ada", 0.0, "What hurts?"),
        ("Bo", 60.0, "Time."),
    ]


def test_times_of_the_day_that_run_backwards_are_left_out(read):
    """After midnight a clock goes back: no time is better than a wrong one."""
    content = "[11:59 PM] Ada: a\n[12:01 AM] Bo: b\n"
    talk = read("a.txt", content, trainee="Ada").talk
    assert [turn.started_s for turn in talk.turns] == [None, None]
    assert talk.metadata["times"] == "left out: they run backwards"


def test_times_that_somebody_says_stay_words(read):
    """An agenda within a talk of `Name:` lines is not rewritten."""
    content = "Ada: So:\n10:00 AM start\n11:00 AM lunch\nBo: Yes.\nAda: Good.\n"
    talk = read("a.txt", content, trainee="Ada").talk
    assert talk.turns[0].text == "So:\n10:00 AM start\n11:00 AM lunch"


def test_labels_with_two_times_and_no_colon(read):
    """The lines that the examples of a library for recognition print are read, too."""
    content = "SPEAKER_01 (0.0, 15.5) What hurts?\nSPEAKER_00 (15.5, 17.0) Time.\n"
    talk = read("a.txt", content, trainee="SPEAKER_01").talk
    assert [(turn.speaker, turn.started_s, turn.text.strip()) for turn in talk.turns] == [
        ("SPEAKER_01", 0.0, "What hurts?"),
        ("SPEAKER_00", 15.5, "Time."),
    ]


def test_a_shape_is_looked_for_at_the_top_alone():
    """A text that begins no turn of a shape near its top is not searched further: it may be long."""
    seen = []
    shape = Shape("seen", seen.append, common=True)
    assert shape.first_turn([(n, "Ada: Well.") for n in range(10_000)]) is None
    assert len(seen) <= HEADER_LINES + 1
