"""Plugins: found as Python finds them; a clash or a broken one is named, never swallowed."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.fake_packages import install

from rmcoach_llm.errors import ConfigError, PluginError, UsageError
from rmcoach_llm.plugins import GROUPS, Entry, entries, load, make

VOICE = "[rmcoach.voices]\nparrot = fake_parrot:create_parrot\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a folder that is searched for packages first; what is imported from it is forgotten."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.startswith("fake_"):
            del sys.modules[name]


def test_a_plugin_is_found_and_loaded(folder: Path) -> None:
    """What an installed package offers can be had by its name."""
    install(folder, "parrot", VOICE, modules={"fake_parrot": "create_parrot = 'a parrot'"})
    assert entries("voices")["parrot"] == (
        Entry("rmcoach.voices", "parrot", "fake_parrot:create_parrot", "parrot"),
    )
    assert load("voices", "parrot") == "a parrot"


def test_a_plugin_may_name_a_module_or_something_within_a_class(folder: Path) -> None:
    """`module` gives the module, `module:A.b` the attribute of an attribute; extras are cut."""
    points = "[rmcoach.voices]\nwhole = fake_parrot\ninner = fake_parrot:Cage.bird [wings]\n"
    install(folder, "parrot", points, modules={"fake_parrot": "class Cage:\n    bird = 7\n"})
    assert load("voices", "whole") is sys.modules["fake_parrot"]
    assert load("voices", "inner") == 7


def test_two_packages_that_claim_a_name_are_both_named(folder: Path) -> None:
    """A clash loads neither: the message names both and says what to do."""
    install(folder, "parrot", VOICE, modules={"fake_parrot": "create_parrot = 1"})
    install(folder, "other_birds", VOICE)
    with pytest.raises(PluginError) as raised:
        load("voices", "parrot")
    assert "the voice 'parrot' is claimed by other-birds and parrot" in str(raised.value)
    assert raised.value.remedy == "uninstall one of them"
    assert "fake_parrot" not in sys.modules


def test_a_plugin_cannot_take_the_name_of_a_built_in(folder: Path) -> None:
    """A built-in comes through the same door: its name is taken, and no plugin replaces it."""
    install(folder, "parrot", "[rmcoach.stores]\nsqlite = fake_parrot:x\n")
    with pytest.raises(PluginError, match="claimed by parrot and rmcoach-llm"):
        load("stores", "sqlite")


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("import no_such_thing", "ModuleNotFoundError: No module named 'no_such_thing'"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("def broken(:", "SyntaxError: "),
        ("other = 1", "AttributeError: module 'fake_parrot' has no attribute 'create_parrot'"),
        ("raise SystemExit('no licence')", "SystemExit: no licence"),
    ],
)
def test_a_broken_plugin_is_named(folder: Path, code: str, fault: str) -> None:
    """However it fails, plugin, package and cause are named and the cause is kept."""
    install(folder, "parrot", VOICE, modules={"fake_parrot": code})
    with pytest.raises(PluginError) as raised:
        load("voices", "parrot")
    assert raised.value.message.startswith(f"the voice 'parrot' of parrot does not load: {fault}")
    assert raised.value.remedy == "update or uninstall parrot"
    assert raised.value.__cause__ is not None


def test_a_module_that_is_not_there_is_named(folder: Path) -> None:
    """A package whose module is gone is named like any broken one."""
    install(folder, "parrot", VOICE)
    with pytest.raises(PluginError, match="of parrot does not load: ModuleNotFoundError"):
        load("voices", "parrot")


BUILT_IN = [group for group in GROUPS if group != "detectors"]
"""The groups in which this package offers something itself."""


@pytest.mark.parametrize("group", BUILT_IN)
def test_an_unknown_name_gets_a_suggestion(group: str) -> None:
    """A near miss names the plugin that was meant."""
    name = next(iter(entries(group)))
    with pytest.raises(UsageError) as raised:
        load(group, name + "x")
    assert raised.value.message == f"unknown {group[:-1]} '{name}x'"
    assert f"'{name}'" in raised.value.remedy


GIVEN = {
    "models": (None,), "listeners": (None,), "voices": (None,), "evaluators": (None,),
    "stores": (Path("x"),), "readers": (),
}  # fmt: skip
BODY = "async def f(self, *_): ...\n    "
WHOLE = {
    "models": "name = 'x'\n    complete = close = f",
    "listeners": "name = 'x'\n    hear = f",
    "voices": "name = 'x'\n    speak = f",
    "evaluators": "name = fingerprint = 'x'\n    evaluate = f",
    "stores": (
        "begin = append = load = sessions = keep_brief = keep_scorecard = scorecards = delete = close = f"
    ),
    "readers": "name = 'x'\n    suffixes = ('.x',)\n    read = f",
}
"""The body of a class that keeps to the protocol of a group; every last name is a call."""


def offer(folder: Path, group: str, code: str) -> None:
    """Install a plugin `thing` of a group that is made by `thing` of `code`."""
    install(folder, "parrot", f"[rmcoach.{group}]\nthing = fake_parrot:thing\n",
            modules={"fake_parrot": code})  # fmt: skip


def call(group: str) -> object:
    """Make the plugin `thing` of a group."""
    return make(group, "thing", *GIVEN[group])  # type: ignore[call-overload]  # group by group


@pytest.mark.parametrize("group", GIVEN)
def test_a_plugin_of_each_group_is_made(folder: Path, group: str) -> None:
    """What keeps to the protocol of its group is given as its factory makes it."""
    offer(
        folder, group, f"class thing:\n    def __init__(self, *_): ...\n    {BODY}{WHOLE[group]}\n"
    )
    assert type(call(group)).__name__ == "thing"


@pytest.mark.parametrize("group", GIVEN)
@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("thing = 7", "is an int and makes nothing"),
        ("def thing(*_): 1 / 0", "cannot be made: ZeroDivisionError: division by zero"),
        ("def thing(*_): raise SystemExit('no licence')", "cannot be made: SystemExit: no licence"),
        ("def thing(a, b, c): ...", "cannot be made: TypeError: "),
        ("def thing(*_): return None", "makes None that is no "),
        ("def thing(*_): return object()", "makes an object that is no "),
        ("def thing(*_): return dict", "it is a class, not an object of it"),
    ],
)
def test_a_wrong_plugin_of_each_group_is_named(
    folder: Path, group: str, code: str, fault: str
) -> None:
    """Whatever stands behind a name, a plugin that is not what it should be is named: no crash."""
    offer(folder, group, code)
    with pytest.raises(PluginError) as raised:
        call(group)
    assert raised.value.message.startswith(f"the {group[:-1]} 'thing' of parrot ")
    assert fault in raised.value.message
    assert raised.value.remedy == "update or uninstall parrot"


@pytest.mark.parametrize("group", GIVEN)
def test_what_is_missing_is_named(folder: Path, group: str) -> None:
    """A call that is not there, or is no call, is named."""
    last = WHOLE[group].removesuffix(" = f").split()[-1]
    body = f"{BODY}{WHOLE[group]}\n    {last} = 7\n"
    offer(folder, group, f"class thing:\n    def __init__(self, *_): ...\n    {body}")
    with pytest.raises(PluginError, match=f"is no {group[:-1]}: it has no {last}"):
        call(group)


@pytest.mark.parametrize(
    ("group", "wrong", "fault"),
    [
        ("voices", "name = 7", "'name' is an int, not a str"),
        ("evaluators", "fingerprint = None", "'fingerprint' is None, not a str"),
        ("readers", "suffixes = '.x'", "'suffixes' is a str, not a tuple"),
        ("voices", "name = property(lambda self: 1 / 0)", "ZeroDivisionError"),
    ],
)
def test_attributes_of_another_kind_are_named(
    folder: Path, group: str, wrong: str, fault: str
) -> None:
    """A name that is no text, or an attribute that cannot be read, is said at once."""
    body = f"{BODY}{WHOLE[group]}\n    {wrong}\n"
    offer(folder, group, f"class thing:\n    def __init__(self, *_): ...\n    {body}")
    with pytest.raises(PluginError, match=fault):
        call(group)


def test_an_error_of_ours_passes_a_factory_unchanged(folder: Path) -> None:
    """What a factory says of settings is shown as it says it, not as a broken plugin."""
    offer(folder, "voices", "from rmcoach_llm.errors import ConfigError\ndef thing(parts):\n"
          "    raise ConfigError('the voice needs a model', remedy='choose one')\n")  # fmt: skip
    with pytest.raises(ConfigError) as raised:
        call("voices")
    assert str(raised.value) == "the voice needs a model: choose one"


def test_a_fault_in_a_built_in_is_no_broken_plugin() -> None:
    """What goes wrong in our own factory is shown as a fault of ours, with its trace."""
    with pytest.raises(AttributeError):
        make("stores", "sqlite", None)  # type: ignore[call-overload]  # wrong on purpose


def test_an_unknown_group_offers_nothing() -> None:
    """A group that nobody offers anything in is empty, not an error."""
    assert entries("parrots") == {}
    with pytest.raises(UsageError, match="unknown parrot 'x': there are none"):
        load("parrots", "x")


def test_a_package_that_lies_twice_on_the_path_counts_once(tmp_path: Path) -> None:
    """The first copy on the path counts, as Python imports it, under any spelling of the name."""
    newer = VOICE.replace("create_parrot", "newer")
    one, two = tmp_path / "one", tmp_path / "two"
    install(one, "Grey_Parrot", newer, version="2.0")
    install(two, "grey_parrot", VOICE, ending="egg-info")
    path = [str(one), str(two), str(one)]
    assert [e.value for e in entries("voices", path=path)["parrot"]] == ["fake_parrot:newer"]
    assert [e.value for e in entries("voices", path=path[1:])["parrot"]] == [
        "fake_parrot:create_parrot"
    ]


def test_odd_folders_are_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path that is not there, a file, a package without entry points: none is in the way."""
    archive = tmp_path / "lib.zip"
    archive.write_bytes(b"PK")
    install(tmp_path, "plain", "").joinpath("entry_points.txt").unlink()
    install(tmp_path, "scripts", "[console_scripts]\nrun = a:b\n")
    install(tmp_path, "parrot", VOICE)
    monkeypatch.chdir(tmp_path)
    assert list(entries("voices", path=[str(tmp_path / "gone"), str(archive), ""])) == ["parrot"]


def test_comments_and_bytes_of_no_text_hide_nothing(tmp_path: Path) -> None:
    """Comments and lines of other groups are left out; a byte that is no UTF-8 hides no plugin."""
    points = (
        "[other.group]\nx = \udce9 a:b\n[ rmcoach.voices ]\n# old = a:b\n; older = a:b\n"
        "no equals sign\nparrot=fake_parrot:create_parrot\n[more]\ny = a:b\n"
    )
    install(tmp_path, "parrot", points)
    assert list(entries("voices", path=[str(tmp_path)])) == ["parrot"]


@pytest.mark.parametrize("group", BUILT_IN)
def test_the_installed_plugins_are_those_that_python_finds(group: str) -> None:
    """The quick scan gives what importlib.metadata gives, for every group."""
    ours = {(e.name, e.value) for found in entries(group).values() for e in found}
    pythons = importlib.metadata.entry_points(group=f"rmcoach.{group}")
    assert ours == {(e.name, e.value) for e in pythons}
    assert ours


POINTS = st.dictionaries(
    st.sampled_from([f"rmcoach.{group}" for group in GROUPS] + ["console_scripts"]),
    st.dictionaries(
        st.from_regex(r"[a-z][a-z0-9._-]{0,6}", fullmatch=True),
        st.from_regex(r"[a-z]{1,5}(\.[a-z]{1,5})?:[a-z]{1,5}( \[x\])?", fullmatch=True),
        min_size=1,
        max_size=3,
    ),
    max_size=3,
)
PACKAGES = st.dictionaries(
    st.from_regex(r"[A-Za-z]{1,4}(_[a-z]{1,3})?", fullmatch=True), POINTS, max_size=3
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(copies=st.lists(PACKAGES, min_size=1, max_size=2))
def test_any_packages_are_read_as_python_reads_them(
    copies: list[dict[str, dict[str, dict[str, str]]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever lies in one or two folders, the scan and importlib.metadata agree."""
    root = tmp_path_factory.mktemp("path")
    path = []
    for number, packages in enumerate(copies):
        path.append(str(root / str(number)))
        for package, groups in {name.lower(): had for name, had in packages.items()}.items():
            lines = [
                line
                for group, points in groups.items()
                for line in (f"[{group}]", *(f"{k} = {v}" for k, v in points.items()))
            ]
            install(root / str(number), package, "\n".join(lines))
    seen: set[str] = set()
    wanted = set()
    for dist in importlib.metadata.distributions(path=path):
        name = dist.name.replace("_", "-").lower()
        if name not in seen:
            seen.add(name)
            wanted |= {
                Entry(e.group, e.name, e.value.split("[")[0].strip(), name)
                for e in dist.entry_points
                if e.group.startswith("rmcoach.")
            }
    ours = {e for group in GROUPS for found in entries(group, path=path).values() for e in found}
    assert ours == wanted
