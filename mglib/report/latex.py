"""Tables and captions for a paper in LaTeX."""

from .document import Report, Table

# in braces: a bracket after the end of a row or a rule is a length to LaTeX, and a star belongs to the command
SPECIAL = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}",
    ">": r"\textgreater{}", "|": r"\textbar{}", "`": r"\textasciigrave{}",
    '"': r"\textquotedbl{}", "±": r"\ensuremath{\pm}",
} | {letter: "\\" + letter for letter in "&%$#_{}"} | {letter: f"{{{letter}}}" for letter in "[]*"}  # fmt: skip
LONG = 50  # rows from which a table goes over pages
HEADER = "% Needs \\usepackage{booktabs,longtable,graphicx} and \\usepackage[T1]{fontenc}.\n"


def escape(text: str) -> str:
    """Plain text as LaTeX sets it."""
    return "".join(SPECIAL.get(letter, letter) for letter in " ".join(text.splitlines()))


def table(stem: str, content: Table) -> str:
    """A table with booktabs' rules, caption and label, as \\input wants it."""
    frame = content.text.map(escape).rename(columns=escape)
    return HEADER + frame.to_latex(
        index=False,
        escape=False,  # pandas would leave the caption as it is, and a quotation mark and ± too
        caption=escape(content.caption),
        label=f"tab:{stem}",
        position=None if len(frame) > LONG else "tb",
        longtable=len(frame) > LONG,
        column_format="".join("r" if numeric else "l" for numeric in content.numeric),
    )


def captions(report: Report) -> str:
    """A figure environment for each figure; paths are those of the report's folder."""
    figures = [
        f"\\begin{{figure}}[tb]\n  \\centering\n  \\includegraphics[width=\\linewidth]{{figures/{stem}.pdf}}\n"
        f"  \\caption{{{escape(picture.caption)}}}\n  \\label{{fig:{stem}}}\n\\end{{figure}}\n"
        for stem, picture in report.pictures
    ]
    return "\n".join([HEADER, *figures])
