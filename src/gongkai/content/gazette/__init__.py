"""The government's gazette (政府公报): issues made of public documents, reviewed and published as a whole.

An issue is a written source: its text is put together from the editions of its documents, so that what the gazette prints is what was published.
Source: 规章制定程序条例 (the text in the gazette is the standard text, 公报文本为标准文本); 政府信息公开条例第二十三条 (a way of
disclosure).
"""
