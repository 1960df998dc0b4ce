"""State machines and ledger kinds of the policy library: clean-up, validity review and upload.

Sources: 规章制定程序条例 第三十二条 (a rule takes effect on its own date, generally 30 days after publication);
国务院办公厅关于加强行政规范性文件 制定和监督管理工作的通知（国办发〔2018〕37号） (clean-up: 继续有效、废止、失效).
"""

from gongkai.core.acts.machine import StateMachine, make_move
from gongkai.core.ledger.kinds import EntryKind

OPEN, HANDED_IN, DONE, CANCELLED = "open", "handed_in", "done", "cancelled"

CLEANUP_MACHINE = StateMachine(
    labels={OPEN: "待提出意见", HANDED_IN: "已提出", DONE: "清理办结", CANCELLED: "已取消"},
    moves={
        "submit": make_move(OPEN, HANDED_IN),
        "return": make_move(HANDED_IN, OPEN),
        "finish": make_move({OPEN, HANDED_IN}, DONE),
        "cancel": make_move({OPEN, HANDED_IN}, CANCELLED),
    },
    closed=frozenset({HANDED_IN, DONE, CANCELLED}),
)
VALIDITY_MACHINE = StateMachine(
    labels={OPEN: "待评估", DONE: "已处理", CANCELLED: "无须处理"},
    moves={
        "extend": make_move(OPEN, OPEN, DONE),  # done once the signed text that extends it is public
        "lapse": make_move(OPEN, DONE),
        "settle": make_move(OPEN, DONE, CANCELLED),
        "reopen": make_move({DONE, CANCELLED}, OPEN),
    },
    closed=frozenset({DONE, CANCELLED}),
)
UPLOAD_MACHINE = StateMachine(
    labels={OPEN: "待上传", DONE: "已上传", CANCELLED: "无须上传"},
    moves={
        "settle": make_move(OPEN, DONE, CANCELLED),
        "postpone": make_move(OPEN, OPEN),
        "reopen": make_move({DONE, CANCELLED}, OPEN),
    },
    closed=frozenset({DONE, CANCELLED}),
)

CLEANUP_KIND = EntryKind(
    name="cleanup",
    label="文件清理",
    machine=CLEANUP_MACHINE,
    actions=("cleanup.submit", "cleanup.return"),
    onward=("cleanup.submit",),
    prefix="清理",
    rules="cleanup",
    related=("cleanup__round",),
    excused=frozenset({CANCELLED}),
)
VALIDITY_KIND = EntryKind(
    name="validity",
    label="到期评估",
    machine=VALIDITY_MACHINE,
    actions=("validity.extend", "validity.lapse"),
    onward=("validity.extend",),
    awaited={"validity.extend": "评估后延长有效期，或者到期失效"},
    prefix="到期",
    rules="validity_review",
    related=("validity__record",),
    excused=frozenset({CANCELLED}),
)
UPLOAD_KIND = EntryKind(
    name="upload",
    label="上级库上传",
    machine=UPLOAD_MACHINE,
    prefix="上传",
    rules="library_upload",
    register="policies:uploads",
    related=("uploading__library",),
    work="登记上传",
    excused=frozenset({CANCELLED}),
)
