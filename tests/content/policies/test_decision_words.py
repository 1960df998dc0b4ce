"""Which sentences decide something about a document, and which only speak of it."""

from datetime import date

import pytest

from gongkai.content.policies.decision_words import corrects, decides, find_unread
from gongkai.content.policies.document_naming import Named
from gongkai.content.policies.states import What

X = Named("停车管理办法", "云府发〔2020〕3号", "云岭市人民政府")
CITED = "《停车管理办法》（云府发〔2020〕3号）"
ON = date(2026, 5, 1)


@pytest.mark.parametrize(
    "text",
    [
        f"{CITED}自2026年5月1日起废止。",
        "本办法自2026年5月1日起施行，《停车管理办法》同时废止。",
        "本办法自2026年5月1日起施行。云府发〔2020〕3号同时废止。",
        f"经公开征求意见，市政府决定废止下列文件：\n1.《甲办法》（云府发〔2019〕1号）\n2.{CITED}",
        f"决定废止以下文件：《甲办法》（云府发〔2019〕1号），{CITED}。",
        f"关于废止{CITED}等2件文件的公告",
        f"{CITED}已不适应需要，予以废止。",
        f"一、废止的文件（2件）\n1.《甲办法》\n2.{CITED}",
        f"{CITED}即日起废止。\n因上位法修改。",
        f"{CITED}自本公告发布之日起废止，不再作为行政管理的依据。",
        f"经市政府第12次常务会议审议通过，决定废止{CITED}。",
        f"因上位法修改，{CITED}已无继续施行必要，决定予以废止。",
        f"《甲办法》停止执行。\n经市政府研究，现决定对{CITED}予以废止。",
        f"现将废止的行政规范性文件目录公布如下：\n1.{CITED}\n2.《甲办法》",
        f"现将废止的行政规范性文件目录公布如下：1.{CITED}；2.《甲办法》",
        f"《甲办法》、{CITED}2件文件废止。",
        f"云岭市人民政府决定，废止{CITED}。",
        f"{CITED}于2026年5月1日废止。",
        f"本办法自2026年5月1日起施行，有效期至2031年4月30日，2020年印发的{CITED}同时废止。",
        f"经2026年4月20日市人民政府第30次常务会议审议通过，现决定对下列文件予以废止：\n1.{CITED}",
        f"为维护法制统一，经市政府研究，决定废止{CITED}，自公布之日起生效。",
        f"云岭市人民政府关于废止{CITED}的决定\n各县区人民政府：\n经研究，市人民政府决定废止{CITED}。"
        "本决定自公布之日起施行。\n特此公告。\n云岭市人民政府\n2026年4月20日",
        f"云岭市停车办法\n第一条 停车应当缴费。\n第二条 夜间免费。\n第三条 本办法自2026年5月1日起施行。{CITED}同时废止。",
        f"第三十条 本办法自2026年5月1日起施行。市政府2020年1月10日发布的{CITED}同时废止。",
        "云岭市人民政府关于废止部分行政规范性文件的决定\n云府发〔2026〕8号\n各县（市、区）人民政府，市直各部门：\n"
        "为维护法制统一，根据国务院办公厅有关要求，市人民政府对行政规范性文件进行了全面清理。经研究，决定废止下列文件：\n"
        f"1.《甲办法》（云府发〔2015〕1号）\n2.{CITED}\n本决定自2026年5月1日起施行。",
        "云岭市停车办法\n第一章 总则\n第一条 停车应当缴费。\n第二条 夜间免费。\n第二章 附则\n第三条 本办法由市公安局负责解释。\n"
        f"第四条 本办法自2026年5月1日起施行，有效期5年。{CITED}同时废止。",
    ],
)
def test_a_repeal(text: str) -> None:
    assert decides(text, X, What.REPEAL, on=ON)


@pytest.mark.parametrize(
    "text",
    [
        f"{CITED}继续有效，不予废止。",
        f"废止{CITED}（第三条、第五条）。",
        f"2026年6月1日至2026年7月1日，{CITED}停止执行。",
        f"{CITED}废止。上述决定自市人大批准后生效。",
        f"有群众问：{CITED}废止。答：并非如此。",
        f"《甲办法》废止，{CITED}。",
        "《甲办法》（云府发〔2020〕3号的配套文件）废止。",
        f"{CITED}停止执行通知废止。",
        "《关于废止〈停车管理办法〉（云府发〔2020〕3号）的决定》废止。",
        f"拟废止{CITED}，现公开征求意见。",
        f"关于废止{CITED}征求意见的公告\n现决定废止{CITED}。",
        f"《甲办法》废止，{CITED}继续有效。",
        f"{CITED}继续有效，其余文件废止。",
        f"{CITED}自2027年1月1日起废止。",
        "《停车管理办法》（云府发〔2011〕9号）废止。",
        f"根据{CITED}，决定废止《甲办法》。",
        f"此前公布的{CITED}废止的信息有误，现予更正：该项废止不生效。",
        "关于《废止停车管理办法》的说明",
        f"下列文件废止：\n《甲办法》\n以上已报备。\n{CITED}由交通局执行。",
        f"{CITED}第三条废止，其余条款继续有效。",
        f"{CITED}原定2026年5月1日废止，现推迟。",
        f"新办法施行之日，{CITED}同时废止。",
        f"对《甲办法》作如下修改：删去“{CITED}同时废止”。",
        "《〈停车管理办法〉解读》废止。",
        f"除{CITED}外，下列文件废止：《甲办法》。",
        f"下列文件不予废止：\n{CITED}",
        f"关于废止部分文件的通知（讨论稿）\n{CITED}废止。",
        f"{CITED}废止《甲办法》。",
        f"{CITED}宣布《甲办法》废止。",
        f"{CITED}将《甲办法》废止。",
        f"2027年1月1日，{CITED}废止。",
        f"{CITED}废止。本公告自2027年1月1日起施行。",
        f"{CITED}废止。但第三章继续有效。",
        f"{CITED}废止（征求意见）。",
        f"工作任务清单：\n一、废止{CITED}",
        f"省人民政府废止{CITED}等3件规范性文件。",
        f"邻市人民政府决定，废止{CITED}。",
        f"经省人民政府研究决定，废止{CITED}。",
        f"{CITED}5件废止。",
        f"现将继续有效和废止的行政规范性文件目录公布如下：\n1.{CITED}",
        f"《甲办法》第九条修改为：“本办法自2026年5月1日起施行。{CITED}同时废止。”",
        f"《甲办法》第九条修改为：“本办法施行。{CITED}同时废止。",
        f"关于印发2026年工作要点的通知\n（一）废止{CITED}。",
        f"本办法自2026年6月1日起施行，有效期至2026年5月1日，{CITED}同时废止。",
        f"本办法自发布之日起30日后施行。{CITED}同时废止。",
        f"本办法自印发30日后起施行，{CITED}同时废止。",
        f"本办法2027年1月1日起施行。{CITED}同时废止。",
        f"《新停车办法》自2027年1月1日起施行。{CITED}同时废止。",
        f"{CITED}废止。本决定自二〇二六年十二月一日起施行。",
        f"{CITED}废止。停车收费标准仍按原办法执行。",
        f"{CITED}废止。2026年4月20日，市政府撤回上述决定。",
        f"待新办法出台后施行以下决定。\n{CITED}废止。",
        f"云岭市停车办法\n第一条 本办法2027年1月1日施行。\n第二条 夜间免费。\n第三条 {CITED}同时废止。",
        "清溪县人民政府关于废止《停车管理办法》的决定",
        "清溪县人民政府公告\n《停车管理办法》自2026年5月1日起废止。",
        f"云岭市教育局关于废止{CITED}的公告\n{CITED}自2026年5月1日起废止。",
        "关于邻市废止《停车管理办法》的情况\n《停车管理办法》同时废止。",
        f"《甲办法》自2026年5月1日起废止，{CITED}自2027年1月1日起废止。",
        f"自2026年5月1日起《甲办法》废止，自2027年1月1日起{CITED}废止。",
        f"本决定自2026年5月1日起施行，{CITED}自2027年1月1日起废止。",
        f"{CITED}废止。\n2.{CITED}自2026年12月1日起废止。",
        f"{CITED}自2026年6月31日起废止。",
        f"{CITED}自2027年2月29日起废止。",
        f"第一条 停车应当缴费。\n第二条 高新区停车管理仍适用{CITED}。\n第三条 略。\n第四条 {CITED}同时废止。",
        f"第一条 停车应当缴费。\n第二条 夜间按照停车管理办法第九条办理。\n第三条 略。\n第四条 {CITED}同时废止。",
        f"第一条 停车应当缴费。\n第二条 收费自2027年1月1日起执行。\n第三条 略。\n第四条 {CITED}同时废止。",
        "清溪县停车办法\n第一条 缴费。\n第二条 免费。\n第三条 《停车管理办法》同时废止。",
        f"因本决定须报批，{CITED}废止。",
        f"鉴于停车收费部分继续沿用，{CITED}废止。",
        f"{CITED}废止，由于夜间停车收费继续执行至年底。",
        f"{CITED}废止，为做好衔接夜间停车继续按其执行。",
        f"{CITED}废止。\n各区县夜间停车暂按旧规执行：",
        f"{CITED}废止。\n根据上级要求高新区仍执行三年，制定本决定",
        f"{CITED}废止。\n现将《高新区继续执行停车管理办法的通知》印发给你们，请遵照执行",
        f"根据市人大常委会意见暂缓办理，废止{CITED}。",
        "经清溪县人民政府同意，《停车管理办法》自2026年5月1日起废止。",
        "为落实清溪县人民政府决定，《停车管理办法》废止。",
        "2019年3月1日印发的《停车管理办法》废止。",
        f"{CITED}高新区除外甲发〔2020〕9号废止。",
        f"市政府将废止{CITED}。",
        f"{CITED}废止。\n第一条 高新区收费不变。\n第二条 夜间照收。\n第三条 特此公告。",
        f"一、废止的文件\n1.{CITED}\n二、继续有效的文件\n1.{CITED}",
    ],
)
def test_no_repeal(text: str) -> None:
    assert not decides(text, X, What.REPEAL, on=ON)


@pytest.mark.parametrize(
    ("text", "until", "said"),
    [
        (f"{CITED}的有效期延长至2030年12月31日。", date(2030, 12, 31), True),
        (f"{CITED}有效期延长五年。", date(2030, 12, 31), True),
        (f"{CITED}的有效期至2025年12月31日。", date(2030, 12, 31), False),
        (f"{CITED}延长有效期，长期有效。", None, True),
        (f"{CITED}继续有效。", None, True),
        (f"{CITED}继续有效，有效期5年。", None, False),
        (f"{CITED}继续有效，期限5年。", None, False),
        (f"{CITED}继续有效。有效期5年。", None, False),
        (f"经评估，{CITED}继续有效，有效期延长至2030年12月31日。", date(2030, 12, 31), True),
        (f"《甲》有效期延长至2030年6月30日，{CITED}有效期延长至2030年12月31日。", date(2030, 6, 30), False),
        (f"{CITED}有效期延长至2030年12月31日。\n{CITED}有效期延长至2031年12月31日。", date(2030, 12, 31), False),
        (f"{CITED}继续有效。新办法施行时停止执行。", None, False),
        (f"{CITED}有效期至2030年12月31日。{CITED}有效期未延长。", date(2030, 12, 31), False),
        (f"{CITED}自2030年12月31日起继续有效。", date(2030, 12, 31), False),
        (f"自2030年12月31日起，{CITED}有效期。", date(2030, 12, 31), False),
        (f"{CITED}的有效期至2025年12月31日。", None, False),
        (f"{CITED}的有效期不延长，2030年12月31日前另行规定。", date(2030, 12, 31), False),
    ],
)
def test_an_extension_names_its_last_day(text: str, until: date | None, said: bool) -> None:
    assert decides(text, X, What.EXTEND, on=ON, until=until, ends=date(2025, 12, 31)) is said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"此前公布的{CITED}废止的信息有误，现予更正：该项废止不生效。", True),
        (f"此前公布的{CITED}修改的信息有误。", False),
        (f"此前公布的废止{CITED}的信息有误。", True),
        (f"{CITED}废止。", False),
        (f"《甲办法》废止信息有误，{CITED}废止。", False),
        (f"{CITED}废止信息（并非有误）。", False),
        (f"撤销、废止{CITED}。", False),
        (f"{CITED}予以撤销，同时废止。", False),
        (f"废止{CITED}的决定有误，自2027年1月1日起更正。", False),
        (f"废止{CITED}的信息有误。\n（草案）", False),
        (f"废止{CITED}的信息有误。\n本公告自2027年1月1日起施行。", False),
        (f"此前公布的{CITED}废止的信息有误，现予更正：该办法自2027年1月1日起废止。", False),
    ],
)
def test_a_correction_is_of_its_decision(text: str, said: bool) -> None:
    assert corrects(text, X, What.REPEAL) is said


@pytest.mark.parametrize(
    "text",
    [
        f"{CITED}第三条修改为：“路边停车每小时三元。夜间免费。”",
        f"一、将{CITED}第三条第二款修改为“夜间免费”。",
        f"对{CITED}作如下修改：\n一、将第三条修改为：“免费。”\n二、删去第五条。\n三、第六条中的“三元”修改为“五元”。",
        f"决定修改{CITED}。",
    ],
)
def test_an_amendment(text: str) -> None:
    assert decides(text, X, What.AMEND, on=ON)


@pytest.mark.parametrize(
    ("what", "text"),
    [
        (What.EXPIRE, f"关于《停车管理办法》宣布失效的公告\n{CITED}自2026年5月1日起失效。"),
        (What.AMEND, f"关于《停车管理办法》修改的公告\n{CITED}自2026年5月1日起修改，请以修改后的内容为准。"),
        (
            What.REPEAL,
            "关于印发《新办法》的通知\n云府发〔2026〕3号\n各县区人民政府：\n现将《新办法》印发给你们，请认真贯彻执行。\n"
            f"第一条 停车应当缴费。\n第二条 夜间免费。\n第三条 本办法自2026年5月1日起施行。{CITED}同时废止。",
        ),
    ],
)
def test_a_whole_text(what: What, text: str) -> None:
    assert decides(text, X, what, on=ON)


@pytest.mark.parametrize(
    ("what", "text"),
    [
        (What.AMEND, f"对{CITED}进行修改，由司法局牵头。"),
        (What.AMEND, f"决定修改{CITED}。\n一、第三条待市人大批准后修改为：“夜间免费。”"),
        (What.AMEND, f"拟将{CITED}第三条修改为：“夜间免费。”"),
        (What.AMEND, f"《甲办法》第三条修改为：“{CITED}第三条修改为三元。”"),
        (What.AMEND, f"2026年12月31日前，对{CITED}进行修改。"),
        (What.EXPIRE, f"{CITED}期满自动失效。"),
    ],
)
def test_a_plan_is_no_decision(what: What, text: str) -> None:
    assert not decides(text, X, what, on=ON)


def test_an_unread_sentence_is_named() -> None:
    text = f"{CITED}废止。\n市政府另有规定的除外。"
    assert find_unread(text, X, What.REPEAL, ON) == "云岭市人民政府另有规定的除外"
    assert find_unread(f"{CITED}废止。", X, What.REPEAL, ON) == ""
