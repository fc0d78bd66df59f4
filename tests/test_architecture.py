"""Who may import whom: the table on the page about the architecture, held against the sources."""

import ast
import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
SOURCES = PROJECT / "src" / "ecluse"
TABLE = (PROJECT / "docs" / "architecture.md").read_text().partition("## Packages")[2].partition("## Determinism")[0]
ORDER = re.findall(r"^\| `(\w+)` \|", TABLE, re.MULTILINE)
ALONE = {
    "client": {"errors", "wire", "events"},
    "lines": {"errors", "wire", "events", "client"},
    "adapters": {"errors", "outbound", "wire", "events", "client", "lines"},
}


def modules(package):
    """The sources of a package, or the one module of that name."""
    folder = SOURCES / package
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [SOURCES / f"{package}.py"]


def imported(path):
    """The packages of Écluse that a module imports from."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.split(".")[1] for name in names if name.startswith("ecluse.")}


def test_the_table_has_every_package():
    there = {path.stem for path in SOURCES.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert set(ORDER) == there - {"__init__", "__main__"}


@pytest.mark.parametrize("package", ORDER)
def test_a_package_imports_only_from_those_above_it(package):
    allowed = ALONE.get(package, set(ORDER[: ORDER.index(package)])) | {package}
    wrong = {str(path.relative_to(SOURCES)): imported(path) - allowed for path in modules(package)}
    assert {path: names for path, names in wrong.items() if names} == {}


def test_an_import_from_below_is_seen(tmp_path):
    path = tmp_path / "module.py"
    path.write_text("from ecluse.gate import Gate\nimport ecluse.terms.parse\nfrom ecluse import cli\n")
    assert imported(path) == {"gate", "terms", "cli"}
