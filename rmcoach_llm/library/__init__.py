"""Find, validate and hash prompts, rubrics and scenarios.

A library is a folder with `scenarios/*.yaml`, `rubrics/*.yaml` and prompts as `*.md` in
`judge/`, `stakeholder/`, `coach/` or `prompts/`. The packaged one is always there; more may be
laid over it, and their files win by id.
"""

from rmcoach_llm.library.catalogue import Library, LibraryFile, Summary
from rmcoach_llm.library.files import Kind
from rmcoach_llm.library.problem import InvalidFile, Problem

__all__ = ["InvalidFile", "Kind", "Library", "LibraryFile", "Problem", "Summary"]
