"""Operation: list of bundles."""

from gongkai.ui.opendata.models import Bundle
from gongkai.ui.opendata.operations import JsonAnswer, ObjectShape, RequestedSite, ValueShape, operation, take_page
from gongkai.ui.opendata.parameters import ParameterValues

BUNDLE_SHAPE = ObjectShape(
    "Bundle",
    "一个整批下载的文件",
    name=ValueShape("text", "文件名", "documents-2026.ndjson.gz"),
    label=ValueShape("text", "内容", "2026年公开的信息，一行一条，含全文"),
    media_type=ValueShape("text", "类型", "application/gzip"),
    rows=ValueShape("number", "行数", 1280),
    size=ValueShape("number", "字节数", 2816344),
    made_on=ValueShape("text", "生成日期", "2026-11-20"),
    sha256=ValueShape("text", "SHA-256 摘要", "9f2c…"),
    url=ValueShape("text", "下载地址", "https://www.yunling.example/api/v1/bundles/documents-2026.ndjson.gz"),
)


@operation(
    "listBundles",
    "bundles/",
    "整批下载的文件",
    "每年公开的信息（NDJSON，一行一条，含全文）和每种公开表的全部行（CSV），每天生成一次。",
    BUNDLE_SHAPE,
    listed=True,
)
def list_bundle_files(site: RequestedSite, values: ParameterValues) -> JsonAnswer:
    """List the bundles."""
    rows = list(Bundle.objects.filter(website=site.number).defer("editions"))
    some, following = take_page(rows, values)
    items = [
        BUNDLE_SHAPE.describe(bundle, media_type=bundle.kind, sha256=bundle.file_id, url=site.at(bundle.path))
        for bundle in some
    ]
    return {"items": items, "next": following}
