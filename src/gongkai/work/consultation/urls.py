"""URLs under /admin/inquiries/ and /admin/answers/."""

from django.urls import path

from gongkai.work.consultation import order_registers, registers
from gongkai.work.consultation.answer_reviews import ReviewRoundRegister
from gongkai.work.consultation.order_registers import ExchangeOrderRegister, ProposalDecisionRegister
from gongkai.work.consultation.policy_registers import PushedPolicyRegister, UncoveredPolicyRegister
from gongkai.work.consultation.views import answers, inquiries, learning, mails, phones, windows

app_name = "consultation"
urlpatterns = [
    path("inquiries/hotline/", inquiries.hotline_screen, name="hotline"),
    path("inquiries/hotline/<number:number>/use/", inquiries.record_given_answer, name="use"),
    path("inquiries/register/", inquiries.register_inquiry_view, name="register"),
    path("inquiries/figures/", inquiries.inquiry_figures, name="figures"),
    *registers.FigureInquiryRegister.urls("inquiries/figures/behind/"),
    *registers.SelectableMessageRegister.urls("inquiries/publications/"),
    *registers.SelectedMessageRegister.urls("inquiries/publications/chosen/"),
    path("inquiries/<number:number>/publication/", answers.publication_page, name="publication"),
    *mails.IncomingMailRegister.urls("inquiries/mails/"),
    path("inquiries/mails/<number:number>/", mails.mail_page, name="mail"),
    path("inquiries/mails/<number:number>/dismiss/", mails.dismiss_mail, name="mail_dismiss"),
    *ExchangeOrderRegister.urls("inquiries/orders/"),
    path("inquiries/orders/open/", order_registers.open_client, name="order_client_open"),
    path("inquiries/orders/<number:number>/<slug:verb>/", order_registers.change_client, name="order_client"),
    *PushedPolicyRegister.urls("inquiries/firms/"),
    *phones.ContactPhoneRegister.urls("inquiries/phones/"),
    path("inquiries/windows/roster/", windows.download_roster, name="roster"),
    *windows.ServiceWindowRegister.urls("inquiries/windows/"),
    path("inquiries/windows/<number:number>/", windows.window_page, name="window"),
    *ProposalDecisionRegister.urls("inquiries/results/"),
    *mails.MailFolderRegister.urls("inquiries/mailboxes/"),
    path("answers/search/", learning.search_quality, name="search"),
    path("answers/search/fit/", learning.fit_weights_view, name="fit"),
    path("answers/search/fits/<number:number>/aside/", learning.disable_weights, name="fit_aside"),
    *learning.SynonymRegister.urls("answers/search/synonyms/"),
    *learning.MissedQuestionRegister.urls("answers/search/missed/"),
    *ReviewRoundRegister.urls("answers/rounds/"),
    path("answers/board/", inquiries.notice_board_sheet, name="board"),
    *UncoveredPolicyRegister.urls("answers/coverage/"),
    *registers.KnownAnswerRegister.urls("answers/"),
    path("answers/new/", answers.edit_answer, name="write"),
    path("answers/<number:number>/", answers.answer_page, name="answer"),
    path("answers/<number:number>/edit/", answers.edit_answer, name="edit"),
    path("answers/<number:number>/<slug:verb>/", answers.run_answer_act, name="act"),
]
