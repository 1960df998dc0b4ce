"""The room's addresses under /admin/interpretation/."""

from django.urls import path

from gongkai.interpretation.registers import SpecialistRules, Specialists
from gongkai.interpretation.views import items, lists, registers, releases

app_name = "interpretation"
urlpatterns = [
    path("", lists.overview, name="overview"),
    path("export/", lists.export, name="export"),
    path("owe/<int:document>/", lists.owe, name="owe"),
    path("setting/", lists.setting, name="setting"),
    path("plans/<int:number>/", items.plan, name="plan"),
    path("plans/<int:number>/pass/", items.pass_plan, name="pass"),
    path("plans/<int:number>/order/", items.order, name="order"),
    path("draft/<int:document>/", items.draft, name="draft"),
    path("items/<int:number>/", items.link, name="link"),
    path("items/<int:number>/confirm/", items.confirm, name="confirm"),
    path("press/", registers.press, name="press"),
    path("press/export/", registers.export, name="press_export"),
    path("press/new/", registers.event, name="event"),
    path("press/<int:number>/drop/", registers.drop, name="drop"),
    path("press/plan/export/", registers.export_plan, name="plan_export"),
    path("press/plan/", releases.plan_release, name="plan_release"),
    path("press/<int:number>/results/", releases.hand_over, name="hand_over"),
    path("press/<int:number>/result/", releases.result, name="result"),
    path("press/target/", registers.target, name="target"),
    *Specialists.urls("specialists/"),
    *SpecialistRules.urls("specialist-rules/"),
]
