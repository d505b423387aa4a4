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

/** Asks once more, then takes the listing out of the shop. */
export function WithdrawDialog({
  ticket,
  open,
  onClose,
}: {
  ticket: { id: string; title: string };
  open: boolean;
  onClose: () => void;
}) {
  const t = useTexts();
  const refresh = useRefresh();
  const [message, setMessage] = useState<string>();
  const { pending, press } = usePress(async () => {
    setMessage(undefined);
    const answer = await callApi(`/api/tickets/${ticket.id}`, { method: 'DELETE' });
    if (!answer.ok && needsSignIn(answer.problem)) return leaveFor(signInHref(`/tickets/${ticket.id}`));
    if (!answer.ok) setMessage(problemText(answer.problem, t));
    else onClose();
    await refresh();
  });
  return (
    <Dialog open={open} heading={t.withdrawal.heading} onClose={onClose}>
      <p>{t.withdrawal.text(ticket.title)}</p>
      {message !== undefined && (
        <Notice tone="bad" live="assertive">
          {message}
        </Notice>
      )}
      <DialogActions>
        <Button look="danger" pending={pending} pendingText={t.withdrawal.pending} onClick={press}>
          {t.withdrawal.confirm}
        </Button>
        <Button look="secondary" disabled={pending} onClick={onClose}>
          {t.withdrawal.keep}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
