"""Apply learnt table heads when a file is read. (Learnt unit names are aliases in `units`.)"""

from dataclasses import replace

from gongkai.core.units.models import Body
from gongkai.work.notices.column_meanings import strip_blanks
from gongkai.work.notices.models import HeadName
from gongkai.work.notices.source import NoticeSource, read_source


def load_learnt_heads(government: Body) -> dict[str, str]:
    """Return heads learnt by a government and those above it; the nearest one wins."""
    above = [int(part) for part in government.path.strip("/").split("/") if part]
    rows = HeadName.objects.filter(government__in=above).values_list("government", "printed", "meaning")
    nearest_last = sorted(rows, key=lambda row: above.index(row[0]))
    return {printed: meaning for _, printed, meaning in nearest_last}


def apply_learnt_heads(source: NoticeSource, government: Body) -> NoticeSource:
    """Read a file again if it contains learnt heads that were read differently; else return it."""
    heads = load_learnt_heads(government)
    if not heads:
        return source
    text = strip_blanks(source.text)
    there = {printed: meaning for printed, meaning in heads.items() if printed in text}
    as_read = {head.printed: head.meaning for head in source.heads}
    if not any(as_read.get(printed) != meaning for printed, meaning in there.items()):
        return source
    again = read_source(source.data, source.name, there)
    now = {head.printed: head.meaning for head in again.heads}
    used = {head: meaning for head, meaning in there.items() if now.get(head) == meaning != as_read.get(head)}
    return replace(again, learnt=used) if used else source
