"""DICOM: what the profile says of each attribute, applied to files of any kind and number.

``standard`` holds the facts of PS3.15 and PS3.6, ``plan`` resolves a profile to one rule an attribute,
``rewriting`` applies it (``walker`` on bytes, ``slow`` through pydicom), ``pixels`` looks at images,
``special`` at objects that are no plain image, ``verify`` opens each output again, and ``batch`` runs
folders of any size. To add a rule for an object, add a file in ``special`` and its line in its registry.
"""
