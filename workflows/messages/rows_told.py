"""How the rows of a worksheet stand in a message: each cell behind its heading, so that a number says what it is."""

from workflows.worksheets import Table


def lines(table: Table) -> tuple[str, ...]:
    """One line a row: what names it, then each filled cell with its heading. A gap is no row."""
    return tuple(_line(table.headers, row) for row, row_id in zip(table.rows, table.row_ids, strict=True) if row_id)


def _line(headers: tuple[str, ...], row: tuple[str, ...]) -> str:
    filled = [(header, " ".join(cell.split())) for header, cell in zip(headers, row, strict=True) if cell]
    if not filled:
        return ""
    (_, first), *rest = filled
    told = " · ".join(f"{header}: {cell}" for header, cell in rest)
    return f"{first}: {told}" if told else first
