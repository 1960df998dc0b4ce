"""Tables that are incomplete on the page: repeated numbering, two columns under one header."""

from gongkai.lib.reading import Notice
from gongkai.lib.reading.notice import read_notice


def _read(text: str) -> Notice:
    return read_notice(text.encode())


def _row_warnings(notice: Notice, row: int) -> str:
    return " ".join(warning.message for warning in notice.warnings if warning.row == row)


_FRONT = "云岭市人民政府办公室关于印发2026年政务公开任务分解表的通知\n各区县人民政府：现印发给你们。2026年5月8日 2026年任务分解表"


def test_two_columns_under_one_header_are_split_and_flagged() -> None:
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
    assert "缺了“年”“月”" in _row_warnings(notice, 1)
    assert all("两级标题" in _row_warnings(notice, n) for n in range(1, 5))


def test_indicators_numbered_across_matters_keep_their_headings() -> None:
    cells = (
        "序号 类别 公开事项 序号 评分指标 分值 责任科室 "
        "一 机构职能 (1)单位概况和领导信息 1 单位概况 0.5 办公室 2 领导简历与分工 0.5 "
        "(2)内设机构和制度 3 内设机构 1.0 4 各项管理制度 1.5 办公室、人事科"
    )
    notice = _read("云岭学院信息公开事项清单\n2026年3月2日\n" + cells.replace(" ", " |\n") + " |")
    assert [(row.section, row.item, row.measure, row.responsible) for row in notice.rows] == [
        ("一、机构职能", "(1)单位概况和领导信息", "单位概况", ("办公室",)),
        ("一、机构职能", "(1)单位概况和领导信息", "领导简历与分工", ("办公室",)),
        ("一、机构职能", "(2)内设机构和制度", "内设机构", ("办公室",)),
        ("一、机构职能", "(2)内设机构和制度", "各项管理制度", ("办公室", "人事科")),
    ]
    assert "未印文字" in _row_warnings(notice, 3)
    assert "另有编号" in _row_warnings(notice, 4)


def test_single_task_column_stays_one_and_deadline_only_measure_is_flagged() -> None:
    plain = _read(
        f"{_FRONT}\n工作任务 牵头单位 责任单位 工作要求\n1.公开预算 市财政局 各部门 批复后20日内公开。\n"
        "2.公开招生方案 市教育局 各区县 附学区图。\n3.公开救助标准 市民政局 各区县 每月更新。"
    )
    assert [row.section for row in plain.rows] == ["1.公开预算", "2.公开招生方案", "3.公开救助标准"]
    assert not _row_warnings(plain, 1)
    rows = [
        ("问题", "完成时限及要求", "责任单位"),
        ("空栏目", "3月底前", "市财政局"),
        ("错链", "逐条修复并复查。", "市教育局"),
    ]
    drawn = "".join(f"<tr><td>{'</td><td>'.join(row)}</td></tr>" for row in rows)
    page = f"<p>{_FRONT}</p><table>{drawn}</table>"
    faults = read_notice(f"<html><body>{page}</body></html>".encode())
    assert [row.measure for row in faults.rows] == ["3月底前", "逐条修复并复查。"]
    assert "没有写要做什么" in _row_warnings(faults, 1)
    assert not _row_warnings(faults, 2)
