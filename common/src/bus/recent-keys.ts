/** The last so many keys. */
export class RecentKeys {
  private readonly keys = new Set<string>();

  constructor(private readonly capacity: number) {}

  add(key: string): void {
    this.keys.delete(key);
    this.keys.add(key);
    if (this.keys.size <= this.capacity) return;
    const oldest = this.keys.values().next();
    if (!oldest.done) this.keys.delete(oldest.value);
  }

  has(key: string): boolean {
    return this.keys.has(key);
  }

  /** Whether it was there. */
  delete(key: string): boolean {
    return this.keys.delete(key);
  }
}
