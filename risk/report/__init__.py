"""Forms of the risk report, one a file.

To add one: write ``risk/report/<name>.py`` with a subclass of
:class:`risk.report.interface.ReportFormat`, and one line in ``risk/report/registry.py``.
"""
