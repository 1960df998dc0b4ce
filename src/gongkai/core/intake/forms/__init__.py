"""Public forms: definition, page and submission."""

from gongkai.core.intake.forms.definition import (
    FORMS,
    IntakeForm,
    PublicForm,
    PublishedAnswer,
    Submission,
    register_public_form,
)

__all__ = ["FORMS", "IntakeForm", "PublicForm", "PublishedAnswer", "Submission", "register_public_form"]
