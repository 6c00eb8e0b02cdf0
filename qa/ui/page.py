"""The Gradio page around an archive: its layout, its events and its look."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from importlib import resources
from typing import TYPE_CHECKING, Any

from qa.errors import DatelineError
from qa.ui import transcript
from qa.ui.face import News, standing
from qa.ui.session import Sessions, Update, ask, stop, tell

if TYPE_CHECKING:
    import gradio as gr

_log = logging.getLogger(__name__)

QUEUE_SIZE = 32
"""Questions that may wait; one more is turned away at once instead of waiting for ever."""

AT_ONCE = 4
"""Questions that run at the same time."""

POLL_SECONDS = 3.0
"""How often an open page asks for the state of the model and the archive."""

_READER = """
<div class="dl-bar">
  <button type="button" data-step="-1" aria-label="Previous citation" disabled>‹</button>
  <span class="dl-place" aria-live="polite"></span>
  <button type="button" data-step="1" aria-label="Next citation" disabled>›</button>
  <button type="button" class="dl-close" data-close aria-label="Close the article">×</button>
</div>
<div class="dl-reading" tabindex="0" role="region" aria-label="Article">
  <div class="dl-empty"><p>Choose a number in an answer to read the article here, at the exact words.</p></div>
</div>
"""


def build(news: News) -> gr.Blocks:
    """Return the page around ``news``. It needs ``page_options()`` where it is launched or mounted."""
    import gradio as gr

    plain = {"container": False, "padding": False, "apply_default_css": False, "js_on_load": None}
    with gr.Blocks(title="Dateline", analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)) as page:
        with gr.Row(elem_id="dl-head"):
            gr.HTML('<h1 class="dl-brand">Dateline</h1>', **plain)
            status = gr.HTML("", elem_id="dl-status", **plain)
        with gr.Row(elem_id="dl-main"):
            with gr.Column(elem_id="dl-chat"):
                with gr.Column(elem_id="dl-transcript"):
                    parts = {name: gr.HTML("", elem_id=f"dl-{name}", **plain) for name in ("welcome", "past", "turn")}
                    parts["sources"] = gr.HTML("", elem_id="dl-sources", **plain)
                parts["notice"] = gr.HTML("", elem_id="dl-notice", **plain)
                with gr.Row(elem_id="dl-composer"):
                    parts |= _composer(gr)
            with gr.Column(elem_id="dl-pane"):
                gr.HTML(_READER, elem_id="dl-reader", **plain)
        _wire(gr, news, parts)
        _poll(gr, news, page, status, parts["welcome"])
    page.queue(max_size=QUEUE_SIZE, default_concurrency_limit=AT_ONCE, api_open=False)
    return page


def _composer(gr: Any) -> dict[str, Any]:
    return {
        "question": gr.Textbox(
            label="Question",
            placeholder="Ask the archive…",
            lines=1,
            max_lines=6,
            show_label=False,
            container=False,
            autofocus=True,
            elem_id="dl-question",
        ),
        "as_of": gr.Textbox(
            label="As of",
            placeholder="YYYY-MM-DD",
            max_length=40,
            elem_id="dl-as-of",
            max_lines=1,
        ),
        "timeline": gr.Button("Timeline", elem_id="dl-timeline"),
        "ask": gr.Button("Ask", variant="primary", elem_id="dl-ask"),
        "stop": gr.Button("Stop", visible=False, elem_id="dl-stop"),
    }


def _wire(gr: Any, news: News, parts: Mapping[str, Any]) -> None:
    """Connect the question box, its buttons and the stream of updates."""
    names = ("welcome", "past", "turn", "sources", "notice", "question", "timeline", "ask", "stop")
    outputs = [parts[name] for name in names]
    sessions = Sessions()

    def changes(update: Update) -> dict[Any, Any]:
        shown = {name: getattr(update, name) for name in names[:6]}
        changed = {parts[name]: value for name, value in shown.items() if value is not None}
        if update.running is not None:
            changed |= {
                parts["timeline"]: gr.update(visible=not update.running),
                parts["ask"]: gr.update(visible=not update.running),
                parts["stop"]: gr.update(visible=update.running),
            }
        return changed

    async def run(question: str, as_of: str, request: Any) -> AsyncIterator[dict[Any, Any]]:
        async for update in ask(news, sessions.of(request.session_hash), question or "", as_of or ""):
            yield changes(update)

    async def chronicle(question: str, as_of: str, request: Any) -> AsyncIterator[dict[Any, Any]]:
        async for update in tell(news, sessions.of(request.session_hash), question or "", as_of or ""):
            yield changes(update)

    def halt(request: Any) -> dict[Any, Any]:
        return changes(stop(sessions.of(request.session_hash)))

    # By this annotation Gradio knows where the request goes; it cannot be written above, Gradio being imported late.
    run.__annotations__ = chronicle.__annotations__ = halt.__annotations__ = {"request": gr.Request}
    quiet = {"show_progress": "hidden", "api_visibility": "private"}
    running = gr.on(
        [parts["question"].submit, parts["as_of"].submit, parts["ask"].click],
        run,
        inputs=[parts["question"], parts["as_of"]],
        outputs=outputs,
        trigger_mode="once",
        **quiet,
    )
    telling = parts["timeline"].click(
        chronicle, inputs=[parts["question"], parts["as_of"]], outputs=outputs, trigger_mode="once", **quiet
    )
    parts["stop"].click(halt, outputs=outputs, cancels=[running, telling], queue=False, **quiet)


def _poll(gr: Any, news: News, page: Any, status: Any, welcome: Any) -> None:
    """Fill the status bar and the welcome on load, then keep the bar up to date."""

    def now() -> str:
        try:
            return transcript.status(standing(news))
        except DatelineError as error:
            return transcript.outage(str(error))
        except Exception as error:  # noqa: BLE001 - the edge: an open page goes on asking, and says what it lacks
            _log.warning("the archive does not tell its state", exc_info=True)
            return transcript.outage(f"The archive does not answer ({type(error).__name__}).")

    def first() -> tuple[str, str]:
        bar = now()
        try:
            return bar, transcript.welcome(standing(news))
        except Exception:  # noqa: BLE001 - the bar already says what is wrong
            return bar, ""

    quiet = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
    page.load(first, outputs=[status, welcome], **quiet)
    gr.Timer(POLL_SECONDS).tick(now, outputs=[status], **quiet)


def page_options() -> dict[str, Any]:
    """Return the look and behaviour of the page, for ``launch`` or ``mount_gradio_app``: theme, CSS and script."""
    import gradio as gr

    static = resources.files("qa.ui") / "static"
    # Named system fonts only: a font of Gradio's own themes would be fetched from a font host.
    theme = gr.themes.Base(
        font=("ui-sans-serif", "system-ui", "sans-serif"), font_mono=("ui-monospace", "monospace"), spacing_size="sm"
    )
    script = (static / "page.js").read_text(encoding="utf-8")
    return {
        "theme": theme,
        "css": (static / "page.css").read_text(encoding="utf-8"),
        "head": f"<script>{script}</script>",
        "footer_links": [],
    }
