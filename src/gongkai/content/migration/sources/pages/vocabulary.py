"""Tables of meta tags, labels and container marks of government pages.

Meta tags: 政府网站发展指引（国办发〔2017〕47号）附件3《网页设计规范》 names ArticleTitle, PubDate, ContentSource, Keywords, Author, Description, Url,
ColumnName. The containers are those that widespread content management systems of government sites write around a text.
"""

from gongkai.lib.chinese import lazy_re as re

#: Fact → names of meta tags in lower case; the first that is present counts.
META_TAG_NAMES = {
    "title": ("articletitle", "title", "og:title", "dc.title"),
    "published": (
        "pubdate",
        "publishdate",
        "pub_date",
        "publish_date",
        "article:published_time",
        "firstpublishedtime",
        "createdate",
    ),
    "source": ("contentsource", "source", "mediaid"),
    "column": ("columnname",),
    "keywords": ("keywords",),
    "summary": ("description",),
    "url": ("url", "og:url"),
}
#: Label in the table of facts of a disclosure page (without spaces) → field of an item.
FIELDS_BY_LABEL = {
    "索引号": "index_number",
    "信息索引号": "index_number",
    "发文字号": "document_number",
    "文号": "document_number",
    "发布文号": "document_number",
    "文件编号": "document_number",
    "发文机关": "issuer",
    "发布机构": "issuer",
    "制发机关": "issuer",
    "公开责任部门": "issuer",
    "信息名称": "title",
    "标题": "title",
    "名称": "title",
    "成文日期": "written_on",
    "生成日期": "formed_on",
    "形成日期": "formed_on",
    "发布日期": "published",
    "公开日期": "published",
    "发文日期": "written_on",
    "生效日期": "effective_on",
    "施行日期": "effective_on",
    "主题词": "keywords",
    "关键词": "keywords",
    "主题分类": "subject",
    "信息来源": "source",
    "来源": "source",
    "内容概述": "summary",
    "有效性": "validity",
    "效力状态": "validity",
    "时效性": "validity",
    "文件状态": "validity",
    "体裁分类": "genre",
    "组配分类": "genre",
    "废止日期": "",
    "失效日期": "ends_on",
}
#: Pattern of the label before a publication date.
PUBLICATION_DATE_PATTERN = re.compile(
    r"(?:发布时间|发布日期|公开时间|公开日期|发表时间|更新时间|日期|时间)\s*[:：]?\s*(?=(?:19|20)\d\d|[一二][〇零○九][^\s]{2}年)"
)
#: Pattern of the stated source of a text.
SOURCE_PATTERN = re.compile(r"(?:信息来源|文章来源|稿件来源|来\s*源)\s*[:：]\s*([^\s|｜【\[（(　]{2,40})")
#: Ids and classes of elements with a text (whole tokens), the most reliable first.
TEXT_CONTAINER_NAMES = (
    "ucap-content",
    "trs_editor",
    "trs_ueditor",
    "view",
    "zoom",
    "fontzoom",
    "article-content",
    "article_content",
    "articlecontent",
    "pages_content",
    "xxgk-content",
    "xxgk_content",
    "wzcon",
    "zwnr",
    "bt-content",
    "bt_content",
    "news_content",
    "newscontent",
    "newstext",
    "detail-content",
    "detail_content",
    "info_content",
    "content-text",
    "con_text",
    "contenttext",
    "ewb-article-info",
    "main-txt",
    "artibody",
    "js_content",
    "v_news_content",
    "wp_articlecontent",
    "content_main",
    "maincontent",
    "article",
    "content",
)
#: Pattern of ids and classes of elements that are not part of the text.
BOILERPLATE_PATTERN = re.compile(
    r"(?:^|[-_])(?:share|bdshare\w*|bdsharebuttonbox|print|printer|close|toolbar|tools?|pager|pagination|prev|next|related|"
    r"recommend|qrcode|ewm|erweima|header|footer|foot|nav|menu|sidebar|breadcrumb|crumbs?|dqwz|position|search|login)(?:$|[-_])",
    re.IGNORECASE,
)
#: Pattern of ids and classes of parts of a text that resemble boilerplate.
NOT_BOILERPLATE_PATTERN = re.compile(
    r"(?:item|accordion|collapse|panel|card|tabs?|section|step|faq)[-_]+(?:header|nav|title)", re.IGNORECASE
)
#: Pattern of parts within a text that others wrote: readers' comments and advertisements.
THIRD_PARTY_PATTERN = re.compile(
    r"(?:^|[-_])(?:ads?|advert\w*|adsbygoogle|guanggao|sponsor(?:ed)?|comments?|commentlist|pinglun|respond|sharedaddy)(?:$|[-_])",
    re.IGNORECASE,
)
#: Labels of advertisements.
ADVERTISEMENT_LABELS = frozenset({"广告", "推广", "赞助", "赞助内容", "AD"})
#: Pattern of ids and classes of breadcrumbs.
BREADCRUMB_PATTERN = re.compile(
    r"(?:crumb|location|position|dqwz|mbx|weizhi|currentpath|curpath|place|bread|daohang|path)", re.IGNORECASE
)
#: Pattern of the label before a breadcrumb (当前位置：).
CRUMB_LABEL_PATTERN = re.compile(r"(?:您?(?:现在的|当前(?:的)?|所在|的)?位置)\s*[:：是]?")
#: Parts of a breadcrumb that are not columns.
CRUMB_STOP_WORDS = {"首页", "网站首页", "主页", "正文", "内容", "详细内容", "信息详情", "文章内容", "当前位置"}
#: Pattern of the site's own name in a breadcrumb (云岭市政府网 >> 通知公告), which is not a column.
CRUMB_SITE_PATTERN = re.compile(r"(?:政府|门户|公众|官方|信息|在线)\S{0,4}网(?:站)?$|人民政府(?:网站?)?$|首页$")
#: Pattern of words around a text that state the end of its validity.
END_OF_VALIDITY_PATTERN = re.compile(r"废止|失效|作废|撤销|撤回|停止执行")
#: Pattern of labels and ids of lists of attachments.
ATTACHMENT_PATTERN = re.compile(r"附件|相关下载|fujian|attach|appendix|\bfj\b|download", re.IGNORECASE)
