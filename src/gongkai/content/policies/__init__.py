"""Policy documents (政策文件): library, states and their dates, relations, validity, filing, the yearly clean-up round.

A `PolicyRecord` is a document's row in the library (政策库), made before publication (先入库，后公开); it holds the dates and numbers,
`Decision` rows say what was decided about it since (修改、废止、宣布失效、延长有效期). Whether it is in force on a day is a pure function of
both (`states`); `Span` rows are that function written out, so that lists filter by a day and nothing has to happen for a document to expire.
Relations are typed edges between records, to texts outside, and from service guides. Gates hold back what is not in the library, was not
consulted on, or rests on something unpublished. Clean-up rounds, the filed list and comparisons against a source work on the same records.
"""
