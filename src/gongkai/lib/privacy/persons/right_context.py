"""Find evidence after a name that it belongs to a private person or an official."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.data_tables import PrefixSet, make_alternation, read_alternation, read_word_group
from gongkai.lib.privacy.persons import shape
from gongkai.lib.privacy.persons.posts import POST_PATTERN
from gongkai.lib.privacy.search_text import SearchText

_COUNT_NUMBER = r"(?:[0-9]{1,5}|[一二三四五六七八九十百两]{1,4})"
_ETHNIC_GROUPS = r"(?:汉|回|藏|苗|壮|满|彝|土家|蒙古|维吾尔|哈萨克|侗|瑶|白|傣|布依|朝鲜)族"
_ID_START = r"[1-9][0-9]{5}(?:19|20)[0-9]{2}"
_MOBILE = r"1[3-9][0-9]{9}"
#: Facts that stand behind the name of a private person, behind a comma, a space or a bracket.
_PERSONAL_FACT = (
    rf"(?:(?:性别|民族)[:\s]?)?(?:[男女](?![人子士性儿])|{_ETHNIC_GROUPS}|身份证|公民身份|居民身份|证件|"
    rf"(?:19|20)[0-9]{{2}}\s?(?:年|[-.])|[0-9]{{1,3}}\s?岁|现?住|户籍|电话|手机|联系|邮箱|QQ|支付宝|租住|寄住|1[3-9][0-9]|系|现年|今年|"
    rf"出生|家住|残疾|等{_COUNT_NUMBER}[户人名家位]|学号|身份|微信|{_ID_START}|以下简称)"
)
_STRONG_FACT_RE = re.compile(
    rf"\s?[(][父母妻夫子女孙媳兄弟姐妹][{HAN}]{{2,3}}[,，)、]|家属(?=[请到同要来在签认反已接拒])|"
    rf"等[{HAN}]{{0,4}}(?:农民工|群众|村民|居民|职工|工人|学生|业主|商户|患者|老人|儿童|党员群众|考生|农户|牧民|商贩)|"
    r"[及与和](?:其|他的?|她的?)?(?:配偶|妻子|丈夫|子女|儿子|女儿|父母|家人|家属|母亲|父亲|爱人|老伴|长子|次子|长女|次女)|"
    rf"[,，(]\s?[父母](?:亲)?:?[{HAN}]{{2,3}}[,，)、;；]|同志(?:要求|反映|投诉|申请|来信|来访|信访|咨询)|处(?:购|借|租|取得|得知|获|买|受让|收)|户\s?[,，(:]|先生|女士|小姐|同学|老人|同志\s?[:,，]|等{_COUNT_NUMBER}\s?(?:[户人名家位]|农户)|[:,，]\s{{0,3}}(?:你|您|经查|我局|本机关)|"
    rf"[,，]\s?[{HAN}]{{2,12}}?(?:村|社区|街道)[{HAN}0-9]{{0,6}}[组号队社]|"
    r"的(?:妻子|丈夫|儿子|女儿|父亲|母亲|爱人|老伴|孙子|孙女|房屋|宅基地|承包地|身份证)|"
    rf"[ ]?[,，、( (]{{1,2}}\s?{_PERSONAL_FACT}|:[ ]?\n|\s{{0,3}}[男女](?=[\s,，、。;；)|])|"
    rf"\s{{0,3}}(?:身份证|公民身份|联系电话|手机|电话[:：]|性别[:：]|{_MOBILE}|{_ID_START})|"
    rf"[(][{HAN}0-9]{{2,18}}(?:村|社区|嘎查|[0-9一二三四五六七八九十]+[组社队]|屯|寨|街道|镇|乡|苏木|号)[)]|名下(?:有|无|的)|"
    rf"\s?[(][^)\n]{{0,14}}(?:身份证|邮箱|电话|手机|女|男|岁|村民|居民|{_MOBILE})"
)
_PERSON_VERBS = PrefixSet(read_word_group("roles", "verb"))
_STRONG_VERBS = PrefixSet(read_word_group("roles", "strongverb"))
_OFFICE_VERBS = PrefixSet(read_word_group("roles", "officeverb"))
_WEAK_VERBS = read_word_group("roles", "softverb")
_OFFICE_BODY_RE = re.compile(
    rf"\s?[(]?为?(?:县|市|区|镇|乡|局|省|州|厅|处|科|委|党组|党委|人大|政协|常务)[{HAN}]{{0,10}}?(?:"
    + read_alternation("roles", "officeverb")
    + ")"
)
#: Private matters after which 同志 is no sign of office.
PRIVATE_MATTERS_PATTERN = (
    r"\s?[:,，]|工伤|评残|伤残|残疾|带病|评定|优待|入伍|申领|养老|低保|医保|待遇|户籍|落户|补贴|救助|要求|咨询|提交|办理|所提|名下|本人|来函|信访|来信|反映|投诉|举报|申请|优抚|抚恤|补|死亡|去世|病故|退役|家|因|"
    r"生活|的诉求|的信|身患|患|病|户|见义勇为|退休|来我|来本|到我|系我|是我[县市镇村区局]|为发展对象|作为发展|作为中共|为入党|为预备|为中共|入党|转为|按期|转正|符合|享受|提出|领取|名额"
)
_OFFICIAL_COMRADE_RE = re.compile(rf"(?:不再)?担任(?!监护)|同志(?!{PRIVATE_MATTERS_PATTERN})")
_LONG_SUFFIXES = frozenset(word for word in read_word_group("roles", "suffix") if len(word) > 1)
_OFFICE_SUFFIX_RE = re.compile(
    r"(?:(?:" + read_alternation("roles", "suffix") + r")|"
    r"[^的为与和在于向是有及等之将被从到说称系家代因对，。、,;:；：()（）\"“”\s]{1,2}(?:"
    + make_alternation(_LONG_SUFFIXES)
    + "))"
)
_ADJACENT_OFFICE_SUFFIX_RE = re.compile(read_alternation("roles", "suffix") + r"|[”\"]?等(?:品牌|商标|产品)")
_DATE_AFTER_NAME_RE = re.compile(r"[于在自从][\s]?(?:[0-9]{4}|[一二三四五六七八九十]月|[0-9]{1,2}月)")


def has_fact_after(search_text: SearchText, end: int) -> bool:
    """Return true if a fact about a person (，男，… or （身份证号…) directly follows offset `end`."""
    return bool(_STRONG_FACT_RE.match(search_text.text, end) or _WELFARE_JOB_RE.match(search_text.text, end))


#: Somebody is quoted.
_QUOTED_SPEECH_RE = re.compile(rf"[{HAN}]{{0,8}}(?:说|回忆|告诉记者|感慨|哭诉)[,，:：]\s?[“\"]")


def score_verb_after(search_text: SearchText, end: int) -> float:
    """Return from 0 to 2 how strongly the following words suggest a private person."""
    text = search_text.text
    if _STRONG_VERBS.at(text, end):
        return 2.0
    if _DATE_AFTER_NAME_RE.match(text, end):
        return 1.6
    if _QUOTED_SPEECH_RE.match(text, end):
        return 2.0
    found = _PERSON_VERBS.at(text, end)
    if not found:
        return 0.0
    return 1.5 if len(found) > 1 else 0.7


#: Posts that are given to people in need (任保洁员).
_WELFARE_JOB_RE = re.compile(
    r"(?:担任|任|为|从事)(?:村|镇|乡|社区|公益性?岗位?)?"
    rf"(?:保洁|护林|护路|护河|护草|管护|巡护|巡河|巡山|养路|环卫|水管|管水|光伏|绿化|保安|公益)[{HAN}]{{0,2}}[员工]"
)


def is_official_after(search_text: SearchText, end: int) -> bool:
    """Return true if the words after offset `end` show an official (张三主持召开, 张三局长)."""
    text = search_text.text
    at = end
    while text[at : at + 1] in (" ", "("):
        at += 1
    if _OFFICE_VERBS.at(text, at) or _OFFICIAL_COMRADE_RE.match(text, at):
        return True
    return bool(_OFFICE_BODY_RE.match(text, end))


_DISEASE_WORDS = read_alternation("health", "disease")
#: Facts that only a person has, closed off from the name (，男   （身份证…   ，八级伤残).
_PERSONAL_FACT_AFTER_NAME_RE = re.compile(
    rf"[ ]?[,，、( (]{{1,2}}\s?(?:(?:性别[:\s]?)?[男女](?=[\s,，、。;；)|])|身份证|公民身份|{_ETHNIC_GROUPS}|[0-9]{{1,3}}\s?岁|{_MOBILE}|{_ID_START}|"
    rf"[{HAN}]{{1,6}}(?:工|员|司机|村民|居民)[)]|"
    r"[一二三四五六七八九十]级|电话|手机|学号|准考证|服役|家住|[男女]性|"
    rf"(?:视力|听力|言语|肢体|智力|精神|多重)(?:残疾|障碍)|(?:{_DISEASE_WORDS}))"
)
_COUNTED_PROFESSION_RE = re.compile(
    r"等[0-9一二两三四五六七八九十]{1,3}[名位](?:县|市|区|省|镇|人大|政协)?(?:代表|委员|领导|干部|专家|律师|医生|医师|教授|教师|老师|民警|法官|记者)|"
    rf"\s?[(](?:执法证|证号(?!码?[:为]?[1-9][0-9]{{5}}(?:19|20))|工号|警号)|\s?著(?=[;；。,，]|$)|主编|编著|教育思想|烈士|执教|(?:律师|记者|法官|警官|教授|研究员|主任医师)|(?:、[{HAN}]{{2,4}}){{0,4}}\s?[,，(（]\s?[^,，。；;:：()（）\n]{{0,12}}(?:[(（][^()（）\n]{{1,10}}[)）])?[^,，。；;:：()（）\n]{{0,24}}律师|\s?[,，]\s?(?:现任|拟任)"
)
#: Posts in an official's curriculum vitae: 同志，男，1970年3月生，任县水利局局长.
_CAREER_RE = re.compile(
    rf"(?:同志)?\s?[,，]\s?(?:[男女][^。\n]{{0,90}}?[现拟]任|(?:[男女]|(?:19|20)[0-9]{{2}}年)[^。\n]{{0,90}}?[,，]\s?"
    rf"(?:[原时历]?任|(?=[{HAN}]{{0,4}}[省州市县区镇乡])(?![{HAN}]{{0,16}}村)){POST_PATTERN}(?=[,，、。;；\s]|$))"
)


#: A post in brackets after a name.
POST_IN_BRACKETS_PATTERN = re.compile(
    r"\s?[(][^()\n]{0,24}(?:书记|支书|主席|文书|干部|组长|队员|[局县市区镇乡处科所站院校队厅部会社总馆台行]长|主任|经理|会计|委员|专员|干事|职员|科员|主管|民警|律师|教授|研究员|工程师)[)]"
)


def has_post_in_brackets(search_text: SearchText, end: int) -> bool:
    """Return whether a post follows in brackets (胡爱玲（县投资促进中心主任）)."""
    return bool(POST_IN_BRACKETS_PATTERN.match(search_text.text, end))


#: A post right behind the name: ，县公路段养护股股长，对…
_POST_CLAUSE_RE = re.compile(
    r"[,，]\s?(?!原|前|曾)[^,，。；;、\n]{0,24}(?:[局县市镇乡处科所站段院校队厅部会股社总园][长]|主任|书记|主席|经理|会计|委员|科员|民警|督导员|监理|工程师)(?=[,，。；;]|$)"
)


def has_post_clause(search_text: SearchText, end: int) -> bool:
    """Return whether the clause after a name is only a post (李志强，县公路段养护股股长，…)."""
    return search_text.text[end : end + 1] in (",", "，") and bool(_POST_CLAUSE_RE.match(search_text.text, end))


def has_marked_fact_after(search_text: SearchText, end: int) -> bool:
    """Return whether a personal fact follows after a mark (，男 （身份证号)."""
    return bool(_PERSONAL_FACT_AFTER_NAME_RE.match(search_text.text, end))


_PARTY_VERB_RE = re.compile(
    rf"辩称|诉称|称[:：,，]?|系[{HAN}]|不服|未到庭|到庭|述称|自述|供述|名下|之[子女妻夫父母]|拒不|未按期"
)


def has_party_verb_after(search_text: SearchText, end: int) -> bool:
    """Return whether words follow that only a party can be the subject of (辩称, 不服)."""
    return bool(_PARTY_VERB_RE.match(search_text.text, end))


def has_profession_after(search_text: SearchText, end: int) -> bool:
    """Return whether a public profession, a post or an official's career follows directly."""
    return bool(_COUNTED_PROFESSION_RE.match(search_text.text, end) or _CAREER_RE.match(search_text.text, end))


def has_post_after(search_text: SearchText, end: int) -> bool:
    """Return true if an official's post (局长) or another word for officials directly follows offset
    `end`."""
    found = _OFFICE_VERBS.at(search_text.text, end)
    return bool(found) and found not in _WEAK_VERBS


#: An autonomous area or a township of a people (桓仁|满族自治县).
_ETHNIC_AREA_RE = re.compile(rf"(?:[{HAN}]{{1,4}}族){{1,3}}(?:自治|[乡镇])")


def is_continued_as_place(search_text: SearchText, end: int, gap: bool = True) -> bool:
    """Return whether the string continues as a place or body (张家村, 王记餐馆, 李宁公司).

    `gap`: one or two characters may stand between, and a verb after the string rules the place out.
    """
    if gap and len(shape.FOLLOWING_WORDS.at(search_text.text, end)) > 1:
        return False
    if (
        gap
        and (_PERSON_VERBS.at(search_text.text, end) or shape.FOLLOWING_WORDS.at(search_text.text, end))
        and not _ADJACENT_OFFICE_SUFFIX_RE.match(search_text.text, end)
    ):
        return False
    if _ETHNIC_AREA_RE.match(search_text.text, end):
        return True
    return bool((_OFFICE_SUFFIX_RE if gap else _ADJACENT_OFFICE_SUFFIX_RE).match(search_text.text, end))
