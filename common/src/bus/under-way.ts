/** Work that has to end before the connection closes. */
export class UnderWay {
  private readonly works = new Set<Promise<unknown>>();

  async track<T>(work: Promise<T>): Promise<T> {
    this.works.add(work);
    try {
      return await work;
    } finally {
      this.works.delete(work);
    }
  }

  /** Resolves when nothing is under way any more, however it ended. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.works);
  }
}
