import { chromium, type Browser, type Page } from 'playwright-core';
import { surroundings } from '../../../local/src/config';
import { findChromium } from '../../../local/src/servers/chromium';
import {
  cleanUp,
  createManual,
  PUBLISHABLE_KEY,
  secretOf,
  startTestEmulator,
  type TestEmulator,
} from '../support/emulator';
import { startShopPage } from '../support/shop-page';

const VISA = '4242424242424242';

describe('the fake Stripe.js, in Chromium, under a strict content security policy', () => {
  let browser: Browser;
  let emulator: TestEmulator;
  let shop: string;
  let page: Page;

  beforeAll(async () => {
    const lines: string[] = [];
    const { location } = await findChromium(surroundings((line) => lines.push(line)));
    browser = await chromium.launch({ executablePath: location, args: ['--no-sandbox'] });
    emulator = await startTestEmulator();
    shop = await startShopPage(emulator.url);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await cleanUp();
  });
  afterEach(() => page.close());

  const open = async (locale = 'en') => {
    const intent = await createManual(emulator);
    page = await browser.newPage();
    page.setDefaultTimeout(40_000);
    const query = new URLSearchParams({ key: PUBLISHABLE_KEY, secret: secretOf(intent), locale });
    await page.goto(`${shop}/?${query.toString()}`);
    await page.locator('body[data-ready=true]').waitFor();
    return intent.id;
  };
  const fill = async (number: string, expiry = '12/34', cvc = '123') => {
    await page.getByLabel('Card number').fill(number);
    await page.getByLabel('Expiry MM / YY').fill(expiry);
    await page.getByLabel('CVC').fill(cvc);
  };
  const pay = () => page.getByRole('button', { name: 'Pay' }).click();
  const output = async (text: string) => {
    await page.locator('output', { hasText: text }).waitFor();
  };
  const statusOf = async (id: string) => (await emulator.stripe.paymentIntents.retrieve(id)).status;
  const evaluate = (expression: string) => page.evaluate(expression);

  it('pays with a card typed key by key, and breaks no rule of the policy', async () => {
    const id = await open();
    await page.getByLabel('Card number').pressSequentially(VISA);
    expect(await page.getByLabel('Card number').inputValue()).toBe('4242 4242 4242 4242');
    await page.getByLabel('Expiry MM / YY').pressSequentially('1234');
    expect(await page.getByLabel('Expiry MM / YY').inputValue()).toBe('12 / 34');
    await page.getByLabel('CVC').pressSequentially('12345');
    expect(await page.getByLabel('CVC').inputValue()).toBe('123');
    expect(await evaluate('window.changes.at(-1)')).toEqual({ complete: true, empty: false });
    await page.keyboard.press('Enter');
    await output('requires_capture');
    expect(await statusOf(id)).toBe('requires_capture');
    expect(await evaluate('window.retrieve()')).toBe('requires_capture');
    expect(await evaluate('window.violations')).toEqual([]);
  });

  it("is styled from its own stylesheet and takes the shop's colours", async () => {
    await open();
    expect(await evaluate("getComputedStyle(document.querySelector('.em-card')).display")).toBe('grid');
    expect(
      await evaluate(
        "getComputedStyle(document.querySelector('.em-card')).getPropertyValue('--em-primary').trim()",
      ),
    ).toBe('#7a1fa2');
    expect(await page.getByLabel('Card number').getAttribute('autocomplete')).toBe('cc-number');
    expect(await page.getByLabel('Expiry MM / YY').getAttribute('autocomplete')).toBe('cc-exp');
    expect(await page.getByLabel('CVC').getAttribute('autocomplete')).toBe('cc-csc');
    expect(
      await evaluate("[...document.querySelectorAll('.em-input')].filter((input) => input.name).length"),
    ).toBe(0);
  });

  it('says what is wrong, tied to the field, and takes it back when it is put right', async () => {
    const id = await open();
    await pay();
    await output('error: incomplete_number');
    const number = page.getByLabel('Card number');
    expect(await number.getAttribute('aria-invalid')).toBe('true');
    const errorId = await number.getAttribute('aria-describedby');
    expect(await page.locator(`#${errorId}`).textContent()).toBe('Your card number is incomplete.');
    expect(await evaluate(`document.activeElement.getAttribute('autocomplete')`)).toBe('cc-number');

    await fill('4242424242424241', '01/20', '12');
    await pay();
    await output('error: incorrect_number');
    expect(await page.locator('.em-error:visible').allTextContents()).toEqual([
      'Your card number is invalid.',
      'Your card’s expiration date is in the past.',
      'Your card’s security code is incomplete.',
    ]);
    await fill(VISA);
    expect(await page.locator('.em-error:visible').count()).toBe(0);
    expect(await number.getAttribute('aria-describedby')).toBeNull();
    expect(await statusOf(id)).toBe('requires_payment_method');
  });

  it('keeps the caret where a digit is put into the middle', async () => {
    await open();
    const number = page.getByLabel('Card number');
    await number.fill('4242 4242 4242');
    await number.evaluate((input) =>
      (input as unknown as { setSelectionRange(a: number, b: number): void }).setSelectionRange(4, 4),
    );
    await page.keyboard.type('99');
    expect(await number.inputValue()).toBe('4242 9942 4242 42');
    expect(
      await number.evaluate((input) => (input as unknown as { selectionStart: number }).selectionStart),
    ).toBe(7);
  });

  it('shows a decline, and takes another card afterwards', async () => {
    const id = await open();
    await fill('4000000000009995');
    await pay();
    await output('error: insufficient_funds');
    expect(await statusOf(id)).toBe('requires_payment_method');
    await fill(VISA);
    await pay();
    await output('requires_capture');
  });

  it('refuses a card that is no test card', async () => {
    await open();
    await fill('4539578763621486');
    await pay();
    await output('error: test_mode_live_card');
  });

  describe('3-D Secure', () => {
    const asked = async () => {
      const id = await open();
      await fill('4000002500003155');
      await pay();
      await page.getByRole('dialog', { name: 'Your bank wants to check it is you' }).waitFor();
      return id;
    };

    it('completes', async () => {
      const id = await asked();
      expect(await statusOf(id)).toBe('requires_action');
      await page.getByRole('button', { name: 'Complete' }).click();
      await output('requires_capture');
      expect(await page.getByRole('dialog').count()).toBe(0);
      expect(await evaluate('window.violations')).toEqual([]);
    });

    it('fails', async () => {
      const id = await asked();
      await page.getByRole('button', { name: 'Fail' }).click();
      await output('error: payment_intent_authentication_failure');
      expect(await statusOf(id)).toBe('requires_payment_method');
    });

    it('fails on Esc', async () => {
      await asked();
      await page.keyboard.press('Escape');
      await output('error: payment_intent_authentication_failure');
    });
  });

  it('speaks German', async () => {
    await open('de');
    await pay();
    await page.getByText('Die Kartennummer ist unvollständig.').waitFor();
    expect(await page.getByLabel('Gültig bis MM / JJ').count()).toBe(1);
  });

  it('answers with an error when the emulator cannot be reached', async () => {
    await open();
    await fill(VISA);
    await page.route(`${emulator.url}/v1/**`, (route) => route.abort());
    await pay();
    await output('error: api_connection_error');
  });
});
