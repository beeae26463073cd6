"""Slack: what people wrote in a channel, from a file of a day or from the archive."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from support.reading import read_file

from rmcoach_llm.readers import slack_zip
from rmcoach_llm.readers.archives import Limits
from rmcoach_llm.readers.slack import plain_text

USERS = [
    {"id": "U1", "name": "ada", "profile": {"display_name": "Ada", "real_name": "Ada L"}},
    {"id": "U2", "name": "bo", "profile": {"display_name": "", "real_name": "Bo"}},
    {"id": "U3", "name": "eve"},
]


def message(user: str, text: str, ts: float, **more: Any) -> dict[str, Any]:
    """Give a message as Slack exports it."""
    return {"type": "message", "user": user, "text": text, "ts": f"{ts:.6f}"} | more


DAY = [
    message("U1", "<@U2> is <https://a.example/x|this> it?", 1_600_000_000.5),
    message("U2", "No &amp; yes", 1_600_000_004.5, thread_ts="1600000000.500000"),
    message("U3", "joined", 1_600_000_002, subtype="channel_join"),
    message("B1", "ping", 1_600_000_003, bot_id="B1"),
    message("U1", "Later <!channel>", 1_600_000_002.5),
]


def archive(**files: Any) -> bytes:
    """Give a ZIP archive; a name's `__` stands for a slash."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, value in files.items():
            data = value if isinstance(value, (bytes, str)) else json.dumps(value)
            zipped.writestr(name.replace("__", "/") + ".json", data)
    return content.getvalue()


def day(number: int) -> str:
    """Name the file of a day."""
    return f"2020-09-{number:02}"


def test_a_channel_of_an_archive_is_a_talk(read):
    """All days of a channel are one talk in the order of time, with the names of the users."""
    files = {"users": USERS, f"sales__{day(13)}": DAY}
    files[f"sales__{day(14)}"] = [message("U2", "And?", 1_600_086_400.5)]
    outcome = read("a.zip", archive(**files), trainee="Ada")
    assert outcome.lines == [
        ("Ada", "trainee", "@Bo is this it? Later @channel"),
        ("Bo", "stakeholder", "No & yes And?"),
    ]
    talk = outcome.talk
    assert (talk.id, talk.turns[1].started_s) == ("a.zip/sales", 4.0)
    assert talk.metadata["messages_left_out"] == "bot_message 1, channel_join 1"
    assert talk.metadata["shape"] == "slack"


def test_a_bad_channel_costs_no_other(read):
    """Each channel stands alone: an error names the file within the archive."""
    files = {f"export__{name}__{day(1)}": DAY for name in ("a", "b")}
    files |= {"export__users": USERS, f"export__bad__{day(1)}": "[{]", "export__channels": []}
    outcome = read("a.zip", archive(**files), trainee="Ada")
    assert [talk.id for talk in outcome.talks] == ["a.zip/a", "a.zip/b"]
    assert f"a.zip/export/bad/{day(1)}.json: line 1 column 3: not valid JSON" in outcome.errors[0]


def test_an_unpacked_day_takes_the_names_beside_it(tmp_path):
    """The file of a day in an unpacked export uses the users.json of that export."""
    (tmp_path / "sales").mkdir()
    (tmp_path / "users.json").write_text(json.dumps(USERS))
    (tmp_path / "sales" / f"{day(1)}.json").write_text(json.dumps(DAY))
    outcome = read_file(tmp_path / "sales" / f"{day(1)}.json", trainee="ada")
    assert [speaker for speaker, _, _ in outcome.lines] == ["Ada", "Bo"]
    error = read_file(tmp_path / "users.json").error
    assert "$: is a table of a Slack export, which holds no talk" in error


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<@U1> <@U9|zoe> <@U9>", "@Ada @zoe @U9"),
        (
            "<#C1|sales> <!here> <!subteam^S1|@team> <!date^1^{date}|May 1>",
            "#sales @here @team May 1",
        ),
        ("<https://a.example> <mailto:x@a.example|x@a.example>", "https://a.example x@a.example"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"),
        ("&lt;@U1&gt; < b", "<@U1> < b"),
        ("<" * 9, "<" * 9),
    ],
)
def test_marks_are_what_a_reader_sees(text, shown):
    """Mentions, links and entities become the words that Slack shows."""
    assert plain_text(text, {"U1": "Ada"}) == shown


def patched(data: bytes, old: bytes, new: bytes) -> bytes:
    """Change bytes that must be there."""
    assert old in data
    return data.replace(old, new)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"PK\x03\x04 not one", "is no ZIP archive, or is cut off"),
        (archive(a=DAY)[:-30], "is no ZIP archive, or is cut off"),
        (archive(users=USERS), "holds no channel of a Slack export"),
        (archive(**{f"s__{day(1)}": b"\xff\xfe"}), "s/2020-09-01.json: whole file: is empty"),
        (archive(**{f"s__{day(1)}": {"a": 1}}), "s/2020-09-01.json: $: a list is wanted"),
        (archive(**{f"s__{day(1)}": []}), "holds no words"),
        (archive(users=5, **{f"s__{day(1)}": DAY}), "users.json: $: a list is wanted"),
    ],
)
def test_archives_that_are_refused(read, content, expected):
    """What is wrong with an archive, or with a file in it, is one error with its place."""
    assert expected in read("a.zip", content, trainee="Ada").error


def test_an_archive_that_swells_is_refused_while_it_is_unpacked(read):
    """Zeros packed a thousandfold, whatever size the archive claims, end at the cap."""
    bomb = archive(**{f"s__{day(n)}": b"[" + b" " * 10_000_000 + b"]" for n in range(1, 4)})
    assert len(bomb) < 100_000
    assert "too large when unpacked: more than 5,000,000 bytes" in read("a.zip", bomb).error
    lying = patched(bomb, (10_000_002).to_bytes(4, "little"), (9).to_bytes(4, "little"))
    assert read("a.zip", lying).errors


def test_encrypted_and_doubled_files_are_refused(read):
    """A password, and two files of one name, are named as what they are."""
    plain = archive(**{f"s__{day(1)}": DAY})
    at = plain.index(b"PK\x01\x02") + 8
    locked = plain[:at] + b"\x01\x00" + plain[at + 2 :]
    assert "is protected by a password" in read("a.zip", locked).error
    twice = patched(
        archive(**{f"s__{day(1)}": DAY, f"s__{day(2)}": DAY}), day(2).encode(), day(1).encode()
    )
    assert "stands twice in the archive" in read("a.zip", twice).error


def test_too_many_members_are_refused(read, monkeypatch):
    """The members are counted before the archive is opened."""
    monkeypatch.setattr(slack_zip, "LIMITS", Limits(members=2))
    files = {f"s__{day(n)}": DAY for n in range(1, 4)}
    assert "has 3 members, at most 2" in read("a.zip", archive(**files)).error


def test_a_name_out_of_the_archive_is_just_a_name(read, tmp_path):
    """A member called ../../x is read where it is, and nothing is written."""
    outcome = read("a.zip", archive(**{f"..__..__s__{day(1)}": DAY}), trainee="U1")
    assert outcome.talk.id == "a.zip/s"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip"]
