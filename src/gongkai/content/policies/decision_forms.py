"""List the words and forms of the sentences that announce decisions on documents. Pure.

Every form is closed: it lists its words, and a sentence with any other word is not read. A form matches text without white space in which
titles are 《》 and the document's own government is 本级政府 (`decision_words`).
"""

from gongkai.content.policies.states import What
from gongkai.lib.chinese import lazy_re as re

DATE = r"\d{4}年\d{1,2}月\d{1,2}日"
_COUNT = r"[\d一二三四五六七八九十百]+"
_YEARS = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,2})年"
_THIS = "本(?:办法|规定|细则|通知|公告|决定|通告|意见|方案|条例|规则|规程|规章|标准|措施|令|文件)"
_SINCE_ISSUE = rf"自(?:{_THIS})?(?:施行|公布|印发|发布|实施)之?日起"
_OWN = "(?:本级政府(?:办公室)?|本(?:机关|局|委|厅)|我[局委厅])"
#: Words that a clause may contain beside the names and the verb without changing what it decides.
_COMMON = (
    rf"(?:本级政府)?{DATE}(?:印发|公布|发布)的|自{DATE}起|于?{DATE}|{_SINCE_ISSUE}(?:生效|施行)?"
    r"|自?即日起|(?:\d{4}年|此前)(?:印发|公布|发布)的"
    r"|同时|一并|予以?|即行|自行|全部|一律|现|决定|宣布|对|将|等?[\d一二三四五六七八九十]{1,5}[件个]|等"
    r"|行政规范性文件|规范性文件|政府规章|规章|文件|下列|以下|上述|以及|和|与|及"
    r"|本级政府(?:办公室)?(?:研究)?|如下|公告|通知"
)


class Verb:
    """The words by which a text decides one matter, and the words that a clause with them may contain."""

    def __init__(self, verb: str, words: str, *, single: bool = False) -> None:
        """Compile the patterns.

        Args:
            verb: alternatives of the verb.
            words: alternatives of the other words.
            single: a clause contains one such verb (停止执行通知废止 is about the notice).
        """
        self.verb = re.compile(verb)
        self.plain = re.compile(f"{verb}|{words}")
        self.single = single


VERBS = {
    What.AMEND: Verb("修改|修订|修正", rf"{_COMMON}|原|作出?|部分(?:条款|内容)", single=True),
    What.REPEAL: Verb("废止|停止执行", rf"{_COMMON}|原", single=True),
    What.EXPIRE: Verb("失效|废止", rf"{_COMMON}|原|有效期?已经?(?:届满|期满|到期)|已过有效期|自然", single=True),
    What.EXTEND: Verb("延长|继续有效|长期有效|有效期", rf"{_COMMON}|的|[至到]|{_YEARS}"),
}
CORRECTION = Verb(
    "更正|有误|撤销",
    rf"{_COMMON}|的|此前|公布|予|信息|该项|效力|修改|修订|修正|废止|停止执行|失效|延长有效期|延长|不生效",
)
#: Decisions that a text cannot take together with another one about the same document.
CONTRARY = {
    What.AMEND: (What.REPEAL, What.EXPIRE),
    What.REPEAL: (What.EXTEND, What.AMEND),
    What.EXPIRE: (What.EXTEND, What.AMEND),
    What.EXTEND: (What.REPEAL, What.EXPIRE),
}

_LAW = "上位法律?|法律法规|法律|法规|规章|政策|文件|规定"
_AIM = (
    "(?:国家|社会主义|法制|法治|统一|政府|建设|依法|行政|规范性|文件|管理|清理|工作|营商|环境|放管服|改革|上级|上位法|有关|相关|法律|法规|规章"
    "|政策|规定|要求|精神|经济|社会|发展|形势|需要|衔接|制度|新|的|和|与|及|、)+"
)
_PURPOSE = rf"为了?(?:进一步)?(?:落实|贯彻|维护|推进|适应|保障|规范|加强|做好|深化|优化|促进)+{_AIM}"
#: The legal basis of a document: 根据《甲条例》第三条和省政府要求.
_BASIS = (
    rf"(?:根据|依据|按照|依照|遵照)(?:《》|第{_COUNT}[条款项]|国家|国务院|党中央|中央|省|委|本级政府|人民政府|政府|办公厅|法律|法规|规章|上位法"
    "|有关|相关|上级|等|和|与|及|以及|、|的|规定|要求|精神|部署|安排|决定|意见|通知|清理|结果|工作|文件|规范性|行政|管理|政策|法制|统一|评估"
    "|情况|实际|需要|机构|改革|职能|调整)+"
)
_CAUSE = (
    rf"(?:所依据的|有关|相关|国家|上级|省)*(?:{_LAW})(?:已经?)?(?:发生)?(?:修改|修订|调整|变化|废止|失效|公布|出台)"
    "|(?:机构|职能|管理体制|行政体制|管理职责)(?:已经?)?(?:发生)?(?:改革|调整|变化|划转|理顺)|(?:工作|实际|管理)需要"
    "|(?:工作|实际|管理)?(?:情况|形势)(?:已经?)?(?:发生)?变化|主要?(?:任务|工作)(?:已经?)?完成|适用期限?(?:已过|(?:已经?)?届满)"
    "|调整对象(?:已经?)?消失|已有新的?规定"
)
#: Why a document is no longer needed, in a clause that names it: 鉴于《甲办法》已不适应经济社会发展需要.
_UNFIT = (
    "(?:已经?)?不再?(?:适应|符合|相适应|适用)(?:当前|目前|现行|经济|社会|发展|形势|实际|工作|管理|新|的|需要|要求|情况|和|与|、)*"
    rf"|(?:已经?)?与(?:现行|国家|有关|{_LAW}|的|和|、)+(?:已经?)?不(?:一致|相符|符合|相适应|适应)"
    "|已无继续(?:施行|执行|实施)的?必要|(?:已经?)?被(?:新的?)?(?:法律法规|规定|办法|文件|政策|上位法|本办法|本规定)(?:代替|取代|替代|涵盖)"
)
_BECAUSE = "(?:鉴于|因|由于)"
#: A clause that names the document and says why, without its name.
REASON = re.compile(rf"^{_BECAUSE}|{_UNFIT}")
_APPROVAL = (
    rf"经(?:{DATE})?{_OWN}?(?:第{_COUNT}[届次]|常务|全体|党组|专题|办公|局务|会议|会)*"
    r"(?:集体研究|研究|审议|审定|讨论|合法性审[查核]|审[查核]|清理|评估|公开征求意见|征求意见)*(?:并?报本级政府)?(?:决定|同意|通过|批准)?"
)
#: Since when the text itself is in force, and how long.
_FORCE = rf"{_THIS}(?:自{DATE}起|{_SINCE_ISSUE}|自?即日起)(?:正式)?(?:施行|实施|执行|生效)"
_TERM = rf"(?:{_THIS}的?)?有效期限?为?(?:{_YEARS}|[至到]{DATE}止?)"
_AUTHOR = rf"{_OWN}(?:常务会议|全体会议)?(?:研究|审议)?(?:决定)?"
_CLEANED = f"{_OWN}(?:组织)?对(?:现行|行政|规范性|规章|文件|、|和)+(?:进行|开展)了?(?:全面|集中|专项)?清理"
#: A clause before the verb that changes nothing: who decided, why, on which basis, since when the new rule is in force.
BEFORE = re.compile(
    rf"附件\d*|{_APPROVAL}|{_AUTHOR}|{_CLEANED}|{_BECAUSE}?(?:{_CAUSE}|{_UNFIT})|{_PURPOSE}|{_BASIS}|{_FORCE}|{_TERM}"
)
BASIS = re.compile(_BASIS)
#: A clause after the verb that changes nothing.
AFTER = re.compile(rf"不再作为行政管理的?依据|现予以?(?:公布|公告|发布)|{_FORCE}|{_TERM}")
#: Days that are no day of the decision: of the meeting, of the document's own issue, and the last day of the text itself.
OTHER_DAYS = re.compile(rf"{_APPROVAL}|有效期限?为?[至到]{DATE}|{DATE}(?:印发|公布|发布)的")

_BUREAU = (
    "(?:交通|运输|财政|教育|体育|住房|城乡|建设|公安|民政|司法|人力|资源|社会|保障|自然|规划|生态|环境|水利|水务|农业|农村|商务|文化|广电|旅游"
    "|卫生|健康|医疗|应急|管理|审计|市场|监督|统计|林业|草原|信访|金融|国有|资产|发展|改革|工业|信息化|科学|技术|民族|宗教|事务|退役|军人|外事"
    "|城市|综合|行政|执法|审批|政务|服务|数据|机关|税务|和|与)+(?:局|委员会|办公室|厅|委|办)"
)
_ADDRESSEE = (
    "(?:[省市县区州]直)?各(?:县|区|市|州|乡|镇|街道|人民|政府|本级政府|办事处|管委会|管理委员会|开发区|高新区|经开区|新区|园区|委|办|局|厅|部门|直属|机构|事业|企业|单位"
    "|有关|相关|垂直管理|驻|中央|省|直|各|和|及|、|，|（|）)+[：:]"
)
#: Sentences beside the decision that change nothing; a number before them is cut off.
BESIDE = re.compile(
    rf"特此(?:公告|通告|通知|决定)|[（(]?此件(?:主动)?公开(?:发布)?[）)]?|{_ADDRESSEE}|目录|附件|第\d{{1,4}}号"
    rf"|{_OWN}(?:公告|通告|决定|通知|令)?(?:[（(]?第\d{{1,4}}号[）)]?)?|(?:联系|咨询)?电话[：:][\d\-—－－（）()转]{{3,30}}"
    rf"|{_THIS}由(?:{_OWN}|(?:省|市|县|区)?{_BUREAU})(?:负责)?解释"
    rf"|(?:{_PURPOSE}，)?(?:{_BASIS}，)?(?:结合[本我][省市县区]实际，)?制定{_THIS}"
    rf"|《》已经?{_APPROVAL}，现予以?公布，自{DATE}起施行"
    "|现将《》印发给你们，请(?:认真|遵照|贯彻|组织)*(?:执行|实施|落实)|现予以?(?:公布|公告|发布)"
)
_PLACE = rf"(?:第{_COUNT}[章节条款项目])+"
_QUOTED = "“[^“”]*”"
#: One change of an amending text to a part; what the quotation says is not decided here.
PART = re.compile(
    rf"(?:将|把|对)?{_PLACE}(?:中?的?{_QUOTED}(?:、{_QUOTED})*)?(?:修改|修订|修正|调整|改)为[：:]?{_QUOTED}"
    rf"|(?:删去|删除){_PLACE}(?:中?的?{_QUOTED})?|{_PLACE}(?:中?的?{_QUOTED})?(?:予以)?(?:删去|删除)"
    rf"|(?:在?{_PLACE}(?:之?后|中)?)?增加{_COUNT}[条款项节章]，?(?:作为{_PLACE})?[，：:]*{_QUOTED}"
    r"|(?:此外，)?(?:对)?(?:相关)?条文(?:顺序|序号)作(?:相应|个别)调整"
)
#: Remaining words of a list heading, for example 废止的文件目录.
HEADING = re.compile(r"的?(?:目录|清单|名单)?(?:公布|发布)?[：:]?")
#: Words by which an article between the first and the last is about the decision, its day or what stays in force.
KEEPS = re.compile(
    r"施行|生效|废止|失效|停止执行|不再执行|起(?:实施|执行|试行)|撤回|推迟|延期|本决定|本公告|以下决定|待新|另行|过渡|\d{4}年"
    r"|仍|继续|沿用|暂(?:按|不|缓|时|适用)|[依按]照?原|原(?:有|办法|规定|标准|政策|文件|通知|制度|做法)|旧(?:办法|规定?|标准|政策|文件)"
    r"|(?:市|区|县|镇|乡|街道|园|范围内?)除外|现行(?:办法|规定|标准|政策)|(?:该|上述)(?:办法|规定|文件|通知)|此前|以前的|当时的|老办法"
)
#: Words of the title of another document by which a document may stay in force.
TITLE_KEEPS = re.compile("仍|继续|暂缓|恢复|保留|推迟|延期|延长|有效|过渡")
#: A title of what is no decision.
NO_DECISION = re.compile(
    r"征求.{0,60}意见(?:的|$)|稿[）)]?$|草案|请示|建议|预告|解读|说明|问答|答复|工作(?:方案|要点|计划|安排)|立法计划"
)
ABOUT = re.compile(r"(?:本级政府(?:办公室)?)?关于(?P<matter>.+?)(?:的(?:公告|通知|决定|通告))?")
#: The title of a new document; its place must be the government's own.
DOCUMENT_TITLE = re.compile(
    r"(?P<place>[^，。：；]{2,4}?(?<![小社园景校地辖片城])[省市县区州旗])?[^，。：；]*(?:办法|规定|细则|条例|规则|规程|意见|标准|措施|制度)(?:[（(](?:试行|暂行)[）)])?"
)
