"""Layouts that were misread when real notices were first imported, with invented texts."""

from gongkai.lib.reading import Notice
from gongkai.lib.reading.notice import read_notice

FRONT = (
    "云岭市人民政府办公室关于印发2026年工作要点的通知\n云府办发〔2026〕12号\n各区县人民政府，市政府各部门：\n"
    "现将工作要点印发给你们，请认真落实。\n云岭市人民政府办公室\n2026年4月8日\n2026年工作要点\n"
)


def read(text: str) -> Notice:
    return read_notice((FRONT + text).encode())


def row_warnings(notice: Notice, row: int | None) -> list[str]:
    return [warning.message for warning in notice.warnings if warning.row == row]


def due_dates(notice: Notice) -> list[list[str | None]]:
    return [[duty.due.date for duty in row.duties if duty.due] for row in notice.rows]


def test_drafting_unit_and_submission_date_are_read_from_labels() -> None:
    """Earlier the units of these tasks were lost without a warning."""
    notice = read("""一、地方性法规草案（1件）
云岭市城市管理条例
起草单位：市城管局
报送议案时间：2026年10月底
二、市政府规章（1件）
云岭古城保护办法
起草单位：市住房城乡建设局
报送审议时间：2026年12月底
三、调研论证项目
1.云岭市文明行为促进条例
责任单位：市精神文明办
""")
    assert [(row.section[:2], row.measure, row.responsible) for row in notice.rows] == [
        ("一、", "云岭市城市管理条例", ("市城管局",)),
        ("二、", "云岭古城保护办法", ("市住房城乡建设局",)),
        ("三、", "1.云岭市文明行为促进条例", ("市精神文明办",)),
    ]
    assert due_dates(notice) == [["2026-10-31"], ["2026-12-31"], []]


def test_unknown_label_used_twice_names_units_with_warning() -> None:
    notice = read("""一、推进公开
1.公布清单，做到应公开尽公开。（提出单位：市司法局）
2.公布目录，做到应公开尽公开。（提出单位：市财政局、市教育局）
3.公布规划，做到应公开尽公开。（责任单位：市发展改革委）
""")
    assert [row.responsible for row in notice.rows] == [
        ("市司法局",),
        ("市财政局", "市教育局"),
        ("市发展改革委",),
    ]
    assert row_warnings(notice, 1) == ["“提出单位”按责任单位读取，请核对"]
    assert row_warnings(notice, 3) == []


def test_single_unknown_label_and_point_without_units_are_flagged() -> None:
    notice = read("""一、推进公开
1.公布清单，做到应公开尽公开。
执笔单位：市司法局
2.公布规划，做到应公开尽公开。
责任单位：市发展改革委
3.公布目录，做到应公开尽公开。
责任单位：市财政局
""")
    assert row_warnings(notice, 1) == [
        "其中几项没有另写单位，按与最后一项同一单位读取，请核对",
        "举措中的“执笔单位：市司法局”像是写明单位，没有读入单位栏，请核对",
    ]
    assert row_warnings(notice, 2) == []


def test_numbered_points_on_one_line_keep_their_common_heading() -> None:
    notice = read(
        "一、减少审批\n1.深化登记改革。（1）实行多证合一。按目录整合证照。（市工商局牵头负责）（2）实行网上登记。推行网上申请。（市工商局牵头，市大数据局配合）\n"
        "2.压缩审批时限。（1）推行容缺受理。（市发展改革委牵头负责）（2）推行联合验收。（市住建局牵头负责）\n"
    )
    assert [(row.extras["上级标题"], row.measure[:9], row.lead) for row in notice.rows] == [
        ("1.深化登记改革。", "（1）实行多证合一", ("市工商局",)),
        ("1.深化登记改革。", "（2）实行网上登记", ("市工商局",)),
        ("2.压缩审批时限。", "（1）推行容缺受理", ("市发展改革委",)),
        ("2.压缩审批时限。", "（2）推行联合验收", ("市住建局",)),
    ]


def test_press_conference_schedule_is_read_as_tasks() -> None:
    cells = ["序号", "发布主题", "发布单位", "拟发布月"]
    cells += ["1", "全市建筑业运行情况新闻发布会", "市住建局", "2026年5月"]
    cells += ["2", "乡村建设新闻发布会", "市农业农村局", "2026年6月"]
    cells += ["3", "上半年经济运行情况新闻发布会", "市统计局", "2026年7月"]
    notice = read("".join(f"{cell} |\n" for cell in cells))
    assert [(row.measure, row.responsible) for row in notice.rows] == [
        ("全市建筑业运行情况新闻发布会", ("市住建局",)),
        ("乡村建设新闻发布会", ("市农业农村局",)),
        ("上半年经济运行情况新闻发布会", ("市统计局",)),
    ]
    assert due_dates(notice) == [["2026-05-31"], ["2026-06-30"], ["2026-07-31"]]


def test_publisher_column_is_ignored_without_topic_column() -> None:
    notice = read(
        "标题 | 发布单位 | 发布时间 |\n关于放假的通知 | 市政府办公室 | 2026年4月1日 |\n\n1.公布目录。（责任单位：市财政局）\n"
    )
    assert [row.responsible for row in notice.rows] == [("市财政局",)]


def test_lowest_level_is_measure_and_units_on_two_lines_share_cell() -> None:
    cells = ["一级指标", "二级指标", "三级指标", "四级指标", "责任科室"]
    cells += ["主动公开", "重点领域", "医疗服务", "是否公开医疗机构检查计划和方案", "医政科", "监督科"]
    cells += ["依申请公开", "受理答复", "答复期限", "是否在法定期限内答复政府信息公开申请", "办公室"]
    notice = read("\n".join(cells) + "\n")
    assert [(row.section, row.measure, row.responsible) for row in notice.rows] == [
        ("主动公开", "是否公开医疗机构检查计划和方案", ("医政科", "监督科")),
        ("依申请公开", "是否在法定期限内答复政府信息公开申请", ("办公室",)),
    ]
    assert "单位分几行印出，按同一格读取，请核对" in row_warnings(notice, 1)


def test_sentence_after_last_bracket_is_flagged() -> None:
    notice = read(
        "一、加强公开\n（一）围绕重点公开。公开规划。（牵头单位：市规划局）公开产业政策。（牵头单位：市发展改革委）公开金融政策。\n"
    )
    assert [(row.measure, row.lead) for row in notice.rows] == [
        ("公开规划。", ("市规划局",)),
        ("公开产业政策。公开金融政策。", ("市发展改革委",)),
    ]
    assert row_warnings(notice, 1) == []
    assert row_warnings(notice, 2) == ["括号之后的“公开金融政策”没有另写单位，按同一单位读取，请核对"]


def test_all_deadlines_in_bracket_are_read_and_ongoing_has_no_date() -> None:
    notice = read(
        "一、任务\n1.落实政策。（市政府各部门分别负责，年内持续推进）\n2.公布清单。（市司法局牵头，8月底前完成并持续推进）\n"
        "3.公布目录。（市财政局负责，9月底前出台文件，年内持续推进）\n4.严控产能。（市工信局牵头抓总，市生态环境局协同推进，各区县具体落实）\n"
    )
    assert [[duty.due.date or duty.due.mode for duty in row.duties if duty.due] for row in notice.rows] == [
        ["持续"],
        ["2026-08-31", "持续"],
        ["2026-09-30", "持续"],
        [],
    ]
    assert (notice.rows[3].lead, notice.rows[3].responsible) == (("市工信局",), ("市生态环境局", "各区县"))


def test_label_after_space_is_not_part_of_unit_name() -> None:
    notice = read(
        "一、任务\n1.公布规划。（牵头单位：市发展改革委 配合单位：市财政局、市司法局 完成时限：2026年10月）\n"
    )
    assert (notice.rows[0].lead, notice.rows[0].responsible) == (("市发展改革委",), ("市财政局", "市司法局"))
    assert not any("空格" in words for words in row_warnings(notice, 1))


def test_page_without_letterhead_takes_date_below_first_paragraph() -> None:
    notice = read_notice(
        """各村、各站所：
经研究决定，现将2026年工作计划印发给你们。
二〇二六年四月八日
专项工作计划
专项任务 | 时间安排 | 责任单位 |
烟花爆竹整治 | 9月份 | 安监站 |
养老机构建设 | 10月投入使用 | 民政所 |
电力设施整治 | 2月份 | 电管所 |
""".encode()
    )
    assert notice.issued_on == "2026-04-08"
    assert due_dates(notice) == [["2026-09-30"], ["2026-10-31"], ["2026-02-28"]]
    assert any("早于印发日期" in words for words in row_warnings(notice, 3))


def test_inspection_schedule_separates_object_columns_from_units() -> None:
    notice = read("""序号 | 抽查任务名称 | 抽查类型 | 抽查事项 | 检查对象 | 抽查比例 | 实施 时间 | 实施单位 |
1 | 担保行业抽查 | 定向 | 监管制度的执行情况，备案和报告情况。 | 担保公司 | 100% | 2026年9月 | 市政府办公室 |
2 | 典当行业抽查 | 定向 | 是否从其他机构借款，是否超范围经营。 | 典当行 | 50% | 2026年10月 | 市商务局 |
""")
    assert [(row.section, row.measure[:6], row.responsible) for row in notice.rows] == [
        ("担保行业抽查", "监管制度的执", ("市政府办公室",)),
        ("典当行业抽查", "是否从其他机", ("市商务局",)),
    ]
    assert due_dates(notice) == [["2026-09-30"], ["2026-10-31"]]
