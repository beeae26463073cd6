"""Forms that were seen in whole files of real tools, in samples of our own."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rmcoach_llm.readers.line_times import without_same_time
from rmcoach_llm.readers.meta_chats import mended
from rmcoach_llm.readers.support_talks import plain_text

ADA_AND_BO = [("Ada", "What hurts?"), ("Bo", "Time.")]


def said(talk) -> list[tuple[str, str]]:
    """Give who said what, on one line each."""
    return [(turn.speaker, " ".join(turn.text.split())) for turn in talk.turns]


def starts(talk) -> list[float | None]:
    """Give when each turn began."""
    return [turn.started_s for turn in talk.turns]


def message(name: str, at: int, text: str | None = None, **more) -> dict:
    """Give a message as Messenger and Instagram write it."""
    own = {"sender_name": name, "timestamp_ms": 1_700_000_000_000 + at * 1000}
    return own | ({} if text is None else {"content": text}) | more


def test_messenger_is_read_from_the_oldest_message_on(read):
    """What has no words, or was written by the app, is counted; letters that were taken apart are mended."""
    chat = {
        "participants": [{"name": "Ada"}, {"name": "Bo"}],
        "messages": [
            message("Ada", 9, "Liked a message"),
            message("Bo", 8, "Zeit f\u00c3\u00bcr alles.", reactions=[{"reaction": "x"}]),
            message("Ada", 7, "Ada hat einen Link gesendet.", share={"link": "l"}),
            message("Ada", 6, photos=[{"uri": "a.jpg"}]),
            message("Bo", 5, "hidden", is_unsent=True),
            message("Bo", 4, "Bo called you.", type="Call"),
            message("Ada", 3, "What hurts?"),
        ],
        "thread_path": "inbox/bo_12",
    }
    talk = read("message_1.json", json.dumps(chat), trainee="Ada").talk
    assert said(talk) == [("Ada", "What hurts?"), ("Bo", "Zeit für alles.")]
    assert (starts(talk), talk.id) == ([0.0, 5.0], "inbox/bo_12")
    assert talk.metadata["messages_left_out"] == "attachment 2, notice 1, reaction 1, unsent 1"


def test_encrypted_chats_of_messenger_have_keys_of_their_own(read):
    """The form of end-to-end encrypted chats is read in the order of time, too."""
    parts = [("Bo", "Time.", 2_000), ("Ada", "What hurts?", 1_000)]
    chat = {
        "threadName": "Bo_3",
        "participants": ["Ada", "Bo"],
        "messages": [
            {
                "senderName": name,
                "text": text,
                "timestamp": 1_700_000_000_000 + at,
                "isUnsent": False,
                "type": "text",
            }
            for name, text, at in parts
        ],
    }
    talk = read("chat.json", json.dumps(chat), trainee="Ada").talk
    assert (said(talk), starts(talk), talk.id) == (ADA_AND_BO, [0.0, 1.0], "Bo_3")


@given(st.text())
def test_mending_changes_nothing_that_was_written_whole(text):
    """A text that was taken apart comes back; one beyond those letters stays."""
    apart = text.encode("utf-8", "surrogatepass").decode("latin-1")
    plain = all(ord(char) < 0xD800 or ord(char) > 0xDFFF for char in text)
    assert not plain or mended(apart) == text
    assert any(ord(char) > 255 for char in text) <= (mended(text) == text)


def test_intercom_gives_what_people_wrote(read):
    """Bodies lose their tags; notes, assignments and bots are counted by kind."""

    def part(kind: str, author: str, name: str, body: str | None, at: int) -> dict:
        who = {"type": author, "id": "7", "name": name}
        return {"part_type": kind, "author": who, "body": body, "created_at": 1_700_000_000 + at}

    talk = read(
        "a.json",
        json.dumps(
            {
                "type": "conversation",
                "id": "c-9",
                "created_at": 1_700_000_000,
                "source": {
                    "body": "<p>What <b>hurts</b>?</p>",
                    "author": {"type": "admin", "name": "Ada"},
                },
                "conversation_parts": {
                    "conversation_parts": [
                        part("assignment", "admin", "Ada", None, 1),
                        part("comment", "bot", "Fin", "<p>One moment.</p>", 2),
                        part("note", "admin", "Ada", "<p>secret</p>", 3),
                        part("comment", "user", "Bo", "<p>Time &amp; &lt;money&gt;.</p>", 4),
                    ]
                },
            }
        ),
        trainee="Ada",
    ).talk
    assert said(talk) == [("Ada", "What hurts?"), ("Bo", "Time & <money>.")]
    assert (starts(talk), talk.id) == ([0.0, 4.0], "c-9")
    assert talk.metadata["messages_left_out"] == "assignment 1, bot 1, note 1"


def test_zendesk_gives_the_public_comments_and_the_words_of_a_chat(read):
    """Names come from the table of users; notes that are not public are never read."""
    comments = [
        {"author_id": 1, "body": "What hurts?", "public": True},
        {"author_id": 1, "body": "secret", "public": False},
        {"author_id": 2, "plain_body": "Time.", "body": "", "public": True},
    ]
    ticket = {"comments": comments, "users": [{"id": 1, "name": "Ada"}, {"id": 2, "name": "Bo"}]}
    talk = read("ticket.json", json.dumps(ticket), trainee="Ada").talk
    assert said(talk) == ADA_AND_BO
    assert talk.metadata["messages_left_out"] == "note 1"
    stamp = "2026-01-01T10:00:0"
    history = [
        {"type": "chat.memberjoin", "timestamp": f"{stamp}0Z", "name": "Ada"},
        {"type": "chat.msg", "timestamp": f"{stamp}1Z", "name": "Ada", "msg": "What hurts?"},
        {"type": "chat.msg", "timestamp": f"{stamp}5Z", "name": "Bo", "msg": "Time."},
    ]
    talk = read("chat.json", json.dumps({"id": "z-1", "history": history}), trainee="Ada").talk
    assert (said(talk), starts(talk), talk.id) == (ADA_AND_BO, [0.0, 4.0], "z-1")


@given(st.text(alphabet="<>/p br&;a!-\n", max_size=200))
def test_tags_of_any_kind_leave_no_tag(body):
    """Taking tags off ends for any text, and off its result there is none to take, entities aside."""
    plain = plain_text(body)
    assert "&" in body or plain_text(plain) == plain


@pytest.mark.parametrize(
    "line",
    [
        "ACTION ITEM: Ask Bo - WATCH: https://fathom.video/x?timestamp=1.5  And why?",
        "  SCREEN SHARING: Ada started screen sharing - WATCH: https://fathom.video/x  And why?",
        "  ACTION ITEM: Ask Bo.\n - WATCH: https://fathom.video/x  And why?",
        "SCREEN SHARING: Ada started screen sharing - WATCH\nAnd why?",
    ],
)
def test_what_fathom_marks_amid_words_is_no_speech_and_costs_none(read, line):
    """The mark of an action or a shared screen is left out, the words behind its link are kept."""
    text = f"Call\nVIEW RECORDING - 9 mins\n\n---\n\n0:05 - Ada Roy (Acme)\n  What hurts?\n{line}\n\n0:09 - Bo\n  Time.\n"
    talk = read("a.txt", text, trainee="Ada*").talk
    assert said(talk) == [("Ada Roy (Acme)", "What hurts? And why?"), ("Bo", "Time.")]


@pytest.mark.parametrize(
    ("first", "second", "at"),
    [
        ("10:01:02\t De  Ada : What hurts?", "10:01:06\t De  Bo : Time.", [0.0, 4.0]),
        ("10:01:02 Von Ada an Alle:\n\tWhat hurts?", "10:01:06 Von Bo an Alle:\n\tTime.", [0, 4.0]),
        ("00:01:02 Ada:\tWhat hurts?", "00:01:06 Bo  to  Ada(Direct:\tTime.", [62.0, 66.0]),
    ],
)
def test_zoom_chats_in_other_languages_and_without_a_tab(read, first, second, at):
    """The word for From is no part of a name, and neither is to whom a message went."""
    talk = read("chat.txt", f"{first}\n{second}\n", trainee="Ada").talk
    assert (said(talk), starts(talk), talk.metadata["shape"]) == (ADA_AND_BO, at, "Zoom chat")


def test_a_name_that_begins_with_von_stays_whole(read):
    """A time before a name with a particle is no line of a Zoom chat."""
    talk = read("a.txt", "10:01:02 Von Roy: What hurts?\n10:01:06 Bo: Time.\n", trainee="Bo").talk
    assert [name for name, _ in said(talk)] == ["Von Roy", "Bo"]


def test_one_time_before_each_line_is_no_time(read):
    """Otter's text under a page that writes 0:00 before each line is read as Otter's text."""
    lines = ["Ada Roy  0:05", "What hurts?", "Bo Lee  0:09", "Time."]
    talk = read("a.txt", "".join(f"0:00 {line}\n\n" for line in lines), trainee="Ada Roy").talk
    assert (starts(talk), [turn.text for turn in talk.turns]) == (
        [5.0, 9.0],
        ["What hurts?", "Time."],
    )


@given(st.lists(st.text(max_size=20), max_size=8))
def test_lines_without_one_time_stay(lines):
    """Only a time that stands before every line with words is taken off."""
    numbered = list(enumerate(lines, 1))
    timed = [line.startswith(("[", "(")) or line[:1].isdigit() for line in lines if line.strip()]
    assert all(timed) or without_same_time(numbered) == numbered


def test_notices_of_a_chat_on_a_page_are_left_out(read):
    """`*** Anna joined the chat ***` behind a time is nobody's word, and is counted."""
    text = (
        "(10:01:00 AM) Ada: What hurts?\n(10:01:02 AM) *** Bo joined ***\n(10:01:05 AM) Bo: Time.\n"
    )
    talk = read("a.txt", text, trainee="Ada").talk
    assert (said(talk), starts(talk)) == (ADA_AND_BO, [0.0, 5.0])
    assert talk.metadata["notices_left_out"] == "1"


def test_words_behind_a_time_that_go_on_with_a_turn_stay_as_they_are(read):
    """Only times about a name are times of the talk."""
    text = "[10:01 AM] Ada: What hurts?\n10:05 AM is when it began, to be exact and fair\n[10:02 AM] Bo: Time.\n"
    talk = read("a.txt", text, trainee="Ada").talk
    assert talk.turns[0].text.endswith("10:05 AM is when it began, to be exact and fair")
    assert starts(talk) == [0.0, 60.0]


def test_questions_and_answers_of_a_record(read):
    """Centred headings and who examines are no speech; officers speak under their names."""
    text = (
        "                 FELIX ROY, M.D.,\n     having been sworn, testified:\n"
        "                 DIRECT EXAMINATION\nBY MR. LEE:\n     Q.  What hurts\nmost?\n"
        "     A.  Time.\n         MS. KAY:  Objection.\n     Q.  Why?\n     A.  A lot.\n"
        "                 CROSS-EXAMINATION\nBY MS. KAY:\n     Q.  Since when?\n"
    )
    talk = read("a.txt", text, trainee="Q").talk
    assert said(talk) == [
        ("Q", "What hurts most?"),
        ("A", "Time."),
        ("MS. KAY", "Objection."),
        ("Q", "Why?"),
        ("A", "A lot."),
        ("Q", "Since when?"),
    ]
    assert talk.metadata["lines_left_out"] == "6"


def test_letters_with_a_full_stop_within_names_are_no_record(read):
    """Where people speak under their names, a line that begins with `A.` is theirs."""
    text = "Ada: What hurts?\nA. Time, or\nB. money?\nBo: A.\nAda: Why?\n"
    talk = read("a.txt", text, trainee="Ada").talk
    assert [name for name, _ in said(talk)] == ["Ada", "Bo", "Ada"]


def test_a_block_of_code_may_hold_the_talk(read):
    """The marks of the first block are no words; those within a turn stay."""
    text = "# Call\n\n```text\nAda: What hurts?\nBo: Time.\n```\n\n## Notes\n\nGood.\n"
    assert said(read("a.md", text, trainee="Ada").talk) == ADA_AND_BO
    within = "**Ada:** See:\n\n```\ncode\n```\n\n**Bo:** Time.\n"
    assert "```" in read("a.md", within, trainee="Ada").talk.turns[0].text


def test_meet_notes_may_list_the_turns(read):
    """A sign of a list before `Name:` in a Meet transcript is no part of the name."""
    text = (
        "# Sync\n\n## Attendees\n\n- Ada\n\n## Transcript\n\n**00:00:00**\n\n- Ada: What hurts?\n"
        "- Bo: Time.\n\n**00:01:00**\n\n- Ada: Why?\n"
        "- This editable transcript was computer generated and might contain errors.\n"
    )
    talk = read("a.md", text, trainee="Ada").talk
    assert said(talk) == [*ADA_AND_BO, ("Ada", "Why?")]
    assert starts(talk) == [0.0, None, 60.0]


def test_a_header_without_its_colon_begins_a_turn(read):
    """Where names and times stand on lines of their own, one that lost its colon is seen, if it is a speaker's."""
    text = (
        "Ada: 00:00:05\n\nWhat hurts?\n\nBo: 00:00:09\n\nTime.\n\nAda 00:00:12\n\nWhy?\n\n"
        "Lunch 00:30\n\nBo 00:10\n\nCosts.\n"
    )
    talk = read("a.md", text, trainee="Ada").talk
    assert said(talk)[2:] == [("Ada", "Why? Lunch 00:30"), ("Bo", "Costs.")]
    assert starts(talk) == [5.0, 9.0, 12.0, None]


def test_a_name_without_a_word_is_no_speaker(read):
    """`Break: [20:13]` is left out and named; an empty turn of somebody who speaks stays."""
    text = "**Ada:** What hurts?\n\n**Break:** \\[20:13\\]\n\n**Bo:** Time.\n"
    talk = read("a.md", text, trainee="Ada").talk
    assert said(talk) == ADA_AND_BO
    assert talk.metadata["names_without_words"] == "Break"
    assert len(read("a.txt", "Ada: Hi.\nBo:\nAda: Why?\nBo: So.\n", trainee="Ada").talk.turns) == 4


def test_a_table_without_headings(read):
    """Times, a speaker and a text in each row need no header; remarks in a cell of their own are no row."""
    rows = '"00:00:00","00:00:05","Ada","What hurts?"\n"00:00:05","00:00:09","Bo","Time."\n'
    talk = read("a.csv", f"//call 1\n\n{rows}{rows.replace('00:00', '00:01')}", trainee="Ada").talk
    assert said(talk) == [*ADA_AND_BO, *ADA_AND_BO]
    assert [(turn.started_s, turn.ended_s) for turn in talk.turns][:2] == [(0.0, 5.0), (5.0, 9.0)]
    assert talk.metadata["shape"] == "table without headings"


@pytest.mark.parametrize(
    "table",
    [
        "tag,said\nAda,What hurts?\nBo,Time.\nAda,Why?\nBo,So.\n",
        "Ada,Berlin\nBo,Paris\nCy,Rome\nDi,Oslo\n",
        "Ada,What hurts?,x\nBo,Time.,y\nAda,Why?,x\nBo,So.,y\n",
    ],
)
def test_other_tables_without_known_headings_are_refused(read, table):
    """A header that is not known is no speaker, and a list of names is no talk."""
    assert "no columns for who speaks" in read("a.csv", table, trainee="Ada").error


def test_columns_of_corpora(read):
    """`words` are what is said, a colon behind a name is none of it, and times may be long or in brackets."""
    table = "timestamp,speaker,words\n[00:00:05],ADA:,What hurts?\n12.379999999999999,BO:,Time.\n"
    talk = read("a.csv", table, trainee="ADA").talk
    assert (said(talk), starts(talk)) == (
        [("ADA", "What hurts?"), ("BO", "Time.")],
        [5.0, 12.38],
    )


def test_counts_of_words_are_no_speech(read):
    """A column `words` that holds numbers is an error, not a talk of numbers."""
    assert "holds numbers" in read("a.csv", "speaker,words\nAda,120\nBo,75\n", trainee="Ada").error


@pytest.mark.parametrize("arrow", ["--.", "--"])
def test_an_arrow_that_lost_its_point_is_one(read, arrow):
    """A time line that was mended by hand costs no cue."""
    text = f"1\n00:00:01,000 --> 00:00:02,000\nAda: What hurts?\n\n2\n00:00:03,000 {arrow} 00:00:04,000\nBo: Time.\n"
    talk = read("a.srt", text, trainee="Ada").talk
    assert (said(talk), starts(talk)) == (ADA_AND_BO, [1.0, 3.0])


def test_names_on_the_first_line_of_each_cue(read):
    """They are names where each cue begins so and they come back; two lines in capitals are captions."""
    cue = "00:00:0{0}.000 --> 00:00:0{1}.000\n{2}\n{3}\n\n"
    talked = [("Ada Roy", "What hurts?"), ("Bo Lee", "Time."), ("Ada Roy", "Why?")]
    cues = [cue.format(at, at + 1, *pair) for at, pair in enumerate(talked)]
    assert said(read("a.vtt", "WEBVTT\n\n" + "".join(cues), trainee="Ada Roy").talk) == talked
    shown = [("GOOD EVENING", "HERE IS"), ("THE NEWS", "OF TODAY"), ("IT RAINS", "IN ROME")]
    cues = [cue.format(at, at + 1, *pair) for at, pair in enumerate(shown)]
    assert "no speaker" in read("a.vtt", "WEBVTT\n\n" + "".join(cues), trainee="Ada").error


def test_lines_of_spaces_above_a_cue_are_nothing(read):
    """A WebVTT file may hold lines of spaces between its notes and its cues."""
    text = (
        "WEBVTT\n\nNOTE a\n\n      \n\n   \n1\n00:00:01.000 --> 00:00:02.000\n<v Ada>What hurts?\n"
    )
    assert said(read("a.vtt", text, trainee="Ada").talk) == [("Ada", "What hurts?")]


def test_a_month_over_twelve_beats_dots(read):
    """Dots in a date say that the day comes first, unless the second number is no month."""
    text = "[10.21.21, 15:00:00] Ada: What hurts?\n[10.21.21, 15:00:05] Bo: Time.\n"
    assert starts(read("a.txt", text, trainee="Ada").talk) == [0.0, 5.0]
    text = text.replace("[10.21.21, 15:00:05]", "[11.21.21, 15:00:00]")
    assert starts(read("a.txt", text, trainee="Ada").talk) == [0.0, 31 * 86_400.0]


def test_amazon_connect_names_the_sides_in_a_table_and_chats_among_events(read):
    """The table of participants gives the sides; joins of a chat are counted, not read."""
    people = [
        {"ParticipantId": "1", "ParticipantRole": "AGENT"},
        {"ParticipantId": "2", "ParticipantRole": "CUSTOMER"},
    ]
    voice = [
        {"Content": "What hurts?", "ParticipantId": "1", "BeginOffsetMillis": 500},
        {"Content": "Time.", "ParticipantId": "2", "BeginOffsetMillis": 900},
    ]
    lens = {"Participants": people, "Transcript": voice}
    talk = read("lens.json", json.dumps(lens), trainee="Agent").talk
    assert said(talk) == [("Agent", "What hurts?"), ("Customer", "Time.")]
    chat = [
        {"Type": "EVENT", "ParticipantId": "2", "AbsoluteTime": "2026-01-01T10:00:00Z"},
        *(
            {
                "Type": "MESSAGE",
                "Content": part["Content"],
                "ParticipantId": part["ParticipantId"],
                "AbsoluteTime": f"2026-01-01T10:00:0{at}Z",
            }
            for part, at in zip(voice, (1, 5), strict=True)
        ),
    ]
    talk = read(
        "chat.json", json.dumps({"Participants": people, "Transcript": chat}), trainee="Agent"
    ).talk
    assert (starts(talk), talk.metadata["messages_left_out"]) == ([0.0, 4.0], "event 1")


def test_stored_answers_of_gong_may_hold_texts_alone(read):
    """A monologue with a text and no sentences is read with its time."""
    parts = [("a1", "What hurts?", 1000), ("b1", "Time.", 3000)]
    spoken = [{"speakerId": who, "text": text, "start_ms": at} for who, text, at in parts]
    gong = {"callTranscripts": [{"callId": "7", "transcript": spoken}]}
    talk = read("a.json", json.dumps(gong), trainee="a1").talk
    assert (said(talk), starts(talk)) == ([("a1", "What hurts?"), ("b1", "Time.")], [1.0, 3.0])


@pytest.mark.parametrize(
    ("key", "piece"),
    [
        ("speech_segments", {"speaker_name": "Ada", "transcript": "What hurts?", "start_ts": 1.5}),
        ("transcript", {"speaker_name": "Ada", "words_str": "What hurts?", "start_time": 1.5}),
    ],
)
def test_lists_of_meeting_tools(read, key, piece):
    """Keys that meeting tools use for a piece of speech are known as headings are."""
    talk = read("a.json", json.dumps({"title": "T", key: [piece]}), trainee="Ada").talk
    assert (said(talk), starts(talk)) == ([("Ada", "What hurts?")], [1.5])


@pytest.mark.parametrize("suffix", ["txt", "md"])
def test_teams_says_who_stopped_transcription(read, suffix):
    """Where recording begins and ends is no talk, in text as in Word."""
    text = "Ada started transcription\n\nAda Roy   0:03\nWhat hurts?\n\nBo Lee   0:05\nTime.\n\nAda Roy stopped transcription\n"
    talk = read(f"a.{suffix}", text, trainee="Ada Roy").talk
    assert said(talk) == [("Ada Roy", "What hurts?"), ("Bo Lee", "Time.")]
    assert talk.metadata["lines_left_out"] == "2"


@pytest.mark.parametrize("sign", ["-", "–", "->", "-->"])
def test_a_pair_of_seconds_before_a_name_needs_no_brackets(read, sign):
    """The seconds in which somebody speaks are no part of the name; one bare number alone is none."""
    text = f"0.00 {sign} 9.50 [S1]: What hurts?\n10.00 {sign} 19.00 [S2]: Time.\n"
    talk = read("a.txt", text, trainee="S1").talk
    assert (said(talk), starts(talk)) == ([("S1", "What hurts?"), ("S2", "Time.")], [0.0, 10.0])


@pytest.mark.parametrize(
    "ends", [(" (00:00:00):", " (00:00:37):", "(00:01:22):"), (" [0:00]:", " [0:37]:", "[1:22]")]
)
@pytest.mark.parametrize("suffix", ["txt", "md"])
def test_a_time_before_each_paragraph_is_not_spoken(read, suffix, ends):
    """Where somebody speaks for long, a time in brackets stands alone above each paragraph."""
    text = "Ada{}\nWhat hurts?\n\nBo{}\nTime.\n\n{}\nAnd money.\n".format(*ends)
    talk = read(f"a.{suffix}", text, trainee="Ada").talk
    assert said(talk) == [("Ada", "What hurts?"), ("Bo", "Time. And money.")]
    assert (starts(talk), talk.metadata["lines_left_out"]) == ([0.0, 37.0], "1")


def test_turns_that_call_their_text_otherwise(read):
    """Data sets of dialogues have `turns`, too; without a `text` they are read as pieces of speech."""
    turns = [{"speaker": who, "utterance": text} for who, text in ADA_AND_BO]
    dialogue = {"dialogue_id": "d1", "turns": turns}
    for name, text in [("a.json", json.dumps([dialogue])), ("a.jsonl", json.dumps(dialogue))]:
        talk = read(name, text, trainee="Ada").talk
        assert (talk.id, said(talk)) == ("d1", ADA_AND_BO)


@pytest.mark.parametrize(
    "lines",
    [
        ("[Ada, 0:03] What hurts?", "[Bo, 0:09-0:12] Time."),
        ("[Ada, 0:03-0:08, 2 words]: What hurts?", "[Bo, 0:09-0:12, 1 word]: Time."),
        ("[Ada | 00:00:03]\nWhat hurts?\n", "[Bo | 00:00:09]\nTime."),
        ("[0:03 - 0:08, Ada] What hurts?", "[0:09 - 0:12, Bo] Time."),
        ("[Ada] [00:03] What hurts?", "[Bo] [00:09] Time."),
    ],
)
def test_a_name_and_a_time_in_brackets(read, lines):
    """Who speaks may stand with the time in brackets; a title above is left out and counted."""
    talk = read("a.txt", "Standup\n\n" + "\n".join(lines), trainee="Ada").talk
    assert (said(talk), starts(talk)) == (ADA_AND_BO, [3.0, 9.0])
    assert talk.metadata["lines_left_out"] == "1"


def test_names_in_angles(read):
    """A chat may have names in angles, and times of the day before them; tags of a page are no names."""
    text = "<Ada> What hurts?\n<Bo> Time.\n"
    assert said(read("a.txt", text, trainee="Ada").talk) == ADA_AND_BO
    text = "[10:05] <Ada> What hurts?\n[10:06] <Bo> Time.\n"
    talk = read("a.txt", text, trainee="Ada").talk
    assert (said(talk), starts(talk)) == (ADA_AND_BO, [0.0, 60.0])
    tags = "<p> What hurts?</p>\n<p> Time.</p>\n"
    assert "Name: text" in read("a.txt", tags, trainee="Ada").error
    sounds = "[inaudible, 0:03] What hurts?\n[crosstalk, 0:09] Time.\n"
    assert "Name: text" in read("a.txt", sounds, trainee="Ada").error


@pytest.mark.parametrize("mark", ["*({})*:", "`{}`", "_[{}]_:", "**{}**"])
def test_markdown_marks_about_a_time(read, mark):
    """A time in italics, bold or as code is a time."""
    text = "".join(
        f"**{who}** {mark.format(at)}\n{what}\n\n"
        for (who, what), at in zip(ADA_AND_BO, ("0:03", "0:09"), strict=True)
    )
    talk = read("a.md", text, trainee="Ada").talk
    assert (said(talk), starts(talk)) == (ADA_AND_BO, [3.0, 9.0])


def test_a_table_in_markdown(read):
    """A table with the headings of a talk is read row by row; what stands about it is counted."""
    text = (
        "# Call\n\n| Time | Speaker | Text |\n|:--|---|--:|\n"
        "| 0:03 | **Ada** | What hurts? |\n| 0:09 | Bo | Time \\| money. |\n\nEnd.\n"
    )
    talk = read("a.md", text, trainee="Ada").talk
    assert said(talk) == [("Ada", "What hurts?"), ("Bo", "Time | money.")]
    assert (starts(talk), talk.metadata["lines_left_out"]) == ([3.0, 9.0], "2")


@pytest.mark.parametrize("sign", [":", ";"])
def test_times_with_frames(read, sign):
    """Programs that cut films write frames behind the seconds, and the name below."""
    times = [("00:00:03:10", "00:00:08:00"), ("00:00:09:24", "00:00:12:01")]
    text = "".join(
        f"{start} - {end}".replace(":", sign) + f"\n{who}\n{what}\n\n"
        for (who, what), (start, end) in zip(ADA_AND_BO, times, strict=True)
    )
    talk = read("a.txt", text, trainee="Ada").talk
    assert (said(talk), starts(talk)) == (ADA_AND_BO, [3.0, 9.0])


def test_names_and_tabs(read):
    """A tab may part the name from the text where every line has one and names come back."""
    text = "INT\tWhat hurts?\nRES\tTime.\nINT\tWhy?\nRES\tPeople.\n"
    assert [turn.speaker for turn in read("a.txt", text, trainee="INT").talk.turns] == [
        *("INT", "RES", "INT", "RES")
    ]
    facts = "Date\tMay\nPlace\tBerlin\nLength\tlong\nWho\tAda\n"
    assert "Name: text" in read("a.txt", facts, trainee="INT").error


@pytest.mark.parametrize("suffix", ["txt", "md"])
def test_a_name_with_titles_before_a_time(read, suffix):
    """More than five words are a name before a time in brackets, none beginning with a small letter."""
    name = "Sir Ada Maria B. Roy, PhD"
    marks = "**{} (00:03):** {}" if suffix == "md" else "{} (00:03): {}"
    turns = [marks.format(who, what) for who, what in [("Bo", "What hurts?"), (name, "Time.")]]
    talk = read(f"a.{suffix}", "\n\n".join([*turns, turns[0]]), trainee="Bo").talk
    assert [turn.speaker for turn in talk.turns] == ["Bo", name, "Bo"]


def test_people_listed_above_a_talk_do_not_speak(read):
    """Names in a list above a heading or a break are no turns where turns are no items of a list."""
    people = "**Participants:**\n\n* **Ada:** The coach\n* **Bo:** A learner\n\n---\n\n"
    talk = read("a.md", people + "**Ada:** What hurts?\n\n**Bo:**\n\n> Time.\n", trainee="Ada").talk
    assert said(talk) == ADA_AND_BO
    listed = "- **Ada:** What hurts?\n- **Bo:** Time.\n"
    assert said(read("a.md", listed, trainee="Ada").talk) == ADA_AND_BO


def test_a_text_that_is_indented_as_a_whole(read):
    """The space that begins every line is taken off; a line indented further goes on with a turn."""
    text = "\n    Ada: What hurts?\n\n    Bo: Time.\n      Note: money.\n"
    talk = read("a.txt", text, trainee="Ada").talk
    assert said(talk) == [("Ada", "What hurts?"), ("Bo", "Time. Note: money.")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", "小安：哪里疼？\n小波：时间：没有。\n小安：三点。\n"),
        (
            "a.txt",
            "[00:03–00:08] 小安：哪里疼？\n[00:09–00:12] 小波：时间：没有。\n[00:13–00:14] 小安：三点。\n",
        ),
        ("a.txt", "【00:03】小安：哪里疼？\n【00:09】小波：时间：没有。\n【00:13】小安：三点。\n"),
        ("a.txt", "小安（00:03）：哪里疼？\n小波（00:09）：时间：没有。\n小安（00:13）：三点。\n"),
        ("a.txt", "【小安】：哪里疼？\n【小波】：时间：没有。\n【小安】：三点。\n"),
        ("a.md", "**小安：** 哪里疼？\n\n**小波**：时间：没有。\n\n小安：三点。\n"),
        (
            "a.srt",
            (
                "1\n00:00:03,000 --> 00:00:08,000\n小安：哪里疼？\n\n"
                "2\n00:00:09,000 --> 00:00:12,000\n小波：时间：没有。\n\n"
                "3\n00:00:13,000 --> 00:00:14,000\n小安：三点。\n"
            ),
        ),
    ],
)
def test_wide_colons_and_brackets(read, name, text):
    """Chinese and Japanese write wide signs about names and times; those within a turn stay."""
    talk = read(name, text, trainee="小安").talk
    assert said(talk) == [("小安", "哪里疼？"), ("小波", "时间：没有。"), ("小安", "三点。")]
    assert starts(talk)[1] == (9.0 if "09" in text else None)


def test_long_words_before_a_wide_colon_are_no_name(read):
    """A sentence before a wide colon goes on with the turn."""
    more = "我想说的是，其实我们需要更多的时间：很多。"
    talk = read("a.txt", f"小安：哪里疼？\n小波：没有。\n{more}\n", trainee="小安").talk
    assert said(talk)[1] == ("小波", f"没有。 {more}")


@pytest.mark.parametrize("number", ["{} ", "({}) ", "{}\t", "{}. ", "00{}  "])
def test_numbers_of_lines_and_turns_are_no_names(read, number):
    """Tools for interviews number lines, or turns alone; the numbers are taken off."""
    turns = ["Ada: What hurts?", "Bo: Time.", "Ada: Why?"]
    expected = [*ADA_AND_BO, ("Ada", "Why?")]
    text = "".join(f"{number.format(at)}{turn}\n" for at, turn in enumerate(turns, 1))
    assert said(read("a.txt", text, trainee="Ada").talk) == expected
    within = text.replace("Why?", "Why?\nAnd so?")
    assert said(read("a.txt", within, trainee="Ada").talk)[-1] == ("Ada", "Why? And so?")
    items = "Ada: What hurts?\nBo:\n1 time\n2 money\n3 him\nAda: Why?\n"
    assert said(read("a.txt", items, trainee="Ada").talk)[1][1] == "1 time 2 money 3 him"


def test_a_time_above_a_name_begins_a_paragraph(read):
    """Where names come back below times that begin paragraphs, they are who speaks."""
    text = "0:03\nAda\nWhat hurts?\n\n0:09\nBo\nTime.\n\n0:12\nAda\nWhy?\n"
    talk = read("a.txt", text, trainee="Ada").talk
    assert (said(talk)[:2], starts(talk)) == (ADA_AND_BO, [3.0, 9.0, 12.0])
    captions = "0:03\nHello\nthere\n\n0:09\nYes\nwell\n"
    assert "Name: text" in read("a.txt", captions, trainee="Ada").error


@pytest.mark.parametrize(
    "between", ["\u00a0\u00a0{}", "  {}", "\u2003 {}", " {} --> {}", " {} - {}"]
)
def test_names_and_times_parted_by_other_spaces_and_pairs_of_times(read, between):
    """A copy from a page has spaces that do not break; a second time may follow the first."""
    text = "".join(
        f"{who} Roy{between.replace('{}', at)}\n{what}\n\n"
        for (who, what), at in zip(ADA_AND_BO, ("0:03", "0:09"), strict=True)
    )
    talk = read("a.txt", text, trainee="Ada Roy").talk
    assert starts(talk) == [3.0, 9.0]
    assert [turn.speaker for turn in talk.turns] == ["Ada Roy", "Bo Roy"]


@pytest.mark.parametrize(
    "document",
    [
        {"data": {"meeting": {"transcript": {"segments": ["{speaker}"]}}}},
        {"transcript": {"speaker_blocks": ["{words}"]}},
        {"data": {"attributes": {"recording": {"utterances": ["{snippet}"]}}}},
        {"speakers": [{"id": 1, "name": "Ada"}, {"id": 2, "name": "Bo"}], "lines": ["{ids}"]},
        {"dialogue": ["{pair}"]},
        {"dialogue": ["{list}"]},
    ],
)
def test_pieces_of_speech_under_other_keys(read, document):
    """Lists of speech may stand deep, name people beside them, or be pairs of a name and a text."""
    spoken = [*ADA_AND_BO, ("Ada", "Why?")]
    forms = {
        "{speaker}": [{"speaker": {"name": who}, "text": text} for who, text in spoken],
        "{words}": [{"speaker": {"name": who}, "words": text} for who, text in spoken],
        "{snippet}": [{"speaker_name": who, "snippet": text} for who, text in spoken],
        "{ids}": [{"speaker_id": 1 + (who == "Bo"), "text": text} for who, text in spoken],
        "{pair}": [{who: text} for who, text in spoken],
        "{list}": [[who, text] for who, text in spoken],
    }
    content = json.dumps(document)
    for form, pieces in forms.items():
        content = content.replace(json.dumps([form]), json.dumps(pieces))
    assert said(read("a.json", content, trainee="Ada").talk) == spoken


def test_pairs_that_are_no_talk(read):
    """Names that do not come back, and words for other things, are nobody who speaks."""
    for pairs in ([{"Ada": "Hi."}, {"Bo": "Hi."}], [{"title": "A"}, {"title": "B"}]):
        outcome = read("a.json", json.dumps(pairs), trainee="Ada")
        assert (outcome.talks, bool(outcome.errors)) == ([], True)


def test_turns_with_the_roles_of_others(read):
    """Turns without a speaker, by an agent and a customer, are pieces of speech."""
    turns = [{"role": "agent", "text": "What hurts?"}, {"role": "customer", "text": "Time."}]
    document = json.dumps({"conversation": {"id": "c", "turns": turns}})
    talk = read("a.json", document, trainee="agent").talk
    assert said(talk) == [("agent", "What hurts?"), ("customer", "Time.")]
