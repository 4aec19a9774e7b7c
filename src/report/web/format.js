// Numbers for people.
export function digits(number, most = 4) {
  if (number === 0) return "0";
  const size = Math.abs(number);
  if (size >= 10 ** most) return Math.round(number).toLocaleString("en-US");
  if (size < 1e-4) return number.toExponential(2);
  return String(Number(number.toPrecision(most)));
}

export function watts(power) {
  const size = Math.abs(power);
  if (size >= 1e6) return `${(power / 1e6).toFixed(2)} MW`;
  return size >= 1e3 ? `${(power / 1e3).toFixed(1)} kW` : `${power.toFixed(0)} W`;
}

export const percent = (fraction) => `${(100 * fraction).toFixed(1)} %`;
export const signed = (fraction) => `${fraction < 0 ? "" : "+"}${percent(fraction)}`;

// Seconds from the start of the run as a clock shows them: 0:05, 12:30, 1:02:30, 3 d 02:00.
export function clock(seconds) {
  const whole = Math.round(seconds);
  const two = (number) => String(number).padStart(2, "0");
  const [s, m, h, d] = [whole % 60, Math.floor(whole / 60) % 60, Math.floor(whole / 3600) % 24, Math.floor(whole / 86400)];
  if (d > 0) return `${d} d ${two(h)}:${two(m)}`;
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

export function span(seconds) {
  if (seconds < 120) return `${digits(seconds, 3)} s`;
  return seconds < 7200 ? `${digits(seconds / 60, 3)} min` : `${digits(seconds / 3600, 3)} h`;
}

// A value by the unit at the end of its name.
export function value(name, number) {
  if (typeof number !== "number") return number === undefined ? "" : typeof number === "object" ? JSON.stringify(number) : String(number);
  const last = (name.split("/").filter((step) => !/^(mean|p\d+|max|\d+s)$/.test(step)).pop() ?? "").replace(/_per_gpu$/, "");
  if (/_w_per_s$/.test(last)) return `${watts(number)}/s`;
  if (/_per_s$/.test(last)) return `${digits(number)} /s`;
  if (/_fraction$|^impact_fraction/.test(last) || name.startsWith("/impact_fraction") || name.includes("_fraction/")) return percent(number);
  if (/_w$/.test(last)) return watts(number);
  if (/_s$/.test(last)) return number !== 0 && Math.abs(number) < 1 ? `${digits(number * 1e3)} ms` : `${digits(number)} s`;
  const unit = /_(kwh|wh|kg|mhz|j|c|mib)$/.exec(last);
  const names = { kwh: "kWh", wh: "Wh", kg: "kg", mhz: "MHz", j: "J", c: "\u00b0C", mib: "MiB" };
  return unit ? `${digits(number)} ${names[unit[1]]}` : digits(number, Number.isInteger(number) ? 12 : 4);
}

// A JSON pointer as words.
export function label(pointer) {
  if (!pointer.startsWith("/")) return pointer;
  return pointer
    .slice(1)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    .join(" \u203a ");
}
