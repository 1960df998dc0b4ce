"""Interpreting a query: document numbers, official terms for everyday words, homophones, question words."""

import pytest

from gongkai.content.search.facets import list_chosen_tokens, make_facet_token
from gongkai.content.search.keywords import (
    compute_matched_share,
    find_keywords,
    get_word_sound,
    is_homophone,
    list_spellings,
    replaces_words,
    select_needed_keywords,
)
from gongkai.content.search.parser import find_question_topic, interpret_search
from gongkai.content.search.ranking import compute_score_factor
from gongkai.content.search.spelling import SpellingVocabulary, _weigh_proposals, list_similar_shapes, split_title_terms
from gongkai.lib.matching.folding import fold, make_index_number_key, make_number_without_year
from gongkai.lib.matching.synonyms import Synonym, Synonyms


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("云岭教发〔2026〕20号", "云岭教发〔2026〕20号"),
        ("云岭教发[2026]20号", "云岭教发〔2026〕20号"),
        ("云教发[2026]20", "云教发〔2026〕20号"),
        ("云教发（2026）第20号", "云教发〔2026〕20号"),
        ("云教发2026 20号", "云教发〔2026〕20号"),
        ("云教发2026年20号", "云教发〔2026〕20号"),
        ("云教发202620号", "云教发〔2026〕20号"),
        ("云教发 ２０２６ 20 号", "云教发〔2026〕20号"),
    ],
)
def test_document_number_in_various_forms(typed: str, number: str) -> None:
    assert number in interpret_search(typed).numbers


@pytest.mark.parametrize("typed", ["云岭教发20号", "云岭教发20", "云岭教发第20号", "云岭教发 020 号文"])
def test_document_number_without_year(typed: str) -> None:
    meaning = interpret_search(typed)
    assert meaning.short_numbers == ("云岭教发20",)
    assert make_number_without_year("云岭教发〔2026〕20号") == "云岭教发20"


@pytest.mark.parametrize("typed", ["预算", "2026年预算", "住建局 年报 2025", "第20号建议", "养老 20", "20号", ""])
def test_queries_without_a_document_number(typed: str) -> None:
    assert not interpret_search(typed).numbers


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("015279/2026-00012", "015279202600012"),
        ("０１５２７９／２０２６－０００１２", "015279202600012"),
        ("GK 015279 2026 12", "gk015279202612"),
        ("2026", ""),
        ("education", ""),
        ("预算2026001", ""),
    ],
)
def test_index_number_is_recognised(typed: str, key: str) -> None:
    assert interpret_search(typed).index_key == key
    assert not key or make_index_number_key(typed) == key


@pytest.mark.parametrize("typed", ["12号令", "第12号市人民政府令", "令第12号", "市政府令十二号"])
def test_number_of_an_order_is_recognised(typed: str) -> None:
    meaning = interpret_search(typed)
    assert "令第12号" in (fold(meaning.words), *meaning.variants)


def test_official_terms_become_query_variants() -> None:
    assert interpret_search("社保卡挂失").variants == ("社会保障卡挂失",)
    assert interpret_search("预算").variants == ()


def test_invalid_facet_values_are_ignored() -> None:
    assert make_facet_token("kind", 'policy" OR "x') == ""
    assert list_chosen_tokens({"kind": "policy", "body": "x y"}) is None
    assert list_chosen_tokens({"kind": "", "body": "12"}) == ["b12"]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("预算", "预蒜", True),
        ("住房", "祖房", True),
        ("公积金", "公基金", True),
        ("宁静", "零进", True),
        ("预算", "决算", False),
    ],
)
def test_words_with_the_same_sound(one: str, other: str, alike: bool) -> None:
    assert (get_word_sound(one) == get_word_sound(other)) is alike


def test_split_title_terms() -> None:
    assert {"部门", "预算", "部门预算"} <= split_title_terms("云岭市2026年部门预算")


@pytest.mark.parametrize(
    ("piece", "term"),
    [("预蒜", "预算"), ("公积京", "公积金"), ("公基金", "公积金"), ("部们预算", "部门预算")],
)
def test_find_similar_terms(piece: str, term: str) -> None:
    known = SpellingVocabulary.from_titles(["2026年部门预算", "住房公积金提取", "公积金管理"])
    assert term in known.find_similar_terms(piece)
    assert term not in known.find_similar_terms(term)


@pytest.mark.parametrize(
    ("typed", "core"),
    [
        ("身份证怎么办", "身份证"),
        ("请问如何申请公租房？", "公租房"),
        ("营业执照需要什么材料", "营业执照"),
        ("加装电梯怎么申请补助", "加装电梯 补助"),
        ("老旧小区改造什么时候开始", "老旧小区改造"),
        ("什么是公租房", "公租房"),
        ("怎么办", ""),
        ("政府采购", ""),
        ("问题楼盘", ""),
        ("怎么办社保卡", "社保卡"),
        ("入学需要什么材料", "入学"),
        ("身份证丢了去哪里补办", "身份证"),
        ("办身份证要带什么", "身份证"),
        ("护照多久能办好", "护照"),
        ("可以网上办居住证吗", "居住证"),
        ("申请低保需要什么条件", "低保"),
        ("孩子上小学需要准备什么", "上小学"),
        ("公积金怎么提取", "公积金 提取"),
        ("我孙子上哪个小学", "上小学"),
        ("公积金在哪个窗口办", "公积金"),
        ("哪些人可以申请公租房", "公租房"),
        ("我妈的养老金怎么领", "养老金"),
        ("老人补贴怎么领", "老人补贴"),
        ("办公用房管理办法", ""),
        ("行政许可办理程序规定", ""),
        ("可再生能源", ""),
        ("在线办理", ""),
    ],
)
def test_topic_of_a_question(typed: str, core: str) -> None:
    assert interpret_search(typed).core == core


def test_similar_looking_characters_are_corrected() -> None:
    assert "教育" in list_similar_shapes("教肓")
    assert SpellingVocabulary.from_titles(["云岭市教育局部门预算"]).find_similar_terms("教肓")[0] == "教育"


def test_score_factor_prefers_authority_then_recency() -> None:
    ranked = [("normative", 0), ("interpretation", 0), ("notice", 0), ("notice", 900)]
    weights = [compute_score_factor(kind, days) for kind, days in ranked]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] / weights[-1] < 2


def test_official_term_replaces_everyday_word_in_a_question() -> None:
    assert interpret_search("社保卡丢了怎么补办").variants[0] == "社会保障卡"


def test_repeated_question_words_are_removed_in_linear_time() -> None:
    # As one regular expression this took exponential time in the number of repetitions.
    assert find_question_topic("公积金" + "能怎么" * 32) == "公积金"
    assert find_question_topic("能怎么" * 32 + "是x")


WATER = Synonyms([Synonym("水管", "管网"), Synonym("打疫苗", "疫苗接种"), Synonym("上班", "工作")])


def test_synonym_inside_another_word_is_ignored() -> None:
    assert interpret_search("供水管理规定废止了吗", WATER).variants == ()
    assert interpret_search("水管坏了", WATER).terms == ("管网",)
    assert interpret_search("哪里可以打疫苗", WATER).terms == ("疫苗接种",)
    assert interpret_search("人社局几点上班", WATER).terms == ()  # a word that most texts have is not worth telling


@pytest.mark.parametrize("end", ["不", "呢", "吗", "吧"])
def test_final_particles_are_removed(end: str) -> None:
    assert find_question_topic(f"租房子能取公积金{end}") == "租房子能取公积金"


def test_different_noun_is_not_proposed_as_correction() -> None:
    known = SpellingVocabulary.from_titles(["医保卡办理", "公积金提取"])
    assert "医保卡在哪" not in _weigh_proposals("医保局在哪", known)
    assert "公积金" in _weigh_proposals("公基金", known)


@pytest.mark.parametrize("typed", ["12路公交", "第12号政府令", "县长电话", "十二路公交"])
def test_counted_nouns_and_other_words_are_not_misspellings(typed: str) -> None:
    known = SpellingVocabulary.from_titles(["12坐公交", "坐公交", "市政府令", "省政府令", "校长电话", "二坐公交"])
    assert _weigh_proposals(typed, known) == {}


SYNONYMS = Synonyms([Synonym("大学生", "高校毕业生"), Synonym("住建局", "住房和城乡建设局"), Synonym("补贴", "补助")])


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("加装电梯管理办法现在有效吗", ["加装电梯"]),
        ("公积金最多能贷多少", ["公积金"]),
        ("下雪学校停不停课", ["下雪", "学校", "停课"]),
        ("云岭市有多少人口", ["人口"]),
        ("总第130期公报", ["总第130期", "公报"]),
        ("市政府令第12号", ["令第12号"]),
        ("住建局年报", ["住建局", "年报"]),
        ("小孩打预防针", ["预防针"]),  # the verb that the dictionary joins to it says nothing
        ("孙女上哪个初中", ["初中"]),
        ("孩子几岁上一年级", ["一年级"]),
        ("政府一年花多少钱", ["支出"]),
        ("申请办理", ["申请", "办理"]),  # nothing but weak words: each is needed
    ],
)
def test_select_needed_keywords(typed: str, words: list[str]) -> None:
    assert [word.text for word in select_needed_keywords(find_keywords(typed, SYNONYMS, {"云岭"}))] == words


def test_homophone_is_corrected_to_a_longer_word() -> None:
    assert is_homophone("公基金提取", "公积金提取")
    assert not is_homophone("公积金提取", "公基金提取")
    assert not is_homophone("彩礼标准", "彩高标准")


@pytest.mark.parametrize(
    ("typed", "proposed", "replaces"),
    [
        ("失业金怎么领", "事业金怎么领", True),
        ("失业登记", "事业登记", True),
        ("幼儿圆收费", "幼儿园收费", False),  # a word of the dictionary, but a hundred times rarer
        ("公基金提取", "公积金提取", False),
        ("居住正", "居住证", False),
    ],
)
def test_common_words_are_not_misspellings(typed: str, proposed: str, *, replaces: bool) -> None:
    assert replaces_words(typed, proposed) is replaces


def test_keyword_spellings_include_official_terms() -> None:
    found = find_keywords("大学生补贴", SYNONYMS)
    assert list_spellings(found)[0] == "大学生 补贴"
    assert "高校毕业生 补助" in list_spellings(found)
    assert compute_matched_share(found, "高校毕业生可以申请补助") == 1
    assert compute_matched_share(found, "新生入学") == 0
