"""Pages of a plain Wagtail site."""

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Orderable, Page


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


class Author(models.Model):
    """An author with a picture."""

    name = models.CharField(max_length=80)
    image = models.ForeignKey("wagtailimages.Image", models.SET_NULL, null=True, related_name="+")

    class Meta:
        app_label = "plain"


class DemoPage(Page):
    """An article as in Wagtail's bakery demo: a picture above, authors with pictures, a body of blocks."""

    date = models.DateField(null=True)
    intro = models.TextField(blank=True)
    image = models.ForeignKey("wagtailimages.Image", models.SET_NULL, null=True, blank=True, related_name="+")
    body = StreamField(
        [
            ("heading", blocks.CharBlock(template="plain/heading.html")),
            ("paragraph", blocks.RichTextBlock(template="plain/paragraph.html")),
            ("picture", ImageChooserBlock(template="plain/picture.html")),
        ],
        blank=True,
    )
    template = "plain/demo.html"

    class Meta:
        app_label = "plain"

    def authors(self) -> list[Author]:
        """Return the authors of the article."""
        return [one.author for one in self.written_by.select_related("author").all()]


class Wrote(Orderable):
    """The author of an article."""

    page = ParentalKey(DemoPage, on_delete=models.CASCADE, related_name="written_by")
    author = models.ForeignKey(Author, models.CASCADE, related_name="+")

    class Meta(Orderable.Meta):
        app_label = "plain"


class Foot(models.Model):
    """The footer text of every page, as a snippet."""

    body = RichTextField()

    class Meta:
        app_label = "plain"
