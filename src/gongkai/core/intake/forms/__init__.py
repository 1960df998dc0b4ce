"""Public forms: one definition, one page without scripts, one way to handle what is sent."""

from gongkai.core.intake.forms.definition import (
    FORMS,
    Answered,
    IntakeForm,
    PublicForm,
    Submission,
    register_public_form,
)

__all__ = ["FORMS", "Answered", "IntakeForm", "PublicForm", "Submission", "register_public_form"]
