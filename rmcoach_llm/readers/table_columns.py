"""Find in a table which column says who speaks, what is said, when, and in which conversation."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rmcoach_llm.domain import FrozenMap
from rmcoach_llm.readers.files import Origin, visible

WORDS = "words"
"""A heading of what is said, or of how many words were: then its cells are numbers."""
MOST_HEADINGS = 12
"""So many headings are named where none is known."""
HEADER_ROWS = 10
"""The header is looked for in so many rows."""

MEANINGS: FrozenMap[tuple[str, ...]] = FrozenMap(
    {
        "text": (
            *("text", "utterance", "message", "content", "sentence", "body", "said", "spokentext"),
            *("transcription", "transcript", "line", "texte", "texto", "testo", "tekst"),
            *("beitrag", "aussage", "ausserung", "aeusserung", "gesagtes", "wortlaut"),
            *("nachricht", "inhalt", "transkript", "transkription", "mensaje", "mensagem"),
            *("messaggio", "bericht", "transcripcion", "trascrizione"),
            *("発言", "発言内容", "内容", "テキスト", "文本", "发言内容"),
            *(
                "speech",
                "wordsstr",
                "spokenwords",
                "messagetext",
                "utterancetext",
                "snippet",
                WORDS,
            ),
        ),
        "speaker": (
            *("speaker", "speakername", "speakerlabel", "participant", "participantname"),
            *("name", "from", "sender", "author", "username", "user", "speakerid", "sprecher"),
            *("sprecherin", "sprechername", "redner", "teilnehmer", "teilnehmerin", "person"),
            *("absender", "autor", "locuteur", "intervenant", "orateur", "nom", "auteur"),
            *("hablante", "orador", "interlocutor", "participante", "nombre", "parlante"),
            *("oratore", "relatore", "partecipante", "nome", "spreker", "deelnemer", "naam"),
            *("falante", "locutor", "mowca", "talare"),
            *("話者", "発言者", "发言人", "说话人"),
            *("sendername", "authorname", "displayname", "talker", "who"),
        ),
        "role": (
            "role",
            "speakerrole",
            "participantrole",
            "rolle",
            "rol",
            "ruolo",
            "papel",
            "rola",
        ),
        "id": (
            *("conversationid", "transcriptid", "sessionid", "callid", "meetingid", "dialogueid"),
            *("gesprachsid", "gespraechsid", "gesprachid", "gespraechid"),
            *("conversation", "transcript", "session", "call", "meeting", "dialogue", "id"),
            *("gesprach", "gespraech", "anruf", "sitzung"),
        ),
        "start": (
            *("starteds", "start", "starttime", "starts", "startseconds", "startms"),
            *("starttimems", "startdatetime", "starttimestamp", "startsec", "starttimesec"),
            *("secondsfromstart", "timeincallsecs", "time", "timestamp"),
            *("timestampms", "offset", "beginn", "begin", "anfang", "startzeit", "von", "zeit"),
            *("zeitstempel", "uhrzeit", "debut", "horodatage", "temps", "inicio", "inizio"),
            *(
                "startts",
                "begintime",
                "timecode",
                "starttimecode",
                "sentat",
                "createdat",
                "snippettime",
            ),
            *("heure", "horaire", "horario", "時刻", "時間", "開始時間", "时间", "开始时间"),
            *("starttijd", "tijd", "hora", "tiempo", "tempo", "ora", "poczatek", "czas", "tid"),
        ),
        "end": (
            *("endeds", "end", "endtime", "ends", "endseconds", "endms", "endtimems"),
            *(
                "enddatetime",
                "endtimestamp",
                "endsec",
                "endtimesec",
                "ende",
                "endzeit",
                "bis",
                "fin",
                "fine",
                "fim",
            ),
            *("終了", "終了時間", "结束时间"),
            *("einde", "eindtijd", "koniec", "slut", "endts", "endtimecode"),
        ),
    }
)
"""What a column may hold, and the headings that say so, the first found being taken: English
first, then German, French, Spanish, Italian, Dutch, Portuguese, Polish, Swedish, Japanese and Chinese. Case, spaces,
accents and signs aside: `Speaker Name` is `speakername`. A heading is taken once: `transcript` is the text only
where no other column is."""


WHOLE_TALK = (
    *("transcript", "transcription", "conversation", "dialogue", "dialog", "chat", "talk"),
    *("calltranscript", "fulltranscript", "messages", "text", "content"),
    *("transkript", "transkription", "gesprach", "gespraech", "chatverlauf"),
)
"""Headings of a column whose cells may hold a whole talk, where no column says who speaks."""


@dataclass(frozen=True)
class Row:
    """Hold the cells of a row, and its locator for messages."""

    place: str
    cells: Sequence[str]


@dataclass(frozen=True)
class Columns:
    """Hold where the columns of a table stand, by meaning; `width` is the number of headings."""

    at: FrozenMap[int]
    headings: tuple[str, ...]

    @property
    def width(self) -> int:
        """Give the number of columns up to the last heading."""
        return len(self.headings)

    def cell(self, row: Row, meaning: str) -> str:
        """Give the text of a row's cell, without space around it; "" where there is none."""
        index = self.at.get(meaning)
        return row.cells[index].strip() if index is not None and index < len(row.cells) else ""

    def in_milliseconds(self, meaning: str) -> bool:
        """Say whether the heading of a time says that it is in milliseconds."""
        return meaning in self.at and plain_heading(self.headings[self.at[meaning]]).endswith("ms")

    def says_unit(self, meaning: str) -> bool:
        """Say whether the heading of a time says in which unit it is, as `start_s` and `Start sec` do."""
        plain = plain_heading(self.headings[self.at[meaning]]) if meaning in self.at else ""
        return "sec" in plain or plain.endswith("ms") or plain in ("starts", "starteds", "endeds")

    def notes(self) -> dict[str, str]:
        """Say which column was taken for what, and which were not read."""
        taken = ", ".join(f"{meaning} = {self.headings[at]}" for meaning, at in self.at.items())
        left = ", ".join(
            heading
            for index, heading in enumerate(self.headings)
            if index not in self.at.values() and heading
        )
        notes = {"columns": visible(taken, limit=500)}
        return notes | ({"columns_ignored": visible(left, limit=500)} if left else {})


def columns_of(row: Row) -> Columns | None:
    """Give the columns if a row is a header: a text, and a speaker or a role.

    >>> columns_of(Row("line 1", ["Speaker Name", "Start (s)", "Text"])).at["start"]
    1
    >>> columns_of(Row("line 2", ["Ada", "0", "What hurts?"])) is None
    True
    """
    at = _places(row.cells)
    if "text" not in at or not ("speaker" in at or "role" in at):
        return None
    headings = [" ".join(cell.split()) for cell in row.cells]
    while headings and not headings[-1]:
        headings.pop()
    return Columns(FrozenMap(at), tuple(headings))


def talk_columns_of(row: Row) -> Columns | None:
    """Give the columns if a row is a header without speakers, but with a column of whole talks.

    >>> columns = talk_columns_of(Row("line 1", ["id", "Call Transcript", "summary"]))
    >>> columns.at["talk"] if columns else None, talk_columns_of(Row("", ["speaker", "text"]))
    (1, None)
    """
    plain = [plain_heading(cell) for cell in row.cells]
    talk = next((plain.index(name) for name in WHOLE_TALK if plain.count(name) == 1), None)
    if talk is None or columns_of(row):
        return None
    ids = (plain.index(name) for name in MEANINGS["id"] if plain.count(name) == 1)
    own = next((index for index in ids if index != talk), None)
    at = {"talk": talk} | ({} if own is None else {"id": own})
    return Columns(FrozenMap(at), tuple(" ".join(cell.split()) for cell in row.cells))


def is_header(row: Row) -> bool:
    """Say whether a row can be the header of a table of talks, or of their pieces."""
    return bool(columns_of(row) or talk_columns_of(row))


def header_of(rows: Sequence[Row], origin: Origin) -> tuple[int, Columns]:
    """Give the index of the header among the first rows, and its columns.

    Raises InputError where no row is a header, or where it has a heading twice that is read.
    """
    for index, row in enumerate(rows[:HEADER_ROWS]):
        columns = columns_of(row)
        if columns is None:
            continue
        counts = Counter(map(plain_heading, columns.headings))
        for heading in columns.at.values():
            name = columns.headings[heading]
            if counts[plain_heading(name)] > 1:
                raise origin.error(
                    row.place,
                    f"duplicate column '{visible(name, limit=40)}'",
                    remedy="give each column a name of its own",
                )
        return index, columns
    headings = [" ".join(cell.split()) for cell in rows[0].cells if cell.strip()]
    found = ", ".join(visible(heading, limit=30) for heading in headings[:MOST_HEADINGS])
    raise origin.error(
        rows[0].place,
        f"no columns for who speaks and what is said among: {found}",
        remedy="name the columns in the first row, such as speaker,text or id,role,text",
    )


def known_headings(cells: Sequence[str]) -> int:
    """Say how many cells are headings that are known; 0 where they make no header.

    >>> known_headings(["id", "role", "text"]), known_headings(["id;role;text"])
    (3, 0)
    """
    row = Row("", cells)
    if columns_of(row):
        return len(_places(cells))
    talks = talk_columns_of(row)
    return len(talks.at) if talks else 0


def plain_heading(cell: str) -> str:
    """Give what two spellings of a heading have in common: small letters without accents, digits.

    >>> plain_heading(" Start_Time (ms)"), plain_heading("Gesprächs-ID")
    ('starttimems', 'gesprachsid')
    """
    bare = unicodedata.normalize("NFKD", cell.casefold())
    return "".join(char for char in bare if char.isalnum())


def _places(cells: Sequence[str]) -> dict[str, int]:
    plain = [plain_heading(cell) for cell in cells]
    at: dict[str, int] = {}
    for meaning, names in MEANINGS.items():
        free = (plain.index(name) for name in names if name in plain)
        found = next((index for index in free if index not in at.values()), None)
        if found is not None:
            at[meaning] = found
    return at
