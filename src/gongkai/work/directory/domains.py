"""The domains of the catalogue and how titles name them. Source: 国办发〔2019〕54号 and the ministries' standard guidelines (26 domains)."""

from gongkai.lib.chinese import lazy_re as re

#: The 26 pilot domains, with the alternative names that offices use.
DOMAINS: dict[str, tuple[str, ...]] = {
    "重大建设项目": (),
    "公共资源交易": (),
    "财政预决算": (),
    "安全生产": (),
    "税收管理": ("税收",),
    "征地补偿": (),
    "国有土地上房屋征收与补偿": ("国有土地上房屋征收",),
    "保障性住房": ("保障性住房和城镇棚户区改造",),
    "农村危房改造": (),
    "生态环境": (),
    "公共文化服务": ("公共文化",),
    "公共法律服务": (),
    "扶贫": ("乡村振兴", "扶贫领域"),
    "救灾": (),
    "食品药品监管": ("食品药品",),
    "城市综合执法": (),
    "就业创业": ("就业", "就业（创业）", "公共就业"),
    "社会保险": (),
    "社会救助": (),
    "养老服务": ("养老",),
    "户籍管理": ("户籍",),
    "涉农补贴": (),
    "义务教育": (),
    "医疗卫生": ("卫生健康",),
    "市政服务": (),
    "城乡规划": (),
}
#: Path on a site under which templates create the catalogue's columns.
ROOT_PATH = ("政府网站", "政务公开", "基层政务公开")
_TITLE = re.compile(
    r"(?:^|[省市县区州旗镇乡])(?P<name>[^省市县区州旗\s]{2,24}?)(?:领域)?(?:基层)?(?:政务公开|信息公开)?(?:事项)?标准目录"
)
_PLAIN_PAGE = re.compile(r"^(?:sheet|工作表|表)\s*\d*$", re.IGNORECASE)


def find_domain(words: str) -> str:
    """Return the domain in `words`: a title, page name or cell, or "".

    Known domains take precedence.
    """
    bare = re.sub(r"\s+|^[\d.、（）()一二三四五六七八九十]+", "", words)
    names = [(name, domain) for domain, also in DOMAINS.items() for name in (domain, *also)]
    for name, domain in sorted(names, key=lambda pair: -len(pair[0])):
        if name in bare:
            return domain
    found = _TITLE.search(bare)
    return found["name"].removesuffix("领域") if found else ""


def parse_page_domain(name: str) -> str:
    """Return the domain that names a page, or "" for default names such as Sheet1."""
    bare = name.strip()
    if _PLAIN_PAGE.match(bare):
        return ""
    return find_domain(bare) or bare.removesuffix("领域")[:40]
