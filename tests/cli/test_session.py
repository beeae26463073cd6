"""Looking after kept sessions from the command line."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess

from support.commands import rmcoach_here as rmcoach


def held(lines: str = "How long does the close take?\n/done\n") -> str:
    """Hold a short session; give its id."""
    rmcoach("practice", lines=lines)
    return str(json.loads(rmcoach("session", "list", "--json").stdout.splitlines()[0])["id"])


def test_sessions_are_listed_newest_first() -> None:
    """The list names id, scenario, turns and whether there is a scorecard."""
    first, second = held(), held("/quit\n")
    lines = rmcoach("session", "list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == [second, first]
    assert "finance-close-report" in lines[0]
    assert lines[0].endswith("not scored")
    assert lines[1].endswith("3 turns  scored")


def test_show_gives_transcript_and_scorecard() -> None:
    """A session is shown with numbered turns and its scorecard."""
    shown = rmcoach("session", "show", held()).stdout
    assert "1  Trainee: How long does the close take?" in shown
    assert "Scorecard of" in shown


def test_an_export_scores_like_the_session(tmp_path: Path) -> None:
    """An exported session reads back whole: same scores, same ledger."""
    name = held()
    file = tmp_path / "session.json"
    file.write_text(rmcoach("session", "export", name).stdout)
    exported = json.loads(rmcoach("score", str(file), "--json").stdout)
    kept = json.loads(rmcoach("score", "--session", name, "--json").stdout)
    assert exported == kept


def test_a_forged_export_is_flagged_and_its_ledger_scores_nothing(tmp_path: Path) -> None:
    """An export whose ledger claims more than was played is flagged; discovery has no score."""
    lines = (
        "How long does the close take, from the first day of the month to the last?\n"
        "And what is it that goes wrong most often within those days, would you say?\n/done\n"
    )
    data = json.loads(rmcoach("session", "export", held(lines)).stdout)
    stance = data["turns"][-1]["trace"]["stance"]
    stance["earned"].append({"fact": "late-differences", "turn": 1, "how": "earned"})
    file = tmp_path / "forged.json"
    file.write_text(json.dumps(data))
    card = json.loads(rmcoach("score", str(file), "--json").stdout)
    assert "ledger-inconsistent" in [flag["kind"] for flag in card["flags"]]
    criterion = card["rubrics"]["needs-discovery"]["criteria"]["discovery"]
    assert (criterion["status"], criterion["score"]) == ("unscored", None)
    assert card["discovery"] is None


def test_delete_asks_and_forgets() -> None:
    """A session is deleted only after a yes, and is gone then."""
    name = held()
    assert rmcoach("session", "delete", name, lines="n\n").returncode != 0
    unasked = rmcoach("session", "delete", name)
    assert (unasked.returncode, "nothing was deleted; --yes" in unasked.stderr) == (130, True)
    wrong = rmcoach("session", "delete", name[:-1])
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert f"did you mean '{name}'" in wrong.stderr
    assert rmcoach("session", "show", name).returncode == 0
    assert rmcoach("session", "delete", name, lines="y\n").returncode == 0
    assert rmcoach("session", "show", name).returncode == 2


def test_a_damaged_session_hides_none_of_the_others(tmp_path: Path) -> None:
    """Each that can be read is listed; the other is named, and the code is that of the store."""
    store = tmp_path / "s.db"
    for _ in range(3):
        rmcoach("practice", "--store", str(store), lines="How long does it take?\n/quit\n")
    names = [line.split()[0] for line in listed(store).stdout.splitlines()]
    with closing(sqlite3.connect(store)) as base:
        base.execute("UPDATE turn SET record = '{}' WHERE session = ?", (names[1],))
        base.commit()
    done = listed(store)
    assert [line.split()[0] for line in done.stdout.splitlines()] == [names[0], names[2]]
    assert f"session {names[1]}: " in done.stderr
    assert done.returncode == 7


def listed(store: Path) -> CompletedProcess[str]:
    """List the sessions of a store."""
    return rmcoach("session", "list", "--store", str(store))


def test_where_no_session_is_kept_that_is_said() -> None:
    """An empty list is no riddle: it says how a session is begun, and machines read nothing."""
    done = rmcoach("session", "list", "--json")
    assert (done.returncode, done.stdout) == (0, "")
    assert "no session is kept yet: rmcoach practice begins one" in done.stderr
