"""Prepared search texts: lazy and eager results agree, and offsets are kept."""

from gongkai.lib.privacy.proofreading.candidate_places import PrefixFilter, can_repeat
from gongkai.lib.privacy.search_text import prepare_text, replace_chinese_digits, to_half_width

TEXT = "云岭市人民政府关于做好工作的通知\n\n一、任务分工\x00各有关单位要认真落实😀工作\n最后一行"


def test_lazy_word_starts_equal_eager_ones() -> None:
    whole, seldom = prepare_text(TEXT).starts, prepare_text(TEXT, seldom=True).starts
    backwards = [seldom[at] for at in reversed(range(-len(TEXT) - 1, len(TEXT) + 1))][::-1]
    assert backwards == [whole[at] for at in range(-len(TEXT) - 1, len(TEXT) + 1)]


def test_half_width_and_digit_conversion_keeps_length() -> None:
    assert to_half_width("ＡＢ（１）　①：好\r\n〡〢〩") == "AB(1) 1:好 \n129"
    assert to_half_width("𝟙 𝟏\ud800") == "1 1\ufffd"
    assert replace_chinese_digits("二〇二六年壹月") == "2026年1月"
    assert replace_chinese_digits("15912345678一直，一二") == "15912345678一直,12".replace(",", "，")


def test_prefix_filter_finds_every_possible_start() -> None:
    heads = PrefixFilter(("布署", "再接再励", "截止目前为止"))
    assert heads.find_places("😀布署，再接再厉再接再励。截止目前") == [1, 8, 13]
    assert heads.find_places("布") == heads.find_places("") == []


def test_can_repeat_detects_repeated_words() -> None:
    for text in ("通知通知", "某任务分工任务分工", "一二三四五六七八一二三四五六七八"):
        assert can_repeat(text, 8)
    assert not can_repeat("2026-08-08和08-08，年年", 8)
