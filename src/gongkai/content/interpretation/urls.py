"""URLs under /admin/interpretation/."""

from django.urls import path

from gongkai.content.interpretation.owed_registers import OneSided, Ordered, Undecided, Waiting
from gongkai.content.interpretation.press_registers import Plans, Press, Targets
from gongkai.content.interpretation.registers import SpecialistRules, Specialists
from gongkai.content.interpretation.views import items, setting

app_name = "interpretation"
urlpatterns = [
    *Waiting.urls(""),
    *Undecided.urls("undecided/"),
    *Ordered.urls("ordered/"),
    *OneSided.urls("one-sided/"),
    path("setting/", setting.setting, name="setting"),
    path("plans/<int:number>/", items.plan, name="plan"),
    path("plans/<int:number>/pass/", items.pass_plan, name="pass"),
    path("plans/<int:number>/order/", items.order, name="order"),
    path("draft/<int:document>/", items.draft, name="draft"),
    path("items/<int:number>/", items.link, name="link"),
    path("items/<int:number>/confirm/", items.confirm, name="confirm"),
    *Plans.urls("press/plan/"),
    *Targets.urls("press/targets/"),
    *Press.urls("press/"),
    *Specialists.urls("specialists/"),
    *SpecialistRules.urls("specialist-rules/"),
]
