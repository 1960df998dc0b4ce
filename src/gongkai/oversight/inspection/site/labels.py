"""Classify a date by the words around it: publication, change, signature, other. Pure."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN

#: Words before a date → confidence that it is the publication date.
_LABELS = (
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
    (
        re.compile(r"(?:发文|印发|发文机关|录入|添加|创建|编辑|入库)\s*(?:日\s*期|时\s*间)\s*[:：\]】]?\s*$"),
        72,
    ),
    (re.compile(rf"(?<![{HAN}])(?:日\s*期|时\s*间|date)\s*[:：\]】]?\s*$", re.IGNORECASE), 70),
    (re.compile(r"(?:更新|修改|updated)\s*(?:日\s*期|时\s*间|于|on)?\s*[:：]?\s*$", re.IGNORECASE), 62),
    (re.compile(r"(?:成文|生成|形成|制发)\s*(?:日\s*期|时\s*间)\s*[:：\]】]?\s*$"), 45),
)
NOT = re.compile(
    r"(?:截止|截至|有效期|失效|废止|施行|实施|生效|起施行|今天是|当前|现在|报名|开标|开庭|会议|活动|听证|答复|办结|受理|"
    r"留言|提问|咨询|访谈|直播|征集|期限|任期|出生|版权|copyright)"
    rf"[{HAN}]{{0,4}}\s*[:：]?\s*$",
    re.IGNORECASE,
)
#: Words after a date that make it a deadline.
LIMIT = re.compile(r"\s*(?:之?前|以前|止|起|至|到|—|－|-{2}|～|~)")
#: Words after a date and time: 2026-08-17 10:00 发布
_BEHIND = re.compile(
    r"\s*(?:\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?\s*(发布|发表|刊发|更新|修改)(?!会|单位|机构|机关|人|者|到|至|于|的|时|日)"
)


def labelled(lead: str) -> int:
    """Return the confidence of a publication date by the words before it; 0 if unknown."""
    lead = lead[-14:]
    return next((weight for pattern, weight in _LABELS if pattern.search(lead)), 0)


def behind(rest: str) -> int:
    """Return the confidence of a publication date by the words after it."""
    said = _BEHIND.match(rest)
    return 0 if said is None else 62 if said[1] in {"更新", "修改"} else 90
