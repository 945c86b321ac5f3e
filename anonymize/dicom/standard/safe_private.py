"""Private attributes that PS3.15 Table E.3.10-1 calls safe."""


def is_safe(creator: str, tag: int, vr: str) -> bool:
    """Whether the element of this creator's block holds no identifier, by the standard."""
    del creator, tag, vr
    return False
