"""Django app configuration of sign-in."""

from django.apps import AppConfig


class SigninConfig(AppConfig):
    """Django app configuration of sign-in."""

    name = "gongkai.core.signin"
    label = "signin"
    verbose_name = "登录"

    def ready(self) -> None:
        """Connect sign-in signals and protect the operation log; reset factors with passwords."""
        from gongkai.core.acts import insert_only
        from gongkai.core.acts.anchors import SEAL_SENDERS
        from gongkai.core.signin.factors import delete_factors
        from gongkai.core.signin.operations import connect_signals, mail_seal_to_auditors
        from gongkai.core.units.actions.passwords import NEW_PASSWORD_CALLBACKS
        from gongkai.core.units.middleware import EXEMPT_URL_NAMES, OPEN_NAMESPACES

        EXEMPT_URL_NAMES.update({"signin:verify", "signin:set_up", "signin:add_passkey"})
        OPEN_NAMESPACES.add("identity")
        insert_only.register_insert_only("signin", "Operation")
        connect_signals()
        if mail_seal_to_auditors not in SEAL_SENDERS:
            SEAL_SENDERS.append(mail_seal_to_auditors)
        if delete_factors not in NEW_PASSWORD_CALLBACKS:
            NEW_PASSWORD_CALLBACKS.append(delete_factors)
