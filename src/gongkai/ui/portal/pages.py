"""Registry of public pages that show data instead of editions, for navigation and site map."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class PublicPage:
    """A page of the navigation: URL, label, description (`about`).

    `main`: it is in the navigation bar. `button`: label of the button that leads to it, "" if it is no service.
    """

    url: str
    label: str
    about: str
    main: bool = False
    button: str = ""

    @property
    def search_words(self) -> tuple[str, ...]:
        """Return the search words that lead to this page."""
        return _read_search_words().get(self.url, ())


@cache
def _read_search_words() -> dict[str, tuple[str, ...]]:
    """Return the words with which users search for a page, by URL."""
    lines = files("gongkai.ui.portal").joinpath("wishes.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and line[0] != "#")
    return {url: tuple(text.split()) for url, text in rows}


#: All pages of the navigation, in its order.
NAVIGATION_PAGES: list[PublicPage] = [
    PublicPage(
        "/policies/",
        "政策库",
        "规章、规范性文件和其他政策文件，哪些现行有效，哪些已经失效、废止",
        main=True,
        button="查政策",
    ),
    PublicPage("/answers/", "政策问答", "大家问过的政策问题和答复；没有答复的可以提问", main=True, button="查答复"),
    PublicPage("/gazette/", "政府公报", "历年公报，可以翻页阅读、查找、下载"),
    PublicPage("/accounts/", "政务新媒体", "政府和各部门开设的微信、微博等账号，哪些在运行，哪些已经关停"),
    PublicPage("/gathered/", "各地各部门信息", "各地各部门网站上公开的信息，按专题集中，注明来源和时间"),
    PublicPage("/messages/", "留言选登", "大家留言说了什么，有关部门怎样答复；每月收到多少、答复多少", button="看留言"),
    PublicPage("/tables/", "名录清单", "公共企事业单位、专题数据、办事指南、权责清单、信息查阅点，可以查询、下载"),
    PublicPage(
        "/decisions/",
        "决策预公开",
        "哪些决策草案正在征求意见，意见采纳了没有，结果是什么；政府开放日、列席会议",
        button="提意见",
    ),
    PublicPage(
        "/surveys/", "网上调研", "政策执行得怎么样，请您填写问卷；结束的调研有结果、答复和改进措施", button="填问卷"
    ),
    PublicPage("/catalogue/", "基层政务公开标准目录", "各领域应当公开什么、由谁公开、在哪里看"),
    PublicPage(
        "/requests/",
        "依申请公开",
        "没有公开的信息怎样申请，多久答复，要不要交费，办到哪一步",
        main=True,
        button="申请公开",
    ),
    PublicPage("/promises/", "公开承诺", "公开承诺过的事，谁来办、什么时候完成、兑现了没有", button="看承诺"),
    PublicPage("/annual/", "年度报告", "各单位历年政府信息公开工作年度报告，公布了没有、什么时候公布的"),
    PublicPage("/progress/", "任务进展", "今年的政务公开任务，谁来办、办到哪一步", button="看进展"),
    PublicPage("/api/", "开放数据", "公开的信息整批下载、订阅，由程序或者智能助手读取原文"),
    PublicPage("/performance/", "公开成效", "该公布的按时公布了吗，该答复的按时答复了吗，还有多少逾期"),
]
#: Pages outside the navigation; the labels are used in their meta tags.
OTHER_PAGES: tuple[PublicPage, ...] = (
    PublicPage("/units/", "公开单位", "各单位的联系方式和公开信息", button="查单位"),
    PublicPage("/sitemap/", "网站地图", "全部栏目和网页"),
    PublicPage("/help/", "使用帮助", "怎样查信息、问政策、申请公开、看办到哪一步、提意见和投诉"),
    PublicPage("/about/", "关于本站", "网站的主办单位、联系方式和使用说明"),
    PublicPage("/forms/", "在线填写", "咨询、申请、征求意见和网站找错的表单"),
    PublicPage("/query/", "查办理情况", "用查询码查看咨询、申请和留言的办理情况", button="查办理情况"),
)

#: Services and forms for visitors, then the pages that they search by name.
SERVICE_PAGES: tuple[PublicPage, ...] = (
    PublicPage("/forms/ask/", "提问", "咨询政策、反映问题、投诉、提建议；提交后得到查询码，随时看答复", button="提问"),
    PublicPage(
        "/forms/complaint/",
        "政府信息公开投诉",
        "没有依法公开政府信息、没有按期答复申请、违规收费的，可以投诉；学校、医院等公共企事业单位没有公开信息的，可以申诉",
        button="去投诉",
    ),
    PublicPage(
        "/forms/fault/",
        "我为政府网站找错",
        "网站上有错别字、打不开的链接、过时或者不准确的内容，请告诉我们",
        button="去找错",
    ),
    PublicPage(
        "/forms/firm/",
        "政策直通车",
        "企业和个体工商户留下行业、规模和区县，有适合的新政策就推送到邮箱",
        button="去订阅",
    ),
    PublicPage("/subscribe/", "邮件订阅", "有新公开的信息时发邮件给您，可以只订含有某个词的", button="去订阅"),
    PublicPage("/tables/guide/", "办事指南", "各项服务要什么材料、多长时间、收不收费，哪些可以网上办", button="查指南"),
    *NAVIGATION_PAGES,
    *OTHER_PAGES,
)

#: Tasks shown on the home page: URL and label.
VISITOR_TASKS: tuple[tuple[str, str], ...] = (
    ("/policies/", "查政策是否有效"),
    ("/forms/ask/", "提问"),
    ("/requests/", "申请公开"),
    ("/query/", "查办理情况"),
    ("/decisions/", "参与决策"),
    ("/progress/", "看任务进展"),
)


#: Label of a page of the navigation, which a column may have as well → URL.
URLS_BY_LABEL = {page.label: page.url for page in NAVIGATION_PAGES}


def find_public_page(path: str) -> PublicPage | None:
    """Return the public page of a path, or None."""
    return next((page for page in (*NAVIGATION_PAGES, *OTHER_PAGES) if path.startswith(page.url)), None)
