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
    path("notices/tasks/<int:pk>/draft/", measures.draft_item, name="notices_draft_item"),
    path("notices/queue/", pass_down.queue_page, name="notices_queue"),
    path("notices/timeline/", timeline.timeline_page, name="notices_timeline"),
    *staffing.UnstaffedUnitRegister.urls("notices/unstaffed/"),
    *UpwardRegister.urls("notices/upward/"),
    *GuidanceRegister.urls("notices/guidance/"),
    *LookbackCandidateRegister.urls("notices/lookback/"),
    *CarriedTaskRegister.urls("notices/lookback/carried/"),
    path("notices/defaults/", timeline.defaults_page, name="notices_defaults"),
    *table_heads.LearntHeadRegister.urls("notices/learnt/"),
    path("notices/passing/<int:pk>/", pass_down.edit_draft_page, name="notices_passing_draft"),
    path("notices/act/<int:pk>/", notice.enter_act_page, name="notices_enter_act"),
    path("notices/<int:pk>/", notice.show_notice, name="notices_notice"),
    path("notices/<int:pk>/source/", notice_list.download_source, name="notices_source"),
    path("notices/<int:pk>/review/", review.review_page, name="notices_review"),
    path("notices/<int:pk>/row/<int:measure>/", review.review_row, name="notices_row"),
    path("notices/<int:pk>/correct/", review.correct_row, name="notices_correct"),
    path("notices/<int:pk>/heads/", table_heads.correct_heads, name="notices_heads"),
    path("notices/<int:pk>/confirm/", confirming.confirm_page, name="notices_confirm"),
    path("notices/<int:pk>/amending/", revisions.answer_amending_page, name="notices_amending"),
    path("notices/<int:pk>/revision/", revisions.revision_page, name="notices_revision"),
    path("notices/<int:pk>/undo/", confirming.undo_page, name="notices_undo"),
    path("notices/<int:pk>/measures/<int:measure>/", measures.show_measure, name="notices_measure"),
    path("notices/<int:pk>/measures/<int:measure>/amend/", amending.amend_measure_page, name="notices_amend"),
    path("notices/<int:pk>/void/", amending.void_notice, name="notices_void"),
    path("notices/<int:pk>/issue/", notice.issue_page, name="notices_issue"),
    path("notices/<int:pk>/supersede/", notice.supersede_page, name="notices_supersede"),
    path("notices/<int:pk>/reinstate/", notice.reinstate_page, name="notices_reinstate"),
    path("notices/<int:pk>/report/", papers.download_report, name="notices_report"),
    path("notices/<int:pk>/checked/<int:body>/", papers.download_lead_checks, name="notices_checked"),
    path("notices/<int:pk>/alignment/", alignment.show_alignment, name="notices_alignment"),
    path("notices/<int:pk>/alignment/export/", alignment.export_alignment, name="notices_alignment_export"),
    path("notices/<int:pk>/alignment/correct/", alignment.correct_alignment, name="notices_alignment_correct"),
    path("notices/<int:pk>/passing/", pass_down.choose_measures_page, name="notices_passing"),
    path("notices/<int:pk>/matrix/", notice.matrix_page, name="notices_matrix"),
    path("notices/<int:pk>/matrix/export/", notice.export_matrix, name="notices_matrix_export"),
    path("notices/<int:pk>/matrix/<int:section>/<int:body>/", notice.cell_page, name="notices_cell"),
]
