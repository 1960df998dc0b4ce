"""The tables of rule sets and figures: sources, sureness, an office's own settings."""

import re
from datetime import date

import pytest

from architecture.floors import PACKAGE
from gongkai.lib.law import RULE_SETS, LawError, build_rule_sets, get_figures_in_force, get_rules_on
from gongkai.lib.law.figures import CERTAINTY_LABELS, UNIT_LABELS

WANTED = {
    "request",
    "disclosure",
    "consultation",
    "mailbox",
    "message",
    "call",
    "opinion_authoritative",
    "opinion_press",
}
WANTED |= {"opinion", "decision_draft", "promise", "assignment", "validity", "fee_payment"}


def test_every_ledger_has_its_rule_set():
    assert set(RULE_SETS) >= WANTED


@pytest.mark.parametrize("figure", get_figures_in_force({}).values(), ids=lambda figure: figure.key)
def test_every_figure_has_a_source_and_says_how_sure_it_is(figure):
    assert figure.name
    assert figure.source
    assert figure.sure in CERTAINTY_LABELS
    assert figure.unit in UNIT_LABELS
    assert not figure.is_set


def test_every_figure_is_used():
    used = {figure.key for rules in RULE_SETS.values() for figure in rules.figures}
    folders = ("work", "content", "oversight")
    code = "".join(path.read_text() for name in folders for path in (PACKAGE / name).rglob("*.py"))
    used |= {key for key in get_figures_in_force({}) if re.search(rf"[\"'<]{re.escape(key)}[\"'>]", code)}
    assert used == set(get_figures_in_force({}))


@pytest.mark.parametrize("rules", RULE_SETS.values(), ids=lambda rules: rules.key)
def test_rows_make_sense(rules):
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


def test_an_office_sets_what_the_law_leaves_open():
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
def test_other_settings_are_refused(settings):
    with pytest.raises(LawError):
        build_rule_sets(settings)


def test_settings_come_from_a_file_that_the_environment_names(tmp_path, monkeypatch):
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


def test_an_unknown_rule_set():
    with pytest.raises(LawError):
        get_rules_on("lottery", date(2026, 3, 2))
