"""URLs under /admin/decisions/."""

from django.urls import path

from gongkai.work.participation.decision_register import Decisions
from gongkai.work.participation.opening_register import Openings
from gongkai.work.participation.registers import Catalogues, Points
from gongkai.work.participation.survey_register import Surveys
from gongkai.work.participation.views import announcements, catalogues, comments, decisions, replies

app_name = "participation"
urlpatterns = [
    *Decisions.urls(""),
    path("figures/", decisions.figures, name="figures"),
    path("<int:number>/announce/<slug:what>/", announcements.start, name="start"),
    path("announcements/<int:number>/", announcements.announcement, name="announcement"),
    *Catalogues.urls("catalogues/"),
    path("catalogues/<int:number>/", catalogues.catalogue, name="catalogue"),
    path("catalogues/<int:number>/add/", catalogues.add, name="add"),
    path("catalogues/<int:number>/announce/", announcements.start_catalogue, name="start_catalogue"),
    path("consultations/<int:number>/comments/", comments.index, name="comments"),
    path("consultations/<int:number>/comments/new/", comments.register, name="register"),
    path("consultations/<int:number>/comments/act/", comments.act, name="comments_act"),
    *Points.urls("points/"),
    path("comments/<int:number>/", comments.comment, name="comment"),
    *Openings.urls("openings/"),
    *Surveys.urls("surveys/"),
    path("surveys/<int:number>/replies.xlsx", replies.file, name="replies"),
]
