"""Wagtail hooks of the outbox: the inbox and its menu item with the unread count."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem

from gongkai.core.outbox import views
from gongkai.core.outbox.queries import unread_count_of_request


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    """Register the URLs of the inbox."""
    return [
        path("messages/", views.inbox_page, name="outbox_inbox"),
        path("messages/read/", views.mark_messages_read, name="outbox_read"),
        path("messages/<number:pk>/", views.follow_message, name="outbox_follow"),
    ]


class InboxMenuItem(MenuItem):
    """Menu item of the inbox with the unread count."""

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        """Return the menu item with the count as text, for screen readers."""
        count = unread_count_of_request(request)
        count_text = "99+" if count > 99 else str(count)
        label = f"{self.label}（{count_text}）" if count else self.label
        return LinkMenuItem(self.name, label, self.url, icon_name=self.icon_name, classname=self.classname)


@hooks.register("register_admin_menu_item")
def register_menu_item() -> MenuItem:
    """Register the menu item."""
    return InboxMenuItem("消息", reverse_lazy("outbox_inbox"), name="messages", icon_name="mail", order=15)
