"""What is written as YAML is read back as the same, comments in their places."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rmcoach_llm.authoring.skeleton import template
from rmcoach_llm.authoring.yaml_out import WIDTH, comments_of, write_yaml
from rmcoach_llm.library.yaml_text import read_yaml

VISIBLE = st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters="\ufeff")
TEXT = st.one_of(
    st.text(VISIBLE, max_size=250),
    st.sampled_from(
        ["null", "~", "", " a", "- x", "a: b", "#c", "no", "1.10", "'", '"', "{a}", "&a", "yes #x"]
    ),
    st.lists(st.text("abc:#-'\"", min_size=1, max_size=9), min_size=15, max_size=60).map(" ".join),
)
KEY = st.from_regex(r"[a-z_]{1,8}", fullmatch=True)
VALUE = st.recursive(
    TEXT,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4), st.dictionaries(KEY, inner, min_size=1, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(KEY, VALUE, min_size=1, max_size=5))
def test_what_is_written_is_read_back(data: dict[str, object]) -> None:
    """Whatever the text: quotes, colons, hashes, long lines, leading dashes."""
    assert read_yaml(write_yaml(data), "x.yaml").data == data


def test_comments_stay_with_their_fields() -> None:
    """Read and written, a file keeps its comments, blank lines and order."""
    text = "# head\n\na: b\n\n# of the list\nc:\n  # of the first\n  - d: e\n    # inside\n    f: g\n  - h\n"
    document = read_yaml(text, "x.yaml")
    assert isinstance(document.data, dict)
    assert write_yaml(document.data, comments_of(text, document)) == text


def test_long_text_is_folded() -> None:
    """No line of prose is longer than an editor is wide, and the text is unchanged."""
    text = "word " * 60 + "end: # 'x'"
    written = write_yaml({"a": [{"b": text}]})
    assert max(map(len, written.splitlines())) <= WIDTH
    assert read_yaml(written, "x.yaml").data == {"a": [{"b": text}]}


def test_empty_values_are_written_as_such() -> None:
    """Nothing, an empty list and an empty mapping are written in their short forms."""
    assert (
        write_yaml({"a": None, "b": [], "c": {}, "d": [[]]})
        == "a: null\nb: []\nc: {}\nd:\n  - []\n"
    )


def test_the_template_is_written_as_it_stands() -> None:
    """Nothing of the packaged template is lost on the way through data."""
    data, comments = template()
    written = write_yaml(data, comments)
    document = read_yaml(written, "x.yaml")
    assert document.data == data
    assert comments_of(written, document) == comments
