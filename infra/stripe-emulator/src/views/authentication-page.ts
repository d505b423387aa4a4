import type { IntentRecord } from '../domain/records';

/** A page without script: the bank asks, two buttons answer. Every part of it comes from us, but is escaped all the same. */
export function authenticationPage({ amount, currency, clientSecret, status }: IntentRecord): string {
  const price = new Intl.NumberFormat('en', { style: 'currency', currency }).format(amount / 100);
  const question =
    status === 'requires_action'
      ? `<p>A test shop wants to hold ${escaped(price)} on your test card.</p>
      <form method="post">
        <input type="hidden" name="client_secret" value="${escaped(clientSecret)}">
        <button class="em-primary" name="result" value="complete">Complete</button>
        <button name="result" value="fail">Fail</button>
      </form>`
      : '<p>There is nothing to check any more.</p>';
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Your bank wants to check it is you</title>
    <link rel="stylesheet" href="/v3/elements.css">
  </head>
  <body class="em-page">
    <main class="em-bank">
      <h1>Your bank wants to check it is you</h1>
      ${question}
      <p class="em-note">This is a test. No real money moves.</p>
    </main>
  </body>
</html>
`;
}

function escaped(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
