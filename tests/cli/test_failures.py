"""The last line of defence: whatever goes wrong, a user sees one message and no traceback."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from support.commands import rmcoach

from rmcoach_llm import cli as command_line
from rmcoach_llm import plugins
from rmcoach_llm.errors import InputError, PluginError


def run(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> int:
    """Run a command that fails in this way; give the exit code."""

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(command_line.cli, "main", fail)
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_an_error_of_ours_gives_message_remedy_and_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A typed error ends in its message, its remedy and its exit code, control characters shown."""
    code = run(monkeypatch, InputError("a\x1b[2J.txt", "line 1", "no speaker", remedy="add one"))
    assert code == 3
    assert capsys.readouterr().err == (
        "error: a\\x1b[2J.txt: line 1: no speaker\n  what to do: add one\n"
    )


def test_a_fault_of_ours_is_said_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unexpected error ends in one message and code 70; RMCOACH_DEBUG shows it whole."""
    assert run(monkeypatch, ZeroDivisionError("x")) == 70
    assert "RMCOACH_DEBUG=1" in capsys.readouterr().err
    monkeypatch.setenv("RMCOACH_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        command_line.main()


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.exceptions.Abort()])
def test_ctrl_c_ends_with_130(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Ctrl-C ends a command with exit code 130."""
    assert run(monkeypatch, error) == 130


@pytest.mark.parametrize(
    "command", ["library show --spoilers finance-close-report", "--help", "practice"]
)
def test_a_closed_pipe_ends_quietly(command: str) -> None:
    """A reader that goes away (| head) ends a command with 141, as SIGPIPE would, and no word."""
    import subprocess

    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m rmcoach_llm {command} | true; exit ${{PIPESTATUS[0]}}"],
        capture_output=True, encoding="utf-8", check=False, timeout=60, input="/quit\n",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (141, "")


def test_messages_that_nobody_reads_bring_no_traceback() -> None:
    """Where the errors go into the closed pipe as well, the command ends with 141."""
    import subprocess

    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m rmcoach_llm nope 2>&1 | true; exit ${{PIPESTATUS[0]}}"],
        capture_output=True, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (141, "")


def test_ctrl_c_while_loading_ends_with_130(tmp_path: Path) -> None:
    """Ctrl-C before the command line is there ends as it does later: 130 and no traceback."""
    import os
    import signal
    import subprocess

    tmp_path.joinpath("click.py").write_text(
        "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "rmcoach_llm", "--help"], capture_output=True, encoding="utf-8",
        check=False, timeout=60, env={**os.environ, "PYTHONPATH": str(tmp_path)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (130, "")


def fake_plugin(folder: Path, name: str, entry: str, code: str = "") -> None:
    """Lay an installed package with one entry point into a folder."""
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "entry_points.txt").write_text(entry)
    (folder / f"{name}.py").write_text(code)


def test_a_broken_command_is_named_in_the_list_and_when_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command that does not load stands in the help as broken, and fails when it is called."""
    fake_plugin(tmp_path, "odd_tool", "[rmcoach.commands]\nodd = odd_tool:missing\n")
    monkeypatch.syspath_prepend(tmp_path)
    listed = CliRunner().invoke(command_line.cli, ["--help"])
    assert "(broken: the command 'odd' of odd-tool" in " ".join(listed.output.split())
    called = CliRunner().invoke(command_line.cli, ["odd", "--any", "x"])
    assert isinstance(called.exception, PluginError)


def test_something_else_than_a_command_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry point that is no click command is named as such."""
    fake_plugin(tmp_path, "no_tool", "[rmcoach.commands]\nno = no_tool:x\n", "x = 5\n")
    monkeypatch.syspath_prepend(tmp_path)
    called = CliRunner().invoke(command_line.cli, ["no"])
    assert "no click command" in str(called.exception)


def test_a_command_claimed_twice_names_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two packages that claim one command are both named, and neither runs."""
    fake_plugin(tmp_path, "second_tool", "[rmcoach.commands]\nscore = second_tool:x\n")
    monkeypatch.syspath_prepend(tmp_path)
    called = CliRunner().invoke(command_line.cli, ["score", "a.txt"])
    assert "rmcoach-llm" in str(called.exception)
    assert "second-tool" in str(called.exception)
    assert len(plugins.entries("commands")["score"]) == 2


def test_an_unknown_scenario_suggests_the_nearest() -> None:
    """A mistyped scenario is answered with the one that was meant."""
    done = rmcoach("practice", "finance-close-raport")
    assert done.returncode == 2
    assert "did you mean 'finance-close-report'?" in done.stderr


@pytest.mark.parametrize("command", [("practice",), ("library", "show")])
@pytest.mark.parametrize(
    ("typed", "meant"),
    [("finanse", "finance-close-report"), ("human resources", "hr-onboarding-app")],
)
def test_a_part_or_the_business_function_finds_a_scenario(
    command: tuple[str, ...], typed: str, meant: str
) -> None:
    """Ids are long: one word of an id, or the business function, leads to it."""
    done = rmcoach(*command, typed)
    assert done.returncode == 2
    assert f"did you mean '{meant}'" in done.stderr


@pytest.mark.parametrize(
    ("group", "args"),
    [
        ("models", ("practice", "--model", "thing:x")),
        ("listeners", ("practice", "--listener", "thing")),
        ("voices", ("practice", "--voice", "thing")),
        ("stores", ("practice", "--store", "thing:x")),
        ("evaluators", ("score", "{file}", "--evaluator", "thing")),
        ("readers", ("score", "{file}")),
    ],
)
def test_a_plugin_that_is_the_wrong_thing_is_named(
    group: str, args: tuple[str, ...], tmp_path: Path
) -> None:
    """A plugin that loads and is not what it should be ends in its name and exit code 6."""
    import os

    entry = f"[rmcoach.{group}]\nthing = odd_thing:thing\n"
    fake_plugin(tmp_path, "odd_thing", entry, "thing = 7\n")
    file = tmp_path / "talk.txt"
    file.write_text("Trainee: hi\nDana: hello\n")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = rmcoach(*(arg.format(file=file) for arg in args), env={"PYTHONPATH": path})
    assert done.returncode == 6, done.stderr
    assert f"the {group[:-1]} 'thing' of odd-thing is an int" in done.stderr
    assert "update or uninstall odd-thing" in done.stderr


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("score", "{file}", "--rubric", "persuassion"), 2, "did you mean 'persuasion'?"),
        (("score",), 2, "nothing to score"),
        (("score", "{file}", "--evaluator", "judg"), 2, "did you mean 'judge'?"),
        (("practice", "--voice", "modell"), 2, "did you mean 'model'?"),
        (("practice", "--voice", "model"), 5, "needs a model"),
        (("practice", "--resume"), 2, "no session to go on with"),
        (("practice", "--resume", "nope"), 2, "unknown session"),
        (("score", "--session", "nope"), 2, "unknown session"),
        (("practice", "--library", "/nonexistent"), 2, "/nonexistent"),
        (("practice", "--base-url", "ftp://x"), 5, "base_url"),
        (("score", "{file}", "--evaluator", "judge"), 5, "model"),
    ],
)
def test_a_wrong_call_says_what_to_do(
    args: tuple[str, ...], code: int, says: str, tmp_path: Path
) -> None:
    """A wrong name or choice ends in its exit code and says what is allowed."""
    file = tmp_path / "talk.txt"
    file.write_text("Trainee: hi\nDana: hello\n")
    done = rmcoach(*(arg.format(file=file) for arg in args))
    assert (done.returncode, says in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_closed_streams_bring_no_traceback(closed: str) -> None:
    """A caller that closes input or output gets an exit code, and no fault of ours."""
    import subprocess

    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m rmcoach_llm practice {closed}"],
        input="/quit\n", capture_output=True, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def test_a_full_disk_behind_the_output_is_said() -> None:
    """Output that cannot be written ends in one message and exit code 74."""
    import subprocess

    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m rmcoach_llm practice > /dev/full"],
        input="/quit\n", capture_output=True, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 74, done.stderr
    assert "cannot read or write" in done.stderr
