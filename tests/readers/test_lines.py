"""A file is read line by line as it would be read whole."""

from __future__ import annotations

import codecs
import json
import tempfile
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rmcoach_llm.errors import InputError
from rmcoach_llm.protocols import ReadOptions
from rmcoach_llm.readers import line_files
from rmcoach_llm.readers.files import open_source
from rmcoach_llm.readers.json_files import JsonLinesReader
from rmcoach_llm.readers.line_files import open_lines

PIECES = st.sampled_from(
    (b"{}", b"\n", b"\r", b"\r\n", b" ", codecs.BOM_UTF8, b"\xff\xfe", b"\x00", "é".encode(), b"\xe9", b"%PDF-")
)  # fmt: skip
Lines = list[tuple[int, bytes]] | str


def whole(path: Path) -> Lines:
    """Give the lines of a file that is read whole, or what is wrong with it."""
    try:
        return list(open_source(path, ReadOptions()).lines())
    except InputError as error:
        return str(error)


def one_by_one(path: Path) -> Lines:
    """Give the lines of a file that is read line by line, or what is wrong with it."""
    try:
        return list(open_lines(path, ReadOptions())[1])
    except InputError as error:
        return str(error)


@given(st.lists(PIECES, max_size=12).map(b"".join))
@example(codecs.BOM_UTF8 + b"{}\n" + codecs.BOM_UTF8 + b"{}")
@example(b"\n \n\r\n\n")
@example(b"{}\r{}\n{}\r\n{}")
def test_lines_are_those_of_the_whole_file(data: bytes) -> None:
    """Whatever a file holds, its lines are the same, and so is what is wrong with it."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(line_files, "HEAD_BYTES", 4)
        path = Path(folder) / "a.jsonl"
        path.write_bytes(data)
        assert one_by_one(path) == whole(path)


def test_a_long_file_is_not_held(tmp_path: Path) -> None:
    """Of five megabytes of JSON Lines a small part is in memory at a time."""
    turns = [{"speaker": "Ada", "text": "word " * 200}, {"speaker": "Bo", "text": "word " * 200}]
    path = tmp_path / "a.jsonl"
    with path.open("w") as file:
        for number in range(2_500):
            file.write(json.dumps({"id": f"t{number}", "turns": turns}) + "\n")
    assert path.stat().st_size > 5_000_000
    read = JsonLinesReader().read(path, ReadOptions(trainee="Ada"))
    next(read)
    tracemalloc.start()
    try:
        count = sum(1 for _ in read)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 2_499
    assert peak < 1_500_000


def test_a_file_that_grows_without_end_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written to a file while it is read does not get it over the limit."""
    monkeypatch.setattr(line_files, "HEAD_BYTES", 9)
    monkeypatch.setattr(line_files, "MAX_FILE_BYTES", 20)
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"a": 1}\n{}')
    _, lines = open_lines(path, ReadOptions())
    assert next(lines) == (1, b'{"a": 1}')
    with path.open("ab") as file:
        file.write(b" {}\n" * 20)
    with pytest.raises(InputError, match="too large"):
        list(lines)
