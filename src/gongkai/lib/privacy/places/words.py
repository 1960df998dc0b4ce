"""Words that describe where a home is, and words for administrative areas."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN

#: A number of up to three digits.
SHORT_NUMBER = r"(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})"
#: Words that end a description of a home, and locate it like a number.
POSITION_WORDS = (
    rf"旁边?|隔壁|对面|对门|背后|后面|前面|侧面|附近|边上|尽头|楼上|楼下|顶楼|楼顶|底楼|阁楼|地下室|后院|前院|院内|院子|后楼|坎[上下]|坡[上下脚顶]|山脚下?|山上|山下|山坡|"
    rf"村[头尾口]|街[头尾口]|巷[头尾口]|路口|桥头|渡口|河边|路边|码头|老学堂|老屋基?|老宅|祖屋|祖宅|自建房|加盖房|木板房|板房|彩钢房|工棚|棚子|棚户|平房|瓦房|土坯房|筒子楼|大杂院|"
    rf"供销社|粮站|粮库|临河|(?:第{SHORT_NUMBER}|头一|最后一|倒数第{SHORT_NUMBER})(?:家|间|户|排|个棚子)|{SHORT_NUMBER}楼(?:[{HAN}]?[左右东西南北中](?:边|侧|户)?)?|东头|西头|南头|北头|宿舍|家属[院楼区]|铺面|门面|仓库|窑洞|帐篷|"
    rf"[堤塘渠井树坝沟库江海湖村田山桥埂崖溪泉潭庙祠亭岸]边|那(?:家|户|栋|间|排|院|座|幢)(?:{SHORT_NUMBER}楼|第{SHORT_NUMBER}[间家户个栋])?|第{SHORT_NUMBER}个门|[红白黄灰青]砖楼|红楼|小洋楼|红瓦房|老厝|祖厝|厝|后背|屋后|坡底|沟底|坝上|塬上|路尾|街尾|东门|西门|南门|北门"
)
_POSITION_WORD = re.compile(POSITION_WORDS)
_AREA_SUFFIX = re.compile(r"[省市州盟县区旗镇乡村]|街道|社区|嘎查|苏木")


def describes_position(words: str) -> bool:
    """Return whether words describe where a home is (next to, under or on something)."""
    return bool(_POSITION_WORD.search(words))


def count_area_levels(words: str) -> int:
    """Return the number of administrative levels that the words name."""
    return len(_AREA_SUFFIX.findall(words))
