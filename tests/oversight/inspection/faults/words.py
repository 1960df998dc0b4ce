"""Faults of words: misspelt, grave, outdated, and personal or internal data."""

from oversight.inspection.faults.planting import Fault, add, declared_wrong, garbled

WORDS = [
    Fault("a wrong word", 0, add("/yw/0.html", "<p>各单位要认真布署，抓好落实。</p>"), "words.wrong", "布署"),
    Fault("another wrong word", 0, add("/yw/1.html", "<p>截止目前，已完成全部任务。</p>"), "words.wrong", "截止目前"),
    Fault(
        "a set phrase of politics",
        0,
        add("/yw/2.html", "<p>要增强“四个意思”，坚定信心。</p>"),
        "veto.serious_words",
        "四个意思",
    ),
    Fault(
        "an old name of a body",
        0,
        add("/yw/2.html", "<p>联合国家工商行政管理总局开展检查。</p>"),
        "words.wrong",
        "工商行政管理总局",
    ),
    Fault(
        "an identity number",
        0,
        add("/tz/2.html", "<p>申请人张小明，身份证号110101199003074477。</p>"),
        "privacy.exposed",
        "身份证",
    ),
    Fault("a mobile", 0, add("/tz/3.html", "<p>获补贴人员李大山，手机13912345678。</p>"), "privacy.exposed", "电话"),
    Fault(
        "a bank card",
        0,
        add("/tz/4.html", "<p>王小花，银行卡号6222021234567890123，补贴三百元。</p>"),
        "privacy.exposed",
        "银行",
    ),
    Fault("a placeholder", 0, add("/yw/6.html", "<p>测试内容</p>"), "page.placeholder", "测试内容"),
    Fault("garbled words", 0, garbled, "page.garbled", "/yw/4.html"),
    Fault("another encoding than declared", 0, declared_wrong, "page.charset", "/yw/5.html"),
]
