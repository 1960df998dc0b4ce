"""URLs of the pages under /admin/opinion/ and /admin/promises/."""

from django.urls import path

from gongkai.work.opinion.case_registers import CaseLeadRegister, OpinionCaseRegister, PromiseRegister
from gongkai.work.opinion.registers import FeedRegister, PromiseTopicRegister, SpokespersonRegister, WatchFieldRegister
from gongkai.work.opinion.views import cases

app_name = "opinion"
urlpatterns = [
    path("opinion/collect/", cases.register_case_view, name="collect"),
    path("opinion/figures/", cases.show_case_figures, name="figures"),
    *OpinionCaseRegister.urls("opinion/"),
    *CaseLeadRegister.urls("opinion/leads/"),
    *SpokespersonRegister.urls("opinion/spokespeople/"),
    *WatchFieldRegister.urls("opinion/registers/"),
    *FeedRegister.urls("opinion/feeds/"),
    *PromiseTopicRegister.urls("promises/topics/"),
    *PromiseRegister.urls("promises/"),
    path("promises/new/", cases.register_promise_view, name="register"),
]
