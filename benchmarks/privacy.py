"""Measure `gongkai.privacy` on its own labelled sentences: recall and precision per kind, speed, false alarms.

The sentences stand in `tests/samples/privacy/` as templates; names, numbers and addresses are drawn from a
seeded generator, so every run measures the same texts. `find-dev.txt` was looked at while the rules were
written, `find-held.txt` was not: its figures are the honest ones.
"""

import random
import re
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from gongkai.privacy import find

SAMPLES = Path(__file__).resolve().parent.parent / "tests" / "samples" / "privacy"
_SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱夏"
    "谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚汤陶黎温莫易樊乔文安殷颜庄章鲁倪庞邢俞翟蓝聂齐向申葛柴伍覃骆关焦柳欧祝纪尚毕耿芦左季管"
    "苗符辛管祁曲靳路涂甘古裴席冉晏饶瞿阳司闵全"
)
_GIVEN_OLD = ["国华", "建国", "秀英", "桂兰", "志强", "玉梅", "淑珍", "德明", "永福", "长青", "凤英", "金花", "大海", "春生", "少华", "文斌", "家宝", "兴旺", "美玲", "小红", "明", "军", "伟", "芳", "丽", "强", "勇", "静", "敏", "磊", "洋", "刚", "平", "辉", "红"]
_GIVEN_NEW = ["子涵", "梓轩", "浩然", "雨桐", "欣怡", "一诺", "思远", "若曦", "俊杰", "嘉豪", "晓峰", "文静", "佳琪", "宇航", "诗雨", "天佑", "明轩", "博文", "可欣", "艺涵", "泽宇", "婷婷", "倩", "杰", "鹏", "超", "婷", "颖", "昊", "萌", "超群", "立新", "海燕", "卫东", "云飞", "成", "东升", "正阳", "树林", "向前"]


@dataclass(frozen=True)
class Labelled:
    """A text and the findings that are right for it."""

    text: str
    spans: tuple[tuple[str, int, int], ...]


class Filler:
    """Draws what stands in the templates."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def name(self) -> str:
        given = self.random.choice(_GIVEN_OLD if self.random.random() < 0.5 else _GIVEN_NEW)
        return self.random.choice(_SURNAMES) + given

    def digits(self, count: int) -> str:
        return "".join(self.random.choice("0123456789") for _ in range(count))

    def date(self) -> tuple[int, int, int]:
        return self.random.randint(1940, 2015), self.random.randint(1, 12), self.random.randint(1, 28)

    def id18(self) -> str:
        year, month, day = self.date()
        region = self.random.choice(["420106", "530102", "110101", "510104", "340123", "654122", "350203"])
        body = f"{region}{year}{month:02}{day:02}{self.digits(3)}"
        weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
        total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
        return body + "10X98765432"[total % 11]

    def bank(self) -> str:
        body = self.random.choice(["622202", "621700", "622848", "621661"]) + self.digits(
            self.random.choice([9, 12])
        )
        total = 0
        for place, char in enumerate(reversed(body)):
            digit = int(char)
            total += digit if place % 2 else (digit * 2 - 9 if digit > 4 else digit * 2)
        return body + str(-total % 10)

    def mobile(self) -> str:
        return "1" + self.random.choice("3456789") + self.digits(9)

    def credit(self, head: str) -> str:
        alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
        body = head + "530102" + "MA" + "".join(self.random.choice(alphabet) for _ in range(7))
        weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
        total = sum(alphabet.index(char) * weight for char, weight in zip(body, weights, strict=True))
        return body + alphabet[(31 - total % 31) % 31]

    def address(self) -> str:
        choice = self.random.choice
        number = self.random.randint(1, 199)
        return choice(
            [
                f"云岭市青山区{choice(['幸福', '建设', '和平', '解放', '文化', '东风'])}路{number}号",
                f"云岭市青山区{choice(['阳光', '锦绣', '金色'])}花园{number % 20 + 1}栋{number % 3 + 1}单元{number % 9 + 1}0{number % 4 + 1}室",
                f"云岭市沙河县{choice(['青山', '石桥', '龙泉'])}镇{choice(['大坪', '和平', '小河', '红星'])}村{number % 12 + 1}组{number}号",
                f"云岭省云岭市沙河乡{choice(['石桥', '杨柳', '团结'])}村{choice('一二三四五六')}组",
                f"青山街道{choice(['春城', '书香', '滨江'])}小区{number % 20 + 1}号楼{number % 4 + 1}0{number % 5 + 1}",
            ]
        )

    def birth(self) -> str:
        year, month, day = self.date()
        return self.random.choice(
            [
                f"{year}年{month}月{day}日",
                f"{year}-{month:02}-{day:02}",
                f"{year}年{month}月",
                f"{year}.{month:02}.{day:02}",
            ]
        )

    def value(self, key: str) -> tuple[str, str]:
        """Return the kind (empty: nothing to find) and the words for a mark."""
        makers = {
            "p": ("person", self.name),
            "o": ("", self.name),
            "id": ("id_number", self.id18),
            "id15": (
                "id_number",
                lambda: (
                    f"5301027{self.random.randint(0, 9)}0{self.random.randint(1, 9)}1{self.random.randint(0, 9)}{self.digits(3)}"
                ),
            ),
            "idsp": (
                "id_number",
                lambda: (lambda number: f"{number[:6]} {number[6:14]} {number[14:]}")(self.id18()),
            ),
            "idfw": (
                "id_number",
                lambda: self.id18().translate({ord("0") + n: 0xFF10 + n for n in range(10)}),
            ),
            "idzh": (
                "id_number",
                lambda: self.id18().translate(str.maketrans("0123456789", "〇一二三四五六七八九")),
            ),
            "idnl": ("id_number", lambda: (lambda number: f"{number[:10]}\n{number[10:]}")(self.id18())),
            "m": ("phone", self.mobile),
            "msp": (
                "phone",
                lambda: (
                    lambda number: (
                        f"{number[:3]}{self.random.choice(' -')}{number[3:7]}{self.random.choice(' -')}{number[7:]}"
                    )
                )(self.mobile()),
            ),
            "mzh": (
                "phone",
                lambda: self.mobile().translate(str.maketrans("0123456789", "零一二三四五六七八九")),
            ),
            "land": ("phone", lambda: f"0871-6{self.digits(7)}"),
            "oland": ("", lambda: f"0871-6{self.digits(7)}"),
            "bank": ("bank_card", self.bank),
            "mail": (
                "email",
                lambda: (
                    f"{self.random.choice(['zhang', 'li.na', 'wq_88', 'sunny'])}{self.digits(3)}@{self.random.choice(['163.com', 'qq.com', '126.com', 'sina.com.cn'])}"
                ),
            ),
            "omail": ("", lambda: "ylsmzj@yunling.gov.cn"),
            "addr": ("address", self.address),
            "birth": ("birth", self.birth),
            "plate": (
                "plate",
                lambda: (
                    f"云{self.random.choice('ABCDEF')}{self.random.choice(['', '·'])}{self.random.choice(['D1', 'F2', 'K', 'M', '1'])}{self.digits(4)}"
                ),
            ),
            "wx": ("account", lambda: f"wxid_{self.digits(6)}"),
            "qq": ("account", lambda: f"{self.random.randint(10000, 3999999999)}"),
            "pass": ("passport", lambda: f"{self.random.choice('EG')}{self.digits(8)}"),
            "hk": ("passport", lambda: f"{self.random.choice('HM')}{self.digits(8)}"),
            "tw": ("passport", lambda: self.digits(8)),
            "c92": ("credit_code", lambda: self.credit("92")),
            "cc": ("", lambda: self.credit("91")),
        }
        kind, make = makers[key]
        return kind, make()


_MARK = re.compile(r"\{(\w+)\}|\[(\w+):([^\]]+)\]")


def fill(template: str, filler: Filler) -> Labelled:
    """Fill a template and note where its findings stand."""
    parts: list[str] = []
    spans: list[tuple[str, int, int]] = []
    size = at = 0
    for mark in _MARK.finditer(template):
        between = template[at : mark.start()]
        parts.append(between)
        size += len(between)
        if mark[1]:
            kind, words = filler.value(mark[1])
        else:
            kind, words = mark[2], mark[3]
            words = re.sub(r"\{(\w+)\}", lambda inner: filler.value(inner[1])[1], words)
        if kind:
            spans.append((kind, size, size + len(words)))
        parts.append(words)
        size += len(words)
        at = mark.end()
    parts.append(template[at:])
    return Labelled("".join(parts), tuple(spans))


def labelled(name: str, rounds: int = 4, seed: int = 7) -> list[Labelled]:
    """Return the filled sentences of one sample file, each template several times."""
    lines = [
        line.replace("\\n", "\n").replace("\\t", "\t")
        for line in (SAMPLES / name).read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    filler = Filler(seed)
    return [fill(line, filler) for _ in range(rounds) for line in lines]


def _same(wanted: tuple[str, int, int], got: tuple[str, int, int]) -> bool:
    if wanted[0] != got[0]:
        return False
    overlap = min(wanted[2], got[2]) - max(wanted[1], got[1])
    union = max(wanted[2], got[2]) - min(wanted[1], got[1])
    return overlap / union >= (0.5 if wanted[0] in ("address", "health", "birth") else 1.0)


def score(sentences: list[Labelled], show: bool = False) -> dict[str, tuple[int, int, int]]:
    """Return for each kind how many were wanted, found rightly, and found in all."""
    wanted, right, given = Counter[str](), Counter[str](), Counter[str]()
    for sentence in sentences:
        found = [(hit.kind, hit.start, hit.end) for hit in find(sentence.text)]
        missed = [span for span in sentence.spans if not any(_same(span, hit) for hit in found)]
        extra = [hit for hit in found if not any(_same(span, hit) for span in sentence.spans)]
        wanted.update(span[0] for span in sentence.spans)
        given.update(hit[0] for hit in found)
        right.update(span[0] for span in sentence.spans if span not in missed)
        if show and (missed or extra):
            name = lambda span: (span[0], sentence.text[span[1] : span[2]])
            print(
                sentence.text.replace("\n", "\\n"),
                "\n    missed",
                [name(s) for s in missed],
                "extra",
                [name(s) for s in extra],
            )
    return {kind: (wanted[kind], right[kind], given[kind]) for kind in sorted(wanted | given)}


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _find_figures(name: str) -> dict[str, float]:
    figures: dict[str, float] = {}
    totals = [0, 0, 0]
    for kind, (wanted, right, given) in score(labelled(f"find-{name}.txt")).items():
        figures[f"privacy.find.{name}.{kind}.recall"] = _ratio(right, wanted)
        figures[f"privacy.find.{name}.{kind}.precision"] = _ratio(right, given)
        totals = [totals[0] + wanted, totals[1] + right, totals[2] + given]
    figures[f"privacy.find.{name}.recall"] = _ratio(totals[1], totals[0])
    figures[f"privacy.find.{name}.precision"] = _ratio(totals[1], totals[2])
    return figures


def _speed() -> float:
    text = "\n".join(sentence.text for sentence in labelled("find-held.txt"))
    text = (text * (1_000_000 // len(text.encode()) + 1)).encode()[:1_000_000].decode(errors="ignore")
    find(text[:1000])
    begin = time.perf_counter()
    find(text)
    return time.perf_counter() - begin


def run() -> dict[str, float]:
    """Return the room's figures: recall and precision per kind on both halves, and seconds for 1 MB."""
    return {**_find_figures("dev"), **_find_figures("held"), "privacy.find.seconds_per_mb": _speed()}


if __name__ == "__main__":
    for key, value in run().items():
        print(f"{key:55} {value:.3f}")
