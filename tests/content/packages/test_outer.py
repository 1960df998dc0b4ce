"""The outer side shows the content of packages and refuses every other change."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings

from factories.networks import apply_packages, make_site, two_packages
from factories.publishing import public
from gongkai.content.editions.models import Column, Document
from gongkai.content.packages import exporting
from gongkai.content.publishing import actions
from gongkai.core.acts.action import Refused
from gongkai.core.units.actors import SYSTEM

pytestmark = pytest.mark.django_db


def test_the_outer_side_refuses_editing(settings: LazySettings, folders: Callable[[str], None]) -> None:
    files = two_packages(settings)
    folders("outer")
    apply_packages(*files)
    document = Document.objects.order_by("pk").first()
    assert document is not None
    for attempt in (
        lambda: actions.withdraw(document, by=SYSTEM, reason="x"),
        lambda: actions.place(document, by=SYSTEM, columns=[]),
        lambda: actions.create_draft(document.body, by=SYSTEM, title="x"),
        lambda: actions.change_column(Column.objects.all()[0], by=SYSTEM, content="x"),
    ):
        with pytest.raises(Refused, match="本系统是外网端"):
            attempt()
    with pytest.raises(Refused, match="本系统是外网端"):
        exporting.export_packages(SYSTEM)
    settings.GONGKAI_OUTER = False
    with pytest.raises(Refused, match="不是外网端"):
        apply_packages(files[0])


def test_installation_with_own_items_refuses_packages(settings: LazySettings, folders: Callable[[str], None]) -> None:
    files = two_packages(settings)
    folders("outer")
    settings.GONGKAI_OUTER = False
    _, plans, _, housing = make_site()
    public(housing, [plans])
    settings.GONGKAI_OUTER = True
    with pytest.raises(Refused, match="已有自己的信息"):
        apply_packages(files[0])


def test_outer_side_suspends_jobs_without_work(settings: LazySettings) -> None:
    from gongkai.content.packages import mailbag
    from gongkai.core.ledger.jobs.registry import map_jobs_by_name

    settings.GONGKAI_OUTER = False
    assert not any(mailbag.is_job_suspended(job) for job in map_jobs_by_name().values())
    settings.GONGKAI_OUTER = True
    assert set(map_jobs_by_name()) >= mailbag.OUTER_SIDE_JOBS
    assert {"seal", "orphans"} <= {job.name for job in map_jobs_by_name().values() if not mailbag.is_job_suspended(job)}
    assert mailbag.is_job_suspended(map_jobs_by_name()["validity"])
