"""Read an exported WhatsApp chat, from Android or iOS, in any order of day and month."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from rmcoach_llm.readers.cues import Cue, Cues
from rmcoach_llm.readers.files import WHOLE_FILE, NumberedLine, Origin

NAME = "WhatsApp"
DAY_S = 86_400
AFTERNOON = ("p", "nachm", "下午", "午後", "오후")
MARKS = "\u200e\u200f\u202a\u202b\u202c\u2068\u2069\ufeff"
"""Invisible signs of direction that WhatsApp itself writes around names and before notices."""

_STAMP = (
    r"(?P<a>[0-9]{1,4})(?P<sign>[./-])(?P<b>[0-9]{1,2})(?P=sign)(?P<c>[0-9]{1,4}),?\s+(?:(?:à|às|klo|kl\.|um)\s+)?"
    r"(?P<before>上午|下午|午前|午後|오전|오후)?\s?"
    r"(?P<h>[0-9]{1,2})[:.](?P<m>[0-9]{2})(?:[:.](?P<s>[0-9]{2}))?"
    r"(?:\s*(?P<half>[ap]\.?\s?m\.?|vorm\.|nachm\.))?"
)
_PREFIX = re.compile(
    rf"[{MARKS}]*(?P<open>\[)?{_STAMP}(?(open)\](?:\s+-)?|\s+-)(?:\s(?P<rest>.*)|$)", re.IGNORECASE
)
_MEDIA = re.compile(r"<[^<>]{2,80}>|\S.{0,80} \(file attached\)")
_OMITTED = re.compile(
    r"(?:.{1,120}\s)?(?:image|photo|video|audio|sticker|GIF|document|contact card|video note|Bild|Video|Audio"
    r"|Sticker|Dokument|Kontaktkarte|imagen|documento|vidéo|immagine|afbeelding|imagem|vídeo|figurinha)"
    r" (?:omitted|weggelassen|absente?|omitid[oa]|omess[oa]|weggelaten|ocultad[oa])",
    re.IGNORECASE,
)
"""What iOS writes for an attachment; the sign before it, U+200E, is lost where a chat was copied."""
_ENCRYPTED = re.compile(
    r"end-to-end encrypted|Ende-zu-Ende-verschlüsselt|chiffrée?s de bout en bout"
    r"|cifrad[oa]s de extremo a extremo|crittografat. end-to-end|end-to-end versleuteld|criptografia de ponta a ponta",
    re.IGNORECASE,
)
"""What the first message of a chat says, in the name of the group or of the other side."""
_EDITED = re.compile(r"\s*\u200e?<This message was edited>\s*$")
_NOTICE = re.compile(
    r"(?:This message was deleted|You deleted this message|(?:Silenced |Missed )?(?:group )?"
    r"(?:voice|video) call(?:, .{1,40})?|null|Diese Nachricht wurde gelöscht|Du hast diese Nachricht gelöscht"
    r"|Ce message a été supprimé|Vous avez supprimé ce message|(?:Se )?eliminó este mensaje"
    r"|Eliminaste este mensaje|Mensagem apagada|Esta mensagem foi apagada|Você apagou esta mensagem"
    r"|Questo messaggio è stato eliminato|Hai eliminato questo messaggio"
    r"|Dit bericht is verwijderd|Je hebt dit bericht verwijderd|Ta wiadomość została usunięta)\.?",
    re.IGNORECASE,
)
"""What WhatsApp writes in the name of a sender: deleted messages and calls, in some languages."""


@dataclass
class _Message:
    line: int
    day: tuple[int, int, int]
    dotted: bool
    second: int
    speaker: str | None
    texts: list[str] = field(default_factory=list)


def is_whatsapp(lines: Sequence[NumberedLine]) -> bool:
    """Say whether the first line with words begins a WhatsApp message.

    >>> is_whatsapp([(1, "12/31/23, 9:15\u202fPM - Ada: Hi.")])
    True
    """
    first = next((item for item in lines if item[1].strip()), None)
    return first is not None and _message(*first) is not None


def whatsapp_cues(lines: Sequence[NumberedLine], origin: Origin) -> Cues:
    """Give a cue for each message; notices and media are left out and counted.

    Times are seconds from the first message. Whether the day or the month comes first is told by
    a number over 12, by dots (the day) or a year in front; where it stays open, or times run
    backwards, times are left out and the metadata `times` says so. Raises InputError for a file
    without a message.
    """
    counts: Counter[str] = Counter()
    messages: list[_Message] = []
    for number, line in lines:
        message = _message(number, line)
        if message is not None:
            messages.append(message)
        elif messages:
            messages[-1].texts.append(line)
    said = [message for message in messages if _is_said(message, counts)]
    if said and said[0] is messages[0] and _ENCRYPTED.search(said[0].texts[0]):
        counts["notices_left_out"] += 1
        del said[0]
    if not said:
        raise origin.error(WHOLE_FILE, "holds no messages", remedy="export the chat again")
    times, why = _times(said)
    cues = [
        Cue(
            message.speaker,
            _EDITED.sub("", "\n".join(message.texts)),
            at,
            place=f"line {message.line}",
        )
        for message, at in zip(said, times, strict=True)
    ]
    notes = {name: str(count) for name, count in counts.items()}
    return cues, {"shape": NAME, **notes, **({"times": why} if why else {})}


def _message(number: int, line: str) -> _Message | None:
    match = _PREFIX.match(line)
    if match is None:
        return None
    a, b, c, hour, minute, second = (int(match[part] or 0) for part in "abchms")
    half = (match["half"] or match["before"] or "").lower()
    if hour > (12 if half else 23) or minute > 59 or second > 59:
        return None
    if half:
        hour = hour % 12 + (12 if half.startswith(AFTERNOON) else 0)
    speaker, text = _split(match["rest"] or "")
    at = hour * 3600 + minute * 60 + second
    return _Message(number, (a, b, c), match["sign"] == ".", at, speaker, [text])


def _split(rest: str) -> tuple[str | None, str]:
    """Split `Name: text`; a line without it is a notice of WhatsApp's own."""
    name, colon, text = rest.partition(":")
    name = name.strip(MARKS + " ~\u00a0\u202f")
    if not colon or (text and text[0] != " ") or not 0 < len(name) <= 80 or '"' in name:
        return None, rest
    return name, text.removeprefix(" ")


def _is_said(message: _Message, counts: Counter[str]) -> bool:
    first = message.texts[0]
    whole = "\n".join(message.texts).strip()
    if message.speaker is None or _NOTICE.fullmatch(whole.strip(MARKS)):
        counts["notices_left_out"] += 1
        return False
    # On iOS, WhatsApp marks what it wrote itself, attachments too, with U+200E.
    bare = whole.translate(dict.fromkeys(map(ord, MARKS)))
    if first.startswith("\u200e") or _MEDIA.fullmatch(bare) or _OMITTED.fullmatch(bare):
        counts["media_and_notices_left_out"] += 1
        return False
    return True


def _times(messages: Sequence[_Message]) -> tuple[list[float | None], str]:
    nothing: list[float | None] = [None] * len(messages)
    order = _date_order(messages)
    if order is None and len({message.day for message in messages}) > 1:
        return nothing, "left out: whether the day or the month comes first is not clear"
    try:
        seconds = [
            _day(message.day, order or "dmy") * DAY_S + message.second for message in messages
        ]
    except ValueError:
        if order is not None or len({message.day for message in messages}) > 1:
            return nothing, "left out: not all dates exist"
        seconds = [message.second for message in messages]
    if seconds != sorted(seconds):
        return nothing, "left out: they run backwards"
    return [float(second - seconds[0]) for second in seconds], ""


def _date_order(messages: Sequence[_Message]) -> str | None:
    days = [message.day for message in messages]
    if any(a > 31 for a, _, _ in days):
        return "ymd"
    month_first = any(b > 12 for _, b, _ in days)
    dotted = any(message.dotted for message in messages)
    day_first = any(a > 12 for a, _, _ in days) or (dotted and not month_first)
    if day_first == month_first:
        return None
    return "dmy" if day_first else "mdy"


def _day(parts: tuple[int, int, int], order: str) -> int:
    named = dict(zip(order, parts, strict=True))
    year = named["y"] + (2000 if named["y"] < 100 else 0)
    return date(year, named["m"], named["d"]).toordinal()
