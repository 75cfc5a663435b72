// Sends a name and a password; once they are right, the page is loaded anew at the address that was asked for.
(() => {
  const form = document.getElementById("login");
  const told = document.getElementById("told");
  const button = form.querySelector("button");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    told.textContent = "";
    button.disabled = true;
    try {
      const reply = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (reply.ok) return location.reload();
      const wait = reply.status === 429 && reply.headers.get("retry-after");
      told.textContent = wait
        ? form.dataset.wait.replace("{n}", wait)
        : reply.status === 400 ? form.dataset.wrong : form.dataset.failed;
    } catch {
      told.textContent = form.dataset.failed;
    }
    button.disabled = false;
    form.elements.password.select();
  });
})();
