"""The room's addresses: /admin/opinion/ and /admin/promises/."""

from django.urls import path

from gongkai.opinion.registers import Feeds, Fields, Spokespeople, Topics
from gongkai.opinion.views import cases, promises

app_name = "opinion"
urlpatterns = [
    path("opinion/", cases.cases, name="cases"),
    path("opinion/collect/", cases.collect, name="collect"),
    path("opinion/figures/", cases.figures, name="figures"),
    path("opinion/leads/", cases.leads, name="leads"),
    path("opinion/leads/<int:number>/", cases.sift, name="sift"),
    *Spokespeople.urls("opinion/spokespeople/"),
    *Fields.urls("opinion/registers/"),
    *Feeds.urls("opinion/feeds/"),
    *Topics.urls("promises/topics/"),
    path("promises/", promises.promises, name="promises"),
    path("promises/new/", promises.register, name="register"),
    path("promises/submit/", promises.submit, name="submit"),
]
