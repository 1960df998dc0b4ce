"""The tables of rule sets and figures: sources, certainty, an office's settings."""

import re
from datetime import date

import pytest
import time_machine

from architecture.layers import PACKAGE
from gongkai.lib.law import (
    RULE_SETS,
    FigureChange,
    LawError,
    build_rule_sets,
    figures,
    get_figures_in_force,
    get_rules_on,
)
from gongkai.lib.law.figures import (
    CERTAINTY_LABELS,
    UNIT_LABELS,
    find_version,
    list_figures_with_history,
    read_figure_table,
)
from gongkai.lib.law.rules import read_rule_table

REQUIRED_RULE_SETS = {
    "request",
    "disclosure",
    "consultation",
    "mailbox",
    "message",
    "call",
    "opinion_authoritative",
    "opinion_press",
}
REQUIRED_RULE_SETS |= {"opinion", "decision_draft", "promise", "assignment", "validity", "fee_payment"}


def test_every_ledger_has_rule_set():
    assert set(RULE_SETS) >= REQUIRED_RULE_SETS


@pytest.mark.parametrize("figure", get_figures_in_force({}).values(), ids=lambda figure: figure.key)
def test_every_figure_has_source_and_certainty(figure):
    assert figure.name
    assert figure.source
    assert figure.sure in CERTAINTY_LABELS
    assert figure.unit in UNIT_LABELS
    assert not figure.is_set


def test_every_figure_is_used():
    used = {figure.key for rules in RULE_SETS.values() for figure in rules.figures}
    folders = ("work", "content", "oversight")
    code = "".join(path.read_text() for name in folders for path in (PACKAGE / name).rglob("*.py"))
    figures = set(get_figures_in_force({}))
    used |= figures & set(re.findall(r"(?<=[\"'<])[a-z_]+\.[a-z_.]+(?=[\"'>])", code))
    assert used == figures


@pytest.mark.parametrize("rules", RULE_SETS.values(), ids=lambda rules: rules.key)
def test_rule_sets_are_consistent(rules):
    assert rules.ordered == (rules.period is None)
    assert rules.rule
    assert all(rules.label(kind) for kind in rules.roles)
    if rules.unit == "hour":
        for stop in rules.stops:  # limits are in working days, gaps in days: such a stop only waits
            assert (stop.at_end, stop.limit, stop.within, stop.value_limit) == ("keep", None, None, False)
        assert not rules.roll
    for stop in rules.stops:
        assert stop.at_end in {"restart", "resume", "keep"}
        assert stop.limit is None or stop.limit.unit == "working_day"


def test_office_setting_replaces_default():
    figure = build_rule_sets({"consultation.reply": 3})["consultation"].period
    assert (figure.value, figure.sure, figure.is_set, figure.source) == (3, "local", True, "本机关规定")
    assert RULE_SETS["consultation"].period.value == 5


@pytest.mark.parametrize(
    "settings",
    [
        {"request.reply": 30},  # fixed by 条例
        {"opinion.response": 72},
        {"consultation.answer": 3},
        {"consultation.reply": 0},
        {"consultation.reply": True},
        {"consultation.reply": 2.5},
        {"consultation.reply": "3"},
        {"consultation.reply": {}},
        {"request.after_payment": "never"},
    ],
)
def test_invalid_settings_are_refused(settings):
    with pytest.raises(LawError):
        build_rule_sets(settings)


def test_settings_are_read_from_file_named_by_environment(tmp_path, monkeypatch):
    path = tmp_path / "settings.toml"
    path.write_text('[consultation]\nreply = 4\n[validity.period]\nvalue = 36\nsource = "本市办法"\n', "utf-8")
    monkeypatch.setenv("GONGKAI_LAW_SETTINGS", str(path))
    sets = build_rule_sets()
    assert sets["consultation"].period.value == 4
    assert sets["validity"].period.source == "本市办法"
    path.write_text("[consultation\n", "utf-8")
    with pytest.raises(LawError, match="格式有误"):
        get_figures_in_force()
    monkeypatch.setenv("GONGKAI_LAW_SETTINGS", str(tmp_path / "absent.toml"))
    with pytest.raises(LawError, match="文件不存在"):
        build_rule_sets()


#: A table of one figure with an announced change.
ANNOUNCED_FIGURE = """
[fault.reply]
name = "网站找错留言答复期限"
value = 10
unit = "working_day"
source = "示例规定"
sure = "{sure}"
from = 2027-03-01
[[fault.reply.before]]
until = 2027-02-28
value = 15
source = "本系统默认"
sure = "local"
"""
BEFORE, AFTER = date(2026, 12, 1), date(2027, 3, 1)


def test_first_row_without_start_applies_to_all_earlier_days():
    earlier, later = read_figure_table(ANNOUNCED_FIGURE.format(sure="verified"))["fault.reply"]
    assert [one.holds_on(date(1990, 1, 1)) for one in (earlier, later)] == [True, False]
    assert [(one.value, one.unit, one.sure) for one in (earlier, later)] == [
        (15, "working_day", "local"),
        (10, "working_day", "verified"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("until = 2027-02-28\n", "", "before 行缺少 until"),
        ("from = 2027-03-01\n", "", "每行的 from 应晚于前一行的 until（2027-02-28）"),
        ("2027-02-28", "2027-03-01", "每行的 from 应晚于前一行的 until（2027-03-01）"),
        ("2027-02-28", '"2027-02-28"', "before 行的 until 应为日期"),
        ("until =", "untill = 2027-02-28\nuntil =", "before 行不能有 untill"),
        ("unit =", "until = 2029-01-01\nunit =", "现行一行不能有 until"),
        ('unit = "working_day"\n', "", "before 行缺少 unit"),
        ("[[fault.reply.before]]", "[fault.reply.before]", "before 应写作 [[fault.reply.before]]"),
    ],
)
def test_invalid_row_of_table_is_refused_with_one_line(old, new, said):
    with pytest.raises(LawError, match=re.escape(f"lib/law/data/figures.toml 的 fault.reply：{said}")):
        read_figure_table(ANNOUNCED_FIGURE.format(sure="local").replace(old, new, 1))


def test_earlier_rules_need_last_day():
    with pytest.raises(LawError, match=re.escape("lib/law/data/rules.toml 的 request：before 行缺少 until")):
        read_rule_table('[request]\n[[request.before]]\nrule = "x"\n')


@pytest.fixture
def announce(monkeypatch):
    """Replace the table of figures by one row, followed by a row from 2027-03-01."""

    def load(sure, *replaced):
        table = read_figure_table(ANNOUNCED_FIGURE.format(sure=sure).replace(*replaced or ("", "")))
        monkeypatch.setattr(figures, "_load_table", lambda: table)

    return load


@pytest.mark.parametrize(("sure", "after"), [("local", 12), ("unverified", 12), ("verified", 10)])
def test_office_value_applies_until_law_fixes_figure(announce, sure, after):
    announce(sure)
    own = {"fault.reply": {"value": 12, "source": "本市办法"}}
    found = [get_figures_in_force(own, on=day, changes=())["fault.reply"] for day in (BEFORE, AFTER)]
    assert [figure.value for figure in found] == [12, after]
    assert [figure.source for figure in found] == ["本市办法", "本市办法" if after == 12 else "示例规定"]


def test_change_has_unit_of_its_first_day(announce):
    announce("local", "value = 15", 'value = 15\nunit = "day"')
    change = FigureChange("fault.reply", 9, BEFORE, date(2027, 2, 28), BEFORE, "本市通知")
    assert get_figures_in_force({}, on=BEFORE, changes=[change])["fault.reply"].words == "9日"
    assert find_version(list_figures_with_history({})["fault.reply"], BEFORE).words == "15日"


def test_shipped_rule_sets_depend_on_current_day():
    with time_machine.travel("2019-05-14 10:00+08:00", tick=False):
        assert RULE_SETS["request"].period.count == 15
    assert RULE_SETS["request"].period.count == 20


def test_unknown_rule_set_is_refused():
    with pytest.raises(LawError):
        get_rules_on("lottery", date(2026, 3, 2))
