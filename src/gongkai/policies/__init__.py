"""Policy documents (政策文件): library, states and their dates, relations, validity, filing, the yearly clean-up round."""
