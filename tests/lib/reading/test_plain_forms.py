"""Common typed forms: two header rows, a row for each unit, units in headings, several orders."""

import pytest

from gongkai.lib.reading import Notice
from gongkai.lib.reading.notice import read_notice

HEAD = """云岭市人民政府办公室关于印发2026年云岭市政务公开工作要点的通知
云府办发〔2026〕9号
各区县人民政府，市政府各部门：
《2026年云岭市政务公开工作要点》已经市政府同意，现印发给你们，请认真贯彻落实。
云岭市人民政府办公室
2026年4月20日
"""


def _text(body: str) -> Notice:
    return read_notice((HEAD + body).encode())


def _page(table: str, after: str = "") -> Notice:
    head = "<h1>云岭市2026年政务公开任务分解表</h1>"
    return read_notice(f"<html><body>{head}<table>{table}</table>{after}</body></html>".encode())


def _measures_with_units(notice: Notice) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [(row.measure, row.lead, row.responsible) for row in notice.rows]


def _warning_text(notice: Notice) -> str:
    return "\n".join(warning.message for warning in notice.warnings)


CATALOGUE = """<tr><td rowspan=2>序号</td><td colspan=2>公开事项</td><td rowspan=2>公开内容（要素）</td><td rowspan=2>公开时限</td>
<td rowspan=2>公开主体</td><td rowspan=2>公开渠道和载体</td><td colspan=2>公开方式</td><td colspan=2>公开层级</td></tr>
<tr><td>一级事项</td><td>二级事项</td><td>主动</td><td>依申请公开</td><td>县级</td><td>乡级</td></tr>
<tr><td>1</td><td>义务教育</td><td>招生管理</td><td>划片范围</td><td>每月10日前</td><td>市教育局、各区县教育局</td>
<td>■政府网站 □政府公报 ■公示栏</td><td>√</td><td></td><td>√</td><td>√</td></tr>
<tr><td>2</td><td>社会救助</td><td>低保对象</td><td>名单及金额</td><td>每月10日前</td><td>市民政局</td>
<td>■政府网站</td><td>√</td><td></td><td>√</td><td></td></tr>"""


def test_catalogue_with_two_header_rows_keeps_both_and_ticked_channels() -> None:
    notice = _page(CATALOGUE)
    assert [(row.section, row.item, row.responsible) for row in notice.rows] == [
        ("义务教育", "招生管理", ("市教育局", "各区县教育局")),
        ("社会救助", "低保对象", ("市民政局",)),
    ]
    assert notice.rows[0].extras["公开方式（主动）"] == "√"
    assert notice.rows[0].duties[0].channels == ("政府网站", "公示栏")
    assert "未读入" not in _warning_text(notice)
    assert "不认识" not in _warning_text(notice)


def test_column_name_under_公开栏目_is_path_and_signature_below_is_read() -> None:
    notice = _page(
        "<tr><td>公开内容</td><td>责任部门</td><td>公开栏目</td></tr>"
        "<tr><td>领导信息</td><td>市政府办公室</td><td>政府领导</td></tr>"
        "<tr><td>公报</td><td>市政府办公室</td><td>政府公报</td></tr>",
        "<p>云岭市人民政府办公室</p><p>2026年3月5日</p><p>打印 关闭</p><p>版权所有 云岭市人民政府 滇ICP备1号</p>",
    )
    assert [row.duties[0].paths for row in notice.rows] == [(("政府网站", "政府领导"),), ()]
    assert notice.rows[1].duties[0].channels == ("政府公报",)
    assert (notice.issuer, notice.issued_on) == ("云岭市人民政府办公室", "2026-03-05")
    assert "未读入" not in _warning_text(notice)


def test_deadlines_in_brackets_after_units_are_read() -> None:
    notice = _page(
        "<tr><td>工作任务</td><td>责任单位及时限</td></tr>"
        "<tr><td>公开规划信息</td><td>市发展改革委（6月底前）</td></tr>"
        "<tr><td>公开财政信息</td><td>市财政局（10月底前）、各区县（12月底前）</td></tr>"
    )
    assert [row.responsible for row in notice.rows] == [("市发展改革委",), ("市财政局", "各区县")]
    assert [duty.due and duty.due.date for duty in notice.rows[0].duties] == ["2026-06-30"]
    assert {warning.row for warning in notice.warnings if "没有作为时限" in warning.message} == {2}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "一、市政务公开办主要职责\n1.统筹指南和目录的编制。\n二、市政府新闻办工作职责\n1.组织新闻发布会。\n",
            [("1.统筹指南和目录的编制。", (), ("市政务公开办",)), ("1.组织新闻发布会。", (), ("市政府新闻办",))],
        ),
        (
            "（一）稳住预期。每季度公布指标。（法规科、办公室分别牵头，财贸科等负责落实）每月公布全市经济运行情况\n",
            [("每季度公布指标。每月公布全市经济运行情况", ("法规科", "办公室"), ("财贸科",))],
        ),
        (
            "一、主动公开\n责任单位：市发展改革委\n（一）公开规划信息。\n（二）公开项目信息。\n责任单位：市财政局\n（三）公开预算信息。\n",
            [
                ("（一）公开规划信息。", (), ("市发展改革委",)),
                ("（二）公开项目信息。", (), ("市发展改革委",)),
                ("（三）公开预算信息。", (), ("市财政局",)),
            ],
        ),
        (
            "1.公开规划信息，由市发展改革委王某同志牵头负责。\n2.政策解读，由市政府办公室赵某同志牵头负责。\n",
            [
                ("1.公开规划信息，由市发展改革委王某同志牵头负责。", ("市发展改革委",), ()),
                ("2.政策解读，由市政府办公室赵某同志牵头负责。", ("市政府办公室",), ()),
            ],
        ),
        (
            "市财政局要公开预决算，市教育局要在6月底前公开招生方案。\n市教育局会同各区县政府公开招生结果。\n请各单位于4月30日前报送联络员名单。\n",
            [
                ("市财政局要公开预决算", (), ("市财政局",)),
                ("市教育局要在6月底前公开招生方案。", (), ("市教育局",)),
                ("市教育局会同各区县政府公开招生结果。", ("市教育局",), ("各区县政府",)),
                ("请各单位于4月30日前报送联络员名单。", (), ("各单位",)),
            ],
        ),
    ],
)
def test_running_text_names_units(body: str, expected: list[tuple[str, tuple[str, ...], tuple[str, ...]]]) -> None:
    assert _measures_with_units(_text(body)) == expected


def test_footer_of_saved_page_is_not_task() -> None:
    body = "一、推进解读\n（一）提高解读质量。（市政府各部门）\n（二）回应关切。（市政府办公室）\n打印\n版权所有 云岭市人民政府办公室 滇ICP备1号\n"
    notice = _text(body)
    assert len(notice.rows) == 2
    assert "未读入" not in _warning_text(notice)


def test_two_dates_for_one_task_are_flagged() -> None:
    notice = _text(
        "（一）集中公开历史规划，年底前完成。责任单位：市发展改革委。完成时限：2026年6月底。\n（二）公开预算。责任单位：市财政局。\n"
    )
    assert [duty.due.date for duty in notice.rows[0].duties if duty.due] == ["2026-12-31", "2026-06-30"]
    assert "两个日期都已读入" in _warning_text(notice)


def test_frequency_in_final_bracket_is_read() -> None:
    notice = _text("一、推进解读（责任单位：市政府办公室）\n1.完善机制。（6月底前）\n2.做好回应。（常态化）\n")
    assert [duty.due.kind for duty in notice.rows[0].duties if duty.due] == ["by_date", "ongoing"]


def test_minutes_take_date_below_title_and_units_from_sentences() -> None:
    notice = read_notice(
        "云岭市政务公开领导小组会议纪要\n2026年4月2日\n一、会议议定：\n1.市财政局落实经费，5月底前拨付。\n"
        "2.市政府办公室会同市委宣传部，年内举办新闻发布会不少于4场。\n".encode()
    )
    assert notice.issued_on == "2026-04-02"
    assert [(row.lead, row.responsible) for row in notice.rows] == [
        ((), ("市财政局",)),
        (("市政府办公室",), ("市委宣传部",)),
    ]


def test_header_spanning_lead_and_assisting_names_no_lead() -> None:
    notice = _page(
        "<tr><td rowspan=2>工作任务</td><td colspan=2>责任单位</td></tr><tr><td>牵头</td><td>配合</td></tr>"
        "<tr><td>公开规划</td><td>市发展改革委</td><td>市自然资源局</td></tr><tr><td>政策解读</td><td colspan=2>各部门</td></tr>"
    )
    assert [(row.lead, row.responsible) for row in notice.rows] == [
        (("市发展改革委",), ("市自然资源局",)),
        ((), ("各部门",)),
    ]
    assert "合并的格中" in _warning_text(notice)


def test_requirement_column_with_dates_only_is_deadline() -> None:
    """Its date takes precedence over the month in another column."""
    notice = _page(
        "<tr><td>月份</td><td>工作事项</td><td>承办单位</td><td>要求</td></tr>"
        "<tr><td>4月</td><td>公开年度任务分解</td><td>县政府督查室</td><td>4月15日前</td></tr>"
        "<tr><td>7月</td><td>政府网站半年自查</td><td>县大数据中心</td><td>7月10日前报送自查报告</td></tr>"
        "<tr><td>每月</td><td>信息公开通报</td><td>县政府办</td><td>每月5日前</td></tr>"
    )
    assert [row.measure for row in notice.rows] == ["公开年度任务分解", "政府网站半年自查", "信息公开通报"]
    dues = [[(duty.due.date, duty.due.day) for duty in row.duties if duty.due] for row in notice.rows]
    assert dues == [[("2026-04-15", None)], [("2026-07-10", None)], [(None, 5)]]
    assert {warning.row for warning in notice.warnings if "按时限读取" in warning.message} == {1, 2, 3}


def test_margins_and_merged_cells_are_not_columns() -> None:
    notice = _page(
        "<tr><td></td><td colspan=2>工作内容</td><td colspan=2>责任股室</td><td>时限</td></tr>"
        "<tr><td></td><td colspan=2>公开收费标准</td><td colspan=2>社会事务股</td><td>3月31日前</td></tr>"
        "<tr><td></td><td colspan=2>公开年检结果</td><td colspan=2>社会组织股</td><td>8月底前</td></tr>"
    )
    assert _measures_with_units(notice) == [
        ("公开收费标准", (), ("社会事务股",)),
        ("公开年检结果", (), ("社会组织股",)),
    ]


def test_opening_words_of_minutes_are_removed_from_points() -> None:
    notice = _text(
        "一、会议听取了汇报，议定：由市数据局牵头、市公安局配合，7月15日前完成改版。\n二、议定：由市教育局负责，8月10日前公布片区图。\n"
    )
    assert [(row.lead, row.responsible) for row in notice.rows] == [
        (("市数据局",), ("市公安局",)),
        ((), ("市教育局",)),
    ]


def test_problem_column_is_not_task_and_editor_is_not_unit() -> None:
    notice = _page(
        "<tr><td>问题描述</td><td>整改措施</td><td>牵头科室</td><td>整改期限</td></tr>"
        "<tr><td>答复超期2件</td><td>专人登记</td><td>办公室</td><td>11月30日前</td></tr>"
        "<tr><td>栏目空白</td><td>补齐材料</td><td>信息中心</td><td>12月底前</td></tr>",
        "<p>制表：局办公室　　2026年11月6日</p>",
    )
    assert _measures_with_units(notice) == [("专人登记", ("办公室",), ()), ("补齐材料", ("信息中心",), ())]
    notice = _page(
        "<tr><td>一级指标</td><td>分值</td><td>评分标准</td><td>评分单位</td><td>考核对象</td></tr>"
        "<tr><td>主动公开</td><td>30</td><td>目录齐全</td><td>市政府办公室</td><td>各区县</td></tr>"
        "<tr><td>解读</td><td>20</td><td>形式多样</td><td>市政府新闻办</td><td>市直各部门</td></tr>"
    )
    assert _measures_with_units(notice) == [("目录齐全", (), ("各区县",)), ("形式多样", (), ("市直各部门",))]


@pytest.mark.parametrize(
    ("head", "tail"),
    [
        ("云岭市卫生局2026年任务分工\n（2026年4月2日）\n", ""),
        ("云岭市住建局2026年政务公开要点\n根据要求，制定本要点。\n", "　　　　2026年4月2日\n"),
        ("云岭市2026年任务分工\n成文日期2026-04-02\n", ""),
        ("云岭市2026年任务分工\n制表：局办公室　　2026年4月2日\n", ""),
    ],
)
def test_issue_date_is_found_in_various_places(head: str, tail: str) -> None:
    body = "1.公开预算。（市财政局）\n2.公开规划。（市发展改革委）\n"
    assert read_notice((head + body + tail).encode()).issued_on == "2026-04-02"


def test_every_order_in_sentences_is_read() -> None:
    notice = _text(
        "由市数据局牵头，市网信办配合，6月底前完成改版。政府公报由市政府办公室负责编辑。\n"
        "市财政局会同市审计局于9月底前公开整改情况。\n市司法局要每季度通报纠错情况。\n"
    )
    assert [(row.lead, row.responsible) for row in notice.rows] == [
        (("市数据局",), ("市网信办",)),
        ((), ("市政府办公室",)),
        (("市财政局",), ("市审计局",)),
        ((), ("市司法局",)),
    ]
    assert all(any(warning.row == number for warning in notice.warnings) for number in range(1, 5))


def test_lead_in_brackets_before_space_is_read() -> None:
    notice = _text("1.开设栏目。\n责任单位：县融媒体中心（牵头） 县政府办公室\n2.公开预算。\n责任单位：县财政局\n")
    assert (notice.rows[0].lead, notice.rows[0].responsible) == (("县融媒体中心",), ("县政府办公室",))


def test_office_headings_with_remarks_are_read() -> None:
    notice = _text(
        "一、办公室（牵头科室）\n负责修订指南，2月底前完成；\n负责网页保障。\n二、法规科——联系人：李某\n公示处罚信息。\n三、各市场监管所\n设置公开栏\n"
        "此前分工与本通知不一致的，以本通知为准。\n"
    )
    assert [(row.measure, row.lead, row.responsible) for row in notice.rows] == [
        ("负责修订指南，2月底前完成；", ("办公室",), ()),
        ("负责网页保障。", ("办公室",), ()),
        ("公示处罚信息。", (), ("法规科",)),
        ("设置公开栏", (), ("各市场监管所",)),
    ]


def test_units_in_bracket_within_only_sentence_are_read() -> None:
    notice = _text(
        "1.公开规划，方便查阅（市发改委，6月底前）\n2.公开预算（市财政局）\n3.公开审计（市审计局）\n4.引入评估（市府办、市财政局），结果第四季度通报。\n"
    )
    assert notice.rows[3].responsible == ("市府办", "市财政局")
    assert {warning.row for warning in notice.warnings if "由正文语句推断" in warning.message} == {4}


def test_labels_below_task_include_publication_channel() -> None:
    notice = _text(
        "一、办事\n1、公布行政复议案件的办理结果，典型案例由办案科室整理。\n牵头：市司法局　　协办：市法院　　时限：6月底前　　"
        "载体：政府网站、微信公众号\n"
        "2、公布公厕位置。\n牵头：市城市管理局　　时限：8月底前　　载体：政务大厅公示屏\n"
    )
    assert [(row.lead, row.extras.get("公开载体")) for row in notice.rows] == [
        (("市司法局",), "政府网站、微信公众号"),
        (("市城市管理局",), "政务大厅公示屏"),
    ]
    assert "按只用于最后一项读取" not in _warning_text(notice)


def test_row_continues_under_repeated_heading_marked_continued() -> None:
    notice = _page(
        "<tr><th>工作任务</th><th>具体内容</th><th>责任分工</th><th>完成时限</th></tr>"
        "<tr><td>一、民生领域</td><td>1．公开公园的开放时间、</td><td>市园林局</td><td>6月底前</td></tr>"
        "<tr><th>工作任务</th><th>具体内容</th><th>责任分工</th><th>完成时限</th></tr>"
        "<tr><td>一、民生领域（续）</td><td>门票价格和无障碍设施。</td><td></td><td></td></tr>"
        "<tr><td>一、民生领域（续）</td><td>2．公开救助站名单。</td><td>市民政局</td><td>9月底前</td></tr>"
    )
    assert [(row.section, row.measure) for row in notice.rows] == [
        ("一、民生领域", "1．公开公园的开放时间、门票价格和无障碍设施。"),
        ("一、民生领域", "2．公开救助站名单。"),
    ]


def test_other_channels_are_replaced_by_their_definition() -> None:
    notice = _text(
        "一、公开\n1.公开规划（公开路径：1.政府网站>规划；2.手机报、广播电视等其他合适渠道，以下称其他渠道）。（责任单位：市发展改革委）\n"
        "2.公开预算（公开路径：1.政府网站>预算；2.其他渠道）。（责任单位：市财政局）\n"
    )
    assert [duty.channels for row in notice.rows for duty in row.duties] == [("手机报", "广播电视")] * 2
