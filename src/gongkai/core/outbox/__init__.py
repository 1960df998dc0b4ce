"""The outbox: whoever must know of something gets a message through channels: screen, mail, and those set up in the office (`gateways`).

Actions return `Notification`s; `outbox.tell` writes `Message` rows in the same transaction, one for each person and channel, with a key that
makes telling twice impossible. `jobs.deliver` sends what is due and may be missed or repeated: it selects by
state, never by time passed.
"""
