import { useState } from 'react';
import { callApi, needsSignIn } from '../../browser/api';
import { signInHref } from '../../browser/next-parameter';
import { problemText } from '../../browser/problem-text';
import { useRefresh } from '../../browser/use-fresh-page';
import { leaveFor, usePress } from '../../browser/use-press';
import { useTexts } from '../../texts';
import { Button } from '../../ui/button';
import { Dialog, DialogActions } from '../../ui/dialog';
import { Notice } from '../../ui/notice';

/** "Release tickets", asked once more: gives the hold back at once. */
export function Release({ orderId }: { orderId: string }) {
  const t = useTexts();
  const refresh = useRefresh();
  const [open, setOpen] = useState(false);
  const [message, setMessage] = useState<string>();
  const { pending, press } = usePress(async () => {
    setMessage(undefined);
    const answer = await callApi(`/api/orders/${orderId}`, { method: 'DELETE' });
    if (!answer.ok && needsSignIn(answer.problem)) return leaveFor(signInHref(`/orders/${orderId}`));
    if (!answer.ok) setMessage(problemText(answer.problem, t));
    else setOpen(false);
    await refresh();
  });
  return (
    <>
      <Button look="danger" onClick={() => setOpen(true)}>
        {t.order.release}
      </Button>
      <Dialog open={open} heading={t.order.releaseHeading} onClose={() => setOpen(false)}>
        <p>{t.order.releaseText}</p>
        {message !== undefined && (
          <Notice tone="bad" live="assertive">
            {message}
          </Notice>
        )}
        <DialogActions>
          <Button look="danger" pending={pending} pendingText={t.order.releasePending} onClick={press}>
            {t.order.release}
          </Button>
          <Button look="secondary" disabled={pending} onClick={() => setOpen(false)}>
            {t.order.keep}
          </Button>
        </DialogActions>
      </Dialog>
    </>
  );
}
