"""What all tests share: no network but loopback, no settings of the machine, shared data."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from support.scan import Scan, body_leaks
from support.talk_server import TalkServer

ROOT = Path(__file__).parents[1]
LOOPBACK = ("127.", "::1", "localhost")

# No test depends on how busy the machine is. The project's own check tries the same examples each
# time: new ones are sought where somebody can look at what they find.
settings.register_profile(
    "rmcoach",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("rmcoach")


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse sockets to anywhere but this machine, so that no test can reach the network."""

    def guarded(real: Callable[..., object]) -> Callable[..., object]:
        def connect(self: socket.socket, address: object) -> object:
            host = address[0] if isinstance(address, tuple) else ""
            if self.family != socket.AF_UNIX and not str(host).startswith(LOOPBACK):
                pytest.fail(f"a test tried to reach {address!r}")
            return real(self, address)

        return connect

    monkeypatch.setattr(socket.socket, "connect", guarded(socket.socket.connect))
    monkeypatch.setattr(socket.socket, "connect_ex", guarded(socket.socket.connect_ex))


@pytest.fixture(autouse=True)
def outgoing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scan]:
    """Fail any test in which a voice sends a fact that is locked, in this process or another."""
    scan = Scan()
    scan.watch(monkeypatch)
    TalkServer.seen.clear()
    yield scan
    leaks = [*scan.leaks, *(leak for body in TalkServer.seen for leak in body_leaks(body))]
    assert not leaks, f"locked facts in requests of a voice: {leaks}"


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a home of its own, free of the machine's keys and settings."""
    home = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(("OPENAI_", "RMCOACH_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    return home


@pytest.fixture
def shared_file() -> Callable[[str], Path]:
    """Give a file of the data that lies beside the project, or skip the test where it is not."""

    def find(name: str) -> Path:
        path = ROOT.parent / "shared" / name
        if not path.exists():
            pytest.skip(f"{name} is not beside the project")
        return path

    return find
