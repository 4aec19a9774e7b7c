// The window of time that all charts over time show, and who wants to hear of it.
export class Zoom {
  constructor(from, to) {
    Object.assign(this, { from, to, low: from, high: to, listeners: [] });
  }
  listen(listener) {
    this.listeners.push(listener);
  }
  set(low, high) {
    const least = (this.to - this.from) / 5000;
    low = Math.max(this.from, low);
    high = Math.min(this.to, Math.max(high, low + least));
    if (low === this.low && high === this.high) return;
    Object.assign(this, { low, high });
    this.listeners.forEach((listener) => listener(low, high));
  }
  whole() {
    this.set(this.from, this.to);
  }
  scale(factor, centre = (this.low + this.high) / 2) {
    this.set(centre + (this.low - centre) * factor, centre + (this.high - centre) * factor);
  }
  shift(fraction) {
    const width = this.high - this.low;
    const low = Math.min(Math.max(this.from, this.low + fraction * width), this.to - width);
    this.set(low, low + width);
  }
  // Plus and minus, arrows left and right, 0 or Escape for all of it.
  key(event) {
    const act = {
      "+": () => this.scale(0.5),
      "=": () => this.scale(0.5),
      "-": () => this.scale(2),
      ArrowLeft: () => this.shift(-0.2),
      ArrowRight: () => this.shift(0.2),
      0: () => this.whole(),
      Escape: () => this.whole(),
    }[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  }
}
