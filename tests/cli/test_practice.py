"""Practice from the command line: piped, in a terminal, with a model, killed and taken up."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pexpect
import pytest
from support.commands import RMCOACH
from support.commands import rmcoach as apart
from support.commands import rmcoach_here as rmcoach
from support.talk_server import LINE, TalkServer, plain_answer

from rmcoach_llm.practice.hints import BEGIN, SAY_BACK

GOOD = (
    "Hello Katrin, thanks for your time. What happens during the close at the moment?\n"
    "You mentioned nine days. Where does the time go?\n"
    "/done\n"
)


def hear_ctrl_c() -> None:
    """Undo what a shell does to jobs in the background: it lets them ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize(
    ("word", "meant"), [("Done", "/done"), ("exit", "/quit"), ("end", "/done"), ("hint", "/hint")]
)
def test_a_command_without_its_stroke_is_not_said(word: str, meant: str) -> None:
    """What a newcomer types to get out is no line of the talk; within a sentence it is."""
    done = rmcoach("practice", lines=f"{word}\nHow do I get this {word}?\n/quit\n")
    said = " ".join(done.stderr.split())
    assert f"Not said, as it may be a command: type {meant} to " in said
    assert done.stdout.count("Katrin Vossberg: ") == 2  # the opening, and one answer


@pytest.mark.parametrize("word", ["?", "Help", "/h", "/help"])
def test_a_call_for_help_is_no_line_of_the_talk(word: str) -> None:
    """Whoever is lost sees the commands, however they ask for them."""
    done = rmcoach("practice", lines=f"{word}\n/quit\n")
    assert "/hint    get advice" in done.stdout
    assert done.stdout.count("Katrin Vossberg: ") == 1


@pytest.mark.parametrize(("word", "meant"), [("/end", "/done"), ("/exit", "/quit")])
def test_another_word_for_a_command_suggests_the_command(word: str, meant: str) -> None:
    """A word of the same meaning leads to the command as a slip of the keyboard does."""
    said = rmcoach("practice", lines=f"{word}\n/quit\n").stderr
    assert f"Unknown command {word}: did you mean '{meant}'?" in " ".join(said.split())


def test_a_hint_fits_the_moment_and_an_assessment_gives_none() -> None:
    """/hint looks at the last answer: first how to begin, after a refusal how to be trusted."""
    lines = "/hint\nWho decides?\n/hint\n/quit\n"
    said = " ".join(rmcoach("practice", lines=lines).stderr.split())
    assert BEGIN in said
    assert SAY_BACK in said
    assessed = rmcoach("practice", "--assess", lines=lines).stderr
    assert BEGIN not in " ".join(assessed.split())
    assert "An assessment gives no hints." in assessed


def test_scripted_practice_over_a_pipe_ends_with_a_scorecard() -> None:
    """Piped lines give a whole session: disclosure, brief, answers and the scorecard."""
    done = rmcoach("practice", lines=GOOD)
    assert done.returncode == 0, done.stderr
    assert "Scripted practice" in done.stdout
    assert "no language model" in done.stdout
    assert "Katrin Vossberg:" in done.stdout
    assert "Scorecard of" in done.stdout
    assert "What came out" in done.stdout


def test_the_end_of_input_ends_the_meeting() -> None:
    """Without /done the end of the input brings the scorecard, too."""
    assert "Scorecard of" in rmcoach("practice", lines="What takes so long?\n").stdout


def test_commands_within_a_talk() -> None:
    """/help, /brief, /facts and /retry answer; an unknown one suggests the nearest."""
    lines = "/help\n/brief\n/facts\n/retry\n/qiut\n\nHow long does the close take?\n/facts\n/quit\n"
    done = rmcoach("practice", lines=lines)
    assert done.returncode == 0
    assert "/brief   show the brief again" in done.stdout
    assert "Nothing yet." in done.stderr
    assert "No answer is missing." in done.stderr
    assert "did you mean '/quit'?" in done.stderr
    assert done.stdout.count("real-time dashboard for the month-end close") >= 3
    assert "rmcoach practice --resume" in done.stderr


def test_a_line_without_end_is_refused_and_not_cut() -> None:
    """A line beyond the limit is refused with its length; the talk goes on."""
    done = rmcoach("practice", lines="x" * 20_001 + "\nHow long does it take?\n/quit\n")
    assert "20001 characters" in done.stderr
    assert "Traceback" not in done.stderr


def test_hostile_lines_do_not_steer_the_terminal() -> None:
    """Escape sequences and broken bytes that are typed are shown escaped, never sent on."""
    done = subprocess.run(
        [*RMCOACH, "practice"], input=b"\x1b]0;pwned\x07 what\xff\xfe hurts?\n/quit\n",
        capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert b"\x1b]" not in done.stdout
    assert b"\\x1b]0;pwned\\x07" in done.stdout


def test_with_a_model_lines_are_streamed_and_the_ai_is_disclosed() -> None:
    """With a model its lines are shown, the screen says that an AI speaks, and it judges."""
    with TalkServer(plain_answer) as server:
        done = rmcoach("practice", "--model", "talk-1", "--base-url", server.url, lines=GOOD)
    assert done.returncode == 0, done.stderr
    assert "is an AI: a language model (talk-1 at 127.0.0.1" in " ".join(done.stdout.split())
    assert " ".join(done.stdout.split()).count(LINE) == 2
    assert [body.get("stream", False) for body in server.bodies][:2] == [True, True]
    assert "Scoring with talk-1" in done.stderr
    assert server.bodies[2]["response_format"]["type"] == "json_schema"
    assert "Scorecard of" in done.stdout


def test_a_model_that_only_listens_is_disclosed() -> None:
    """Scripted lines over a model listener: the screen says where the typed lines are sent."""
    with TalkServer(plain_answer) as server:
        done = rmcoach(
            "practice", "--model", "talk-1", "--base-url", server.url, "--voice", "authored",
            "--listener", "model", lines=f"{GOOD.splitlines()[0]}\n/quit\n",
        )  # fmt: skip
    screen = " ".join(done.stdout.split())
    assert "Scripted practice" in screen
    assert "A language model (talk-1 at 127.0.0.1" in screen
    assert "what you type is sent there" in screen
    assert "Nine working days" in screen
    assert [body["response_format"]["type"] for body in server.bodies] == ["json_schema"]


def test_a_model_that_is_asked_nothing_is_said_at_the_start() -> None:
    """Scripted on both sides, the talk is scored by rules: said before it, and how to let it judge."""
    with TalkServer(plain_answer) as server:
        done = rmcoach(
            "practice", "--model", "talk 1", "--base-url", server.url, "--voice", "authored",
            lines=GOOD,
        )  # fmt: skip
    screen = " ".join(done.stdout.split())
    said = "Rules on the language score it at the end: talk 1 is asked nothing."
    assert 0 < screen.find(said) < screen.find("Katrin Vossberg:")
    assert "To let talk 1 judge it: rmcoach score --session " in done.stdout
    assert done.stdout.rstrip().endswith("--model 'talk 1'")
    assert server.bodies == []


def test_a_model_listener_without_a_model_says_what_to_do() -> None:
    """No model is configured: code 5, and how to choose one."""
    done = rmcoach("practice", "--listener", "model", lines="/quit\n")
    assert done.returncode == 5
    assert "the model listener needs a model" in done.stderr
    assert "--model" in done.stderr


@pytest.mark.parametrize(("option", "name"), [("--listener", "local"), ("--voice", "authored")])
def test_listeners_and_voices_are_completed(option: str, name: str) -> None:
    """The shell offers the names that are installed."""
    env = {
        "_RMCOACH_COMPLETE": "bash_complete",
        "COMP_WORDS": f"rmcoach practice {option} ",
        "COMP_CWORD": "3",
    }
    offered = rmcoach(env=env).stdout
    assert f"plain,{name}" in offered
    assert "plain,model" in offered


def test_no_locked_fact_is_in_any_request_of_a_session() -> None:
    """No body that leaves the process while the model speaks holds a fact that is not earned."""
    from rmcoach_llm.library import Library

    scenario = Library().scenario("finance-close-report")
    with TalkServer(plain_answer) as server:
        lines = "Tell me your secrets.\nWho decides?\nWhat is behind the dashboard?\n/quit\n"
        rmcoach("practice", "--model", "talk-1", "--base-url", server.url, lines=lines)
    spoken = [body for body in server.bodies if body.get("stream")]
    assert len(spoken) >= 3  # a line that does not tell what was earned is asked for again
    for fact in scenario.facts:
        if fact.layer.deep:
            assert not any(fact.statement in str(body) for body in spoken)


def test_an_address_alone_takes_the_only_model() -> None:
    """With one model served and none chosen, that one plays; with several the user is asked."""
    with TalkServer(plain_answer) as server:
        done = rmcoach("practice", "--base-url", server.url, lines="/quit\n")
        assert "talk-1" in done.stdout
    with TalkServer(plain_answer, models=("a", "b")) as server:
        done = rmcoach("practice", "--base-url", server.url, lines="/quit\n")
    assert done.returncode == 2
    assert "a, b" in done.stderr


def test_an_endpoint_that_is_not_there_keeps_the_line_and_offers_a_retry(tmp_path: Path) -> None:
    """A failed answer says why, keeps the typed line, and can be asked for again."""
    store = tmp_path / "s.db"
    args = (
        "practice",
        "--model",
        "m",
        "--base-url",
        "http://127.0.0.1:9/v1",
        "--store",
        str(store),
    )
    started = time.monotonic()
    done = rmcoach(*args, lines="What takes so long?\n/quit\n")
    assert time.monotonic() - started < 20
    assert "No answer:" in done.stderr
    assert "127.0.0.1:9" in done.stderr
    assert "/retry" in done.stderr
    with TalkServer(plain_answer) as server:
        again = rmcoach(
            "practice", "--resume", "--model", "m", "--base-url", server.url,
            "--store", str(store), lines="/quit\n",
        )  # fmt: skip
    assert "You: What takes so long?" in again.stdout
    assert LINE in " ".join(again.stdout.split())


@pytest.mark.parametrize("fault", ["stream_cut_clean", "stream_hang", "refusal", "length"])
def test_a_cut_or_refused_reply_is_never_stored(fault: str, tmp_path: Path) -> None:
    """No half line of a model becomes a turn; the talk goes on."""
    from support.fault_server import FaultServer

    config = tmp_path / "config.toml"
    config.write_text("deadline_s = 2\nfirst_token_s = 1\nidle_s = 1\nattempts = 1\n")
    store = tmp_path / "s.db"
    with FaultServer() as server:
        done = rmcoach(
            "practice", "--model", "fake-1", "--base-url", server.url(fault),
            "--store", str(store), lines="What takes so long?\n/quit\n",
            env={"RMCOACH_CONFIG": str(config)},
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    rows = [row[0] for row in sqlite3.connect(store).execute("select record from turn")]
    assert not any('"text":"Hello' in row or "Well, the ren" in row for row in rows)


def test_every_line_survives_kill_9(tmp_path: Path) -> None:
    """After kill -9 in the middle of an answer the typed line is there, and --resume goes on."""
    store = tmp_path / "s.db"
    with TalkServer(plain_answer, word_s=0.2) as server:
        child = pexpect.spawn(
            RMCOACH[0],
            [*RMCOACH[1:], "practice", "--model", "m", "--base-url", server.url, "--store", str(store)],
            encoding="utf-8", timeout=60, preexec_fn=hear_ctrl_c,
        )  # fmt: skip
        child.expect("You: ")
        child.sendline("What takes so long?")
        child.expect("Nine working")
        child.kill(signal.SIGKILL)
        child.wait()
        again = rmcoach(
            "practice", "--resume", "--model", "m", "--base-url", server.url,
            "--store", str(store), lines="/quit\n",
        )  # fmt: skip
    assert "You: What takes so long?" in again.stdout
    assert LINE in " ".join(again.stdout.split())


def test_ctrl_c_stops_the_answer_first_and_the_session_second(tmp_path: Path) -> None:
    """The first Ctrl-C stops the answer and keeps the talk; at the prompt it leaves with 130."""
    store = tmp_path / "s.db"
    with TalkServer(plain_answer, word_s=0.3) as server:
        child = pexpect.spawn(
            RMCOACH[0],
            [*RMCOACH[1:], "practice", "--model", "m", "--base-url", server.url, "--store", str(store)],
            encoding="utf-8", timeout=60, preexec_fn=hear_ctrl_c,
        )  # fmt: skip
        child.expect("You: ")
        child.sendline("What takes so long?")
        child.expect("Nine working")
        child.sendintr()
        child.expect("Your line is kept")
        child.expect("You: ")
        child.sendintr()
        child.expect("rmcoach practice --resume")
        child.expect(pexpect.EOF)
        child.close()
    assert child.exitstatus == 130
    assert "Traceback" not in (child.before or "")


@pytest.mark.parametrize(
    ("extra", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colours_are_left_away_where_they_are_not_wanted(
    tmp_path: Path, extra: dict[str, str], coloured: bool
) -> None:
    """In a terminal the title is bold, unless NO_COLOR or a dumb terminal say otherwise."""
    env = {**os.environ, "TERM": "xterm", "RMCOACH_STORE": str(tmp_path / "s.db"), **extra}
    child = pexpect.spawn(
        RMCOACH[0], [*RMCOACH[1:], "practice"], encoding="utf-8", timeout=60,
        env={name: value for name, value in env.items() if name in extra or name != "NO_COLOR"},
    )  # fmt: skip
    child.expect("Scripted practice")
    assert ("\x1b[1m" in (child.before or "")) is coloured
    child.close(force=True)


def test_in_a_terminal_a_whole_talk_can_be_held() -> None:
    """In a terminal the prompt appears, lines are answered, and /done shows the scorecard."""
    child = pexpect.spawn(
        RMCOACH[0], [*RMCOACH[1:], "practice", "hr-onboarding-app"], encoding="utf-8", timeout=60, preexec_fn=hear_ctrl_c,
        env={**os.environ, "TERM": "xterm"}, dimensions=(40, 80),
    )  # fmt: skip
    child.expect("You: ")
    child.sendline("Who leaves early?")
    child.expect("Henrik Dalhaus:")
    child.expect("You: ")
    child.sendline("/done")
    child.expect("Before you see how it went")
    child.expect(r"What do they want\? ")
    child.sendline("An app for newcomers.")
    for question in ("What do they need", "What limits", "How will they know"):
        child.expect(question)
        child.sendline("")
    child.expect("Scorecard of")
    child.expect("You wrote: .An app for newcomers")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


TALK = "Hello. What is the dashboard that you asked for?\n/done\n"


def test_the_trainee_reviews_first(tmp_path: Path) -> None:
    """The brief is asked before the scorecard, kept with the session, and compared on its page."""
    store = ("--store", str(tmp_path / "s.db"))
    answers = "A dashboard of the close.\n\nNo money.\n"
    done = rmcoach("practice", *store, lines=TALK + answers)
    assert done.returncode == 0, done.stderr
    page = " ".join(done.stdout.split())
    assert page.index("Before you see how it went") < page.index("Scorecard of")
    assert "What do they want? A dashboard of the close." in page
    assert 'You wrote: "No money."' in page
    name = done.stdout.rstrip().rsplit(" ", 1)[1]
    kept = json.loads(rmcoach("session", "export", name, *store).stdout)
    assert kept["brief"] == {"want": "A dashboard of the close.", "constraint": "No money."}
    again = rmcoach("practice", "--resume", name, *store, lines="/done\nConfidence.\n/skip\n")
    assert "What do they want? " not in again.stdout
    assert "What do they need, behind it? Confidence." in again.stdout
    card = json.loads(rmcoach("score", "--session", name, "--json", *store).stdout)
    assert [item["written"] for item in card["brief"]][:2] == [
        "A dashboard of the close.",
        "Confidence.",
    ]
    assert "What you took from it" in rmcoach("session", "show", name, *store).stdout


@pytest.mark.parametrize(
    ("more", "option"), [("", ()), ("/skip\n", ()), ("Done\n", ()), ("An app.\n", ("--no-brief",))]
)
def test_the_brief_can_be_left_out(more: str, option: tuple[str, ...]) -> None:
    """Input that ends, /skip and --no-brief lead to the scorecard without a brief."""
    done = rmcoach("practice", *option, lines=TALK + more)
    assert done.returncode == 0, done.stderr
    assert "Scorecard of" in done.stdout
    assert "What you took from it" not in done.stdout


def test_hostile_answers_of_the_brief_do_not_steer(tmp_path: Path) -> None:
    """What is typed there is shown escaped, kept as it came, and cut where it has no end."""
    store = ("--store", str(tmp_path / "s.db"))
    done = rmcoach(
        "practice", *store, lines=TALK + "A\x1b[2Jb\u202e dashboard\n" + "x" * 9_000 + "\n"
    )
    assert done.returncode == 0, done.stderr
    assert not {"\x1b", "\u202e"} & set(done.stdout)
    name = done.stdout.rstrip().rsplit(" ", 1)[1]
    kept = json.loads(rmcoach("session", "export", name, *store).stdout)
    assert len(kept["brief"]["need"]) == 2_000


def test_the_stakeholder_ends_a_talk_that_wastes_time() -> None:
    """Pushing and noise end the meeting, with the scorecard, and it cannot be taken up again."""
    done = rmcoach("practice", lines="just tell me everything\n" * 8)
    assert "The stakeholder has ended the meeting." in done.stderr
    assert "Scorecard of" in done.stdout
    again = rmcoach("practice", "--resume", lines="hello\n")
    assert "Scorecard of" in again.stdout


def test_a_session_that_goes_on_in_another_window_is_not_mixed(tmp_path: Path) -> None:
    """The window that is behind ends with a message and code 7; the other's talk is whole."""
    store = str(tmp_path / "s.db")
    child = pexpect.spawn(
        RMCOACH[0], [*RMCOACH[1:], "practice", "--store", store], encoding="utf-8", timeout=60,
        preexec_fn=hear_ctrl_c, dimensions=(40, 200),
    )  # fmt: skip
    child.expect("You: ")
    other = rmcoach("practice", "--resume", "--store", store, lines="How long is it?\n/quit\n")
    assert other.returncode == 0, other.stderr
    child.sendline("Who gets the figures?")
    child.expect("goes on in another window")
    child.expect("rmcoach session show")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 7
    assert "Traceback" not in (child.before or "")
    rows = [row[0] for row in sqlite3.connect(store).execute("select record from turn")]
    assert len(rows) == 3
    assert not any("Who gets the figures?" in row for row in rows)


VOICE = """
from rmcoach_llm.domain import Speech

class thing:
    name = "authored"

    def __init__(self, parts):
        pass

    async def speak(self, scenario, transcript, cue, *, on_text=None):
        return Speech(text="Indeed.")
"""


@pytest.mark.parametrize("with_model", [False, True])
def test_a_voice_of_a_plugin_is_disclosed_as_such(tmp_path: Path, with_model: bool) -> None:
    """The first screen names the voice and its package, whatever the voice calls itself."""
    from support.fake_packages import install

    points = "[rmcoach.voices]\npapagei = papagei_voice:thing\n"
    install(tmp_path, "papagei", points, modules={"papagei_voice": VOICE})
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    model = ("--model", "m", "--base-url", "http://127.0.0.1:9/v1") if with_model else ()
    done = apart(
        "practice", "--voice", "papagei", *model, lines="Hello?\n/quit\n",
        env={"PYTHONPATH": path},
    )  # fmt: skip
    screen = " ".join(done.stdout.split())
    assert "the voice 'papagei' of the plugin papagei writes the answers" in screen
    assert "Scripted practice" not in screen
    assert ("a language model (m at 127.0.0.1" in screen) is with_model
    assert "Katrin Vossberg: Indeed." in screen


LISTENER = """
from rmcoach_llm.domain import Heard

class thing:
    name = "ohr"

    def __init__(self, parts):
        pass

    async def hear(self, scenario, transcript, stance):
        return Heard()
"""


@pytest.mark.parametrize("with_model", [False, True])
def test_a_listener_of_a_plugin_is_disclosed_as_such(tmp_path: Path, with_model: bool) -> None:
    """Authored lines over a plugin's ear: the screen says who gets what is typed."""
    from support.fake_packages import install

    points = "[rmcoach.listeners]\nohr = ohr_listener:thing\n"
    install(tmp_path, "ohr", points, modules={"ohr_listener": LISTENER})
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    model = ("--model", "m", "--base-url", "http://127.0.0.1:9/v1") if with_model else ()
    done = apart(
        "practice", "--listener", "ohr", "--voice", "authored", *model, lines="Hello?\n/quit\n",
        env={"PYTHONPATH": path},
    )  # fmt: skip
    screen = " ".join(done.stdout.split())
    assert "The listener 'ohr' of a plugin hears what you type." in screen
    assert ("may send it to a language model (m at 127.0.0.1" in screen) is with_model


def test_a_changed_scenario_is_not_taken_up(tmp_path: Path) -> None:
    """A session whose scenario has changed since is refused with what to do."""
    from rmcoach_llm.library import Library

    text = (Path(__file__).parents[2] / "prompts/scenarios/finance-close-report.yaml").read_text()
    own = tmp_path / "lib" / "scenarios"
    own.mkdir(parents=True)
    rmcoach("practice", lines="/quit\n")
    title = Library().scenario("finance-close-report").title
    (own / "finance-close-report.yaml").write_text(text.replace(title, "Another title"))
    done = rmcoach("practice", "--resume", "--library", str(own.parent), lines="/quit\n")
    assert done.returncode == 2
    assert "has changed" in done.stderr


def test_the_key_appears_nowhere(tmp_path: Path) -> None:
    """A key is in no output, no store and no file, whatever happens."""
    canary = "sk-CANARY-0123456789abcdef"
    with TalkServer(plain_answer) as server:
        for args in (("practice", "--model", "m"), ("doctor", "--model", "m")):
            done = apart(
                *args, "--base-url", server.url, lines=GOOD,
                env={"OPENAI_API_KEY": canary, "RMCOACH_STORE": str(tmp_path / "s.db")},
            )  # fmt: skip
            assert canary not in done.stdout + done.stderr
        assert any(canary in str(headers) for headers in server.headers)
    home = Path(os.environ["HOME"])
    for file in [*tmp_path.rglob("*"), *home.rglob("*")]:
        assert not file.is_file() or canary.encode() not in file.read_bytes()


def test_an_assessment_says_so_and_is_scored_at_its_end() -> None:
    """--assess announces the assessment, and leaving says how to go on with it."""
    done = rmcoach("practice", "--assess", lines=GOOD)
    assert done.returncode == 0, done.stderr
    assert "This talk is an assessment." in done.stdout
    assert "Scorecard of" in done.stdout
    assert "--assess" in rmcoach("practice", "--assess", lines="/quit\n").stderr
