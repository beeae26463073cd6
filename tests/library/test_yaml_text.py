"""YAML is read as plain text with places, and nothing else of YAML is let in."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from rmcoach_llm.errors import LibraryError
from rmcoach_llm.library import InvalidFile, yaml_text
from rmcoach_llm.library.check import check_paths
from rmcoach_llm.library.files import read_text
from rmcoach_llm.library.yaml_text import read_yaml

HOSTILE = Path(__file__).parents[3] / "shared" / "attacks" / "make_hostile_files.py"


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def parser(request, monkeypatch):
    """Read with the parser in C and with the one in Python."""
    if not hasattr(yaml, request.param):
        pytest.skip("PyYAML was built without libyaml")
    monkeypatch.setattr(yaml_text, "LOADER", getattr(yaml, request.param))


def problem_of(text: str, **more: object) -> str:
    """Give the one problem of a text that is refused."""
    with pytest.raises(InvalidFile) as caught:
        read_yaml(text, "x.yaml", **more)
    assert len(caught.value.problems) == 1
    return caught.value.problems[0]


@pytest.mark.parametrize(
    "word", ["no", "NO", "012", "1.10", "12:30:45", "1e3", "2026-01-01", "0x1f"]
)
def test_scalars_stay_text(parser, word):
    """What YAML 1.1 would turn into something else is given as it stands."""
    assert read_yaml(f"a: {word}\n", "x.yaml").data == {"a": word}


def test_nothing_is_none(parser):
    """Only a bare tilde, null or nothing is None; in quotes it is text."""
    data = read_yaml("a: ~\nb: null\nc:\nd: '~'\ne: \"null\"\nf: ''\ng: Null\n", "x.yaml").data
    assert data == {"a": None, "b": None, "c": None, "d": "~", "e": "null", "f": "", "g": "Null"}


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a: !!python/object/apply:os.system ['x']\n", "line 1", "tag '!!python"),
        ("a: 1\nb: !ENV x\n", "line 2", "tag '!ENV'"),
        ("a: 1\nb: !e!x y\n", "line 2", "tags are not read"),
        ("a: 1\nb: &c d\n", "line 2", "anchor or alias 'c'"),
        ("a: 1\nb: *c\n", "line 2", "anchor or alias 'c'"),
        ("a: 1\n<<: {b: c}\n", "line 2", "merge key"),
        ("a: 1\n---\nb: 2\n", "line 2", "second document"),
        ("a:\n  b: 1\n  c: 2\n  b: 3\n", "line 4", "duplicate key 'b', as in line 2"),
        ("a: 1\n2026-01-01: x\n", "line 2", "key '2026-01-01'"),
        ("? [a, b]\n: y\n", "line 1", "as a key"),
        ("a:\n\tb: 1\n", "line 2", "tab"),
        ("a: 1\nb: x: y\n", "line 2", "into quotes"),
        ("a: 1\nb: @x\n", "line 2", "special character"),
        ("a: [b\n", "line 2", "no valid YAML"),
        ("a: 'b\n", "line 2", "close the quote"),
        ("- a\nb: c\n", "line 2", "indent"),
        ("a: x\x1b[2J\n", "line 1", "U+001B"),
        ("a: 1\nb: x\u2028y\n", "line 2", "U+2028"),
        ("a: \ud800\n", "line 1", "U+D800"),
        ("[" * 5000, "line 1", "nested deeper than 64"),
        ("- a\n" * 60_000, "line 20000", "20,000 values"),
        ("", "whole file", "is empty"),
        ("# a comment\n", "whole file", "is empty"),
    ],
)
def test_refused_with_its_place(parser, text, place, words):
    """What is refused names the line and says what to do."""
    problem = problem_of(text)
    assert problem.startswith(f"x.yaml: {place}: ")
    assert words in problem
    assert "\x1b" not in problem


def test_escape_beyond_unicode(parser):
    """An escape for a character that does not exist is a fault of the file, not ours."""
    assert "no valid YAML" in problem_of('a: "\\UFFFFFFFF"\n')


def test_places_count_from_one(parser):
    """Each field has the place of its key, each item of a list its own, from line and column 1."""
    document = read_yaml("a: 1\nb:\n  - c: >-\n      text\n    d: x\n  - y\n", "x.yaml")
    assert document.data == {"a": "1", "b": [{"c": "text", "d": "x"}, "y"]}
    places = {path: document.place(path) for path in document.places}
    assert places == {
        (): (1, 1),
        ("a",): (1, 1),
        ("b",): (2, 1),
        ("b", 0): (3, 5),
        ("b", 0, "c"): (3, 5),
        ("b", 0, "d"): (5, 5),
        ("b", 1): (6, 5),
    }
    assert document.place(("b", 0, "gone", 7)) == (3, 5)


def test_first_line_moves_places():
    """Text from the middle of a file has the lines of that file."""
    assert read_yaml("a: 1\n", "x.md", first_line=2).place(("a",)) == (2, 1)
    assert "line 3: " in problem_of("a: 1\na: 2\n", first_line=2)


def test_stops_when_the_head_is_read():
    """With the wanted keys found, a broken rest is not looked at; without them, it is."""
    text = "id: a\ntitle: A\nfacts: [\n"
    assert read_yaml(text, "x", until=frozenset({"id", "title"})).data == {"id": "a", "title": "A"}
    with pytest.raises(InvalidFile):
        read_yaml(text, "x", until=frozenset({"id", "other"}))


@given(
    st.text(
        alphabet=st.sampled_from("ab:-[]{}#&*!|>'\"%@`?,~<\t\n \u00e9\u2028\x00\ud800"), max_size=60
    )
)
def test_any_text_is_read_or_refused(text):
    """No text raises anything but a fault that names a place, in either parser."""
    for loader in (yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(yaml_text, "LOADER", loader)
            with contextlib.suppress(InvalidFile):
                read_yaml(text, "x.yaml")


VALUES = st.recursive(
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn", "Co")),
        min_size=1,
    ),
    lambda inner: st.lists(inner) | st.dictionaries(st.from_regex(r"\A[a-z_]{1,8}\Z"), inner),
    max_leaves=12,
)


@given(st.dictionaries(st.from_regex(r"\A[a-z_]{1,8}\Z"), VALUES, min_size=1))
def test_written_yaml_comes_back(data):
    """Text in mappings and lists that PyYAML wrote in quotes is read as it was."""
    assert read_yaml(yaml.safe_dump(data, default_style='"'), "x").data == data


@pytest.mark.parametrize(
    "piece",
    [
        "- \n",
        "[",
        "{",
        "? ",
        "a: ",
        '"',
        "'",
        "#",
        "\n",
        "&a ",
        "!a ",
        "x\n",
        "a,",
        "---\n",
        "[a,",
        "\n ",
    ],
)
def test_a_megabyte_of_anything_ends_soon(piece):
    """The largest file allowed ends within two seconds and 128 MB."""
    text = piece * (1_000_000 // len(piece))
    started = time.process_time()
    with contextlib.suppress(InvalidFile):
        read_yaml(text, "x.yaml")
    seconds = time.process_time() - started
    tracemalloc.start()
    with contextlib.suppress(InvalidFile):
        read_yaml(text, "x.yaml")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seconds < 8  # 2 s are the goal; tracing coverage slows it down
    assert peak < 128_000_000


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Write the hostile files once; give folder and manifest."""
    if not HOSTILE.is_file():
        pytest.skip("the generator of hostile files is not here")
    folder = tmp_path_factory.mktemp("hostile")
    subprocess.run([sys.executable, str(HOSTILE), str(folder)], check=True, capture_output=True)
    lines = (folder / "manifest.jsonl").read_text(encoding="ascii").splitlines()
    return folder, [row for row in map(json.loads, lines) if row["format"] == "yaml"]


def test_hostile_files_end_as_stated(hostile):
    """Each hostile YAML file is refused with its place and reason, or kept as literal text."""
    folder, rows = hostile
    assert len(rows) >= 18
    for row in rows:
        path = folder / row["path"]
        started = time.process_time()
        if row["expect"] == "reject":
            problems = "\n".join(map(str, check_paths((path,)).problems))
            assert row["path"] in problems
            assert any(
                row["locator"] in line and row["error_mentions"] in line
                for line in problems.splitlines()
            ), problems
        else:
            assert check_paths((path,)).errors == 0
        assert time.process_time() - started < row["limits"]["seconds"]
    assert not Path("pwned").exists()
    assert not (folder / "pwned").exists()


def test_hostile_text_stays_literal(hostile):
    """Templates and words that YAML would convert are kept as they stand."""
    folder, _ = hostile
    norway = read_yaml(read_text(folder / "yaml/norway.yaml", "n"), "n").data
    assert norway == {
        "name": "no",
        "language": "NO",
        "id": "012",
        "time": "12:30:45",
        "ver": "1.10",
        "null_name": None,
    }
    template = read_yaml(read_text(folder / "yaml/template.yaml", "t"), "t").data
    assert template == {"name": "{{ config.__class__ }} {0.__init__.__globals__} %(x)s ${x}"}


def test_errors_are_library_errors():
    """A fault of a file ends with the exit code of the library."""
    assert issubclass(InvalidFile, LibraryError)
    assert InvalidFile.exit_code == 4
