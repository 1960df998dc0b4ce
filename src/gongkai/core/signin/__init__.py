"""Signing in: second factor, throttles, sessions, ageing of passwords, and the operation log that auditors read.

Who may do what is said by appointments (units/). This room looks after the door: a password alone opens nothing to whoever signs, leads or
administers (`factors.py`: time-based codes by django-otp); guesses are slowed down by account, by address and for sprays (`throttle.py`); a session
ends when nobody sits before it (`middleware.py`); whoever came, failed, left, was refused or took a file away is on the operation log
(`operations.py`), which cannot be changed and may be forwarded line by line.
"""
