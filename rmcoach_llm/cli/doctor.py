"""`rmcoach doctor`: say what works, what does not, and what to do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import click

from rmcoach_llm.cli.common import json_option, model_options, settings_of

if TYPE_CHECKING:
    from rmcoach_llm.chat.probe import Check
    from rmcoach_llm.settings import Settings

EXIT_SETTINGS = 5
EXIT_MODEL = 8

WITHOUT_MODEL = """\
No model is configured. Scripted practice and scoring by language rules work without one:
  rmcoach practice
To use a model, start one of these and name it:
  Ollama        rmcoach doctor --base-url http://localhost:11434/v1 --model NAME
  llama-server  rmcoach doctor --base-url http://localhost:8080/v1 --model NAME
  vLLM          rmcoach doctor --base-url http://localhost:8000/v1 --model NAME
  OpenAI        set OPENAI_API_KEY, then: rmcoach doctor --model NAME
To keep the choice, set RMCOACH_MODEL and OPENAI_BASE_URL, or write the config file."""


@click.command()
@model_options
@json_option
@click.pass_context
def doctor(ctx: click.Context, model: str | None, base_url: str | None, as_json: bool) -> None:
    """Check settings, endpoint and model, and say what to do.

    Ends with 0 when all is well, 5 for settings, 8 for a model that does not answer as it should.
    """
    checks: list[Check] = []
    for check in _checks(model, base_url):
        checks.append(check)
        if not as_json:
            _print(check)
    bad = [check for check in checks if check.state == "FAIL"]
    if as_json:
        found = [vars(check) for check in checks]
        import json

        click.echo(json.dumps({"ok": not bad, "checks": found}))
    if bad:
        ctx.exit(EXIT_SETTINGS if bad[0].name == "settings" else EXIT_MODEL)


def _checks(model: str | None, base_url: str | None) -> Iterator[Check]:
    """Yield all checks, each as soon as it is known."""
    from rmcoach_llm.chat.probe import Check
    from rmcoach_llm.errors import ConfigError

    try:
        settings = settings_of(model=model, base_url=base_url)
        configured = bool({"model", "base_url", "api_key"} & settings.sources.keys())
        if configured:
            settings.model.key_to_send()
    except ConfigError as error:
        yield Check("settings", "FAIL", error.message, error.remedy)
        return
    source = f"from {settings.config}" if settings.config else "no config file, which is fine"
    yield Check("settings", "ok", source)
    if not configured:
        yield Check("model", "ok", "none is configured", WITHOUT_MODEL)
        return
    yield _key_check(settings)
    if settings.model.model is None and settings.sources.get("base_url") == "OPENAI_BASE_URL":
        yield Check(
            "practice",
            "warn",
            "OPENAI_BASE_URL alone chooses no model",
            "practice and score use it once a model is chosen: --model NAME",
        )
    yield from _probed(settings)


def _key_check(settings: Settings) -> Check:
    from rmcoach_llm.chat.probe import Check

    if settings.model.api_key is None:
        return Check("key", "ok", f"none is set; {settings.model.host} may need none")
    return Check("key", "ok", "OPENAI_API_KEY is set and well formed")


def _probed(settings: Settings) -> Iterator[Check]:
    import asyncio

    from rmcoach_llm.chat.probe import probe

    checks = probe(settings.model)
    with asyncio.Runner() as runner:
        while (check := runner.run(_next(checks))) is not None:
            yield check


async def _next(checks: AsyncIterator[Check]) -> Check | None:
    return await anext(checks, None)


def _print(check: Check) -> None:
    from rmcoach_llm.reports.terminal import shown

    click.echo(f"{check.state:<5} {check.name:<10} {shown(check.detail)}")
    if check.remedy:
        for line in check.remedy.splitlines():
            click.echo(f"      {shown(line)}")
