"""An entry on the same matter does not answer a question about a detail that it omits."""

import pytest

from gongkai.lib.matching import Index, Router, decide_answer, make_question_parts
from gongkai.lib.matching.missing_words import find_missing_details
from gongkai.lib.matching.synonyms import load_default_synonyms

HOUSE = (
    "二手房转移登记如何办理？",
    "双方到登记中心窗口申请，提交身份证、合同和完税凭证。登记费每件80元。也可在手机客户端预约。",
)
LOAN = ("住房公积金贷款最高额度是多少？", "单人最高50万元。贷款利率按公布的现行利率执行。")
DOGS = ("养犬登记如何办理？", "自犬只满3个月起30日内到派出所登记，每年年检，电话6231188。首次收费200元。")


@pytest.mark.parametrize(
    ("question", "entry", "missing"),
    [
        ("二手房转移登记要多少钱", HOUSE, []),
        ("二手房转移登记要什么材料", HOUSE, []),
        ("二手房转移登记能在手机上办吗", HOUSE, []),
        ("二手房转移登记几天能出证", HOUSE, ["办理时间"]),
        ("二手房转移登记周六开门吗", HOUSE, ["钟点"]),
        ("二手房转移登记费能退款吗", HOUSE, ["退款"]),
        ("公积金贷款最高多少", LOAN, []),
        ("公积金贷款利率是多少", LOAN, ["比率"]),
        ("公积金贷款归谁管", LOAN, ["单位"]),
        ("养犬登记要在多久以内办", DOGS, []),
        ("养犬登记的电话是多少", DOGS, []),
        ("养犬登记要求退费", DOGS, ["退费"]),
        ("蚯蚓养殖补贴登记", DOGS, ["蚯蚓", "养殖", "补贴"]),
    ],
)
def test_missing_details_of_answer_are_found(question, entry, missing):
    said = find_missing_details(question, make_question_parts(*entry), load_default_synonyms())
    assert said[: len(missing)] == missing
    assert bool(said) == bool(missing)


def test_entry_without_asked_detail_is_candidate_with_reason():
    index = Index.build((str(n), make_question_parts(*entry)) for n, entry in enumerate((HOUSE, LOAN, DOGS)))
    assert decide_answer(index, "二手房转移登记几天").decision == "candidates"
    assert decide_answer(index, "二手房转移登记几天").why == ["首条没有写明：办理时间"]


def test_addresses_and_general_nouns_have_no_weight_in_routing():
    router = Router(
        [
            ("城南街道的小区里居民反映公租房怎样申请", "住建"),
            ("城南街道小区居民办居住证", "公安"),
            ("路灯不亮", "城管"),
        ]
    )
    assert router.route("我是城南街道小区的居民，门口路灯坏了", k=1)[0].label == "城管"
    assert router.route("城南街道", k=3)  # nothing else was said
