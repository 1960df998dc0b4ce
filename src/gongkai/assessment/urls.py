"""The room's addresses under /admin/assessment/."""

from django.urls import path

from gongkai.assessment.views import evaluations, home, papers, registers, rounds, schemes, units

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
    path("bulletins/", papers.bulletins, name="bulletins"),
    path("bulletins/new/", papers.new_bulletin, name="new_bulletin"),
    path("bulletins/<number:number>/", papers.bulletin, name="bulletin"),
    path("bulletins/<number:number>/do/", papers.do_bulletin, name="bulletin_do"),
    path("bulletins/<number:number>/letter.<slug:form>", papers.letter, name="letter"),
    path("talks/", papers.talks, name="talks"),
    path("talks/new/", papers.new_talk, name="new_talk"),
    path("look-back/", papers.look_backs, name="look_backs"),
    path("look-back/<number:number>/", papers.look_back, name="look_back"),
    path("rankings/", papers.rankings, name="rankings"),
    path("rankings/<number:number>/", papers.decide, name="decide_ranking"),
    path("training/", registers.training, name="training"),
    path("training/new/", registers.new_training, name="new_training"),
    path("training/demands/", registers.demands, name="demands"),
    path("training/<number:number>/remove/", registers.remove_training, name="remove_training"),
    path("provision/", registers.provision, name="provision"),
    path("provision/new/", registers.new_provision, name="new_provision"),
]
