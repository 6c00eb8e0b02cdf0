"""The settings as HTML: the language model, the look of the page, and the state of what it needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from qa.chosen import Choice
from qa.llm.store import FileStatus, State
from qa.render.words import escaped as _e
from qa.ui import shelf
from qa.ui.face import Standing
from qa.ui.thread import does

_PROVIDERS = (
    ("local", "Local model, run on this machine"),
    ("openai", "An OpenAI-compatible endpoint (Ollama, vLLM, llama-server, OpenAI)"),
    ("anthropic", "Anthropic"),
    ("none", "None: the archive’s own sentences only"),
)
_THEMES = (("system", "As the system"), ("light", "Light"), ("dark", "Dark"))
Told = Literal["", "good", "bad"]
"""How a test or a change of the model ended."""

HEAD = """
<section class="dl-page" aria-labelledby="dl-settings-title">
  <h2 id="dl-settings-title" tabindex="-1">Settings</h2>
</section>
"""


def theme() -> str:
    """Return the choice of light and dark, which the browser keeps."""
    options = "".join(
        f'<label><input type="radio" name="dl-theme" value="{value}"> {name}</label>' for value, name in _THEMES
    )
    return f'<fieldset class="dl-theme"><legend>Look</legend>{options}</fieldset>'


def model(choice: Choice, now: Standing, *, told: str = "", kind: Told = "", read_only: bool = False) -> str:
    """Return the form of the model. A key that is stored is said to be there, and never shown."""
    progress = ""
    if now.per_cent is not None and now.per_cent < 100:
        progress = f'<progress max="100" value="{now.per_cent}" aria-label="Download of the model"></progress>'
    state = f'<p class="dl-state" role="status"><b>Now:</b> <span dir="auto">{_e(now.model)}</span> {progress}</p>'
    if read_only:
        return f"<h3>Language model</h3>{state}<p>This page is read-only: nothing can be changed here.</p>"
    said = f'<p class="dl-notice" data-kind="{kind}" role="status" dir="auto">{_e(told)}</p>' if told else ""
    stored = bool(choice.key.get_secret_value())
    key_hint = "A key is stored; leave this empty to keep it." if stored else "Needed by most hosted endpoints."
    return (
        f'<h3>Language model</h3>{state}<form class="dl-form" {does("model")}>'
        f'<p><label for="dl-llm">Who runs it</label><select id="dl-llm" name="llm">{_options(choice.llm, _PROVIDERS)}'
        "</select></p>"
        f'<p><label for="dl-llm-model">Model</label><input id="dl-llm-model" name="model" maxlength="300" '
        f'value="{_e(choice.model)}" autocomplete="off" aria-describedby="dl-llm-model-hint">'
        '<small id="dl-llm-model-hint">Empty for the default; or a GGUF file.</small></p>'
        '<p data-for="openai"><label for="dl-llm-url">Address of the endpoint</label><input id="dl-llm-url" name="url"'
        f' type="url" maxlength="500" value="{_e(choice.url)}" placeholder="http://127.0.0.1:11434/v1"></p>'
        '<p data-for="openai anthropic"><label for="dl-llm-key">Key</label><input id="dl-llm-key" name="key" '
        f'type="password" maxlength="500" autocomplete="off" aria-describedby="dl-llm-key-hint">'
        f'<small id="dl-llm-key-hint">{key_hint}</small></p>'
        '<p class="dl-buttons"><button type="submit" name="step" value="try">Test</button>'
        '<button type="submit" name="step" value="use" class="dl-strong">Use this model</button></p>'
        f"{said}</form>"
    )


_STATES: Mapping[State, str] = {
    "present": "on this machine",
    "verified": "on this machine",
    "missing": "not fetched",
    "partial": "fetched in part; it goes on where it stopped",
    "truncated": "cut short: fetch it again",
    "wrong hash": "damaged: fetch it again",
}


def held(files: Sequence[FileStatus], info: Mapping[str, Any]) -> str:
    """Return the state of what the page works with: the model files of this machine, and the index."""
    rows = "".join(
        f'<tr><th scope="row"><code>{_e(one.name)}</code></th><td>{_e(_STATES[one.state])}</td>'
        f"<td>{f'{one.bytes / 1e6:,.0f} MB' if one.bytes else ''}</td><td>{_e(one.about)}</td></tr>"
        for one in files
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Model", "State", "On disk", "What it is"))
    table = (
        f'<table class="dl-table dl-models"><caption>Model files</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table><p><small>Fetch one with <code>qa models pull NAME</code>; "
        "<code>qa models list --verify</code> reads every byte.</small></p>"
    )
    return f"{table if rows else ''}<h3>Index</h3>{shelf.facts(info)}"


def _options(chosen: str, options: Sequence[tuple[str, str]]) -> str:
    return "".join(
        f'<option value="{value}"{" selected" if value == chosen else ""}>{_e(name)}</option>'
        for value, name in options
    )
