"""Policy documents (政策文件): library, states and their dates, relations, validity, filing, the yearly clean-up round.

A `PolicyRecord` is a document's row in the library (政策库), created before publication (先入库，后公开). It has dates
and numbers; `Decision` rows record later decisions (修改、废止、宣布失效、延长有效期). The validity on a day is a pure
function of both (`states`); `Span` rows store it, so that lists can filter by day and documents expire
without a job. Relations are typed edges between records, to outside texts, and from service guides. Gates
refuse documents that are not in the library, lack consultation, or have an unpublished basis. Clean-up
rounds, the filed list and comparisons with sources use the same records.
"""
