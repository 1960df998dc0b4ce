"""What the orderer must have opened: picked by the server, weak ones first, the same each time, another's for another person."""

import pytest
from django.db import DatabaseError, transaction

from factories.migration import row, run_of, sheet
from factories.units import actor
from gongkai.content.editions.models import Column, Website
from gongkai.content.migration import actions, row_samples
from gongkai.content.migration.models import MoveRow
from gongkai.core.acts.models import Shown
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


def numbers(given: list[row_samples.SampledRow]) -> list[int]:
    return [one.row.number for one in given]


@pytest.mark.postgres
def test_ten_are_picked_half_of_them_weak_and_asking_again_changes_nothing(
    site: Website, chief: Actor, housing: Body, plans: Column
) -> None:
    run = run_of(site, chief, sheet=sheet(*(row(number) for number in range(1, 27))))
    strong = MoveRow.objects.filter(run=run, number__gt=6)
    for one in strong:
        one.source["how"] = "sheet"
    MoveRow.objects.bulk_update(strong, ["source"])
    other = actor(Role.CHIEF, site.body)
    first = row_samples.list_sampled_rows(run, other)
    assert len(first) == row_samples.MAX_SAMPLE_ROWS
    assert sum(number <= 6 for number in numbers(first)) >= row_samples.MAX_SAMPLE_ROWS // 2
    assert numbers(row_samples.list_sampled_rows(run, other)) == numbers(first)
    assert numbers(row_samples.list_sampled_rows(run, chief)) != numbers(first)
    assert {one["how"]: one["count"] for one in row_samples.count_rows_by_proof(run)} == {"sheet": 20, "weak": 6}
    assert "还有10条没有看全" in actions.order_run.why_not(run, by=other)[0]
    for one in first[:9]:
        for part, digest in row_samples.parts_of(one.row):
            row_samples.record_opened(one.row, other, part, digest)
    assert f"还有1条没有看全，如第{first[9].row.number}条的正文、原网页" in actions.order_run.why_not(run, by=other)[0]
    with pytest.raises(DatabaseError), transaction.atomic():
        Shown.objects.update(digest="0" * 64)
