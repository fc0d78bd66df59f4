"""Small documents, and what lint finds in them."""

from ecluse.terms import parse_terms
from ecluse.terms.lint import Severity, lint


def rule(name, *when, then="refuse", **more):
    """A rule in one line: ``rule("hour", "strangers.1h > 50")``."""
    fields = {"id": name, "clause": "Few.", "when": f"[{', '.join(when)}]", "then": then, **more}
    return f"  - {{{', '.join(f'{field}: {value}' for field, value in fields.items())}}}\n"


def document(*rules, **top):
    """A document of rules. top: its other fields, as YAML."""
    fields = "".join(f"{field}: {value}\n" for field, value in top.items())
    return f"id: small\nversion: 1\ntitle: Small\n{fields}rules:{'' if rules else ' []'}\n{''.join(rules)}"


def findings(*rules, **top):
    """Code and field of each finding that is more than a hint."""
    found = lint(parse_terms(document(*rules, **top)))
    return [(one.code, one.field) for one in found if one.severity is not Severity.HINT]


def message(code, *rules, **top):
    """The message of the one finding of a code."""
    (found,) = [one.message for one in lint(parse_terms(document(*rules, **top))) if one.code == code]
    return found
