"""Parts of a count with their own deadline: 不少于2次，其中上半年不少于1次 is due twice."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.words.due_table import When
from gongkai.lib.reading.words.dues import read_limit
from gongkai.work.notices.planning.drafting import DraftDuty
from gongkai.work.notices.planning.rules import DueRule


def split_counts(duties: Sequence[DraftDuty], when: When) -> tuple[DraftDuty, ...]:
    """Return duties, each followed by one for every part of its count that names a time.

    A count without a period is then yearly. Parts that name persons (主要负责同志出席) stay in the count.
    """
    made: list[DraftDuty] = []
    for duty in duties:
        parts = list(_iterate_dated_parts(duty, when)) or list(_iterate_printed_parts(duty, when))
        if made and duty.text.startswith("其中") and duty.due.get("kind") == "times":
            made[-1] = _to_yearly(made[-1])
        if made and not parts and (part := _split_plain_part(made[-1], duty, when)):
            made[-1:] = part
            continue
        made += [_to_yearly(duty) if parts else duty, *parts]
    return tuple(made)


# 上半年不少于1次 after 全年2次.
_COUNT_PART = re.compile(
    r"(?:其中[，,]?)?(?P<time>[上下]半年|第?[一二三四]季度|\d{1,2}月(?:底|份)?(?:前|以前)?)[^，,。；]{0,8}?(?:\d{1,2}|[一两二三四五六])[次场期个]"
)


def _split_plain_part(whole: DraftDuty, duty: DraftDuty, when: When) -> tuple[DraftDuty, DraftDuty] | None:
    """Split 全年2次,上半年不少于1次 without 其中; a deadline from another column is the whole's."""
    match = _COUNT_PART.match(duty.text)
    found = read_limit(match["time"], when) if match and whole.due.get("kind") == "times" else []
    if len(found) != 1 or found[0].kind != "by_date":
        return None
    beside = duty.due.get("kind") == "by_date" and str(duty.due.get("text")) not in duty.text
    first = replace(whole, due=duty.due) if beside else _to_yearly(whole)
    return first, replace(duty, due=found[0].to_json() | {"text": duty.text.strip("。；;. ")})


def _to_yearly(duty: DraftDuty) -> DraftDuty:
    loose = duty.due.get("kind") == "times" and duty.due.get("period") == "unspecified"
    return replace(duty, due={**duty.due, "period": "year"}) if loose else duty


# A part without 不少于: 全年不少于2次，其中上半年1次.
_OF_WHICH = re.compile(
    r"其中[，,]?(?P<time>[上下]半年|第?[一二三四]季度|\d{1,2}月(?:底|份)?前?)[^，,。；]{0,8}?(?P<count>\d{1,2}|[一两二三四五六])[次场期个]"
)


def _iterate_printed_parts(duty: DraftDuty, when: When) -> Iterator[DraftDuty]:
    """Yield dated parts of a count that only the text contains."""
    for match in _OF_WHICH.finditer(duty.text) if duty.due.get("kind") == "times" else ():
        found = read_limit(match["time"], when)
        if len(found) == 1 and found[0].kind == "by_date":
            yield replace(duty, text=match[0], due=found[0].to_json() | {"text": match[0]})


def _iterate_dated_parts(duty: DraftDuty, when: When) -> Iterator[DraftDuty]:
    for part in duty.due.get("of_which") or ():
        found = read_limit(str(part["who"]), when)
        if len(found) != 1 or found[0].kind not in {"by_date", "recurring"}:
            continue
        words = f"{part['who']}不少于{part['count']}次"
        due: DueRule = found[0].to_json() | {"text": words}
        if found[0].kind == "recurring":
            due = {
                "kind": "times",
                "count": part["count"],
                "period": found[0].period,
                "least": True,
                "text": words,
            }
        yield replace(duty, text=f"其中{words}", due=due)
