"""Reports on finished runs: methods, results, confusions, and how to reproduce them.

document    the parts of a report: sections of text, figures, tables
study       the runs of a report
front       the first page: the findings and their figure
sections    one function per section, from the study to text, figures and tables
commands    the commands that reproduce runs
writing     the files: html, pdf, figures and tables with latex

06_report combines them.
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
