"""The portal's addresses."""

from django.urls import include, path, re_path

from gongkai.portal.caching import GENERATION, generation
from gongkai.portal.views import (
    answers,
    columns,
    comfort,
    errors,
    front,
    intake,
    items,
    machines,
    policies,
    progress,
    search,
    subscriptions,
)

app_name = "portal"
urlpatterns = [
    path("", front.front, name="front"),
    path("progress/", progress.progress, name="progress"),
    path("progress/<number:year>/", progress.progress, name="progress_of"),
    path("policies/", policies.policies, name="policies"),
    re_path(
        r"^policies/(?P<document>[1-9][0-9]{0,17})/(?P<number>[1-9][0-9]{0,7})\.(?P<suffix>docx|pdf)\Z",
        policies.download,
        name="policy_file",
    ),
    path("search/", search.find, name="search"),
    path("search/suggest/", search.suggest, name="suggest"),
    path("easy/<str:choice>/", comfort.easy, name="easy"),
    path("easy.css", comfort.easy_css, name="easy_css"),
    path(GENERATION.lstrip("/"), generation, name="generation"),
    path("qr/<number:number>.svg", comfort.qr, name="qr"),
    path("subscribe/", subscriptions.subscribe, name="subscribe"),
    path("subscribe/sent/", subscriptions.sent, name="subscribe_sent"),
    path("subscribe/confirm/<str:token>/", subscriptions.confirm, name="subscribe_confirm"),
    path("subscribe/leave/<str:token>/", subscriptions.leave, name="subscribe_leave"),
    path("answers/", answers.answers, name="answers"),
    path("answers/<number:number>/", answers.answer, name="answer"),
    path("answers/<number:number>/rate/", answers.rate_answer, name="rate_answer"),
    path("forms/<slug:name>/", intake.form, name="form"),
    path("query/", intake.matter, name="matter"),
    path("query/act/", intake.follow_up, name="follow_up"),
    path("api/", include("gongkai.portal.api.urls")),
    path("sitemap/", front.site_map, name="site_map"),
    path("about/", front.about, name="about"),
    path("disclosure/", columns.disclosure, name="disclosure"),
    path("columns/<number:number>/", columns.column, name="column"),
    path("columns/<number:number>/feed/", machines.Latest(), name="column_feed"),
    path("columns/<number:column>/<number:number>.html", items.item, name="item"),
    path("units/", columns.units, name="units"),
    path("units/<number:number>/", columns.unit, name="unit"),
    path("units/<number:unit>/feed/", machines.Latest(), name="unit_feed"),
    re_path(
        r"^files/(?P<document>[1-9][0-9]{0,17})/(?P<number>[1-9][0-9]{0,7})/(?P<digest>[0-9a-f]{64})\Z",
        items.file,
        name="file",
    ),
    path("feed/", machines.Latest(), name="feed"),
    path("sitemap.xml", machines.sitemap_index, name="sitemap_index"),
    path("sitemap-<number:chunk>.xml", machines.sitemap, name="sitemap"),
    path("favicon.ico", machines.favicon, name="favicon"),
    path("robots.txt", machines.robots, name="robots"),
    re_path(r"^(?!admin/|static/|media/)(?P<path>.+)$", errors.fallback, name="fallback"),
]
