"""URLs of the pages of this app, under /admin/notices/."""

from django.urls import path

from gongkai.work.notices.registers import (
    CarriedTaskRegister,
    GuidanceRegister,
    LookbackCandidateRegister,
    UpwardRegister,
)
from gongkai.work.notices.views import (
    alignment,
    measures,
    notice,
    notice_list,
    papers,
    pass_down,
    review,
    revisions,
    table_heads,
    timeline,
)
from gongkai.work.notices.views import measures as amending
from gongkai.work.notices.views import notice as confirming
from gongkai.work.notices.views import timeline as staffing

urlpatterns = [
    *notice_list.NoticeRegister.urls("notices/"),
    path("notices/import/", notice_list.upload_notice, name="notices_upload"),
    path("notices/tasks/", papers.task_list_page, name="notices_tasks"),
    path("notices/tasks/<number:pk>/draft/", measures.draft_item, name="notices_draft_item"),
    path("notices/queue/", pass_down.queue_page, name="notices_queue"),
    path("notices/timeline/", timeline.timeline_page, name="notices_timeline"),
    *staffing.UnstaffedUnitRegister.urls("notices/unstaffed/"),
    *UpwardRegister.urls("notices/upward/"),
    *GuidanceRegister.urls("notices/guidance/"),
    *LookbackCandidateRegister.urls("notices/lookback/"),
    *CarriedTaskRegister.urls("notices/lookback/carried/"),
    path("notices/defaults/", timeline.defaults_page, name="notices_defaults"),
    *table_heads.LearntHeadRegister.urls("notices/learnt/"),
    path("notices/passing/<number:pk>/", pass_down.edit_draft_page, name="notices_passing_draft"),
    path("notices/act/<number:pk>/", notice.enter_act_page, name="notices_enter_act"),
    path("notices/<number:pk>/", notice.show_notice, name="notices_notice"),
    path("notices/<number:pk>/source/", notice_list.download_source, name="notices_source"),
    path("notices/<number:pk>/review/", review.review_page, name="notices_review"),
    path("notices/<number:pk>/row/<number:measure>/", review.review_row, name="notices_row"),
    path("notices/<number:pk>/correct/", review.correct_row, name="notices_correct"),
    path("notices/<number:pk>/heads/", table_heads.correct_heads, name="notices_heads"),
    path("notices/<number:pk>/confirm/", confirming.confirm_page, name="notices_confirm"),
    path("notices/<number:pk>/amending/", revisions.answer_amending_page, name="notices_amending"),
    path("notices/<number:pk>/revision/", revisions.revision_page, name="notices_revision"),
    path("notices/<number:pk>/undo/", confirming.undo_page, name="notices_undo"),
    path("notices/<number:pk>/measures/<number:measure>/", measures.show_measure, name="notices_measure"),
    path("notices/<number:pk>/measures/<number:measure>/amend/", amending.amend_measure_page, name="notices_amend"),
    path("notices/<number:pk>/void/", amending.void_notice, name="notices_void"),
    path("notices/<number:pk>/issue/", notice.issue_page, name="notices_issue"),
    path("notices/<number:pk>/supersede/", notice.supersede_page, name="notices_supersede"),
    path("notices/<number:pk>/reinstate/", notice.reinstate_page, name="notices_reinstate"),
    path("notices/<number:pk>/report/", papers.download_report, name="notices_report"),
    path("notices/<number:pk>/checked/<number:body>/", papers.download_lead_checks, name="notices_checked"),
    path("notices/<number:pk>/alignment/", alignment.show_alignment, name="notices_alignment"),
    path("notices/<number:pk>/alignment/export/", alignment.export_alignment, name="notices_alignment_export"),
    path("notices/<number:pk>/alignment/correct/", alignment.correct_alignment, name="notices_alignment_correct"),
    path("notices/<number:pk>/passing/", pass_down.choose_measures_page, name="notices_passing"),
    path("notices/<number:pk>/matrix/", notice.matrix_page, name="notices_matrix"),
    path("notices/<number:pk>/matrix/export/", notice.export_matrix, name="notices_matrix_export"),
    path("notices/<number:pk>/matrix/<number:section>/<number:body>/", notice.cell_page, name="notices_cell"),
]
