"""Recognise rosters, tenders, praise and orders, whose names are public."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import Frame

#: What a roster is called: all groups of it up to the end of the sentence or line hold its people (骨科组：…；内科组：…).
_ROSTER_TITLE = re.compile(
    r"(?:专家|评委|评审|调解员|陪审员|仲裁员|监督员|讲师|导师|督查|督导|巡查|值班|值守|带班|护理部|医务科|医护|医师|护士|民警|执法|坐诊|出诊)"
    rf"[{HAN}]{{0,8}}(?:名单|名册|名录|排班|轮值|安排|一览|人员表|组名)|排班表?|值班表|专家组|特邀调解员"
)
#: Who stands in a roster and is none of its people.
_NOT_STAFF = re.compile(
    r"患者|病人|学生|考生|村民|居民|申请人|投诉人|被[查访谈检督]|家属|业主|户主|群众|当事人|拟|申报|救助|补贴|慰问|帮扶|走访"
)
_CONTACT_LABEL = re.compile(r"(?:联系人|经办人|联络人)[:：]?\s?$")
_TENDER_WORD = re.compile(
    r"代理机构|招标代理|采购人|采购单位|招标人|拍卖公司|拍卖行|供应商|投标|中标|竞价|采购(?:项目|公告)|公共资源交易|挂牌"
)
_OFFICE_PHONE = re.compile(r"\s?[(](?:公司|单位|办公|工作|值班|科室|部门|窗口)[^()\n]{0,4}(?:手机|电话|微信)")
#: People that a sentence praises, however many follow.
_PRAISE = re.compile(
    r"(?:受(?:到)?(?:表彰|表扬|嘉奖|通报表扬)|表现突出|事迹突出|获评|获得表彰|荣获|当选)[^。\n]{0,20}(?:有|是|包括|为)[^。\n]{0,60}$"
)
#: Posts of the empire and the republic.
_HISTORICAL_POST = re.compile(
    rf"(?:曾|历|官)?任[{HAN}]{{0,12}}(?:知州|知府|知县|县令|县丞|教谕|训导|巡抚|总督|尚书|侍郎|御史|道台|都督|督军|总兵|把总|千总|参将|太守|刺史)"
)
#: An order of a leader, signed behind a dash.
_LEADER_ORDER = re.compile(r"(?:批示|批注|签批|阅示)[:：][^\n]{0,160}——$")
_DATE = re.compile(r"\s{0,4}(?:(?:19|20)[0-9]{2}年)?[0-9]{1,2}月[0-9]{1,2}日")
#: Hospital staff behind the field of what they did.
_HOSPITAL_TASK = re.compile(
    r"(?:随访人|接诊人?|送达人|采样人?|登记人|责任|值班|主管|经治|管床)[:：]?\s?(?:护士|医师|医生|大夫|护师)$"
)


def is_tender_contact(frame: Frame, start: int) -> bool:
    """Return whether a name is the contact of a firm or office in a tender or auction."""
    if not _CONTACT_LABEL.search(frame.text[max(0, start - 8) : start]):
        return False
    return bool(_TENDER_WORD.search(frame.text[max(0, start - 260) : start]))


def is_public_mention(frame: Frame, start: int, end: int, told: bool) -> bool:
    """Return whether a roster, praise, order or historical post makes a name public.

    Args:
        frame: the text.
        start: where the name begins.
        end: where it ends.
        told: whether a word for a person announces it.
    """
    text = frame.text
    near = text[max(0, start - 24) : start]
    if _OFFICE_PHONE.match(text, end) or _HISTORICAL_POST.match(text, end) or _HOSPITAL_TASK.search(near):
        return True
    if text[start - 1 : start] == "—" and _DATE.match(text, end):
        return bool(_LEADER_ORDER.search(text[max(0, start - 180) : start]))
    low = max(0, start - 200)
    before = text[max(text.rfind("。", low, start), text.rfind("\n", low, start), low) : start]
    if _PRAISE.search(before + text[start] if text[start] == "有" else before):
        return True
    roster = None if told else _ROSTER_TITLE.search(before)
    return roster is not None and not _NOT_STAFF.search(before)
