"""Change the text of a row or duty, and update deadlines, paths and channels read from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from gongkai.lib.reading.words.due_table import ReferenceYears, make_reference_years
from gongkai.lib.reading.words.duties import MAX_CELL_CHARACTERS, ReadingContext, read_duties
from gongkai.lib.reading.words.paths import survey_paths
from gongkai.work.notices.entries.creation import set_deadline_rule
from gongkai.work.notices.models import Duty, Measure, Notice
from gongkai.work.notices.planning.descriptions import describe_rule
from gongkai.work.notices.planning.draft_rows import to_flag
from gongkai.work.notices.planning.mentioned_channels import find_channels
from gongkai.work.notices.planning.rules import normalize_rule
from gongkai.work.notices.planning.shared_deadline_words import has_shared_source

_COMPARED_PREFIX_CHARACTERS = 12


def find_duty_position(text: str, duty: str) -> int:
    """Return the position of a duty in the text of a row, or -1.

    Only its first words are compared.
    """
    head = duty.strip()[:_COMPARED_PREFIX_CHARACTERS]
    return text.find(head) if head else -1


def split_text(text: str, staying: Sequence[str], moving: Sequence[str]) -> tuple[str, str]:
    """Return (text of the duties that stay, text of those that move).

    The cut is before the first moving duty and its number (2．); if it is not found, the moving
    duties form the new text and the old one stays.
    """
    position = find_duty_position(text, moving[0])
    if position <= 0:
        return text, "\n".join(moving)
    start = position
    while start > 0 and text[start - 1] in "0123456789一二三四五六七八九十（）().．、 ":
        start -= 1
    first, second = text[:start].rstrip(), text[start:].strip()
    return (first, second) if first else ("\n".join(staying), second)


def divide_paths(items: Sequence[Sequence[str]], first: str, second: str) -> tuple[list[list[str]], list[list[str]]]:
    """Return (first, second) lists of paths, divided between two duties.

    A path goes to the part that prints its last level, by default to the first.
    """
    first_items: list[list[str]] = []
    second_items: list[list[str]] = []
    for item in items:
        last_level = item[-1] if item else ""
        (second_items if last_level and last_level in second and last_level not in first else first_items).append(
            list(item)
        )
    return first_items, second_items


# Below this similarity a text is a different one, in which parts cannot be found.
SIMILARITY_THRESHOLD = 0.5
# Longer differences are treated as one block to limit the time.
_MAX_COMPARED_CHARACTERS = 3000
# Characters left of a list number in front of a part.
_LIST_NUMBER_PUNCTUATION = "）)．.、 "
_Opcode = tuple[str, int, int, int, int]


def transfer_parts(before: str, after: str, parts: Sequence[str]) -> list[str | None]:
    """Return each part as it is in the corrected text, or None if it cannot be found.

    `parts` are substrings of `before` in order; `after` is the corrected text.
    """
    codes = _list_opcodes(before, after)
    equal_characters = sum(b - a for code, a, b, _, _ in codes if code == "equal")
    if equal_characters < SIMILARITY_THRESHOLD * max(1, min(len(before), len(after))):
        return [None] * len(parts)
    spans = _find_spans(before, parts)
    ends = {span[1] for span in spans if span}
    transferred: list[str | None] = []
    for span in spans:
        if span is None:
            transferred.append(None)
            continue
        start = _map_part_start(codes, span[0], follows_part=span[0] in ends)
        transferred.append(
            after[start : _map_part_end(codes, span[1])].strip().lstrip(_LIST_NUMBER_PUNCTUATION) or None
        )
    return transferred


def _find_spans(text: str, parts: Sequence[str]) -> list[tuple[int, int] | None]:
    """Return (start, end) of each part or None, each after the previous one if possible."""
    spans: list[tuple[int, int] | None] = []
    search_from = 0
    for part in parts:
        stripped = part.strip()
        position = text.find(stripped, search_from) if stripped else -1
        position = text.find(stripped) if position < 0 and stripped else position
        spans.append((position, position + len(stripped)) if position >= 0 else None)
        search_from = position + len(stripped) if position >= 0 else search_from
    return spans


def _list_opcodes(before: str, after: str) -> list[_Opcode]:
    """Return difference opcodes; common prefixes and suffixes are not compared by character."""
    start = 0
    shortest = min(len(before), len(after))
    while start < shortest and before[start] == after[start]:
        start += 1
    end = 0
    while end < shortest - start and before[-1 - end] == after[-1 - end]:
        end += 1
    old_middle, new_middle = before[start : len(before) - end], after[start : len(after) - end]
    if max(len(old_middle), len(new_middle)) > _MAX_COMPARED_CHARACTERS:
        middle: list[_Opcode] = [("replace", 0, len(old_middle), 0, len(new_middle))]
    else:
        middle = list(SequenceMatcher(None, old_middle, new_middle, autojunk=False).get_opcodes())
    codes: list[_Opcode] = [("equal", 0, start, 0, start)] if start else []
    codes += [(code, a + start, b + start, c + start, d + start) for code, a, b, c, d in middle]
    if end:
        codes.append(("equal", len(before) - end, len(before), len(after) - end, len(after)))
    return codes


def _map_part_start(codes: Sequence[_Opcode], place: int, *, follows_part: bool) -> int:
    """Return the offset in the corrected text at which a part begins that began at `place`.

    `follows_part`: an insertion there belongs to the previous part. If the text before was replaced by a
    longer one (1． by 1.及时), the surplus belongs to the part.
    """
    for code, a, b, c, d in codes:
        if code == "insert" and a == place and not follows_part:
            return c
        if code == "replace" and b == place and not follows_part:
            return min(c + b - a, d)
        if a <= place < b:
            return c + place - a if code == "equal" else min(c + place - a, d)
    return codes[-1][4]


def _map_part_end(codes: Sequence[_Opcode], place: int) -> int:
    """Return the offset in the corrected text at which a part ends that ended at `place`, with insertions
    after it.
    """
    found = 0
    for code, a, b, c, d in codes:
        if code == "insert" and a == place:
            return d
        if a < place <= b:
            found = c + place - a if code == "equal" else (d if place == b else min(c + place - a, d))
    return found


@dataclass(frozen=True)
class _ReadWords:
    """Deadline, paths and channels in a text; `limits` is the number of different deadlines in it."""

    due: dict[str, object]
    paths: list[list[str]]
    channels: list[str]
    limits: int


class DutyReader:
    """Reads single duties in the context of their notice, such as its list of 其他渠道."""

    def __init__(self, notice: Notice) -> None:
        self.notice = notice
        self._context: ReadingContext | None = None

    def read(self, text: str) -> _ReadWords:
        """Return the first deadline, the paths and the channels in a text."""
        read_texts = read_duties(text, self.context)
        dues = [duty.due.to_json() for duty in read_texts if duty.due]
        return _ReadWords(
            due=dues[0] if dues else {},
            paths=[list(path) for path in dict.fromkeys(path for duty in read_texts for path in duty.paths)],
            channels=_merge_channels([name for duty in read_texts for name in duty.channels], text),
            limits=len({describe_rule(due) for due in dues}),
        )

    @property
    def context(self) -> ReadingContext:
        """Return year, month, paths and other channels of the notice."""
        if self._context is None:
            issued, year = self.notice.issued_on, self.notice.year
            when = make_reference_years(issued, year) if issued else ReferenceYears(year)
            texts = [line for line in self.notice.source_text.split("\n") if len(line) <= MAX_CELL_CHARACTERS]
            self._context = ReadingContext(when, survey_paths(texts))
        return self._context


def _merge_channels(read: list[str], text: str) -> list[str]:
    """Return the channels read, and those in the sentence that no name read contains."""
    return list(dict.fromkeys([*read, *(name for name in find_channels(text).used if name not in "".join(read))]))


def reword_measure(measure: Measure, text: str, reader: DutyReader) -> list[str]:
    """Change the text of a row and of the duties cut from it; saves both.

    Returns other changes in words. Duties that are not in the new text stay and are flagged.
    """
    duties = list(measure.duties.order_by("position", "pk"))
    new_texts = transfer_parts(measure.text, text, [duty.text for duty in duties])
    if new_texts == [None] and len(duties) == 1:
        new_texts = [text]
    measure.text = text
    other_changes: list[str] = []
    for duty, new_text in zip(duties, new_texts, strict=True):
        if new_text is None:
            _add_flag(measure, f"举措改写后，要求“{duty.text[:40]}”在其中找不到，请更正或者删除")
        elif new_text != duty.text:
            other_changes += _write_duty_text(duty, new_text, measure, reader)
    measure.save(update_fields=["text", "flags"])
    return other_changes


def reword_duty(duty: Duty, text: str, reader: DutyReader) -> list[str]:
    """Change the text of a duty and of its row, and save both.

    Returns the other changes in words.
    """
    measure, old_text = duty.measure, duty.text.strip()
    if old_text and old_text in measure.text:
        measure.text = measure.text.replace(old_text, text, 1)
    other_changes = _write_duty_text(duty, text, measure, reader)
    measure.save(update_fields=["text", "flags"])
    return other_changes


def _write_duty_text(duty: Duty, text: str, measure: Measure, reader: DutyReader) -> list[str]:
    """Write a new text to a duty and read deadline, paths and channels from it; saves the duty."""
    read_before, read_after = reader.read(duty.text), reader.read(text)
    other_changes: list[str] = []
    as_read = normalize_rule(duty.due) == normalize_rule(read_before.due)
    was_shared = (
        has_shared_source(duty.due) and not read_before.due
    )  # The duty's own words take precedence over a shared deadline.
    if normalize_rule(read_before.due) != normalize_rule(read_after.due) and (as_read or was_shared):
        other_changes.append(f"时限由“{describe_rule(duty.due)}”改为“{describe_rule(read_after.due)}”")
        set_deadline_rule(reader.notice, duty, read_after.due)
        if read_after.limits > 1:
            _add_flag(measure, f"“{text[:40]}”读出{read_after.limits}个时限，请核对")
    elif duty.due and normalize_rule(duty.due) == normalize_rule(read_after.due):
        duty.due = duty.due | {"text": read_after.due.get("text", "")}
        duty.due_text = str(duty.due["text"])[:200]
    if read_before.paths != read_after.paths:
        duty.paths = _replace_read_items(duty.paths, read_before.paths, read_after.paths)
        other_changes.append(f"公开路径改为{'；'.join(' > '.join(path) for path in duty.paths) or '无'}")
    if read_before.channels != read_after.channels:
        duty.channels = _replace_read_items(duty.channels, read_before.channels, read_after.channels)
        other_changes.append(f"其他渠道改为{'、'.join(duty.channels) or '无'}")
    duty.text = text
    duty.save()
    return other_changes


def _replace_read_items(current_items: list[object], before: Iterable[object], after: Iterable[object]) -> list[object]:
    """Return the items with those read in the old text replaced by newly read ones."""
    old_items, new_items = list(before), list(after)
    remaining = [entry for entry in current_items if entry not in old_items or entry in new_items]
    return [*remaining, *(entry for entry in new_items if entry not in remaining)]


def _add_flag(measure: Measure, message: str) -> None:
    measure.flags = [*measure.flags, to_flag({"field": "duties", "message": message})]
