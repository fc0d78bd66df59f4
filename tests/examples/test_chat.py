import ast
import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import sync_playwright

from tests.service.running import free_port, running

PROJECT = Path(__file__).parents[2]
PROTECTED = PROJECT / "examples" / "chat" / "protected.py"
LINES_MAX = 19


@pytest.fixture(scope="module")
def chat(tmp_path_factory):
    """The example, served by granian, before a gate of its own."""
    with running(tmp_path_factory.mktemp("gate") / "data") as gate:
        port = free_port()
        command = [sys.executable, "-m", "granian", "--interface", "asgi", "--port", str(port)]
        environment = os.environ | {"ECLUSE_URL": gate.url, "ECLUSE_KEY": gate.keys["decide"]}
        chat = subprocess.Popen([*command, "examples.chat.protected:app"], cwd=PROJECT, env=environment)
        url = f"http://127.0.0.1:{port}"
        try:
            give_up = time.monotonic() + 60
            while chat.poll() is None and time.monotonic() < give_up:
                try:
                    httpx.get(url)
                    break
                except httpx.TransportError:
                    time.sleep(0.05)
            yield url
        finally:
            chat.terminate()
            chat.wait(30)


def test_it_is_protected_in_under_twenty_lines():
    module = ast.parse(PROTECTED.read_text())
    docstrings = {
        line
        for node in ast.walk(module)
        if isinstance(node, ast.Module | ast.FunctionDef)
        for line in range(node.body[0].lineno, node.body[0].end_lineno + 1)
    }
    lines = [line.strip() for n, line in enumerate(PROTECTED.read_text().splitlines(), 1) if n not in docstrings]
    assert len([line for line in lines if line and not line.startswith("#")]) <= LINES_MAX


def test_the_guide_shows_the_example_as_it_is():
    guide = (PROJECT / "docs" / "protect-your-service.md").read_text()
    assert (
        PROTECTED.read_text().partition("\n\n\n")[2].strip() == guide.partition("```python\n")[2].partition("\n```")[0]
    )


def test_in_a_browser_friends_talk_and_who_writes_to_strangers_reads_why_not(chat, chromium):
    with sync_playwright() as playwright:
        # Bob's browser is French: a page's locale in playwright does not reach the head of a WebSocket.
        languages = ("--accept-lang=en", "--accept-lang=fr-FR")
        browsers = [playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", x]) for x in languages]
        ada, bob = [browser.new_page() for browser in browsers]
        ada.goto(f"{chat}/?name=ada")
        bob.goto(f"{chat}/?name=bob")

        def say(page, to, text, n):
            page.get_by_label("to").fill(to)
            page.get_by_label("message").fill(text)
            page.get_by_role("button").click()
            page.locator("#said li").nth(n).wait_for()

        def said(page):
            return page.locator("#said li").all_text_contents()

        say(ada, "bob", "Hello", 0)
        bob.locator("#said li").nth(0).wait_for()
        for n in range(4):
            say(bob, "ada" if n == 0 else f"stranger-{n}", "Hi", n + 1)
        for n in range(3):
            say(bob, f"more-{n}", "Hi", n + 5)
        assert said(ada) == ["to bob: Hello", "bob: Hi"]
        assert said(bob)[:5] == [
            "ada: Hello",
            "to ada: Hi",
            "to stranger-1: Hi",
            "to stranger-2: Hi",
            "to stranger-3: Hi",
        ]
        refused = bob.locator("#said li.refused").all_text_contents()
        assert len(refused) == 3
        assert refused[0].startswith("Ceci n'a pas été envoyé.")
        for browser in browsers:
            browser.close()
