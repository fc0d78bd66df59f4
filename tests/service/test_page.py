from ecluse.service.page import render


def test_a_document_is_shown_and_nothing_in_it_is_markup() -> None:
    schema = {"description": "<b>Bold</b>", "properties": {"id": {"type": "string"}}, "required": ["id"]}
    operation = {"operationId": "ask", "summary": "Ask.", "responses": {"200": {"description": "An answer."}}}
    page = render(
        {
            "info": {"title": "Gate", "version": "1", "description": "About."},
            "paths": {"/ask": {"get": operation}},
            "components": {"schemas": {"Event": schema}},
        }
    )
    assert '<span class="method">GET</span> <code>/ask</code>' in page
    assert "&lt;b&gt;Bold&lt;/b&gt;" in page
    assert "<td><code>id</code></td><td>string</td><td>needed</td>" in page
