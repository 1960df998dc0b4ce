"""Detect interpretations without content about their document. Pure.

A clause counts unless it promises, points elsewhere, repeats the title, names contacts or is made of phrases that fit every document.
What the rest explains is judged by people: the signers of the text answer for it.
"""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN, is_han

#: A text has at least so many Han characters in clauses that count, so many of them different.
MIN_CHARACTERS, MIN_DISTINCT_CHARACTERS = 8, 6
#: A text in another script has at least so many words.
MIN_FOREIGN_WORDS = 3
#: Of a longer clause the rest is not read.
_MAX_CLAUSE = 200
_OF_TEXT = "解读|栏目|网站|页面|材料|稿|图解|视频|公众号|内容|本期"
_LATER = "正在|正按|抓紧|尚未|待|即将|将在|将会|预计|完成(?:之?后|以后)|随后|稍后|近期|尽快|后续|届时|顺延|补发|委托|会第一时间"
_EMPTY_CLAUSE = re.compile(
    # Promises.
    rf"(?:{_OF_TEXT}).*(?:{_LATER})|(?:{_LATER}).*(?:{_OF_TEXT})|建设中|敬请|谅解|大家见面|待(?:补充|完善|定|领导|人员)"
    r"|(?:补充|完善|撰写|编写|整理|审定)(?:完成)?(?:之后|以后|后)(?:再|将|会)?.*(?:上传|发布|公布|上网|上线)"
    # References, and words about the text itself.
    r"|详见|参[照见阅]|查阅|查看|点击|下载|[以按].{0,8}(?:文件|原文|正文).{0,4}为准|见附件|(?:见|同|读|阅读)文件|文件(?:第|最后)"
    r"|见.{0,4}(?:网站|官网|链接)|阅读了解|解读|栏目|口径|管理员|编辑|稿|排版|格式|正文|全文|条款|附则|总则|第.{1,3}章|共.{1,4}[章条]"
    r"|自.*起(?:施行|实施|执行)|同时废止|重复说明"
    # Phrases that fit every document.
    r"|贯彻落实.*(?:部署|精神|决策|要求)|贯彻(?:落实|执行)|精神|结合.{0,6}实际|制定本|现予公布|现将|印发给|发给你们|高度重视|重要意义|重要作用"
    r"|重要性|必要性|提高.{0,6}(?:认识|站位)|充分认识|责任担当|狠抓|取得实效|加强领导|学习领会|切实抓好|工作安排|反复讨论|认真研究|高质量发展"
    # Contacts and imprints.
    r"|手册|热线|拨打|网民|感谢|欢迎|关注|支持我们|不便|咨询|联系|来电|来访|地址|办公室|节假日除外|工作时间"
    r"|来源[:：]|责任编辑|审核[:：]|发布时间|浏览次数"
    # Placeholders.
    r"|^略$|此处|请(?:在此)?(?:输入|填写)|字数|测试|暂无|暂时没有|没有需要|简单明了|某某|××|XX|应当包括.*(?:背景|内容)|甲乙丙|子丑寅|天地玄黄|庚辛壬"
)
_ELEMENT = re.compile(
    r"[（(]?[一二三四五六七八九十\d]*[）)、.．]?(?:出台|主要|核心|适用|执行|施行|起草|制定|新旧|专业|政策)?"
    r"(?:背景|目的|内容|举措|措施|对象|范围|标准|关键词|名词|文件|差异|对照|意义|依据|主要差异|日期)+"
)
_FOREIGN_WORD = re.compile(rf"[^\W\d_{HAN}]{{2,}}")
_NAMES = re.compile(r"《[^《》]*(?:《[^《》]*》[^《》]*)*》|〔\d{4}〕\d+号")
_SENTENCES = re.compile(r"[^。！？；!?;\n]+[。！？；!?;]*")
_CLAUSE_MARKS = re.compile("[，,：:（）()]")
_EMBEDDED = re.compile(r"<(?:video|audio|source|embed|iframe)\b[^<>]*\b(?:src|url)=[\"'][^\"'\s]", re.IGNORECASE)
_LINKS = re.compile(
    r"<a\b[^<>]*\bhref=[\"'](https?://[^\"'\s<>]+)[\"'][^<>]*>(.{0,2000}?)</a>", re.IGNORECASE | re.DOTALL
)
_FILM_ADDRESS = re.compile(
    r"\.(?:mp4|m4v|mov|webm|m3u8|mp3|m4a)(?:$|[?#])|//(?:[^/]+\.)?(?:v|tv|video)\.[^/]+|/(?:video|shipin)s?/"
)
_FILM_WORDS = re.compile(r"视频|音频|动画|动漫|直播|回放|观看|收看|收听|播放")


def is_empty(text: str, title: str = "") -> bool:
    """Return true if a text has no content besides repeated clauses, questions, cited names and the
    title.

    >>> is_empty("停车费从每小时五元降到三元，学校门口早晚半小时免费。")
    False
    >>> is_empty("解读材料正在准备，敬请关注本栏目。具体内容以文件为准。")
    True
    """
    heading, seen, prose = _han(title), set[str](), ""
    for sentence in _SENTENCES.findall(_NAMES.sub("", text)):
        for whole_clause in () if sentence.endswith(("？", "?")) else _CLAUSE_MARKS.split(sentence):
            clause = whole_clause[:_MAX_CLAUSE]
            words = _han(clause)
            if not words or words in seen:
                continue
            seen.add(words)
            repeats_title = bool(heading) and (words in heading or heading in words)
            if not (repeats_title or _EMPTY_CLAUSE.search(clause) or _ELEMENT.fullmatch(clause.strip("。；！ 　"))):
                prose += words
    if not seen and len(_FOREIGN_WORD.findall(text)) >= MIN_FOREIGN_WORDS:
        return False
    return len(prose) < MIN_CHARACTERS or len(set(prose)) < MIN_DISTINCT_CHARACTERS


def _han(text: str) -> str:
    return "".join(filter(is_han, text))


def has_film(html: str) -> bool:
    """Return true if a text embeds or links to video or audio, by URL or words (观看视频)."""
    if _EMBEDDED.search(html):
        return True
    return any(_FILM_ADDRESS.search(address) or _FILM_WORDS.search(words) for address, words in _LINKS.findall(html))
