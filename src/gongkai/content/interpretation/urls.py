"""URLs under /admin/interpretation/."""

from django.urls import path

from gongkai.content.interpretation import views
from gongkai.content.interpretation.owed_registers import (
    OneSidedRegister,
    OrderedFormRegister,
    OwedRegister,
    UninterpretedDocumentRegister,
)
from gongkai.content.interpretation.press_registers import (
    PlannedReleaseRegister,
    PressEventRegister,
    PressTargetRegister,
)
from gongkai.content.interpretation.registers import SpecialistRegister, SpecialistRuleRegister

app_name = "interpretation"
urlpatterns = [
    *OwedRegister.urls(""),
    *UninterpretedDocumentRegister.urls("undecided/"),
    *OrderedFormRegister.urls("ordered/"),
    *OneSidedRegister.urls("one-sided/"),
    path("setting/", views.setting_page, name="setting"),
    path("plans/<number:number>/", views.plan_page, name="plan"),
    path("plans/<number:number>/pass/", views.approve_plan, name="pass"),
    path("plans/<number:number>/order/", views.require_forms, name="order"),
    path("draft/<number:document>/", views.draft_interpretation_page, name="draft"),
    path("items/<number:number>/", views.link_page, name="link"),
    path("items/<number:number>/confirm/", views.confirm_copied_share, name="confirm"),
    *PlannedReleaseRegister.urls("press/plan/"),
    *PressTargetRegister.urls("press/targets/"),
    *PressEventRegister.urls("press/"),
    *SpecialistRegister.urls("specialists/"),
    *SpecialistRuleRegister.urls("specialist-rules/"),
]
