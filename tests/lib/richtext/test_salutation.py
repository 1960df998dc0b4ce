"""The line of addressees is set flush left."""

import pytest

from gongkai.lib.richtext.official_patterns import is_salutation, mark_salutation


@pytest.mark.parametrize(
    ("words", "addressed"),
    [
        ("各区、县人民政府，市政府各部门：", True),
        ("市级各有关单位：", True),
        ("云岭市住房和城乡建设局:", True),
        ("亲爱的家长：", True),
        ("尊敬的申请人：", True),
        ("现将考试成绩公布如下：", False),
        ("根据上级部门：", False),
        ("联系方式：", False),
        ("一、办理时间：", False),
        ("请各部门。认真执行各部门：", False),
    ],
)
def test_salutations_are_recognised(words: str, addressed: bool) -> None:
    assert is_salutation(words) is addressed


def test_salutation_after_title_and_number_is_marked_and_keeps_class() -> None:
    html = '<p style="text-align:center">云岭发〔2026〕1号</p><p class="a"><strong>市政府各部门：</strong></p><p>通知如下。</p>'
    assert '<p class="a salute"><strong>市政府各部门：' in mark_salutation(html)


def test_salutation_after_first_sentence_is_ignored() -> None:
    html = "<p>报名开始了。</p><p>各学校：</p>"
    assert mark_salutation(html) == html
