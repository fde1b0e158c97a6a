// Keeps a page up to date: it is told when there is something new, asks for the page anew, and takes over what has
// changed of it. All that can be read and done works without this script, too.
"use strict";

const POLL = 3000; // how often a page asks where nothing tells it, in ms
const SILENCE = 40000; // after how long nobody is expected to tell it any more: the server says something every 15 s
const FIRST_SILENCE = 5000; // the same of the first word
const TYPING = 150; // how long after a letter a search begins

// ---- What changes -------------------------------------------------------------------------------

/** How an element was when the server wrote it, before anything here changed it. */
const written = new WeakMap();

/** Keeps in mind how the children of an element were written: what people open or type in them is no news. */
function keepWritten(element) {
  for (const child of element.children) written.set(child, child.outerHTML);
}

/** Makes the children of an element those of another one. What is the same stays, with its focus and what is typed. */
function adopt(old, fresh) {
  const known = new Map();
  for (const [index, child] of [...old.children].entries()) known.set(child.id || index, child);
  const focus = focused(old);
  const children = [...fresh.children].map((child, index) => {
    const text = child.outerHTML;
    const same = known.get(child.id || index);
    if (same && written.get(same) === text) return same;
    const made = document.importNode(child, true);
    written.set(made, text);
    if (!same && old.childElementCount) made.classList.add("fresh");
    return made;
  });
  const stay = new Set(children);
  for (const child of [...old.children]) if (!stay.has(child)) child.remove();
  children.forEach((child, index) => {
    if (old.children[index] !== child) old.insertBefore(child, old.children[index] ?? null);
  });
  for (const { name, value } of [...fresh.attributes]) {
    if (name.startsWith("data-") && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  focus();
}

/** What gives the focus back to the button that has it, if that is made anew. */
function focused(element) {
  const active = document.activeElement;
  const row = element.contains(active) && active.closest("[id]");
  if (!row || row === element) return () => {};
  const place = [...row.querySelectorAll("a, button, input, summary")].indexOf(active);
  const { id } = row;
  return () => {
    if (document.activeElement !== active) {
      document.getElementById(id)?.querySelectorAll("a, button, input, summary")[place]?.focus();
    }
  };
}

/** Asks for a page; nothing if there is none now. */
async function page(address) {
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" } });
    if (response.redirected) location.reload(); // the session is over
    if (!response.ok) return null;
    return new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    return null;
  }
}

function announce(text) {
  document.getElementById("announcement").textContent = text;
}

// ---- Time ---------------------------------------------------------------------------------------

/** How far the server's clock is ahead of this one. */
let ahead = 0;

function setClock(element) {
  if (element?.dataset.now) ahead = Number(element.dataset.now) - Date.now();
}

function tick() {
  const now = Date.now() + ahead;
  for (const element of document.querySelectorAll(".countdown")) {
    const left = Math.max(0, Math.ceil((Number(element.dataset.ends) - now) / 1000));
    const hours = left >= 3600 ? `${Math.floor(left / 3600)} h ` : "";
    const text = `${hours}${Math.floor((left % 3600) / 60)}:${String(left % 60).padStart(2, "0")} left`;
    if (element.textContent !== text) element.textContent = text;
    if (left === 0) update();
  }
  for (const element of document.querySelectorAll("[data-clock] time")) {
    element.textContent = `${new Date(now).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  }
}

// ---- A long list --------------------------------------------------------------------------------

/**
 * A list of which only the parts near the window are there. Each part is an `ol` of so many rows, and as high as it
 * was, or is expected to be, while it is empty.
 */
class LongList {
  constructor(section) {
    this.section = section;
    this.size = Number(section.dataset.list);
    this.observer = new IntersectionObserver((entries) => this.crossed(entries), { rootMargin: "1200px" });
    this.newer = document.createElement("button");
    this.newer.type = "button";
    this.newer.className = "newer main";
    this.newer.hidden = true;
    this.newer.addEventListener("click", () => {
      window.scrollTo(0, 0);
      this.update();
    });
    section.before(this.newer);
    this.newest = this.newestOf(section);
    this.lay();
  }

  newestOf(section) {
    return Number(section.querySelector("[data-sequence]")?.dataset.sequence ?? 0);
  }

  address(offset, top) {
    const query = new URLSearchParams(location.search);
    query.delete("top");
    query.delete("offset");
    if (top !== undefined) query.set("top", top);
    if (offset) query.set("offset", offset);
    return `?${query}`;
  }

  get parts() {
    return [...this.section.querySelectorAll("ol")];
  }

  /** Has as many parts as the list takes. */
  lay() {
    const [first] = this.parts;
    const wanted = Math.max(1, Math.ceil(Number(this.section.dataset.total) / this.size));
    const high = first.childElementCount ? first.offsetHeight / first.childElementCount : 100;
    const parts = this.parts;
    for (const part of parts.slice(wanted)) part.remove();
    let last = parts[Math.min(parts.length, wanted) - 1];
    for (let number = parts.length; number < wanted; number++) {
      const part = document.createElement("ol");
      part.className = "rows messages";
      part.dataset.offset = number * this.size;
      const rows = Math.min(this.size, Number(this.section.dataset.total) - number * this.size);
      part.style.blockSize = `${rows * high}px`;
      last.after(part);
      last = part;
    }
    for (const part of this.parts) this.observer.observe(part);
  }

  crossed(entries) {
    for (const { target, isIntersecting } of entries) {
      target.near = isIntersecting;
      const isEmpty = !target.childElementCount;
      if (isIntersecting && isEmpty) this.fill(target);
      if (!isIntersecting && !isEmpty && !target.contains(document.activeElement) && target.dataset.offset !== "0") {
        target.style.blockSize = `${target.offsetHeight}px`;
        target.replaceChildren();
      }
    }
  }

  /** Fills a part, or brings it up to date. */
  async fill(part) {
    const fresh = await page(this.address(part.dataset.offset, this.section.dataset.top));
    const section = fresh?.getElementById(this.section.id);
    if (!section || !part.isConnected || part.near === false) return;
    this.tellNewer(Number(section.dataset.newer));
    if (!section.querySelector("li")) return;
    adopt(part, section.querySelector("ol"));
    part.style.blockSize = "";
    tick();
  }

  tellNewer(number) {
    this.newer.hidden = !number;
    this.newer.textContent = number === 1 ? "1 newer message" : `${number} newer messages`;
  }

  async update() {
    // Who reads further down is left where they are.
    if (window.scrollY > 300) {
      const near = this.parts.filter((part) => part.near);
      await Promise.all(near.map((part) => this.fill(part)));
      return;
    }
    const address = this.address(0);
    const fresh = await page(address);
    const section = fresh?.getElementById(this.section.id);
    if (!section || address !== this.address(0)) return;
    setClock(section);
    for (const name of ["total", "top", "newer", "now"]) this.section.dataset[name] = section.dataset[name];
    const [first, ...others] = this.parts;
    const empty = section.querySelector(".empty");
    this.section.querySelector(".empty")?.remove();
    if (empty) this.section.prepend(document.importNode(empty, true));
    first.dataset.offset = "0";
    adopt(first, section.querySelector("ol"));
    this.tellNewer(0);
    this.lay();
    for (const part of others) if (part.isConnected && part.childElementCount) this.fill(part);
    this.tellNews(section);
    tick();
  }

  tellNews(section) {
    const newest = this.newestOf(section);
    const isSearch = new URLSearchParams(location.search).get("search");
    if (newest > this.newest && !isSearch) {
      const rows = [...section.querySelectorAll("[data-sequence]")];
      const news = rows.filter((row) => Number(row.dataset.sequence) > this.newest);
      announce(news.length === 1 ? news[0].dataset.spoken : `${news.length} new messages`);
    }
    this.newest = Math.max(newest, this.newest);
  }
}

// ---- Up to date ---------------------------------------------------------------------------------

const list = document.querySelector("[data-list]");
const longList = list && new LongList(list);
const regions = [...document.querySelectorAll("[data-live]")];
let running = false;
let again = false;

/** Brings the page up to date: one time at a time, and once more if there was something new meanwhile. */
async function update() {
  if (document.visibilityState === "hidden") {
    again = true;
    return;
  }
  if (running) {
    again = true;
    return;
  }
  running = true;
  again = false;
  if (longList) await longList.update();
  if (regions.length) {
    const fresh = await page(location.href);
    for (const region of regions) {
      const found = fresh?.getElementById(region.id);
      if (found) adopt(region, found);
      if (found) setClock(found);
    }
    tick();
  }
  // A burst is taken together.
  setTimeout(() => {
    running = false;
    if (again) update();
  }, 250);
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && again) update();
});

// ---- Who tells ----------------------------------------------------------------------------------

/**
 * A browser has six connections to a server at most, so one page listens for all of them and tells the others. Where
 * pages cannot agree on one, each listens as long as it is seen.
 */
function listen(address) {
  const state = document.getElementById("connection");
  let version; // what was told last
  let heard = 0;
  let source;

  const hear = (told) => {
    heard = Date.now();
    state.textContent = "Live";
    if (told !== version) {
      version = told;
      update();
    }
  };
  const open = (tell) => {
    source = new EventSource(address);
    source.onmessage = (event) => tell(event.data);
    source.onerror = () => {
      // Some answers make a browser give up.
      if (source.readyState === EventSource.CLOSED) setTimeout(() => open(tell), POLL);
    };
  };

  if (navigator.locks && window.BroadcastChannel) {
    const name = `verigator ${new URL(address, location.href)}`;
    const channel = new BroadcastChannel(name);
    let isFirst = false;
    channel.onmessage = ({ data }) => {
      if (data !== "?") hear(data);
      else if (isFirst && version) channel.postMessage(version);
    };
    channel.postMessage("?");
    navigator.locks.request(name, () => {
      isFirst = true;
      open((told) => {
        hear(told);
        channel.postMessage(told);
      });
      return new Promise(() => {});
    });
  } else {
    const follow = () => {
      source?.close();
      if (document.visibilityState === "visible") open(hear);
    };
    document.addEventListener("visibilitychange", follow);
    follow();
  }

  const began = Date.now();
  setInterval(() => {
    const isSilent = heard ? Date.now() - heard > SILENCE : Date.now() - began > FIRST_SILENCE;
    if (isSilent) {
      state.textContent = "Looking every few seconds";
      update();
    }
  }, POLL);
}

// ---- What people do -----------------------------------------------------------------------------

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Only pages from this machine or by TLS have that.
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await copy(button.dataset.copy);
  button.focus();
  button.classList.add("copied");
  announce("Copied");
  setTimeout(() => button.classList.remove("copied"), 1500);
});

/** A search that begins as one types. */
for (const form of document.querySelectorAll("[data-search]")) {
  const field = form.querySelector("input");
  const search = async () => {
    const query = field.value ? `?${new URLSearchParams({ search: field.value })}` : location.pathname;
    history.replaceState(null, "", query);
    if (longList) {
      window.scrollTo(0, 0);
      await longList.update();
    } else {
      const region = document.getElementById(form.dataset.search);
      const address = location.href;
      const fresh = await page(address);
      const found = fresh?.getElementById(region.id);
      if (found && address === location.href) adopt(region, found);
    }
    const found = document.getElementById(form.dataset.search);
    const number = longList ? found.dataset.total : found.querySelectorAll("li").length;
    announce(number === "1" || number === 1 ? "1 found" : `${number} found`);
  };
  let timer;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, TYPING);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    search();
  });
}

/** A form whose answer is shown in its place, so that what else is there stays to be seen. */
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.inline || event.defaultPrevented) return;
  event.preventDefault();
  const response = await fetch(location.href, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  const place = document.getElementById(form.dataset.inline);
  const answer = fresh.getElementById(form.dataset.inline);
  if (!answer) {
    location.reload();
    return;
  }
  place.querySelectorAll("[role=alert], [role=status]").forEach((old) => old.remove());
  if (response.ok) place.replaceChildren();
  // Put in where it is already looked at, it is read out.
  place.prepend(...[...answer.children].map((child) => document.importNode(child, true)));
  form.reset();
  await update();
  if (!response.ok) form.querySelector("input:not([type=hidden])")?.focus();
  else place.scrollIntoView({ block: "nearest" });
});

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select");
  if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const field = document.querySelector("[data-shortcut='/']");
  if (field) {
    event.preventDefault();
    field.focus();
  }
});

document.querySelectorAll("[data-live], [data-list] ol").forEach(keepWritten);
document.body.classList.add("lively");
setClock(document.querySelector("[data-now]"));
tick();
setInterval(tick, 1000);
const bar = document.querySelector("[data-events]");
if (bar && (longList || regions.length)) listen(bar.dataset.events);
