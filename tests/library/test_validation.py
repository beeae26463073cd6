"""Each fault of a file is one line: file, line, field, what was found, allowed, to do."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.library_files import as_yaml, prompt, rubric, scenario

from rmcoach_llm.domain import Prompt, Rubric, Scenario
from rmcoach_llm.library import InvalidFile
from rmcoach_llm.library.files import MAX_BYTES, parse, read_head, read_text


def problems_of(data: dict[str, object], **more: object) -> tuple[str, ...]:
    """Give the problems of data that are refused."""
    with pytest.raises(InvalidFile) as caught:
        parse(as_yaml(data), "x.yaml", stem=str(data.get("id")), **more)
    return caught.value.problems


def changed(data: dict[str, object], *path: str | int, to: object) -> dict[str, object]:
    """Give a copy with one value changed."""
    copied = copy.deepcopy(data)
    place = copied
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = to
    return copied


def test_text_becomes_what_the_record_wants():
    """Numbers and true are read from text; a version like 1.10 stays as written."""
    text = as_yaml(scenario()).replace("version: '1'", "version: 1.10")
    record = parse(text, "x.yaml", stem="toy-shop").record
    assert isinstance(record, Scenario)
    assert (record.format, record.version, record.facts[2].unlock.trust) == (1, "1.10", 3)
    assert record.root_need.id == "pricing"


def test_kind_follows_from_fields():
    """Without a kind, criteria make a rubric and facts a scenario; anything else is neither."""
    assert isinstance(parse(as_yaml(rubric()), "x", stem="toy-rubric").record, Rubric)
    with pytest.raises(InvalidFile, match="neither a scenario"):
        parse("a: 1\n", "x", stem="x")


@pytest.mark.parametrize(
    ("text", "level", "field"),
    [
        ("site_name: Docs\nnav: [a.md]\n", "warning", ""),
        ("format: 1\nid: x\n", "error", ""),
        ("id: x\nrule: {}\n", "error", "criteria"),
        ("opening: Hello.\n", "error", "facts"),
        ("site_name: !ENV x\n", "error", ""),
    ],
)
def test_only_what_claims_to_be_of_the_library_is_wrong(text, level, field):
    """A YAML file of something else is a warning; one that claims to be ours, or may harm, an error."""
    with pytest.raises(InvalidFile) as raised:
        parse(text, "x", stem="x")
    faults = raised.value.faults
    assert {fault.level for fault in faults} == {level}
    assert field in {fault.field for fault in faults}


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (
            ("difficulty",),
            "introductry",
            "allowed: introductory, intermediate, advanced; did you mean",
        ),
        (("difficulty",), "zzz", "found 'zzz'; allowed: introductory, intermediate, advanced"),
        (("difficulty",), None, "found nothing; allowed:"),
        (("format",), 2, "found '2'; allowed: 1"),
        (("facts", 1, "layer"), "needs", "did you mean 'need'?"),
        (("facts", 1, "layer"), "want or need", "success_measure"),
        (("titel",), "x", "unknown field; choose one of: any_language, first"),
        (("facts", 0, "unlok"), "x", "did you mean 'unlock'?"),
        (("turns",), 100, "found '100'; 60 or less is allowed"),
        (("turns",), 1, "found '1'; 8 or more is allowed"),
        (("turns",), "many", "found 'many'; a whole number is allowed"),
        (("turns",), 8.5, "a whole number is allowed"),
        (("facts", 0, "root"), "perhaps", "'true' or 'false' is allowed"),
        (("title",), None, "found nothing; text is allowed"),
        (("title",), " x", "found ' x', which is empty, or begins or ends with a space"),
        (("title",), "a\u202eb", "found 'a\\u202eb', which holds the control character U+202E"),
        (("summary",), "", "found 0 characters; at least 1 are needed"),
        (("summary",), " \t", "found ' \\t', which holds white space only; write it out"),
        (("summary",), "x" * 2_001, "found 2,001 characters; at most 2,000 characters are allowed"),
        (("brief",), "one text", "found 'one text'; a list is allowed"),
        (("brief",), [], "found 0; at least 1 are needed"),
        (("summary",), ["a"], "found a list of 1; text is allowed"),
        (("summary",), {"He said": "x"}, "put text that holds ':' into quotes"),
        (("summary",), {"said": "x"}, "found fields; text is allowed"),
        (("persona",), "Ada", "found 'Ada'; fields are allowed"),
        (
            ("facts", 0, "id"),
            "No Slug",
            "found 'No Slug'; small letters, digits and single hyphens",
        ),
        (("facts", 1, "id"), "app", "'app' is the id of two facts; rename one"),
        (("facts", 0, "unlock"), {"after": ["gone"]}, "'app' waits for 'gone', which is no fact"),
        (("facts", 2, "root"), False, "exactly one fact must be marked 'root: true'"),
    ],
)
def test_fault_in_a_scenario(path, value, words):
    """A fault names its field, what was found and what is allowed."""
    found = problems_of(changed(scenario(), *path, to=value))
    assert len(found) == 1, found
    assert found[0].startswith("x.yaml: line ")
    assert words in found[0]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("weight", "-5", "found '-5'; a number above 0 is allowed"),
        ("weight", "nan", "a finite number is allowed"),
        ("weight", ".nan", "found '.nan'; a number is allowed"),
        ("weight", "1e308", "10 or less is allowed"),
        ("weight", [1], "found a list of 1; a number is allowed"),
        ("behaviours", None, "found nothing; a list is allowed"),
        ("behaviours", [None], "behaviours.0: found nothing; fields are allowed"),
        ("behaviours", [{}], "behaviours.0.sign: found nothing; this field is needed"),
    ],
)
def test_fault_in_a_rubric(field, value, words):
    """A weight is a finite number in its range; only the true fault is told."""
    found = problems_of(changed(rubric(), "criteria", 0, field, to=value))
    assert any(words in line for line in found)
    assert not any("at least 1" in line for line in found)


def test_rule_of_a_part_names_its_field():
    """A rule that a record checks itself is told with the field that it is about."""
    data = rubric()
    del data["criteria"][0]["behaviours"][0]["praise"]
    (found,) = problems_of(data)
    assert "criteria.0.behaviours.0.praise: a '+' behaviour needs a line" in found


def test_all_faults_are_told_in_order():
    """Several faults give several lines in the order of the file, and one summary line."""
    data = scenario()
    data |= {"difficulty": "x", "extra": "y"}
    del data["opening"]
    with pytest.raises(InvalidFile) as caught:
        parse(as_yaml(data), "x.yaml", stem="other-name")
    faults = caught.value.faults
    fields = ("id", "difficulty", "opening", "extra")
    assert {fault.field for fault in faults} == set(fields)
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)
    assert str(caught.value).endswith("(and 3 more)")
    assert "\n" not in str(caught.value)


def test_place_is_that_of_the_field():
    """The line of a fault is the line on which the field stands."""
    data = changed(scenario(), "facts", 1, "layer", to="needs")
    line = as_yaml(data).splitlines().index("  layer: needs") + 1
    assert problems_of(data)[0].startswith(f"x.yaml: line {line}: facts.1.layer: ")


def test_id_equals_file_name():
    """A file whose id is not its name is refused at the line of the id."""
    with pytest.raises(InvalidFile, match=r"line 2: id: found 'toy-shop'; .* 'finance-x'"):
        parse(as_yaml(scenario()), "finance-x.yaml", stem="finance-x")


def test_top_level_must_be_fields():
    """A list or a text at the top is no record."""
    with pytest.raises(InvalidFile, match="found a list of 1; fields are allowed"):
        parse("- a\n", "x", stem="x", kind="rubric")


def test_found_text_is_cut_and_escaped():
    """What a file holds is shown short, and never steers the terminal."""
    data = changed(scenario(), "difficulty", to="\x1b[2J" + "x" * 500)
    (found,) = problems_of(data)
    assert "\\x1b[2J" in found
    assert found.isprintable()
    assert len(found) < 250


def test_prompt_is_front_matter_and_text():
    """Blank lines around the text are no part of it; line ends do not matter."""
    record = parse(prompt(), "x.md", stem="toy-prompt", kind="prompt").record
    assert isinstance(record, Prompt)
    assert record.template == "Hello $who."
    assert record.variables == ("who",)


def test_prompt_variables_may_stand_in_a_row():
    """Variables parted by commas are a list."""
    text = prompt(body="$a $b").replace("[who]", "a, b")
    assert parse(text, "x.md", stem="toy-prompt", kind="prompt").record.variables == ("a", "b")


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("Hello", "line 1", "no front matter"),
        ("---\nid: a\n", "line 1", "no front matter"),
        (prompt().replace("purpose: greet\n", ""), "line 2", "purpose: found nothing"),
        (prompt().replace("version: 1", "version: [1]"), "line 3", "version: found a list"),
        (prompt().replace("version: 1", "version: 1\nversion: 2"), "line 4", "duplicate"),
        (prompt().replace("purpose:", "template: x\npurpose:"), "line 4", "below the front matter"),
        (prompt(body="5 $ for $who"), "line 8", "template: a '$' is neither"),
        (prompt(body="$who and $what"), "line 5", "variables: declared and used differ in what"),
        ("---\n- a\n---\n", "line 2", "id: found nothing"),
    ],
)
def test_fault_in_a_prompt(text, place, words):
    """A fault in a prompt has the line of the Markdown file."""
    with pytest.raises(InvalidFile) as caught:
        parse(text, "x.md", stem="toy-prompt", kind="prompt")
    assert any(p.startswith(f"x.md: {place}: ") and words in p for p in caught.value.problems)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"a: 1\nb: caf\xe9\n", "line 2: found the byte 0xE9, wrong encoding"),
        ("a: 1".encode("utf-16"), "wrong encoding"),
        (b"x" * (MAX_BYTES + 1), "too large"),
    ],
)
def test_bytes_that_are_refused(tmp_path, raw, words):
    """Only UTF-8 up to 1 MB is read."""
    path = tmp_path / "x.yaml"
    path.write_bytes(raw)
    with pytest.raises(InvalidFile, match=words):
        read_text(path, "x.yaml")


def test_bom_and_line_ends_do_not_matter(tmp_path):
    """A byte order mark is dropped; every line end is a newline."""
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\rc: 3\n")
    assert read_text(path, "x") == "a: 1\nb: 2\nc: 3\n"


def test_what_is_no_file_is_refused(tmp_path):
    """A missing file, a folder and a device are named, never waited for."""
    with pytest.raises(InvalidFile, match="whole file: was not found"):
        read_text(tmp_path / "gone.yaml", "gone.yaml")
    with pytest.raises(InvalidFile, match="not a regular file"):
        read_text(tmp_path, "folder")
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")
    with pytest.raises(InvalidFile, match="not a regular file"):
        read_text(tmp_path / "zero.yaml", "zero.yaml")


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    """A refused permission is a fault of that file."""
    path = tmp_path / "x.yaml"
    path.write_text("a: 1", encoding="utf-8")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InvalidFile, match="cannot be read: Permission denied"):
        read_text(path, "x.yaml")


def test_head_keeps_text_only():
    """The head of a file gives its text fields; lists and empty fields are left out."""
    wanted = frozenset({"title", "version", "purpose"})
    assert read_head("title: [a]\nversion: 2\npurpose:\n", "x", "rubric", wanted) == {
        "version": "2"
    }
    assert read_head("- a\n", "x", "rubric", wanted) == {}
    assert read_head(prompt(), "x", "prompt", wanted) == {"version": "1", "purpose": "greet"}


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=5,
)


@given(st.data())
def test_no_value_breaks_the_validation(data):
    """Any value in any field gives a record or a fault with a place."""
    made = scenario() if data.draw(st.booleans()) else rubric()
    field = data.draw(st.sampled_from(sorted(made)))
    made[field] = data.draw(JUNK)
    kind = "rubric" if "purpose" in made else "scenario"
    problems = ()
    try:
        parse(as_yaml(made), "x.yaml", stem="toy-shop", kind=kind)
    except InvalidFile as error:
        problems = error.problems
    assert all(problem.isprintable() for problem in problems)
