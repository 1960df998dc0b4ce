"""Refuse personal data in words that become public.

Registers (unit names, public telephone numbers, topics) are public as soon as they are entered; the log names
the author. Texts go through reviews or need a second person's confirmation instead.
`config/public_words.toml` assigns every field to one of these.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from django.db.models import Model

from gongkai.core.acts.action import Refused
from gongkai.lib.privacy import find


def refuse_personal(words: Mapping[str, object], labels: Mapping[str, str]) -> None:
    """Raise `Refused` if words that become public contain personal data; `labels` names the field of each key.

    Args:
        words: field → entered text.
        labels: field → its Chinese label; other fields are not searched.

    Raises:
        Refused: personal data was found; the reason repeats none of it.
    """
    reasons = [
        f"{labels[name]}会直接公开，不能写入：{finding.why}。"
        for name, value in words.items()
        if name in labels
        for finding in find(str(value or ""))
    ]
    if reasons:
        raise Refused(list(dict.fromkeys(reasons)))


def find_personal_hints(words: Mapping[str, object]) -> list[str]:
    """Return Chinese warnings of personal data in `words` (label → text), one for each label with a finding; the data
    are not repeated."""
    reasons_by_label = {
        label: list(dict.fromkeys(finding.why for finding in find(str(text or "")))) for label, text in words.items()
    }
    return [
        f"“{label}”中可能有个人信息（{'；'.join(whys)}），不需要的请删去。"
        for label, whys in reasons_by_label.items()
        if whys
    ]


def find_personal_lines(lines: Sequence[str]) -> list[int]:
    """Return the indexes of the lines in which possible personal data begin, ascending."""
    plain = [" ".join(line.split()) for line in lines]
    ends = list(accumulate(len(line) + 1 for line in plain))
    return sorted({bisect_right(ends, finding.start) for finding in find("\n".join(plain))})


def refuse_personal_in(model: type[Model], **words: object) -> None:
    """Refuse personal data in entered texts (`words`: field name → text); reasons name the model's field labels.

    Raises:
        Refused: personal data was found.
    """
    labels = {name: str(getattr(model._meta.get_field(name), "verbose_name", name)) for name in words}
    refuse_personal(words, labels)


def refuse_personal_rows(rows: Iterable[Model], *fields: str, numbers: bool = False) -> None:
    """Refuse personal data in fields of rows to be stored; repeated texts are searched once.

    Args:
        rows: rows to be stored.
        fields: the public fields.
        numbers: search only texts with digits, which is faster for thousands of unit names.

    Raises:
        Refused: some was found.
    """
    checked: set[tuple[str, str]] = set()
    for row in rows:
        texts = {name: str(getattr(row, name) or "") for name in fields}
        unchecked_texts = {name: text for name, text in texts.items() if text and (name, text) not in checked}
        if numbers:
            unchecked_texts = {name: text for name, text in unchecked_texts.items() if any(map(str.isnumeric, text))}
        checked |= set(unchecked_texts.items())
        refuse_personal_in(type(row), **unchecked_texts)
