"""Django app configuration."""

from django.apps import AppConfig


class Config(AppConfig):
    """The app for inquiries and the Q&A base."""

    name = "gongkai.work.consultation"
    label = "consultation"
    verbose_name = "互动交流"

    def ready(self) -> None:
        """Register this app's kinds, forms, panels and jobs."""
        from django.db.models.signals import post_migrate

        from gongkai.content.editions.erasing import ERASURE_HANDLERS
        from gongkai.content.editions.sources import register_source
        from gongkai.content.search.spelling import Taught, register_words
        from gongkai.core.intake.forms import register_public_form
        from gongkai.core.intake.matters import register_matter
        from gongkai.core.intake.sealing import register_title
        from gongkai.core.ledger import kinds
        from gongkai.core.ledger.audit import register_check
        from gongkai.core.ledger.scoring import in_time, register_score
        from gongkai.core.spreadsheets import importers
        from gongkai.work.consultation import (
            erasing,
            forms,
            public,
            queries,
            themes,
            tidying,
        )
        from gongkai.work.consultation.actions.registering import retitled
        from gongkai.work.consultation.firms.public import FIRM_FORM, FIRM_MATTER
        from gongkai.work.consultation.importing import ANSWERS
        from gongkai.work.consultation.importing_orders import ORDERS
        from gongkai.work.consultation.importing_roster import ROSTER
        from gongkai.work.consultation.kinds import INQUIRY_KIND
        from gongkai.work.consultation.mailbox import letters
        from gongkai.work.consultation.models import Inquiry
        from gongkai.work.consultation.models.publication import NAME, find_publication
        from gongkai.work.consultation.reviewing import answers_hold

        kinds.register(INQUIRY_KIND)
        kinds.register(tidying.TIDYING_KIND)
        _enter_panels()
        post_migrate.connect(themes.install, sender=self, dispatch_uid="gongkai.consultation.themes")
        forms.enter_forms()
        register_public_form(public.ASK_FORM)
        register_matter(public.INQUIRY_MATTER)
        register_title(Inquiry, retitled)
        register_matter(letters.MAIL_MATTER)
        register_public_form(FIRM_FORM)
        register_matter(FIRM_MATTER)
        _enter_blocks()
        _enter_jobs()
        register_source(NAME, find_publication)
        register_check("answers", "政策问答库的签发", answers_hold)
        ERASURE_HANDLERS.append(erasing.KEEPER)
        importers.register(ANSWERS)
        register_score(in_time("inquiry", "咨询留言按期答复"))
        importers.register(ORDERS)
        importers.register(ROSTER)
        register_words("answers", Taught(queries.last_changed, queries.public_questions))


def _enter_panels() -> None:
    from gongkai.core.ledger.desk import Panel, register_panel
    from gongkai.work.consultation import panels, tidying

    register_panel(
        Panel("tidying", "consultation/tidying.html", tidying.shown, kinds={tidying.NAME}, position=120)
    )
    register_panel(
        Panel(
            "inquiry",
            "consultation/panel.html",
            panels.inquiry,
            kinds={"inquiry"},
            position=120,
            acting="consultation/asked.html",
        )
    )


def _enter_blocks() -> None:
    from gongkai.core.ledger.desk import TODOS, Block, register_block
    from gongkai.work.consultation import panels
    from gongkai.work.consultation.mailbox import letters

    register_block(Block("interaction", 60, panels.interaction_faults, TODOS))
    register_block(Block("mails", 70, letters.waiting, TODOS, needs=letters.needed))
    register_block(
        Block(
            "answers",
            95,
            panels.answers_to_review,
            TODOS,
            needs=panels.needed_answers,
        )
    )


def _enter_jobs() -> None:
    from gongkai.core.ledger.jobs import Job, register_job
    from gongkai.work.consultation import learning, tidying
    from gongkai.work.consultation.firms.pushing import push_policies
    from gongkai.work.consultation.mailbox.fetching import fetch_mail

    register_job(Job("tidying", "开始问答库季度梳理", tidying.open_rounds, position=36))
    register_job(Job("through_train", "推送政策直通车", push_policies, position=76))
    register_job(Job("answer_weights", "学习问答检索权重", learning.fit_when_due, position=90))
    register_job(Job("mailbox", "收取公开信箱", fetch_mail, position=15))
