"""The room's addresses under /admin/assessment/."""

from django.urls import path

from gongkai.assessment.line_registers import Highlights, Lines
from gongkai.assessment.registers import (
    Bulletins,
    Demands,
    Provisions,
    Rankings,
    Talks,
    Trainings,
)
from gongkai.assessment.views import evaluations, home, papers, rounds, schemes, units

app_name = "assessment"
urlpatterns = [
    path("", home.home, name="home"),
    path("schemes/new/", schemes.new, name="new_scheme"),
    path("schemes/<number:number>/", schemes.scheme, name="scheme"),
    path("schemes/<number:number>/do/", schemes.do, name="scheme_do"),
    path("schemes/<number:number>/change/", schemes.change, name="change_scheme"),
    path("schemes/<number:number>/indicator/", schemes.indicator, name="indicator"),
    path("schemes/<number:number>/indicators.xlsx", schemes.export, name="scheme_export"),
    path("rounds/new/", rounds.new, name="new_round"),
    path("rounds/<number:number>/", rounds.round_page, name="round"),
    path("rounds/<number:number>/do/", rounds.do, name="round_do"),
    path("rounds/<number:number>/units/", rounds.units, name="round_units"),
    path("rounds/<number:number>/ranking.<slug:form>", rounds.ranking, name="ranking"),
    path("rounds/<number:number>/evaluators/", rounds.evaluators, name="evaluators"),
    path(
        "rounds/<number:number>/evaluators/<number:evaluator>/end/",
        rounds.end_evaluator,
        name="end_evaluator",
    ),
    path("units/<number:number>/", units.unit, name="unit"),
    path("units/<number:number>/report.<slug:form>", units.report, name="report"),
    path("units/<number:number>/appeal/", units.appeal, name="appeal"),
    path("units/<number:number>/leaf/<number:leaf>/", units.leaf, name="leaf"),
    path("units/<number:number>/claim/<number:leaf>/", units.claim, name="claim"),
    path("marks/<number:number>/strike/", units.strike, name="strike"),
    path("evaluations/", evaluations.evaluations, name="evaluations"),
    path("evaluations/<number:number>/sheet.xlsx", evaluations.sheet, name="evaluation_sheet"),
    path("evaluations/<number:number>/<number:unit>/", evaluations.evaluate, name="evaluate"),
    *Bulletins.urls("bulletins/"),
    path("bulletins/new/", papers.new_bulletin, name="new_bulletin"),
    path("bulletins/<number:number>/", papers.bulletin, name="bulletin"),
    path("bulletins/<number:number>/do/", papers.do_bulletin, name="bulletin_do"),
    path("bulletins/<number:number>/letter.<slug:form>", papers.letter, name="letter"),
    *Talks.urls("talks/"),
    path("look-back/", papers.look_backs, name="look_backs"),
    path("look-back/<number:number>/", papers.look_back, name="look_back"),
    *Lines.urls("lines/"),
    *Highlights.urls("highlights/"),
    *Demands.urls("training/demands/"),
    *Trainings.urls("training/"),
    *Provisions.urls("provision/"),
    *Rankings.urls("rankings/"),
]
