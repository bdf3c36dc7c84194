"use strict";
{
  const table = document.querySelector("table.runs");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const lines = [...document.querySelectorAll(".line")];
  const charts = document.querySelector(".charts");

  const make = (name, properties) => Object.assign(document.createElement(name), properties);

  const keyOf = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.value === undefined ? cell.textContent.trim() : Number(cell.dataset.value);
  };

  const compare = (a, b, sign) => {
    const [first, second] = [a === "–", b === "–"];
    if (first || second) return first - second;
    if (typeof a === "number" && typeof b === "number") return sign * (a - b);
    return sign * String(a).localeCompare(String(b), undefined, { numeric: true });
  };

  const sort = (head) => {
    const ascending = head.getAttribute("aria-sort") !== "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    const column = head.cellIndex;
    body.append(...[...rows].sort((a, b) => compare(keyOf(a, column), keyOf(b, column), ascending ? 1 : -1)));
  };

  for (const head of table.tHead.rows[0].cells) {
    const button = make("button", { type: "button", textContent: head.textContent, title: "Sort by this column" });
    head.replaceChildren(button);
    button.addEventListener("click", () => sort(head));
  }

  const shown = new Set(rows.map((row) => row.dataset.run));
  const point = (run) => {
    const some = run === null ? shown.size < rows.length : true;
    charts?.classList.toggle("some", some);
    const isPointed = (each) => (run === null ? some && shown.has(each.dataset.run) : each.dataset.run === run);
    for (const line of lines) line.classList.toggle("pointed", isPointed(line));
    for (const row of rows) row.classList.toggle("pointed", run !== null && row.dataset.run === run);
  };

  const filter = make("input", { type: "search", className: "filter", placeholder: "Filter these runs" });
  filter.setAttribute("aria-label", "Filter these runs");
  table.parentElement.before(filter);
  filter.addEventListener("input", () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    shown.clear();
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown.add(row.dataset.run);
      document.getElementById(`run-${row.dataset.run}`).hidden = row.hidden;
    }
    point(null);
  });

  for (const row of rows) {
    row.addEventListener("pointerenter", () => point(row.dataset.run));
    row.addEventListener("pointerleave", () => point(null));
  }

  const format = (value) => String(Number(value.toPrecision(4)));
  const pairs = (text) => text.split(" ").map(Number);

  for (const svg of document.querySelectorAll(".chart svg")) {
    const [[x0, x1], [y0, y1], [left, top, right, bottom]] = [svg.dataset.x, svg.dataset.y, svg.dataset.box].map(pairs);
    const reading = make("div", { className: "reading" });
    svg.before(reading);
    const points = [...svg.querySelectorAll(".line")].flatMap((line) =>
      [...line.getAttribute("d").matchAll(/[ML](\S+) ([^ML]+)/g)].map((found) => [line, Number(found[1]), Number(found[2])]),
    );
    svg.addEventListener("pointermove", (event) => {
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      let [nearest, least] = [null, Infinity];
      for (const each of points) {
        const far = (each[1] - at.x) ** 2 + (each[2] - at.y) ** 2;
        if (far < least && (shown.size === rows.length || shown.has(each[0].dataset.run))) [nearest, least] = [each, far];
      }
      if (nearest === null) return;
      const [line, x, y] = nearest;
      const step = x0 + ((x - left) / (right - left)) * (x1 - x0);
      const value = y0 + ((bottom - y) / (bottom - top)) * (y1 - y0);
      reading.textContent = `${line.querySelector("title").textContent}: ${format(value)} at ${Math.round(step)}`;
      point(line.dataset.run);
    });
    svg.addEventListener("pointerleave", () => {
      reading.textContent = "";
      point(null);
    });
  }

  const open = () => {
    const target = location.hash === "" ? null : document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target instanceof HTMLDetailsElement) target.open = true;
  };
  window.addEventListener("hashchange", open);
  open();
}
