"""Every block of code in README and docs runs, or is held against what it describes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest
from support.talk_server import TalkServer, plain_answer

from rmcoach_llm.settings import load_settings

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)
HEADING = re.compile(r"^#+ (.*)$", re.M)
NOT_CODE = {"text", ""}


class Block(NamedTuple):
    """Hold a fenced block with its language and the heading that it stands under."""

    page: Path
    heading: str
    language: str
    code: str


def blocks(*languages: str) -> list[Block]:
    """Give the blocks of all pages in these languages."""
    found = []
    for page in PAGES:
        text = page.read_text()
        for match in FENCE.finditer(text):
            before = HEADING.findall(text[: match.start()])
            found.append(Block(page, before[-1] if before else "", match[1], match[2]))
    return [block for block in found if block.language in languages]


def named(block: Block) -> str:
    """Name a block in a list of tests."""
    return f"{block.page.name}-{block.heading.replace(' ', '_')}"


# These install and run the tests themselves: .ci/run executes them word for word.
BY_CI = {"Start", "Test", "Contributing"}


def test_every_block_has_a_language_that_is_tested() -> None:
    """No block of code slips past these tests by its language."""
    found = {match[1] for page in PAGES for match in FENCE.finditer(page.read_text())}
    assert found <= {"sh", "python", "toml", "text"}
    assert blocks("sh")
    assert blocks("python")


@pytest.mark.parametrize("heading", ["Start", "Test"])
def test_the_two_commands_are_one_line_each(heading: str) -> None:
    """The first block under Start and under Test is one line, and .ci/run executes it."""
    (block,) = [b for b in blocks("sh") if b.page.name == "README.md" and b.heading == heading]
    assert block.code.count("\n") == 1
    assert f"block {heading}" in (ROOT / ".ci" / "run").read_text()


@pytest.mark.parametrize("block", blocks("python"), ids=named)
def test_python_blocks_run(block: Block) -> None:
    """A block of Python runs as it stands, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", block.code],
        capture_output=True, encoding="utf-8", cwd=ROOT, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("block", [b for b in blocks("sh") if b.heading not in BY_CI], ids=named)
def test_shell_blocks_run(block: Block, tmp_path: Path) -> None:
    """A block of commands runs as it stands; addresses and models are those of a local server.

    What it writes stays in a folder of the test, where the parts of the project are links.
    """
    here = tmp_path / "here"
    here.mkdir()
    for part in ("benchmarks", "docs", "examples", "prompts", "tests"):
        (here / part).symlink_to(ROOT / part)
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    script = bin_folder / "rmcoach"
    script.write_text(
        f"#!{sys.executable}\nimport sys\nsys.argv[0] = 'rmcoach'\n"
        "from rmcoach_llm.cli import main\nmain()\n"
    )
    script.chmod(0o755)
    with TalkServer(plain_answer, models=("gpt-5-mini",)) as server:
        code = re.sub(r"http://localhost:\d+/v1", server.url, block.code)
        # pip installs into a folder of the test, so that the environment stays as it is.
        code = code.replace(
            "pip install",
            f"{sys.executable} -m pip install --no-build-isolation --target {tmp_path / 'site'}",
        )
        done = subprocess.run(
            ["bash", "-euc", code],
            input="/quit\n" * 3, capture_output=True, encoding="utf-8", cwd=here, timeout=120,
            env={
                **os.environ,
                "PATH": f"{bin_folder}:{Path(sys.executable).parent}:{os.environ['PATH']}",
                "PYTHONPATH": str(tmp_path / "site"),
                "OPENAI_BASE_URL": server.url,
            },
            check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("block", blocks("toml"), ids=named)
def test_config_blocks_load(block: Block, tmp_path: Path) -> None:
    """A block of settings is a valid config file."""
    file = tmp_path / "config.toml"
    file.write_text(block.code)
    settings = load_settings({}, {"RMCOACH_CONFIG": str(file), "HOME": str(tmp_path)})
    values = tomllib.loads(block.code)
    assert settings.model.model == values["model"]


def test_exit_codes_in_docs_are_those_of_the_errors() -> None:
    """The table of exit codes names each code that an error has."""
    from rmcoach_llm import errors

    text = (ROOT / "docs" / "cli.md").read_text()
    codes = {
        kind.exit_code
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.RmcoachError)
    }
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.M)}
    assert codes <= documented


def test_links_lead_somewhere() -> None:
    """Each relative link in README and docs points to a file that is there."""
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
