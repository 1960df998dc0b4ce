"""URLs under /admin/publishing/."""

from django.urls import path, re_path

from gongkai.content.publishing.registers import (
    ChannelReleaseRegister,
    ErasureRegister,
    IdleUnitRegister,
    WebsiteRegister,
)
from gongkai.content.publishing.views import checks, columns, consulted_opinions, items, reports, sources, texts, words

app_name = "publishing"
_MASKING_ROUTE = r"^items/(?P<number>\d{1,18})/mask/(?P<digest>[0-9a-f]{64})/"
urlpatterns = [
    path("items/<number:number>/checks/", checks.checks_panel, name="checks"),
    path("items/<number:number>/decide/", checks.run_finding_verb, name="decide"),
    re_path(_MASKING_ROUTE + "$", checks.masked_copy_page, name="masking"),
    re_path(
        _MASKING_ROUTE + r"(?P<which>original|masked)/(?P<page>\d{1,5})\.png$",
        checks.page_picture,
        name="page_picture",
    ),
    re_path(r"^items/(?P<number>\d{1,18})/look/(?P<digest>[0-9a-f]{64})/$", checks.attachment_preview, name="look"),
    path("items/<number:number>/source/<number:source>/", checks.download_source, name="source"),
    path("items/<number:number>/text/", texts.text_page, name="text"),
    path("items/paste/", texts.clean_html_pasted_in_editor, name="paste_in_editor"),
    path("items/<number:number>/text/paste/", texts.clean_pasted_html, name="paste"),
    re_path(
        r"^items/(?P<number>\d{1,18})/pictures/(?P<digest>[0-9a-f]{64})$",
        texts.serve_draft_picture,
        name="text_picture",
    ),
    path("", items.items_page, name="items"),
    path("new/<number:body>/", items.new_item, name="new"),
    path("items/<number:number>/", items.item_page, name="item"),
    path("items/<number:number>/panels/", items.item_panels_fragment, name="item_panels"),
    path("items/<number:number>/submit/", items.submit_item, name="submit"),
    path("items/<number:number>/withdraw/", items.withdraw_item, name="withdraw"),
    path("items/<number:number>/place/", items.place_item, name="place"),
    path("items/<number:number>/preview/", items.preview_draft, name="preview"),
    re_path(r"^items/(?P<number>\d{1,18})/files/(?P<digest>[0-9a-f]{64})$", items.serve_draft_file, name="file"),
    path("items/<number:number>/channels/", columns.record_release, name="channel_record"),
    *ChannelReleaseRegister.urls("channels/"),
    path("channels/<number:number>/drop/", columns.drop_release, name="channel_drop"),
    re_path(r"^channels/(?P<number>\d{1,18})/proof$", columns.download_proof, name="channel_proof"),
    path("sources/<slug:name>/<number:number>/", sources.run_source_action, name="source_act"),
    *ErasureRegister.urls("erasures/"),
    path("erasures/<number:number>/", texts.erasure_page, name="erasure"),
    path("reviews/<number:number>/preview/", items.preview_reviewed_text, name="review_preview"),
    path("items/<number:number>/coordinate/", consulted_opinions.start_coordination, name="coordinate"),
    path("items/<number:number>/uncoordinate/", consulted_opinions.end_coordination, name="uncoordinate"),
    path("items/<number:number>/confirm-opinions/", consulted_opinions.confirm_opinions, name="confirm_opinions"),
    path("opinions/<number:number>/", consulted_opinions.opinion_page, name="opinion"),
    path("opinions/<number:number>/scans/<number:given>/", consulted_opinions.serve_letter, name="opinion_scan"),
    path("columns/", columns.columns_page, name="columns"),
    path("columns/new/", columns.new_column_page, name="column_new"),
    path("columns/<number:number>/", columns.column_page, name="column"),
    path("columns/<number:number>/publishers/", columns.publishers_page, name="column_publishers"),
    path("columns/<number:number>/<slug:verb>/", columns.change_column_state, name="column_act"),
    path("promptness/", reports.promptness_page, name="promptness"),
    *IdleUnitRegister.urls("idle/"),
    path("words/", words.words_page, name="words"),
    path("words/<number:number>/", words.decide_words, name="words_decide"),
    *WebsiteRegister.urls("websites/"),
    path("websites/new/", reports.website_page, name="website_new"),
    path("websites/<number:number>/", reports.website_page, name="website"),
]
