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
    path("<int:number>/announce/<slug:what>/", announcements.start_decision_announcement, name="start"),
    path("announcements/<int:number>/", announcements.announcement_page, name="announcement"),
    *DecisionCatalogueRegister.urls("catalogues/"),
    path("catalogues/<int:number>/", catalogues.catalogue_page, name="catalogue"),
    path("catalogues/<int:number>/add/", catalogues.add_decision, name="add"),
    path("catalogues/<int:number>/announce/", announcements.start_catalogue_announcement, name="start_catalogue"),
    path("consultations/<int:number>/comments/", comments.list_comments, name="comments"),
    path("consultations/<int:number>/comments/new/", comments.register_comment_view, name="register"),
    path("consultations/<int:number>/comments/act/", comments.run_comment_act, name="comments_act"),
    *PointRegister.urls("points/"),
    path("comments/<int:number>/", comments.comment_page, name="comment"),
    *OpenEventRegister.urls("openings/"),
    *SurveyRegister.urls("surveys/"),
    path("surveys/<int:number>/replies.xlsx", comments.export_replies_view, name="replies"),
]
