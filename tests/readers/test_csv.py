"""Tables in text: columns by their headings, conversations by id, each bad row by its line."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.reading import read_file

from rmcoach_llm.readers.table_columns import MEANINGS, Row, columns_of, plain_heading
from rmcoach_llm.readers.times import moment_of

TALK = "speaker,text\nAda,What hurts?\nBo,Time.\n"
LINES = [("Ada", "trainee", "What hurts?"), ("Bo", "stakeholder", "Time.")]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_separator_is_the_one_that_finds_headings(read, sign):
    """Text may hold other separators: the header decides, and the metadata says what was found."""
    table = f'speaker{sign}text\nAda{sign}"a;b|c,d\te"\nBo{sign}Time.\n'
    outcome = read("a.csv", table, trainee="Ada")
    assert outcome.lines[0][2] == "a;b|c,d e"
    assert outcome.talk.metadata["separator"] in ("comma", "semicolon", "tab", "bar")


def test_a_stated_separator_holds(read):
    """A first line `sep=;` is not a row, and an unknown sign there is refused."""
    assert read("a.csv", "sep=;\n" + TALK.replace(",", ";"), trainee="Ada").lines == LINES
    assert "line 1: the separator '#' is not known" in read("a.csv", "sep=#\n" + TALK).error


@pytest.mark.parametrize("header", ["Speaker Name,Sentence", "from,MESSAGE", "Participant,content"])
def test_headings_have_synonyms(read, header):
    """Columns go by many names, in any case, and are named in the metadata."""
    outcome = read("a.tsv", TALK.replace("speaker,text", header), trainee="Ada")
    assert outcome.lines == LINES
    assert header.split(",")[0] in outcome.talk.metadata["columns"]


def test_columns_that_are_not_known_are_named(read):
    """A column that says nothing of the talk is left out and stands in the metadata."""
    outcome = read("a.csv", "mood,speaker,text\n:),Ada,What hurts?\n:(,Bo,Time.\n", trainee="Ada")
    assert outcome.lines == LINES
    assert outcome.talk.metadata["columns_ignored"] == "mood"


def test_a_title_may_stand_above_the_header(read):
    """Rows above the header are left out and counted."""
    outcome = read("a.csv", "Weekly call,\n,\n" + TALK, trainee="Ada")
    assert outcome.lines == LINES
    assert outcome.talk.metadata["rows_above_header"] == "1"


def test_conversations_go_by_id(read):
    """Interleaved rows come apart in their order, and one of a speaker in a row is one turn."""
    table = (
        "call id,speaker,text\nc1,Ada,What\nc2,Ada,Who?\nc1,Ada,hurts?\nc2,Bo,Me.\n,Bo,Only me.\n"
        "c1,Bo,Time.\n"
    )
    outcome = read("a.csv", table, trainee="Ada")
    assert [talk.id for talk in outcome.talks] == ["c1", "c2"]
    assert [[turn.text for turn in talk.turns] for talk in outcome.talks] == [
        ["What hurts?", "Time."],
        ["Who?", "Me. Only me."],
    ]
    assert outcome.talks[0].metadata["rows_without_id"] == "1"


def test_an_id_of_its_own_for_each_row_numbers_the_rows(read):
    """Rows counted in a column `id` are one talk, named like the file; the metadata says so."""
    outcome = read("a.csv", "id,role,text\n1,trainee,A?\n2,stakeholder,B.\n3,trainee,C?\n")
    assert outcome.talk.id == "a.csv"
    assert len(outcome.talk.turns) == 3
    assert "numbers the rows" in outcome.talk.metadata["id_column"]


def test_one_bad_conversation_does_not_spoil_the_others(read):
    """An error names the conversation; the others are read."""
    table = "id,speaker,text\na,Ada,x\na,Bo,y\nb,Cy,x\nb,Di,y\na,Ada,z\n"
    outcome = read("a.csv", table, trainee="Ada")
    assert [talk.id for talk in outcome.talks] == ["a"]
    assert "conversation 'b' (line 4): no speaker is called 'Ada'" in outcome.errors[0]


def test_roles_may_be_stated_or_named(read):
    """A role of ours counts; another one is a name without a speaker, and else is noted."""
    outcome = read("a.csv", "role,text\nuser,A?\nassistant,B.\n", trainee="user")
    assert [turn.speaker for turn in outcome.talk.turns] == ["user", "assistant"]
    table = "speaker,role,text\nAda,Trainee,A?\nBo,Manager,B.\n"
    assert read("a.csv", table).talk.metadata["roles_not_known"] == "Manager"
    two = table + "Ada,stakeholder,C?\n"
    assert "line 4: 'Ada' is stakeholder here and trainee above" in read("a.csv", two).error


def test_times_are_seconds_from_the_start(read):
    """Clock times count as they are, dates from the first one; what is no time is counted."""
    table = "start,end,speaker,text\n0:01:02,0:01:05.5,Ada,A?\nlater,,Bo,B.\n"
    talk = read("a.csv", table, trainee="Ada").talk
    assert [(turn.started_s, turn.ended_s) for turn in talk.turns] == [(62.0, 65.5), (None, None)]
    assert talk.metadata["times_not_read"] == "1"
    dated = "timestamp,speaker,text\n2026-01-01 10:00:00,Ada,A?\n2026-01-01 10:00:09,Bo,B.\n"
    assert [t.started_s for t in read("a.csv", dated, trainee="Ada").talk.turns] == [0.0, 9.0]
    back = dated.replace("10:00:09", "09:00:00")
    talk = read("a.csv", back, trainee="Ada").talk
    assert [t.started_s for t in talk.turns] == [None, None]
    assert talk.metadata["times"] == "left out: they run backwards"


@pytest.mark.parametrize(
    ("cell", "milliseconds", "wanted"),
    [
        ("75", False, (75.0, False)),
        ("1,5", False, (1.5, False)),
        ("75:10", False, (4510.0, False)),
        ("1767261600", False, (1767261600.0, True)),
        ("1767261600000", False, (1767261600.0, True)),
        ("1500", True, (1.5, False)),
        ("-5", False, None),
        ("1:99", False, None),
        ("nan", False, None),
        ("9" * 5000, False, None),
    ],
)
def test_moments(cell, milliseconds, wanted):
    """Each form of a time has one meaning, and what is no time has none."""
    assert moment_of(cell, milliseconds=milliseconds) == wanted


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('speaker,text\nAda,"x\ny"\nAda,"never\nclosed\n', "line 4: a quote opens"),
        ('speaker,text\nAda,"x\ny"\nAda,"he said "no""\n', "line 4: in this record text follows"),
        ("speaker,text\nAda,x\ry\nBo,z\n", "line 2: this record holds a carriage return"),
        ("name,text,TEXT\nAda,x,y\n", "line 1: duplicate column 'text'"),
        ("a,b\nAda,x\n", "line 1: no columns for who speaks and what is said among: a, b"),
        ("a,,b,,,,\nAda,,x,,,,\n", "who speaks and what is said among: a, b: name"),
        ("speaker,text\nAda," + "x" * 100_001 + "\n", "line 2: a cell is too long"),
        ("id,role,text\n" + "i" * 513 + ",trainee,x\n", "line 2: the id 'iii"),
        ("speaker,text\n" + "n" * 513 + ",x\n", "line 2: the speaker name 'nnn"),
        ("speaker,text\n,x\n", "line 2: the first words have no speaker"),
        ("speaker,text\nAda,x\nBo,\udcff\n", "line 3: the byte 0xff is not UTF-8"),
    ],
)
def test_what_cannot_be_read_names_its_line(read, table, said):
    """Errors count physical lines and name the one where the record begins."""
    assert said in read("a.csv", table.encode("utf-8", "surrogateescape")).error


def test_uneven_rows_are_reported_one_by_one_up_to_a_limit(read):
    """Each row with other columns is named, a hundred at most; the rest is read and marked."""
    outcome = read("a.csv", TALK + "Ada,x,y\n" * 150, trainee="Ada")
    assert outcome.lines if not outcome.errors else len(outcome.errors) == 101
    assert "line 4: 3 columns, the header has 2" in outcome.errors[0]
    assert "50 more rows" in outcome.errors[-1]
    assert outcome.talks[0].metadata["rows_left_out"] == "150"


def test_empty_cells_at_the_end_are_no_columns(read):
    """Spreadsheets end rows with separators; these make no row uneven, and blank rows are none."""
    padded = (
        TALK.replace("text\n", "text,,\n")
        .replace("?\n", "?,,\n")
        .replace("Time.\n", "Time.,\n,,\n")
    )
    assert read("a.csv", padded, trainee="Ada").lines == LINES


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), min_size=1, max_size=20)


@settings(max_examples=100)
@given(
    st.lists(st.tuples(st.sampled_from("ab"), CELLS), min_size=1, max_size=9),
    st.sampled_from(",;\t|"),
)
def test_what_a_spreadsheet_writes_comes_back(tmp_path_factory, rows, sign):
    """Any text in any separator is read whole, formulas as text, each in its conversation."""
    held = io.StringIO()
    writer = csv.writer(held, delimiter=sign, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(["conversation", "role", "text"])
    writer.writerows([name, "trainee", f"({text})"] for name, text in rows)
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    path.write_text(held.getvalue(), newline="")
    talks = {talk.id: talk for talk in read_file(path).talks}
    for name in {name for name, _ in rows}:
        said = [f"({text})" for other, text in rows if other == name]
        assert talks[name].turns[0].text == " ".join(" ".join(said).split())


@given(st.lists(st.text(max_size=12), max_size=8))
@example(["speaker", "transcript"])
@example(["name", "message", "transcript"])
def test_columns_are_never_taken_twice(cells):
    """Whatever the headings are, no column has two meanings, and only a full header is one."""
    columns = columns_of(Row("", cells))
    if columns is not None:
        places = list(columns.at.values())
        assert len(set(places)) == len(places)
        assert "text" in columns.at


def test_every_heading_is_in_the_documentation():
    """The page on forms of transcripts lists the headings that are known, and no others."""
    page = (Path(__file__).parents[2] / "docs" / "transcripts.md").read_text(encoding="utf-8")
    for meaning, row in {"id": "conversation"}.items() | {(m, m) for m in MEANINGS if m != "id"}:
        (line,) = re.findall(rf"^\| {row} \| (.*) \|$", page, re.MULTILINE)
        listed = re.split(r"[,;] ", line.partition(":")[0])
        assert sorted(map(plain_heading, listed)) == sorted(MEANINGS[meaning]), meaning


def test_a_cell_may_hold_a_talk(read):
    """Where no column says who speaks and cells hold `Name: text` lines, each row is a talk."""
    content = 'id,transcript,note\nc1,"Ada: What; hurts?\nBo: Time: all.",x\nc2,"Ada: Two.\r\nBo: Yes.",y\n'
    talks = read("a.csv", content, trainee="Ada").talks
    assert [(talk.id, [turn.text for turn in talk.turns]) for talk in talks] == [
        ("c1", ["What; hurts?", "Time: all."]),
        ("c2", ["Two.", "Yes."]),
    ]
    assert talks[0].metadata["cells"] == "a talk in each"
    assert talks[0].metadata["columns_ignored"] == "note"


def test_a_cell_that_is_no_talk_is_named(read):
    """A bad cell is one error with row and line; the others are read, ids are made by count."""
    content = 'dialogue\n"Ada: Hi\\nBo: Yes"\n"We met."\n"Ada: Ho\nBo: No"\n'
    outcome = read("a.csv", content, trainee="Ada")
    assert [talk.id for talk in outcome.talks] == ["a.csv", "a.csv#3"]
    assert "line 3, line 1 of the cell: text before the first speaker" in outcome.errors[0]


def test_a_column_of_plain_text_is_no_column_of_talks(read):
    """Text without speakers stays an error that says what is wanted."""
    assert "no columns for who speaks" in read("a.csv", "id,text\n1,Hi\n2,Ho: so\n").error


def test_talks_in_cells_need_ids_of_their_own(read):
    """A second talk of the same id is an error that names both rows."""
    outcome = read("a.csv", 'id,text\nc1,"Ada: Hi\nBo: Yes"\nc1,"Ada: Ho\nBo: No"\n', trainee="Ada")
    assert [talk.id for talk in outcome.talks] == ["c1"]
    assert "line 4: duplicate id 'c1', already used in line 2" in outcome.errors[0]


@pytest.mark.parametrize(
    "header",
    [
        "Sprecher;Rolle;Beginn;Ende;Text",
        "Teilnehmer;Rolle;Von;Bis;Äußerung",
        "Locuteur;Rôle;Début;Fin;Texte",
        "Hablante;Rol;Inicio;Fin;Texto",
        "Spreker;Rol;Begin;Einde;Tekst",
        "Parlante;Ruolo;Inizio;Fine;Testo",
        "Intervenant;R\xf4le;Heure;Fin;Texte",
        "Falante;Papel;Hor\xe1rio;Fim;Texto",
        "\u8a71\u8005;role;\u6642\u523b;\u7d42\u4e86;\u767a\u8a00",
        "\u53d1\u8a00\u4eba;role;\u65f6\u95f4;\u7ed3\u675f\u65f6\u95f4;\u5185\u5bb9",
    ],
)
def test_headings_in_other_languages(read, header):
    """Accents and capitals aside, headings are known in some languages; decimals may have a comma."""
    content = f"\ufeff{header}\r\nAda;trainee;0:01,5;0:02;Was?\r\nBo;stakeholder;0:03;0:04;So\r\n"
    talk = read("a.csv", content).talk
    assert [
        (turn.speaker, turn.role, turn.started_s, turn.ended_s, turn.text) for turn in talk.turns
    ] == [
        ("Ada", "trainee", 1.5, 2.0, "Was?"),
        ("Bo", "stakeholder", 3.0, 4.0, "So"),
    ]
