"""Where the parts of the page stand, and what is in them at first; the look and the script."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any

from qa.ui import filters, kept, preferences, shelf, transcript
from qa.ui.desk import Desk
from qa.ui.face import standing

_log = logging.getLogger(__name__)
STYLES = ("page.css", "views.css")
SCRIPTS = ("page.js", "views.js")

_VIEWS = (("ask", "Ask"), ("kept", "Conversations"), ("archive", "Archive"), ("settings", "Settings"))
_READER = """
<div class="dl-bar">
  <button type="button" data-step="-1" aria-label="Previous citation" disabled>‹</button>
  <button type="button" data-step="1" aria-label="Next citation" disabled>›</button>
  <span class="dl-place" aria-live="polite"></span>
  <button type="button" class="dl-close" data-close aria-label="Close the article">×</button>
</div>
<div class="dl-reading" tabindex="0" role="region" aria-label="Article">
  <div class="dl-empty"><p>Choose a number in an answer to read the article here, at the exact words.</p></div>
</div>
"""


def parts(gr: Any, *, read_only: bool) -> dict[str, Any]:
    """Lay the page out and return its parts by name."""
    html = _html(gr)
    views = [view for view in _VIEWS if not (read_only and view[0] == "kept")]
    buttons = "".join(f'<button type="button" data-view="{name}">{title}</button>' for name, title in views)
    found: dict[str, Any] = {}
    with gr.Row(elem_id="dl-head"):
        html('<h1 class="dl-brand">Dateline</h1>')
        html(f'<nav class="dl-nav" aria-label="Views">{buttons}</nav>')
        found["status"] = html("", "status")
    with gr.Row(elem_id="dl-main"):
        with gr.Column(elem_id="dl-chat"):
            found |= _conversation(gr, html)
        with gr.Column(elem_id="dl-kept-view", elem_classes="dl-view"):
            html(kept.HEAD)
            found["kept"] = html("", "kept")
        with gr.Column(elem_id="dl-archive-view", elem_classes="dl-view"):
            found |= _archive(gr, html, read_only=read_only)
        with gr.Column(elem_id="dl-settings-view", elem_classes="dl-view"):
            html(preferences.HEAD + preferences.theme())
            found["model"] = html("", "model")
            found["held"] = html("", "held")
        with gr.Column(elem_id="dl-pane"):
            html(_READER, "reader")
    with gr.Row(elem_id="dl-wires"):
        found |= {name: html("", name) for name in ("shown", "file")}
        # For what the page's script sends: what is asked for, of which part, and which conversation is shown.
        found |= {
            name: gr.Textbox(label=name, show_label=False, container=False, elem_id=f"dl-{name}", max_lines=1)
            for name in ("command", "part", "place")
        }
        found["act"] = gr.Button("Act", elem_id="dl-act")
    return found


def _html(gr: Any) -> Any:
    plain = {"container": False, "padding": False, "apply_default_css": False, "js_on_load": None}

    def make(value: str, name: str = "") -> Any:
        return gr.HTML(value, **plain, **({"elem_id": f"dl-{name}"} if name else {}))

    return make


def _conversation(gr: Any, html: Any) -> dict[str, Any]:
    found = {"thread": html("", "thread")}
    with gr.Column(elem_id="dl-transcript"):
        found |= {name: html("", name) for name in ("welcome", "past", "turn", "sources")}
    found["notice"] = html("", "notice")
    found["filters"] = html("", "filters")
    with gr.Row(elem_id="dl-composer"):
        found["question"] = gr.Textbox(
            label="Question", placeholder="Ask the archive…", lines=1, max_lines=6, show_label=False, container=False,
            autofocus=True, elem_id="dl-question",
        )  # fmt: skip
        found["as_of"] = gr.Textbox(
            label="As of", placeholder="YYYY-MM-DD", max_length=40, elem_id="dl-as-of", max_lines=1
        )
        found["timeline"] = gr.Button("Timeline", elem_id="dl-timeline")
        found["ask"] = gr.Button("Ask", variant="primary", elem_id="dl-ask")
        found["stop"] = gr.Button("Stop", visible=False, elem_id="dl-stop")
    return found


def _archive(gr: Any, html: Any, *, read_only: bool) -> dict[str, Any]:
    html(shelf.HEAD)
    found: dict[str, Any] = {}
    if not read_only:
        html(shelf.DROP)
        found["files"] = gr.File(label="Articles to take in", file_count="multiple", elem_id="dl-files", height=130)
        html(shelf.ADDRESS)
    found["intake"] = html("", "intake")
    found["coverage"] = html("", "coverage")
    found["listed"] = html("", "listed")
    found["shelf"] = html("", "shelf")
    return found


def first(desk: Desk, parts: Mapping[str, Any]) -> dict[Any, Any]:
    """Return what stands in the parts when a page is opened; a part whose data cannot be read stays empty."""
    news = desk.news
    makers: dict[str, Callable[[], str]] = {
        "welcome": lambda: transcript.welcome(standing(news), read_only=desk.read_only),
        "filters": lambda: filters.form(news.holdings.counts()),
        "listed": lambda: shelf.filters(news.holdings.counts()),
        "model": lambda: preferences.model(news.model, standing(news), read_only=desk.read_only),
        "held": lambda: preferences.held(news.model_files(), news.info()),
        "kept": lambda: "" if desk.read_only else kept.conversations(desk.store.listed()),
    }
    shown = {}
    for name, make in makers.items():
        try:
            shown[parts[name]] = make()
        except Exception:  # noqa: BLE001 - the edge: the status bar says what is wrong, the rest of the page stands
            _log.warning("the part %r of the page cannot be made", name, exc_info=True)
    return shown


def page_options() -> dict[str, Any]:
    """Return the look and behaviour of the page, for ``launch`` or ``mount_gradio_app``: theme, CSS and script."""
    import gradio as gr

    static = resources.files("qa.ui") / "static"
    # Named system fonts only: a font of Gradio's own themes would be fetched from a font host.
    theme = gr.themes.Base(
        font=("ui-sans-serif", "system-ui", "sans-serif"), font_mono=("ui-monospace", "monospace"), spacing_size="sm"
    )
    scripts = "".join(f"<script>{(static / name).read_text(encoding='utf-8')}</script>" for name in SCRIPTS)
    return {
        "theme": theme,
        "css": "\n".join((static / name).read_text(encoding="utf-8") for name in STYLES),
        "head": scripts,
        "footer_links": [],
    }
