"""Tasks whose units stand after labels, in the ways that clerks type them."""

import pytest

from gongkai.lib.reading import ReadingError
from gongkai.lib.typed_json import read_records, read_texts
from gongkai.work.notices.importing.notice_parser import count_owner_labels, parse_notice

FRONT = "清河市卫生健康委员会\n关于做好2027年政务公开工作的通知\n各科室：\n现通知如下。\n一、重点公开\n"
TASKS = (
    ("公开医院校验结果", "医政科", "6月30日前"),
    ("公开就医流程", "体改科", "3月底前"),
    ("公布接种单位名单", "疾控科", "每月10日前"),
    ("公布培训安排", "办公室", "年底前"),
)
#: After the task; between task and labels, between labels, after the labels.
FORMS = {
    "lines": ("。", "\n", "\n", ""),
    "one line": ("", "\n", " ", ""),
    "bracket": ("。", "（", "；", "）"),
    "bracket before the stop": ("", "【", "，", "】。"),
    "half-width bracket": (".", "(", ";", ")"),
    "sentences": (".", "", ";", "."),
    "bracket on a line of its own": ("。", "\n（", "；", "）"),
}


def _typed(form: tuple[str, str, str, str], owner: str, limit: str, colon: str) -> str:
    stop, begin, between, end = form
    lines = [
        f"{place}．{task}{stop}{begin}{owner}{colon}{unit}{between}{limit}{colon}{day}{end}"
        for place, (task, unit, day) in enumerate(TASKS, 1)
    ]
    return FRONT + "\n".join(lines) + "\n清河市卫生健康委员会\n2027年3月8日"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("owner", "limit"), [("责任科室", "完成时限"), ("承办处室", "办结时限"), ("责任科室(单位)", "时限要求")]
)
@pytest.mark.parametrize("colon", ["：", ":"])
def test_units_after_labels_own_the_task_above(form: str, owner: str, limit: str, colon: str) -> None:
    read = parse_notice.here(_typed(FORMS[form], owner, limit, colon).encode(), "a.txt", {})
    rows = read_records(read.notice, "rows")
    assert [read_texts(row, "responsible") for row in rows] == [[unit] for _, unit, _ in TASKS]
    assert all(task in str(row["measure"]) for row, (task, _, _) in zip(rows, TASKS, strict=True))


def test_several_labelled_tasks_read_into_one_row_are_refused() -> None:
    typed = _typed(FORMS["bracket"], "责任科室", "完成时限", "：")
    assert count_owner_labels(typed) == len(TASKS)
    together = "，".join(typed.split("\n")[5:9]).replace("（", "").replace("）", "")
    with pytest.raises(ReadingError, match="文中有4处写明责任单位，只读出1项任务"):
        parse_notice.here(f"{FRONT}1．{together}（市教育局负责）".encode(), "a.txt", {})
