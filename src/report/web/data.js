// The facts of the page, and the numbers that it carries packed (src/report/packed_series.hpp).
export const facts = JSON.parse(document.getElementById("facts").textContent);

export async function unpacked({ count, low, high, data }) {
  const values = new Float64Array(count);
  if (count === 0) return values;
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const planes = new Uint8Array(await new Response(stream).arrayBuffer());
  const scale = (high - low) / 65535;
  for (let i = 0, step = 0; i < count; ++i) {
    step = (step + planes[i] + 256 * planes[count + i]) & 0xffff;
    values[i] = low + step * scale;
  }
  return values;
}
