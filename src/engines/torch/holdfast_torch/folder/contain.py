"""Keeping to one folder: run folders travel with other people's repositories."""

import ntpath
import os
import posixpath
import re


def resolve_inside(folder: str, relative: str) -> str | None:
    """The real path of `relative` in `folder`, only if it stays there after every link is resolved.

    It need not exist yet. None for absolute paths, `..`, NUL, links that lead out or nowhere, the folder
    itself, and a folder that is not there.
    """
    if not _is_plain_relative(relative):
        return None
    try:
        root = os.path.realpath(folder, strict=True)
        real = _real_path_of(os.path.normpath(os.path.join(root, relative)))
    except (OSError, ValueError, RecursionError):
        # No such folder, a loop of links, a file used as a folder, no permission to look: not provably
        # inside.
        return None
    return real if _is_within(root, real) else None


def _real_path_of(path: str) -> str:
    """Resolves the deepest ancestor that exists and appends the rest.

    A dangling link raises: writing to it would create its target.
    """
    try:
        os.lstat(path)
    except FileNotFoundError:
        parent = os.path.dirname(path)
        return os.path.join(_real_path_of(parent), os.path.basename(path))
    return os.path.realpath(path, strict=True)


def _is_plain_relative(path: str) -> bool:
    if "\0" in path or posixpath.isabs(path) or ntpath.isabs(path) or ntpath.splitdrive(path)[0]:
        return False
    return ".." not in re.split(r"[/\\]", path)


def _is_within(root: str, path: str) -> bool:
    return path != root and os.path.commonpath([root, path]) == root
