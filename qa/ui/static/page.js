// Opens the article of a citation at its characters. Articles are already on the page, hidden, so a click needs no
// server. Events are delegated: the transcript is rendered anew while an answer streams.
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const wide = () => matchMedia("(min-width: 900px)").matches;
  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  let wanted = null; // the key of a citation that was chosen before its article had come
  let shown = null; // the key of the citation in the reading pane, "turn:mark"
  let held = null; // the hidden article of which the reading pane has a copy
  let focused = null; // the key of the chip that has the keyboard's focus
  let lastTurn = null;
  let lastPhase = null;
  let offered = null; // the turn whose first citation was opened without being asked

  const keyed = (key) => `[data-citation="${CSS.escape(key)}"]`;
  const KINDS = { p: "Passage", n: "Nearest find", t: "Event", q: "Quote" }; // by the first letter of a mark; a number is a citation
  const kindOf = (key) => (key.startsWith("0:") && !key.startsWith("0:q") ? "Article" : (KINDS[key.split(":")[1][0]] ?? "Citation"));
  const chipsOf = (key) => {
    const turn = $(`.dl-turn[data-turn="${CSS.escape(key.split(":")[0])}"]`);
    const keys = $$("[data-citation]", turn ?? document).map((chip) => chip.dataset.citation);
    return [...new Set(keys)].filter((other) => kindOf(other) === kindOf(key));
  };

  function place(key) {
    const keys = chipsOf(key);
    const at = keys.indexOf(key);
    const says = $(keyed(key))?.dataset.says;
    const count = keys.length > 1 || kindOf(key) === "Citation" ? ` ${at + 1} of ${keys.length}` : "";
    $(".dl-place").textContent = `${kindOf(key)}${count}${says ? ` · ${says}` : ""}`;
    $('[data-step="-1"]').disabled = at <= 0;
    $('[data-step="1"]').disabled = at < 0 || at >= keys.length - 1;
  }

  function current() {
    $$("[data-citation][aria-current]").forEach((chip) => chip.removeAttribute("aria-current"));
    if (shown) $$(keyed(shown)).forEach((chip) => chip.setAttribute("aria-current", "true"));
    $$("[data-opens]").forEach((dot) => dot.classList.toggle("dl-on", dot.dataset.opens === shown));
  }

  function open(key, { focus = true } = {}) {
    const source = $(`[data-holds~="${CSS.escape(key)}"]`);
    const reading = $(".dl-reading");
    wanted = source ? null : key;
    if (!source || !reading) return false;
    // The same article again: only the marks change, so that what is unfolded in it stays so.
    if (source !== held) reading.replaceChildren(...[...source.childNodes].map((node) => node.cloneNode(true)));
    held = source;
    shown = key;
    $$(".dl-active", reading).forEach((mark) => mark.classList.remove("dl-active"));
    const marks = $$(`[data-marks~="${CSS.escape(key.split(":")[1])}"]`, reading);
    marks.forEach((mark) => mark.classList.add("dl-active"));
    const chip = $(keyed(key));
    const original = $(".dl-original", reading);
    const quoted = (chip ?? $(`[data-opens="${CSS.escape(key)}"][data-original]`))?.dataset.original;
    if (original && quoted) original.href = quoted; // opens it at the quote
    place(key);
    current();
    $("#dl-main").classList.add("dl-open");
    hidePeek();
    if (!wide()) chip?.scrollIntoView({ block: "nearest" });
    if (focus) reading.focus({ preventScroll: true });
    const first = marks[0] ?? reading.firstElementChild;
    requestAnimationFrame(() => {
      const box = first.getBoundingClientRect();
      const pane = reading.getBoundingClientRect();
      reading.scrollTo({
        top: reading.scrollTop + box.top - pane.top - Math.max(24, (pane.height - box.height) / 3),
        behavior: calm() ? "auto" : "smooth",
      });
    });
    return true;
  }

  function step(by) {
    if (!shown) return;
    const keys = chipsOf(shown);
    const next = keys[keys.indexOf(shown) + by];
    if (next) open(next);
  }

  function close() {
    $("#dl-main").classList.remove("dl-open");
    const chip = shown && $(keyed(shown));
    if (chip) chip.focus();
  }

  // The quote of a chip, on hover and on focus.
  let peek = null;
  function showPeek(chip) {
    if (!chip.dataset.quote) return;
    if (!peek) {
      peek = Object.assign(document.createElement("div"), { id: "dl-peek" });
      peek.setAttribute("role", "tooltip");
      peek.append(document.createElement("q"), document.createElement("p"), document.createElement("p"));
      [...peek.children].forEach((part) => (part.dir = "auto"));
      document.body.append(peek);
    }
    peek.firstChild.textContent = chip.dataset.quote;
    peek.children[1].textContent = chip.dataset.source;
    const sign = $(".dl-verdict", chip)?.textContent;
    peek.lastChild.textContent = chip.dataset.says ? `${sign ? `${sign} ` : ""}The sentence is ${chip.dataset.says}: ${chip.dataset.means}.` : "";
    peek.hidden = false;
    peek.owner = chip;
    const box = chip.getBoundingClientRect();
    const width = Math.min(380, innerWidth - 24);
    peek.style.width = `${width}px`;
    peek.style.left = `${Math.max(12, Math.min(box.left, innerWidth - width - 12))}px`;
    const below = box.bottom + 6;
    const height = peek.offsetHeight;
    peek.style.top = `${below + height < innerHeight ? below : Math.max(12, box.top - height - 6)}px`;
  }
  function hidePeek() {
    if (peek) peek.hidden = true;
  }

  function write(text) {
    const box = $("#dl-question textarea");
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, text);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  }

  function copy(text) {
    navigator.clipboard.writeText(text).then(
      () => say("Copied with its citations."),
      () => say("The browser did not allow copying."),
    );
  }

  const CLICKED =
    "[data-citation], [data-opens], [data-step], [data-close], [data-copy], [data-ask], [data-edit], [data-timeline]";
  document.addEventListener("click", (event) => {
    const hit = event.target.closest?.(CLICKED);
    if (!hit) return;
    const key = hit.dataset.citation ?? hit.dataset.opens;
    if (key) open(key);
    else if (hit.dataset.step) step(Number(hit.dataset.step));
    else if (hit.hasAttribute("data-close")) close();
    else if (hit.dataset.copy) copy(hit.dataset.copy);
    else {
      const { ask, timeline, edit } = hit.dataset;
      const turn = hit.closest(".dl-turn");
      if (turn) document.dispatchEvent(new CustomEvent("dl-asked", { detail: turn }));
      write(ask ?? timeline ?? edit);
      if (ask ?? timeline) $(ask ? "#dl-ask" : "#dl-timeline")?.click();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (peek && !peek.hidden) return hidePeek();
      const stop = $("#dl-stop");
      if (stop && stop.offsetParent) return stop.click();
      if ($("#dl-pane")?.contains(document.activeElement)) return close();
      return $("#dl-question textarea")?.focus();
    }
    const inPane = event.target.closest?.("#dl-pane");
    if (inPane && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
      event.preventDefault();
      step(event.key === "ArrowRight" ? 1 : -1);
    }
  });
  const chipAt = (event) => event.target.closest?.(".dl-chip");
  document.addEventListener("mouseover", (event) => {
    const chip = matchMedia("(hover: hover)").matches && chipAt(event);
    if (chip) showPeek(chip);
    else if (!event.target.closest?.("#dl-peek")) hidePeek();
  });
  document.addEventListener("focusin", (event) => {
    focused = event.target.closest?.("[data-citation]")?.dataset.citation ?? null;
    const chip = chipAt(event);
    if (chip?.matches(":focus-visible")) showPeek(chip);
    else hidePeek();
  });

  // What a screen reader is told of the turn, and apart from it what everybody is shown for a moment: neither takes the
  // other's words away.
  function region(id) {
    const found = $(`#${id}`) ?? Object.assign(document.createElement("div"), { id });
    found.setAttribute("aria-live", "polite");
    if (!found.isConnected) document.body.append(found);
    return found;
  }
  const announce = (text) => (region("dl-live").textContent = text);
  let fading = 0;
  function say(text) {
    const said = region("dl-said");
    said.textContent = text;
    said.classList.add("dl-seen");
    clearTimeout(fading);
    fading = setTimeout(() => said.classList.remove("dl-seen"), Math.max(2500, 60 * text.length));
  }

  document.addEventListener("dl-say", (event) => say(event.detail));
  document.addEventListener("dl-open", (event) => open(event.detail));

  let stood = ""; // the last turn and how many stand above it
  function changed() {
    const turn = $("#dl-turn .dl-turn");
    if (!turn) return;
    if (peek && !peek.hidden && !peek.owner.isConnected) hidePeek();
    if (focused && document.activeElement === document.body) $(keyed(focused))?.focus({ preventScroll: true });
    current();
    if (wanted) open(wanted);
    const { turn: number, phase } = turn.dataset;
    // The earlier turn may move up in a change of its own, after the new one stands.
    const stands = `${number} below ${$$("#dl-past .dl-turn").length}`;
    if (stands !== stood) turn.scrollIntoView({ block: "start" });
    stood = stands;
    if (number !== lastTurn || phase !== lastPhase) {
      announce(turn.dataset.announce);
      // A button that was pressed has gone: the keyboard goes back to the question.
      if (document.activeElement === document.body) $("#dl-question textarea")?.focus();
    }
    lastTurn = number;
    lastPhase = phase;
    const first = $(".dl-chip", turn);
    const reading = shown?.startsWith(`${number}:`);
    if (phase === "done" && first && wide() && offered !== number && !reading) {
      if (open(first.dataset.citation, { focus: false })) offered = number;
    }
  }
  function watch() {
    const transcript = $("#dl-transcript");
    if (!transcript) return void setTimeout(watch, 50);
    transcript.tabIndex = 0;
    transcript.setAttribute("role", "region");
    transcript.setAttribute("aria-label", "Conversation");
    new MutationObserver(changed).observe(transcript, { childList: true, subtree: true });
    changed();
  }
  watch();
})();
