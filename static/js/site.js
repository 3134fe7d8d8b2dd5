// What every page gets on top of working HTML: suggestions under search boxes.
import { attachSuggestions } from "./suggest.js";

document.documentElement.classList.add("with-script");
for (const input of document.querySelectorAll("input[data-suggest]")) attachSuggestions(input);

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
