"""Prompts: Markdown with declared variables."""

from __future__ import annotations

from string import Template

from pydantic import model_validator

from rmcoach_llm.domain.base import Format, Line, Name, Record, Slug, Text


class Prompt(Record):
    """Hold a prompt text; `$name` stands for a variable, `$$` for a dollar sign.

    The variables used must be those declared.

    >>> prompt = Prompt(id="p", version="1", purpose="try", variables=("who",), template="Hi $who")
    >>> prompt.render(who="Ada ${x}")
    'Hi Ada ${x}'
    """

    format: Format = 1
    id: Slug
    version: Name
    purpose: Line
    variables: tuple[Name, ...] = ()
    template: Text

    @model_validator(mode="after")
    def _declared_is_used(self) -> Prompt:
        template = Template(self.template)
        if not template.is_valid():
            raise ValueError("template: a '$' is neither '$name' nor '$$'")
        used, declared = set(template.get_identifiers()), set(self.variables)
        if used != declared:
            odd = sorted(used ^ declared)
            raise ValueError(f"variables: declared and used differ in {', '.join(odd)}")
        return self

    def render(self, /, **values: str) -> str:
        """Fill the variables in; raises KeyError where one is missing. Values are not expanded."""
        return Template(self.template).substitute(values)
