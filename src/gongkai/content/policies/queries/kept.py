"""What the public reads of a text that units keep in step with its source (L-01): the source, its edition, when they were compared."""

from gongkai.content.policies.models import Checked, KeptText, PolicyRecord
from gongkai.content.policies.models.texts import EDITION, SOURCES
from gongkai.content.policies.texts import KEPT_LEVELS


def source_facts(record: PolicyRecord) -> list[tuple[str, str]]:
    """Return the lines about a text's source, of the unit that compared it last; asks nothing for texts of the house's own.

    Words of before the list was closed are not shown.
    """
    if record.level not in KEPT_LEVELS:
        return []
    rows = KeptText.objects.filter(record=record).defer("text")
    kept = max(rows, key=lambda row: (str(row.checked_on or ""), row.pk), default=None)
    if kept is None:
        return []
    said = [("文字来源", kept.source if kept.source in SOURCES else "")]
    said.append(("来源版本", kept.edition if EDITION.match(kept.edition) else ""))
    return [*said, ("核对日期", _checked(kept))]


def _checked(kept: KeptText) -> str:
    if kept.checked_on is None:
        return "还没有核对"
    doubt = "（与来源有差异，正在核实）" if kept.result == Checked.DIFFERENT else ""
    return f"{kept.checked_on:%Y-%m-%d}{doubt}"
