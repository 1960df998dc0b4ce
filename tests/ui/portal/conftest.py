"""Fixtures: a site with open columns and contents."""

import pytest

from factories.publishing import column
from gongkai.content.editions.models import Column


@pytest.fixture
def special(plans: Column) -> Column:
    return column(plans.website, "专项规划", plans)
