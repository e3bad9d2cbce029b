// Leads through the password reset in three steps. Address, link and password stay in this page, while it is open.

import { isSpent, stackAuth, weakness } from "/stack-auth.js";

const minute = 60_000;
const busy = "One moment …";
const get = id => document.getElementById(id);
const say = text => { get("status").textContent = text; };

const link = new URL(location.href).searchParams.get("code");
let config, auth, nextLook, address, sentAt;
let looks = 0;

start();

async function start() {
  // The link is good for an account: it stays in neither the address bar nor the history.
  if (link !== null) history.replaceState(null, "", "/");
  get("plain").hidden = true;
  say(busy);
  try {
    config = await (await fetch("/config.json", { cache: "no-store" })).json();
    if (!(config.api && config.stackAuth && config.project)) throw new Error("config.json lacks an address");
  } catch {
    show("broken", { moveFocus: false });
    say("");
    return;
  }
  auth = stackAuth(config);
  for (const a of document.querySelectorAll("[data-link]")) a.href = config[a.dataset.link];
  for (const part of document.querySelectorAll("[data-with]")) part.hidden = !config[part.dataset.with];
  onSubmit("email", sendFirst);
  onSubmit("password", setPassword);
  onClick("send-again", sendAgain);
  onClick("other-address", () => show("email", { moveFocus: true }));
  onClick("ask-again", askAgain);
  onClick("anyway", () => begin({ moveFocus: true }));
  get("reveal").addEventListener("change", event => {
    get("new-password").type = event.target.checked ? "text" : "password";
  });
  await lookWhetherOpen();
}

/** Shows one section. Whoever did something is led to its heading; what changes by itself leaves the focus alone. */
function show(name, { moveFocus }) {
  for (const section of document.querySelectorAll("section")) section.hidden = section.id !== name;
  for (const step of document.querySelectorAll("#steps li")) {
    if (step.dataset.step === name) step.setAttribute("aria-current", "step");
    else step.removeAttribute("aria-current");
  }
  const heading = get(name).querySelector("h2");
  document.title = `${heading.textContent} – FreshTrack`;
  if (moveFocus) heading.focus();
}

/** Asks the API whether people are put off, once a minute until they are not. */
async function lookWhetherOpen() {
  clearTimeout(nextLook);
  const look = ++looks;
  const isMaintained = await askApi();
  if (look !== looks) return; // Somebody went on meanwhile.
  if (isMaintained === false) {
    const waited = nextLook !== undefined;
    await begin({ moveFocus: false });
    say(waited ? "FreshTrack is open again." : "");
    return;
  }
  show(isMaintained ? "maintenance" : "unknown", { moveFocus: false });
  say("");
  nextLook = setTimeout(lookWhetherOpen, minute);
}

/** True or false as the API says; null when it does not say. */
async function askApi() {
  try {
    const answer = await fetch(`${config.api}/health/maintenance`, {
      cache: "no-store",
      signal: AbortSignal.timeout(10_000),
    });
    const { maintenance, error } = await answer.json();
    if (error?.code === "MAINTENANCE") return true;
    return typeof maintenance === "boolean" ? maintenance : null;
  } catch {
    return null;
  }
}

async function askAgain() {
  await lookWhetherOpen();
  if (!get("unknown").hidden) say("FreshTrack still does not answer.");
}

/** At the last step with a link that may be good, at the first without. */
async function begin({ moveFocus }) {
  clearTimeout(nextLook);
  looks++;
  if (link === null) {
    show("email", { moveFocus });
    return;
  }
  const { problem, text } = await auth.checkLink(link);
  if (isSpent(problem)) startAgain(text);
  else show("password", { moveFocus });
}

async function sendFirst(field) {
  address = field.value.trim();
  if (!address || !field.validity.valid) return wrong(field, "Enter an e-mail address, such as ana@example.com.");
  const { problem, text } = await send();
  if (problem === "SCHEMA_ERROR") return wrong(field, "No mail can be sent to this address. Look for a typing error.");
  if (problem) return complain("email", text);
  get("sent-to").textContent = address;
  show("sent", { moveFocus: true });
}

async function sendAgain() {
  const pause = Math.ceil((sentAt + minute - Date.now()) / 1000);
  if (pause > 0) return complain("sent", `You asked a moment ago. Give that mail ${pause} seconds more.`);
  const { problem, text } = await send();
  if (problem) return complain("sent", text);
  say("Another mail was asked for.");
}

async function send() {
  const answer = await auth.sendMail(address, `${location.origin}/reset`);
  if (!answer.problem) sentAt = Date.now();
  return answer;
}

async function setPassword(field) {
  const weak = weakness(field.value);
  if (weak) return wrong(field, weak);
  const { problem, text } = await auth.setPassword(link, field.value);
  if (!problem) {
    field.value = "";
    show("done", { moveFocus: true });
    return;
  }
  // What was refused, or lost its answer, may have used the link up.
  const isLost = isSpent(problem) || isSpent((await auth.checkLink(link)).problem);
  if (!isLost) return wrong(field, text);
  field.value = "";
  startAgain(
    isSpent(problem) ? text
    : problem === "NO_ANSWER" ? "The answer got lost. Try to sign in with your new password. If that fails, ask for a new mail here."
    : `${text} The link was used up by this. Ask for a new mail here.`);
}

function startAgain(text) {
  show("email", { moveFocus: true });
  complain("email", text);
}

function wrong(field, text) {
  complain(field.closest("section").id, text);
  field.setAttribute("aria-invalid", "true");
  field.focus();
}

function complain(section, text) {
  get(section).querySelector(".error").textContent = text;
}

function onSubmit(section, act) {
  const form = get(section).querySelector("form");
  form.addEventListener("submit", event => {
    event.preventDefault();
    const field = form.querySelector("input");
    field.removeAttribute("aria-invalid");
    once(form.querySelector("button"), () => act(field));
  });
}

function onClick(id, act) {
  get(id).addEventListener("click", () => once(get(id), act));
}

/** Does it, unless it is being done already. The button keeps the focus meanwhile. */
async function once(button, act) {
  if (button.hasAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  for (const error of document.querySelectorAll(".error")) error.textContent = "";
  say(busy);
  try {
    await act();
  } finally {
    button.removeAttribute("aria-disabled");
    if (get("status").textContent === busy) say("");
  }
}
