"""Settings come from four places, and what cannot be right is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from rmcoach_llm.errors import ConfigError
from rmcoach_llm.settings import (
    SETTING_NAMES,
    ModelSettings,
    checked_base_url,
    checked_key,
    load_settings,
    unknown_variables,
)


def write(folder: Path, text: str) -> dict[str, str]:
    """Write a config file; give an environment that names it."""
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return {"RMCOACH_CONFIG": str(path), "HOME": str(folder)}


def test_command_line_before_environment_before_file(tmp_path: Path) -> None:
    """Each source wins over the next, and the settings say where each came from."""
    env = write(tmp_path, 'model = "file"\nbase_url = "http://file/v1"\ntrainee = "Kim"\n')
    env |= {"RMCOACH_MODEL": "env", "OPENAI_BASE_URL": "http://env/v1"}
    settings = load_settings({"model": "line", "base_url": None}, env)

    assert settings.model.model == "line"
    assert settings.model.base_url == "http://env/v1"
    assert settings.trainee == "Kim"
    assert settings.model.deadline_s == 180
    assert settings.sources["model"] == "command line"
    assert settings.sources["base_url"] == "OPENAI_BASE_URL"
    assert settings.sources["trainee"].endswith("config.toml: line 3")


def test_every_setting_has_its_variable() -> None:
    """What a config file may hold can be set as RMCOACH_ and its name; ours wins over OpenAI's."""
    env = {"HOME": "/home/x"} | {f"RMCOACH_{name.upper()}": "7" for name in SETTING_NAMES}
    env |= {"RMCOACH_BASE_URL": "http://a/v1", "OPENAI_BASE_URL": "http://b/v1"}
    env |= {"RMCOACH_STRICT_MODEL": "true"}
    settings = load_settings({}, env)
    values = {**settings.model.model_dump(), **settings.model_dump(exclude={"model"})}
    expected = {"base_url": "http://a/v1", "strict_model": True}
    for name in SETTING_NAMES:
        assert str(values[name]).removesuffix(".0") == str(expected.get(name, 7))
        assert settings.sources[name] == f"RMCOACH_{name.upper()}"
    assert unknown_variables(env | {"RMCOACH_CONFIG": "x", "RMCOACH_DEBUG": "1"}) == ()
    with pytest.raises(ConfigError, match="RMCOACH_DEADLINE_S: deadline_s: found 'soon'"):
        load_settings({}, {"HOME": "/home/x", "RMCOACH_DEADLINE_S": "soon"})


def test_folders_follow_xdg(tmp_path: Path) -> None:
    """Config and data lie where XDG says, else under the home folder; relative values are ignored."""
    config = tmp_path / "c" / "rmcoach"
    config.mkdir(parents=True)
    (config / "config.toml").write_text('store = "mine.db"\nlibrary = "lib"\n')
    env = {
        "XDG_CONFIG_HOME": str(tmp_path / "c"),
        "XDG_DATA_HOME": str(tmp_path / "d"),
        "HOME": "/home/x",
    }
    settings = load_settings({}, env)

    assert settings.store == config / "mine.db"
    assert settings.library == config / "lib"
    assert settings.model.memory == tmp_path / "d" / "rmcoach" / "endpoints.json"
    default = load_settings({}, {"HOME": "/home/x", "XDG_DATA_HOME": "relative"})
    assert default.store == Path("/home/x/.local/share/rmcoach/sessions.db")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ('modl = "x"', ("line 1", "unknown setting 'modl'", "did you mean 'model'")),
        ('\ndeadline_s = "abc"', ("line 2", "deadline_s", "found 'abc'", "number")),
        ("attempts = 99", ("line 1", "attempts", "found 99", "less than or equal to 10")),
        ('\n\napi_key = "sk-1"', ("line 3", "API key does not belong", "OPENAI_API_KEY")),
        ('model = "sk-1"', ("line 1", "API key does not belong", "OPENAI_API_KEY")),
        ("model = \n", ("line 1, column 9", "not valid TOML")),
        ("x = [", ("end of document", "not valid TOML")),
        (
            'base_url = "ftp://x"',
            ("line 1", "no http or https address", "http://localhost:11434/v1"),
        ),
    ],
)
def test_a_wrong_config_file_is_named(text: str, parts: tuple[str, ...], tmp_path: Path) -> None:
    """A wrong setting is refused with file, line, what was found, what is allowed."""
    with pytest.raises(ConfigError) as caught:
        load_settings({}, write(tmp_path, text))

    message = str(caught.value)
    assert "config.toml" in message
    assert "sk-1" not in message
    for part in parts:
        assert part in message


def test_a_config_file_that_cannot_be_read(tmp_path: Path) -> None:
    """A named file that is absent, no text or a folder is refused; the usual one may be absent."""
    load_settings({}, {"HOME": str(tmp_path)})
    (tmp_path / "latin").write_bytes(b"\xff\xfe\xe9")
    for name in ("absent.toml", "latin", "."):
        with pytest.raises(ConfigError, match=r"config file|cannot be read"):
            load_settings({"config": tmp_path / name}, {})


def test_an_unknown_override_is_refused() -> None:
    """A setting that nobody knows is refused with the nearest name."""
    with pytest.raises(
        ConfigError, match=r"command line: unknown setting 'modell': did you mean 'model'"
    ):
        load_settings({"modell": "x"}, {})


@given(st.text(max_size=30))
def test_a_key_is_usable_or_refused_unseen(key: str) -> None:
    """A key is plain visible ASCII after stripping, or refused by a message that does not hold it."""
    bare = key.strip()
    if all("!" <= character <= "~" for character in bare):
        checked = checked_key(key)
        assert checked == (SecretStr(bare) if bare else None)
        return
    with pytest.raises(ConfigError) as caught:
        checked_key(key)
    with pytest.raises(ConfigError) as other:
        checked_key("\u00e9")
    # What stands there by chance, such as "a ch", stands there whatever the key.
    assert len(bare) <= 3 or bare not in str(caught.value) or bare in str(other.value)


def test_a_key_is_checked_wherever_it_comes_from() -> None:
    """Surrounding white space goes; a key with a line break or an accent is refused at load."""
    assert load_settings({}, {"OPENAI_API_KEY": " sk-1\n"}).model.api_key == SecretStr("sk-1")
    for bad in ("sk-a\nb", "sk-\u00e9", "sk-\x07"):
        for make in (
            lambda key: load_settings({}, {"OPENAI_API_KEY": key}),
            lambda key: ModelSettings(api_key=key),
            lambda key: ModelSettings(api_key=SecretStr(key)),
        ):
            with pytest.raises(ConfigError) as caught:
                make(bad)
            assert bad not in str(caught.value)
            assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "localhost:11434",
        "http://",
        "ftp://x/v1",
        "http://user:sk-1@x/v1",
        "http://x/v1?key=sk-1",
        "http://x:0/v1",
        "http://x:99999/v1",
        "http://x y/v1",
        "http://x/\x1b",
        "http://[::1/v1",
        "sk-1",
    ],
)
def test_an_address_that_cannot_be_is_refused(address: str) -> None:
    """Only http(s)://host[:port][/path] is an address; credentials in it are never shown."""
    with pytest.raises(ConfigError) as caught:
        checked_base_url(address)
    assert "sk-1" not in str(caught.value)


def test_a_key_is_needed_by_openai_alone() -> None:
    """Servers of one's own get a placeholder; OpenAI's own address needs a key."""
    assert ModelSettings(base_url="http://localhost:1/v1").key_to_send()
    with pytest.raises(ConfigError, match="set OPENAI_API_KEY"):
        ModelSettings().key_to_send()


@pytest.mark.parametrize("name", ["", "a\x1b[2J", " a"])
def test_a_model_name_is_visible(name: str) -> None:
    """A model name that is empty or steers a terminal is refused."""
    with pytest.raises(ConfigError, match="model"):
        load_settings({"model": name}, {})
