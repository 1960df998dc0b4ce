"""Tasks whose facts stand behind key words, as clerks of many offices type them: all forms give the same rows."""

from collections.abc import Mapping

import pytest

from gongkai.notices.keyed import keyed_blocks, named_tasks
from gongkai.notices.parsing import parse
from gongkai.reading import ReadingError
from gongkai.reading.document import Grid

FRONT = "清河市卫生健康委员会\n关于做好2027年政务公开工作的通知\n各科室：\n现通知如下。\n"
TASKS = (
    ("公开医院校验结果", {"who": "医政科", "limit": "6月30日前", "channel": "委网站、公示栏"}),
    ("公开就医流程", {"who": "体改科", "help": "财务科", "limit": "3月底前"}),
    ("公布接种单位名单", {"who": "疾控科", "limit": "每月10日前", "column": "政府信息公开—公共卫生"}),
    ("组织业务培训", {"who": "办公室", "help": "各科室"}),
)
WANTED = [
    ["公开医院校验结果", "责任单位：医政科", "6月30日前", "委网站、公示栏", ""],
    ["公开就医流程", "责任单位：体改科；配合单位：财务科", "3月底前", "", ""],
    ["公布接种单位名单", "责任单位：疾控科", "每月10日前", "", "政府信息公开—公共卫生"],
    ["组织业务培训", "责任单位：办公室；配合单位：各科室", "", "", ""],
]
KEYS = {
    "责任科室": ("责任科室", "协助科室", "完成时限", "公开渠道", "公开栏目"),
    "承办处室": ("承办处室", "协办处室", "办结时限", "发布渠道", "公开位置"),
    "责任股室": ("责任股室", "配合股室", "完成时间", "公开方式", "栏目路径"),
    "责任科室(单位)": ("责任科室(单位)", "配合科室(单位)", "时限要求", "公开载体", "发布栏目"),
}
#: Behind the task; between task and keys, between keys, behind the keys.
FORMS = {
    "lines": ("。", "\n", "\n", ""),
    "one line": ("", "\n", " ", ""),
    "bracket": ("。", "（", "；", "）"),
    "bracket before the stop": ("", "【", "，", "】。"),
    "half-width bracket": (".", "(", ";", ")"),
    "sentences": (".", "", ";", "."),
    "bracket on a line of its own": ("。", "\n（", "；", "）"),
}


def _typed(form: tuple[str, str, str, str], words: tuple[str, ...], colon: str, count: str) -> str:
    stop, begin, between, end = form
    keys: Mapping[str, str] = dict(zip(("who", "help", "limit", "channel", "column"), words, strict=True))
    lines = []
    for place, (task, facts) in enumerate(TASKS, 1):
        said = between.join(f"{keys[key]}{colon}{value}" for key, value in facts.items())
        lines.append(f"{count.format(place)}{task}{stop}{begin}{said}{end}")
    return FRONT + "一、重点公开\n" + "\n".join(lines) + "\n清河市卫生健康委员会\n2027年3月8日"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("words", KEYS)
@pytest.mark.parametrize(("colon", "count"), [("：", "{}．"), (":", "（{}）"), ("：", "")])
def test_keys_are_those_of_the_task_above(form: str, words: str, colon: str, count: str) -> None:
    blocks = keyed_blocks(_typed(FORMS[form], KEYS[words], colon, count))
    assert blocks
    grid = next(block for block in blocks if isinstance(block, Grid))
    rows = [[cell.text for cell in line.cells] for line in grid.lines]
    assert rows[1][0] == "一、重点公开"
    assert [[row[0].lstrip("（）．1234").rstrip("。."), *row[1:]] for row in rows[2:]] == WANTED


@pytest.mark.parametrize(
    "text",
    [
        "一、公开\n牵头单位：甲局\n1．公开预算。\n完成时限：3月底\n2．公开决算。\n责任单位：乙局\n3．公开结果。\n责任单位：丙局",
        "责任单位：甲局\n完成时限：3月底\n1．公开预算。\n责任单位：乙局\n2．公开决算。\n责任单位：丙局\n3．公开结果。",
        "1．公开预算。\n措施：上网。\n责任单位：甲局\n完成时限：3月底\n2．公开决算。\n责任单位：乙局\n3．公开结果。\n责任单位：丙局",
    ],
    ids=["keys of a heading", "keys above the tasks", "a label that is no key"],
)
def test_other_forms_are_left_to_reading(text: str) -> None:
    assert keyed_blocks(text) is None


def test_uneven_keys_are_asked() -> None:
    typed = _typed(FORMS["lines"], KEYS["责任科室"], "：", "{}．").replace(
        "完成时限：3月底前", "完成时限：3月底前\n完成时限：4月底前"
    )
    grid = next(block for block in keyed_blocks(typed) or () if isinstance(block, Grid))
    assert ["写了2次“完成时限”" in str(line.about) for line in grid.lines[2:]] == [False, True, False, False]


def test_a_notice_is_never_read_into_one_row_in_silence() -> None:
    typed = _typed(FORMS["half-width bracket"], KEYS["责任科室"], ":", "{}.")
    assert named_tasks(typed) == 4
    read = parse.here(typed.encode(), "a.txt", {})
    assert [row["responsible"] for row in read.notice["rows"]][:2] == [["医政科"], ["体改科", "财务科"]]  # type: ignore[attr-defined]
    together = "，".join(typed.split("\n")[5:9]).replace("(", "").replace(")", "")
    with pytest.raises(ReadingError, match="文中有4处写明责任单位，只读出1项任务"):
        parse.here(f"{FRONT}1．{together}（市教育局负责）".encode(), "a.txt", {})


BY_UNITS = """关于下达2027年任务清单的通知
各乡镇：
没有注明公开位置的，一律放县政府网站。
一、县财政局
1．预算公开，写到每一笔，让人看得明白看得懂看得
清。时间：3月20日前。公开位置：县政府网站→财政信息/村务公开栏。协助：县审计局。
2．决算公开。时间：
9月20日前。
二、县水利局
1 含县属事业单位。
3．水质公开。时间：每月10日前。公开位置：村务公开栏、“清河水利”。
附：几点说明
1．年底前报总结。
清河县政务公开办
2027年3月1日"""
MAIL = """> ■ 事项1  预算
> 谁办：财政局
> 谁帮：-
> 干啥：逐笔列出，
>       配图。
> 几时：3月20日
> 放哪：官网 > 财政；公示栏
>
> ■ 事项2  同上，决算
> 谁办：审计局
> 谁帮：同上
> 干啥：同上
> 几时：9月20日
> 放哪：同上
>
> ■ 事项3  水质
> 谁办：水利局
> 干啥：每月公布。
> 几时：每月10日前
> 放哪："""


def _cells(text: str) -> list[list[str]]:
    blocks = keyed_blocks(text)
    assert blocks
    grid = next(block for block in blocks if isinstance(block, Grid))
    return [[cell.text for cell in line.cells] for line in grid.lines if line.cells[1].text]


def test_headings_that_are_units_do_the_tasks_below_them() -> None:
    rows = _cells(BY_UNITS)
    assert rows[0] == ["工作任务", "责任单位", "完成时限", "公开渠道", "公开栏目"]
    assert rows[1:] == [
        [
            "1．预算公开，写到每一笔，让人看得明白看得懂看得清。",
            "责任单位：县财政局；配合单位：县审计局",
            "3月20日前",
            "村务公开栏",
            "县政府网站→财政信息",
        ],
        ["2．决算公开。", "责任单位：县财政局", "9月20日前", "", ""],
        ["3．水质公开。", "责任单位：县水利局", "每月10日前", "村务公开栏、“清河水利”", ""],
    ]


def test_quoted_mail_in_plain_words_is_read_and_the_same_as_above_resolved() -> None:
    assert _cells(MAIL)[1:] == [
        ["事项1  预算\n逐笔列出，配图", "责任单位：财政局", "3月20日", "公示栏", "官网 > 财政"],
        ["事项2  同上，决算\n逐笔列出，配图", "责任单位：审计局", "9月20日", "公示栏", "官网 > 财政"],
        ["事项3  水质\n每月公布", "责任单位：水利局", "每月10日前", "", ""],
    ]
