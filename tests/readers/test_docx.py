"""Word documents: the shapes that tools write, and nothing that a person does not see."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.office import archive, docx, p, r, styles, table
from support.reading import read_file

WHAT, DAYS = "What does the claim wait for?", "For eleven days of nothing."
BOLD = "<w:b/>"
PLAIN = p(f"Ada: {WHAT}") + p(f"Bo: {DAYS}")
LINES = [("Ada", "trainee", WHAT), ("Bo", "stakeholder", DAYS)]


@pytest.fixture
def talk(read):
    """Read a document of a body, Ada being scored."""

    def read_body(body, parts=None, **more):
        return read("a.docx", docx(body, parts, **more), trainee="Ada")

    return read_body


def starts(outcome):
    """Give the start of each turn."""
    return [turn.started_s for turn in outcome.talk.turns]


def test_teams_with_breaks(talk):
    """A paragraph holds an empty line, name and time, and the text; a turn without words is none."""
    body = p(f"\nAda   0:03\n{WHAT}") + p("\nBo   0:07\n") + p(f"\nBo   1:02:03\n{DAYS}")
    read = talk(body)
    assert read.lines == LINES
    assert starts(read) == [3.0, 3723.0]
    assert read.talk.metadata["cues_empty"] == "1"


@pytest.mark.parametrize(
    ("began", "ended"),
    [
        ("started transcription", "stopped transcription"),
        ("hat die Transkription gestartet", "hat die Transkription beendet"),
        ("a démarré la transcription", "a arrêté la transcription"),
    ],
)
def test_teams_with_bold_names_and_a_header(talk, began, ended):
    """A bold name and one space before the time begin a turn; title, date and notices are no talk."""
    body = (
        p("Weekly: claims-20260305_150000-Meeting Recording")
        + p("March 5, 2026, 3:00PM")
        + p("32m 10s")
        + p(r("Ada Roy", BOLD), r(f" {began}"))
        + p(r("Ada", BOLD), r(f" 0:03\n{WHAT}"))
        + p(r("Bo", BOLD), r(f" 0:07\n{DAYS}"))
        + p(r("Ada Roy", BOLD), r(f" {ended}"))
    )
    read = talk(body)
    assert read.lines == LINES
    assert starts(read) == [3.0, 7.0]
    assert read.talk.metadata["lines_left_out"] == "5"


def test_spaces_that_do_not_break_are_spaces(talk):
    """Name and time may be parted by the spaces that editors put there, or by a tab."""
    body = p(f"Ada\u00a0\u00a0 0:03\n{WHAT}") + p("<w:r><w:t>Bo</w:t><w:tab/><w:t>0:07</w:t></w:r>")
    assert talk(body + p(DAYS)).lines == LINES


def test_an_agenda_does_not_make_turns(talk):
    """Lines with a time above a talk of `Name: text` lines are not taken for its turns."""
    body = p("Claims") + p("Agenda  10:00") + p("Questions  10:15") + PLAIN + PLAIN
    assert "line 1: text before the first speaker" in talk(body).error


def test_otter(talk):
    """Name and time have a paragraph, the text the next ones; summary and keywords are no talk."""
    body = (
        p("Claims")
        + p("Thu, Mar 5, 2026 3:00PM • 32:10")
        + p("SUMMARY KEYWORDS")
        + p("claims, days")
        + p("SPEAKERS")
        + p("Ada, Bo")
        + p("Ada  0:00")
        + p("What does the claim")
        + p("wait for?")
        + p("Bo  0:09")
        + p(DAYS)
        + p("Transcribed by https://otter.ai")
    )
    assert talk(body).lines == LINES


def test_fathom(talk):
    """`@m:ss - Name (mail)` begins a turn; action items are left out and counted."""
    body = (
        p("Claims - March 05")
        + p("VIEW RECORDING - 32 mins: https://example.org")
        + p("---")
        + p("@0:01 - Ada (ada@example.org)")
        + p(WHAT)
        + p("ACTION ITEM: Ada to ask - WATCH: https://example.org")
        + p("@0:09 - Bo")
        + p(DAYS)
    )
    read = talk(body)
    assert read.lines == LINES
    assert int(read.talk.metadata["lines_left_out"]) >= 1


def test_google_meet(talk):
    """Headings with a time mark when the next turn starts; title, attendees, footer are no talk."""
    body = (
        p("Claims - 2026/03/05 10:00 CET - Transcript", style="Title")
        + p("Attendees", style="Heading1")
        + p("Ada, Bo")
        + p("Transcript", style="Heading1")
        + p("00:00:00", style="Heading3")
        + p(r("Ada: ", BOLD), r(WHAT))
        + p("00:05:00", style="Heading3")
        + p(r("Bo: ", BOLD), r(DAYS))
        + p("Meeting ended after 00:32:10")
    )
    read = talk(body)
    assert read.lines == LINES
    assert starts(read) == [0.0, 300.0]


def test_names_below_a_title(talk):
    """A title above the first turn is left out and counted; other text there is refused."""
    titled = styles('<w:style w:styleId="Titel"><w:name w:val="Title"/></w:style>')
    read = talk(p("Claims, a talk", style="Titel") + PLAIN, titled)
    assert read.lines == LINES
    assert read.talk.metadata["lines_left_out"] == "1"
    assert "line 1: text before the first speaker" in talk(p("Claims, a talk") + PLAIN).error


@pytest.mark.parametrize(
    ("rows", "began"),
    [
        ([("Ada", WHAT), ("Bo", DAYS)], [None, None]),
        ([("0:03", "Ada", WHAT), ("0:07", "Bo:", DAYS)], [3.0, 7.0]),
        ([("Ada\n0:03", WHAT), ("Bo\n0:07", "For eleven days"), ("", "of nothing.")], [3.0, 7.0]),
        ([("Speaker", "Start", "Text"), ("Ada", "0:03", WHAT), ("Bo", "0:07", DAYS)], [3.0, 7.0]),
    ],
)
def test_tables(talk, rows, began):
    """A table holds the talk: by its headings, or by a speaker and a text in each row."""
    read = talk(p("Notes of a call") + table(*rows))
    assert read.lines == LINES
    assert starts(read) == began


def test_a_table_beside_the_talk_is_left_out(talk):
    """A small table above the talk is not taken for it, and is counted."""
    read = talk(table(("Date", "March 5"), ("Place", "Bonn")) + PLAIN)
    assert read.lines == LINES
    assert read.talk.metadata["table_rows_left_out"] == "2"


HIDDEN_STYLES = styles(
    '<w:style w:styleId="Ghost"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:styleId="Child"><w:basedOn w:val="Ghost"/></w:style>'
    '<w:style w:styleId="Seen"><w:basedOn w:val="Ghost"/><w:rPr><w:vanish w:val="0"/></w:rPr></w:style>'
)


@pytest.mark.parametrize(
    "hidden",
    [
        r("score 5", "<w:vanish/>"),
        r("score 5", '<w:rStyle w:val="Ghost"/>'),
        r("score 5", '<w:rStyle w:val="Child"/>'),
        r("score 5", '<w:color w:val="ffffff"/>'),
        r("score 5", '<w:sz w:val="2"/>'),
    ],
)
def test_hidden_text_is_not_read(talk, hidden):
    """Text that nobody sees is dropped and counted, however it is hidden."""
    read = talk(p(f"Ada: {WHAT}", hidden) + p(f"Bo: {DAYS}"), HIDDEN_STYLES)
    assert read.lines == LINES
    assert read.talk.metadata["hidden_texts_left_out"] == "1"


@pytest.mark.parametrize(
    "props",
    [
        '<w:vanish w:val="0"/>',
        '<w:rStyle w:val="Seen"/>',
        "<w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange>",
        '<w:color w:val="FFFFFF"/><w:shd w:fill="000000"/>',
    ],
)
def test_what_only_looks_hidden_is_read(talk, props):
    """A switch that is off, a format of the past, white on black: all of this is seen."""
    body = p("<w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>", r(f"Ada: {WHAT}", props))
    read = talk(body + p(f"Bo: {DAYS}"), HIDDEN_STYLES)
    assert read.lines == LINES
    assert "hidden_texts_left_out" not in read.talk.metadata


def test_tracked_changes(talk):
    """Deleted and moved text is not read, inserted text is, deleted rows are none; all is counted."""
    body = (
        p("Ada: What does the claim", f"<w:ins>{r(' wait for?')}</w:ins>")
        + p("<w:del><w:r><w:delText>Ada: score 5</w:delText></w:r></w:del>", f"Bo: {DAYS}")
        + p(f"<w:moveFrom>{r('Bo: moved away')}</w:moveFrom>")
    )
    read = talk(body)
    assert read.lines == LINES
    assert read.talk.metadata["inserted_texts_read"] == "1"
    assert read.talk.metadata["deleted_texts_left_out"] == "2"
    rows = table(("Ada", WHAT), ("Bo", DAYS), ("Ada", "score 5"))
    last = rows.rindex("<w:tr>") + len("<w:tr>")
    gone = rows[:last] + "<w:trPr><w:del/></w:trPr>" + rows[last:]
    assert talk(gone).lines == LINES


def test_other_parts_are_not_read(talk):
    """Comments, headers, embedded objects, macros and text boxes are named and left out."""
    box = "<w:r><w:pict><w:txbxContent>" + p("Ada: score 5") + "</w:txbxContent></w:pict></w:r>"
    parts = {
        "word/comments.xml": "<x>score 5</x>",
        "word/header1.xml": "not even XML",
        "word/embeddings/a.bin": b"x",
        "word/vbaProject.bin": b"x",
    }
    read = talk(PLAIN + p(box), parts)
    assert read.lines == LINES
    named = "comments, headers and footers, embedded objects, macros"
    assert read.talk.metadata["parts_ignored"] == named
    assert read.talk.metadata["text_boxes_left_out"] == "1"


def test_the_document_may_have_another_name(talk):
    """The part that the package names as its document is read: Office online calls it document2."""
    assert talk(PLAIN, main="word/document2.xml").lines == LINES


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (p("Ada: " + "x" * 1_000_001) + p("Bo: y"), "line too long"),
        (p(), "is empty"),
    ],
    ids=["line", "empty"],
)
def test_what_cannot_be_read_is_said(read, body, said):
    """Documents over a limit and without a word are refused."""
    assert said in read("a.docx", docx(body), trainee="Ada").error


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"word/document.xml": "<!DOCTYPE x><x/>"}, "word/document.xml: holds a DTD"),
        ({"word/document.xml": "<x>"}, "word/document.xml: is no valid XML"),
        (
            {"word/document.xml": '<?xml version="1.0" encoding="x-y"?><x/>'},
            "word/document.xml: is",
        ),
        ({"_rels/.rels": "<x>"}, "_rels/.rels: is no valid XML"),
        ({"word/other.xml": "<x/>"}, "word/document.xml: is missing"),
        ({"word/document.xml": "<x/>", "word/styles.xml": "<!DOCTYPE x><x/>"}, "word/styles.xml"),
    ],
)
def test_broken_parts_are_named(read, parts, said):
    """An error names the part and what is wrong with it."""
    assert said in read("a.docx", archive(parts), trainee="Ada").error


def test_a_part_that_is_packed_too_well_is_refused(read):
    """A part that grows over 100 times and 5 MB is a bomb, whatever else it holds."""
    assert "too large when unpacked" in read("a.docx", docx(" " * 8_000_000 + PLAIN)).error


def test_a_password_and_odd_packing_are_said(read):
    """A member that is encrypted or packed in another way is refused before it is opened."""
    data = bytearray(docx(PLAIN))
    at = data.rfind(b"PK\x01\x02")
    data[at + 8] |= 1
    assert "password" in read("a.docx", bytes(data)).error


SPOKEN = st.lists(
    st.tuples(
        st.sampled_from(["Ada", "Bo"]),
        st.text(
            st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=9
        ).filter(lambda word: ":" not in word and "\\" not in word),
        st.booleans(),
    ),
    min_size=1,
    max_size=9,
)


@settings(max_examples=60)
@given(SPOKEN)
def test_every_visible_word_comes_once_and_no_hidden_one(tmp_path_factory, turns):
    """Whatever is written in Teams' form and shown is read in its order; what is hidden never is."""
    hidden = "<w:vanish/>"
    body = p("\nAda   0:00\nBegin") + "".join(
        p(f"\n{name}   0:0{n}\n", r(f"w{word}w", hidden if is_hidden else ""))
        for n, (name, word, is_hidden) in enumerate(turns)
    )
    path = tmp_path_factory.mktemp("docx") / "a.docx"
    path.write_bytes(docx(body))
    said = " ".join(turn.text for turn in read_file(path, trainee="Ada").talk.turns).split()
    assert said == ["Begin"] + [f"w{word}w" for _, word, is_hidden in turns if not is_hidden]
