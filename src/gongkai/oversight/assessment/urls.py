"""URLs of the pages under /admin/assessment/."""

from django.urls import path

from gongkai.oversight.assessment.line_registers import HighlightRegister, LineInspectionRegister, LookBackRegister
from gongkai.oversight.assessment.paper_registers import BulletinRegister, PursuitRegister, RequiredTimesRegister
from gongkai.oversight.assessment.registers import (
    OutsideRankingRegister,
    ProvisionRegister,
    TalkRegister,
    TrainingDemandRegister,
    TrainingRegister,
)
from gongkai.oversight.assessment.round_registers import RoundRegister, UnitSheetRegister
from gongkai.oversight.assessment.scheme_registers import IndicatorSchemeRegister
from gongkai.oversight.assessment.views import evaluations, units

app_name = "assessment"
urlpatterns = [
    path("schemes/<number:number>/indicators.xlsx", evaluations.download_scheme, name="scheme_export"),
    path("rounds/<number:number>/ranking.<slug:form>", evaluations.download_ranking, name="ranking"),
    path("units/<number:number>/report.<slug:form>", evaluations.download_unit_report, name="report"),
    path("units/<number:number>/leaf/<number:leaf>/", units.show_leaf, name="leaf"),
    path("units/<number:number>/claim/<number:leaf>/", units.edit_claim, name="claim"),
    path("marks/<number:number>/strike/", units.strike_mark_view, name="strike"),
    path("evaluations/", evaluations.show_evaluations, name="evaluations"),
    path("evaluations/<number:number>/sheet.xlsx", evaluations.download_evaluation_sheet, name="evaluation_sheet"),
    path("evaluations/<number:number>/<number:unit>/", evaluations.evaluate_unit, name="evaluate"),
    path("bulletins/<number:number>/letter.<slug:form>", evaluations.download_bulletin, name="letter"),
    *IndicatorSchemeRegister.urls("schemes/"),
    *UnitSheetRegister.urls("units/"),
    *RequiredTimesRegister.urls("bulletins/times/"),
    *BulletinRegister.urls("bulletins/"),
    *PursuitRegister.urls("pursuits/"),
    *TalkRegister.urls("talks/"),
    *LookBackRegister.urls("look-back/"),
    *LineInspectionRegister.urls("lines/"),
    *HighlightRegister.urls("highlights/"),
    *TrainingDemandRegister.urls("training/demands/"),
    *TrainingRegister.urls("training/"),
    *ProvisionRegister.urls("provision/"),
    *OutsideRankingRegister.urls("rankings/"),
    *RoundRegister.urls("", rows="rounds/"),
]
