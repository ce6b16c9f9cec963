"""Forms that grow and shrink by lines: the buttons that add and remove one, without a script, and lines left blank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def changed(lists: Mapping[str, Any], pressed: Mapping[str, str]) -> bool:
    """Add a line to a FieldList, or take one out, if a button asks for it; say whether one did. The last line is emptied, not taken."""
    if pressed.get("add_line") in lists:
        lists[pressed["add_line"]].append_entry()
        return True
    name, _dash, place = pressed.get("remove_line", "").rpartition("-")
    if name not in lists or not place.isdigit():
        return False
    entries = lists[name].entries
    if int(place) < len(entries):
        entries.pop(int(place))
        if not entries:
            lists[name].append_entry()
    return True


def drop_blank(lines: Any) -> None:
    """Take out lines into which nothing was typed, as long as another one is left."""
    for entry in [entry for entry in lines.entries if entry.form.is_blank()]:
        if len(lines.entries) > 1:
            lines.entries.remove(entry)
