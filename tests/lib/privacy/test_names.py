"""Possible names by the strength of evidence."""

import pytest

from gongkai.lib.privacy.persons.name_matches import NameEvidence
from gongkai.lib.privacy.persons.plausible import is_possible_name


@pytest.mark.parametrize(
    ("name", "evidence", "possible"),
    [
        ("食堂", NameEvidence.ROLE, False),
        ("海角", NameEvidence.FIELD, True),
        ("工资", NameEvidence.FIELD, False),
        ("工资", NameEvidence.FACT, False),
        ("和平", NameEvidence.FACT, True),
        ("仝女士", NameEvidence.FACT, False),
        ("维吾尔族", NameEvidence.FACT, False),
        ("高血压", NameEvidence.FACT, False),
        ("扎西次仁", NameEvidence.ROLE, True),
    ],
)
def test_possible_name_needs_more_evidence_if_common_word(name, evidence, possible):
    assert is_possible_name(name, evidence) is possible
