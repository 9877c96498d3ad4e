"""Markdown tables that read well as plain text too, and the numbers in them."""

MISSING = "-"


def table(header, rows):
    """Columns are padded, so that the table reads as plain text as well."""
    cells = [[str(cell) for cell in row] for row in [header, *rows]]
    widths = [max(3, *(len(cell) for cell in column)) for column in zip(*cells, strict=True)]
    cells.insert(1, ["-" * width for width in widths])
    lines = [
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |\n"
        for row in cells
    ]
    return "".join(lines)


def code(label):
    return f"`{label}`"


def ratio(value):
    return MISSING if value is None else f"{value:.2f}"


def percent(share):
    return f"{100 * share:.3g} %"


def duration(seconds):
    """To three digits, or fewer where the last ones would be zeros."""
    for unit, size in [("ns", 1e-9), ("us", 1e-6), ("ms", 1e-3), ("s", 1)]:
        if seconds < 999.5 * size or unit == "s":
            number = seconds / size
            digits = 2 if number < 9.995 else 1 if number < 99.95 else 0
            return f"{number:.{digits}f} {unit}"
    raise AssertionError


def size(number):
    """Of bytes."""
    return f"{number / 1e6:.1f} MB" if number >= 1e6 else f"{number / 1e3:.0f} KB"
