const EMPTY = -1;
const { imul } = Math;

/** A set of rows of small integers that numbers them in the order they were added; exact, nothing is known by its hash alone. */
export class StateSet {
  private rows: Int32Array;
  private slots: Int32Array;
  size = 0;

  constructor(private readonly width: number) {
    this.rows = new Int32Array(width * 1024);
    this.slots = new Int32Array(4096).fill(EMPTY);
  }

  /** Its number, or undefined when it was there already. */
  add(row: Int32Array): number | undefined {
    const { width } = this;
    if (this.size * 2 >= this.slots.length) this.growSlots();
    const mask = this.slots.length - 1;
    for (let slot = hash(row, 0, width) & mask; ; slot = (slot + 1) & mask) {
      const index = this.slots[slot] as number;
      if (index === EMPTY) {
        this.slots[slot] = this.size;
        if ((this.size + 1) * width > this.rows.length) this.growRows();
        this.rows.set(row, this.size * width);
        return this.size++;
      }
      let at = 0;
      while (at < width && this.rows[index * width + at] === row[at]) at++;
      if (at === width) return undefined;
    }
  }

  /** Copies row number `index` to `row`. */
  read(index: number, row: Int32Array): void {
    for (let at = 0; at < this.width; at++) row[at] = this.rows[index * this.width + at] as number;
  }

  private growRows(): void {
    const rows = new Int32Array(this.rows.length * 2);
    rows.set(this.rows);
    this.rows = rows;
  }

  private growSlots(): void {
    const { width } = this;
    this.slots = new Int32Array(this.slots.length * 2).fill(EMPTY);
    const mask = this.slots.length - 1;
    for (let index = 0; index < this.size; index++) {
      let slot = hash(this.rows, index * width, width) & mask;
      while (this.slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      this.slots[slot] = index;
    }
  }
}

/** Every word mixed in well, as Murmur3 does: neighbours must not end in neighbouring slots. */
function hash(rows: Int32Array, from: number, width: number): number {
  let sum = width;
  for (let at = from; at < from + width; at++) {
    let word = imul(rows[at] as number, 0xcc9e2d51);
    word = imul((word << 15) | (word >>> 17), 0x1b873593);
    sum ^= word;
    sum = imul((sum << 13) | (sum >>> 19), 5) + 0xe6546b64;
  }
  sum = imul(sum ^ (sum >>> 16), 0x85ebca6b);
  sum = imul(sum ^ (sum >>> 13), 0xc2b2ae35);
  return (sum ^ (sum >>> 16)) >>> 0;
}
