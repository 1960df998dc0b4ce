"""Ordering what coverage shows to be missing: one rectification for a unit's gaps in a domain."""

from datetime import date

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.rectification import Found, may_order, order_rectification
from gongkai.core.units.models import Body
from gongkai.work.directory import coverage
from gongkai.work.directory.models import Catalogue

RECTIFICATION_SOURCE = "directory"
MAX_LISTED_GAPS = 30


def _order(by: Actor, catalogue: Catalogue) -> list[str]:
    return may_order(by, catalogue.government)


@action("directory.order_publication", label="要求补充公开", rule=_order, quiet=True)
def order_publication(catalogue: Catalogue, *, by: Actor, body: Body, until: date) -> ActionResult:
    """Order a unit to publish what the catalogue asks of it and nobody can read. Returns the entry."""
    cells = [
        cell
        for cell in coverage.cells_of([catalogue])
        if cell.body is not None and cell.body.pk == body.pk and cell.is_gap
    ]
    if not cells:
        raise Refused(f"{body.label}在这一领域没有缺口，请选择有缺口的领域或者单位。")
    lines = {cell.item.title[:80]: cell.words for cell in cells[:MAX_LISTED_GAPS]}
    if len(cells) > MAX_LISTED_GAPS:
        lines["其他"] = f"另有{len(cells) - MAX_LISTED_GAPS}项"
    entry = order_rectification(
        body,
        by=by,
        until=until,
        found=Found(
            source=RECTIFICATION_SOURCE,
            ref=f"catalogue/{catalogue.government_id}/{catalogue.domain}/{body.pk}",
            title=f"{catalogue.domain}领域标准目录有{len(cells)}项没有公开或者没有更新",
            what=f"按标准目录应当公开的{len(cells)}项没有公开或者没有按时更新",
            demand="对照目录要素补充公开",
            basis="国办发〔2019〕54号；本级标准目录",
            facts=lines,
        ),
    )
    return ActionResult(words=f"要求{body.label}补充公开{len(cells)}项", facts={"entry": entry.pk}, result=entry)
