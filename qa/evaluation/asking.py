"""A proposed question in the terminal: what a person sees, and what they may say."""

from __future__ import annotations

import typer

from qa.evaluation.drafting import Decision, Proposal

_HELP = "[a]ccept, [e]dit the question, edit the ans[w]ers, [s]kip, [q]uit"


def ask_person(proposal: Proposal) -> Decision:
    """Show a proposal and return what the person decides; the end of the input stops."""
    article = proposal.article
    known = article.known_from
    about = " · ".join(
        part for part in (article.headline, article.outlet, f"{known:%Y-%m-%d}" if known else "") if part
    )
    typer.echo(f"\n{about}\n  {proposal.sentence.strip()}\n")
    question = proposal.question
    answers: tuple[str, ...] = (proposal.answer,)
    edited = False
    while True:
        typer.echo(f"Question: {question}\nAnswers:  {' | '.join(answers)}")
        said = _said(_HELP)
        if said == "a":
            return Decision("accept", question=question, answers=answers if edited else ())
        if said == "s":
            return Decision("skip")
        if said in ("q", ""):
            return Decision("stop")
        if said == "e":
            question = _said("Question", keep=question) or question
        elif said == "w":
            given = tuple(part.strip() for part in _said("Answers, apart by |", keep=" | ".join(answers)).split("|"))
            answers, edited = tuple(part for part in given if part) or answers, True


def _said(what: str, *, keep: str | None = None) -> str:
    """Return a line that the person types; an empty one keeps what is there, the end of the input is ""."""
    try:
        said: str = typer.prompt(what, default=keep, show_default=False)
    except typer.Abort:
        return ""
    return said.strip() if keep is not None else said.strip().lower()
