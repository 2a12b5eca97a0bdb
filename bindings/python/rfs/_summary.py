"""How counts of tables look in a terminal and in a notebook."""

import html as html_

from rfs import _show


def _rows(table):
    """The rows of a table of Arrow as words, without columns that say nothing."""
    names = [name for name in table.column_names if table[name].null_count < len(table)]
    return names, [["" if row[name] is None else f"{row[name]:,}" if type(row[name]) is int else str(row[name])
                    for name in names] for row in table.select(names).to_pylist()]


def text(title, table):
    names, rows = _rows(table)
    numbers = {at for at, name in enumerate(names) if str(table.schema.field(name).type).startswith(("int", "dec"))}
    widths = [max(len(row[at]) for row in [names, *rows]) for at in range(len(names))]
    lines = ["  ".join(cell.rjust(width) if at in numbers else cell.ljust(width)
                       for at, (cell, width) in enumerate(zip(row, widths))).rstrip() for row in [names, *rows]]
    return "<" + title + "".join("\n  " + line for line in lines) + ">"


def html(title, table):
    names, rows = _rows(table)
    head, *cells = ([html_.escape(cell) for cell in row] for row in [names, *rows])
    return f"<p>{html_.escape(title)}</p>" + _show._table(head, cells)


def counted(kind, result):
    """The first line of what was counted: of whom, and who was refused."""
    errors = ", ".join(f"{count:,} {code}" for code, count in result.errors.items())
    refused = f", {result.refused:,} refused ({errors})" if result.refused else ""
    return f"rfs.{kind} of {result.rules.name}: {result.rows:,} row{'' if result.rows == 1 else 's'}{refused}"
