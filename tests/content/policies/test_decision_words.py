"""Find sentences of a text that state a decision about a document, and the days they give."""

from datetime import date

import pytest

from gongkai.content.policies.decision_words import NamedDocument, find_statements, states_only
from gongkai.content.policies.text_facts import (
    find_beginning_sentence,
    find_ending_sentence,
    find_stated_last_days,
    read_stated_facts,
)
from gongkai.content.policies.validity import DecisionKind

NAMED = NamedDocument("停车管理办法", "云府发〔2020〕3号")
CITED = "《停车管理办法》（云府发〔2020〕3号）"


@pytest.mark.parametrize(
    ("text", "what", "found"),
    [
        (f"第九条　{CITED}同时废止。", DecisionKind.REPEAL, [f"第九条　{CITED}同时废止"]),
        ("关于废止《停车管理办法》的公告\n经研究决定。", DecisionKind.REPEAL, ["关于废止《停车管理办法》的公告"]),
        (f"下列文件废止：\n{CITED}\n", DecisionKind.REPEAL, [CITED, "下列文件废止："]),
        ("云府发〔2020〕3号有效期延长至2028年。", DecisionKind.EXTEND, ["云府发〔2020〕3号有效期延长至2028年"]),
        (f"此前公布的{CITED}废止的信息有误。", None, [f"此前公布的{CITED}废止的信息有误"]),
        (f"{CITED}继续执行。", DecisionKind.REPEAL, []),
        (f"{CITED}继续有效，不得擅自停止执行。《民办学校办法》同时废止。", DecisionKind.REPEAL, []),
        (f"{CITED}仍然有效。下列文件失效。", DecisionKind.EXPIRE, []),
        (f"{CITED}暂不修改，下列文件修改如下。", DecisionKind.AMEND, []),
        (f"{CITED}有效期不再延长。", DecisionKind.EXTEND, []),
        ("《停车管理办法》；废止。", DecisionKind.REPEAL, ["《停车管理办法》", "废止"]),
        ("《停车管理办法》（云府发〔2012〕9号）废止。", DecisionKind.REPEAL, []),
        ("《停车收费办法》废止。", DecisionKind.REPEAL, []),
        ("印发《关于废止停车管理办法的决定》。", DecisionKind.REPEAL, []),
    ],
)
def test_find_statements(text: str, what: DecisionKind | None, found: list[str]) -> None:
    assert find_statements(text, NAMED, what) == found


def test_punctuation_in_a_title_does_not_end_a_sentence() -> None:
    named = NamedDocument("关于收费；处罚。的办法", "")
    assert find_statements(f"《{named.title}》废止。", named, DecisionKind.REPEAL) == [f"《{named.title}》废止"]


@pytest.mark.parametrize(
    ("sentence", "what", "plain"),
    [
        (f"第九条　{CITED}同时废止", DecisionKind.REPEAL, True),
        (f"本办法自2026年12月1日起施行，{CITED}同时废止", DecisionKind.REPEAL, True),
        (f"{CITED}、《停车收费办法》自2026年12月1日起废止", DecisionKind.REPEAL, True),
        (f"{CITED}有效期延长至2028年12月31日", DecisionKind.EXTEND, True),
        (f"{CITED}有效期延长至2029年12月31日", DecisionKind.EXTEND, False),
        (f"网上流传的{CITED}已经废止的消息不实", DecisionKind.REPEAL, False),
        (f"拟于明年废止{CITED}，现征求意见", DecisionKind.REPEAL, False),
        (f"{CITED}不属于此次废止的范围", DecisionKind.REPEAL, False),
        (f"{CITED}有效期不变，届满后终止执行", DecisionKind.EXTEND, False),
        (f"关于修改{CITED}的建议未获采纳", DecisionKind.AMEND, False),
    ],
)
def test_states_only_accepts_plain_sentences(sentence: str, what: DecisionKind, plain: bool) -> None:
    assert states_only(sentence, what, date(2028, 12, 31)) is plain


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("本办法自2029年3月1日起施行。", date(2029, 3, 1)),
        ("本通知从二〇二九年三月一日零时起执行。", date(2029, 3, 1)),
        ("本实施细则2029年3月1日开始施行。", date(2029, 3, 1)),
        ("本办法自2029年3月1日起试行两年。", date(2029, 3, 1)),
        ("《停车办法》已经通过，现予公布，自2029年3月1日起施行。", date(2029, 3, 1)),
        ("第九条　自2029年3月1日起施行。", date(2029, 3, 1)),
        ("本办法 2029 年 3 月 1 日实行。", date(2029, 3, 1)),
        ("本通告自2029年3月1日至2029年6月30日施行。", date(2029, 3, 1)),
        ("本通告有效期为2029年3月1日至2029年6月30日。", date(2029, 3, 1)),
        ("自二〇二九年三月一日起，东路封闭施工，车辆绕行，本通告同日施行。", date(2029, 3, 1)),
        ("省政府印发《省办法》，自2029年3月1日起施行。", None),
        ("2029年3月1日起实施的项目适用本办法。", None),
        ("本办法所称项目于2029年3月1日起实施。", None),
        ("本市规划自2029年3月1日起实施。", None),
        ("自2029年3月1日起缴费。本办法与《甲办法》同日施行。", None),
        ("本办法自印发之日起施行。", None),
    ],
)
def test_stated_first_day_is_that_of_the_document_itself(text: str, day: date | None) -> None:
    assert read_stated_facts(text).begins == day


@pytest.mark.parametrize(
    "text",
    [
        "本通告自2025年3月1日至2025年6月30日施行。",
        "本通告自2025年3月1日起至2025年6月30日止执行。",
        "本通告执行时间为2025年3月1日至2025年6月30日。",
        "本通告自2025年3月1日起施行，至2025年6月30日自动失效。",
    ],
)
def test_last_day_of_a_range_ends_the_document(text: str) -> None:
    assert date(2025, 6, 30) in find_stated_last_days(text, [date(2025, 3, 1)])


@pytest.mark.parametrize(
    ("text", "ends", "begins"),
    [
        ("本通告自印发之日起执行，执行至2025年寒假结束为止。", True, False),
        ("本通告自即日起至封控解除时止。", True, False),
        ("项目完工后，本通知自动失效。", True, False),
        ("本通知在活动期间有效。", True, False),
        ("本办法自印发之日起施行，有效期五年。", False, False),
        ("许可证到期后失效。本通知执行到位情况纳入考核。", False, False),
        ("本办法自公布之日起施行，《旧办法》自新系统上线后废止。", False, False),
        ("本办法自公布之日起三十日后施行。", False, True),
        ("本办法自2027年1月起施行。", False, True),
        ("本办法施行日期另行公布。", False, True),
        ("本通知自2026年11月10日起施行，终止日期另行通知。", True, False),
        ("上述措施自2026年11月10日起执行，执行至寒潮预警解除。", True, False),
        ("本通告自发布之日起施行，工程完工即行废止。", True, False),
        ("在新的规定出台前，本通告继续有效。", True, False),
        ("管控期限：自本通告发布之日起至工程竣工验收合格之日。", True, False),
        ("本通知仅限本年度有效。", True, False),
        ("本通知执行期限为2026学年。", True, False),
        ("本办法经市人大常委会批准后施行。", False, True),
        ("本办法公布后30日施行。", False, True),
        ("以上标准自下月1日起执行。", False, True),
        ("第二条　依照本通知签订的协议，服务期满后终止。", False, False),
        ("学校应当按照本通知持续提供送教服务，直至学生完成义务教育。", False, False),
        ("申请人撤回申请的，本办法规定的程序自撤回之日起终止。", False, False),
        ("享受本办法规定待遇的，服务期满后终止。", False, False),
        ("本办法印发前已签订的合同，执行至合同期满。", False, False),
        ("本办法规定的证书有效期至学生毕业。", False, False),
        ("受本办法处分的，处分期满后自动终止。", False, False),
        ("本办法自公布之日起施行，许可证到期后失效。", False, False),
        ("本通知自印发之日起执行至新食堂交付使用之日止。", True, False),
        ("本通知从即日起施行，到工程验收之日止。", True, False),
        ("本通知自2026年11月20日开始执行，至地下车库启用之日止。", True, False),
        ("本通知自印发之日起执行，至《云岭市校园供水管理办法》施行之日止。", True, False),
        ("以上措施自即日起施行至防汛响应终止之日止。", True, False),
        ("自印发之日起施行，有效期截至城市更新项目全部完成之日止。", True, False),
        ("本通知自印发之日起执行，截止时间为疫情结束之日。", True, False),
        ("本办法由市教育局负责解释，自印发之日起施行，至新办法出台之日止。", True, False),
        ("现予公布，自公布之日起施行，至新标准发布之日止。", True, False),
        ("此通知自印发之日起执行，至新校区启用之日止。", True, False),
        ("该通告自发布之日起执行，至工程完工之日止。", True, False),
        ("通告期限：自发布之日起至工程完工之日止。", True, False),
        ("上述规定，自即日起执行，至寒潮结束之日止。", True, False),
        ("以上交通管制措施自即日起实行，至施工结束之日止。", True, False),
        ("本通知自印发之日起施行。\n有效期至疫情结束之日止。", True, False),
        ("根据《封控通告》，该通告自发布之日起执行，至工程完工之日止。", False, False),
        ("依据《封控通告》管理。该通告自发布之日起执行，至工程完工之日止。", False, False),
        ("本办法自公布之日起施行，《旧办法》施行至新系统上线之日止。", False, False),
        ("家长凭预约码入校。仅限在预约时段内有效。\n本通知自2026年11月16日起施行。", False, False),
        ("本通知自2026年11月16日起施行，家长凭预约码入校。仅限在预约时段内有效。", False, False),
        ("批准后方可使用。至活动结束之日止。", False, False),
        ("乘车码每人一个。在学期期间内有效。", False, False),
        ("本通知自印发之日起施行。至报名结束之日止，家长可以提交材料。", False, False),
    ],
)
def test_begin_or_end_without_a_date_is_found_as_sentence(text: str, ends: bool, begins: bool) -> None:
    assert (bool(find_ending_sentence(text)), bool(find_beginning_sentence(text))) == (ends, begins)
