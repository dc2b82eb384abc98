"""Three renderers of one value, the workbook: PDF, DOCX and Markdown. `renderers.py` names them."""
