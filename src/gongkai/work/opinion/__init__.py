"""Public opinion answered, public promises kept (政务舆情回应, 公开承诺台账): two ledgers on the entry, each with its own life.

A case (`OpinionCase`) is collected by hand, from a spreadsheet or from a lead that a feed brought; units are consulted (会商), it is judged
(研判: what kind, how grave), answered (回应) and evaluated (评估). Its clock runs in real hours: 48, or 5 for grave emergencies, which owe a press
conference within 24 besides. What is said on the website is a text with revisions (`Response`) that goes through the reviews like any other; what is
said at a press conference is recorded with its evidence.

A promise (`Promise`) is on the ledger with its words, occasion and date. Everything the public reads of it (the promise, its progress, a
change of its date, that it was kept or not) is a `Statement` that goes through the reviews, and has its effect on the ledger when it is
public: a date cannot move unseen, and nothing is closed as kept without a public page that says so.
"""
