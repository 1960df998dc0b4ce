"""Handle sentences of a notice that no row covers: add them as rows or mark them as no task."""

from dataclasses import replace

from gongkai.core.acts.action import ActionResult, Refused
from gongkai.core.units.actors import Actor
from gongkai.lib.reading.words.duties import read_duties
from gongkai.work.notices.actions.correcting import renumber_sections
from gongkai.work.notices.actions.importing import store_row
from gongkai.work.notices.actions.notice_action import notice_action
from gongkai.work.notices.actions.rules import check_chief
from gongkai.work.notices.models import Measure, Notice
from gongkai.work.notices.planning.drafting import DraftDuty, DraftMeasure, DraftUnit, build_order
from gongkai.work.notices.planning.leftovers import find_subjects
from gongkai.work.notices.planning.parts import LEAD, RESPONSIBLE
from gongkai.work.notices.queries.missed import list_missed_sentences
from gongkai.work.notices.rewording import DutyReader

# Shorter quotations may occur in the source by chance.
MIN_QUOTED_CHARACTERS = 6


@notice_action("add_row", verb="correct", label="处理没有成为任务的句子", rule=check_chief)
def add_row(notice: Notice, *, by: Actor, text: str, dropped: bool = False) -> ActionResult:
    """Add words that the notice prints but no row contains, after the last row.

    The words are one of the missed sentences on the page, or copied from the source. With `dropped`
    the row is recorded as no task. The result is the new `Measure`.
    """
    words = text.strip()
    if words not in list_missed_sentences(notice) and not _is_unread(notice, words):
        raise Refused("这句话已经在某一行里，或者不在通知里：请从“来源全文”中照原文抄录。")
    last = Measure.objects.filter(notice=notice).order_by("-position").first()
    row = store_row(notice, _draft_row(notice, words, dropped=dropped), after=last.position if last else 0)
    renumber_sections(notice)
    how = "不列入" if dropped else "列为任务"
    return ActionResult(words=f"{how}：{words}"[:400], facts={"measure": row.pk}, result=row)


def _is_unread(notice: Notice, words: str) -> bool:
    """Tell whether the source contains the words and no row does; white space is ignored."""
    bare = "".join(words.split())
    rows = Measure.objects.filter(notice=notice).values_list("text", flat=True)
    held = any(bare in "".join(text.split()) for text in rows)
    return len(bare) >= MIN_QUOTED_CHARACTERS and bare in "".join(notice.source_text.split()) and not held


def _draft_row(notice: Notice, words: str, *, dropped: bool) -> DraftMeasure:
    """Build the draft row of a sentence, with its deadlines, paths and units."""
    draft = build_order({"text": words}, notice.parsed, 0)
    duties = tuple(
        DraftDuty(duty.text, tuple(duty.paths), tuple(duty.channels), duty.due.to_json() if duty.due else {})
        for duty in read_duties(words, DutyReader(notice).context)
    )
    lead = tuple(unit for unit in draft.units if unit.part == LEAD)
    named = tuple(DraftUnit(RESPONSIBLE, name) for name in find_subjects(words))
    return replace(
        draft,
        duties=duties or draft.duties,
        units=(*lead, *named) if named else draft.units,
        dropped=dropped,
        flags=() if dropped else draft.flags,
    )
