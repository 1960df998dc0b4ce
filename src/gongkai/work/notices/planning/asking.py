"""Add questions to rows as flags. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from gongkai.work.notices.planning.drafting import DraftMeasure, flag_of

# Row index, field (None: the whole row) and question.
Question = tuple[int, str | None, str]


def with_asked(drafts: Sequence[DraftMeasure], questions: Iterable[Question]) -> list[DraftMeasure]:
    """Return rows with a flag for each question that they do not have yet."""
    made = list(drafts)
    for at, field, words in questions:
        draft = made[at]
        if all(flag.get("message") != words for flag in draft.flags):
            flag = flag_of({"field": field, "message": words})
            made[at] = replace(draft, flags=(*draft.flags, flag))
    return made
