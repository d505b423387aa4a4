/** Gives equal values one number, in the order they are met. Values are compared by their JSON. */
export class Interned<T> {
  readonly values: T[] = [];
  private readonly numbers = new Map<string, number>();

  numberOf(value: T): number {
    const key = JSON.stringify(value);
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const number = this.values.push(value) - 1;
    this.numbers.set(key, number);
    return number;
  }

  value(number: number): T {
    const value = this.values[number];
    if (value === undefined) throw new Error(`there is no value ${number}`);
    return value;
  }
}
