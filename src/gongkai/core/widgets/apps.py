"""Django app configuration of widgets."""

from django.apps import AppConfig
from django.db import models
from django.forms import Field
from django.urls import register_converter


class Config(AppConfig):
    """Django app configuration of widgets."""

    name = "gongkai.core.widgets"
    label = "ui"
    verbose_name = "界面"

    def ready(self) -> None:
        """Register the URL converter `<number:…>` and the fields of Wagtail's forms."""
        from gongkai.core.widgets.query_parameters import NumberConverter

        register_converter(NumberConverter, "number")
        self._register_form_fields()

    def _register_form_fields(self) -> None:
        """Use our own form fields for dates, times and numbers in Wagtail's forms."""
        from wagtail.admin.forms.models import register_form_field_override

        from gongkai.core.widgets import fields

        kinds: dict[type[models.Field[object, object]], type[Field]] = {
            models.DateField: fields.YearCheckedDateField,
            models.DateTimeField: fields.MomentField,
            models.TimeField: fields.TimeOfDayField,
            models.IntegerField: fields.WholeNumberField,
            models.DecimalField: fields.DecimalNumberField,
        }
        for model_field, form_field in kinds.items():
            register_form_field_override(model_field, override={"form_class": form_field})
