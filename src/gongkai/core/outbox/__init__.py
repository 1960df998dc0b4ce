"""The outbox: messages to staff and outside persons, by inbox, e-mail and configured gateways.

Actions return `Notification`s. `outbox.write_messages` writes `Message` rows in the same transaction, one
per person and channel, with a unique key against repeats. `jobs.send_due` sends what is due; it
selects by state and may be missed or repeated.
"""
