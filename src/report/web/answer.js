import { element, section } from "./dom.js";
import { clock } from "./format.js";
import { grid } from "./table.js";

const WORDS = { good: "good", watch: "look at it", bad: "bad", plain: "" };

function tile({ label, value, note, finding, base }, baseName) {
  return element(
    "li",
    { class: `tile ${finding}` },
    element("span", { class: "label" }, label),
    element("span", { class: "value" }, value),
    WORDS[finding] ? element("span", { class: "word" }, WORDS[finding]) : null,
    base !== undefined ? element("span", { class: "note" }, `${baseName}: ${base}`) : null,
    note ? element("span", { class: "note" }, note) : null,
  );
}

// What was run, the sentence that answers, and the tiles.
export function answerPart({ run, bases }) {
  const base = bases?.[0]?.name;
  const about = [
    run.scenario,
    run.policy && `policy ${run.policy}`,
    run.servers && `${run.servers} servers`,
    run.hardware,
    run.model,
    run.simulated_s && `${clock(run.simulated_s)} simulated`,
    run.start_date && `from ${run.start_date.slice(0, 19)}`,
    `version ${run.version}`,
  ].filter(Boolean);
  return element(
    "header",
    {},
    element("p", { class: "about" }, about.join(" \u00b7 ")),
    run.description ? element("p", { class: "about" }, run.description) : null,
    element("p", { class: `answer ${run.answer.finding}`, id: "answer" }, run.answer.text),
    element("ul", { class: "tiles", id: "tiles" }, run.tiles.map((one) => tile(one, base))),
  );
}

// What went wrong, the worst first.
export function troublesPart({ run }) {
  const columns = [
    { title: "finding", of: ({ finding }) => WORDS[finding] },
    { title: "what", of: ({ what }) => what },
    { title: "where", of: ({ where }) => where },
    { title: "first at", of: ({ time_s }) => (time_s === undefined ? "" : clock(time_s)), by: ({ time_s }) => time_s ?? -1, number: true },
    { title: "cause", of: ({ cause }) => cause },
  ];
  return section(
    "What went wrong",
    run.troubles.length ? "The worst first; times count from the start of the run." : "Nothing: no trip, brake, overload, rejection, heat or warning.",
    run.troubles.length ? element("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "What went wrong" }, grid(columns, run.troubles)) : null,
  );
}
