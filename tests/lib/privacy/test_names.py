"""Names known by what stands beside them, however they look; each rule with what must stay."""

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
def test_a_word_needs_the_more_evidence_the_more_offices_write_it(name, evidence, possible):
    assert is_possible_name(name, evidence) is possible
