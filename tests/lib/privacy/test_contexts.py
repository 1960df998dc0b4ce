"""Confusable words decided by their context (`data/contexts.tsv`)."""

import pytest

from gongkai.lib.privacy.data_tables import read_rows
from gongkai.lib.privacy.proofreading.phrases import find_wrong_words
from gongkai.lib.privacy.search_text import prepare_text


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("本馆在报上刊登招领启示。", "启事"),
        ("申请人有权力在六十日内申请行政复议。", "权利"),
        ("经纪组织推动县域经纪发展。", "经济"),
        ("新生应于9月1日到校报道。", "报到"),
        ("调查程序依法终止，待证据补齐后恢复进行。", "中止"),
        ("由于值班人员脱岗，以至险情上报延误。", "以致"),
        ("对拒改正的，处一千元罚款。", "拒不改正"),
        ("由于准备工作充分，造成工期延误。", "不充分"),
        ("以上请示当妥，请批示。", "当否"),
        ("要坚持问题引导，逐条整改。", "导向"),
    ],
)
def test_wrong_word_is_found_by_context(text, right):
    assert right in [one.suggestion for one in find_wrong_words(prepare_text(text))]


def test_rows_have_other_word_and_context():
    for row in read_rows("contexts"):
        assert row[0] != row[1], row
        assert len(row) <= 5, row
