"""Planted errors in many genres are found; clean prose on unusual subjects has few false alarms."""

import re

import pytest
from benchmarks.privacy_samples import read_lines

from gongkai.lib.privacy import proofread

_PLANTED = re.compile(r"\{(?P<wrong>[^→]*)→[^}]*\}")


def test_planted_errors_of_many_genres_are_found():
    found, lines = 0, read_lines("proofread-varied.txt")
    for line in lines:
        body, _, kind = line.rpartition("|")
        mark = _PLANTED.search(body)
        text = body[: mark.start()] + mark["wrong"] + body[mark.end() :]
        # A missing character has no position of its own: the neighbours count.
        low, high = mark.start() - (kind == "missing"), mark.start() + max(len(mark["wrong"]), 1)
        found += any(hit.start < high and hit.end > low for hit in proofread(text))
    assert found >= 0.83 * len(lines)


@pytest.mark.parametrize(("file", "most"), [("clean-varied.txt", 1.5), ("clean-round2.txt", 1.2)])
def test_clean_prose_on_unusual_subjects_has_few_false_alarms(file, most):
    text = "\n".join(read_lines(file))
    assert len(proofread(text)) * 2000 <= most * len("".join(text.split()))
