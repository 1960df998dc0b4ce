"""Text split by layout is searched as a whole: broken lines, spaced names, invisible characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.lib.privacy import find, mask
from gongkai.lib.privacy.search import join_split_text

PARAGRAPH = "经查，我局于今年三月收到居民即申请人刘\n志强提出的政府信息公开申请，现答复如下。"


def names(text: str) -> list[str]:
    return [one.text for one in find(text) if one.kind == "person"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (PARAGRAPH, "刘\n志强"),
        ("姓名：李  明  性别：男", "李  明"),
        ("被处罚人：赵\u3000\u3000铁柱", "赵\u3000\u3000铁柱"),
        ("委托代理人:_刘_志_强_，电话", "刘_志_强"),
        ("投诉人  张 小  明 反映", "张 小  明"),
        ("原告李  明，男", "李  明"),
        ("姓名\t金额\n欧阳 建国\t500", "欧阳 建国"),
        ("经查，你于今年三月向本机关提出，申请人李\n建国，要求公开征地补偿方案的批复文件。", "李\n建国"),
        ("申请人刘\u200b志\u200b强，男", "刘\u200b志\u200b强"),
        ("对申请人李\n青国不服答复", "李\n青国"),
        ("申请人李青\n国不服，提出复议。", "李青\n国"),
        ("申请人：刘・志・强", "刘・志・强"),
        ("村民䲜大力户", "䲜大力"),
        ("申请人仇(qiú)大勇不服。", "仇(qiú)大勇"),
        ("申请人解（音xiè）文不服。", "解（音xiè）文"),
        ("申请人爱新觉罗𬱟不服。", "爱新觉罗𬱟"),
    ],
)
def test_split_name_is_found_and_masked(text: str, name: str) -> None:
    assert names(text) == [name]
    found = next(one for one in find(text) if one.kind == "person")
    assert text[found.start : found.end] == name
    assert name not in mask(text)[0]


@pytest.mark.parametrize(
    "text",
    [
        "救助名单\n刘志强，云岭镇东山村，救助三千五百元\n何小苗，云岭镇西山村，救助三千五百元",
        "关于刘志强申请公开信息的答复\n刘志强：你好，来信收到。",
        "一、总的要求，从今年起全面推行\n二、具体任务，由各单位分别负责",
        "第一段的话说到这里还没有写标点，接着是新的一段\n　　第二段另起一行，前面空着两格。",
        "序号 单位 数量\n1 第一小学，东区 十二\n2 第二小学，西区 十三",
    ],
)
def test_rows_headings_and_new_paragraphs_are_not_joined(text: str) -> None:
    assert join_split_text(text) is None


@given(st.text(alphabet="刘志强，。\n \u3000\u200b名：明1a|", max_size=60))
def test_offsets_of_joined_text_refer_to_original(text: str) -> None:
    read = join_split_text(text)
    if read is not None:
        words, offsets = read
        assert offsets == sorted(set(offsets))
        assert words == "".join(text[place] for place in offsets)
    for one in find(text):
        assert text[one.start : one.end] == one.text


SENTENCES_WITH_NAME = (
    *(f"经查，{role}{{}}向市教育局反映收费问题。" for role in ("申请人", "考生", "村民", "患者", "女儿", "户主")),
    "其母{}于3月住院，已经核实。",
    "学生{}、居民赵敏到场。",
    "受害人马 超、{}分别受伤。",
    "家长{}反映学校收费。",
    "{}老人今年八十岁。",
    "慰问对象有烈士家属{}。",
    "发放退休职工{}的工资。",
    "甲方{}与乙方签订合同。",
    "情况属实，{}（身份证号110101199003074258）已经登记。",
)


@pytest.mark.parametrize("name", ["王 磊", "李　娟", "张　　伟", "王 小 明", "欧阳　娜", "陈　志　强"])
def test_spaced_name_within_sentence_is_found(name: str) -> None:
    """Names pasted from tables are spaced: 学生李　娟 was once sent to a third party unmasked."""
    for sentence in SENTENCES_WITH_NAME:
        assert name in [one.text for one in find(sentence.format(name)) if one.kind == "person"], sentence
