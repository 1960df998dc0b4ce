"""URLs of reviews under /admin/publishing/."""

from django.urls import path, re_path

from gongkai.content.reviewing.registers import ReviewRegister
from gongkai.content.reviewing.views import review_texts, reviews, schemes, signing

app_name = "reviewing"
urlpatterns = [
    path("reviews/", reviews.reviews_page, name="reviews"),
    *ReviewRegister.urls("reviews/records/"),
    path("reviews/<number:number>/", reviews.review_page, name="review"),
    path("reviews/sign/", signing.sign_many, name="sign_many"),
    path("reviews/<number:number>/quick/", reviews.review_side_panel, name="review_quick"),
    path("reviews/<number:number>/approve/", signing.approve, name="approve"),
    path("reviews/<number:number>/return/", signing.return_review, name="return"),
    path("reviews/<number:number>/recall/", signing.recall, name="recall"),
    path("reviews/<number:number>/sheet/", signing.fill_sheet, name="fill_sheet"),
    path("reviews/<number:number>/paper/", signing.record_paper_signature, name="record_signature"),
    path("reviews/<number:number>/paper/decide/", signing.decide_paper, name="decide_paper"),
    path("reviews/<number:number>/paper/<number:record>/", reviews.serve_record_scan, name="paper_scan"),
    path("reviews/<number:number>/urgent/", signing.order_urgent, name="order_urgent"),
    re_path(
        r"^reviews/(?P<number>\d{1,18})/files/(?P<digest>[0-9a-f]{64})/$",
        review_texts.serve_reviewed_file,
        name="review_file",
    ),
    re_path(
        r"^reviews/(?P<number>\d{1,18})/look/(?P<digest>[0-9a-f]{64})/$",
        review_texts.attachment_page,
        name="review_look",
    ),
    re_path(
        r"^reviews/(?P<number>\d{1,18})/look/(?P<digest>[0-9a-f]{64})/(?P<which>file|original)/(?P<at>\d{1,4})/$",
        review_texts.pdf_page_picture,
        name="review_page",
    ),
    path("reviews/<number:number>/seen/", review_texts.parts_fragment, name="review_seen"),
    path("reviews/<number:number>/uphold/", signing.uphold_objection, name="uphold_objection"),
    path("reviews/<number:number>/scans/<number:signature>/", reviews.serve_signature_scan, name="scan"),
    path("schemes/", schemes.schemes_page, name="schemes"),
    path("schemes/<number:website>/", schemes.scheme_page, name="scheme"),
]
