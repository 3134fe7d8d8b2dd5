// A combobox after the ARIA pattern: suggestions are links; Enter without a choice searches as before.

const WAIT_MS = 160;
const SHORTEST = 2;

/** Gives a search field a list of suggestions from the address in its data-suggest. */
export function attachSuggestions(input) {
  const list = document.createElement("ul");
  list.className = "suggest";
  list.id = `${input.id}-suggestions`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.suggestLabel);
  input.parentElement.append(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  let timer = 0;
  let request = null;
  let chosen = -1;

  const options = () => [...list.querySelectorAll("[role=option]")];

  function close() {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(index) {
    const all = options();
    chosen = (index + all.length + 1) % (all.length + 1);
    if (chosen === all.length) chosen = -1;
    all.forEach((option, place) => option.setAttribute("aria-selected", String(place === chosen)));
    if (chosen < 0) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    input.setAttribute("aria-activedescendant", all[chosen].id);
    all[chosen].scrollIntoView({ block: "nearest" });
  }

  function show(groups) {
    list.replaceChildren();
    for (const group of groups) {
      const heading = document.createElement("li");
      heading.setAttribute("role", "presentation");
      heading.textContent = group.label;
      list.append(heading);
      for (const item of group.items) {
        const option = document.createElement("li");
        option.setAttribute("role", "option");
        option.id = `${list.id}-${list.children.length}`;
        option.dir = "auto";
        option.textContent = item.text;
        option.dataset.url = item.url;
        list.append(option);
      }
    }
    chosen = -1;
    const some = options().length > 0;
    list.hidden = !some;
    input.setAttribute("aria-expanded", String(some));
  }

  async function ask() {
    const text = input.value.trim();
    request?.abort();
    if (text.length < SHORTEST) return close();
    request = new AbortController();
    try {
      const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(text)}`, { signal: request.signal });
      if (answer.ok && document.activeElement === input) show((await answer.json()).groups);
      else close();
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (event.key === "ArrowDown") choose(chosen + 1);
      else choose(chosen < 0 ? options().length - 1 : chosen - 1);
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      location.assign(options()[chosen].dataset.url);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.url);
  });
  // On the document: a swap of the results brings another form of the same name.
  document.addEventListener("submit", (event) => {
    if (event.target !== input.form) return;
    clearTimeout(timer);
    request?.abort();
    close();
  });
}
