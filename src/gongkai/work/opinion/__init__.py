"""Answer public opinion and monitor public promises (政务舆情回应, 公开承诺台账).

A case (`OpinionCase`) is entered manually, from a spreadsheet or from a feed's lead. Units are
consulted (会商), and the case is judged (研判), answered (回应) and evaluated (评估). Its deadline is
in real hours: 48, or 5 for grave emergencies, which also need a press conference within 24.
Answers on the website are texts with revisions (`Response`) that go through the reviews; a
press conference is recorded with evidence.

A promise (`Promise`) has a text, an occasion and a due date. Everything public about it is a
`Statement`, which is reviewed and takes effect on the ledger once it is published.
"""
