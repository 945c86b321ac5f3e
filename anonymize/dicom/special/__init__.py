"""Objects that are no plain image: what their content holds, beyond the rules of single attributes.

One file a family, one class of ``interface.Special``, one line in ``registry.py``. A SOP class that no
handler and no list of plain images names is not understood, and is set aside.
"""
