"""People whose names are known are found in every form of their names; everyday words that look like them are left."""

import pytest

from gongkai.lib.privacy.known_names import find_known_people


def marked(text: str, name: str, *, posts: bool = True) -> str:
    for one in reversed(find_known_people(text, [name], posts=posts)):
        text = f"{text[: one.start]}【{text[one.start : one.end]}】{text[one.end :]}"
    return text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "夏侯婉清",
            "小名【婉清】，【夏侯女士】，【婉清】多次来电，【夏侯某】、【夏 侯　婉\u200b清】，住夏侯路",
        ),
        ("李强", "【李强】说【老李】来过，【小强】也来，【李副主任】；增强能力，李家庄，强度，加强管理"),
        ("王文明", "【文明】多次来电，【王老师】；推进文明城市创建，精神文明建设"),
        ("赵文静", "告诉【文静】，找【文静】要材料"),
        ("于海洋", "【于先生】位于公司，由于同志反映，【海洋】来电，海洋局"),
        ("高峰", "【高校长】、【高峰】来电；高校长期，高峰期，高峰路"),
        ("王建国", "【建国】多次反映；李建国局长，建国以来"),
        ("李国公", "【国公】来电；中国公民"),
        ("欧阳文静", "【欧阳老师】，【文静】说"),
        ("阿卜杜拉·买买提", "【阿卜杜拉•买买提】，【买买提先生】，【阿卜杜拉买买提】，【阿卜杜拉】来电"),
        ("扎西次仁", "【扎西先生】，【次仁】来电"),
        ("𠮷田明", "【田明】来电，【𠮷女士】，【𠮷田先生】"),
        ("张㐀𠀀", "【㐀𠀀】来电，【张女士】"),
        ("王李思琪", "【思琪】来电，【王女士】，【王李女士】，【李思琪】"),
        (
            "李静",
            "【静静】来电，找【静姐】，【李××女士】、【李XX】、【李某某女士】；【Lǐ Jìng】、【jing li】；安静，静态，于××年",
        ),
        ("公孙若兰", "【兰兰】来电，【小兰姐】说，【若兰姐】，【gongsunruolan】，【Ruo-lan】；兰州，ruolang"),
        ("吕绿", "【Lv Lv】，【lyulü】，【LU LU】"),
        ("梅望舒", "【梅·望舒】、【梅.望舒】、【梅－望舒】、【梅ㆍ望舒】"),
        ("公孙若兰", "【公孫若蘭】、【若蘭】说"),
        ("阿卜杜拉·买买提", "【阿卜杜拉.买买提】、【阿卜杜拉．买买提】，3.5万元"),
        ("John Smith", "【john  SMITH】; 【Smith】 said; 【Ｊｏｈｎ】; Johnson"),
    ],
)
def test_every_form_of_a_known_name(name: str, expected: str) -> None:
    assert marked(expected.replace("【", "").replace("】", ""), name) == expected


def test_a_title_of_office_counts_only_where_asked_for() -> None:
    assert marked("王主任答复王女士", "王芳", posts=False) == "王主任答复【王女士】"
