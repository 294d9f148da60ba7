"""A figure report of finished runs: what was done, what came of it, what is confused, and how to do it again.

document    what a report is made of: sections of text, figures, tables
study       which runs a report is about
front       the first page: what was found, and the figure that shows it
sections    one function a section, from the study to text, figures and tables
commands    the command that repeats a run
writing     the files: html, pdf, figures and tables with latex

06_report puts them together.
"""

from .document import Code, Page, Picture, Report, ReportError, Section, Table
from .front import cover, finding
from .study import Study, load_study
from .writing import write_report

__all__ = [
    "Code",
    "Page",
    "Picture",
    "Report",
    "ReportError",
    "Section",
    "Study",
    "Table",
    "cover",
    "finding",
    "load_study",
    "write_report",
]
