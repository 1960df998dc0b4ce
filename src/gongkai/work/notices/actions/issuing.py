"""Import a draft for lower units as a notice: print it, read the file, link rows to their sources."""

import re
from collections.abc import Mapping, Sequence

from gongkai.core.acts.action import CHANGED, ActionResult, Conflict, action
from gongkai.core.units.actors import Actor
from gongkai.core.units.openness import issues_for_itself
from gongkai.lib.writing.notice import notice_docx
from gongkai.work.notices.actions.importing import import_file
from gongkai.work.notices.actions.passing import check_chief_of_draft
from gongkai.work.notices.models import ChildDraft, Measure, Notice
from gongkai.work.notices.passing.drafts import DraftRow, to_printable
from gongkai.work.notices.passing.questions import find_unknown_units
from gongkai.work.notices.source import NoticeSource, read_source
from gongkai.work.notices.states import NoticeState


def _find_missing_fields(draft: ChildDraft) -> list[str]:
    """Return what must be filled in before a draft can be imported as a notice."""
    if draft.issued is not None and draft.issued.state != NoticeState.VOID:
        return ["这份草稿已经导入。"]
    reasons = [] if draft.signed_on else ["请填写成文日期并保存。"]
    lacking = [place for place, row in enumerate(draft.rows, start=1) if not row["lead"] + row["responsible"]]
    if lacking:
        reasons.append(f"第{'、'.join(map(str, lacking[:20]))}条还没有写明由谁落实。")
    if issues_for_itself(draft.government) and (unknown := list(find_unknown_units(draft))):
        names = "、".join(unknown[:12])
        reasons.append(
            f"{names}{'等' if len(unknown) > 12 else ''}不在名录中，请改为实际承担的处室或者单位。"
        )
    return reasons


def _print_and_read(draft: ChildDraft, *, by: Actor) -> Mapping[str, object]:
    """Print and read the draft before the transaction, because that takes seconds."""
    return {
        "source": read_source(notice_docx(to_printable(draft)), f"{draft.title[:60]}.docx"),
        "seen": draft.version,
    }


@action(
    "passing.issue",
    label="按草稿导入通知",
    rule=check_chief_of_draft,
    ready=_find_missing_fields,
    ahead=_print_and_read,
)
def issue_child(draft: ChildDraft, *, by: Actor, source: NoticeSource, seen: int) -> ActionResult:
    """Import a finished draft as a notice, to be reviewed and confirmed. The result is the `Notice`.

    `Measure.parent` is set for each row that reading reproduces. Raises Conflict when the draft has
    changed since `seen`.
    """
    from gongkai.work.notices.incoming import (
        find_issuer,
    )  # Imported here because it imports actions of this package.

    if draft.version != seen:
        raise Conflict(CHANGED)
    issuer = find_issuer(draft.issuer_name, draft.government)
    notice = import_file(source, by=by, government=draft.government, issuer=issuer).notice
    linked = _link_to_sources(notice, draft)
    draft.issued = notice
    draft.save(update_fields=["issued"])
    return ActionResult(
        words=f"按草稿导入“{notice.title}”"[:300],
        facts={"notice": notice.pk, "linked": linked},
        result=notice,
    )


def _link_to_sources(notice: Notice, draft: ChildDraft) -> int:
    """Set the source measure of each row, by equal text or else by order."""
    measures = list(notice.measures.filter(preamble=False).order_by("position", "pk"))
    pairs = _match_rows(measures, draft.rows)
    for measure, row in pairs:
        measure.parent_id = row["measure"]
    Measure.objects.bulk_update([measure for measure, _ in pairs], ["parent"])
    notice.parent = draft.source
    notice.save(update_fields=["parent"])
    return len(pairs)


def _match_rows(measures: Sequence[Measure], rows: Sequence[DraftRow]) -> list[tuple[Measure, DraftRow]]:
    by_words: dict[str, list[DraftRow]] = {}
    for row in rows:
        by_words.setdefault(_remove_blanks(row["text"]), []).append(row)
    # Rows with equal text are matched in order.
    found = [
        (measure, same.pop(0)) for measure in measures if (same := by_words.get(_remove_blanks(measure.text)))
    ]
    if len(found) < len(measures) == len(rows):
        found = list(zip(measures, rows, strict=True))
    return [(one, row) for one, row in found if row["measure"] is not None]


def _remove_blanks(words: str) -> str:
    return re.sub(r"\s", "", words)
