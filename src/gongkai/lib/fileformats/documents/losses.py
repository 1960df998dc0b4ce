"""Losses in words, for the person who decides about a text."""

from collections.abc import Iterable

from gongkai.lib.fileformats.documents.model import Loss

#: Kinds of losses in Chinese.
LOSS_NAMES = {
    "formula": "公式",
    "field": "没有结果的域",
    "symbol": "不认识的符号",
    "picture": "图片",
    "chart": "图表",
    "hidden": "隐藏的内容",
    "deleted": "已删去的文字",
    "control": "没有填写的控件",
    "error": "错误值",
    "digits": "不完整的号码",
    "ruby": "注音",
    "watermark": "水印",
    "page": "读不出的页",
    "recognised": "由图片识别的文字",
    "attachment": "附件",
    "encoding": "不能识别的编码",
    "comment": "批注",
    "header": "页眉",
    "footer": "页脚",
    "text": "文字",
    "more": "其他",
}
#: Examples in a line, and characters of each.
_EXAMPLES, _LONGEST = 3, 30
#: Losses whose words are in the text, in another form.
_CONVERTED = frozenset({"formula", "error", "digits", "recognised"})


def describe_losses(losses: Iterable[Loss], without: frozenset[str] = frozenset(), outcome: str = "") -> list[str]:
    """Return one line for each kind of loss, with examples.

    Args:
        losses: of one document.
        without: kinds that are left out.
        outcome: a phrase that says what became of all of them; by default each kind has its own.
    """
    found: dict[str, list[str]] = {}
    for loss in losses:
        if loss.what not in without:
            found.setdefault(loss.what, []).append(" ".join(loss.text.split()))
    return [_describe(kind, texts, outcome) for kind, texts in found.items()]


def _describe(kind: str, texts: list[str], outcome: str) -> str:
    words = [f"“{text[:_LONGEST]}{'…' * (len(text) > _LONGEST)}”" for text in dict.fromkeys(texts) if text]
    shown = "、".join(words[:_EXAMPLES]) + "等" * (len(words) > _EXAMPLES)
    done = outcome or ("可能不完整" if kind in _CONVERTED else "没有读入正文")
    examples = f"：{shown}" if shown else ""
    return f"{LOSS_NAMES.get(kind, kind)}（{len(texts)}处）{done}{examples}。请对照原文件核对。"
