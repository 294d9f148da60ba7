"""Tables and captions for a paper in LaTeX."""

from .document import Report, Table

# in braces, as LaTeX would read a bracket after a row or rule as a length, and a star as part of the command
SPECIAL = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}",
    ">": r"\textgreater{}", "|": r"\textbar{}", "`": r"\textasciigrave{}",
    '"': r"\textquotedbl{}", "±": r"\ensuremath{\pm}",
} | {letter: "\\" + letter for letter in "&%$#_{}"} | {letter: f"{{{letter}}}" for letter in "[]*"}  # fmt: skip
LONG = 50  # number of rows from which a table may be split over pages
HEADER = "% Needs \\usepackage{booktabs,longtable,graphicx} and \\usepackage[T1]{fontenc}.\n"


def escape(text: str) -> str:
    """Escape plain text for LaTeX."""
    return "".join(SPECIAL.get(letter, letter) for letter in " ".join(text.splitlines()))


def table(stem: str, content: Table, remark: str = "") -> str:
    """A table with booktabs rules, caption and label, for \\input; `remark` ends the caption."""
    frame = content.text.map(escape).rename(columns=escape)
    return HEADER + frame.to_latex(
        index=False,
        escape=False,  # pandas would not escape the caption, quotation marks and ±
        caption=escape(f"{content.caption} {remark}".rstrip()),
        label=f"tab:{stem}",
        position=None if len(frame) > LONG else "tb",
        longtable=len(frame) > LONG,
        column_format="".join("r" if numeric else "l" for numeric in content.numeric),
    )


def captions(report: Report) -> str:
    """A figure environment for each figure; paths are those of the report's folder."""
    texts = {stem: escape(f"{picture.caption} {report.remark}".rstrip()) for stem, picture in report.pictures}
    figures = [
        f"\\begin{{figure}}[tb]\n  \\centering\n  \\includegraphics[width=\\linewidth]{{figures/{stem}.pdf}}\n"
        f"  \\caption{{{text}}}\n  \\label{{fig:{stem}}}\n\\end{{figure}}\n"
        for stem, text in texts.items()
    ]
    return "\n".join([HEADER, *figures])
