// Looks the register up while one types, and fills the form without leaving the page. Everything works without it.
"use strict";

const find = document.getElementById("find");
const list = document.getElementById("members");
const received = document.getElementById("received");
const PAUSE = 150; // milliseconds without a key
let timer = 0;
let asked = 0;

async function look() {
  const mine = ++asked;
  const query = new URLSearchParams({ find: find.value, received: received.value });
  const response = await fetch(`/letter/members?${query}`);
  if (response.redirected || !response.ok) {
    location.reload(); // no longer logged in, or no longer there
    return;
  }
  const found = await response.text();
  if (mine === asked) list.innerHTML = found; // what was asked for later counts
}

function takes() {
  return [...list.querySelectorAll("a.take")];
}

function take(link) {
  document.getElementById("number").value = link.dataset.number;
  document.getElementById("name").value = link.dataset.name;
  document.getElementById("address").value = link.dataset.address;
  document.getElementById(link.dataset.number ? "keep" : "number").focus();
}

find.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(look, PAUSE);
});

document.getElementById("find-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  clearTimeout(timer);
  await look();
  takes()[0]?.focus();
});

list.addEventListener("click", (event) => {
  const link = event.target.closest("a.take");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  take(link);
});

// The arrows go through what was found, from the field down and back up to it.
document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const stops = [find, ...takes()];
  const here = stops.indexOf(document.activeElement);
  const next = stops[here + (event.key === "ArrowDown" ? 1 : -1)];
  if (here < 0 || !next) return;
  event.preventDefault();
  next.focus();
});
