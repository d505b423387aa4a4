/** A unique index refused the write (E11000). Which index is not told: not every server names it. */
export function isDuplicateKey(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 11000;
}
