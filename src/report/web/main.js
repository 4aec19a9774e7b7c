import "uplot/dist/uPlot.min.css";
import "./style.css";
import { facts } from "./data.js";
import { element } from "./dom.js";
import { answerPart, troublesPart } from "./answer.js";
import { comparePart } from "./compare.js";
import { decisionsPart } from "./decisions.js";
import { energyPart } from "./energy.js";
import { inputsPart, limitsPart } from "./end.js";
import { floorPart } from "./floor.js";
import { heatPart } from "./heat.js";
import { latencyPart } from "./latency.js";
import { latencyOverTimePart, poolsPart } from "./pools_time.js";
import { powerPart } from "./power.js";
import { resultParts } from "./results.js";
import { sweepPart } from "./sweep.js";
import { temperaturePart } from "./temperature.js";
import { Zoom } from "./zoom.js";

// In the order in which a reader asks.
const OF_RUN = [
  answerPart,
  troublesPart,
  powerPart,
  decisionsPart,
  poolsPart,
  latencyOverTimePart,
  heatPart,
  temperaturePart,
  floorPart,
  latencyPart,
  energyPart,
  resultParts,
  comparePart,
];
const AT_END = [inputsPart, limitsPart];

const page = document.getElementById("page");

async function draw() {
  document.title = `${facts.title} \u2013 Headroom`;
  page.replaceChildren(element("h1", {}, facts.title));
  const { run } = facts;
  const zoom = new Zoom(run?.power?.start_s ?? 0, run?.simulated_s || 1);
  for (const part of [...(run ? OF_RUN : []), sweepPart, ...(run ? AT_END : [])]) page.append(...[await part(facts, zoom)].flat().filter(Boolean));
}

draw().then(
  () => (document.documentElement.dataset.ready = "true"),
  (error) => {
    document.documentElement.dataset.ready = "failed";
    page.append(element("p", { class: "failure", role: "alert" }, `This page could not be drawn: ${error.message}`));
    console.error(error);
  },
);
