import { useState } from 'react';
import type { Order } from '@gittix/common/api';
import { callApi, needsSignIn } from '../../browser/api';
import { signInHref } from '../../browser/next-parameter';
import { problemText } from '../../browser/problem-text';
import { useRefresh } from '../../browser/use-fresh-page';
import { leaveFor, usePress } from '../../browser/use-press';
import { useTexts } from '../../texts';
import { offerAt } from '../../time/countdown';
import { Button } from '../../ui/button';
import { Dialog, DialogActions } from '../../ui/dialog';
import { Notice } from '../../ui/notice';

/** Shortly before the end: "Need more time?" Asked once per deadline; dismissed, it stays away until the hold was extended. */
export function ExtendDialog({
  order,
  seconds,
}: {
  order: { id: string; createdAt: string; expiresAt: string; canExtend: boolean };
  seconds: number;
}) {
  const t = useTexts();
  const refresh = useRefresh();
  const [dismissed, setDismissed] = useState<string>();
  const [message, setMessage] = useState<string>();
  const due = order.canExtend && seconds > 0 && seconds <= offerAt(order.createdAt, order.expiresAt);
  const close = () => setDismissed(order.expiresAt);
  const { pending, press } = usePress(async () => {
    setMessage(undefined);
    const answer = await callApi<Order>(`/api/orders/${order.id}/extend`, { method: 'POST' });
    if (!answer.ok && needsSignIn(answer.problem)) return leaveFor(signInHref(`/orders/${order.id}`));
    if (!answer.ok) return setMessage(problemText(answer.problem, t));
    close();
    await refresh();
  });
  return (
    <Dialog open={due && dismissed !== order.expiresAt} heading={t.order.extendHeading} onClose={close}>
      <p>{t.order.extendText}</p>
      {message !== undefined && (
        <Notice tone="bad" live="assertive">
          {message}
        </Notice>
      )}
      <DialogActions>
        <Button pending={pending} pendingText={t.order.extendPending} onClick={press}>
          {t.order.extend}
        </Button>
        <Button look="secondary" onClick={close}>
          {t.order.extendNo}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
