// Says on the page what would otherwise only stand in the console.
document.addEventListener("allauth.error", (event) => {
  const message = document.getElementById("webauthn-error");
  if (!message) return;
  event.preventDefault();
  message.hidden = false;
});
