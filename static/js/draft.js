// Saves a step while somebody writes. Without this the form works by its buttons; with it nothing has to be
// pressed. What could not be saved yet is kept on this device until it is.

const EVERY_MS = 15_000;
const MOST_ROWS = 40;
const SENT = "draft-sent";

forgetWhatArrived();
const form = document.querySelector("form[data-draft]");
if (form) start(form);

/** A form that was sent by its button has arrived when the page after it says so. */
function forgetWhatArrived() {
  try {
    const sent = sessionStorage.getItem(SENT);
    if (sent && document.querySelector(".messages .success")) localStorage.removeItem(sent);
    sessionStorage.removeItem(SENT);
  } catch {
    // Without a store there is nothing to forget.
  }
}

function start(form) {
  const status = form.querySelector("[data-status]");
  const store = `draft:${form.dataset.draft}`;
  let saved = written(form);
  // What came back after signing in is saved by its button only; this device keeps it meanwhile.
  let stopped = form.elements.kept !== undefined;
  let running = null;

  const say = (text, warns = false) => {
    if (status.textContent !== text) status.textContent = text;
    status.classList.toggle("warns", warns);
  };

  function keep() {
    try {
      localStorage.setItem(store, JSON.stringify({ at: Date.now(), answers: written(form) }));
    } catch {
      // A full or forbidden store: the server still gets the text.
    }
  }

  function drop() {
    try {
      localStorage.removeItem(store);
    } catch {
      // See above.
    }
  }

  async function save() {
    const now = written(form);
    if (running || same(now, saved)) return running;
    keep();
    if (stopped) return null;
    running = send(now).finally(() => (running = null));
    return running;
  }

  async function send(now) {
    let answer;
    try {
      answer = await fetch(form.dataset.draft, {
        method: "POST",
        body: body(form),
        headers: { "X-Requested-With": "XMLHttpRequest", Accept: "application/json" },
      });
    } catch {
      say(form.dataset.waitingText, true);
      return;
    }
    if (answer.ok && answer.headers.get("Content-Type")?.startsWith("application/json")) {
      const found = await answer.json();
      form.elements.saved.value = found.saved;
      form.elements.seen.value = found.seen;
      saved = now;
      if (same(written(form), now)) drop();
      say(form.dataset.savedText.replace("{time}", found.at));
      return;
    }
    if (answer.status >= 500) {
      say(form.dataset.waitingText, true);
      return;
    }
    stopped = true;
    const reasons = { 401: "signedOutText", 403: "signedOutText", 409: "conflictText" };
    say(form.dataset[reasons[answer.status] ?? "refusedText"], true);
  }

  function leave() {
    if (same(written(form), saved)) return;
    keep();
    if (stopped) return;
    // Outlives the page. What it saves is saved once: the same answers again change nothing.
    fetch(form.dataset.draft, { method: "POST", body: body(form), keepalive: true }).catch(() => {});
  }

  setInterval(save, EVERY_MS);
  window.addEventListener("online", save);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save());
  window.addEventListener("pagehide", leave);
  form.addEventListener("submit", () => {
    keep();
    stopped = true;
    try {
      sessionStorage.setItem(SENT, store);
    } catch {
      // See above.
    }
  });
  form.addEventListener("input", (event) => count(form, event.target));
  for (const button of form.querySelectorAll("[data-more]")) {
    button.addEventListener("click", (event) => {
      if (addRow(form, button.dataset.more)) event.preventDefault();
    });
  }
  offer(form, store, saved, drop);
}

/** What is written: name to value, without the fields that are no answers. */
function written(form) {
  return Object.fromEntries([...new FormData(form)].filter(([name]) => name.startsWith("a-")));
}

function same(one, other) {
  const filled = (found) => JSON.stringify(Object.entries(found).filter(([, value]) => value).sort());
  return filled(one) === filled(other);
}

function body(form) {
  return new URLSearchParams(new FormData(form));
}

/** Offers a text that this device kept and the server never got; puts it in only when asked. */
function offer(form, store, saved, drop) {
  const box = document.querySelector("[data-restore]");
  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem(store));
  } catch {
    // Nothing readable is kept.
  }
  if (!kept?.answers || same(kept.answers, saved)) return drop();
  const time = new Date(kept.at).toLocaleString(document.documentElement.lang);
  box.querySelector("[data-restore-text]").textContent = box.dataset.text.replace("{time}", time);
  box.hidden = false;
  box.querySelector("[data-restore-yes]").addEventListener("click", () => {
    fill(form, kept.answers);
    box.hidden = true;
  });
  box.querySelector("[data-restore-no]").addEventListener("click", () => {
    drop();
    box.hidden = true;
  });
}

function fill(form, kept) {
  for (const box of form.querySelectorAll("input[type=checkbox][name^='a-']")) box.checked = box.name in kept;
  for (const [name, value] of Object.entries(kept)) {
    const row = name.match(/^a-(.+)-(\d+)-[^-]+$/);
    const code = row && form.querySelector(`[data-table="${CSS.escape(row[1])}"]`) ? row[1] : null;
    while (code && !form.elements[name] && addRow(form, code));
    const field = form.elements[name];
    if (field && field.type !== "checkbox") field.value = value;
  }
}

/** One more row after the last; false when there can't be one. */
function addRow(form, code) {
  const rows = form.querySelectorAll(`[data-table="${CSS.escape(code)}"] [data-row]`);
  const last = rows[rows.length - 1];
  if (!last || rows.length >= MOST_ROWS) return false;
  const row = last.cloneNode(true);
  const rename = (text) => text.replace(`a-${code}-${rows.length - 1}-`, `a-${code}-${rows.length}-`);
  row.querySelector("[data-number]").textContent = String(rows.length + 1);
  for (const label of row.querySelectorAll("label")) label.htmlFor = rename(label.htmlFor);
  for (const field of row.querySelectorAll("input, select, textarea")) {
    field.name = rename(field.name);
    field.id = rename(field.id);
    field.value = "";
  }
  last.after(row);
  row.querySelector("input, select, textarea").focus();
  return true;
}

const WORD = /[\p{L}\p{N}_][\p{L}\p{N}_'’-]*/gu;

function count(form, field) {
  const place = field.closest(".question")?.querySelector("[data-words]");
  if (place) place.textContent = form.dataset.wordsText.replace("{number}", field.value.match(WORD)?.length ?? 0);
}
