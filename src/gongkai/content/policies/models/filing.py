"""The filed list (备案目录): what the filing organ has on its list, held against the library."""

from django.db import models

from gongkai.content.policies.models.records import PolicyRecord
from gongkai.core.units.models import Body
from gongkai.lib.writing.titles import cited


class FiledRow(models.Model):
    """One line of the filed list. `record` is the library's document that it means; `excuse` why it stays unpublished."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="filed_rows", verbose_name="政府")
    title = models.CharField("文件名称", max_length=300)
    number = models.CharField("发文字号", max_length=80, blank=True)
    number_key = models.CharField(max_length=80, blank=True, db_index=True, editable=False)
    filed_number = models.CharField("备案号", max_length=60, blank=True)
    filed_on = models.DateField("备案日期", null=True, blank=True)
    record = models.ForeignKey(
        PolicyRecord,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="filed_rows",
        verbose_name="库中文件",
    )
    excuse = models.CharField("不公开的理由", max_length=300, blank=True)
    excused_by = models.CharField("认定人", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "备案文件"
        ordering = ["pk"]

    def __str__(self) -> str:
        return cited(self.title, self.number)

    def save(self, *args: object, **kwargs: object) -> None:
        """Save, keeping the number's one spelling in step."""
        from gongkai.content.policies.formats import number_key

        self.number_key = number_key(self.number)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def stream(self) -> str:
        """The name of a row's stream in the log."""
        return f"filed/{self.pk}"
