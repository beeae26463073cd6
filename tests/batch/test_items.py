"""Items: the first so many, each id once; results are no input."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rmcoach_llm.batch.exports import check_outputs
from rmcoach_llm.batch.inputs import Found, find_files
from rmcoach_llm.batch.items import limited
from rmcoach_llm.batch.run import Item
from rmcoach_llm.errors import InputError, UsageError
from rmcoach_llm.whole_file import whole_file


@given(st.lists(st.booleans(), max_size=30), st.integers(1, 12))
def test_a_limit_counts_transcripts_and_not_what_cannot_be_read(
    readable: list[bool], most: int
) -> None:
    """Whatever stands between, as many transcripts come as there are, up to the limit."""
    entries: list[Item | InputError] = [
        Item(f"f{n}", f"t{n}", "d") if good else InputError(f"f{n}", "line 1", "no speaker")
        for n, good in enumerate(readable)
    ]
    given_back = list(limited(entries, most))
    assert given_back == entries[: len(given_back)]
    assert sum(isinstance(one, Item) for one in given_back) == min(most, sum(readable))


def test_a_limit_reads_no_further_than_its_last_transcript() -> None:
    """With a limit of one, the second file is not even opened."""
    items = iter([Item("a", "t1", "d1"), Item("b", "t2", "d2")])
    assert [item.label for item in limited(items, 1) if isinstance(item, Item)] == ["a"]
    assert next(items).label == "b"


def test_results_on_their_way_are_no_input(tmp_path: Path) -> None:
    """A folder that results are written to is read as if they were not there yet."""
    (tmp_path / "a.csv").write_text("speaker,text\n")
    with whole_file(tmp_path / "scores.csv"):
        entries = list(find_files([tmp_path], [".csv"]))
    assert entries == [Found(tmp_path / "a.csv", "a.csv")]


def test_no_result_takes_the_place_of_what_is_read(tmp_path: Path) -> None:
    """--out is refused where it names a file that is read, also under another name of it."""
    talk = tmp_path / "talk.csv"
    talk.write_text("speaker,text\n")
    (tmp_path / "link.csv").symlink_to(talk)
    for name in ("talk.csv", "link.csv", "../" + tmp_path.name + "/talk.csv"):
        with pytest.raises(UsageError, match="would overwrite what is read"):
            check_outputs([tmp_path / name], [talk])
    check_outputs([tmp_path / "scores.csv"], [talk])


def test_one_file_is_not_written_twice_under_two_names(tmp_path: Path) -> None:
    """Two names of one file are one file."""
    with pytest.raises(UsageError, match="a file twice"):
        check_outputs([tmp_path / "a.csv", tmp_path / "." / "b" / ".." / "a.csv"])
