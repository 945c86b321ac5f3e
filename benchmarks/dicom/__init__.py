"""DICOM: files with planted identifiers, an independent checker, a corpus to time, and the peers.

``python -m benchmarks.dicom`` prints every table. Nothing here is imported by the tool, and the checker
(``leaks``) imports nothing of it.
"""
