"""What corrections taught, used at the next reading: meanings of heads. (Names of units are aliases, which `units` looks up itself.)"""

from dataclasses import replace

from gongkai.core.units.models import Body
from gongkai.work.notices.column_meanings import bare
from gongkai.work.notices.models import HeadName
from gongkai.work.notices.source import Source, read_source


def learnt_heads(government: Body) -> dict[str, str]:
    """Return what heads mean for a government: what was learnt there, and by the governments above it."""
    above = [int(part) for part in government.path.strip("/").split("/") if part]
    rows = HeadName.objects.filter(government__in=above).values_list("government", "printed", "meaning")
    nearest_last = sorted(rows, key=lambda row: above.index(row[0]))
    return {printed: meaning for _, printed, meaning in nearest_last}


def with_learnt(source: Source, government: Body) -> Source:
    """Read a file again where it prints heads that a person once said the meaning of; else return it as it is."""
    heads = learnt_heads(government)
    if not heads:
        return source
    text = bare(source.text)
    there = {printed: meaning for printed, meaning in heads.items() if printed in text}
    as_read = {head.printed: head.meaning for head in source.heads}
    if not any(as_read.get(printed) != meaning for printed, meaning in there.items()):
        return source
    again = read_source(source.data, source.name, there)
    now = {head.printed: head.meaning for head in again.heads}
    used = {head: meaning for head, meaning in there.items() if now.get(head) == meaning != as_read.get(head)}
    return replace(again, learnt=used) if used else source
