"""Hold fixed what a version of a packaged file says: `prompts/LOCK` maps it to a digest.

Scores are comparable only where prompts, rubrics and scenarios are the same, so a text that
changes needs a new version. Each line is `kind/id@version digest`; the digest is that of the
record, so comments and layout may change. Lines of old versions stay: they keep a version from
being used twice.

For maintainers: `python -m rmcoach_llm.library.lock` adds the versions that are new and refuses
what changed without one. Before a release, `--force` writes the file anew.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path

from rmcoach_llm.errors import LibraryError
from rmcoach_llm.library.catalogue import KINDS, Library, packaged_folder
from rmcoach_llm.library.files import Entry, read_text
from rmcoach_llm.library.problem import Problem, quoted

LOCK = "prompts/LOCK"
COMMAND = "python -m rmcoach_llm.library.lock"

_HEADER = f"# What each version says. Written by: {COMMAND}\n"


def lock_key(entry: Entry) -> str:
    """Give the name of an entry in LOCK: `kind/id@version`."""
    fields = entry.record.model_dump(include={"id", "version"})
    return f"{entry.kind}/{fields['id']}@{fields['version']}"


def read_lock(text: str) -> dict[str, str]:
    """Give the digests by `kind/id@version`; raises LibraryError for a line that is no such.

    >>> read_lock("# comment\\nrubric/core@1 " + "0" * 64) == {"rubric/core@1": "0" * 64}
    True
    """
    digests: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        key, _, digest = line.rpartition(" ")
        if len(digest) != 64 or "@" not in key or key in digests:
            raise LibraryError(
                f"{LOCK}: line {number}: found {quoted(line)}, not a new 'kind/id@version digest'",
                remedy=f"take the line out, then run: {COMMAND}",
            )
        digests[key] = digest
    return digests


def write_lock(digests: Mapping[str, str]) -> str:
    """Give the text of LOCK, sorted.

    >>> read_lock(write_lock({"rubric/core@1": "0" * 64})) == {"rubric/core@1": "0" * 64}
    True
    """
    return _HEADER + "".join(f"{key} {digests[key]}\n" for key in sorted(digests))


def compare(entries: Iterable[Entry], locked: Mapping[str, str]) -> tuple[Problem, ...]:
    """Give an error for each entry that LOCK does not know, or knows with another text."""
    found: list[Problem] = []
    for entry in entries:
        key, line = lock_key(entry), entry.document.place(("version",))[0]
        if key not in locked:
            message = f"{quoted(key)} is not in {LOCK}; run: {COMMAND}"
        elif locked[key] != entry.record.digest:
            message = (
                f"the text of {quoted(key)} changed, its version did not; raise 'version', "
                f"then run: {COMMAND}"
            )
        else:
            continue
        found.append(Problem(entry.file, line, 1, "version", message))
    return tuple(found)


def lock_problems(entries: Iterable[Entry]) -> tuple[Problem, ...]:
    """Compare the packaged entries with LOCK; a LOCK that cannot be read is a problem too."""
    try:
        return compare(entries, _stored(packaged_folder()))
    except LibraryError as error:
        return (Problem(LOCK, None, None, "", str(error)),)


def update(folder: Path, entries: Iterable[Entry], *, force: bool = False) -> int:
    """Write LOCK in a library folder and give how many lines are new or changed.

    Without `force`, raises LibraryError where a text changed and its version did not; lines of
    old versions stay. With it, LOCK holds the entries as they are and nothing else.
    """
    kept, before = tuple(entries), {} if force else _stored(folder)
    changed = [p for p in compare(kept, before) if "changed" in p.message]
    if changed:
        raise LibraryError(str(changed[0]), problems=tuple(str(p) for p in changed))
    after = before | {lock_key(entry): entry.record.digest for entry in kept}
    (folder / "LOCK").write_text(write_lock(after), encoding="utf-8", newline="\n")
    return len(after.keys() - before.keys())


def main(arguments: list[str] | None = None) -> int:
    """Run the maintainers' command; gives the exit status."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Add new versions to prompts/LOCK.")
    parser.add_argument(
        "--force", action="store_true", help="before a release: write LOCK anew, whatever changed"
    )
    force = parser.parse_args(arguments).force
    folder = packaged_folder()
    try:
        if not isinstance(folder, Path):
            raise LibraryError(f"{LOCK} is in an archive", remedy="run this in a checkout")
        library = Library()
        entries = [library.load(file) for kind in KINDS for file in library.files(kind)]
        count = update(folder, entries, force=force)
    except LibraryError as error:
        sys.stderr.write("".join(f"{problem}\n" for problem in error.problems))
        return error.exit_code
    sys.stdout.write(f"{LOCK}: {count} new of {len(entries)}\n")
    return 0


def _stored(folder: Traversable) -> dict[str, str]:
    path = folder.joinpath("LOCK")
    return read_lock(read_text(path, LOCK)) if path.is_file() else {}


if __name__ == "__main__":
    sys.exit(main())
