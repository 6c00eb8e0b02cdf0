"""The language model that was chosen on the page: a file of the user's own, readable by nobody else."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

from pydantic import SecretStr

from qa.errors import InputError
from qa.settings import Provider, Settings


@dataclass(frozen=True, slots=True)
class Choice:
    """A model: who runs it, its name (empty for the provider's default), its endpoint and the key of that."""

    llm: Provider = "local"
    model: str = field(kw_only=True, default="")
    url: str = field(kw_only=True, default="")
    key: SecretStr = field(kw_only=True, default=SecretStr(""))

    def __post_init__(self) -> None:
        """Refuse what no model can be made of.

        Raises:
            InputError: the provider is unknown, or an endpoint is asked for without its http or https address.
        """
        if self.llm not in get_args(Provider):
            raise InputError(f"the provider {self.llm!r} is none of {', '.join(get_args(Provider))}")
        if self.llm == "openai" and urlsplit(self.url).scheme not in ("http", "https"):
            raise InputError(f"the endpoint {self.url[:80]!r} is no address: write it like http://127.0.0.1:11434/v1")

    def applied(self, settings: Settings) -> Settings:
        """Return the settings with this model in them."""
        return settings.model_copy(
            update={"llm": self.llm, "llm_model": self.model, "llm_url": self.url, "llm_key": self.key}
        )

    def keeping_key_of(self, before: Choice) -> Choice:
        """Return this choice with the earlier key where none was typed and the endpoint is the same.

        To another endpoint a key is never sent that was not typed for it.
        """
        same = (self.llm, urlsplit(self.url).netloc) == (before.llm, urlsplit(before.url).netloc)
        if self.key.get_secret_value() or not same:
            return self
        return Choice(self.llm, model=self.model, url=self.url, key=before.key)


def of(settings: Settings) -> Choice:
    """Return the model that the settings name."""
    try:
        return Choice(settings.llm, model=settings.llm_model, url=settings.llm_url, key=settings.llm_key)
    except InputError:  # an endpoint without an address: it is reported where the model is used
        return Choice("none")


def path() -> Path:
    """Return the file of the choice, after the XDG base directory specification."""
    from platformdirs import user_config_path

    return user_config_path("dateline") / "model.json"


def save(choice: Choice, file: Path | None = None) -> None:
    """Write the choice so that nobody else can read it.

    Raises:
        InputError: the file cannot be written.
    """
    file = file or path()
    held = {"llm": choice.llm, "model": choice.model, "url": choice.url, "key": choice.key.get_secret_value()}
    aside = file.with_suffix(".new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside.unlink(missing_ok=True)
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            json.dump(held, stream)
        aside.replace(file)
    except OSError as error:
        raise InputError(
            f"the choice cannot be kept in {str(file)!r} ({error.strerror}): it counts until the page is closed"
        ) from error


def applied(settings: Settings, file: Path | None = None) -> Settings:
    """Return the settings with the model that was chosen on the page; the environment goes before it.

    A file that cannot be read is as none: the page then shows the default model, and saving writes it anew.
    """
    if {"llm", "llm_model", "llm_url", "llm_key"} & settings.model_fields_set:
        return settings
    try:
        held: dict[str, Any] = json.loads((file or path()).read_text(encoding="utf-8"))
        choice = Choice(held["llm"], model=str(held["model"]), url=str(held["url"]), key=SecretStr(str(held["key"])))
    except (OSError, ValueError, KeyError, TypeError, InputError):
        return settings
    return choice.applied(settings)
