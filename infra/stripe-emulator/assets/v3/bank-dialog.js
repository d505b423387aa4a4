/* global emulator, document */

/** Stands for the bank's 3-D Secure page. Resolves with `complete` or `fail`; Esc is a no. */
emulator.askAsBank = function askAsBank(texts) {
  const dialog = document.createElement('dialog');
  dialog.className = 'em-bank em-dialog';
  dialog.setAttribute('aria-labelledby', 'em-bank-title');
  const title = document.createElement('h2');
  Object.assign(title, { id: 'em-bank-title', textContent: texts.bankTitle });
  const text = document.createElement('p');
  text.textContent = texts.bankText;
  const complete = button(texts.bankComplete, 'em-primary');
  const fail = button(texts.bankFail, 'em-secondary');
  const buttons = document.createElement('div');
  buttons.className = 'em-buttons';
  buttons.append(complete, fail);
  dialog.append(title, text, buttons);
  document.body.append(dialog);

  return new Promise((resolve) => {
    const answer = (result) => {
      dialog.close();
      dialog.remove();
      resolve(result);
    };
    complete.addEventListener('click', () => answer('complete'));
    fail.addEventListener('click', () => answer('fail'));
    dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      answer('fail');
    });
    dialog.showModal();
  });
};

function button(label, className) {
  const element = document.createElement('button');
  Object.assign(element, { type: 'button', textContent: label, className });
  return element;
}
