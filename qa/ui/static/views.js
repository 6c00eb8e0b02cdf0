// The views beside the conversation, and what the page asks the server for: commands go through one hidden text box, so
// that there is no address that another site could call.
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const say = (text) => document.dispatchEvent(new CustomEvent("dl-say", { detail: text }));

  function fill(id, text) {
    const box = $(`#${id} textarea, #${id} input`);
    if (!box) return;
    const kind = box.tagName === "TEXTAREA" ? HTMLTextAreaElement : HTMLInputElement;
    Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(box, text);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // What Gradio sends is read here at the moment of the click: its own copy of a box is a tick behind.
  const waiting = [];
  function send(command) {
    waiting.push(JSON.stringify(command));
    $("#dl-act")?.click();
  }
  const typed = () => [
    $("#dl-question textarea")?.value ?? "",
    $("#dl-as-of :is(input, textarea)")?.value ?? "",
    JSON.stringify($("[data-part]") ? given($("[data-part]")) : {}),
    place ?? "",
  ];
  window.dateline = { typed, command: () => [waiting.shift() ?? "", place ?? ""] };

  // Views
  function show(view, { focus = true } = {}) {
    document.body.dataset.view = view;
    $$(".dl-nav [data-view]").forEach((button) => {
      if (button.dataset.view === view) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    });
    $("#dl-main")?.classList.remove("dl-open");
    if (view === "kept") send({ do: "list", words: $("#dl-kept-words")?.value ?? "" });
    if (view === "archive" && !$("#dl-shelf .dl-list, #dl-shelf .dl-none")) send({ do: "look" });
    if (!focus) return;
    if (view === "ask") $("#dl-question textarea")?.focus();
    else $(`#dl-${view}-title`)?.focus();
  }

  // A dialog of the browser's own holds the focus, ends with Escape and gives the focus back.
  function confirmed(text, then) {
    const dialog = document.createElement("dialog");
    dialog.className = "dl-dialog";
    dialog.setAttribute("aria-labelledby", "dl-dialog-text");
    const words = Object.assign(document.createElement("p"), { id: "dl-dialog-text", textContent: text, dir: "auto" });
    const keep = Object.assign(document.createElement("button"), { type: "button", textContent: "Keep it" });
    const remove = Object.assign(document.createElement("button"), { type: "button", textContent: "Delete" });
    remove.className = "dl-danger";
    const buttons = Object.assign(document.createElement("p"), { className: "dl-buttons" });
    buttons.append(keep, remove);
    dialog.append(words, buttons);
    document.body.append(dialog);
    keep.addEventListener("click", () => dialog.close());
    remove.addEventListener("click", () => {
      dialog.close();
      then();
    });
    dialog.addEventListener("close", () => dialog.remove());
    dialog.showModal();
    keep.focus();
  }

  function asks(element, more = {}) {
    const command = { ...JSON.parse(element.dataset.do), ...more };
    const go = () => send(command);
    if (element.dataset.confirm) confirmed(element.dataset.confirm, go);
    else go();
  }

  const given = (form) => {
    const held = {};
    for (const [name, value] of new FormData(form)) {
      if (name === "outlets" && form.hasAttribute("data-part")) (held.outlets ??= []).push(value);
      else held[name] = value;
    }
    return held;
  };

  // The filters beside the question
  function part() {
    const form = $("[data-part]");
    if (!form) return;
    const held = given(form);
    const count = [held.since || held.until, held.language, held.outlets?.length].filter(Boolean).length;
    $(".dl-part-said").textContent = count ? `(${count} set)` : "";
  }

  // The boxes beside the question as they were for a turn: to ask it again, or to ask on where it was left.
  function restore(turn) {
    const asked = JSON.parse(turn.dataset.asked);
    fill("dl-as-of", asked.as_of);
    const form = $("[data-part]");
    if (!form) return;
    for (const name of ["since", "until", "language"]) form.elements[name].value = asked[name];
    $$('[name="outlets"]', form).forEach((box) => (box.checked = asked.outlets.includes(box.value)));
    part();
  }
  document.addEventListener("dl-asked", (event) => restore(event.detail));

  document.addEventListener("click", (event) => {
    const hit = event.target.closest?.("[data-do]:not(form), button[data-view], [data-browse], [data-link]");
    if (!hit || hit.disabled) return;
    const { view, link, browse } = hit.dataset;
    if (hit.dataset.do) asks(hit);
    if (view) show(view);
    if (browse) asks($("#dl-listed form"), { ...given($("#dl-listed form")), offset: Number(browse) });
    if (link) {
      const address = `${location.origin}${location.pathname}?c=${encodeURIComponent(link)}`;
      navigator.clipboard.writeText(address).then(
        () => say("The link is copied."),
        () => say(address),
      );
    }
    const menu = hit.closest(".dl-menu");
    if (menu && hit.tagName === "BUTTON") menu.open = false;
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form");
    if (!form || !(form.dataset.do || form.hasAttribute("data-part"))) return;
    event.preventDefault();
    if (!form.dataset.do) return;
    const step = event.submitter?.name ? { [event.submitter.name]: event.submitter.value } : {};
    asks(form, { ...given(form), ...step });
    if (step.step === "try") say("Testing the model…");
    // The server has it now; the page forgets it.
    if (step.step === "use") $$('input[type="password"]', form).forEach((field) => (field.value = ""));
    const menu = form.closest(".dl-menu");
    if (menu) menu.open = false;
  });
  let typing = 0;
  const changedIn = (event) => {
    const form = event.target.closest?.("form");
    if (form?.hasAttribute("data-part")) part();
    if (form?.id === "" && form.matches(".dl-form")) provider();
    if (!form?.hasAttribute("data-live")) return;
    clearTimeout(typing);
    typing = setTimeout(() => asks(form, given(form)), 250);
  };
  document.addEventListener("input", changedIn);
  document.addEventListener("reset", () => setTimeout(part, 0));
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.(".dl-menu[open], .dl-part[open]");
    if (!menu) return;
    event.stopPropagation();
    menu.open = false;
    $("summary", menu).focus();
  }, true);

  // Which fields of the model's form count depends on who runs it.
  function provider() {
    const llm = $("#dl-llm")?.value;
    $$("#dl-model [data-for]").forEach((row) => (row.hidden = !row.dataset.for.split(" ").includes(llm)));
  }

  // The look
  function look(theme) {
    const dark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
    document.body.classList.toggle("dark", dark);
  }
  const theme = () => {
    try {
      return localStorage.getItem("dateline-theme") ?? "system";
    } catch {
      return "system";
    }
  };
  function themed() {
    const radio = $(`[name="dl-theme"][value="${theme()}"]`);
    if (radio && !radio.checked) radio.checked = true;
  }
  document.addEventListener("change", (event) => {
    if (event.target.name !== "dl-theme") return;
    try {
      localStorage.setItem("dateline-theme", event.target.value);
    } catch {
      // a browser that keeps nothing: the look counts until the page is closed
    }
    look(event.target.value);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => look(theme()));

  // What the server sent
  let saved = null;
  function save(file) {
    if (!file || file.dataset.stamp === saved) return;
    saved = file.dataset.stamp;
    const address = URL.createObjectURL(new Blob([file.dataset.text], { type: file.dataset.mime }));
    const link = Object.assign(document.createElement("a"), { href: address, download: file.dataset.file });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
    say(`Saved as ${file.dataset.file}.`);
  }

  let place = null;
  let arrived = false; // whether the conversation of the address stands
  function placed(name) {
    const turn = $("#dl-turn .dl-turn");
    if (name && turn && (!arrived || (name !== place && place))) restore(turn);
    arrived = true;
    if (name === place) return;
    place = name;
    const address = new URL(location.href);
    if (name) address.searchParams.set("c", name);
    else address.searchParams.delete("c");
    history.replaceState(null, "", address);
  }

  // What the tab remembers over a reload, which Gradio makes by itself once a lost server is there again.
  function memory(name, value) {
    try {
      if (value === undefined) return sessionStorage.getItem(`dateline-${name}`) ?? "";
      sessionStorage.setItem(`dateline-${name}`, value);
    } catch {
      // a browser that keeps nothing: the conversation is still under its address
    }
    return "";
  }

  // The question under way is lost with the server or the page: it goes back into the box.
  let boot = null;
  function booted(bar) {
    const now = bar?.dataset.boot;
    if (!now || now === boot) return;
    const before = boot ?? memory("boot");
    const reloaded = boot === null;
    boot = now;
    memory("boot", now);
    const asking = memory("asking");
    if (before && before !== now) {
      if (!reloaded) send(place ? { do: "open", conversation: place } : { do: "new" });
      const left = asking ? "The question under way is back in the box." : "Your conversation is still here.";
      say(`The server was started anew. ${left}`);
    }
    if (asking) fill("dl-question", asking);
    memory("asking", "");
  }
  function asking() {
    const turn = $("#dl-turn .dl-turn");
    if (!turn || boot === null) return;
    const open = ["reading", "checking"].includes(turn.dataset.phase);
    memory("asking", open ? $(".dl-question span", turn).textContent : "");
  }

  let shownAt = null;
  function changed() {
    save($("#dl-file [data-file]"));
    const thread = $(".dl-thread");
    if (thread) placed(thread.dataset.conversation);
    else if ($("#dl-welcome .dl-welcome")) placed("");
    booted($(".dl-status"));
    asking();
    const article = $("#dl-shown [data-show]");
    if (article && article !== shownAt) {
      shownAt = article;
      document.dispatchEvent(new CustomEvent("dl-open", { detail: article.dataset.show }));
    }
    provider();
    themed();
    // The settings tell the model's state as the bar does, which is kept up to date.
    const [now, told] = [$(".dl-status .dl-model"), $("#dl-model .dl-state span")];
    if (now && told && told.textContent !== now.textContent) told.textContent = now.textContent;
  }

  function watch() {
    if (!$("#dl-main") || !$("#dl-act")) return void setTimeout(watch, 50);
    // No landmark or name of its own: the wires are for the script.
    $("#dl-wires").setAttribute("aria-hidden", "true");
    look(theme());
    place = new URLSearchParams(location.search).get("c") ?? "";
    show("ask", { focus: false });
    new MutationObserver(changed).observe($("#dl-main").parentElement, { childList: true, subtree: true });
    changed();
  }
  watch();
})();
