"""Pages of a plain Wagtail site."""

from django.db import models
from wagtail.fields import RichTextField
from wagtail.models import Page


class PlainPage(Page):
    """A page with a date, an introduction and a text."""

    date = models.DateField(null=True)
    intro = models.CharField(max_length=250, blank=True)
    body = RichTextField(blank=True)
    template = "plain/page.html"

    class Meta:
        app_label = "plain"

    def get_context(self, request: object, *args: object, **kwargs: object) -> dict:
        """Add the newest neighbours, as the tutorial's index page does."""
        context = super().get_context(request, *args, **kwargs)
        context["news"] = self.get_siblings(inclusive=False).live().order_by("-first_published_at")[:10]
        return context
