"""Sign-in: second factor, throttling, sessions, password ageing and the operation log.

Permissions follow from appointments (`units`). Signers, heads and administrators need a second
factor (`factors`: TOTP codes by django-otp, or passkeys). Guessing is throttled by account, by
address and across accounts (`throttle`); idle sessions end.
"""
