"""Every report format, by name. Modules load when needed."""

from importlib import import_module

from risk.report.interface import ReportFormat

FORMATS: dict[str, str] = {
    "html": "risk.report.html_report:HtmlReport",
    "json": "risk.report.json_report:JsonReport",
}
"""Name -> ``module:Class``."""


def report_format(name: str) -> ReportFormat:
    """The format called ``name``; KeyError when there is none."""
    module, _, symbol = FORMATS[name].partition(":")
    found: ReportFormat = getattr(import_module(module), symbol)()
    return found
