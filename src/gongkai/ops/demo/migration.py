"""Sample data: a finished migration of twenty old pages, one pending a decision."""

import io
import zipfile
from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from gongkai.content.editions.models import Column, Website
from gongkai.content.migration import actions, row_samples
from gongkai.content.migration.models import MoveRun, RunKind
from gongkai.content.migration.queries import list_column_mappings
from gongkai.content.migration.working import work_on_run
from gongkai.content.publishing import actions as publishing
from gongkai.core.files.place import working_folder
from gongkai.core.units.models import Role
from gongkai.ops.demo.cast import SampleCast, read_rows

#: Number of old pages in the small city.
SMALL_CITY_PAGES = 6
OLD_SITE = "http://old.yunling.gov.example/"
_PAGE = """<!DOCTYPE html><html><head><meta charset="gb2312"><title>{title}</title>
<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="{date}"><meta name="ContentSource" content="{unit}">
</head><body><div class="position">当前位置：首页 &gt; {column} &gt; 正文</div>
<div id="zoom"><p>{text}</p></div></body></html>"""


def create_migration(cast: SampleCast, *, small: bool = False) -> None:
    """Request, read and order the migration of the old pages."""
    website = Website.objects.get(body=cast.bodies["shi"])
    administrator = cast.actor(Role.ADMINISTRATOR, cast.bodies["shiban"])
    today = timezone.localdate()
    facts = {
        "reason": "迁移原网站2016—2019年的信息",
        "live_on": today,
        "until": today + timedelta(days=60),
    }
    actions.open_window(actions.request_window(website, by=administrator, **facts), by=cast.chief)
    run = MoveRun(
        kind=RunKind.PAGES,
        website=website,
        body=cast.bodies["shiban"],
        name="云岭市人民政府原网站（2016—2019年）",
        base=OLD_SITE,
        bundle=_saved_pages(SMALL_CITY_PAGES if small else None),
        uploaded=True,
    )
    run = work_on_run(actions.start_run(run, by=administrator), seconds=60)
    targets = {row["path"]: row["path"] for row in list_column_mappings(run)}
    actions.change_columns(run, by=administrator, targets=targets, open_columns=True)
    run = MoveRun.objects.get(pk=run.pk)
    for picked in row_samples.list_sampled_rows(run, cast.chief):
        for part, digest in row_samples.parts_of(picked.row):
            row_samples.record_opened(picked.row, cast.chief, part, digest)
    actions.order_run(run, by=cast.chief)
    work_on_run(run, seconds=60)
    old = Column.objects.filter(website=website, name="历史信息").first()
    for column in Column.objects.filter(parent=old, archived_at=None) if old else ():
        publishing.archive_column(column, by=cast.chief, note="原网站2016—2019年的信息。")


def _saved_pages(most: int | None) -> str:
    """Write the pages into an uploaded .zip; return its path."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for number, row in enumerate(read_rows("old_site")[:most], 1):
            facts = {
                "title": row["标题"],
                "date": row["日期"],
                "unit": row["单位"],
                "column": row["栏目"].replace(">", "&gt;"),
                "text": row["正文"],
            }
            bundle.writestr(f"art/{row['日期'][:4]}/art_{number}.html", _PAGE.format(**facts).encode("gb18030"))
    folder = working_folder("migration")
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / f"{uuid4().hex}.zip"
    place.write_bytes(out.getvalue())
    return str(place)
