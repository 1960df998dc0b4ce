"""Public forms: definition, page and submission."""

from gongkai.core.intake.forms.definition import (
    PUBLIC_FORMS_BY_NAME,
    IntakeForm,
    PublicForm,
    PublishedAnswer,
    Submission,
    register_public_form,
)

__all__ = ["PUBLIC_FORMS_BY_NAME", "IntakeForm", "PublicForm", "PublishedAnswer", "Submission", "register_public_form"]
