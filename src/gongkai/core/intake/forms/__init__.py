"""Public forms: definition, page and submission."""

from gongkai.core.intake.forms.definition import (
    FORMS,
    Answered,
    IntakeForm,
    PublicForm,
    Submission,
    register_public_form,
)

__all__ = ["FORMS", "Answered", "IntakeForm", "PublicForm", "Submission", "register_public_form"]
