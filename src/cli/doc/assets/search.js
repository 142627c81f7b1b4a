// Search over the names of `names.js`: [name, module, page]. The field is hidden where scripts don't run.
"use strict";

const SHOWN_MAX = 60;
const root = document.body.dataset.root;
const field = document.getElementById("mob-search");
const found = document.getElementById("mob-found");
const modules = document.getElementById("mob-modules");

// Smaller is better: the whole name, its beginning, the beginning of a part of it, anywhere in it.
function rank(name, wanted) {
  const lower = name.toLowerCase();
  if (lower === wanted) return 0;
  const at = lower.indexOf(wanted);
  if (at < 0) return Infinity;
  if (at === 0) return 1;
  return /[._]/.test(lower[at - 1]) ? 2 : 3;
}

function search() {
  const wanted = field.value.trim().toLowerCase();
  const best = MOB_NAMES
    .map(([name, module, page]) => ({
      name, module, page,
      rank: Math.min(rank(name, wanted), module ? rank(module + "." + name, wanted) + 0.5 : Infinity),
    }))
    .filter((entry) => entry.rank < Infinity)
    .sort((a, b) => a.rank - b.rank || a.name.length - b.name.length || a.name.localeCompare(b.name))
    .slice(0, SHOWN_MAX);
  found.replaceChildren(...best.map(({ name, module, page }) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    const where = document.createElement("small");
    link.href = root + page;
    link.textContent = name;
    where.textContent = " " + module;
    item.append(link, where);
    return item;
  }));
  found.hidden = wanted === "";
  modules.hidden = wanted !== "";
}

field.hidden = false;
field.addEventListener("input", search);
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter") found.querySelector("a")?.click();
  if (event.key === "Escape") { field.value = ""; search(); field.blur(); }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== field) { event.preventDefault(); field.focus(); }
});
