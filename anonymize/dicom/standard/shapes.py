"""Texts that machines write by a pattern: kernels, names of sequences, versions, coils, nuclei."""

import re

KERNEL = re.compile(
    r"[ABDHIJSTUQ]\d{2}[a-z]{0,2}|[ABHQTUIFbhqui][a-z]{0,2}\d{2}[a-z]{0,3}|FC\d{2}(-?[HQ])?|FL\d{2}|"
    r"(STANDARD|SOFT|BONE|BONEPLUS|LUNG|DETAIL|EDGE|CHST|STND|SMOOTH|SHARP|ULTRA|STD|EXTRA SHARP|HD STND)|"
    r"(SA|QA|EA|EB|EC|UA|UB|UC|UD|HC|AB)\d{2}[a-z]?|iMR|iDose|XRES|[YU]?[A-F]|Y[A-D]|EB|I[XYMR]?|SP|DB|L[A-D]?|"
    r"CB|XC[A-D]|[1-5]"
)
SEQUENCES = (
    "se SE re tseB fldyn tse hse qtse tir tirm ir fl tfl tfi fi qfl cv ep epi epfid epse epir spc "
    "spcir spcR h hir ciss de dess me m pc psif rf stir svs csi gre fse frfse efgre fgre spgr fspgr "
    "ffe tfe t1tfe ge mp mpr tof swi WE we b qtfl twist ABCD nav resp can pasl pcasl asl fm abs wip "
    "tgse zoom resolve trance fid press steam"
)
"""How names of pulse sequences start."""
SEQUENCE_NAME = re.compile(
    rf"[*]{{0,2}}(?:{SEQUENCES.replace(' ', '|')})"
    r"(?:[_#*\-]|(?<!\d)\d{1,3}(?!\d)|b\d{1,4}|2d|3d|ns|nsr|rb|re|at|fs|pc|ir|rs|in|ts|we|[bdmprst])*"
)
VERSION = re.compile(
    r"(?:[vV]|ver|rel|Rev|R|[A-Z]{2})?[ .]?\d{1,3}[A-Za-z]{0,2}(?:[.\-_:]\d{1,3}[A-Za-z]?){0,4}"
)
DATED = re.compile(r"(?<!\d)\d{1,2}\D\d{1,2}\D(19|20)?\d\d(?!\d)|(?<!\d)(19|20)\d\d\D\d{1,2}\D\d{1,2}")
COIL_PARTS = re.compile(
    r"(?:HE[AP]?|NE[AP]?|HN|BO|SP|BL|BR|PL|PR|LA|RA|BC|FA|SHL|SHS|KN|FL|FS|C|T|BA|S[PN])\d{0,2}"
)
NUCLEUS = re.compile(r"\d{1,3}[A-Z][a-z]?|[A-Z][a-z]?\d{1,3}")
RELEASE = re.compile(r"\d?v[a-e]\d{2}[a-z]?|x[ab]\d{2}[a-z]?|[a-z]\d{2}|20[0-2]\d[a-z]")
"""Token of the name of a release, as Siemens writes them, in lower case."""


def is_kernel(value: str) -> bool:
    """Whether ``value`` names a reconstruction kernel of one of the makers."""
    return KERNEL.fullmatch(value) is not None


def is_sequence_name(value: str) -> bool:
    """Whether ``value`` is a pulse sequence as scanners name them (``*tse2d1_11``)."""
    few = len(value) <= 20 and sum(map(str.isdigit, value)) < 7
    return few and SEQUENCE_NAME.fullmatch(value) is not None


def is_version(value: str) -> bool:
    """Whether ``value`` is a number of version, and no date or telephone number written as one."""
    if DATED.search(value) or len(re.findall(r"\d{2}", value)) > 3:
        return False
    return VERSION.fullmatch(value) is not None and sum(map(str.isdigit, value)) < 9


def is_coil(value: str) -> bool:
    """Whether ``value`` is a list of elements of coils (``HE1-4;NE1,2``)."""
    parts = re.split(r"[;, +:\-]+", value)
    known = all(COIL_PARTS.fullmatch(part) or re.fullmatch(r"\d{1,2}", part) for part in parts if part)
    return known and value[:1].isalpha()


def is_nucleus(value: str) -> bool:
    """Whether ``value`` is a nucleus: 1H, 31P, Na23."""
    return NUCLEUS.fullmatch(value) is not None
