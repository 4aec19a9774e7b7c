// Okabe and Ito's colours, which people with any colour vision tell apart; every line has a dash of its own as well.
export const LINES = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#8a8a00"];
export const DASHES = [[], [8, 4], [2, 3], [8, 3, 2, 3], [12, 4], [4, 4], [1, 2], [6, 2, 1, 2, 1, 2]];
export const LANES = {
  trip: "#000000",
  brake: "#d55e00",
  lock: "#0072b2",
  cap: "#009e73",
  heat: "#cc79a7",
  "over budget": "#e69f00",
};

const CIVIDIS = [[0, 34, 78], [18, 53, 112], [59, 73, 108], [87, 93, 109], [112, 113, 115], [138, 134, 120], [165, 156, 116], [195, 179, 105], [225, 204, 85], [254, 232, 56]];

// A fraction from 0 to 1 on the map cividis, dark to light.
export function cividis(fraction) {
  const at = Math.min(1, Math.max(0, fraction)) * (CIVIDIS.length - 1);
  const low = Math.min(CIVIDIS.length - 2, Math.floor(at));
  return CIVIDIS[low].map((part, i) => Math.round(part + (at - low) * (CIVIDIS[low + 1][i] - part)));
}

export const css = (colour) => `rgb(${colour.join(",")})`;
