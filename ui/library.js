// Runs once when the page is there: files that are dropped, chosen or pasted are copied in; how the folder is, is asked.
// All requests go to where the page comes from.
() => {
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const base = `${location.pathname.replace(/\/?$/, "/")}library/`;
  const MOST = 2000;
  const REDRAW = 3000;
  let seen = "";
  let drawnAt = 0;
  let wasReading = false;
  let copying = null;
  let focus = { within: "", key: "" };
  let pressed = false;

  // -- focus stays where it was when a part is drawn anew --------------------------------------------------------

  const keyOf = (e) => ["do", "facet", "tick", "file", "page", "name"].map((n) => e.dataset?.[n] ?? "").join("\n") + e.tagName;
  document.addEventListener("focusin", (event) => {
    const within = event.target.closest?.("#report, #list-tools, #articles, #scope");
    focus = within ? { within: within.id, key: keyOf(event.target) } : { within: "", key: "" };
  });
  document.addEventListener("focusout", (event) => {
    setTimeout(() => { if (event.target.isConnected && document.activeElement === document.body) focus.within = ""; });
  });
  function drawn(element) {
    for (const box of element.querySelectorAll("[data-tick]")) box.checked = box.hasAttribute("checked");
    for (const choice of element.querySelectorAll("option[selected]")) choice.selected = true;
    const { within, key } = focus;
    if (!within || document.activeElement !== document.body || !byId(within)?.contains(element)) return;
    const same = [...element.querySelectorAll("button, input, select")].find((e) => keyOf(e) === key);
    const near = byId(within === "scope" ? "question" : "filter")?.querySelector("textarea, input");
    (same ?? near)?.focus();
  }

  // -- how the folder is: nothing is drawn anew while a button is held down, or before what was clicked is done -----

  for (const kind of ["pointerdown", "pointerup", "pointercancel"]) {
    document.addEventListener(kind, () => { pressed = kind === "pointerdown"; }, true);
  }

  async function look() {
    let wait = 1500;
    try {
      const answer = document.hidden || !window.readacrossAct ? null : await fetch(`${base}state`);
      if (answer?.ok) {
        const { version, reading } = await answer.json();
        if (reading) wait = 700;
        const free = !pressed && !window.readacross.sending("library");
        const inList = document.activeElement?.closest?.("#articles");
        const list = (!reading && wasReading) || (!inList && Date.now() - drawnAt > (reading ? REDRAW : 0));
        if (version !== seen && free) {
          if (list) drawnAt = Date.now();
          window.readacrossAct({ act: "refresh", list });
          if (list || reading) seen = version;
          else seen = "";
          wasReading = reading;
        }
      }
    } catch { wait = 10_000; /* the server is gone for a moment, or for good: gradio tells */ }
    setTimeout(look, wait);
  }

  // -- files and texts come in -----------------------------------------------------------------------------------

  const largest = () => Number(byId("files")?.dataset.largest ?? 0);

  function say(text, { done = 0, total = 0, stop = null } = {}) {
    const shown = byId("copying");
    if (!shown) return;
    shown.replaceChildren();
    shown.hidden = !text;
    if (!text) return;
    if (total) {
      const bar = document.createElement("progress");
      bar.max = total;
      bar.value = done;
      bar.setAttribute("aria-label", t("Copying files"));
      shown.append(bar);
    }
    const line = document.createElement("p");
    line.textContent = `${text} `;
    if (stop) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "quiet";
      button.textContent = t("Cancel");
      button.addEventListener("click", stop);
      line.append(button);
    }
    shown.append(line);
  }

  function send(file, stop, moved) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", `${base}files?name=${encodeURIComponent(file.name)}`);
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.upload.addEventListener("progress", (event) => moved(event.loaded));
      request.addEventListener("load", () => resolve(outcome(request.status, request.responseText)));
      request.addEventListener("error", () => resolve({ reason: t("could not be sent: see whether the program still runs") }));
      request.addEventListener("abort", () => resolve({ stopped: true }));
      stop.addEventListener("abort", () => request.abort());
      request.send(file);
    });
  }

  function outcome(status, body) {
    let told = {};
    try { told = JSON.parse(body); } catch { /* not ours */ }
    return status === 200 && told.file ? { file: told.file } : { reason: told.detail ?? t("could not be sent ({status})", { status }) };
  }

  async function post(path, body) {
    const answer = await fetch(`${base}${path}`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    return outcome(answer.status, await answer.text());
  }

  async function bring(files) {
    if (!files.length || copying) return;
    copying = new AbortController();
    showList();
    const [taken, refused] = [[], []];
    const total = files.reduce((sum, file) => sum + file.size, 0);
    let done = 0;
    for (const [number, file] of files.slice(0, MOST).entries()) {
      if (copying.signal.aborted) break;
      const shown = (more) => say(t("Copying {number} of {total}: {name}", { number: number + 1, total: files.length, name: file.name }), {
        done: done + more, total: Math.max(total, 1), stop: () => copying?.abort(),
      });
      shown(0);
      const size = file.size / 1e6;
      const result = size > largest()
        ? { reason: t("is too large ({size} MB; the limit is {limit} MB): split it, or raise the limit", { size: size.toFixed(1), limit: largest() }) }
        : await send(file, copying.signal, shown);
      done += file.size;
      if (result.file) taken.push(result.file);
      else if (result.reason) refused.push({ name: file.name, reason: result.reason });
    }
    if (files.length > MOST) refused.push({ name: t("{number} more files", { number: files.length - MOST }), reason: t("were left out: add at most {most} at once", { most: MOST }) });
    copying = null;
    await finish(taken, refused);
  }

  async function finish(taken, refused) {
    const { reason } = await post("read", { files: taken, refused }).catch(() => ({ reason: "" }));
    say(reason && !reason.includes("(200)") ? reason : "");
    seen = "";
  }

  async function dropped(transfer) {
    const entries = [...(transfer.items ?? [])].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    if (!entries.length) return [...transfer.files];
    const files = [];
    const enter = async (entry) => {
      if (files.length > MOST || entry.name.startsWith(".")) return;
      if (entry.isFile) files.push(await new Promise((found, failed) => entry.file(found, failed)));
      if (!entry.isDirectory) return;
      const reader = entry.createReader();
      for (;;) {
        const some = await new Promise((found, failed) => reader.readEntries(found, failed));
        if (!some.length) return;
        for (const one of some) await enter(one);
      }
    };
    for (const entry of entries) await enter(entry).catch(() => {});
    return files;
  }

  const mayAdd = () => Boolean(byId("files"));  // else who has logged in may only read
  const withFiles = (event) => event.dataTransfer?.types?.includes("Files");
  document.body.dataset.dropLabel = t("Drop to add to the library");
  let over = 0;
  function hover(change) {
    over = Math.max(0, over + change);
    if (over) root.dataset.drop = "over";
    else delete root.dataset.drop;
  }
  document.addEventListener("dragenter", (event) => { if (withFiles(event)) { event.preventDefault(); if (mayAdd()) hover(1); } }, true);
  document.addEventListener("dragleave", (event) => { if (withFiles(event)) hover(-1); }, true);
  document.addEventListener("dragover", (event) => { if (withFiles(event)) event.preventDefault(); }, true);
  document.addEventListener("drop", (event) => {
    if (!withFiles(event)) return;
    event.preventDefault();
    event.stopPropagation();
    over = 0;
    hover(0);
    if (mayAdd()) dropped(event.dataTransfer).then(bring);
    else window.readacross?.say(t("Only editors add files."));
  }, true);

  // -- buttons ---------------------------------------------------------------------------------------------------

  function showList() {
    root.dataset.view = "list";
    root.dataset.sheet = "open";
  }

  function paste(open) {
    const form = byId("paste");
    if (!form) return;
    form.hidden = !open;
    document.querySelector("#add [data-do=paste]")?.setAttribute("aria-expanded", String(open));
    if (open) {
      showList();
      form.elements.title.focus();
    } else if (form.contains(document.activeElement) || document.activeElement === document.body) {
      document.querySelector("#add [data-do=paste]")?.focus();
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-do]");
    const wanted = button?.dataset.do;
    if (wanted === "choose") byId("files")?.click();
    if (wanted === "paste") paste(Boolean(byId("paste")?.hidden));
    if (wanted === "unpaste") paste(false);
    if (wanted === "check") window.readacrossAct?.({ act: "read", list: false });
    if (wanted === "remove" && button.closest("#article")) {
      root.dataset.view = "list";
      byId("filter")?.querySelector("textarea, input")?.focus();
    }
  });

  document.addEventListener("change", (event) => {
    if (event.target.id !== "files") return;
    const files = [...event.target.files];
    event.target.value = "";
    bring(files);
  });

  document.addEventListener("submit", async (event) => {
    if (event.target.id !== "paste") return;
    event.preventDefault();
    const form = event.target;
    const [title, text] = [form.elements.title.value, form.elements.text.value];
    const { file, reason } = await post("text", { title, text }).catch(() => ({ reason: t("The program does not answer.") }));
    if (!file) {
      say(t("The text was not added: {reason}", { reason }));
      return;
    }
    form.reset();
    paste(false);
    await finish([file], []);
  });

  window.readacrossLibrary = { drawn };
  look();
}
