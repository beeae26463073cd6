"""The scenarios that come with the project."""

from __future__ import annotations

import pytest
from support.trainees import DISCOVERERS

from rmcoach_llm.domain import Scenario
from rmcoach_llm.library import Library


@pytest.fixture(scope="session", params=sorted(DISCOVERERS))
def scenario(request: pytest.FixtureRequest) -> Scenario:
    """Give each of the three scenarios in turn."""
    return Library().scenario(request.param)


@pytest.fixture(scope="session")
def finance() -> Scenario:
    """Give the finance scenario."""
    return Library().scenario("finance-close-report")
