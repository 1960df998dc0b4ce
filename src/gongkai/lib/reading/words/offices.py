"""Names of common offices, to recognise names that a line break cut."""

import re

from gongkai.lib.chinese.characters import HAN

_OFFICE_CORES = """
发展改革委 发改委 经济信息委 经信委 经信局 教委 教育局 科技局 科技委 民族宗教委 民宗局 公安局 民政局 司法局 财政局 人力社保局 人社局
规划自然资源局 自然资源局 生态环境局 住房城乡建委 住建局 住建委 住房城乡建设局 城市管理局 城管局 交通局 交通运输局 水利局 水务局
农业农村局 农业农村委 商务局 商务委 文化旅游委 文化旅游局 文旅局 文旅委 卫生健康委 卫健委 卫生健康局 退役军人事务局 退役军人局 应急局 应急管理局
审计局 国资委 市场监管局 体育局 统计局 医保局 医疗保障局 林业局 信访局 信访办 金融监管局 金融办 大数据局 大数据发展局 行政审批局
政务服务局 政务服务办 税务局 气象局 档案局 档案馆 图书馆 新闻办 政府新闻办 政府新闻办公室 委网信办 网信办 委宣传部 委组织部 委编办 委办公室
政府办公室 政府办公厅 政府办 政府研究室 机关事务局 招商投资局 乡村振兴局 供销社 残联 总工会 团委 妇联 公积金中心 政务服务中心 行政服务中心
政府电子政务中心 公共资源交易中心 政府各部门 政府有关部门 级各部门 级有关部门 直各部门 委各部门
"""
_LEVEL_PREFIXES = ("省", "市", "州", "区", "县", "旗", "自治区")
_GROUP_NAMES = """
各区县政府 各区县 各县区政府 各县（市、区）政府 各县（市、区） 各乡镇政府 各乡镇（街道） 各镇街 各乡镇街道 各街道办事处 各镇（街道） 各部门
各单位 各有关部门 各有关单位 有关部门 有关单位 相关部门 相关单位 各管委会 各园区 各处室 各科室
"""

#: Every office name of the table at every level, and the groups.
OFFICE_NAMES = frozenset(level + core for core in _OFFICE_CORES.split() for level in _LEVEL_PREFIXES) | frozenset(
    _GROUP_NAMES.split()
)
#: Possible beginnings of an office name.
OFFICE_NAME_PREFIXES = frozenset(name[:end] for name in OFFICE_NAMES for end in range(1, len(name) + 1))


def is_office(name: str) -> bool:
    """Return whether a name is in the table, also with a region in front (云岭市财政局)."""
    return name in OFFICE_NAMES or (
        bool(re.match(rf"[{HAN}]{{2,6}}[省市州区县旗]", name))
        and any(name[start:] in OFFICE_NAMES for start in range(1, len(name) - 2))
    )
