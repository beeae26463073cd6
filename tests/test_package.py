"""The package as a whole: public names, layout, and the tests themselves."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import rmcoach_llm

ROOT = Path(__file__).parents[1]


def test_public_names_are_sorted_few_and_there() -> None:
    """`__all__` is sorted, holds at most 30 names, and each can be had."""
    assert list(rmcoach_llm.__all__) == sorted(rmcoach_llm.__all__)
    assert len(rmcoach_llm.__all__) <= 30
    for name in rmcoach_llm.__all__:
        assert getattr(rmcoach_llm, name) is not None
        assert name in dir(rmcoach_llm)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A name that the package has not is refused as Python does."""
    assert not hasattr(rmcoach_llm, "no_such_name")


def test_import_is_lazy() -> None:
    """Importing the package loads neither records nor a client."""
    code = "import rmcoach_llm, sys; print('pydantic' in sys.modules or 'openai' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_every_test_states_its_promise() -> None:
    """Each test function has a docstring of one sentence that ends in a full stop."""
    wrong = []
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith(
                "test_"
            ):
                text = " ".join((ast.get_docstring(node) or "").split())
                if not text.endswith("."):
                    wrong.append(f"{file.name}: {node.name}")
    assert not wrong


def test_the_project_speaks_of_itself_alone() -> None:
    """No file names a path of a machine or a place outside the project."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\0")
    for name in filter(None, listed):
        file = ROOT / name
        if file.suffix in {".py", ".md", ".yaml", ".toml"} and file.is_file():
            text = file.read_text()
            for word in ("/work" + "/main", "/tmp" + "/briefs", "/root" + "/"):
                assert word not in text, f"{name} names {word}"
