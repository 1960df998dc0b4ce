"""Fixtures: the city, its people and notices."""

import pytest
from django.test import Client

from factories.bureaus import Bureau, make_bureau
from factories.notices import YEAR, City, by_date, city, draft, duty, entry_of, live, parsed, row
from factories.units import actor, signed_in
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Role
from gongkai.work.notices.models import Notice


@pytest.fixture
def town(db: None) -> City:
    return city()


@pytest.fixture
def bureau(town: City) -> Bureau:
    """Return the finance bureau with its own offices."""
    return make_bureau(town)


@pytest.fixture
def educator(town: City) -> Actor:
    """Return a clerk of the education bureau."""
    return actor(Role.CLERK, town.education)


@pytest.fixture
def planner(town: City) -> Actor:
    """Return a clerk of the planning commission, which leads."""
    return actor(Role.CLERK, town.planning)


@pytest.fixture
def pair(town: City) -> tuple[Notice, Notice]:
    """Create the province's notice, imported for reference, and the city's own."""
    province = parsed(
        title=f"云川省{YEAR}年政务公开工作要点任务分工",
        doc_number=f"云川府办〔{YEAR}〕3号",
        rows=[
            row("公开专项规划。", ["省发展改革委"], ["各市政府"]),
            row("公开反不正当竞争政策。", ["省市场监管局"], ["省市场监管局"]),
            row(
                "每年举办4次发布会，回应关切。",
                ["省政府新闻办"],
                ["各市政府"],
                duties=[duty("每年举办4次发布会，回应关切。", due=by_date(f"{YEAR}-11-30"))],
            ),
        ],
    )
    own = parsed(
        basis=[{"title": "要点任务分工", "doc_number": f"云川府办〔{YEAR}〕3号"}],
        rows=[
            row("公开专项规划。", ["市发展改革委"], ["市教育局"]),
            row(
                "每年举办2次发布会，回应关切。",
                ["市财政局"],
                [],
                duties=[duty("每年举办2次发布会，回应关切。", due=by_date(f"{YEAR}-12-10"))],
            ),
            row("为老年人设立线下查阅点。", ["市卫生健康委"], []),
        ],
    )
    return draft(town, province), draft(town, own)


@pytest.fixture
def chief(town: City) -> Client:
    """Return a client signed in as the 政务公开办."""
    return signed_in(Role.CHIEF, town.office)


@pytest.fixture
def clerk(town: City) -> Client:
    """Return a client signed in as a clerk of the education bureau."""
    return signed_in(Role.CLERK, town.education)


@pytest.fixture
def entry(town: City) -> Entry:
    """Return the education bureau's task, led by the planning commission."""
    return entry_of(live(town), town.education)
