"""Add questions to rows as flags. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from gongkai.work.notices.planning.drafting import DraftMeasure, to_flag

# Row index, field (None: the whole row) and question.
RowQuestion = tuple[int, str | None, str]


def flag_questions(drafts: Sequence[DraftMeasure], questions: Iterable[RowQuestion]) -> list[DraftMeasure]:
    """Return rows with a flag for each question that they do not have yet."""
    made = list(drafts)
    for at, field, words in questions:
        draft = made[at]
        if all(flag.get("message") != words for flag in draft.flags):
            flag = to_flag({"field": field, "message": words})
            made[at] = replace(draft, flags=(*draft.flags, flag))
    return made
