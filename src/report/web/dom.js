// Elements by name, attributes and children; text is always text, never markup.
export function element(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null));
  return node;
}

let sections = 0;

// A part of the page with its heading and a sentence about it.
export function section(title, about, ...children) {
  const id = `section-${++sections}`;
  const heading = element("h2", { id }, title);
  return element("section", { "aria-labelledby": id }, heading, about ? element("p", { class: "about" }, about) : null, ...children);
}

export function choice(label, options, chosen, onchange) {
  const select = element(
    "select",
    { onchange: () => onchange(select.value) },
    options.map(([value, text]) => element("option", { value, selected: value === chosen }, text)),
  );
  return element("label", { class: "choice" }, `${label} `, select);
}
