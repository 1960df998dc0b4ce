"""Plain notices of invented cities and counties as clerks type them: prose, tables, sheets."""

import io
from collections.abc import Sequence

from docx import Document
from openpyxl import Workbook

Rows = Sequence[Sequence[str]]


def docx(*blocks: str | Rows) -> bytes:
    """Return a .docx: a string is a paragraph, rows are a table."""
    document = Document()
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        table = document.add_table(rows=len(block), cols=len(block[0]))
        table.style = "Table Grid"
        for line, texts in zip(table.rows, block, strict=True):
            for cell, text in zip(line.cells, texts, strict=True):
                cell.text = text
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def xlsx(rows: Rows, *, merged: Sequence[str] = ()) -> bytes:
    """Return a .xlsx with these rows; `merged` lists the merged ranges."""
    book = Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append([text or None for text in row])
    for cells in merged:
        page.merge_cells(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


#: 青溪县: running text with the units in brackets after each item.
PROSE = """青溪县人民政府办公室关于印发2026年政务公开工作任务分工的通知
青府办发〔2026〕7号
各乡镇人民政府，县政府各部门：
一、公开重点领域信息
（一）公开义务教育划片信息。6月底前公布城区中小学招生范围和学校名单。（县教育局牵头，各乡镇政府配合）
（二）公开财政预决算。9月底前集中公开。（县财政局牵头，县直各部门按职责分工负责）
（三）公开社会救助信息。每季度公布低保名单。（县民政局、县医保局按职责分工负责）
（四）公开食品抽检信息。由县市场监管局会同县农业农村局公布抽检结果。
（五）公开环境信息。发布空气质量月报。（县生态环境分局，各乡镇政府配合）
（六）公开就业信息。发布岗位信息。（县人社局负责，县工信局、县总工会参与）
青溪县人民政府办公室
2026年4月8日
""".encode()

#: 白河县: a line for each label below the item.
LABELLED_LINES = docx(
    "白河县2026年政务公开要点任务分解",
    "一、优化政策解读",
    "（一）重要文件同步解读。政策文件公开后3个工作日内发布解读材料。",
    "牵头单位：县司法局",
    "配合单位：县融媒体中心、各乡镇",
    "（二）开展政府开放日活动。10月底前组织一次。",
    "牵头单位：县政务服务局",
    "责任单位：县教育局、县卫健局",
)

#: 云岭市: the table of the sample data, responsible units next to the lead.
UNIT_COLUMNS = docx(
    "云岭市2026年政务公开工作要点任务分工表",
    [
        ["工作任务", "贯彻举措", "牵头单位", "责任单位"],
        ["公开规划", "11月底前归集公开专项规划。", "市发展改革委", "市教育局、市财政局"],
        ["公开政策", "建立政策文件库。", "市司法局", "市司法局"],
    ],
)

#: 东塘区: responsible units next to assisting units.
ASSISTING_COLUMN = docx(
    "东塘区政务公开任务清单（2026年）",
    [
        ["序号", "工作任务", "工作措施", "责任单位", "配合单位", "完成时限"],
        ["1", "公开惠企政策", "汇编惠企政策并公开。", "区经信局", "区财政局、区税务局", "6月底"],
        ["2", "办好热线", "公开热线办理情况。", "区政务服务局", "", "每季度"],
    ],
)

#: 南浦市: all units in one column, with their roles in words.
ROLES_IN_CELLS = docx(
    "南浦市2026年政务公开任务表",
    [
        ["重点任务", "具体措施", "责任分工"],
        ["公开住房信息", "公布保障房分配结果。", "市住建局牵头，各县区政府配合"],
        ["公开医疗信息", "公布医疗服务价格。", "市医保局（牵头）、市卫健委"],
    ],
)

#: 西岭市: the header says that the first unit leads.
FIRST_LEADS_BY_HEADER = docx(
    "西岭市2026年政务公开分工方案",
    [
        ["工作任务", "工作举措", "责任单位（列第一位的为牵头单位）"],
        ["公开项目信息", "公布重大项目清单。", "市发展改革委、市住建局、市交通局"],
        ["公开审计信息", "公布审计结果。", "市审计局"],
    ],
)

#: 云岭市政务服务局: a sheet with three columns of units.
THREE_UNIT_COLUMNS = xlsx(
    [
        ["工作任务", "贯彻举措", "牵头单位", "责任单位", "配合单位"],
        ["公开规划", "公开专项规划。", "市发展改革委", "市教育局", "市财政局"],
        ["公开预算", "公开部门预算。", "市财政局", "", "市教育局、市卫生健康委"],
    ]
)

#: 岗城县: sentences that name the units, without brackets.
SENTENCES = """岗城县2026年政务公开重点工作
一、由县教育局牵头、县市场监管局配合，8月底前公布校外培训机构名单。
二、由县财政局负责，各乡镇配合，9月底前公开财政预决算。
三、公布地震应急避难场所。此项工作由县应急局牵头，县自然资源局协助，7月底前完成。
四、公开征地信息。由县自然资源局牵头，县农业农村局、县林业局按职责分工负责。
""".encode()

#: 柳河市: ticks under channels, empty cells and a remark.
CHANNEL_TICKS = xlsx(
    [
        ["柳河市2026年政务公开任务清单"],
        ["序号", "工作任务", "具体举措", "责任单位", "公开栏目", "门户网站", "政务新媒体", "公示栏", "备注"],
        ["1", "公开预算", "公开部门预算。", "各部门", "财政信息", "√", "", "√", "季报"],
        ["2", "", "公开教育收费。", "市教育局", "", "√", "√", "", ""],
        ["3", "", "公开招生计划。", "", "教育信息", "√", "", "", ""],
    ]
)

#: Counties of 柳河市: one column path in several notations.
COLUMN_PATHS = docx(
    "柳河市政务公开任务表",
    [
        ["工作任务", "举措", "责任单位", "公开路径"],
        ["债务", "公开债务。", "市财政局", "政府网站—政府信息公开—地方政府债务"],
        ["教育", "公开招生。", "市教育局", "政府信息公开》重点领域》义务教育"],
        ["规划", "公开规划。", "市自规局", "政府信息公开/规划信息/专项规划"],
        ["环境", "公开环境。", "市生态环境局", "政府信息公开--空气质量"],
        ["社保", "公开社保。", "市人社局", "社会保险－缴费标准"],
        ["低保", "公开低保。", "市民政局", "政府网站>社会救助>低保/特困"],
    ],
)

#: 柳河市: columns named in the sentences.
COLUMNS_IN_SENTENCES = """柳河市2026年政务公开要点
一、公开债务。3月底前在市政府门户网站"政府信息公开—地方政府债务"栏目公开。（责任单位：市财政局）
二、公开环境。在“环境保护/空气质量”栏目发布。（责任单位：市生态环境局）
三、公开就业。在“就业创业”专栏发布岗位。（责任单位：市人社局）
四、公开榜单。评出的“营商环境”专题受到好评。（责任单位：市发展改革委）
""".encode()

#: 石门县: a note says that the first unit leads and the others assist.
FIRST_LEADS_BY_NOTE = """石门县2026年政务公开重点任务分工
（说明：“责任单位”中排在第一位的为牵头单位，其他为配合单位。）
一、财政信息
1、公开县级预算，含部门及乡镇。
责任单位：县财政局、各乡镇（街道）
完成时限：4月底前
2、公开县域医共体改革政策，药品集采价格
每季度更新1次。
牵头单位：县卫健局；配合单位：县医保局
3、公开审计结果及整改情况。
责任单位：县审计局
""".encode()
