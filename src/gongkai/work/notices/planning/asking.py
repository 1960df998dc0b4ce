"""Questions about rows, put to them in one way. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from gongkai.work.notices.planning.drafting import DraftMeasure, flag_of

#: The place of a row, the field that is doubtful (None: the whole row), what is asked.
Question = tuple[int, str | None, str]


def with_asked(drafts: Sequence[DraftMeasure], questions: Iterable[Question]) -> list[DraftMeasure]:
    """Return rows with a doubt for each question; what a row is asked already is not asked again."""
    made = list(drafts)
    for at, field, words in questions:
        draft = made[at]
        if all(flag.get("message") != words for flag in draft.flags):
            flag = flag_of({"field": field, "message": words})
            made[at] = replace(draft, flags=(*draft.flags, flag))
    return made
