import { element } from "./dom.js";

// The rows behind a chart, folded. Columns are {title, of, number}; a click on a title sorts by it.
export function table(title, columns, rows, { open = false } = {}) {
  const details = element("details", { class: "table", open }, element("summary", {}, `${title} (${rows.length})`));
  const build = () => details.childElementCount === 1 && details.append(element("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": title }, grid(columns, rows)));
  if (open) build();
  else details.addEventListener("toggle", build, { once: true });
  return details;
}

// The same without the fold.
export function grid(columns, rows) {
  const body = element("tbody");
  const show = (list) => body.replaceChildren(...list.map((row) => line(columns, row)));
  const head = element("tr");
  columns.forEach((column) => head.append(heading(column, rows, head, show)));
  show(rows);
  return element("table", columns.length > 10 ? { class: "wide" } : {}, element("thead", {}, head), body);
}

function line(columns, row) {
  return element("tr", {}, columns.map(({ of, number }) => element("td", number ? { class: "number" } : {}, of(row) ?? "")));
}

function heading(column, rows, head, show) {
  const by = column.by ?? column.of;
  const cell = element("th", { scope: "col" });
  const sort = () => {
    const down = cell.getAttribute("aria-sort") !== "descending";
    [...head.children].forEach((other) => other.removeAttribute("aria-sort"));
    cell.setAttribute("aria-sort", down ? "descending" : "ascending");
    show([...rows].sort((a, b) => (down ? -1 : 1) * order(by(a), by(b))));
  };
  cell.append(element("button", { type: "button", onclick: sort }, column.title));
  return cell;
}

function order(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a ?? "").localeCompare(String(b ?? ""), "en", { numeric: true });
}
