"""A real browser without a window, and the rules of accessibility that axe-core holds a page against."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from programs import CHROMIUM

_OPTIONS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"),
    "--disable-component-update",
]


@contextmanager
def chromium() -> "Iterator[Browser]":
    """Chromium, until the block ends."""
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=_OPTIONS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(browser: "Browser", path: Path, scheme: Any = "light") -> "Iterator[tuple[Page, list[str]]]":
    """A page from a file, and the addresses of everything that it asked for."""
    page = browser.new_page(color_scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    try:
        page.goto(path.as_uri())
        yield page, asked
    finally:
        page.close()


def barriers(page: "Page") -> list[str]:
    """What axe-core objects to, best practices included."""
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    result = page.evaluate("axe.run()")
    assert len(result["passes"]) > 20
    return [f"{found['id']}: {node['html'][:200]}" for found in result["violations"] for node in found["nodes"]]
