"""Django app configuration."""

from django.apps import AppConfig


class ConsultationConfig(AppConfig):
    """The app for inquiries and the Q&A base."""

    name = "gongkai.work.consultation"
    label = "consultation"
    verbose_name = "互动交流"

    def ready(self) -> None:
        """Register this app's kinds, forms, panels and jobs."""
        from django.db.models.signals import post_migrate

        from gongkai.content.editions.erasure import ERASURE_HANDLERS
        from gongkai.content.editions.sources import register_source
        from gongkai.content.search.spelling import SentenceSource, register_sentences
        from gongkai.content.search.terminology import SynonymSource, register_synonyms
        from gongkai.core.intake.encryption_job import register_row_preparation
        from gongkai.core.intake.forms import register_public_form
        from gongkai.core.intake.matters import register_matter
        from gongkai.core.ledger import kinds
        from gongkai.core.ledger.audit import register_check
        from gongkai.core.ledger.figures import make_timeliness_source, register_score
        from gongkai.core.spreadsheets import importers
        from gongkai.work.consultation import (
            facts,
            forms,
            public,
            published_messages,
            queries,
            review_rounds,
            search_learning,
        )
        from gongkai.work.consultation.actions.inquiries import get_current_inquiry_title
        from gongkai.work.consultation.answer_reviews import verify_released_answers
        from gongkai.work.consultation.firms.public import FIRM_FORM, FIRM_MATTER
        from gongkai.work.consultation.importers import ANSWER_IMPORTER, ROSTER_IMPORTER
        from gongkai.work.consultation.importing_orders import ORDER_IMPORTER
        from gongkai.work.consultation.kinds import INQUIRY_KIND
        from gongkai.work.consultation.mailbox import incoming_mails
        from gongkai.work.consultation.models import Inquiry
        from gongkai.work.consultation.models.publication import PUBLICATION_SOURCE_NAME, find_message_publication

        kinds.register_entry_kind(INQUIRY_KIND)
        kinds.register_entry_kind(review_rounds.REVIEW_ROUND_KIND)
        _register_panels()
        post_migrate.connect(facts.create_initial_themes, sender=self, dispatch_uid="gongkai.consultation.themes")
        forms.register_forms()
        register_public_form(public.INQUIRY_FORM)
        register_matter(public.INQUIRY_MATTER)
        register_row_preparation(Inquiry, get_current_inquiry_title)
        register_matter(incoming_mails.MAIL_MATTER)
        register_public_form(FIRM_FORM)
        register_matter(FIRM_MATTER)
        _register_blocks()
        _register_jobs()
        register_source(PUBLICATION_SOURCE_NAME, find_message_publication)
        register_check("answers", "政策问答库的签发", verify_released_answers)
        ERASURE_HANDLERS.append(published_messages.MESSAGE_ERASURE_HANDLER)
        importers.register_importer(ANSWER_IMPORTER)
        register_score(make_timeliness_source("inquiry", "咨询留言按期答复"))
        importers.register_importer(ORDER_IMPORTER)
        importers.register_importer(ROSTER_IMPORTER)
        register_sentences("answers", SentenceSource(queries.get_last_answer_change, queries.list_public_questions))
        register_synonyms("office", SynonymSource(search_learning.get_synonym_stamp, search_learning.get_own_synonyms))


def _register_panels() -> None:
    """Register the panels of inquiries and of the quarterly review of answers."""
    from gongkai.core.ledger.panels import EntryPanel, register_panel
    from gongkai.work.consultation import panels, review_rounds

    register_panel(
        EntryPanel(
            "tidying",
            "consultation/tidying.html",
            review_rounds.make_round_panel,
            kinds={review_rounds.ROUND_KIND_NAME},
            position=120,
        )
    )
    register_panel(
        EntryPanel(
            "inquiry",
            "consultation/panel.html",
            panels.make_inquiry_panel,
            kinds={"inquiry"},
            position=120,
            acting="consultation/asked.html",
        )
    )


def _register_blocks() -> None:
    """Register the lists of the home page."""
    from gongkai.core.ledger.panels import TODOS_TEMPLATE, HomeBlock, register_block
    from gongkai.work.consultation import panels
    from gongkai.work.consultation.mailbox import incoming_mails

    register_block(HomeBlock("interaction", 60, panels.make_indicator_findings_block, TODOS_TEMPLATE))
    register_block(
        HomeBlock(
            "mails",
            70,
            incoming_mails.make_held_mails_block,
            TODOS_TEMPLATE,
            needs=incoming_mails.list_mail_row_conditions,
        )
    )
    register_block(
        HomeBlock(
            "unstaffed_inquiries",
            25,
            panels.make_unstaffed_inquiries_block,
            TODOS_TEMPLATE,
            needs=panels.list_unstaffed_row_conditions,
        )
    )
    register_block(
        HomeBlock(
            "answers", 95, panels.make_answers_to_review_block, TODOS_TEMPLATE, needs=panels.list_answer_row_conditions
        )
    )


def _register_jobs() -> None:
    from gongkai.core.ledger.jobs import PeriodicJob, register_job
    from gongkai.work.consultation import review_rounds, search_learning
    from gongkai.work.consultation.firms.pushing import push_policies
    from gongkai.work.consultation.mailbox.fetching import fetch_mail
    from gongkai.work.consultation.mailbox.uploads import read_uploaded_files

    register_job(PeriodicJob("tidying", "开始问答库季度梳理", review_rounds.open_review_rounds, position=36))
    register_job(PeriodicJob("through_train", "推送政策直通车", push_policies, position=76))
    register_job(PeriodicJob("answer_weights", "学习问答检索权重", search_learning.fit_weights_when_due, position=90))
    register_job(PeriodicJob("mailbox", "收取公开信箱", fetch_mail, position=15))
    register_job(PeriodicJob("uploaded_files", "读取咨询留言的附件", read_uploaded_files, position=17))
