"""An office's own calendar file, and reading the printed holiday notice."""

from datetime import date

import pytest

from gongkai.lib.law import LawError, default_calendar
from gongkai.lib.law.calendar import parse_holiday_notices, to_toml
from gongkai.lib.law.calendar_import import import_year, parse_notice_text
from gongkai.lib.law.commands import run_law_command

# An invented notice: nobody has published one for 2031.
NOTICE = """国务院办公厅关于2031年
部分节假日安排的通知
国办发明电〔2030〕99号

各省、自治区、直辖市人民政府：
一、元旦：2030年12月31日（周二）至2031年1月2日（周四）放假调休，共3天。1月4日（周六）上班。
二、春节：1月22日（农历除夕、周三）至28日（周二）放假调休，共7天。1月19日（星期日）、2月8日（星期六）上班。
三、清明节：4月5日放假，与周末连休。
四、劳动节：5月1日放假，5月2日（周五）补休。
五、国庆节：10月１日至7日放假调休，共７天。
节假日期间，各地区要安排好值班，2031年5月30日前报告。
国务院办公厅
2030年11月4日
"""


def test_printed_notice_is_read():
    notice = parse_notice_text(NOTICE, "通知.txt")
    assert (notice.year, notice.number, notice.issued_on) == (
        2031,
        "国办发明电〔2030〕99号",
        date(2030, 11, 4),
    )
    assert [(d.name, d.first, d.last) for d in notice.off] == [
        ("元旦", date(2030, 12, 31), date(2031, 1, 2)),
        ("春节", date(2031, 1, 22), date(2031, 1, 28)),
        ("清明节", date(2031, 4, 5), date(2031, 4, 5)),
        ("劳动节", date(2031, 5, 1), date(2031, 5, 1)),
        ("劳动节", date(2031, 5, 2), date(2031, 5, 2)),
        ("国庆节", date(2031, 10, 1), date(2031, 10, 7)),
    ]
    assert notice.work == (date(2031, 1, 4), date(2031, 1, 19), date(2031, 2, 8))


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("共3天", "共4天", "共4天"),
        ("（周四）", "（周五）", "不是"),
        ("1月28日", "2月30日", "没有"),
        ("1月4日（周六）上班", "1月6日（周一）上班", "调休上班日"),
        ("4月5日放假，与周末连休", "见另行通知", "没有读到"),
        ("至28日（周二）", "至2月29日", "没有"),
        ("关于2031年", "关于某年", "不是"),
    ],
)
def test_inconsistent_notice_is_refused(old, new, why):
    text = (
        NOTICE.replace("22日（农历除夕、周三）至28日", "22日（农历除夕、周三）至1月28日")
        if old == "1月28日"
        else NOTICE
    )
    with pytest.raises(LawError, match=why):
        parse_notice_text(text.replace(old, new), "通知.txt")


def test_imported_year_is_used_without_restart(tmp_path, monkeypatch):
    target = tmp_path / "calendar.toml"
    monkeypatch.setenv("GONGKAI_CALENDAR", str(target))
    before = run_law_command("workday", {"date": "2031-01-04"})
    assert (before["is_workday"], before["provisional"]) == (False, True)
    source = tmp_path / "notice.txt"
    source.write_text(NOTICE, "utf-8")
    result = import_year(source, target)
    assert (result["years"], result["days_off"], result["makeup_days"]) == ([2031], 20, 3)
    after = run_law_command("workday", {"date": "2031-01-04"})
    assert after == {"date": "2031-01-04", "is_workday": True, "reason": "makeup"}
    assert default_calendar().get_kind(date(2024, 2, 4)) == "makeup"


def test_repeated_import_replaces_year_and_keeps_others(tmp_path):
    target, source = tmp_path / "calendar.toml", tmp_path / "notice.txt"
    source.write_text(NOTICE, "utf-8")
    import_year(source, target)
    source.write_text(NOTICE.replace("、2月8日（星期六）上班", "上班"), "utf-8")
    assert import_year(source, target)["makeup_days"] == 2
    table = tmp_path / "table.toml"
    other = parse_notice_text(NOTICE, "x")
    table.write_text(
        to_toml([other]).replace("2031", "2042").replace("2030", "2041").replace("work = [", "work = [] #"),
        "utf-8",
    )
    import_year(table, target)
    assert [n.year for n in parse_holiday_notices(target.read_text("utf-8"), "t")] == [2031, 2042]


def test_table_is_read_back_as_written():
    notices = default_calendar().notices
    assert parse_holiday_notices(to_toml(notices), "t") == list(notices)
    odd = parse_holiday_notices(to_toml(notices[:1]).replace("gov.cn", r"\"a\\b\""), "t")
    assert parse_holiday_notices(to_toml(odd), "t") == odd


@pytest.mark.parametrize(
    "text",
    [
        "[[notice]",
        "[[notice]]\nyear = 2031",
        "notice = 3",
        "[[notice]]\nyear = '二〇三一'\ntitle = 't'\noff = []\nwork = []",
        "[[notice]]\nyear = 0\ntitle = 't'\noff = [{name='a', from=2031-01-01, to=2031-01-01}]\nwork = []",
        "[[notice]]\nyear = 2031\ntitle = 't'\noff = []\nwork = []",
        "[[notice]]\nyear = 2031\ntitle = 't'\noff = [{name='a', from='x', to='y'}]\nwork = []",
        "[[notice]]\nyear = 2031\ntitle = 't'\noff = [{name='a', from=2031-01-03, to=2031-01-01}]\nwork = []",
        "[[notice]]\nyear = 2031\ntitle = 't'\noff = [{name='a', from=2033-01-01, to=2033-01-03}]\nwork = []",
        "[[notice]]\nyear = 2031\ntitle = 't'\noff = [{name='a', from=2031-01-01, to=2031-01-05}]\nwork = [2031-01-04]",
    ],
)
def test_invalid_table_is_refused_with_one_line(text, tmp_path, monkeypatch):
    path = tmp_path / "calendar.toml"
    path.write_text(text, "utf-8")
    monkeypatch.setenv("GONGKAI_CALENDAR", str(path))
    with pytest.raises(LawError) as refusal:
        default_calendar()
    assert str(refusal.value)


def test_invalid_source_or_target_is_refused(tmp_path):
    good = tmp_path / "notice.txt"
    good.write_text(NOTICE, "utf-8")
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"\xff\xfe")
    empty = tmp_path / "empty.toml"
    empty.write_text("", "utf-8")
    for source in (tmp_path / "absent.txt", tmp_path, bad, empty):
        with pytest.raises(LawError):
            import_year(source, tmp_path / "out.toml")
    with pytest.raises(LawError):
        import_year(good, tmp_path / "no" / "such" / "folder.toml")
