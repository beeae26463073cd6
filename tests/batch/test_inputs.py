"""Inputs: every file once, in the order of names; what leads astray is said and not followed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from rmcoach_llm.batch.inputs import Entry, Found, Skipped, find_files
from rmcoach_llm.batch.items import Source, sampled
from rmcoach_llm.batch.run import Item
from rmcoach_llm.domain import Scorecard, Transcript, work_key
from rmcoach_llm.errors import InputError
from rmcoach_llm.stores.ledger import SqliteLedger

ENDINGS = (".txt", ".json")


def filled(folder: Path, *names: str) -> None:
    """Make files of some words."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"Trainee: What of {name}?\nDana: Not much.\n")


def labels(entries: Iterator[Entry]) -> list[str]:
    """Give what is to be read by its label."""
    return [entry.label for entry in entries if isinstance(entry, Found)]


def problems(entries: Iterator[Entry]) -> list[str]:
    """Give what cannot be read."""
    return [str(entry) for entry in entries if isinstance(entry, InputError)]


def test_a_folder_is_gone_through_in_the_order_of_names(tmp_path: Path) -> None:
    """Files of a folder and of those in it come sorted, with their path from there."""
    filled(tmp_path, "b.txt", "a/2.txt", "a/10.json", "c.txt")
    found = find_files([tmp_path], ENDINGS)
    assert labels(found) == ["a/10.json", "a/2.txt", "b.txt", "c.txt"]


def test_several_paths_keep_their_folders_apart(tmp_path: Path) -> None:
    """Equal names in two folders do not become equal ids."""
    filled(tmp_path, "x/1.txt", "y/1.txt")
    found = labels(find_files([tmp_path / "x", tmp_path / "y"], ENDINGS))
    assert found == [str(tmp_path / "x/1.txt"), str(tmp_path / "y/1.txt")]


def test_a_pattern_finds_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`**` goes through folders; a file of that very name goes first; nothing found is said."""
    monkeypatch.chdir(tmp_path)
    filled(tmp_path, "a/1.txt", "a/b/2.txt", "a/3.doc", "odd[1].txt")
    assert labels(find_files([Path("a/**/*.txt")], ENDINGS)) == ["a/1.txt", "a/b/2.txt"]
    assert labels(find_files([Path("odd[1].txt")], ENDINGS)) == ["odd[1].txt"]
    (said,) = problems(find_files([Path("z/*.txt")], ENDINGS))
    assert "no file fits this pattern" in said


def test_other_endings_are_skipped_with_their_reason(tmp_path: Path) -> None:
    """In a folder, files that are no transcripts are named and not read; named ones are tried."""
    filled(tmp_path, "a.txt", "b.mp4", "c", ".hidden.txt", "~$d.txt")
    entries = list(find_files([tmp_path], ENDINGS))
    skipped = {entry.label: entry.why for entry in entries if isinstance(entry, Skipped)}
    assert skipped == {
        ".hidden.txt": "hidden",
        "b.mp4": "ending '.mp4'",
        "c": "no ending",
        "~$d.txt": "hidden",
    }
    assert labels(find_files([tmp_path / "b.mp4"], ENDINGS)) == [str(tmp_path / "b.mp4")]


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    """Links to folders are not followed, links in a circle and into nothing are said."""
    filled(tmp_path, "in/a.txt")
    (tmp_path / "in" / "up").symlink_to("..")
    (tmp_path / "in" / "loop.txt").symlink_to("loop.txt")
    (tmp_path / "in" / "gone.txt").symlink_to("nothing")
    entries = list(find_files([tmp_path], ENDINGS))
    assert labels(iter(entries)) == ["in/a.txt"]
    assert len(problems(iter(entries))) == 2


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    """A folder from elsewhere cannot have this machine's files read; links within it are fine."""
    filled(tmp_path, "secret.txt", "in/a.txt")
    (tmp_path / "in" / "out.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "in" / "same.txt").symlink_to("a.txt")
    (tmp_path / "in" / "zero.txt").symlink_to("/dev/zero")
    entries = list(find_files([tmp_path / "in"], ENDINGS))
    assert labels(iter(entries)) == ["a.txt", "same.txt"]
    out, zero = problems(iter(entries))
    assert "leads out of the folder" in out
    assert "not a regular file" in zero


def test_a_link_that_is_named_stays_in_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`in/*` names the links of a folder from elsewhere, too; a folder's own link is followed."""
    filled(tmp_path, "secret.txt", "in/a.txt", "in/b/c.txt")
    for name, target in (("out.txt", tmp_path / "secret.txt"), ("same.txt", "b/c.txt")):
        (tmp_path / "in" / name).symlink_to(target)
    (tmp_path / "in" / "b" / "up.txt").symlink_to("../a.txt")
    (tmp_path / "talks").symlink_to(tmp_path / "in")
    monkeypatch.chdir(tmp_path)
    for paths in (sorted(Path("in").glob("*.txt")), [Path("in/*.txt")]):
        assert labels(find_files(paths, ENDINGS)) == ["in/a.txt", "in/same.txt"]
        (said,) = problems(find_files(paths, ENDINGS))
        assert "in/out.txt: whole file: is a link that leads out of the folder" in said
    assert labels(find_files([Path("in/**/up.txt")], ENDINGS)) == ["in/b/up.txt"]
    assert "leads out" in problems(find_files([Path("in/b/up.txt")], ENDINGS))[0]
    assert labels(find_files([Path("talks")], ENDINGS))[0] == "a.txt"


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    """A folder with nothing in it is no success."""
    (said,) = problems(find_files([tmp_path], ENDINGS))
    assert "is a directory without a file" in said


def read(found: Found) -> Iterator[Transcript | InputError]:
    """Read a file in the simplest way: one talk, with the label as its id."""
    text = found.path.read_text()
    if text.startswith("bad"):
        raise InputError(found.label, "line 1", "is bad")
    yield Transcript.of(found.label, [("Trainee", "trainee", text), ("Dana", "stakeholder", "No.")])


def test_each_file_becomes_items(tmp_path: Path) -> None:
    """Items carry label, id and digest; what cannot be read stands in its place; skips are counted."""
    filled(tmp_path, "a.txt", "c.txt", "d.mp3")
    (tmp_path / "b.txt").write_text("bad")
    source = Source(read)
    items = list(source.items(find_files([tmp_path], ENDINGS)))
    assert [item.label if isinstance(item, Item) else item.place for item in items] == [
        "a.txt",
        "line 1",
        "c.txt",
    ]
    assert source.skipped == {"ending '.mp3'": 1}


def test_equal_ids_are_one_id(tmp_path: Path) -> None:
    """The second of two equal ids is refused with the place of the first, in any Unicode form."""
    filled(tmp_path, "a.txt", "b.txt")

    def same(found: Found) -> Iterator[Transcript | InputError]:
        for talk in read(found):
            assert isinstance(talk, Transcript)
            name = "é" if found.label == "a.txt" else "e\u0301"
            yield talk.model_copy(update={"id": name})

    first, second = Source(same).items(find_files([tmp_path], ENDINGS))
    assert isinstance(first, Item)
    assert "duplicate id, already in a.txt" in str(second)


def test_a_file_that_is_done_is_not_parsed_again(tmp_path: Path) -> None:
    """Once all of a file is in the ledger it is known by content; a change is new work."""
    from support.fixed_records import scorecard_data

    filled(tmp_path / "in", "a.txt")
    ledger = SqliteLedger(tmp_path / "run.db")
    parsed: list[str] = []

    def counted(found: Found) -> Iterator[Transcript | InputError]:
        parsed.append(found.label)
        yield from read(found)

    def items() -> list[Item | InputError]:
        source = Source(counted, "by name", ledger, "f1")
        return list(source.items(find_files([tmp_path / "in"], ENDINGS)))

    (first,) = items()
    assert isinstance(first, Item)
    assert len(items()) == 1
    assert parsed == ["a.txt", "a.txt"]  # not done yet: parsed again
    card = Scorecard.model_validate(scorecard_data())
    asyncio.run(ledger.finish(work_key(first.digest, "f1"), card, state="done"))
    (known,) = items()
    key = work_key(first.digest, "f1")
    assert known == Item("a.txt", first.id, first.digest, key=key, kept=ledger.outcomes([key])[key])
    assert len(parsed) == 2
    (tmp_path / "in" / "a.txt").write_text("Trainee: Something else?\nDana: No.\n")
    (changed,) = items()
    assert isinstance(changed, Item)
    assert changed.digest != first.digest
    ledger.close()


def test_a_file_that_changes_while_it_is_read_is_not_remembered(tmp_path: Path) -> None:
    """What was read before a change is never taken for what the file holds after it."""
    filled(tmp_path / "in", "a.txt")
    ledger = SqliteLedger(tmp_path / "run.db")

    def changing(found: Found) -> Iterator[Transcript | InputError]:
        yield from read(found)
        found.path.write_text("Trainee: New?\nDana: Yes.\n")

    entries = find_files([tmp_path / "in"], ENDINGS)
    list(Source(changing, "", ledger, "f1").items(entries))
    ledger.close()
    watching = SqliteLedger(tmp_path / "run.db", watch=True)
    assert watching._reading.connection.execute("select count(*) from readings").fetchone() == (0,)
    watching.close()


def test_a_file_is_known_by_how_it_is_read_and_named_too(tmp_path: Path) -> None:
    """Another trainee, or another name, is another reading: nothing of the first is taken for it."""
    filled(tmp_path / "in", "a.txt")
    ledger = SqliteLedger(tmp_path / "run.db")
    path = tmp_path / "in" / "a.txt"
    named = [
        Source(read, manner, ledger)._content(Found(path, label))
        for manner in ("trainee Ada", "trainee Bo")
        for label in ("a.txt", "b.txt")
    ]
    ledger.close()
    assert len(set(named)) == 4


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in this system's folders")
def test_pipes_do_not_hang(tmp_path: Path) -> None:
    """The content of a pipe is never asked for: the reader refuses it."""
    os.mkfifo(tmp_path / "pipe.txt")
    ledger = SqliteLedger(tmp_path / "run.db")
    source = Source(lambda found: iter(()), "", ledger)
    assert list(source.items([Found(tmp_path / "pipe.txt", "pipe.txt")])) == []
    ledger.close()


def test_a_sample_is_drawn_from_all_and_keeps_the_order() -> None:
    """So many items come, the same with the same seed, each about as often as any other."""
    items = [Item(f"f{n}", f"t{n}", "d") for n in range(20)]
    counts = dict.fromkeys((item.id for item in items), 0)
    for seed in range(400):
        drawn = [item for item in sampled(items, 5, seed) if isinstance(item, Item)]
        assert [item.id for item in drawn] == sorted(
            (i.id for i in drawn), key=lambda t: int(t[1:])
        )
        assert len({item.id for item in drawn}) == 5
        for item in drawn:
            counts[item.id] += 1
    assert all(60 <= count <= 140 for count in counts.values())  # 100 expected, sd 8.7


def test_a_folder_that_cannot_be_listed_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder without permission, or gone by now, is a problem of its own; the others are read."""
    filled(tmp_path, "a.txt", "b/x.txt", "c.txt")
    listed = os.scandir

    def refuse(folder: Path) -> object:
        if Path(folder).name == "b":
            raise PermissionError(13, "Permission denied")
        return listed(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    found = list(find_files([tmp_path], ENDINGS))
    assert labels(iter(found)) == ["a.txt", "c.txt"]
    (problem,) = problems(iter(found))
    assert "b: whole file: the folder cannot be listed (Permission denied)" in problem
