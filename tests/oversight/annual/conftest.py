"""Fixtures of annual reports."""

from types import SimpleNamespace

import pytest


@pytest.fixture
def town(kept: SimpleNamespace) -> SimpleNamespace:
    """Return the module's `scene`: a city with its bureaus and their reports."""
    return kept
