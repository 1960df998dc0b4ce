"""URLs under /admin/inquiries/ and /admin/answers/."""

from django.urls import path

from gongkai.work.consultation import registers
from gongkai.work.consultation.order_registers import Orders, Results
from gongkai.work.consultation.reach_registers import Pushed, Uncovered
from gongkai.work.consultation.rounds import Rounds
from gongkai.work.consultation.views import (
    answers,
    board,
    inquiries,
    learning,
    mails,
    orders,
    phones,
    publications,
    windows,
)

app_name = "consultation"
urlpatterns = [
    path("inquiries/hotline/", inquiries.hotline, name="hotline"),
    path("inquiries/hotline/<int:number>/use/", inquiries.use, name="use"),
    path("inquiries/register/", inquiries.register, name="register"),
    path("inquiries/figures/", inquiries.figures, name="figures"),
    *registers.CountedMessages.urls("inquiries/figures/behind/"),
    *registers.MessagesToChoose.urls("inquiries/publications/"),
    *registers.ChosenMessages.urls("inquiries/publications/chosen/"),
    path("inquiries/<int:number>/publication/", publications.publication, name="publication"),
    *mails.Mails.urls("inquiries/mails/"),
    path("inquiries/mails/<int:number>/", mails.mail, name="mail"),
    path("inquiries/mails/<int:number>/dismiss/", mails.dismiss, name="mail_dismiss"),
    *Orders.urls("inquiries/orders/"),
    path("inquiries/orders/open/", orders.open_client, name="order_client_open"),
    path("inquiries/orders/<int:number>/<slug:verb>/", orders.change_client, name="order_client"),
    *Pushed.urls("inquiries/firms/"),
    *phones.Phones.urls("inquiries/phones/"),
    path("inquiries/windows/roster/", windows.roster_file, name="roster"),
    *windows.Windows.urls("inquiries/windows/"),
    path("inquiries/windows/<int:number>/", windows.window, name="window"),
    *Results.urls("inquiries/results/"),
    *mails.Folders.urls("inquiries/mailboxes/"),
    path("answers/search/", learning.search, name="search"),
    path("answers/search/fit/", learning.fit, name="fit"),
    path("answers/search/fits/<int:number>/aside/", learning.put_aside, name="fit_aside"),
    *learning.Synonyms.urls("answers/search/synonyms/"),
    *learning.Missed.urls("answers/search/missed/"),
    *Rounds.urls("answers/rounds/"),
    path("answers/board/", board.board, name="board"),
    *Uncovered.urls("answers/coverage/"),
    *registers.KnownAnswers.urls("answers/"),
    path("answers/new/", answers.edit, name="write"),
    path("answers/<int:number>/", answers.answer, name="answer"),
    path("answers/<int:number>/edit/", answers.edit, name="edit"),
    path("answers/<int:number>/<slug:verb>/", answers.act, name="act"),
]
