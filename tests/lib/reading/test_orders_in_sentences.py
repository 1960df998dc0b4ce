"""Letters, minutes and reminders that name units in sentences; sheets with offices as headings."""

from gongkai.lib.reading import Notice
from gongkai.lib.reading.notice import read_notice

HEAD = "云岭市人民政府办公室\n工作提示\n2026年4月1日\n"


def _text(body: str) -> Notice:
    return read_notice((HEAD + body).encode())


def _unit_pairs(notice: Notice) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [(row.lead, row.responsible) for row in notice.rows]


def test_minutes_with_meeting_in_each_sentence_name_units() -> None:
    notice = _text(
        "一、关于棚改\n    会议明确，由区住建局牵头，区征收办、三江街道配合，于9月底前公开计划。\n"
        "二、关于抽检\n    会议要求，区食药监局每周发布一次抽检结果；区市监局要在10月15日前建成专栏。\n"
        "三、关于救助\n    会议同意区民政局提出的意见，救助对象信息由各街道于每季度首月10日前张榜公示。\n"
    )
    assert _unit_pairs(notice) == [
        (("区住建局",), ("区征收办", "三江街道")),
        ((), ("区食药监局",)),
        ((), ("区市监局",)),
        ((), ("各街道",)),
    ]
    assert all(any(warning.row == number for warning in notice.warnings) for number in range(1, 5))


def test_reminders_with_date_first_or_request_name_units() -> None:
    notice = _text(
        "1、7月10日前，各乡镇（街道）完成栏目自查。\n2、县财政局、县教体局请在7月底前报送案例；\n"
        "3、8月15日前，县司法局会同县政府办公室完成目录更新\n4、请县信访局牵头，县数据局配合，9月底前开通热线。\n"
    )
    assert _unit_pairs(notice) == [
        ((), ("各乡镇（街道）",)),
        ((), ("县财政局", "县教体局")),
        (("县司法局",), ("县政府办公室",)),
        (("县信访局",), ("县数据局",)),
    ]


def test_sheet_with_offices_and_stations_as_headings_is_read() -> None:
    cells = (
        "<tr><td>序号</td><td>工作任务</td><td>完成时限</td><td>责任人</td></tr>"
        "<tr><td colspan=4>一、办公室（2项）</td></tr><tr><td>1</td><td>编发信息</td><td>12月20日前</td><td>汤某</td></tr>"
        "<tr><td colspan=4>二、各股室共同任务（1项）</td></tr><tr><td>2</td><td>标注公开属性</td><td>长期</td><td>李某</td></tr>"
    )
    notice = read_notice(f"<html><body><p>云岭市2026年分解表</p><table>{cells}</table></body></html>".encode())
    assert [row.responsible for row in notice.rows] == [("办公室",), ("各股室",)]
    assert all("责任单位按标题" in warning.message for warning in notice.warnings if warning.field == "responsible")
    cells = (
        "<tr><td>工作任务</td><td>责任站所</td></tr><tr><td>公开执法</td><td>综合行政执法办（司法所配合）</td></tr>"
        "<tr><td>公开低保</td><td>民政办</td></tr>"
    )
    notice = read_notice(f"<html><body><p>云岭镇2026年清单</p><table>{cells}</table></body></html>".encode())
    assert [row.responsible for row in notice.rows] == [("综合行政执法办", "司法所"), ("民政办",)]


def test_minutes_with_meeting_after_heading_name_units() -> None:
    notice = _text(
        "一、关于指南。会议确定，由市政府办公室牵头，市直各单位配合，8月25日前完成更新。\n"
        "二、关于申请。会议要求，市司法局会同市政府办公室抓紧制定办法，9月15日前印发\n"
        "三、关于文件库。会议议定，市数据局负责建设。\n"
    )
    assert _unit_pairs(notice) == [
        (("市政府办公室",), ("市直各单位",)),
        (("市司法局",), ("市政府办公室",)),
        ((), ("市数据局",)),
    ]


def test_task_without_named_unit_goes_to_its_first_words() -> None:
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
