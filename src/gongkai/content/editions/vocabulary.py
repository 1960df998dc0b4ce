"""Vocabularies of item metadata, each with its source."""

from django.db import models


class ItemKind(models.TextChoices):
    """The kind of information, used as filter in search and lists."""

    POLICY = "policy", "政策文件"
    NORMATIVE = "normative", "行政规范性文件"
    INTERPRETATION = "interpretation", "政策解读"
    PLAN = "plan", "规划计划"
    FINANCE = "finance", "财政信息"
    NOTICE = "notice", "通知公告"
    NEWS = "news", "工作动态"
    ORGANISATION = "organisation", "机构职能"
    PERSONNEL = "personnel", "人事信息"
    PROJECT = "project", "重大建设项目"
    LIVELIHOOD = "livelihood", "民生信息"
    EMERGENCY = "emergency", "应急管理"
    SUPERVISION = "supervision", "监督检查"
    STATISTICS = "statistics", "统计信息"
    REPORT = "report", "工作报告"
    GUIDE = "guide", "办事指南"
    MESSAGE = "message", "网民留言"
    DECISION = "decision", "重大行政决策"
    GAZETTE = "gazette", "政府公报"
    OTHER = "other", "其他信息"


#: Kinds that are policy documents: they are entered in the library, interpreted, and in force or not.
POLICY_KINDS = frozenset({ItemKind.POLICY, ItemKind.NORMATIVE})


class Attribute(models.TextChoices):
    """Disclosure attributes (公开属性); only information with the first value may be published (条例第十三条)."""

    PROACTIVE = "proactive", "主动公开"
    REQUEST = "request", "依申请公开"
    WITHHELD = "withheld", "不予公开"


class Basis(models.TextChoices):
    """The basis of disclosure: 政府信息公开条例（国务院令第711号）第十九条至第二十一条."""

    A19 = "19", "第十九条：涉及公众利益调整、需要公众广泛知晓或参与决策"
    A20_1 = "20.1", "第二十条（一）行政法规、规章和规范性文件"
    A20_2 = "20.2", "第二十条（二）机关职能、机构设置、联系方式"
    A20_3 = "20.3", "第二十条（三）规划及相关政策"
    A20_4 = "20.4", "第二十条（四）统计信息"
    A20_5 = "20.5", "第二十条（五）行政许可和其他对外管理服务事项"
    A20_6 = "20.6", "第二十条（六）行政处罚、行政强制"
    A20_7 = "20.7", "第二十条（七）财政预算、决算信息"
    A20_8 = "20.8", "第二十条（八）行政事业性收费"
    A20_9 = "20.9", "第二十条（九）政府集中采购"
    A20_10 = "20.10", "第二十条（十）重大建设项目"
    A20_11 = "20.11", "第二十条（十一）扶贫、教育、医疗、社会保障、促进就业"
    A20_12 = "20.12", "第二十条（十二）突发公共事件"
    A20_13 = "20.13", "第二十条（十三）环境、卫生、安全、食品药品、产品质量监督检查"
    A20_14 = "20.14", "第二十条（十四）公务员招考"
    A20_15 = "20.15", "第二十条（十五）法律、法规、规章和国家有关规定"
    A21 = "21", "第二十一条：市县和乡镇的其他主动公开内容"
