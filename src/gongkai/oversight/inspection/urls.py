"""URLs of the pages under /admin/inspection/."""

from django.urls import path

from gongkai.oversight.inspection import views, views_duties
from gongkai.oversight.inspection.finding_register import Findings
from gongkai.oversight.inspection.inner import InnerHosts
from gongkai.oversight.inspection.outside import OutsideFindings
from gongkai.oversight.inspection.registers import Runs, Sites

app_name = "inspection"
urlpatterns = [
    *Sites.urls(""),
    *Runs.urls("runs/"),
    path("new/", views.new, name="new"),
    path("compare/", views.compare, name="compare"),
    *views_duties.Duties.urls("duties/"),
    path("duties/<int:number>/confirm/", views_duties.confirm, name="confirm_duty"),
    path("duties/<int:number>/order/", views_duties.order, name="order_duty"),
    *views_duties.DutyHistory.urls("duties/history/"),
    path("duties/notices/<int:number>/verify/", views_duties.verify, name="verify_duties"),
    path("indicators/", views.indicators, name="indicators"),
    *InnerHosts.urls("inner/"),
    *OutsideFindings.urls("outside/"),
    path("<int:number>/change/", views.change, name="change"),
    path("<int:number>/do/", views.do, name="do"),
    path("runs/<int:number>/", views.run, name="run"),
    path("runs/<int:number>/step/", views.step, name="step"),
    path("runs/<int:number>/verdicts.xlsx", views.verdicts, name="verdicts"),
    *Findings.urls("runs/<number:parent>/findings/"),
    path("findings/<int:number>/", views.finding, name="finding"),
    path("findings/<int:number>/false-alarm/", views.set_aside, name="false_alarm"),
    path("findings/<int:number>/<slug:what>/", views.evidence, name="evidence"),
]
