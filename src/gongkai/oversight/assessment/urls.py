"""URLs of the pages under /admin/assessment/."""

from django.urls import path

from gongkai.oversight.assessment.line_registers import Highlights, Lines
from gongkai.oversight.assessment.look_back_register import LookBacks
from gongkai.oversight.assessment.paper_registers import Bulletins, Pursuits, Times
from gongkai.oversight.assessment.registers import Demands, Provisions, Rankings, Talks, Trainings
from gongkai.oversight.assessment.round_registers import Rounds, Sheets
from gongkai.oversight.assessment.scheme_registers import Schemes
from gongkai.oversight.assessment.views import evaluations, units

app_name = "assessment"
urlpatterns = [
    path("schemes/<number:number>/indicators.xlsx", evaluations.scheme, name="scheme_export"),
    path("rounds/<number:number>/ranking.<slug:form>", evaluations.ranking, name="ranking"),
    path("units/<number:number>/report.<slug:form>", evaluations.report, name="report"),
    path("units/<number:number>/leaf/<number:leaf>/", units.leaf, name="leaf"),
    path("units/<number:number>/claim/<number:leaf>/", units.claim, name="claim"),
    path("marks/<number:number>/strike/", units.strike, name="strike"),
    path("evaluations/", evaluations.evaluations, name="evaluations"),
    path("evaluations/<number:number>/sheet.xlsx", evaluations.sheet, name="evaluation_sheet"),
    path("evaluations/<number:number>/<number:unit>/", evaluations.evaluate, name="evaluate"),
    path("bulletins/<number:number>/letter.<slug:form>", evaluations.letter, name="letter"),
    *Schemes.urls("schemes/"),
    *Sheets.urls("units/"),
    *Times.urls("bulletins/times/"),
    *Bulletins.urls("bulletins/"),
    *Pursuits.urls("pursuits/"),
    *Talks.urls("talks/"),
    *LookBacks.urls("look-back/"),
    *Lines.urls("lines/"),
    *Highlights.urls("highlights/"),
    *Demands.urls("training/demands/"),
    *Trainings.urls("training/"),
    *Provisions.urls("provision/"),
    *Rankings.urls("rankings/"),
    *Rounds.urls("", rows="rounds/"),
]
