/* Counts the words of a limited text while it is written. The limit itself is checked on the server. */
(() => {
  "use strict";

  const count = (text) => (text.trim() ? text.trim().split(/\s+/).length : 0);

  const watch = (panel) => {
    const field = panel.querySelector("textarea");
    if (!field || panel.querySelector(".katalog-words")) return;
    const limit = Number(panel.dataset.wordLimit);
    const note = document.createElement("p");
    note.className = "katalog-words";
    note.setAttribute("aria-live", "polite");
    const show = () => {
      const words = count(field.value);
      note.textContent = `${words} / ${limit}`;
      note.classList.toggle("katalog-words--over", words > limit);
    };
    field.addEventListener("input", show);
    field.after(note);
    show();
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-word-limit]").forEach(watch);
  });
})();
