/** Rows below their headings, columns as wide as their widest value; the last one is not filled up. */
export function table(headings: string[], rows: string[][]): string {
  const all = [headings, ...rows];
  const widths = headings.map((_heading, n) => Math.max(...all.map((row) => row[n]?.length ?? 0)));
  return all
    .map((row) =>
      row.map((value, n) => (n < row.length - 1 ? value.padEnd(widths[n] ?? 0) : value)).join('  '),
    )
    .join('\n');
}

/** Text of others on one line: no control characters, which could play tricks with a terminal. */
export function oneLine(text: string, longest: number): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return clean.length > longest ? `${clean.slice(0, longest - 1)}…` : clean;
}
