"""Industries (门类) that policies address, found in the words of their titles, subjects and addressees."""

from gongkai.lib.chinese import lazy_re as re

#: Code of a 门类 of GB/T 4754-2017（国民经济行业分类） → name and the pattern that matches it in policies.
INDUSTRY_PATTERNS: dict[str, tuple[str, str]] = {
    "A": ("农、林、牧、渔业", "农业|林业|牧业|渔业|种植|养殖|农产品|家庭农场|农民合作社"),
    "B": ("采矿业", "采矿|矿山|矿产|煤矿"),
    "C": ("制造业", "制造|工业企业|工厂|生产加工|专精特新|技术改造"),
    "D": ("电力、热力、燃气及水生产和供应业", "电力|供热|燃气|供水|发电|新能源"),
    "E": ("建筑业", "建筑|施工|建设工程|装配式|勘察设计"),
    "F": ("批发和零售业", "批发|零售|商贸|商场|超市|电子商务|电商"),
    "G": ("交通运输、仓储和邮政业", "运输|物流|仓储|快递|货运|客运|邮政"),
    "H": ("住宿和餐饮业", "住宿|餐饮|酒店|民宿|饭店"),
    "I": ("信息传输、软件和信息技术服务业", "软件|信息技术|互联网|数字经济|大数据|人工智能"),
    "J": ("金融业", "银行|保险|证券|小额贷款公司|融资担保机构"),
    "K": ("房地产业", "房地产|物业服务|住房租赁企业"),
    "L": ("租赁和商务服务业", "商务服务|租赁企业|广告业|人力资源服务|会展"),
    "M": ("科学研究和技术服务业", "科技型|科研|研发|高新技术|检验检测|技术服务"),
    "N": ("水利、环境和公共设施管理业", "水利|环境治理|环保企业|市政设施|污水处理"),
    "O": ("居民服务、修理和其他服务业", "家政|美容美发|修理|洗染|居民服务"),
    "P": ("教育", "培训机构|民办学校|民办幼儿园|校外培训"),
    "Q": ("卫生和社会工作", "医疗机构|诊所|养老机构|托育机构"),
    "R": ("文化、体育和娱乐业", "文化企业|文化产业|文旅|体育企业|旅游|演出|影视|娱乐场所|景区"),
}


def find_industries(text: str) -> frozenset[str]:
    """Return the codes of the industries that the words name."""
    return frozenset(code for code, (_, pattern) in INDUSTRY_PATTERNS.items() if re.search(pattern, text))
