"""URLs under /admin/publishing/."""

from django.urls import path, re_path

from gongkai.content.publishing.registers import (
    ChannelReleaseRegister,
    ErasureRegister,
    IdleUnitRegister,
    WebsiteRegister,
)
from gongkai.content.publishing.urls_checks import urlpatterns as checks
from gongkai.content.publishing.views import (
    channels,
    columns,
    erasing,
    items,
    reports,
    sources,
    voices,
    words,
)

app_name = "publishing"
urlpatterns = [
    *checks,
    path("", items.items, name="items"),
    path("new/<int:body>/", items.new, name="new"),
    path("items/<int:number>/", items.item, name="item"),
    path("items/<int:number>/submit/", items.submit, name="submit"),
    path("items/<int:number>/withdraw/", items.withdraw, name="withdraw"),
    path("items/<int:number>/place/", items.place, name="place"),
    path("items/<int:number>/preview/", items.preview, name="preview"),
    re_path(r"^items/(?P<number>\d{1,18})/files/(?P<digest>[0-9a-f]{64})$", items.file, name="file"),
    path("items/<int:number>/channels/", channels.record, name="channel_record"),
    *ChannelReleaseRegister.urls("channels/"),
    path("channels/<int:number>/drop/", channels.drop, name="channel_drop"),
    re_path(r"^channels/(?P<number>\d{1,18})/proof$", channels.proof, name="channel_proof"),
    path("sources/<slug:name>/<int:number>/", sources.act, name="source_act"),
    *ErasureRegister.urls("erasures/"),
    path("erasures/<int:number>/", erasing.erasure, name="erasure"),
    path("reviews/<int:number>/preview/", items.review_preview, name="review_preview"),
    path("items/<int:number>/coordinate/", voices.coordinate, name="coordinate"),
    path("items/<int:number>/uncoordinate/", voices.uncoordinate, name="uncoordinate"),
    path("items/<int:number>/confirm-opinions/", voices.confirm, name="confirm_opinions"),
    path("opinions/<int:number>/", voices.opinion, name="opinion"),
    path("opinions/<int:number>/scans/<int:given>/", voices.scan, name="opinion_scan"),
    path("columns/", columns.register, name="columns"),
    path("columns/new/", columns.new, name="column_new"),
    path("columns/<int:number>/", columns.column, name="column"),
    path("columns/<int:number>/publishers/", columns.publishers, name="column_publishers"),
    path("columns/<int:number>/<slug:verb>/", columns.act, name="column_act"),
    path("promptness/", reports.prompt, name="promptness"),
    *IdleUnitRegister.urls("idle/"),
    path("words/", words.words, name="words"),
    path("words/<int:number>/", words.decide, name="words_decide"),
    *WebsiteRegister.urls("websites/"),
    path("websites/new/", reports.website, name="website_new"),
    path("websites/<int:number>/", reports.website, name="website"),
]
