"""The house stands as it is drawn: sizes, imports, words and names that no linter knows."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "assetpool"
LONGEST_FILE, LONGEST_FUNCTION = 350, 60
WEB = ("flask", "flask_login", "flask_wtf", "flask_babel", "wtforms", "apiflask")
EMPTY_WORDS = re.compile(r"(^|_)(utils?|helpers?|managers?|bases?)(_|\.py$)")
FORBIDDEN: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    # file: (packages from outside, files of any feature) that it must not import
    "models": (WEB, ("forms", "schemas", "service", "queries", "views", "api")),
    "queries": (WEB, ("forms", "schemas", "service", "views", "api")),
    "service": (WEB, ("forms", "schemas", "views", "api")),
    "forms": ((), ("service", "queries", "views", "api")),
    "schemas": ((), ("service", "queries", "views", "api")),
}


def sources(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    """Yield each Python file of the folders with its syntax tree."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"), str(path))


def named(path: Path, line: int) -> str:
    """Name a place as an editor opens it."""
    return f"{path.relative_to(ROOT)}:{line}"


def imported(node: ast.AST) -> list[str]:
    """Return the modules that a statement imports, each name of a `from` import as a module too."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a tree."""
    return (node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))


def test_no_file_outgrows_a_reader() -> None:
    counted = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path, _ in sources("assetpool", "tooling", "tests", "bench")}
    assert {name: lines for name, lines in counted.items() if lines > LONGEST_FILE} == {}


def test_no_function_outgrows_a_screen() -> None:
    long = [
        f"{named(path, function.lineno)} {function.name}: {function.end_lineno - function.lineno + 1} lines"
        for path, tree in sources("assetpool", "tooling", "tests", "bench")
        for function in functions(tree)
        if function.end_lineno and function.end_lineno - function.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


def test_nothing_is_imported_inside_a_function() -> None:
    inside = [
        named(path, node.lineno)
        for path, tree in sources("assetpool", "tests", "bench")
        for function in functions(tree)
        for node in ast.walk(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    assert inside == []


def test_each_kind_of_file_imports_only_what_its_row_allows() -> None:
    wrong = []
    for path, tree in sources("assetpool"):
        outside, inside = FORBIDDEN.get(path.stem, ((), ()))
        for node in ast.walk(tree):
            for module in imported(node):
                first, last = module.split(".")[0], module.split(".")[-1]
                if first in outside or (module.startswith("assetpool.") and module.count(".") == 2 and last in inside):
                    wrong.append(f"{named(path, node.lineno)} imports {module}")
    assert wrong == []


def test_only_entry_points_commit() -> None:
    calls = [
        f"{named(path, node.lineno)} {node.func.attr}"
        for path, tree in sources("assetpool")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit" and path != PACKAGE / "core" / "db.py"
    ]
    assert calls == []


def test_services_never_open_an_act() -> None:
    opened = [
        named(path, node.lineno)
        for path, tree in sources("assetpool")
        if path.stem in {"service", "queries", "models"}
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "atomic"
    ]
    assert opened == []


def test_no_act_waits_for_a_picture_to_be_made_ready() -> None:
    waited = [
        named(path, node.lineno)
        for path, tree in sources("assetpool")
        for act in ast.walk(tree)
        if isinstance(act, ast.With) and any(isinstance(call := item.context_expr, ast.Call) and ast.unparse(call.func) == "atomic" for item in act.items)
        for node in ast.walk(act)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"photos.chosen", "photos.ready", "prepared", "printed"}
    ]
    assert waited == []


def test_only_the_clock_knows_the_time() -> None:
    asked = [
        f"{named(path, node.lineno)} {node.func.attr}"
        for path, tree in sources("assetpool")
        if path != PACKAGE / "core" / "clock.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"now", "utcnow", "today"}
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date"}
    ]
    assert asked == []


def test_every_package_and_module_says_what_it_promises() -> None:
    silent = [named(path, 1) for path, tree in sources("assetpool", "tooling") if not ast.get_docstring(tree)]
    packages = [folder for folder in PACKAGE.iterdir() if folder.is_dir() and any(folder.glob("*.py")) and not (folder / "__init__.py").exists()]
    assert (silent, packages) == ([], [])


def test_names_say_something() -> None:
    assert [named(path, 1) for path, _ in sources("assetpool", "tooling", "tests", "bench") if EMPTY_WORDS.search(path.name)] == []


def tracked() -> list[Path]:
    """Return the text files under version control."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout, so what is tracked cannot be listed")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def test_no_tracked_file_names_a_machine_or_a_registry() -> None:
    # The words are put together here, so that this file does not name them itself.
    places = "|".join(("work", "farm", "root"))
    hosts = "|".join(("pypi" + r"\.org", "python" + r"hosted\.org", "npm" + r"js\.(org|com)", "deb" + r"ian\.org"))
    pattern = re.compile(rf"(^|[^A-Za-z0-9_.])/({places})/|({hosts})", re.MULTILINE)
    found = []
    for path in tracked():
        data = path.read_bytes()
        if b"\0" in data[:8000]:
            continue
        text = data.decode("utf-8", errors="replace")
        found += [named(path, text.count("\n", 0, match.start()) + 1) for match in pattern.finditer(text)]
    assert found == []
