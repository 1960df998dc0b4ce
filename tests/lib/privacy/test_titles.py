"""Posts and meetings that do not exist in the body named before them."""

import pytest

from gongkai.lib.privacy.proofreading.run import find_wrong_titles
from gongkai.lib.privacy.search_text import prepare_text


def reported(text):
    return [(hit.text, hit.suggestion) for hit in find_wrong_titles(prepare_text(text))]


@pytest.mark.parametrize(
    ("text", "words", "right"),
    [
        ("市人大常委会主席主持会议", "主席", "主任"),
        ("省人大副主任带队检查", "人大", "人大常委会"),
        ("县政协副主任出席", "副主任", "副主席"),
        ("市纪委书记、监委书记讲话", "书记", "主任"),
        ("区人民检察院副院长报告工作", "副院长", "副检察长"),
        ("市委常务、组织部部长出席", "常务", "常委"),
        ("经县委常务委员会议研究", "常务委员会议", "常委会会议"),
        ("县人民政府市长签署", "市长", "县长"),
        ("市教育局主任表示", "主任", "局长"),
        ("镇人大主任参加视察", "主任", "主席"),
        ("青山村村委会村长介绍", "村长", "主任"),
    ],
)
def test_post_that_body_does_not_have_is_reported(text, words, right):
    assert reported(text) == [(words, right)]


@pytest.mark.parametrize(
    "text",
    [
        "市人大常委会主任、副主任，镇人大主席",
        "市政协主席，政协委员，人大代表",
        "市纪委书记、监委主任，检察院检察长，法院院长",
        "市委常委、常务副市长，县委常委会会议，县政府常务会议",
        "市教育局主任科员，教育局主任督学",
        "中国证券监督管理委员会主席",
        "自治区主席，自治区政府主席",
        "乡镇长，新区管委会主任，街道办事处主任",
    ],
)
def test_existing_posts_are_not_reported(text):
    assert reported(text) == []
