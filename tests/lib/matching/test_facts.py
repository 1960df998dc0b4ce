"""Facts (places, numbers, dates, amounts) and contradictions between two texts."""

import pytest

from gongkai.lib.matching.facts import HardFact, find_contradictions, find_facts, find_places, parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("15", 15),
        ("1.5", 1.5),
        ("十", 10),
        ("十五", 15),
        ("三十五", 35),
        ("一百零五", 105),
        ("两千三百", 2300),
        ("二〇二六", 2026),
        ("", None),
        ("甲", None),
        ("十甲", None),
    ],
)
def test_numbers_in_digits_or_characters_are_parsed(text, value):
    assert parse_number(text) == value


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("2026年6月30日前", HardFact("date", "2026-06-30")),
        ("2026-6-30", HardFact("date", "2026-06-30")),
        ("2026.06.30", HardFact("date", "2026-06-30")),
        ("2026年6月底前", HardFact("date", "2026-06")),
        ("2025年度", HardFact("year", "2025")),
        ("云府办发(2026)15号", HardFact("number", "云府办发〔2026〕15号")),
        ("第十二条", HardFact("article", "第12条")),
        ("五个工作日内", HardFact("amount", "5工作日")),
        ("１，２００元", HardFact("amount", "1200元")),
        ("补助1.5万元", HardFact("amount", "1.5万元")),
        ("每年不少于四次", HardFact("amount", "4次")),
        ("丽江市", HardFact("place", "丽江")),
    ],
)
def test_facts_are_normalised(text, fact):
    assert fact in find_facts(text)


@pytest.mark.parametrize("text", ["南京路步行街", "北京时间", "中山路", "安康幸福", "来宾登记"])
def test_streets_and_common_words_are_not_places(text):
    assert find_places(text) == []


@pytest.mark.parametrize(
    ("question", "answer", "differs"),
    [
        ("丽江的低保标准是多少", "城市低保标准为每月760元", True),
        ("云岭的低保标准是多少", "城市低保标准为每月760元", False),
        ("从昆明转公积金", "昆明等异地的公积金可以转入", False),
        ("2025年医保交多少", "2026年度个人缴费400元", True),
        ("2026年医保交多少", "2026年度个人缴费400元", False),
        ("云府办发〔2026〕15号", "云府办发〔2026〕1号规定", True),
        ("我83岁了有补贴吗", "80至89周岁每月60元", False),
    ],
)
def test_contradicting_facts_are_found(question, answer, differs):
    assert bool(find_contradictions(question, answer, home=["云岭"])) is differs
