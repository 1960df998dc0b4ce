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
    path("plans/<int:number>/", views.plan_page, name="plan"),
    path("plans/<int:number>/pass/", views.approve_plan, name="pass"),
    path("plans/<int:number>/order/", views.require_forms, name="order"),
    path("draft/<int:document>/", views.draft_interpretation_page, name="draft"),
    path("items/<int:number>/", views.link_page, name="link"),
    path("items/<int:number>/confirm/", views.confirm_copied_share, name="confirm"),
    *PlannedReleaseRegister.urls("press/plan/"),
    *PressTargetRegister.urls("press/targets/"),
    *PressEventRegister.urls("press/"),
    *SpecialistRegister.urls("specialists/"),
    *SpecialistRuleRegister.urls("specialist-rules/"),
]
