/**
 * What makes two e-mails the same account: without surrounding space, composed (NFC), in lower case. Strictly the part before
 * the @ may differ by case, but no provider people use does so, and an account that looks the same would be a trap. What
 * the person typed is kept beside it for display.
 */
export function emailKey(email: string): string {
  // Composed once more at the end: lower case of a composed letter may come out decomposed.
  return email.trim().normalize('NFC').toLowerCase().normalize('NFC');
}
