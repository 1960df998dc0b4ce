"""URLs under /admin/decisions/."""

from django.urls import path

from gongkai.work.participation.decision_register import DecisionListRegister
from gongkai.work.participation.open_event_register import OpenEventRegister
from gongkai.work.participation.registers import DecisionCatalogueRegister, PointRegister
from gongkai.work.participation.survey_register import SurveyRegister
from gongkai.work.participation.views import announcements, catalogues, comments

app_name = "participation"
urlpatterns = [
    *DecisionListRegister.urls(""),
    path("figures/", catalogues.decision_figures, name="figures"),
    path("<number:number>/announce/<slug:what>/", announcements.start_decision_announcement, name="start"),
    path("announcements/<number:number>/", announcements.announcement_page, name="announcement"),
    *DecisionCatalogueRegister.urls("catalogues/"),
    path("catalogues/<number:number>/", catalogues.catalogue_page, name="catalogue"),
    path("catalogues/<number:number>/add/", catalogues.add_decision, name="add"),
    path("catalogues/<number:number>/announce/", announcements.start_catalogue_announcement, name="start_catalogue"),
    path("consultations/<number:number>/comments/", comments.list_comments, name="comments"),
    path("consultations/<number:number>/comments/new/", comments.register_comment_view, name="register"),
    path("consultations/<number:number>/comments/act/", comments.run_comment_act, name="comments_act"),
    *PointRegister.urls("points/"),
    path("comments/<number:number>/", comments.comment_page, name="comment"),
    *OpenEventRegister.urls("openings/"),
    *SurveyRegister.urls("surveys/"),
    path("surveys/<number:number>/replies.xlsx", comments.export_replies_view, name="replies"),
]
