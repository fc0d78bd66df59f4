"""How modules hang together: no circles, nothing imported on the way, none too long. (Who may import whom:
``test_architecture.py``.)
"""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[1] / "src"
LINES_MAX = 400
PATHS = sorted(SOURCES.rglob("*.py"))


def name_of(path):
    """The dotted name of a module."""
    parts = path.relative_to(SOURCES).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in PATHS}


class WithoutTypes(ast.NodeTransformer):
    """Leaves out what is imported for type checkers alone."""

    def visit_If(self, node):
        return node.orelse if ast.unparse(node.test) == "TYPE_CHECKING" else self.generic_visit(node)


def imports(tree, modules):
    """The modules that a module imports when it is imported itself."""
    found = set()
    for node in ast.walk(WithoutTypes().visit(tree)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names} & set(modules)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in modules else node.module for name in names} & set(modules)
    return found


def circle(graph):
    """The modules of a circle of imports; none if there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def inner_imports(tree):
    """The lines on which something is imported within a function."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = [inner for function in functions for inner in ast.walk(function)]
    return sorted({node.lineno for node in inside if isinstance(node, ast.Import | ast.ImportFrom)})


def test_no_circle_of_imports():
    trees = {name: ast.parse(path.read_text()) for name, path in MODULES.items()}
    assert circle({name: imports(tree, MODULES) for name, tree in trees.items()}) == []


@pytest.mark.parametrize("path", PATHS, ids=name_of)
def test_nothing_is_imported_on_the_way(path):
    assert inner_imports(ast.parse(path.read_text())) == []


@pytest.mark.parametrize("path", PATHS, ids=name_of)
def test_no_module_is_too_long(path):
    assert len(path.read_text().splitlines()) <= LINES_MAX


def test_a_circle_is_seen():
    modules = {"a", "a.b", "c"}
    graph = {
        "a": imports(ast.parse("from a.b import x"), modules),
        "a.b": imports(ast.parse("import c"), modules),
        "c": imports(ast.parse("import os\nfrom a import b"), modules),
    }
    assert graph == {"a": {"a.b"}, "a.b": {"c"}, "c": {"a.b"}}
    assert set(circle(graph)) == {"a.b", "c"}
    assert circle(graph | {"c": set()}) == []


def test_an_import_on_the_way_is_seen():
    assert inner_imports(ast.parse("import os\n\ndef f():\n    if True:\n        import sys\n")) == [5]
    assert imports(ast.parse("if TYPE_CHECKING:\n    import a\nimport c"), {"a", "c"}) == {"c"}
