"""What is done and what is left, against the whole named before: 共有房源640套…；已配租588套，剩余62套."""

from collections.abc import Iterator

from gongkai.privacy import lazy_re as re
from gongkai.privacy.frame import Frame
from gongkai.privacy.model import Finding
from gongkai.privacy.proofreading.amounts import LOOSE, WORDS, N, U, base, plain, rough, value

_DONE = re.compile(
    rf"(?:已|现已|目前已|其中已){WORDS}{{1,8}}?(?P<a>{N})\s?(?P<u>(?!%){U}){WORDS}{{0,4}}[，,、；;]\s?"
    rf"(?:剩余|尚余|结余|余下|还剩|仅剩|尚剩|其余|尚有|还有|仍有|未){WORDS}{{0,10}}?(?P<b>{N})\s?(?P<v>(?!%){U})(?P<rest>{WORDS}{{0,10}})"
)
_REST = re.compile("[剩尚结其]余")
#: The whole is named as one.
_WHOLE = re.compile(
    rf"(?:共(?!同|和|产|享|建)|总|计划|应|现有|拥有|任务|下达){WORDS}{{0,12}}?(?P<n>{N})\s?(?P<u>(?!%){U})"
)
_SENTENCE = re.compile(r"[^。\n]{0,160}$")
#: A third kind follows (已完成80户，在建15户，未开工5户 has it in between, and is no match).
_MORE = re.compile(rf"[，,、；;]{WORDS}{{0,12}}{N}\s?{U}")
#: So far from the whole it is another whole.
_NEAR = 0.1


def remaining(frame: Frame) -> Iterator[Finding]:
    """Yield what is done and what is left where both do not make the whole."""
    text = frame.text
    for found in _DONE.finditer(text):
        unit = found["u"]
        before = _SENTENCE.search(text, max(0, found.start() - 160), found.start())
        if base(unit) != base(found["v"]) or not before or LOOSE.search(_REST.sub("", found[0])):
            continue
        wholes = [hit for hit in _WHOLE.finditer(before[0]) if base(hit["u"]) == base(unit)]
        third = _MORE.match(text, found.end())
        if not wholes or (third and base(unit) in third[0]):
            continue
        both = value(found["a"], unit) + value(found["b"], found["v"])
        slack = rough(found["a"], unit) + rough(found["b"], found["v"])
        said = [(value(hit["n"], hit["u"]), rough(hit["n"], hit["u"])) for hit in wholes]
        if any(abs(one - both) <= slack + loose + 1e-6 for one, loose in said):
            continue
        whole = min((one for one, _ in said), key=lambda one: abs(one - both))
        if abs(whole - both) <= _NEAR * whole:
            start, stop = found.start("a"), found.end("v")
            why = f"两项之和{plain(both, unit)}与总数{plain(whole, unit)}不符，请核对"
            yield Finding("sum", start, stop, frame.source[start:stop], why)
