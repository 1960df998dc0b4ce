"""URLs of the pages under /admin/opinion/ and /admin/promises/."""

from django.urls import path

from gongkai.work.opinion.case_registers import Cases, Leads, Promises
from gongkai.work.opinion.registers import Feeds, Fields, Spokespeople, Topics
from gongkai.work.opinion.views import cases

app_name = "opinion"
urlpatterns = [
    path("opinion/collect/", cases.collect, name="collect"),
    path("opinion/figures/", cases.figures, name="figures"),
    *Cases.urls("opinion/"),
    *Leads.urls("opinion/leads/"),
    *Spokespeople.urls("opinion/spokespeople/"),
    *Fields.urls("opinion/registers/"),
    *Feeds.urls("opinion/feeds/"),
    *Topics.urls("promises/topics/"),
    *Promises.urls("promises/"),
    path("promises/new/", cases.register, name="register"),
]
