"""Displayed names of findings."""

#: Kind of personal data → displayed name.
PRIVACY_LABELS = {
    "id_number": "身份证件号码",
    "phone": "电话号码",
    "bank_card": "银行账号",
    "credit_code": "个体工商户信用代码",
    "plate": "车牌号",
    "email": "电子邮箱",
    "account": "网络账号",
    "passport": "护照等证件号码",
    "address": "个人住址",
    "person": "自然人姓名",
    "birth": "出生日期",
    "health": "健康信息",
}
#: Kind of proofreading finding → displayed name.
PROOFREADING_LABELS = {
    "typo": "疑似错字",
    "missing": "疑似漏字",
    "duplicate": "重复",
    "doc_number": "发文字号",
    "date": "日期",
    "weekday": "星期",
    "sum": "合计数",
    "ordinal": "序号",
    "bracket": "括号引号",
    "punctuation": "标点",
    "advert": "广告用语",
    "old_name": "机构旧称",
    "phrase": "固定表述",
    "unit_name": "单位名称",
    "leader": "领导姓名职务",
    "title": "职务称谓",
    "term": "本单位术语",
}
#: Kind of any other finding → displayed name.
OTHER_FINDING_LABELS = {"link": "链接", "picture": "图片", "media": "音视频", "container": "附件"}


def finding_label(family: str, kind: str) -> str:
    """Return the displayed name of a finding; `family` is privacy, proofread or another group."""
    table = {"privacy": PRIVACY_LABELS, "proofread": PROOFREADING_LABELS}.get(family, OTHER_FINDING_LABELS)
    return table.get(kind, "个人信息" if family == "privacy" else "疑误")
