"""Tables of which a page left only a part: one string with units in its middle, headings printed again, two columns under one head."""

from gongkai.lib.reading import Notice
from gongkai.lib.reading.notice import read_notice


def _read(text: str) -> Notice:
    return read_notice(text.encode())


def _told(notice: Notice, row: int) -> str:
    return " ".join(warning.message for warning in notice.warnings if warning.row == row)


def _rows(notice: Notice) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [(row.measure, row.lead, row.responsible) for row in notice.rows]


_FRONT = "云岭市人民政府办公室关于印发2026年政务公开任务分解表的通知\n各区县人民政府：现印发给你们。2026年5月8日 2026年任务分解表"


def test_units_in_the_middle_of_a_row_that_lost_its_cells() -> None:
    notice = _read(
        f"{_FRONT}工 作 任 务牵头单位责 任 单 位工 作 要 求一、围绕改革推进公开（一）推进清单公开"
        "1.公开市级权力清单市委编办市直各部门，各区县人民政府在政府网站集中展示，每季度更新。2.公开县级权力清单"
        "（二）推进监管公开3.公开随机抽查清单 市直各部门，各区县人民政府列明抽查依据、主体和方式，及时公布结果。"
        "4.推进信用信息归集市发展改革委市直各部门，各区县人民政府通过平台归集行政处罚信息。"
        "5.推进落户服务公开市公安局会同市教育局、市民政局等相关部门，各区县人民政府及时公开户口迁移政策。"
    )
    both = ("市直各部门", "各区县人民政府")
    assert _rows(notice) == [
        ("1.公开市级权力清单\n在政府网站集中展示，每季度更新。", ("市委编办",), both),
        ("2.公开县级权力清单", ("市委编办",), both),
        ("3.公开随机抽查清单\n列明抽查依据、主体和方式，及时公布结果。", (), both),
        ("4.推进信用信息归集\n通过平台归集行政处罚信息。", ("市发展改革委",), both),
        (
            "5.推进落户服务公开\n及时公开户口迁移政策。",
            ("市公安局",),
            ("市教育局", "市民政局", "相关部门", "各区县人民政府"),
        ),
    ]
    assert [row.item for row in notice.rows] == ["（一）推进清单公开"] * 2 + ["（二）推进监管公开"] * 3
    assert "没有读到对它的要求" in _told(notice, 2)
    assert "没有分隔" in _told(notice, 4)


def test_offices_of_one_house_in_the_middle_and_limits_behind() -> None:
    notice = _read(
        "云岭市交通运输局2026年公开任务表 工作任务牵头科室配合科室工作要求完成时限一、主动公开"
        "1.公路养护计划公路科办公室公布里程、路段和工期。3月底前2.网约车许可客运科法规科、信息中心公布许可条件和办理结果。每月"
        "3.工程招标建设科财务科公布招标公告和合同变更。及时二、依申请公开4.答复规范办公室法规科统一文书格式。长期坚持"
    )
    assert [(row.lead, row.responsible) for row in notice.rows] == [
        (("公路科",), ("办公室",)),
        (("客运科",), ("法规科", "信息中心")),
        (("建设科",), ("财务科",)),
        (("办公室",), ("法规科",)),
    ]
    assert notice.rows[0].duties[-1].due
    assert notice.rows[0].duties[-1].due.date == "2026-03-31"


def test_a_heading_printed_again_a_misspelt_unit_and_the_foot_of_the_page() -> None:
    notice = _read(
        f"{_FRONT}工作任务工作要求牵头单位责任单位一、做好财政公开1.公布市本级预算决算，说明增减原因。市财政局市直各部门，各区县人民政府"
        "二、做好民生公开2.公布义务教育招生办法和结果。市教育局市直各部门，各区县人民政府"
        "二、做好民生公开3.公布救助标准，逐月更新。市民政局市直各部门，各区县人民政府"
        "4.公布医疗服务价格。 市直各医疗机构，市属公立医医三、完善机制5.完善审核机制，明确各环节时限。 市直各部门，各区县人民政府"
        "6.检查网站错链和空栏目。 网站主办单位关于印发任务分解表的通知.docx 附件下载 扫一扫在手机打开当前页"
    )
    sections = ["一、做好财政公开", *["二、做好民生公开"] * 3, *["三、完善机制"] * 2]
    assert [row.section for row in notice.rows] == sections
    assert [row.measure[:2] for row in notice.rows] == [f"{n}." for n in range(1, 7)]
    assert notice.rows[3].responsible == ("市直各医疗机构", "市属公立医医")
    assert "不像单位名称" in _told(notice, 4)
    assert notice.rows[4].lead == ()
    assert "附件下载" not in str(notice.rows[5])


def test_faults_to_be_mended_with_two_columns_under_one_head() -> None:
    cells = """云岭市政务公开自查问题整改台账\n各区县、市直有关部门：\n现将台账印发给你们，请对照整改。\n2026年5月8日
序号\n重点任务\n存在问题\n整改时限及要求\n责任单位
1\n规范性文件\n部分文件未标注有效性。\n2026620日前,逐件标注有效性。\n市司法局、市财政局
2\n重点领域\n社会救助\n救助标准三年没有更新。\n2026年7月15日前更新救助标准,并公布咨询电话。\n市民政局、各区县政府
养老服务\n养老机构名单不全。\n2026年8月底前补全名单。\n市民政局、市卫生健康委
3\n依申请公开\n个别答复超期。\n2026年9月1日前完善登记台账。\n市政府办公室"""
    notice = _read(cells.replace("\n", "\n\n"))
    assert [(row.section, row.item, row.measure[:9]) for row in notice.rows] == [
        ("规范性文件", "", "2026620日前"),
        ("重点领域", "社会救助", "2026年7月15"),
        ("重点领域", "养老服务", "2026年8月底前"),
        ("依申请公开", "", "2026年9月1日"),
    ]
    assert notice.rows[1].extras["存在问题"] == "救助标准三年没有更新。"
    assert [row.duties[0].due.date if row.duties[0].due else None for row in notice.rows] == [
        None,
        "2026-07-15",
        "2026-08-31",
        "2026-09-01",
    ]
    assert "缺了“年”“月”" in _told(notice, 1)
    assert all("两级标题" in _told(notice, n) for n in range(1, 5))


def test_matters_over_indicators_that_are_counted_anew() -> None:
    cells = [
        "序号",
        "类别",
        "公开事项",
        "序号",
        "评分指标",
        "分值",
        "责任科室",
        "一",
        "机构职能",
        "(1)单位概况和领导信息",
        "1",
        "单位概况",
        "0.5",
        "办公室",
        "2",
        "领导简历与分工",
        "0.5",
        "(2)内设机构和制度",
        "3",
        "内设机构",
        "1.0",
        "4",
        "各项管理制度",
        "1.5",
        "办公室、人事科",
    ]
    notice = _read("云岭学院信息公开事项清单\n2026年3月2日\n" + "\n".join(f"{cell} |" for cell in cells))
    assert [(row.section, row.item, row.measure, row.responsible) for row in notice.rows] == [
        ("一、机构职能", "(1)单位概况和领导信息", "单位概况", ("办公室",)),
        ("一、机构职能", "(1)单位概况和领导信息", "领导简历与分工", ("办公室",)),
        ("一、机构职能", "(2)内设机构和制度", "内设机构", ("办公室",)),
        ("一、机构职能", "(2)内设机构和制度", "各项管理制度", ("办公室", "人事科")),
    ]
    assert "未印文字" in _told(notice, 3)
    assert "另有编号" in _told(notice, 4)


def test_one_column_of_points_stays_one_and_a_measure_that_only_says_when_is_asked() -> None:
    plain = _read(
        f"{_FRONT}\n工作任务 牵头单位 责任单位 工作要求\n1.公开预算 市财政局 各部门 批复后20日内公开。\n"
        "2.公开招生方案 市教育局 各区县 附学区图。\n3.公开救助标准 市民政局 各区县 每月更新。"
    )
    assert [row.section for row in plain.rows] == ["1.公开预算", "2.公开招生方案", "3.公开救助标准"]
    assert not _told(plain, 1)
    cells = [
        "问题",
        "完成时限及要求",
        "责任单位",
        "空栏目",
        "3月底前",
        "市财政局",
        "错链",
        "逐条修复并复查。",
        "市教育局",
    ]
    rows = ["".join(f"<td>{cell}</td>" for cell in cells[n : n + 3]) for n in (0, 3, 6)]
    page = f"<p>{_FRONT}</p><table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
    faults = read_notice(f"<html><body>{page}</body></html>".encode())
    assert [row.measure for row in faults.rows] == ["3月底前", "逐条修复并复查。"]
    assert "没有写要做什么" in _told(faults, 1)
    assert not _told(faults, 2)
