"""Rare characters, other spellings and spaced letters hide nobody from the search and the mask."""

import pytest

from gongkai.lib.privacy import find, mask


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("申请人王𬱟不服答复，住云岭市青山镇大𡎚村3组12号。", "王𬱟 云岭市青山镇大𡎚村3组12号"),
        ("申请人䶮晓龙不服答复；申请人𠮷田明不服答复；被处罚人：赵𬬭", "䶮晓龙 𠮷田明 赵𬬭"),
        ("姓名\t身份证号\n王𬱟\t510102198703154319\n李㛃\t无", "王𬱟 510102198703154319 李㛃"),
        ("申请人䶮晓龙、𠮷田明不服答复", "䶮晓龙 𠮷田明"),
        ("低保对象名单：王𬱟、李㛃、张伟强", "王𬱟 李㛃 张伟强"),
        ("申请⼈⽅⼤明，住云岭市⻘⼭路5号2单元301室。", "⽅⼤明 云岭市⻘⼭路5号2单元301室"),
        ("住户李\uf9e1明不服；申请人王\ue826不服答复", "李\uf9e1明 王\ue826"),
        ("申請人王麗娟，住雲嶺市青山鎮大嶺村3組12號", "王麗娟 雲嶺市青山鎮大嶺村3組12號"),
        ("姓名\t金额\n刘 志 强\t300\n李　　明\t300", "刘|志|强 李||明"),
        ("申请人：刘　志　强\n患 者 陈 静 怡 ， 女 ， 诊 断 为 肺 结 核 。", "刘|志|强 陈|静|怡 肺|结|核"),
        ("申请人阿卜杜拉･买买提；村民迪丽努尔．艾合麦提反映", "阿卜杜拉･买买提 迪丽努尔．艾合麦提"),
        ("电话：①③⑨①②③④⑤⑥⑦⑧，①13912345678", "①③⑨①②③④⑤⑥⑦⑧ 13912345678"),
        ("电话：❶❸❾❶❷❸❹❺❻❼❽、⒈⒊⒐⒈⒉⒊⒋⒌⒍⒎⒏、㈠㈢㈨㈠㈡㈢㈣㈤㈥㈦㈧", 3),
        ("电话：一三九一二三四五六七八、１３９１２３４５６７８、139\u200b1234\u200b5678，面积30m²", 3),
        ("王芳，女，1987\u200d年3月15日出生", "王芳 1987\u200d年3月15日"),
        (
            "王芳，女，１９８７０３１５出生；李强，二零零七年壹月拾伍日出生",
            "王芳 １９８７０３１５ 李强 二零零七年壹月拾伍日",
        ),
        ("姓名\t出生日期\n王芳\t二零零七年六月十八日\n李强\t20070618", "王芳 二零零七年六月十八日 李强 20070618"),
    ],
)
def test_personal_data_in_any_spelling(text: str, expected: str | int) -> None:
    found = [one.text.replace(" ", "|").replace("\u3000", "|") for one in find(text)]
    if isinstance(expected, int):
        assert len(found) == expected
    else:
        assert found == expected.split(" ")
    masked, _ = mask(text)
    assert not [one.text for one in find(text) if one.text in masked]
