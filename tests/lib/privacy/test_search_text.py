"""Texts made ready for looking: what is looked up late is the same as what is looked up at once."""

from gongkai.lib.privacy.proofreading.candidate_places import PrefixFilter, can_repeat
from gongkai.lib.privacy.search_text import prepare_text, replace_chinese_digits, to_half_width

TEXT = "云岭市人民政府关于做好工作的通知\n\n一、任务分工\x00各有关单位要认真落实😀工作\n最后一行"


def test_borders_of_words_that_are_asked_for_line_by_line_are_those_of_the_whole_text() -> None:
    whole, seldom = prepare_text(TEXT).starts, prepare_text(TEXT, seldom=True).starts
    backwards = [seldom[at] for at in reversed(range(-len(TEXT) - 1, len(TEXT) + 1))][::-1]
    assert backwards == [whole[at] for at in range(-len(TEXT) - 1, len(TEXT) + 1)]


def test_what_half_width_and_digits_change_keeps_its_length() -> None:
    assert to_half_width("ＡＢ（１）　①：好\r\n〡〢〩") == "AB(1) 1:好 \n129"
    assert to_half_width("𝟙 𝟏\ud800") == "1 1\ufffd"
    assert replace_chinese_digits("二〇二六年壹月") == "2026年1月"
    assert replace_chinese_digits("15912345678一直，一二") == "15912345678一直,12".replace(",", "，")


def test_every_place_where_a_string_may_begin_is_told() -> None:
    heads = PrefixFilter(("布署", "再接再励", "截止目前为止"))
    assert heads.find_places("😀布署，再接再厉再接再励。截止目前") == [1, 8, 13]
    assert heads.find_places("布") == heads.find_places("") == []


def test_words_that_stand_twice_are_not_passed_over() -> None:
    for text in ("通知通知", "某任务分工任务分工", "一二三四五六七八一二三四五六七八"):
        assert can_repeat(text, 8)
    assert not can_repeat("2026-08-08和08-08，年年", 8)
