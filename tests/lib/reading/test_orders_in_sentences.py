"""Letters, minutes and reminders that name their units in sentences; papers copied out of a PDF; sheets whose headings are offices."""

from gongkai.lib.reading import Notice
from gongkai.lib.reading.notice import read_notice

HEAD = "云岭市人民政府办公室\n工作提示\n2026年4月1日\n"


def _text(body: str) -> Notice:
    return read_notice((HEAD + body).encode())


def _who(notice: Notice) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [(row.lead, row.responsible) for row in notice.rows]


def test_minutes_that_open_every_sentence_with_the_meeting() -> None:
    notice = _text(
        "一、关于棚改\n    会议明确，由区住建局牵头，区征收办、三江街道配合，于9月底前公开计划。\n"
        "二、关于抽检\n    会议要求，区食药监局每周发布一次抽检结果；区市监局要在10月15日前建成专栏。\n"
        "三、关于救助\n    会议同意区民政局提出的意见，救助对象信息由各街道于每季度首月10日前张榜公示。\n"
    )
    assert _who(notice) == [
        (("区住建局",), ("区征收办", "三江街道")),
        ((), ("区食药监局",)),
        ((), ("区市监局",)),
        ((), ("各街道",)),
    ]
    assert all(any(warning.row == number for warning in notice.warnings) for number in range(1, 5))


def test_reminders_that_say_by_when_first_and_please_behind_the_units() -> None:
    notice = _text(
        "1、7月10日前，各乡镇（街道）完成栏目自查。\n2、县财政局、县教体局请在7月底前报送案例；\n"
        "3、8月15日前，县司法局会同县政府办公室完成目录更新\n4、请县信访局牵头，县数据局配合，9月底前开通热线。\n"
    )
    assert _who(notice) == [
        ((), ("各乡镇（街道）",)),
        ((), ("县财政局", "县教体局")),
        (("县司法局",), ("县政府办公室",)),
        (("县信访局",), ("县数据局",)),
    ]


def test_lines_that_a_pdf_broke_and_a_bracket_over_two_pages() -> None:
    text = (
        "云岭市2026年政务公开任务书\n一、抓好新修订《条例》的贯彻实施\n"
        "1.对照新《条例》要求，全面修订本机关政府信息公开指南和\n依申请公开办理流程。（责任单位：县政府各部门，各镇；完成\n时限：7 月底前）\n"
        "2.举办新《条例》专题讲座，将《条例》纳入公务员初任培训必\n修课。（责任单位：县司法局、县人社局；完成时限：9 月底\n前）\n"
        "3.扶贫项目库、到户补助名单在村内公示不少于 7 天。（牵头\n单位：县扶贫办；责任单位：各镇、县财政局、行业扶\n— 2 —\n贫部门；完成时限：长期）\n"
        "4.抽查事项清单、抽查结果，抽查完成后 20 个工作日内向社会公\n开。（牵头单位：县市场监管局；责任单位：县直各执法部门）\n"
    )
    rows = read_notice(text.encode()).rows
    assert [(row.lead, row.responsible) for row in rows] == [
        ((), ("县政府各部门", "各镇")),
        ((), ("县司法局", "县人社局")),
        (("县扶贫办",), ("各镇", "县财政局", "行业扶贫部门")),
        (("县市场监管局",), ("县直各执法部门",)),
    ]
    assert "公开指南和依申请公开" in rows[0].measure


def test_dashes_before_units_and_limits_in_brackets_behind_them() -> None:
    notice = _text(
        "一 . 培训\n(1)新任信息员培训 -- 县政府办、县人社局 【3月底前】\n(2)保密培训 -- 县保密局(主办) 县政府办(协办) 【5月】\n"
        "二 . 宣传\n(3)电视专栏 -- 县广播电视台 【每月一期】\n"
    )
    assert _who(notice) == [
        ((), ("县政府办", "县人社局")),
        (("县保密局",), ("县政府办",)),
        ((), ("县广播电视台",)),
    ]
    assert [row.section for row in notice.rows] == ["一 . 培训", "一 . 培训", "二 . 宣传"]


def test_a_sheet_whose_headings_are_offices_and_heads_of_stations() -> None:
    cells = (
        "<tr><td>序号</td><td>工作任务</td><td>完成时限</td><td>责任人</td></tr>"
        "<tr><td colspan=4>一、办公室（2项）</td></tr><tr><td>1</td><td>编发信息</td><td>12月20日前</td><td>汤某</td></tr>"
        "<tr><td colspan=4>二、各股室共同任务（1项）</td></tr><tr><td>2</td><td>标注公开属性</td><td>长期</td><td>李某</td></tr>"
    )
    notice = read_notice(
        f"<html><body><p>云岭市2026年分解表</p><table>{cells}</table></body></html>".encode()
    )
    assert [row.responsible for row in notice.rows] == [("办公室",), ("各股室",)]
    assert all(
        "责任单位按标题" in warning.message for warning in notice.warnings if warning.field == "responsible"
    )
    cells = (
        "<tr><td>工作任务</td><td>责任站所</td></tr><tr><td>公开执法</td><td>综合行政执法办（司法所配合）</td></tr>"
        "<tr><td>公开低保</td><td>民政办</td></tr>"
    )
    notice = read_notice(f"<html><body><p>云岭镇2026年清单</p><table>{cells}</table></body></html>".encode())
    assert [row.responsible for row in notice.rows] == [("综合行政执法办", "司法所"), ("民政办",)]


def test_cards_that_count_their_matters() -> None:
    card = (
        "<table><tr><td>督办事项{}</td><td colspan=3>{}</td></tr><tr><td>办理内容</td><td colspan=3>{}</td></tr>"
        "<tr><td>主办单位</td><td>市司法局</td><td>协办单位</td><td>市委党校</td></tr>"
        "<tr><td>办结时限</td><td>8月31日前</td><td>办理结果</td><td></td></tr></table>"
    )
    page = card.format("一", "答复规范", "逐案复盘") + card.format("二", "业务培训", "举办培训班")
    notice = read_notice(f"<html><body><p>云岭市2026年督办单</p>{page}</body></html>".encode())
    assert [(row.section, row.measure, row.lead, row.responsible) for row in notice.rows] == [
        ("答复规范", "逐案复盘", ("市司法局",), ("市委党校",)),
        ("业务培训", "举办培训班", ("市司法局",), ("市委党校",)),
    ]


def test_minutes_that_name_the_meeting_behind_a_heading() -> None:
    notice = _text(
        "一、关于指南。会议确定，由市政府办公室牵头，市直各单位配合，8月25日前完成更新。\n"
        "二、关于申请。会议要求，市司法局会同市政府办公室抓紧制定办法，9月15日前印发\n"
        "三、关于文件库。会议议定，市数据局负责建设。\n"
    )
    assert _who(notice) == [
        (("市政府办公室",), ("市直各单位",)),
        (("市司法局",), ("市政府办公室",)),
        ((), ("市数据局",)),
    ]


def test_a_task_that_nobody_else_is_named_for_goes_to_whom_it_begins_with() -> None:
    notice = _text(
        "一、内容\n1.民政办：公开补贴名单，每月15日前更新。\n2.城建办牵头，各社区配合，公开改造进度。\n3.各社区要每季度组织宣传。\n"
        "二、保障\n4.年底前检修公开栏（责任单位：平安办、各社区）\n"
    )
    assert [row.responsible for row in notice.rows] == [
        ("民政办",),
        ("各社区",),
        ("各社区",),
        ("平安办", "各社区"),
    ]
    assert {warning.row for warning in notice.warnings if "按句首的" in warning.message} == {1, 3}
