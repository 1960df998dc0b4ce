"""Patterns of labels: classify columns by their names, and rate dates by the words around them. Pure."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN

#: Words before a date → confidence that it is the publication date.
_DATE_LABEL_CONFIDENCES = (
    (
        re.compile(
            r"(?:发布|发表|公布|公开|刊发|刊登|登载|上网|上传|挂网|发稿|推送)\s*(?:(?:日\s*期|时\s*间|于)\s*[:：\]】]?|[:：\]】]|(?<=^..))\s*$"
        ),
        90,
    ),
    (
        re.compile(
            r"(?:published|posted|pub(?:lish)?\s*(?:date|time)|release[d]?|issued)(?:\s+(?:on|at|date))?\s*[:：]?\s*$",
            re.IGNORECASE,
        ),
        88,
    ),
    (re.compile(r"(?:发文|印发|发文机关|录入|添加|创建|编辑|入库)\s*(?:日\s*期|时\s*间)\s*[:：\]】]?\s*$"), 72),
    (re.compile(rf"(?<![{HAN}])(?:日\s*期|时\s*间|date)\s*[:：\]】]?\s*$", re.IGNORECASE), 70),
    (re.compile(r"(?:更新|修改|updated)\s*(?:日\s*期|时\s*间|于|on)?\s*[:：]?\s*$", re.IGNORECASE), 62),
    (re.compile(r"(?:成文|生成|形成|制发)\s*(?:日\s*期|时\s*间)\s*[:：\]】]?\s*$"), 45),
)
NOT_A_DATE_PATTERN = re.compile(
    r"(?:截止|截至|有效期|失效|废止|施行|实施|生效|起施行|今天是|当前|现在|报名|开标|开庭|会议|活动|听证|答复|办结|受理|"
    r"留言|提问|咨询|访谈|直播|征集|期限|任期|出生|版权|copyright)"
    rf"[{HAN}]{{0,4}}\s*[:：]?\s*$",
    re.IGNORECASE,
)
#: Words after a date that make it a deadline.
DEADLINE_WORDS_PATTERN = re.compile(r"\s*(?:之?前|以前|止|起|至|到|—|－|-{2}|～|~)")
#: Words after a date and time: 2026-08-17 10:00 发布
_WORD_AFTER_DATE_RE = re.compile(
    r"\s*(?:\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?\s*(发布|发表|刊发|更新|修改)(?!会|单位|机构|机关|人|者|到|至|于|的|时|日)"
)


def rate_words_before_date(words_before: str) -> int:
    """Return the confidence (0 to 100) that a date is that of publication, by the words before it; 0 if unknown."""
    words_before = words_before[-14:]
    return next((weight for pattern, weight in _DATE_LABEL_CONFIDENCES if pattern.search(words_before)), 0)


def rate_words_after_date(words_after: str) -> int:
    """Return the confidence (0 to 100) that a date is that of publication, by the words after it; 0 if unknown."""
    match = _WORD_AFTER_DATE_RE.match(words_after)
    return 0 if match is None else 62 if match[1] in {"更新", "修改"} else 90


#: Characters around names in menus that are only decoration.
DECORATION_CHARACTERS = "".join(sorted(set("·>》[]【】 ")))
#: Text of pages under construction.
UNDER_CONSTRUCTION_PATTERN = r"(?:栏目|网站|网页|页面|内容)?(?:正在)?建设中|敬请期待|内容(?:整理|更新|维护)中"
#: Titles of annual reports on open government.
ANNUAL_REPORT_PATTERN = re.compile(
    r"((?:19|20)\d{2})\s*年?(?:度)?.{0,30}(?:政府信息公开|政务公开).{0,8}(?:年度)?报告|(?:政府信息公开|政务公开).{0,12}年度?报告.{0,6}((?:19|20)\d{2})"
)
#: Column names that are a year: 2023年, 2023年度.
YEAR_COLUMN_PATTERN = re.compile(r"((?:19|20)\d{2})\s*年?度?")
#: Kind of column → words of its name; the first match applies.
_COLUMN_KIND_WORDS: tuple[tuple[str, str], ...] = (
    ("request", r"依申请公开|申请公开"),
    ("guide", r"信息公开指南|^公开指南|公开指南$"),
    ("system", r"(?:信息|政务)公开(?:规定|制度|法规)|^公开制度|公开制度$"),
    ("annual", r"(?:公开|工作)?年(?:度)?报(?:告)?$|公开年报|公开(?:工作)?年度报告"),
    ("catalogue", r"法定主动公开|主动公开(?:内容|目录|基本)|信息公开目录"),
    ("interpretation", r"解读|图解(?![:：])|一图读懂"),
    ("message_statistics", r"(?:留言|信件|来信|互动|咨询).{0,4}(?:统计|分析|数据)|统计.{0,4}(?:留言|信件|来信)"),
    ("service_statistics", r"办(?:事|件|理).{0,4}(?:统计|数据)|服务统计"),
    ("messages", r"(?:来信|留言|信件|咨询|问题).{0,3}(?:选登|公开|回复|答复|展示|反馈|查询)|答复公开|回复选登|办理结果|答复选登"),
    ("consultation", r"征集|调查|征求意见|意见建议|决策(?:事项)?预公开"),
    ("interaction", r"互动|信箱|留言|在线咨询|我要写信|我要咨询|问政|网上咨询|咨询投诉|局长.{0,2}信箱|市长.{0,2}信箱"),
    ("guides", r"办事指南|服务指南|服务事项|事项清单|个人办事|法人办事"),
    ("services", r"办事服务|政务服务|便民服务|网上办事|办事大厅|^办事$|^服务$"),
    ("overview", r"概况|简介$|印象|^走进|基本情况|市情|区情|县情"),
    (
        "institution",
        r"机构职能|机构设置|机构信息|内设机构|部门职责|主要职责|工作职责"
        r"|组织机构|机关职能|政府机构|政府部门|机构简介|^公开单位$|^公开机构$",
    ),
    ("leaders", r"领导(?:信息|之窗|介绍|简介|班子|成员|分工|活动|页面)?$|[市区县镇局]长之窗"),
    ("notice", r"通知公告|公告公示|公示公告|公示公报|通知公示|公告栏|^公告$|^通知$|^公示$|公告$"),
    (
        "policy",
        r"政策文件|规范性文件|上级(?:政策)?文件|政府文件|部门文件|文件库|^文件$|最新文件"
        r"|^[市区县州省镇乡厅局]?(?:人民)?(?:政?府)?(?:办(?:公[室厅])?)?(?:公文|文件)(?:公开|发布)?$|政策法规|法规文件|市政府文件|^政策$|规章",
    ),
    (
        "news",
        # 新闻发布会, 新闻发言人 and 动态调整 are no news columns.
        r"要闻|动态(?!调整|管理|监测|更新)|新闻(?!发布会?$|发布厅|通气|发言)|快讯|时政|今日.{1,4}|资讯"
        r"|(?:部门|县区|区县|县市区?|镇街|街镇|乡镇|镇办|基层|县域).{0,2}(?:信息|风采|之声|传真|在线|快报|播报|之窗|工作|看台)$"
        r"|^部门(?:乡镇|镇街|街镇|县区|区县|街道)$|^(?:乡镇|镇街|县区|区县)部门$",
    ),
    ("search", r"搜索|检索"),
    ("map", r"(?:网站|站点)(?:地图|导航)"),
    ("english", r"^english$|英文版|^en$|外文版|繁體|多语"),
    ("still", r"在线填写|在线提交|申请表|联系|帮助|声明|版权|关于|登录|注册|无障碍|长者|友情链接|网站链接|收藏|首页|地图|制度|指南|"
        r"专题|职责|清单|目录|标准|应急预案|下载|旅游|人文|历史|地理|名录|名单|电话|地址|二维码|微信|微博|客户端|app"),
)  # fmt: skip
_KIND_PATTERNS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _COLUMN_KIND_WORDS)
#: Kinds of columns that need no regular updates.
STATIC_COLUMN_KINDS = frozenset(
    {
        "overview",
        "institution",
        "leaders",
        "guide",
        "system",
        "catalogue",
        "request",
        "services",
        "guides",
        "search",
        "map",
        "english",
        "still",
        "interaction",
    }
)


def get_column_kind(name: str) -> str:
    """Return the kind of a column according to its name, or `other`."""
    text = "".join(name.split()).strip(DECORATION_CHARACTERS)
    return next((kind for kind, pattern in _KIND_PATTERNS if pattern.search(text)), "other")
