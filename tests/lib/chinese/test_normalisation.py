"""Text from other sources: one spelling of each character, no spaces between letters of a name."""

import pytest

from gongkai.lib.chinese.normalisation import close_letter_spacing, normalise_text, unify_characters


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("申请⼈⽅⼤明，住云岭市⻘⼭路，部⻔⻓⻋⻢⻝", "申请人方大明，住云岭市青山路，部门长车马食"),
        ("\ue81e\ue826\ue831\ue855\ue815\ue790", "龴龵\U000215d7\U000241fe厂："),
        ("\uf900\ufa00\U0002f800", "豈切丽"),
        ("王\u200b芳\u00ad\ufeff，李\u2060强\ufe0f\U000e0100\x00\x07", "王芳，李强"),
        ("一\r\n二\r三\x0b四\u2028五", "一\n二\n三\n四\n五"),
        ("\u0627\u200c\u0628，王\u200c芳，\ud840", "\u0627\u200c\u0628，王芳，\ufffd"),
        ("e\u0301", "é"),
        ("䶮𬱟𡎚㛃𠮷①Ａ", "䶮𬱟𡎚㛃𠮷①Ａ"),
    ],
)
def test_characters_are_normalised(text: str, expected: str) -> None:
    assert normalise_text(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("关 于 印 发 《 办 法 》 的 通 知", "关于印发《办法》的通知"),
        ("刘 志 强\t5101\n李　　明\t22\n姓　名", "刘志强\t5101\n李明\t22\n姓名"),
        ("申请人：刘　志　强，李　明", "申请人：刘志强，李　明"),
        ("住 青 山 路 5 号 2 单 元 3 0 1 室", "住青山路5号2单元301室"),
        ("患 者 陈 静 怡 ， 女", "患者陈静怡，女"),
        ("序号 一 二 三\n  年  月  日\n甲 乙 丙\n男 女 男\nA 类 B 类 C 类", None),
        ("市 县：乡 镇\n责任单位 市教育局 市财政局", None),
        ("一、 总 则\n刘 志 强、李　明、陈静怡", "一、 总则\n刘志强、李明、陈静怡"),
        ("王 小 明 欧阳 敏 女\n王 子 乔 木", "王小明 欧阳敏 女\n王子乔木"),
        ("李 明 " * 2000, "李明 " * 2000),
    ],
)
def test_letter_spacing_is_closed(text: str, expected: str | None) -> None:
    assert close_letter_spacing(text) == (expected or text)


def test_unified_characters_keep_offsets() -> None:
    text = "⽔利部⻔\ue81e豈⼾"
    assert len(unify_characters(text)) == len(text)
    assert unify_characters(text)[-1] == "户"
