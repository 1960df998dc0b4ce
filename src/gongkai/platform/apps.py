"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """The government's sites and accounts."""

    name = "gongkai.platform"
    label = "platform"
    verbose_name = "平台运维"

    def ready(self) -> None:
        """Enter the kind of entry with its forms and panel, the matter and the public form."""
        from gongkai.intake.forms import register_form
        from gongkai.intake.matters import register_matter
        from gongkai.ledger import kinds
        from gongkai.ledger.desk import Panel, register_panel
        from gongkai.ledger.scoring import in_time, register_score
        from gongkai.platform import forms, panels, public
        from gongkai.platform.kind import FAULT_KIND

        kinds.register(FAULT_KIND)
        forms.enter()
        register_panel(Panel("fault", "platform/fault.html", panels.fault, kinds={"fault"}, position=150))
        register_score(in_time("fault", "网站找错按期答复"))
        register_matter(public.FAULT_MATTER)
        register_form(public.FAULT_FORM)
