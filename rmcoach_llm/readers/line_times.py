"""Write the times about names that are no `mm:ss` as `h:mm:ss` from the start: seconds, times of day, dates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rmcoach_llm.readers.files import NumberedLine
from rmcoach_llm.readers.speakers import is_name, spoken

ENOUGH = 2
"""So many lines must have such a time before any is rewritten."""
TOP = 400
"""So many lines are looked at before a text is taken to have none."""
HALF_DAY_S = 43_200

_HALF = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})? ?[ap]\.?m\.?"
_ISO = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{5,8}(?:[.,][0-9]{1,9})?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
_SECONDS = r"[0-9]{1,6}(?:\.[0-9]{1,3})?s|[0-9]{1,6}\.[0-9]{1,3}"
_TIME = rf"(?:(?P<half>{_HALF})|(?P<iso>{_ISO})|(?P<seconds>{_SECONDS}))"
_TO = rf"(?: ?(?:-->|->|-|–) ?(?:{_SECONDS}))?"
_BEFORE = re.compile(
    rf"(?P<open>[\[(]?){_TIME}(?P<to>{_TO})(?P<shut>[\])]?)(?P<sign> ?[-–—|:] | {{1,9}}|\t)(?=\S)",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    rf"(?P<name>[^\W\d][^:\[\]()\n]{{0,59}}?) {{0,3}}[\[(]{_TIME}{_TO}[\])](?P<colon> ?:|\s*$)",
    re.IGNORECASE,
)
_BELOW = re.compile(
    rf"(?P<name>[^\W\d][^:\[\]()\n]{{0,59}}?)(?: {{2,9}}|\t|, )(?P<half>{_HALF})\s*", re.IGNORECASE
)
_LABELLED = re.compile(
    rf"(?P<name>speaker[_ ]?[0-9]{{1,3}}) {{1,3}}[\[(]{_TIME}(?:, ?| ?- ?)(?:{_SECONDS})[\])] (?=\S)",
    re.IGNORECASE,
)
"""A label, two times and the text, as in the examples of Hugging Face."""
_NOTICE = re.compile(r"\*{3} .{1,200} \*{3}")
"""What a chat on a web page says of its own, behind a time: `*** Ada joined the chat ***`."""
_SAME = re.compile(r"[\[(]?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?[\])]?[ \t]+")
_ALONE = re.compile(rf"\s{{0,9}}(?P<half>{_HALF})\s*", re.IGNORECASE)


@dataclass(frozen=True)
class _Found:
    """Hold a time in a line: in seconds, of the day or since some day unless `from_start`; and the line with
    another time in its place."""

    seconds: float
    from_start: bool
    rewritten: Callable[[str], str]


def with_plain_times(lines: Sequence[NumberedLine]) -> tuple[list[NumberedLine], dict[str, str]]:
    """Give lines whose times about a name are `h:mm:ss` from the start, and a note where they are not.

    Times of the day (`10:01 AM`) and dates in ISO 8601 with a `T` count from the first of them. Where they
    run backwards they are taken out, and the note `times` says so. A text in which as many lines or
    more begin with `Name:` and no such time stays as it is: there they are words of somebody.

    >>> with_plain_times([(1, "[10:01 AM] Ada: Hi."), (2, "[10:02 AM] Bo: Hi.")])[0]
    [(1, '[0:00:00] Ada: Hi.'), (2, '[0:01:00] Bo: Hi.')]
    """
    top = sum(_found(line) is not None for _, line in lines[:TOP])
    if top < ENOUGH:
        return list(lines), {}
    found = [_found(line) for _, line in lines]
    times = [each for each in found if each is not None]
    named = sum(
        1 for (_, line), time in zip(lines, found, strict=True) if time is None and spoken(line)
    )
    if len(times) < max(ENOUGH, named + 1):
        return list(lines), {}
    clock = [each.seconds for each in times if not each.from_start]
    back = clock != sorted(clock)
    plain = list(_rewritten(lines, found, min(clock, default=0.0), back))
    said = [(number, line) for number, line in plain if not _is_notice(line)]
    notes = {"times": "left out: they run backwards"} if back else {}
    silent = len(plain) - len(said)
    return said, notes | ({"notices_left_out": str(silent)} if silent else {})


def without_same_time(lines: Sequence[NumberedLine]) -> list[NumberedLine]:
    """Give lines without the time that begins each of them, where it is one and the same: it is none.

    Pages that show a text beside a recording write it so where they know of no times.

    >>> without_same_time([(1, "0:00 Ada  0:12"), (2, ""), (3, "0:00 Hi."), (4, "0:00 Bo  0:15")])
    [(1, 'Ada  0:12'), (2, ''), (3, 'Hi.'), (4, 'Bo  0:15')]
    """
    filled = (line for _, line in lines if line.strip())
    begins = _SAME.match(next(filled, ""))
    if begins is None:
        return list(lines)
    time = begins[0]
    others = 0
    for line in filled:
        if not line.startswith(time):
            return list(lines)
        others += 1
    bare = [(number, line.removeprefix(time)) for number, line in lines]
    return bare if others >= ENOUGH else list(lines)


def _is_notice(line: str) -> bool:
    behind = _SAME.match(line)
    return behind is not None and _NOTICE.fullmatch(line[behind.end() :].strip()) is not None


def _rewritten(
    lines: Sequence[NumberedLine], found: Sequence[_Found | None], zero: float, back: bool
) -> Iterator[NumberedLine]:
    for (number, line), time in zip(lines, found, strict=True):
        if time is None:
            yield number, line
        elif back and not time.from_start:
            yield number, time.rewritten("")
        else:
            yield number, time.rewritten(_clock(time.seconds - (0 if time.from_start else zero)))


def _found(line: str) -> _Found | None:
    if match := _BEFORE.match(line):
        boxed = match["open"] or match["to"]
        if bool(match["open"]) != bool(match["shut"]) or (match["seconds"] and not boxed):
            return None
        rest = line[match.end() :]
        if not (is_name(rest.strip()) or spoken(f"[0:00] {rest}") or _NOTICE.fullmatch(rest)):
            return None  # words that go on with a turn
        return _of(match, lambda time: f"[{time}] {rest}" if time else rest)
    if match := _BEHIND.match(line):
        name, colon, rest = match["name"], match["colon"].strip(), line[match.end() :]
        return _of(match, lambda time: (f"{name} ({time})" if time else name) + colon + rest)
    if match := _LABELLED.match(line):
        name, rest = match["name"], line[match.end() :]
        return _of(match, lambda time: f"[{time}] {name}: {rest}" if time else f"{name}: {rest}")
    if match := _BELOW.fullmatch(line):
        name = match["name"]
        return _of(match, lambda time: f"{name}  {time}" if time else name)
    if match := _ALONE.fullmatch(line):
        return _of(match, lambda time: time)
    return None


def _of(match: re.Match[str], rewritten: Callable[[str], str]) -> _Found | None:
    parts = match.groupdict()
    if parts["half"]:
        seconds = _of_day(parts["half"])
    elif parts["iso"]:
        seconds = _since(parts["iso"])
    else:
        return _Found(float(parts["seconds"].rstrip("sS")), True, rewritten)
    return None if seconds is None else _Found(seconds, False, rewritten)


def _of_day(time: str) -> float | None:
    hour, minute, second = (int(part) for part in [*re.findall(r"[0-9]+", time), "0"][:3])
    if hour > 12 or minute > 59 or second > 59:
        return None
    return float(hour % 12 * 3600 + minute * 60 + second + HALF_DAY_S * ("p" in time.lower()))


def _since(time: str) -> float | None:
    try:
        moment = datetime.fromisoformat(time.replace(",", "."))
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.timestamp()


def _clock(seconds: float) -> str:
    """Give seconds as `h:mm:ss`, with a fraction where there is one.

    >>> _clock(3725.5), _clock(5)
    ('1:02:05.5', '0:00:05')
    """
    whole = int(seconds)
    fraction = f"{seconds - whole:.3f}"[1:].rstrip("0").rstrip(".")
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}{fraction}"
