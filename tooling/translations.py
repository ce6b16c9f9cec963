"""Runs inside the environment: compares what the code says with the Chinese catalogue; fails on missing, fuzzy and stale entries.

`--write` brings the catalogue up to date first (new messages empty, gone ones removed); `--merge FILE.tsv …` fills in lines of msgid, tab, msgstr.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from tooling.environment import ROOT

CATALOGUE = ROOT / "translations" / "zh" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "N_": None}
PLACE = re.compile(r"%\(\w+\)[sd]")


def extracted() -> Catalog:
    """Return every message that code and templates hold, with its places."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    catalog = Catalog(project="assetpool")
    found = extract_from_dir(ROOT, methods, options, KEYWORDS, comment_tags=("translators:",), directory_filter=_is_ours)
    for name, line, message, comments, context in found:
        catalog.add(message, None, [(Path(name).as_posix(), line)], auto_comments=comments, context=context)
    return catalog


def _is_ours(folder: str | Path) -> bool:
    """Skip what is not part of the product, installed packages first of all."""
    path = Path(folder).resolve()
    return path == ROOT or path.relative_to(ROOT).parts[0] in {"assetpool", "templates"}


def committed() -> Catalog:
    """Return the Chinese catalogue as it stands."""
    if not CATALOGUE.exists():
        return Catalog(locale="zh", project="assetpool")
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh")


def faults(code: Catalog, catalog: Catalog) -> list[str]:
    """Return one sentence per message that is missing, untranslated, fuzzy, stale or has other places than its original."""
    said = {_key(message): message for message in code if message.id}
    known = {_key(message): message for message in catalog if message.id}
    lines = [f"missing: {_show(message)} ({_where(message)})" for key, message in said.items() if key not in known]
    lines += [f"stale: {_show(message)}" for key, message in known.items() if key not in said]
    for key in said.keys() & known.keys():
        message = known[key]
        texts = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if not all(texts):
            lines.append(f"not translated: {_show(message)} ({_where(said[key])})")
        elif message.fuzzy:
            lines.append(f"fuzzy: {_show(message)}")
        elif any(set(PLACE.findall(text)) - set(PLACE.findall(str(message.id))) for text in texts):
            lines.append(f"other places than the original: {_show(message)}")
        elif any("%" in PLACE.sub("", text).replace("%%", "") for text in texts):
            lines.append(f"a bare % (write %%, it is formatted): {_show(message)}")
    return sorted(lines)


def _key(message: Message) -> tuple[object, object]:
    return (message.id if isinstance(message.id, str) else message.id[0], message.context)


def _show(message: Message) -> str:
    text = message.id if isinstance(message.id, str) else message.id[0]
    return repr(text if len(text) <= 100 else text[:97] + "…")


def _where(message: Message) -> str:
    return ", ".join(f"{name}:{line}" for name, line in message.locations[:2])


def write(catalog: Catalog) -> None:
    """Write the catalogue in a form that changes only where a message changes."""
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, catalog, width=0, no_location=True, omit_header=False, sort_output=True, ignore_obsolete=True, include_previous=False)


def merge(catalog: Catalog, files: list[str]) -> None:
    """Fill in translations from files of msgid, tab, msgstr; a later file wins."""
    for name in files:
        for line in Path(name).read_text(encoding="utf-8").splitlines():
            original, tab, translation = line.partition("\t")
            message = catalog.get(original.replace("\\n", "\n"))
            if tab and message is not None and translation.strip():
                message.string = translation.strip().replace("\\n", "\n")
                message.flags.discard("fuzzy")


def main(arguments: list[str]) -> int:
    """Check, after bringing up to date and merging where asked; return the exit status."""
    code, catalog = extracted(), committed()
    if "--write" in arguments or "--merge" in arguments:
        catalog.update(code, no_fuzzy_matching=True)
        merge(catalog, arguments[arguments.index("--merge") + 1 :] if "--merge" in arguments else [])
        catalog.fuzzy = False
        write(catalog)
    lines = faults(code, catalog)
    for line in lines:
        print(line)
    print(f"{len([m for m in code if m.id])} messages, {len(lines)} at fault.")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
