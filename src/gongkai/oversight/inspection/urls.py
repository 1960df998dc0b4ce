"""URLs of the pages under /admin/inspection/."""

from django.urls import path

from gongkai.oversight.inspection import views, views_duties
from gongkai.oversight.inspection.external_inspections import OutsideFindingRegister
from gongkai.oversight.inspection.finding_register import SiteFindingRegister
from gongkai.oversight.inspection.internal_hosts import InnerHostRegister
from gongkai.oversight.inspection.registers import InspectedSiteRegister, InspectionRunRegister

app_name = "inspection"
urlpatterns = [
    path("<number:number>/do/", views.run_site_action, name="do"),
    *InspectedSiteRegister.urls(""),
    *InspectionRunRegister.urls("runs/"),
    path("compare/", views.compare_sites_view, name="compare"),
    *views_duties.UnmetDutyRegister.urls("duties/"),
    path("duties/<number:number>/confirm/", views_duties.confirm_duty_view, name="confirm_duty"),
    path("duties/<number:number>/order/", views_duties.order_duty_view, name="order_duty"),
    *views_duties.DutyHistoryRegister.urls("duties/history/"),
    path("duties/notices/<number:number>/verify/", views_duties.verify_notice_view, name="verify_duties"),
    path("indicators/", views.show_indicators, name="indicators"),
    *InnerHostRegister.urls("inner/"),
    *OutsideFindingRegister.urls("outside/"),
    path("runs/<number:number>/", views.show_run, name="run"),
    path("runs/<number:number>/step/", views.show_progress, name="step"),
    path("runs/<number:number>/verdicts.xlsx", views.download_verdicts, name="verdicts"),
    *SiteFindingRegister.urls("runs/<number:parent>/findings/"),
    path("findings/<number:number>/", views.show_finding, name="finding"),
    path("findings/<number:number>/false-alarm/", views.handle_false_alarm, name="false_alarm"),
    path("findings/<number:number>/<slug:what>/", views.download_evidence, name="evidence"),
]
