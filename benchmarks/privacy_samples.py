"""Generate the labelled sentences of `benchmarks/privacy.py`: templates from `tests/samples/privacy/`, filled by a seeded generator."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent.parent / "tests" / "samples" / "privacy"
_SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱夏"
    "谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚汤陶黎温莫易樊乔文安殷颜庄章鲁倪庞邢俞翟蓝聂齐向申葛柴伍覃骆关焦柳"
    "欧祝纪尚毕耿芦左季管苗符辛曲靳路涂甘古裴席冉晏饶瞿阳司闵全"
)
_GIVEN = tuple(
    (  # noqa: SIM905
        "国华 建国 秀英 桂兰 志强 玉梅 淑珍 德明 永福 长青 凤英 金花 大海 春生 少华 文斌 家宝 兴旺 美玲 "
        "小红 明 军 伟 芳 丽 强 勇 静 敏 磊 洋 刚 平 辉 红 子涵 梓轩 浩然 雨桐 欣怡 一诺 思远 若曦 "
        "俊杰 嘉豪 晓峰 文静 佳琪 宇航 诗雨 天佑 明轩 博文 可欣 艺涵 泽宇 婷婷 倩 杰 鹏 超 婷 颖 昊 "
        "萌 超群 立新 海燕 卫东 云飞 成 东升 正阳 树林 向前 "
    ).split()
)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_MARK = re.compile(r"\{(\w+)\}|\[(\w+):([^\]]+)\]")


@dataclass(frozen=True)
class LabelledText:
    """A text and its right findings: kind, start, end."""

    text: str
    spans: tuple[tuple[str, int, int], ...]


class Filler:
    """Draws values for the templates' placeholders, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def digits(self, count: int) -> str:
        return "".join(self.random.choice("0123456789") for _ in range(count))

    def name(self) -> str:
        return self.random.choice(_SURNAMES) + self.random.choice(_GIVEN)

    def id18(self) -> str:
        region = self.random.choice(["420106", "530102", "110101", "510104", "340123", "654122", "350203"])
        year, month, day = (
            self.random.randint(1940, 2015),
            self.random.randint(1, 12),
            self.random.randint(1, 28),
        )
        body = f"{region}{year}{month:02}{day:02}{self.digits(3)}"
        total = sum(int(digit) * weight for digit, weight in zip(body, _ID_WEIGHTS, strict=True))
        return body + "10X98765432"[total % 11]

    def id15(self) -> str:
        month, day = self.random.randint(1, 9), self.random.randint(10, 28)
        return f"530102{self.random.randint(40, 79)}0{month}{day}{self.digits(3)}"

    def spaced_id(self) -> str:
        number = self.id18()
        return f"{number[:6]} {number[6:14]} {number[14:]}"

    def broken_id(self) -> str:
        number = self.id18()
        return f"{number[:10]}\n{number[10:]}"

    def bank(self) -> str:
        body = self.random.choice(["622202", "621700", "622848", "621661"]) + self.digits(self.random.choice([9, 12]))
        total = 0
        for place, char in enumerate(reversed(body)):
            digit = int(char)
            total += digit if place % 2 else (digit * 2 - 9 if digit > 4 else digit * 2)
        return body + str(-total % 10)

    def mobile(self) -> str:
        return "1" + self.random.choice("3456789") + self.digits(9)

    def spaced_mobile(self) -> str:
        number, sign = self.mobile(), self.random.choice(" -")
        return sign.join([number[:3], number[3:7], number[7:]])

    def credit(self, head: str) -> str:
        body = head + "530102MA" + "".join(self.random.choice(_CREDIT) for _ in range(7))
        total = sum(_CREDIT.index(char) * weight for char, weight in zip(body, _CREDIT_WEIGHTS, strict=True))
        return body + _CREDIT[(31 - total % 31) % 31]

    def plate(self) -> str:
        choice = self.random.choice
        return f"云{choice('ABCDEF')}{choice(['', '·'])}{choice(['D1', 'F2', 'K', 'M', '1'])}{self.digits(4)}"

    def mail(self) -> str:
        host = self.random.choice(["163.com", "qq.com", "126.com", "sina.com.cn"])
        return f"{self.random.choice(['zhang', 'li.na', 'wq_88', 'sunny'])}{self.digits(3)}@{host}"

    def address(self) -> str:
        choice, number = self.random.choice, self.random.randint(1, 199)
        road = choice(["幸福", "建设", "和平", "解放", "文化", "东风"])
        garden = choice(["阳光", "锦绣", "金色"])
        village = choice(["大坪", "和平", "小河", "红星"])
        return choice(
            [
                f"云岭市青山区{road}路{number}号",
                f"云岭市青山区{garden}花园{number % 20 + 1}栋{number % 3 + 1}单元{number % 9 + 1}0{number % 4 + 1}室",
                f"云岭市沙河县{choice(['青山', '石桥', '龙泉'])}镇{village}村{number % 12 + 1}组{number}号",
                f"云岭省云岭市沙河乡{choice(['石桥', '杨柳', '团结'])}村{choice('一二三四五六')}组",
                f"青山街道{choice(['春城', '书香', '滨江'])}小区{number % 20 + 1}号楼{number % 4 + 1}0{number % 5 + 1}",
            ]
        )

    def birth(self) -> str:
        year, month, day = (
            self.random.randint(1940, 2015),
            self.random.randint(1, 12),
            self.random.randint(1, 28),
        )
        forms = [
            f"{year}年{month}月{day}日",
            f"{year}-{month:02}-{day:02}",
            f"{year}年{month}月",
            f"{year}.{month:02}.{day:02}",
        ]
        return self.random.choice(forms)

    def makers(self) -> dict[str, tuple[str, Callable[[], str]]]:
        """Return for each placeholder the kind that must be found (empty: nothing) and the function that draws it."""
        chinese = str.maketrans("0123456789", "〇一二三四五六七八九")
        wide = {ord("0") + value: 0xFF10 + value for value in range(10)}
        return {
            "p": ("person", self.name),
            "o": ("", self.name),
            "id": ("id_number", self.id18),
            "id15": ("id_number", self.id15),
            "idsp": ("id_number", self.spaced_id),
            "idfw": ("id_number", lambda: self.id18().translate(wide)),
            "idzh": ("id_number", lambda: self.id18().translate(chinese)),
            "idnl": ("id_number", self.broken_id),
            "m": ("phone", self.mobile),
            "msp": ("phone", self.spaced_mobile),
            "mzh": ("phone", lambda: self.mobile().translate(chinese)),
            "land": ("phone", lambda: f"0871-6{self.digits(7)}"),
            "oland": ("", lambda: f"0871-6{self.digits(7)}"),
            "bank": ("bank_card", self.bank),
            "mail": ("email", self.mail),
            "omail": ("", lambda: "ylsmzj@yunling.gov.cn"),
            "addr": ("address", self.address),
            "birth": ("birth", self.birth),
            "plate": ("plate", self.plate),
            "wx": ("account", lambda: f"wxid_{self.digits(6)}"),
            "qq": ("account", lambda: f"{self.random.randint(10000, 3999999999)}"),
            "pass": ("passport", lambda: f"{self.random.choice('EG')}{self.digits(8)}"),
            "hk": ("passport", lambda: f"{self.random.choice('HM')}{self.digits(8)}"),
            "tw": ("passport", lambda: self.digits(8)),
            "c92": ("credit_code", lambda: self.credit("92")),
            "cc": ("", lambda: self.credit("91")),
        }


def fill(template: str, filler: Filler) -> LabelledText:
    """Fill a template and record the positions of its findings."""
    makers = filler.makers()
    parts: list[str] = []
    spans: list[tuple[str, int, int]] = []
    size = at = 0
    for mark in _MARK.finditer(template):
        between = template[at : mark.start()]
        if mark[1]:
            kind, make = makers[mark[1]]
            words = make()
        else:
            kind, words = mark[2], re.sub(r"\{(\w+)\}", lambda inner: makers[inner[1]][1](), mark[3])
        start = size + len(between)
        if kind:
            spans.append((kind, start, start + len(words)))
        parts += [between, words]
        size, at = start + len(words), mark.end()
    parts.append(template[at:])
    return LabelledText("".join(parts), tuple(spans))


def read_lines(name: str, folder: Path = SAMPLES) -> list[str]:
    """Return the lines of a sample file without comments, with \\n and \\t unescaped."""
    return [
        line.replace("\\n", "\n").replace("\\t", "\t")
        for line in (folder / name).read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]


def make_labelled_texts(name: str, rounds: int = 4, seed: int = 7, folder: Path = SAMPLES) -> list[LabelledText]:
    """Return the filled sentences of one sample file, each template several times."""
    filler, templates = Filler(seed), read_lines(name, folder)
    return [fill(template, filler) for _ in range(rounds) for template in templates]
