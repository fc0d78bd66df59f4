from jinja2 import DictLoader

from ecluse.pages import templates


def test_a_package_finds_its_own_templates_and_the_shared_ones():
    found = templates("ecluse.replay")
    assert found.get_template("report.css").render() != found.get_template("page.css").render()
    assert "function axis" in found.get_template("page.js").render()


def test_what_is_shown_is_escaped():
    found = templates("ecluse.replay")
    found.loader = DictLoader({"a.html": "<p>{{ name }}</p>"})
    assert found.get_template("a.html").render(name="<b>") == "<p>&lt;b&gt;</p>"
